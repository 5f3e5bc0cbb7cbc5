import inspect

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_lifecycle_value_pareto import CUSTOMER_AXES, PRODUCT_AXES
from .common import (
    INVOICING,
    READONLY_ACCOUNTING,
    SALES,
    SALES_ALL,
    SALES_MANAGER,
    LifecycleCase,
)
from .screens import is_readonly

OURS = "odoo.addons.crm_lifecycle"
ROLES = {
    "own documents": SALES,
    "all documents": SALES_ALL,
    "sales manager": SALES_MANAGER,
    "invoicing": INVOICING,
    "auditor": READONLY_ACCOUNTING,
    "stock": "stock.group_stock_user",
    "internal": "base.group_user",
    "portal": "base.group_portal",
}

# What each role may do: r(ead), w(rite), c(reate), d(elete).
RIGHTS = {
    #                          own    all    manager  invoicing auditor stock internal portal
    "crm.lifecycle.stage": ("r", "r", "rw", "r", "r", "", "", ""),
    "crm.lifecycle.profile": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.transition": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.state": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.snapshot": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.event": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.agreement": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.mark": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.override": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.loss": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.loss.reason": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.queue": ("", "", "r", "", "", "", "", ""),
    "crm.lifecycle.persona": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.persona.line": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.policy": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.criterion": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.pass": ("", "", "r", "", "", "", "", ""),
    "crm.lifecycle.pass.batch": ("", "", "r", "", "", "", "", ""),
    # Amounts: for those who see everybody's documents, or the books.
    "crm.lifecycle.value": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.value.entry": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.value.cut": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.rfm.cut": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.value.asof": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.revenue.change": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.service.rate": ("", "r", "rwcd", "r", "r", "", "", ""),
    # What customers may buy yet: of their own customers salespeople read and say it.
    "crm.lifecycle.wallet": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.white.space": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.basket.pair": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.segment": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.type.move": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.segment.move": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.type.override": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    # What is known of customers, and what has to be.
    "crm.lifecycle.fact": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.preference": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.source": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.competitor": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.competitor.presence": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.data.review": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.data.confirmation": ("rc", "rc", "rwcd", "r", "r", "", "", ""),
    # Who is to be contacted when, and what was left open.
    "crm.lifecycle.cadence": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.follow.up": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.contact": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.absence": ("rwcd", "rwcd", "rwcd", "", "", "", "", ""),
    "crm.lifecycle.question": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.idea": ("rwc", "rwc", "rwcd", "r", "r", "", "", "r"),
    # Who brought whom, what came of it, and what it earned.
    "crm.lifecycle.referral": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.referral.reward": ("r", "r", "rw", "rw", "r", "", "", ""),
    "crm.lifecycle.referral.code": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.referral.tree": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.referral.share": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.referrer": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.day.line": ("r", "r", "r", "", "", "", "", ""),
    # What people are reminded of.
    "crm.lifecycle.important.date.kind": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.important.date": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.return.visit": ("rw", "rw", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.interview.round": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.interview": ("rw", "rw", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.benefit.summary": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    # Who looks after whom.
    "crm.lifecycle.service.level": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.loyalty.level": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.account.role": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.account.member": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.mismatch": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.mismatch.waiver": ("r", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.ownership": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.coverage": ("r", "r", "r", "r", "r", "", "", ""),
    # What customers are not content with.
    "crm.complaint": ("rwc", "rwc", "rwcd", "r", "r", "", "", "r"),
    "crm.complaint.category": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.complaint.cause": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.complaint.step": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.complaint.deadline": ("r", "r", "rwcd", "r", "r", "", "", ""),
    "crm.complaint.report": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.complaint.rate": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.complaint.complainer": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.complaint.theme": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.complaint.product": ("r", "r", "r", "r", "r", "", "", ""),
    # How satisfied they are.
    "crm.lifecycle.satisfaction": ("r", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.satisfaction.statement": ("rwc", "rwc", "rwcd", "r", "r", "", "", ""),
    "crm.lifecycle.indicator": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.indicator.entry": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.repurchase": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.switching": ("", "r", "r", "r", "r", "", "", ""),
    "crm.lifecycle.satisfaction.change": ("", "r", "r", "r", "r", "", "", ""),
    # What complaints cost, and what customers owe.
    "crm.complaint.hold": ("r", "r", "r", "rw", "r", "", "", ""),
    "crm.complaint.remedy": ("rwc", "rwc", "rwcd", "rw", "r", "", "", ""),
    "crm.lifecycle.dunning.level": ("r", "r", "r", "rwcd", "r", "", "", ""),
    "crm.lifecycle.dunning.notice": ("r", "r", "r", "r", "r", "", "", ""),
    # Written by SQL alone, of use to nobody.
    "crm.lifecycle.reclassification": ("", "", "", "", "", "", "", ""),
    "crm.lifecycle.fingerprint": ("", "", "", "", "", "", "", ""),
    "crm.lifecycle.purchase.day": ("", "", "", "", "", "", "", ""),
}

# What people of other apps see of these a bridge says, and its own tests.
BRIDGED = {("stock", "crm.complaint.remedy")}

# Everything that can be called from outside, apart from what the ORM gives each model.
PUBLIC_METHODS = {
    "crm.lifecycle.stage": {"create", "write"},
    "crm.lifecycle.fact": {"create", "write", "unlink"},
    "crm.lifecycle.preference": set(),
    "crm.lifecycle.source": set(),
    "crm.lifecycle.competitor": {"action_open_presences"},
    "crm.lifecycle.competitor.presence": {"create", "write", "action_talk_card"},
    "crm.lifecycle.data.review": {
        "action_archive_partner",
        "action_confirm",
        "action_merge",
        "action_open_partner",
    },
    "crm.lifecycle.data.confirmation": {"create", "write"},
    "crm.lifecycle.talk.card": set(),
    "res.users": {"write"},
    "crm.lifecycle.profile": {
        "action_fill_in",
        "action_open_contacts",
        "action_open_events",
        "action_open_figure",
        "action_open_loyalty",
        "action_open_indicators",
        "action_open_mismatches",
        "action_open_partner",
        "action_open_rfm",
        "action_open_satisfaction",
        "action_open_segment_moves",
        "action_open_stage_document",
        "action_open_transitions",
        "action_open_type",
        "action_open_type_moves",
        "action_open_value",
        "action_open_wallet",
        "action_open_white_space",
        "action_set_type",
        "action_transfer",
        "get_rfm_grid",
        "get_type_distribution",
    },
    "crm.lifecycle.type.move": {"action_open_profile"},
    "crm.lifecycle.segment.move": {"action_open_profile"},
    "crm.lifecycle.type.override": {"create", "write", "unlink", "action_end"},
    "crm.lost.reason": {"write"},
    "crm.lifecycle.value": {
        "action_open_entries",
        "action_open_overdue",
        "action_open_paid",
        "action_open_pareto",
        "action_open_places",
        "action_open_profile",
        "action_open_receivable",
        "action_open_wallet",
        "action_open_white_space",
        "get_pareto",
        "get_whale_curve",
    },
    "crm.lifecycle.value.asof": {
        "action_open_entries",
        "action_open_overdue",
        "action_open_paid",
        "action_open_pareto",
        "action_open_places",
        "action_open_profile",
        "action_open_receivable",
        "action_open_wallet",
        "action_open_white_space",
        "get_pareto",
        "get_whale_curve",
    },
    "crm.lifecycle.value.wizard": {"action_open"},
    "crm.lifecycle.revenue.change": {"action_open_entries", "action_open_profile"},
    "crm.lifecycle.wallet": {"create", "write"},
    "crm.lifecycle.white.space": set(),
    "crm.lifecycle.basket.pair": set(),
    "product.template": {
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_pairs",
    },
    "product.product": {
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_pairs",
    },
    "crm.lifecycle.value.entry": {"action_open_document"},
    "crm.lifecycle.value.cut": set(),
    "crm.lifecycle.rfm.cut": set(),
    "crm.lifecycle.service.rate": {"create", "write", "unlink"},
    "crm.lifecycle.transition": {"action_open_document"},
    "crm.lifecycle.state": {"action_open_profile"},
    "crm.lifecycle.state.wizard": {"action_open"},
    "crm.lifecycle.snapshot": {"action_open_customers"},
    "crm.lifecycle.event": {"action_open_document"},
    "crm.lifecycle.agreement": {"create", "write", "unlink"},
    "crm.lifecycle.mark": {"create", "write", "unlink"},
    "crm.lifecycle.override": {
        "create",
        "write",
        "unlink",
        "action_approve",
        "action_end",
        "action_refuse",
    },
    "crm.lifecycle.loss": {"create", "write", "unlink"},
    "crm.lifecycle.queue": {"action_retry"},
    "crm.lifecycle.persona": {"create", "write", "unlink", "copy_data", "action_find_suspects"},
    "crm.lifecycle.persona.line": {"create", "write", "unlink"},
    "crm.lifecycle.policy": {
        "create",
        "write",
        "copy",
        "action_activate",
        "action_compare",
        "action_duplicate",
        "action_measure_rhythm",
        "action_preview",
        "action_roll_back",
    },
    "crm.lifecycle.policy.compare": set(),
    "crm.lifecycle.preview": {
        "create",
        "write",
        "action_activate",
        "action_compute",
        "action_discard",
        "action_open_customers",
        "action_open_lines",
        "action_open_types",
    },
    "crm.lifecycle.preview.line": {"action_open_customer"},
    "crm.lifecycle.preview.type": {"action_open_customer"},
    "crm.lifecycle.criterion": {"create", "write"},
    "crm.lifecycle.pass": {"action_open_failed", "action_pause", "action_resume", "action_start"},
    "crm.lifecycle.pass.batch": set(),
    "crm.lifecycle.fingerprint": set(),
    "crm.lifecycle.purchase.day": set(),
    "crm.lifecycle.segment": {"create", "write", "unlink", "copy_data", "action_open_customers"},
    "crm.lifecycle.reclassification": set(),
    "crm.lifecycle.service.level": set(),
    "crm.lifecycle.loyalty.level": {"action_open_customers"},
    "crm.lifecycle.loyalty.month": set(),
    "crm.lifecycle.follow.up": {"action_open_partner", "action_skip"},
    "crm.lifecycle.absence": {"write"},
    "crm.lifecycle.contact.log": {"default_get", "action_apply"},
    "crm.lifecycle.contact": {"action_make_opportunity", "action_open_document"},
    "crm.lifecycle.cadence": {
        "create",
        "write",
        "unlink",
        "copy_data",
        "action_open_customers",
        "action_preview_load",
    },
    "crm.lifecycle.cadence.load": {"action_apply"},
    "crm.lifecycle.question": {
        "create",
        "write",
        "action_answer",
        "action_open_document",
        "action_postpone_week",
        "action_reopen",
    },
    "crm.lifecycle.idea": {
        "default_get",
        "create",
        "write",
        "unlink",
        "action_adopt",
        "action_decline",
        "action_done",
        "action_review",
        "message_post",
    },
    "crm.lifecycle.question.settle": {"default_get", "action_apply"},
    "crm.lifecycle.question.settle.line": {"create", "write"},
    "crm.lifecycle.referral": {
        "create",
        "write",
        "unlink",
        "action_accept",
        "action_open_customer",
        "action_reject",
    },
    "crm.lifecycle.referral.reject": {"action_apply"},
    "crm.lifecycle.referral.reward": {
        "write",
        "action_give",
        "action_make_bill",
        "action_recovered",
        "action_write_off",
    },
    "crm.lifecycle.referral.code": {"default_get", "create", "write"},
    "crm.lifecycle.referral.tree": {"action_open_children", "action_open_customer"},
    "crm.lifecycle.referral.share": set(),
    "crm.lifecycle.referral.job": set(),
    "crm.lifecycle.referrer": {"action_open_claims", "action_open_referrals"},
    "crm.lifecycle.reminder": set(),
    "crm.lifecycle.important.date.kind": set(),
    "crm.lifecycle.important.date": {"create", "write", "action_open_partner"},
    "crm.lifecycle.return.visit": {
        "create",
        "write",
        "unlink",
        "action_done",
        "action_open_order",
        "action_reopen",
        "action_skip",
    },
    "crm.lifecycle.interview.round": {"action_generate", "action_open_interviews"},
    "crm.lifecycle.interview": {
        "create",
        "write",
        "action_done",
        "action_reopen",
        "action_skip",
    },
    "crm.lifecycle.benefit.summary": {
        "create",
        "write",
        "message_post",
        "action_open_order",
        "action_redraft",
        "action_send",
    },
    "crm.complaint": {
        "create",
        "write",
        "unlink",
        "action_answer",
        "action_check_next_week",
        "action_close",
        "action_confirm",
        "action_confirm_reject",
        "action_investigate",
        "action_mark_answered",
        "action_open_holds",
        "action_open_similar",
        "action_reject",
        "action_reopen",
        "action_solve",
        "action_wait",
        "message_new",
        "message_post",
        "message_update",
    },
    "crm.complaint.category": set(),
    "crm.complaint.cause": set(),
    "crm.complaint.step": {"write"},
    "crm.complaint.deadline": set(),
    "crm.complaint.report": {"action_open_complaint"},
    "crm.complaint.rate": {"action_open_document"},
    "crm.complaint.complainer": {"action_open_complaints", "action_open_profile"},
    "crm.complaint.theme": {"action_open_complaints"},
    "crm.complaint.product": {"action_open_complaints"},
    "crm.lifecycle.satisfaction": {"action_open_document"},
    "crm.lifecycle.indicator": {"action_open_entries"},
    "crm.lifecycle.indicator.entry": {"action_open_partner"},
    "crm.lifecycle.repurchase": {"action_open_partner"},
    "crm.lifecycle.switching": {"action_open_partner"},
    "crm.lifecycle.satisfaction.change": {"action_open_partner"},
    "crm.lifecycle.satisfaction.evidence": {"action_open_changes", "action_open_repurchases"},
    "crm.lifecycle.satisfaction.statement": {"create", "write", "unlink"},
    "crm.complaint.merge": {"default_get", "action_apply"},
    "crm.complaint.hold": {"write", "action_keep", "action_release"},
    "crm.complaint.remedy": {
        "create",
        "write",
        "action_approve",
        "action_cancel",
        "action_make",
        "action_propose",
        "action_refuse",
    },
    "crm.lifecycle.dunning": set(),
    "crm.lifecycle.dunning.level": {"copy_data"},
    "crm.lifecycle.dunning.notice": set(),
    "crm.lifecycle.day.capacity": set(),
    "crm.lifecycle.day.line": {
        "action_hand_over",
        "action_log",
        "action_message_left",
        "action_move_rest",
        "action_no_answer",
        "action_open_document",
        "action_open_white_space",
        "action_postpone",
        "action_reached",
        "action_undo",
        "get_day",
    },
    "crm.lifecycle.day.result": {"action_apply"},
    "crm.lifecycle.day.hand.over": {"action_apply"},
    "crm.lifecycle.account.role": set(),
    "crm.lifecycle.account.member": {"create", "write"},
    "crm.lifecycle.mismatch": {
        "action_add_member",
        "action_assign",
        "action_dismiss",
        "action_open_profile",
        "action_transfer",
    },
    "crm.lifecycle.mismatch.waiver": {"create", "write"},
    "crm.lifecycle.ownership": {"action_give_back"},
    "crm.lifecycle.coverage": {"action_open_customers"},
    "crm.lifecycle.transfer": {"action_apply"},
    "calendar.event": {"create", "write", "unlink"},
    "res.company": {"create", "write"},
    "res.partner": {
        "create",
        "write",
        "unlink",
        "action_lifecycle_add_suspects",
        "load",
        "name_create",
        "web_save",
        "message_subscribe",
        "action_lifecycle_declare_lost",
        "action_lifecycle_fill_in",
        "action_lifecycle_mark_suspect",
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_contacts",
        "action_lifecycle_open_events",
        "action_lifecycle_open_loyalty",
        "action_lifecycle_open_ideas",
        "action_lifecycle_open_presences",
        "action_lifecycle_open_questions",
        "action_lifecycle_open_satisfaction",
        "action_lifecycle_talk_card",
        "action_lifecycle_open_mismatches",
        "action_lifecycle_open_owners",
        "action_lifecycle_open_profile",
        "action_lifecycle_open_referrals",
        "action_lifecycle_open_referred",
        "action_lifecycle_open_stage_document",
        "action_lifecycle_open_transitions",
        "action_lifecycle_open_type_moves",
        "action_lifecycle_open_value",
        "action_lifecycle_set_stage",
        "action_lifecycle_set_type",
        "action_lifecycle_transfer",
    },
    "crm.lead": {
        "create",
        "write",
        "unlink",
        "load",
        "name_create",
        "web_save",
        "action_lifecycle_assign",
        "action_lifecycle_fill_in",
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_presences",
        "action_lifecycle_open_questions",
    },
    "res.partner.category": {"create", "write", "unlink"},
    "sale.order": {
        "create",
        "write",
        "unlink",
        "action_lifecycle_benefit_summary",
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_questions",
        "action_lifecycle_open_return_visit",
    },
    "account.move": {
        "create",
        "write",
        "unlink",
        "action_lifecycle_complain",
        "action_lifecycle_open_complaints",
        "action_lifecycle_open_holds",
        "action_lifecycle_open_questions",
        "action_lifecycle_open_value",
    },
    "account.move.line": {"write"},
    "rating.rating": {"create", "write", "unlink"},
}
# Those of them that change something. All others only read, so that a replica may serve them.
WRITING_METHODS = {
    # Derives the months anew, for whoever looks.
    "action_lifecycle_open_loyalty",
    "action_open_loyalty",
    "action_accept",
    "action_activate",
    "action_adopt",
    "action_apply",
    "action_approve",
    "action_archive_partner",
    "action_assign",
    "action_cancel",
    "action_check_next_week",
    "action_close",
    "action_compute",
    "action_confirm",
    "action_confirm_reject",
    "action_decline",
    "action_done",
    "action_duplicate",
    "action_end",
    "action_generate",
    "action_give",
    "action_hand_over",
    "action_investigate",
    "action_keep",
    "action_lifecycle_add_suspects",
    "action_lifecycle_assign",
    "action_lifecycle_benefit_summary",
    "action_make",
    "action_make_bill",
    "action_mark_answered",
    "action_measure_rhythm",
    "action_message_left",
    "action_move_rest",
    "action_no_answer",
    "action_pause",
    "action_postpone",
    "action_postpone_week",
    "action_preview",
    "action_preview_load",
    "action_propose",
    "action_reached",
    "action_recovered",
    "action_redraft",
    "action_refuse",
    "action_release",
    "action_reopen",
    "action_resume",
    "action_retry",
    "action_review",
    "action_roll_back",
    "action_send",
    "action_skip",
    "action_solve",
    "action_start",
    "action_undo",
    "action_wait",
    "action_write_off",
}
# What the screens with charts are drawn from: data, no action.
DATA_METHODS = {"get_day", "get_pareto", "get_rfm_grid", "get_type_distribution", "get_whale_curve"}
# They only read, but a row that the button itself has just saved: a replica may lag behind.
READ_FROM_PRIMARY = {
    ("crm.lifecycle.state.wizard", "action_open"),
    ("crm.lifecycle.value", "action_open_entries"),
    ("crm.lifecycle.value.wizard", "action_open"),
    ("crm.lead", "action_lifecycle_fill_in"),
    ("res.partner", "action_lifecycle_fill_in"),
}


class AccessCase(LifecycleCase):
    """One user of each role, and a customer with a document of each kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Parks & Co")
        cls.users = {}
        for role, group in ROLES.items():
            # Inventory need not be there.
            if cls.env.ref(group, raise_if_not_found=False):
                base = [] if role == "portal" else ["base.group_user", "base.group_allow_export"]
                cls.users[role] = cls._create_user(
                    "lifecycle_" + role.replace(" ", "_"), *base, group
                )
        cls.users["portal"].partner_id.parent_id = cls.customer
        case = cls("_set_up_documents")
        case._set_up_documents()

    def _set_up_documents(self):
        """A lead of the year before, an order, an invoice; everything refreshed."""
        cls = type(self)
        with self.at("2026-03-02"):
            cls.lead = self._create_opportunity(self.customer, name="Secret lead")
            self._process_queue()
        with self.at("2026-03-03"):
            cls.order = self._confirm_order(self.customer, 300.0)
            cls.invoice = self._invoice_order(cls.order)
            self._process_queue()
        cls.profile = self._profile(self.customer)
        cls.agreement = self._create_agreement(self.customer, "2040-01-01")
        # Only drafts can be changed.
        cls.draft = self.env["crm.lifecycle.policy"].create({"name": "Draft"})
        cls.fingerprint = self.env["crm.lifecycle.fingerprint"].create(
            {"partner_ref": 1 << 30, "fingerprint": "f00"}
        )
        cls.purchase_day = self.env["crm.lifecycle.purchase.day"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": self.company.id,
                "purchase_date": "2026-01-01",
                "date": "2026-01-02",
                "amount": 1.0,
            }
        )
        cls.rebuild = self._gather("demand", self.company)
        self.env["crm.lifecycle.pass.batch"].create(
            {"pass_id": cls.rebuild.id, "finished_at": "2026-03-03", "looked": 1}
        )
        cls.lead_move, cls.order_move = cls.profile.transition_ids.sorted("id")
        self._set_up_value()

    def _set_up_value(self):
        """Cut points of a class, and a call on the lead that costs something."""
        cls = type(self)
        company = {"company_id": self.company.id}
        cls.rate = self.env["crm.lifecycle.service.rate"].create({"amount": 10.0, **company})
        activity = self.lead.activity_schedule("mail.mail_activity_data_call")
        with self.at("2026-03-03"):
            activity.action_feedback()
        cls.cut = self.env["crm.lifecycle.value.cut"].create(
            {"date": "2026-03-03", "basis": "margin", "total": 300.0, "cut_a": 200.0, **company}
        )
        cls.rfm_cut = self.env["crm.lifecycle.rfm.cut"].create(
            {"date": "2026-03-03", "monetary_1": 200.0, **company}
        )
        cls.value = self.env["crm.lifecycle.value"].search([("profile_id", "=", self.profile.id)])
        self.env.flush_all()
        cls.entry = self.env["crm.lifecycle.value.entry"].search(
            [("partner_id", "=", self.customer.id), ("kind", "=", "revenue")]
        )
        self._set_up_growth()

    def _set_up_growth(self):
        """An estimate of what the customer spends, openings, and pairs of products."""
        cls = type(self)
        of_customer = [("partner_id", "=", self.customer.id)]
        cls.asof = self.env["crm.lifecycle.value.asof"].search(of_customer)
        cls.change = self.env["crm.lifecycle.revenue.change"].search(of_customer)
        cls.wallet = self.env["crm.lifecycle.wallet"].create(
            {"partner_id": self.customer.id, "amount": 900.0, "date": "2026-03-01"}
        )
        tables, _lamps = self._create_peers(self.customer, fields.Date.today().isoformat())
        cls.opening = self.env["crm.lifecycle.white.space"].search(of_customer, limit=1)
        cls.pair = self.env["crm.lifecycle.basket.pair"].search(
            [("product_id", "=", tables.id), ("basket", "=", "document")]
        )
        cls.type_move = self.env["crm.lifecycle.type.move"].create(
            {
                "profile_id": self.profile.id,
                "company_id": self.company.id,
                "to_type": "transactional",
                "cause": "rules",
                "partner_id": self.customer.id,
            }
        )
        cls.segment_move = self.env["crm.lifecycle.segment.move"].create(
            {
                "profile_id": self.profile.id,
                "company_id": self.company.id,
                "partner_id": self.customer.id,
            }
        )

    def _as(self, role, records):
        return records.with_user(self.users[role]).with_context(
            allowed_company_ids=self.company.ids
        )

    def assertAccess(self, allowed, method, *args, error=AccessError, **kwargs):
        """Call a method, which the user may, or may not, do; undo it."""
        with self.env.cr.savepoint() as savepoint, mute_logger("odoo.addons.base.models.ir_rule"):
            if allowed:
                method(*args, **kwargs)
                self.env.flush_all()
            else:
                with self.assertRaises(error):
                    method(*args, **kwargs)
                    self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all()

    def assertReads(self, allowed, method, *args, **kwargs):
        """Call a method that only reads, which the user may, or may not, do.

        Some ways of reading are refused with a UserError.
        """
        with mute_logger("odoo.addons.base.models.ir_rule"):
            # Not assertRaises, which has the host start a savepoint and forget what it knows:
            # there are thousands of these.
            try:
                method(*args, **kwargs)
            except UserError:
                if allowed:
                    raise
            else:
                self.assertTrue(allowed, "It is read all the same.")


@tagged("post_install", "-at_install")
class TestModelAccess(AccessCase):
    """Who may read, write, create and delete which of our records."""

    def _get_records(self, user):
        """Return a record of each model, made by the user where that matters."""
        self._set_aside(self.customer)
        # The same is said of a customer once at a time.
        marks = self.env["crm.lifecycle.mark"]
        marks.search([("partner_id", "=", self.customer.id)]).active = False
        overrides = self.env["crm.lifecycle.override"]
        overrides.search([("partner_id", "=", self.customer.id)]).active = False
        losses = self.env["crm.lifecycle.loss"]
        losses.search([("partner_id", "=", self.customer.id)]).active = False
        persona = self._create_persona(("size", 1, {"employees_from": 10}))
        return {
            "crm.lifecycle.stage": self.stages["suspect"],
            "crm.lifecycle.profile": self.profile,
            "crm.lifecycle.transition": self.order_move,
            "crm.lifecycle.state": self.env["crm.lifecycle.state"].browse(self.profile.id),
            "crm.lifecycle.snapshot": self.env["crm.lifecycle.snapshot"].search(
                [("company_id", "=", self.company.id)], limit=1
            ),
            "crm.lifecycle.event": self.env["crm.lifecycle.event"].search(
                [("res_model", "=", "sale.order"), ("res_id", "=", self.order.id)], limit=1
            ),
            "crm.lifecycle.agreement": self.agreement,
            "crm.lifecycle.mark": marks.create(
                {"partner_id": self.customer.id, "reason": "Met", "user_id": user.id}
            ),
            # One that waits: what is decided stays as it is.
            "crm.lifecycle.override": self._create_override(
                self.customer, user_id=user.id, state="waiting"
            ),
            "crm.lifecycle.loss": self._create_loss(self.customer, user_id=user.id),
            "crm.lifecycle.loss.reason": self.env["crm.lifecycle.loss.reason"].create(
                {"name": "Moved away"}
            ),
            "crm.lifecycle.queue": self.queue.search([("failed_at", "!=", False)]),
            "crm.lifecycle.persona": persona,
            "crm.lifecycle.persona.line": persona.line_ids,
            "crm.lifecycle.policy": self.draft,
            "crm.lifecycle.criterion": self.draft.criterion_ids[:1],
            "crm.lifecycle.pass": self.rebuild,
            "crm.lifecycle.pass.batch": self.rebuild.batch_ids,
            "crm.lifecycle.value": self.value,
            "crm.lifecycle.value.entry": self.entry,
            "crm.lifecycle.value.cut": self.cut,
            "crm.lifecycle.rfm.cut": self.rfm_cut,
            "crm.lifecycle.value.asof": self.asof,
            "crm.lifecycle.revenue.change": self.change,
            "crm.lifecycle.service.rate": self.rate,
            "crm.lifecycle.wallet": self.env["crm.lifecycle.wallet"].create(
                {"partner_id": self.customer.id, "amount": 900.0, "user_id": user.id}
            ),
            "crm.lifecycle.white.space": self.opening,
            "crm.lifecycle.basket.pair": self.pair,
            "crm.lifecycle.segment": self.env["crm.lifecycle.segment"].create({"name": "Inns"}),
            "crm.lifecycle.reclassification": self.env["crm.lifecycle.reclassification"].create(
                {"company_id": self.company.id, "classified_up_to": 0}
            ),
            "crm.lifecycle.type.move": self.type_move,
            "crm.lifecycle.segment.move": self.segment_move,
            "crm.lifecycle.type.override": self._create_type_override(user),
            **self._get_service_records(user),
            **self._get_contact_records(user),
            **self._get_reminder_records(user),
            "crm.lifecycle.day.line": self._create_day_line(user),
            "crm.lifecycle.fingerprint": self.fingerprint,
            "crm.lifecycle.purchase.day": self.purchase_day,
            **self._get_knowledge_records(user),
            **self._get_complaint_records(user),
            **self._get_money_records(user),
            **self._get_referral_records(),
        }

    def _get_referral_records(self):
        """Return who brought whom, and what it earned."""
        company = {"company_id": self.company.id}
        referrals = self.env["crm.lifecycle.referral"]
        referrer = self._create_customer("Parks & Co's friends")
        kept, unused = (
            referrals.create(
                {
                    "referrer_id": referrer.id,
                    "partner_id": self._create_customer(f"Parks & Co's {name}").id,
                    **company,
                }
            )
            for name in ("neighbour", "cousin")
        )
        reward = self.env["crm.lifecycle.referral.reward"].create(
            {"referral_id": kept.id, "amount": 50.0, "date_due": "2026-03-02"}
        )
        self.env.flush_all()
        return {
            "crm.lifecycle.referral": unused,
            "crm.lifecycle.referral.reward": reward,
            "crm.lifecycle.referral.code": self.env["crm.lifecycle.referral.code"].create(
                {"partner_id": referrer.id, **company}
            ),
            "crm.lifecycle.referral.tree": self.env["crm.lifecycle.referral.tree"].browse(kept.id),
            "crm.lifecycle.referral.share": self.env["crm.lifecycle.referral.share"].browse(
                self.profile.id
            ),
            "crm.lifecycle.referrer": self.env["crm.lifecycle.referrer"].search(
                [("partner_id", "=", referrer.id)]
            ),
        }

    def _get_complaint_records(self, user):
        """Return a complaint, and what it is worked on by; nobody uses the step yet."""
        handler = user.id if user._is_internal() else False
        company = {"company_id": self.company.id}
        said = self._say(user)
        complaint = self.env["crm.complaint"].create(
            {
                "subject": "Parks & Co wait",
                "partner_id": self.customer.id,
                "user_id": handler,
                "product_ids": self.product.ids,
                **company,
            }
        )
        self.env.flush_all()
        return {
            **{
                f"crm.complaint.{name}": self.env[f"crm.complaint.{name}"].search(
                    [("company_id", "=", self.company.id), *domain], limit=1
                )
                for name, domain in (
                    ("report", [("complaint_id", "=", complaint.id)]),
                    ("rate", [("complaint_count", "=", 1)]),
                    ("complainer", []),
                    ("theme", []),
                    ("product", []),
                )
            },
            "crm.lifecycle.satisfaction": self.env["crm.lifecycle.satisfaction"].search(
                [("res_model", "=", said._name), ("res_id", "=", said.id)]
            ),
            "crm.lifecycle.satisfaction.statement": said,
            **{
                model: self.env[model].search([("company_id", "=", self.company.id)], limit=1)
                for model in (
                    "crm.lifecycle.indicator",
                    "crm.lifecycle.indicator.entry",
                    "crm.lifecycle.repurchase",
                    "crm.lifecycle.satisfaction.change",
                    "crm.lifecycle.switching",
                )
            },
            "crm.complaint": complaint,
            "crm.complaint.category": self.env["crm.complaint.category"].create({"name": "Smell"}),
            "crm.complaint.cause": self.env["crm.complaint.cause"].create({"name": "Rain"}),
            "crm.complaint.step": self.env["crm.complaint.step"].create(
                {"name": "In the workshop", "code": "investigating"}
            ),
            "crm.complaint.deadline": self.env["crm.complaint.deadline"].create(
                {"name": "Soon", "answer_hours": 1.0, "solution_hours": 2.0, **company}
            ),
        }

    def _get_money_records(self, user):
        """Return what tells of a disputed invoice, and of a reminder of another."""
        handler = user.id if user._is_internal() else False
        template = self.env.ref("crm_lifecycle.mail_template_dunning_friendly")
        levels = self.env["crm.lifecycle.dunning.level"]
        level = levels.search([("company_id", "=", self.company.id), ("days", "=", 60)])
        unused = levels.search([("company_id", "=", self.company.id), ("days", "=", 80)])
        invoice = self._post_invoice(self.customer, invoice_user_id=False)
        complaint = self.env["crm.complaint"].create(
            {
                "subject": "Parks & Co do not pay",
                "partner_id": self.customer.id,
                "user_id": handler,
                "move_ids": invoice.ids,
                "company_id": self.company.id,
            }
        )
        of_company = {"template_id": template.id, "company_id": self.company.id}
        return {
            "crm.complaint.hold": complaint.hold_ids,
            "crm.complaint.remedy": self.env["crm.complaint.remedy"].create(
                {"name": "Parks & Co get flowers", "complaint_id": complaint.id, "kind": "other"}
            ),
            # One that sent something cannot be deleted.
            "crm.lifecycle.dunning.level": unused
            or levels.create({"name": "Parks & Co", "days": 80, **of_company}),
            "crm.lifecycle.dunning.notice": self.env["crm.lifecycle.dunning.notice"].create(
                {
                    "move_id": invoice.id,
                    "level_id": (
                        level or levels.create({"name": "Late", "days": 60, **of_company})
                    ).id,
                    "date": "2026-03-02",
                    "state": "skipped",
                }
            ),
        }

    def _get_knowledge_records(self, user):
        """Return a record of each model of what is known of the customer."""
        company = {"company_id": self.company.id}
        self.customer.email = "nonsense"
        self.env.flush_all()
        unused, competitor = self.env["crm.lifecycle.competitor"].create(
            [{"name": "Epsilon", **company}, {"name": "Acme", **company}]
        )
        return {
            "crm.lifecycle.fact": self.env["crm.lifecycle.fact"].create(
                {"field_name": "email", **company}
            ),
            "crm.lifecycle.preference": self.env["crm.lifecycle.preference"].create(
                {"name": f"Chess {user.id}", "kind": "taste"}
            ),
            "crm.lifecycle.source": self.env["crm.lifecycle.source"].create({"name": "Fair"}),
            # Who is noted at a customer cannot be deleted.
            "crm.lifecycle.competitor": unused,
            "crm.lifecycle.competitor.presence": self.env[
                "crm.lifecycle.competitor.presence"
            ].create(
                {
                    "partner_id": self.customer.id,
                    "competitor_id": competitor.id,
                    **company,
                }
            ),
            "crm.lifecycle.data.review": self.env["crm.lifecycle.data.review"].search(
                [("partner_id", "=", self.customer.id), ("reason", "=", "email_invalid")]
            ),
            "crm.lifecycle.data.confirmation": self.env["crm.lifecycle.data.confirmation"].create(
                {"partner_id": self.customer.id, "user_id": user.id, **company}
            ),
        }

    def _create_type_override(self, user):
        overrides = self.env["crm.lifecycle.type.override"]
        overrides.search([("partner_id", "=", self.customer.id)]).active = False
        return overrides.create(
            {
                "partner_id": self.customer.id,
                "customer_type": "relational",
                "reason": "Met",
                "user_id": user.id,
            }
        )

    def _get_service_records(self, user):
        """Return what tells who looks after whom; nobody looks after the customer."""
        self.env["crm.lifecycle.mismatch.waiver"].search(
            [("partner_id", "=", self.customer.id)]
        ).active = False
        colleague = self.users["sales manager"]
        self.customer.user_id = colleague
        self.env.cr.flush()
        self.customer.user_id = False
        self.env.cr.flush()
        of_customer = [
            ("partner_id", "=", self.customer.id),
        ]
        role = self.env["crm.lifecycle.account.role"].create({"name": "Driver"})
        self.env.flush_all()
        return {
            "crm.lifecycle.service.level": self.env["crm.lifecycle.service.level"].create(
                {"name": "Gold", "company_id": self.company.id}
            ),
            "crm.lifecycle.loyalty.level": self.env["crm.lifecycle.loyalty.level"].create(
                {"name": "Gold", "company_id": self.company.id}
            ),
            "crm.lifecycle.account.role": role,
            "crm.lifecycle.account.member": self.env["crm.lifecycle.account.member"].create(
                {
                    "partner_id": self.customer.id,
                    "user_id": colleague.id,
                    "role_id": self.env["crm.lifecycle.account.role"].create({"name": "Cook"}).id,
                }
            ),
            "crm.lifecycle.mismatch": self.env["crm.lifecycle.mismatch"].search(
                of_customer, limit=1
            ),
            # Of a kind that hides no other record.
            "crm.lifecycle.mismatch.waiver": self.env["crm.lifecycle.mismatch.waiver"].create(
                {
                    "partner_id": self.customer.id,
                    "kind": "sponsor",
                    "reason": "Small",
                    "user_id": user.id,
                }
            ),
            "crm.lifecycle.ownership": self.env["crm.lifecycle.ownership"].search(
                of_customer, limit=1
            ),
            "crm.lifecycle.coverage": self.env["crm.lifecycle.coverage"].search(
                [("company_id", "=", self.company.id), ("customer_count", ">", 0)], limit=1
            ),
        }

    def _create_day_line(self, user):
        """Return what somebody has to do for the customer."""
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": user.id,
                "date_deadline": "2026-03-02",
            }
        )
        self.env.flush_all()
        return self.env["crm.lifecycle.day.line"].browse(activity.id)

    def _get_contact_records(self, user):
        """Return what tells who is to be contacted when, and what was left open."""
        of_customer = {"partner_id": self.customer.id, "company_id": self.company.id}
        cadence = self.env["crm.lifecycle.cadence"].create(
            {"name": "Monthly", "company_id": self.company.id}
        )
        return {
            "crm.lifecycle.cadence": cadence,
            "crm.lifecycle.follow.up": self.env["crm.lifecycle.follow.up"].create(
                {**of_customer, "cadence_id": cadence.id, "date_due": "2026-03-02"}
            ),
            "crm.lifecycle.absence": self._create_absence(user),
            "crm.lifecycle.contact": self._create_contact(user),
            "crm.lifecycle.question": self.env["crm.lifecycle.question"].create(
                {**of_customer, "name": "Which colour?"}
            ),
            "crm.lifecycle.idea": self.env["crm.lifecycle.idea"].create(
                {
                    **of_customer,
                    "name": "Parks & Co want hooks",
                    "reviewer_id": user.id if user._is_internal() else False,
                }
            ),
        }

    def _get_reminder_records(self, user):
        """Return what people are reminded of."""
        order, other = (self._confirm_order(self.customer) for _number in range(2))
        interviews = self.env["crm.lifecycle.interview.round"].search(
            [("company_id", "=", self.company.id), ("year", "=", 2031)]
        )
        interviews.unlink()
        interviews = interviews.create({"company_id": self.company.id, "year": 2031})
        return {
            "crm.lifecycle.important.date.kind": self.env[
                "crm.lifecycle.important.date.kind"
            ].create({"name": "Fair"}),
            "crm.lifecycle.important.date": self.env["crm.lifecycle.important.date"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": "1980-03-12",
                    "user_id": user.id if not user.share else False,
                }
            ),
            "crm.lifecycle.return.visit": self.env["crm.lifecycle.return.visit"].create(
                {"order_id": order.id}
            ),
            "crm.lifecycle.interview.round": interviews.create(
                {"company_id": self.company.id, "year": 2032}
            )
            if not interviews.search([("year", "=", 2032), ("company_id", "=", self.company.id)])
            else interviews.search([("year", "=", 2032), ("company_id", "=", self.company.id)]),
            "crm.lifecycle.interview": self.env["crm.lifecycle.interview"].create(
                {"round_id": interviews.id, "partner_id": self.customer.id, "user_id": user.id}
            ),
            "crm.lifecycle.benefit.summary": self.env["crm.lifecycle.benefit.summary"].create(
                {"order_id": other.id}
            ),
        }

    def _say(self, user):
        """Return what the customer said today, as they did in the year before, when they bought."""
        today = fields.Date.today()
        with self.at(fields.Date.subtract(today, days=500).isoformat()):
            self._post_invoice(self.customer)
        *_earlier, said = self.env["crm.lifecycle.satisfaction.statement"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "value": 4,
                    "user_id": user.id,
                    "date": fields.Date.subtract(today, days=days),
                }
                for days in (400, 200, 0)
            ]
        )
        return said

    def _create_contact(self, user):
        self.customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.users["sales manager"].id
        ).action_feedback()
        self.env.flush_all()
        return self.env["crm.lifecycle.contact"].search(
            [("partner_id", "=", self.customer.id)], limit=1
        )

    def _create_absence(self, user):
        absences = self.env["crm.lifecycle.absence"]
        # A customer in the portal does not work here.
        away = self.users["sales manager"] if user.share else user
        absences.search([("user_id", "=", away.id)]).unlink()
        return absences.create(
            {"user_id": away.id, "date_start": "2026-03-02", "date_end": "2026-03-02"}
        )

    def test_each_role_may_do_what_the_table_says(self):
        partner = {"partner_id": self.customer.id}
        write = {
            "crm.lifecycle.stage": {"name": "Target"},
            "crm.lifecycle.profile": {"purchase_count": 7},
            "crm.lifecycle.transition": {"purchase_count": 7},
            "crm.lifecycle.state": {"status": "lost"},
            "crm.lifecycle.snapshot": {"customer_count": 7},
            "crm.lifecycle.event": {"kind": "order"},
            "crm.lifecycle.agreement": {"reference": "A-1"},
            "crm.lifecycle.mark": {"reason": "Met again"},
            "crm.lifecycle.override": {"reason": "Met again"},
            "crm.lifecycle.loss": {"note": "Met again"},
            "crm.lifecycle.loss.reason": {"name": "Gone"},
            "crm.lifecycle.queue": {"error": "none"},
            "crm.lifecycle.persona": {"minimum_fit": 70},
            "crm.lifecycle.persona.line": {"weight": 7},
            "crm.lifecycle.policy": {"tolerance": 10},
            "crm.lifecycle.criterion": {"value": 2},
            "crm.lifecycle.pass": {"total": 7},
            "crm.lifecycle.pass.batch": {"looked": 7},
            "crm.lifecycle.value": {"revenue_12m": 7.0},
            "crm.lifecycle.value.entry": {"amount": 7.0},
            "crm.lifecycle.value.cut": {"cut_a": 7.0},
            "crm.lifecycle.rfm.cut": {"monetary_1": 7.0},
            "crm.lifecycle.value.asof": {"revenue_12m": 7.0},
            "crm.lifecycle.revenue.change": {"current": 7.0},
            "crm.lifecycle.service.rate": {"amount": 7.0},
            "crm.lifecycle.wallet": {"amount": 7.0},
            "crm.lifecycle.white.space": {"buyer_count": 7},
            "crm.lifecycle.basket.pair": {"pair_count": 7},
            "crm.lifecycle.segment": {"universe_size": 7},
            "crm.lifecycle.reclassification": {"classified_up_to": 7},
            "crm.lifecycle.type.move": {"to_type": "hybrid"},
            "crm.lifecycle.segment.move": {"effective_date": "2026-03-02"},
            "crm.lifecycle.type.override": {"reason": "Met again"},
            "crm.lifecycle.service.level": {"seniority": "senior"},
            "crm.lifecycle.loyalty.level": {"minimum": 7},
            "crm.lifecycle.cadence": {"minutes": 7},
            "crm.lifecycle.follow.up": {"reason": "Forged"},
            "crm.lifecycle.absence": {"note": "Sea"},
            "crm.lifecycle.contact": {"minutes": 7},
            "crm.lifecycle.question": {"name": "Which size?"},
            "crm.lifecycle.idea": {"area": "delivery"},
            "crm.lifecycle.referral": {"note": "At the fair"},
            "crm.lifecycle.referral.reward": {"reference": "Voucher 7"},
            "crm.lifecycle.referral.code": {"active": True},
            "crm.lifecycle.referral.tree": {"buyer_count": 7},
            "crm.lifecycle.referral.share": {"new_count": 7},
            "crm.lifecycle.referrer": {"buyer_count": 7},
            "crm.lifecycle.day.line": {"minutes": 7},
            "crm.lifecycle.important.date.kind": {"lead_days": 9},
            "crm.lifecycle.important.date": {"note": "Wine"},
            "crm.lifecycle.return.visit": {"note": "Happy"},
            "crm.lifecycle.interview.round": {"size": 7},
            "crm.lifecycle.interview": {"findings": "Lamps"},
            "crm.lifecycle.benefit.summary": {"body": "<p>Lamps</p>"},
            "crm.lifecycle.account.role": {"name": "Pilot"},
            "crm.lifecycle.account.member": {"note": "Drives"},
            "crm.lifecycle.mismatch": {"kind": "team"},
            "crm.lifecycle.mismatch.waiver": {"reason": "Right"},
            "crm.lifecycle.ownership": {"reason": "Forged"},
            "crm.lifecycle.coverage": {"customer_count": 7},
            "crm.lifecycle.fingerprint": {"fingerprint": "7"},
            "crm.lifecycle.purchase.day": {"amount": 7.0},
            "crm.lifecycle.fact": {"weight": 7},
            "crm.lifecycle.preference": {"name": "Golf"},
            "crm.lifecycle.source": {"name": "Trade fair"},
            "crm.lifecycle.competitor": {"name": "Beta"},
            "crm.lifecycle.competitor.presence": {"threat": "high"},
            "crm.lifecycle.data.review": {"reason": "idle"},
            "crm.lifecycle.data.confirmation": {"reason": "idle"},
            "crm.complaint": {"subject": "They wait still"},
            "crm.complaint.category": {"dimension": "service"},
            "crm.complaint.cause": {"name": "Snow"},
            "crm.complaint.step": {"name": "In repair"},
            "crm.complaint.deadline": {"answer_hours": 7.0},
            "crm.complaint.report": {"answer_hours": 7.0},
            "crm.complaint.rate": {"order_count": 7},
            "crm.complaint.complainer": {"open_count": 7},
            "crm.complaint.theme": {"open_count": 7},
            "crm.complaint.product": {"open_count": 7},
            "crm.lifecycle.satisfaction": {"sample_size": 7},
            "crm.lifecycle.indicator": {"n": 7},
            "crm.lifecycle.indicator.entry": {"part": 7},
            "crm.lifecycle.repurchase": {"bought_count": 7},
            "crm.lifecycle.satisfaction.change": {"score_now": 7},
            "crm.lifecycle.switching": {"moved": 7},
            "crm.lifecycle.satisfaction.statement": {"note": "They said so twice"},
            "crm.complaint.hold": {"reason": "Photos came"},
            "crm.complaint.remedy": {"name": "A vase"},
            "crm.lifecycle.dunning.level": {"days": 81},
            "crm.lifecycle.dunning.notice": {"reason_note": "Forged"},
        }
        stage = {"stage_id": self.stages["partner"].id, "company_id": self.company.id, **partner}
        create = {
            "crm.lifecycle.stage": {"name": "Ninth", "code": "suspect", "sequence": 9},
            "crm.lifecycle.profile": stage,
            "crm.lifecycle.transition": {"profile_id": self.profile.id, **partner},
            "crm.lifecycle.state": partner,
            "crm.lifecycle.snapshot": {"customer_count": 7},
            "crm.lifecycle.event": partner,
            "crm.lifecycle.agreement": {"kind": "agent", **partner},
            "crm.lifecycle.mark": {"kind": "exclusive", "reason": "Met", **partner},
            "crm.lifecycle.override": {
                "stage_id": self.stages["partner"].id,
                "reason": "Met",
                "date_start": "2020-01-01",
                "date_end": "2020-01-31",
                **partner,
            },
            "crm.lifecycle.loss": {
                "reason_id": self.env.ref("crm_lifecycle.crm_lifecycle_loss_reason_price").id,
                "date": "2020-01-01",
                **partner,
            },
            "crm.lifecycle.loss.reason": {"name": "Price of oil"},
            "crm.lifecycle.queue": {"partner_ref": self.customer.id, "reason": "document"},
            "crm.lifecycle.persona": {"name": "Inns"},
            "crm.lifecycle.policy": {"name": "Ours"},
            "crm.lifecycle.criterion": {
                "policy_id": self.draft.id,
                "stage_id": stage["stage_id"],
                "group": 2,
                "metric": "purchases",
            },
            "crm.lifecycle.pass": {"kind": "demand", "started_at": "2026-01-01"},
            "crm.lifecycle.pass.batch": {
                "pass_id": self.rebuild.id,
                "finished_at": "2026-01-01",
            },
            "crm.lifecycle.value": {"profile_id": self.profile.id, **partner},
            "crm.lifecycle.value.entry": partner,
            "crm.lifecycle.value.cut": {"date": "2026-03-04", "basis": "margin"},
            "crm.lifecycle.rfm.cut": {"date": "2026-03-04"},
            "crm.lifecycle.service.rate": {
                "amount": 7.0,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            },
            "crm.lifecycle.value.asof": {"profile_id": self.profile.id, **partner},
            "crm.lifecycle.revenue.change": partner,
            "crm.lifecycle.wallet": {"amount": 7.0, **partner},
            "crm.lifecycle.white.space": partner,
            "crm.lifecycle.basket.pair": {"pair_count": 7},
            "crm.lifecycle.segment": {"name": "Inns"},
            "crm.lifecycle.reclassification": {"company_id": self.company.id},
            "crm.lifecycle.type.move": {"profile_id": self.profile.id, **partner},
            "crm.lifecycle.segment.move": {"profile_id": self.profile.id, **partner},
            "crm.lifecycle.type.override": {
                "customer_type": "hybrid",
                "reason": "Met",
                "date_start": "2020-01-01",
                "date_end": "2020-01-31",
                **partner,
            },
            "crm.lifecycle.service.level": {"name": "Silver"},
            "crm.lifecycle.loyalty.level": {"name": "Silver"},
            "crm.lifecycle.cadence": {"name": "Weekly"},
            "crm.lifecycle.follow.up": {"date_due": "2026-03-04", **partner},
            "crm.lifecycle.question": {"name": "Which shape?", **partner},
            "crm.lifecycle.idea": {"name": "Hooks", **partner},
            "crm.lifecycle.referral": {
                "referrer_id": self._create_customer("Parks & Co's friend").id,
                **partner,
            },
            "crm.lifecycle.referral.reward": {"date_due": "2026-03-02"},
            "crm.lifecycle.referral.code": partner,
            "crm.lifecycle.referral.tree": partner,
            "crm.lifecycle.referral.share": partner,
            "crm.lifecycle.referrer": partner,
            "crm.lifecycle.contact": {"minutes": 7, **partner},
            "crm.lifecycle.absence": {"date_start": "2026-04-02", "date_end": "2026-04-02"},
            "crm.lifecycle.important.date.kind": {"name": "Feast"},
            "crm.lifecycle.important.date": {"date": "1980-03-13", **partner},
            "crm.lifecycle.interview.round": {"year": 2044, "company_id": self.company.id},
            "crm.lifecycle.day.line": partner,
            "crm.lifecycle.account.role": {"name": "Gardener"},
            "crm.lifecycle.account.member": {
                "user_id": self.users["all documents"].id,
                "role_id": self.env.ref("crm_lifecycle.crm_lifecycle_account_role_service").id,
                **partner,
            },
            "crm.lifecycle.mismatch": partner,
            "crm.lifecycle.mismatch.waiver": {"kind": "team", "reason": "Met", **partner},
            "crm.lifecycle.ownership": {
                "date_start": "2026-01-01",
                "cause": "change",
                **partner,
            },
            "crm.lifecycle.coverage": {"customer_count": 7},
            "crm.lifecycle.fingerprint": {"partner_ref": 7, "fingerprint": "7"},
            "crm.lifecycle.purchase.day": {
                "purchase_date": "2026-03-01",
                "date": "2026-03-01",
                "amount": 7.0,
                **partner,
            },
            "crm.lifecycle.fact": {"field_name": "phone"},
            "crm.lifecycle.preference": {"name": "Sailing", "kind": "topic"},
            "crm.lifecycle.source": {"name": "Walk"},
            "crm.lifecycle.competitor": {"name": "Gamma"},
            "crm.lifecycle.data.review": partner,
            "crm.lifecycle.data.confirmation": partner,
            "crm.complaint": {"subject": "It creaks", **partner},
            "crm.complaint.category": {"name": "Noise"},
            "crm.complaint.cause": {"name": "Wind"},
            "crm.complaint.step": {"name": "On the way", "code": "waiting"},
            "crm.complaint.deadline": {
                "name": "Late",
                "answer_hours": 1.0,
                "solution_hours": 2.0,
            },
            "crm.complaint.report": partner,
            "crm.complaint.rate": partner,
            "crm.complaint.complainer": partner,
            "crm.complaint.theme": {"open_count": 7},
            "crm.complaint.product": {"open_count": 7},
            "crm.lifecycle.satisfaction": partner,
            "crm.lifecycle.indicator": {"n": 7},
            "crm.lifecycle.indicator.entry": partner,
            "crm.lifecycle.repurchase": partner,
            "crm.lifecycle.satisfaction.change": partner,
            "crm.lifecycle.switching": partner,
            "crm.lifecycle.satisfaction.statement": {"value": 4, **partner},
            "crm.lifecycle.dunning.level": {
                "name": "Later",
                "days": 90,
                "template_id": self.env.ref("crm_lifecycle.mail_template_dunning_last").id,
            },
        }
        for position, role in enumerate(ROLES):
            if role not in self.users:
                continue
            records = self._get_records(self.users[role])
            create["crm.lifecycle.persona.line"] = {
                "persona_id": records["crm.lifecycle.persona"].id,
                "kind": "size",
                "employees_from": 10,
            }
            create["crm.lifecycle.competitor.presence"] = {
                "competitor_id": records["crm.lifecycle.competitor"]
                .create({"name": "Delta", "company_id": self.company.id})
                .id,
                **partner,
            }
            held = records["crm.complaint.hold"]
            create["crm.complaint.hold"] = {
                "complaint_id": held.complaint_id.id,
                "move_id": self.invoice.id,
                "date_from": "2026-03-02",
            }
            create["crm.complaint.remedy"] = {
                "name": "Flowers",
                "kind": "other",
                "complaint_id": held.complaint_id.id,
            }
            create["crm.lifecycle.dunning.notice"] = {
                "move_id": self.invoice.id,
                "level_id": records["crm.lifecycle.dunning.level"].id,
                "date": "2026-03-02",
                "state": "sent",
            }
            for model in ("crm.lifecycle.return.visit", "crm.lifecycle.benefit.summary"):
                create[model] = {"order_id": self._confirm_order(self.customer, user_id=False).id}
            create["crm.lifecycle.interview"] = {
                "round_id": records["crm.lifecycle.interview.round"].id,
                **partner,
            }
            for model, rights in RIGHTS.items():
                if (role, model) in BRIDGED:
                    continue
                record = self._as(role, records[model])
                self.assertTrue(record, model)
                may = set(rights[position])
                with self.subTest(role=role, model=model):
                    group_by = ["company_id"] if "company_id" in record._fields else []
                    for method, *args in (
                        (record.read, ["display_name"]),
                        (record.search, []),
                        (record.search_count, [("id", "in", record.ids)]),
                        (record.web_search_read, [], {"display_name": {}}),
                        (record.formatted_read_group, [], group_by, ["__count"]),
                        (record.name_search, "Parks"),
                        (record.web_read, {"display_name": {}}),
                    ):
                        self.assertReads("r" in may, method, *args)
                    self.assertAccess("w" in may, record.write, write[model])
                    # A stage is refused to everybody, with a reason.
                    refusal = UserError if model == "crm.lifecycle.stage" else AccessError
                    self.assertAccess("c" in may, record.create, create[model], error=refusal)
                    self.assertAccess("d" in may, record.unlink)

    def test_marks_of_others_are_the_managers_business(self):
        mark = self.env["crm.lifecycle.mark"].create(
            {
                "partner_id": self.customer.id,
                "reason": "Met",
                "user_id": self.users["all documents"].id,
            }
        )
        for role, may_write in (
            ("own documents", False),
            ("all documents", True),
            ("sales manager", True),
            ("invoicing", False),
        ):
            with self.subTest(role):
                own = self._as(role, mark)
                self.assertAccess(True, own.read, ["reason"])
                self.assertAccess(may_write, own.write, {"reason": "Met twice"})

    def test_nobody_speaks_in_a_colleagues_name(self):
        colleague = self.users["sales manager"].id
        for role, allowed in (("own documents", False), ("sales manager", True)):
            with self.subTest(role):
                values = {"partner_id": self._create_customer(role).id, "reason": "Met"}
                marks = self._as(role, self.env["crm.lifecycle.mark"])
                if role == "sales manager":
                    colleague = self.users["own documents"].id
                self.assertAccess(allowed, marks.create, {**values, "user_id": colleague})
                own = marks.create({**values, "kind": "exclusive"})
                self.assertEqual(own.user_id, self.users[role])
                self.assertAccess(allowed, own.write, {"user_id": colleague})

    def test_nobody_moves_a_mark_to_another_company(self):
        elsewhere = self._create_company("Elsewhere", "base.EUR")
        marks = self._as("own documents", self.env["crm.lifecycle.mark"])
        mark = marks.create({"partner_id": self._create_customer().id, "reason": "Met"})
        self.assertAccess(False, mark.write, {"company_id": elsewhere.id})

    def test_a_manager_renames_a_stage_but_cannot_recode_it(self):
        stage = self._as("sales manager", self.stages["suspect"])
        stage.write({"name": "Target", "color": 3, "description": "Whom we want"})
        for values in ({"code": "partner"}, {"sequence": 9}):
            with self.subTest(values):
                self.assertAccess(False, stage.write, values, error=UserError)
        self.assertAccess(False, stage.unlink)
        self.assertAccess(False, stage.copy, error=UserError)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.stages["suspect"].unlink()
        with self.assertRaisesRegex(UserError, "not add one"):
            self.env["crm.lifecycle.stage"].create({"name": "Ninth", "code": "suspect"})

    def test_events_of_leads_are_for_those_who_see_all_leads(self):
        sales = {"lead", "opportunity", "quotation", "order", "invoice"}
        for role, kinds in (
            ("all documents", sales),
            ("sales manager", sales),
            ("invoicing", sales - {"lead", "opportunity"}),
            ("auditor", sales - {"lead", "opportunity"}),
        ):
            with self.subTest(role):
                events = self._as(role, self.env["crm.lifecycle.event"])
                domain = [("partner_id", "=", self.customer.id)]
                self.assertEqual(set(events.search(domain).mapped("kind")), kinds)
                groups = events.formatted_read_group(domain, ["kind"], ["__count"])
                self.assertEqual({group["kind"] for group in groups}, kinds)
        lead_event = self.env["crm.lifecycle.event"].search(
            [("res_model", "=", "crm.lead"), ("partner_id", "=", self.customer.id)], limit=1
        )
        self.assertAccess(False, self._as("invoicing", lead_event).read, ["date"])
        self.assertAccess(True, self._as("all documents", lead_event).read, ["date"])


@tagged("post_install", "-at_install")
class TestPublicMethods(AccessCase):
    """What can be called from outside is safe to be."""

    def test_every_public_method_is_a_known_one(self):
        for model, expected in PUBLIC_METHODS.items():
            with self.subTest(model):
                found = set()
                for cls in type(self.env[model]).__mro__:
                    if not cls.__module__.startswith(f"{OURS}."):
                        continue
                    found |= {
                        name
                        for name, member in vars(cls).items()
                        if inspect.isfunction(member)
                        and not name.startswith("_")
                        and not getattr(member, "_api_private", False)
                    }
                self.assertEqual(found, expected)

    def test_a_replica_may_serve_what_only_reads(self):
        for model, names in PUBLIC_METHODS.items():
            for name in names:
                with self.subTest(model=model, name=name):
                    may = name not in WRITING_METHODS and (model, name) not in READ_FROM_PRIMARY
                    # What overrides a method of the host's does as that does.
                    for cls in type(self.env[model]).__mro__:
                        if name in vars(cls) and not cls.__module__.startswith(OURS):
                            may = is_readonly(cls, name)
                            break
                    self.assertEqual(is_readonly(self.registry[model], name), may)

    def test_only_a_manager_tries_failed_customers_again(self):
        for role in self.users:
            with self.subTest(role):
                self._set_aside(self.customer)
                failed = self.queue.search([("failed_at", "!=", False)])
                self.assertAccess(role == "sales manager", self._as(role, failed).action_retry)

    def test_retrying_nobody_does_nothing(self):
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        self._as("sales manager", self.queue).action_retry()
        self.assertFalse(self.queue.search([]))
        # A row that waits is no failure.
        self.queue._mark(self.customer.ids)
        self.env.cr.flush()
        waiting = self.queue.search([])
        self._as("sales manager", waiting).action_retry()
        self.assertEqual(self.queue.search([]), waiting)

    def test_a_portal_user_opens_nothing(self):
        partner = self._as("portal", self.customer)
        self.assertEqual(partner.name, "Parks & Co")
        for name in (
            "action_lifecycle_open_profile",
            "action_lifecycle_open_stage_document",
            "action_lifecycle_open_transitions",
            "action_lifecycle_open_events",
            "action_lifecycle_open_value",
        ):
            with self.subTest(name):
                self.assertAccess(False, getattr(partner, name))
        for record in (self.profile, self.order_move):
            own = self._as("portal", record)
            for name in PUBLIC_METHODS[record._name]:
                with self.subTest(model=record._name, name=name):
                    arguments = {
                        "action_open_figure": ("purchases",),
                        "action_open_rfm": ("5", "5"),
                        "action_open_type": ("hybrid",),
                    }.get(name, ())
                    self.assertAccess(False, getattr(own, name), *arguments)

    def test_curves_are_for_those_who_may_see_amounts(self):
        richer = ("all documents", "sales manager", "invoicing", "auditor")
        for role in self.users:
            values = self._as(role, self.env["crm.lifecycle.value"])
            for method, *arguments in (
                (values.get_whale_curve,),
                (values.get_whale_curve, "revenue", "total"),
                (values.action_open_places, "margin", "12m", 1, 1),
                *((values.get_pareto, axis) for axis in (*CUSTOMER_AXES, *PRODUCT_AXES)),
                (values.action_open_pareto, "customer", "12m", [self.customer.id]),
                (values.action_open_pareto, "product", "12m", [False]),
            ):
                with self.subTest(role=role, method=method.__name__, arguments=arguments):
                    self.assertReads(role in richer, method, *arguments)

    def test_the_grid_is_for_those_who_see_stages_and_without_amounts_for_some(self):
        self.env.cr.execute(
            "UPDATE crm_lifecycle_profile SET rfm_recency = '5', rfm_frequency = '5',"
            " rfm_monetary = '5', rfm_code = '555' WHERE id = %s",
            [self.profile.id],
        )
        self.env.invalidate_all()
        for role in self.users:
            profiles = self._as(role, self.env["crm.lifecycle.profile"])
            may = role not in ("stock", "internal", "portal")
            with self.subTest(role):
                self.assertReads(may, profiles.get_rfm_grid)
                self.assertReads(may, profiles.search, [("rfm_code", "=", "555")])
                self.assertReads(may, profiles.search, [("is_core", "=", True)])
                if may:
                    [cell] = profiles.get_rfm_grid()["cells"]
                    self.assertEqual(cell["customers"], 1)
                    self.assertEqual(cell["average"], None if role == "own documents" else 300.0)

    def test_a_document_opens_for_those_who_may_read_it(self):
        for role, move, allowed in (
            ("own documents", self.order_move, False),
            ("all documents", self.order_move, True),
            ("all documents", self.lead_move, True),
            ("invoicing", self.order_move, True),
            ("invoicing", self.lead_move, False),
            ("auditor", self.lead_move, False),
        ):
            with self.subTest(role=role, document=move.res_model):
                self.assertAccess(allowed, self._as(role, move).action_open_document)
