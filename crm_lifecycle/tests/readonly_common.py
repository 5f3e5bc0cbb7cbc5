"""What tests of reading build on: something of everything, and a user of each role."""

from datetime import timedelta

from odoo import api, fields
from odoo.service.model import call_kw

from .common import INVOICING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase

ROLES = {
    "own documents": SALES,
    "all documents": SALES_ALL,
    "sales manager": SALES_MANAGER,
    "accountant": INVOICING,
}
BASE_GROUPS = ("base.group_user", "base.group_allow_export", "base.group_partner_manager")
# Screens of the host on which our fields are, and who opens them.
HOST_ACTIONS = {
    "contacts.action_contacts": set(ROLES),
    "crm.crm_lead_all_leads": set(ROLES) - {"accountant"},
    "crm.crm_lead_action_pipeline": set(ROLES) - {"accountant"},
    "sale.action_quotations_with_onboarding": set(ROLES),
    "sale.action_orders": set(ROLES),
    # Its form shows payments, which the host lets nobody else read.
    "account.action_move_out_invoice_type": {"accountant"},
}
HOST_VIEWS = ("list", "kanban", "form")


def call_readonly(registry, uid, model, method, *args, **kwargs):
    """Call a method as a request on a replica does, to the end of its transaction."""
    with registry.cursor(readonly=True) as cr:
        assert cr.readonly
        env = api.Environment(cr, uid, {})
        result = call_kw(env[model], method, args, kwargs)
        env.flush_all()
        cr.flush()
        return result


def get_menu_actions(env, user):
    """Return the window actions of our menus, as far as somebody sees them; bridges test theirs."""
    root = env.ref("crm_lifecycle.crm_lifecycle_menu_root")
    ours = env["ir.model.data"].search(
        [("model", "=", "ir.ui.menu"), ("module", "=", "crm_lifecycle")]
    )
    menus = env["ir.ui.menu"].search(
        [("id", "child_of", root.id), ("id", "in", ours.mapped("res_id"))]
    )
    menus = menus.with_user(user)._filter_visible_menus().sudo()
    actions = [menu.action for menu in menus if menu.action]
    return [action for action in actions if action._name == "ir.actions.act_window"]


def read_action(action):
    """Return a window action; of the host's, those views that have our fields."""
    found = action.sudo().read(["res_model", "domain", "context", "views"])[0]
    if not found["res_model"].startswith(("crm.lifecycle.", "crm.complaint")):
        found["views"] = [
            [view_id, mode]
            for view_id, mode in found["views"]
            if mode in ("list", "kanban", "form")
        ]
    return found


class ReadOnlyCase(LifecycleCase):
    """Customers with documents of every kind, which each role may look at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {}
        for number, (role, group) in enumerate(ROLES.items()):
            login = f"readonly_{number}"
            cls.users[role] = cls._create_user(login, *BASE_GROUPS, group, password=login)
        cls("_set_up_documents")._set_up_documents()
        cls.env.flush_all()
        cls.env.cr.flush()

    def _set_up_documents(self):
        cls = type(self)
        today = fields.Date.today()
        first, second, third = (str(today - timedelta(days=days)) for days in (60, 20, 5))
        cls.owner = self.users["own documents"]
        cls.persona = self._create_persona(("size", 1, {"employees_from": 10}))
        fitting = {"lifecycle_employee_count": 20, "user_id": self.owner.id}
        cls.nobody = self._create_customer("Nobody Ltd", **fitting)
        cls.prospect = self._create_customer("Prospect Ltd", **fitting)
        cls.buyer = self._create_customer("Buyer Ltd", **fitting)
        self.prospect.lifecycle_referrer_id = self.buyer
        with self.at(first):
            self._create_lead(self.prospect, user_id=self.owner.id)
            order = self._confirm_order(self.buyer, user_id=self.owner.id)
            self._pay(self._invoice_order(order))
            self._process_queue()
        with self.at(second):
            opportunity = self._create_opportunity(self.prospect, user_id=self.owner.id)
            self._rate(opportunity, self.prospect, 5)
            self._refund(self._invoice_order(self._confirm_order(self.buyer)), 0.5)
            self._create_agreement(self.prospect, second)
            self._create_mark(self.prospect, user_id=self.owner.id)
            self._process_queue()
        with self.at(third):
            self._create_override(self.prospect, user_id=self.owner.id)
            self._create_loss(self._create_customer("Lost Ltd"), user_id=self.owner.id)
            self.env["crm.lifecycle.type.override"].create(
                {
                    "partner_id": self.buyer.id,
                    "customer_type": "hybrid",
                    "reason": "Met",
                    "user_id": self.owner.id,
                }
            )
            self._process_queue()
        self._set_aside(self.nobody)
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "amount": 10.0}
        )
        self.buyer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.owner.id
        ).action_feedback()
        self.buyer.activity_schedule("mail.mail_activity_data_call", user_id=self.owner.id)
        self.env["crm.lifecycle.value.cut"]._measure(self.company)
        self._process_queue()
        cls.goods = self._create_peers(self.buyer, third)[:1]
        self.env["crm.lifecycle.wallet"].create({"partner_id": self.buyer.id, "amount": 900.0})
        self._set_up_knowledge()
        self.env["crm.lifecycle.account.member"].create(
            {"partner_id": self.buyer.id, "user_id": self.owner.id}
        )
        self.env["crm.lifecycle.mismatch.waiver"].create(
            {"partner_id": self.buyer.id, "kind": "team", "reason": "They know each other"}
        )
        self._set_up_follow_ups()
        self._set_up_reminders()
        self._set_up_rules()
        cls.complaint = self.env["crm.complaint"].create(
            {
                "subject": "It creaks",
                "partner_id": self.buyer.id,
                "product_ids": self.goods.ids,
                "user_id": self.owner.id,
                "company_id": self.company.id,
            }
        )
        self._set_up_money()
        cls.running = self._gather("demand", self.company)

    def _set_up_money(self):
        """Make a disputed invoice, what its customer got for it, and a reminder of it."""
        cls = type(self)
        cls.disputed = self._post_invoice(self.buyer, invoice_user_id=self.owner.id)
        self.complaint.move_ids = self.disputed
        remedies = self.env["crm.complaint.remedy"].sudo()
        cls.remedy = remedies.create(
            {
                "name": "The price back",
                "complaint_id": self.complaint.id,
                "move_id": self.disputed.id,
                "amount": 10.0,
                "state": "done",
                "credit_move_id": self.disputed.id,
            }
        )
        cls.notice = self.env["crm.lifecycle.dunning.notice"].create(
            {
                "move_id": self.disputed.id,
                "level_id": self.env["crm.lifecycle.dunning.level"]
                .search([("company_id", "=", self.company.id)], limit=1)
                .id,
                "date": "2026-03-02",
                "state": "skipped",
                "reason": "disputed",
            }
        )

    def _set_up_follow_ups(self):
        """Make contacts that a rule asked for, one yet to be made, and somebody who is away."""
        cls = type(self)
        today = fields.Date.today()
        cadence = self.env["crm.lifecycle.cadence"].create(
            {"name": "Quarterly", "company_id": self.company.id}
        )
        vals = {
            "partner_id": self.buyer.id,
            "company_id": self.company.id,
            "user_id": self.owner.id,
            "date_due": today,
        }
        cls.follow_up = self.env["crm.lifecycle.follow.up"].create(
            {**vals, "cadence_id": cadence.id}
        )
        self.env["crm.lifecycle.follow.up"].create({**vals, "state": "done", "closed_on": today})
        self.env["crm.lifecycle.absence"].create({"user_id": self.owner.id})
        with self.at(fields.Date.subtract(today, days=500).isoformat()):
            self._post_invoice(self.buyer)
        self.env["crm.lifecycle.satisfaction.statement"].create(
            [
                {
                    "partner_id": self.buyer.id,
                    "company_id": self.company.id,
                    "value": 4,
                    "date": fields.Date.subtract(today, days=days),
                }
                for days in (400, 200, 0)
            ]
        )
        self.env["crm.lifecycle.idea"].create(
            {"partner_id": self.buyer.id, "company_id": self.company.id, "name": "A hook"}
        )
        claim = self.env["crm.lifecycle.referral"].create(
            {
                "referrer_id": self.env["res.partner"].create({"name": "Friend"}).id,
                "partner_id": self.env["res.partner"].create({"name": "Newcomer"}).id,
                "company_id": self.company.id,
            }
        )
        self.env["crm.lifecycle.referral.reward"].create(
            {"referral_id": claim.id, "amount": 50.0, "date_due": "2026-03-02"}
        )
        self.env["crm.lifecycle.referral.code"].create(
            {"partner_id": claim.referrer_id.id, "company_id": self.company.id}
        )
        cls.question = self.env["crm.lifecycle.question"].create(
            {
                "partner_id": self.buyer.id,
                "company_id": self.company.id,
                "name": "Which size?",
                "res_model": "sale.order",
                "res_id": self.env["sale.order"]
                .search([("partner_id", "=", self.buyer.id)], limit=1)
                .id,
            }
        )

    def _set_up_reminders(self):
        """Make a date, a visit after an order, what it brought, and an interview."""
        cls = type(self)
        company = {"company_id": self.company.id}
        of_buyer = {"partner_id": self.buyer.id}
        cls.important_date = self.env["crm.lifecycle.important.date"].create(
            {**of_buyer, **company, "date": "1980-03-12"}
        )
        order = self.env["sale.order"].search(
            [("partner_id", "=", self.buyer.id), ("state", "=", "sale")], limit=1
        )
        cls.visit = self.env["crm.lifecycle.return.visit"].create({"order_id": order.id})
        cls.summary = self.env["crm.lifecycle.benefit.summary"].create({"order_id": order.id})
        cls.interview_round = self.env["crm.lifecycle.interview.round"].create(company)
        self.env["crm.lifecycle.interview"].create(
            {**of_buyer, "round_id": self.interview_round.id}
        )

    def _set_up_knowledge(self):
        """Make a competitor at the buyer, and a customer who may be the same."""
        cls = type(self)
        cls.competitor = self.env["crm.lifecycle.competitor"].create(
            {"name": "Acme", "company_id": self.company.id}
        )
        cls.presence = self.env["crm.lifecycle.competitor.presence"].create(
            {
                "partner_id": self.buyer.id,
                "competitor_id": self.competitor.id,
                "company_id": self.company.id,
            }
        )
        self.env["crm.lifecycle.data.confirmation"].create(
            {"partner_id": self.prospect.id, "company_id": self.company.id}
        )
        self.buyer.vat = self._create_customer("Twin Ltd", vat="XX12345").vat
        self.env["res.partner"].create(
            {"name": "Ada", "parent_id": self.buyer.id, "lifecycle_decision_role": "decider"}
        )

    def _set_up_rules(self):
        """Create a draft of rules, and a preview by which the buyer moves."""
        cls = type(self)
        cls.draft = self.env["crm.lifecycle.policy"].create({"name": "Draft"})
        criteria = self.draft.criterion_ids
        criteria.filtered(lambda criterion: criterion.metric == "purchases").value = 50
        previews = self.env["crm.lifecycle.preview"].with_user(self.users["sales manager"])
        self.draft.type_minimum_points = 1
        cls.preview = previews.create({"policy_id": self.draft.id})
        cls.preview_type = self.env["crm.lifecycle.preview.type"].search(
            [("preview_id", "=", cls.preview.id)], limit=1
        )
        cls.type_move = self.env["crm.lifecycle.type.move"].search(
            [("partner_id", "=", self.buyer.id)], limit=1
        )

        cls.cadence = self.env["crm.lifecycle.cadence"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        cls.level = self.env["crm.lifecycle.loyalty.level"].create(
            {"name": "Gold", "company_id": self.company.id}
        )
        cls.segment_move = self.env["crm.lifecycle.segment.move"].create(
            {
                "profile_id": self._profile(self.buyer).id,
                "company_id": self.company.id,
                "partner_id": self.buyer.id,
            }
        )

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get_context(self, user):
        """Return what the web client sends along with each call."""
        return {
            "lang": "en_US",
            "tz": "UTC",
            "uid": user.id,
            "allowed_company_ids": self.company.ids,
        }

    def _get_actions(self, role):
        """Return the window actions that a role can open: those of our menus, and the host's."""
        host = [self.env.ref(name) for name, roles in HOST_ACTIONS.items() if role in roles]
        return get_menu_actions(self.env, self.users[role]) + host

    def _get_buttons(self):
        """Return (record, method, argument ...) of all that opens something and only reads."""
        profile = self._profile(self.buyer)
        company = [("company_id", "=", self.company.id)]
        order = self.env["crm.lifecycle.event"].search(
            [("partner_id", "=", self.buyer.id), ("kind", "=", "order")], limit=1
        )
        value = self.env["crm.lifecycle.value"].search([("profile_id", "=", profile.id)])
        entry = self.env["crm.lifecycle.value.entry"].search(
            [("partner_id", "=", self.buyer.id), ("kind", "=", "service")], limit=1
        )
        of_buyer = [*company, ("partner_id", "=", self.buyer.id)]
        asof = self.env["crm.lifecycle.value.asof"].search(of_buyer)
        change = self.env["crm.lifecycle.revenue.change"].search(of_buyer)
        snapshot = self.env["crm.lifecycle.snapshot"].search(company, limit=1)
        state = self.env["crm.lifecycle.state"].browse(profile.id)
        line = self.preview.line_ids.filtered(lambda line: line.partner_id == self.buyer)
        before, after = line.from_stage_id.id, line.to_stage_id.id
        review = self.env["crm.lifecycle.data.review"].search(
            [*company, ("reason", "=", "duplicate_vat"), ("other_partner_id", "=", self.buyer.id)]
        )
        return [
            (profile, "action_open_stage_document"),
            (profile, "action_open_figure", "purchases", 12),
            (profile, "action_open_figure", "referrals"),
            (profile, "action_open_partner"),
            (profile, "action_open_transitions"),
            (profile, "action_open_events"),
            (profile, "action_open_value"),
            (value, "action_open_profile"),
            *(
                button
                for values in (value, asof)
                for button in (
                    (values, "action_open_receivable"),
                    (values, "action_open_overdue"),
                    (values, "action_open_paid"),
                    (values, "action_open_wallet"),
                    (values, "action_open_white_space"),
                    (values.browse(), "action_open_places", "contribution", "12m", 1, 1),
                    (values.browse(), "action_open_pareto", "customer", "12m", self.buyer.ids),
                    (values.browse(), "action_open_pareto", "product", "12m", [False], True),
                )
            ),
            (profile.browse(), "action_open_rfm", "5", "5"),
            (profile, "action_open_wallet"),
            (profile, "action_open_white_space"),
            *(
                (figures, name)
                for figures in (asof, change)
                for name in ("action_open_entries", "action_open_profile")
            ),
            (self.goods, "action_lifecycle_open_pairs"),
            (self.goods.product_tmpl_id, "action_lifecycle_open_pairs"),
            (entry, "action_open_document"),
            (profile.stage_transition_id, "action_open_document"),
            (order, "action_open_document"),
            (state, "action_open_profile"),
            (snapshot, "action_open_customers"),
            (self.persona, "action_find_suspects"),
            (profile.segment_id, "action_open_customers"),
            (self.cadence, "action_open_customers"),
            (self.draft, "action_compare"),
            (self.running, "action_open_failed"),
            (self.preview, "action_open_lines"),
            (self.preview, "action_open_customers", "stage", before, after),
            (self.preview, "action_open_customers", "stage", before),
            (self.preview, "action_discard"),
            (self.preview, "action_open_types"),
            (self.preview, "action_open_customers", "type", "none", False),
            (self.preview_type, "action_open_customer"),
            (self.type_move, "action_open_profile"),
            (profile, "action_open_type_moves"),
            (profile, "action_open_segment_moves"),
            (self.segment_move, "action_open_profile"),
            (profile, "action_set_type"),
            (profile.browse(), "action_open_type", "hybrid"),
            (self.buyer, "action_lifecycle_open_type_moves"),
            (self.buyer, "action_lifecycle_set_type"),
            (line, "action_open_customer"),
            (self.buyer, "action_lifecycle_open_profile"),
            (self.buyer, "action_lifecycle_open_stage_document"),
            (self.buyer, "action_lifecycle_open_transitions"),
            (self.buyer, "action_lifecycle_open_events"),
            (self.buyer, "action_lifecycle_open_referred"),
            (self.buyer, "action_lifecycle_open_value"),
            (self.buyer.invoice_ids[:1], "action_lifecycle_open_value"),
            (profile, "action_fill_in"),
            (self.competitor, "action_open_presences"),
            (self.presence, "action_talk_card"),
            (self.buyer, "action_lifecycle_talk_card"),
            (self.buyer, "action_lifecycle_open_presences"),
            (
                self.env["crm.lead"].search([("partner_id", "=", self.prospect.id)], limit=1),
                "action_lifecycle_open_presences",
            ),
            (review, "action_merge"),
            (review, "action_open_partner"),
            (self.nobody, "action_lifecycle_mark_suspect"),
            (self.buyer, "action_lifecycle_set_stage"),
            (self.buyer, "action_lifecycle_declare_lost"),
            (self.follow_up, "action_open_partner"),
            (self.important_date, "action_open_partner"),
            (self.visit, "action_open_order"),
            (self.visit.order_id, "action_lifecycle_open_return_visit"),
            (self.summary, "action_open_order"),
            (self.interview_round, "action_open_interviews"),
            (profile, "action_open_contacts"),
            (self.buyer, "action_lifecycle_open_contacts"),
            (self.buyer, "action_lifecycle_open_ideas"),
            *(
                (record, "action_lifecycle_open_questions")
                for record in (
                    self.buyer,
                    self.env["crm.lead"].search([("partner_id", "=", self.prospect.id)], limit=1),
                    self.env["sale.order"].search([*of_buyer], limit=1),
                    self.env["account.move"].search([*of_buyer], limit=1),
                )
            ),
            *(
                (record, name)
                for name in ("action_lifecycle_complain", "action_lifecycle_open_complaints")
                for record in (
                    self.buyer,
                    self.env["crm.lead"].search([("partner_id", "=", self.prospect.id)], limit=1),
                    self.env["sale.order"].search([*of_buyer], limit=1),
                    self.env["account.move"].search([*of_buyer], limit=1),
                    self.goods,
                    self.goods.product_tmpl_id,
                )
            ),
            (self.complaint, "action_answer"),
            (self.complaint, "action_open_holds"),
            (self.complaint, "action_open_similar"),
            (self.disputed, "action_lifecycle_open_holds"),
            (self.complaint, "action_reject"),
            *self._get_report_buttons(),
            *self._get_evidence_buttons(),
            (self.level, "action_open_customers"),
            (self.buyer, "action_lifecycle_open_satisfaction"),
            *(
                (self.env[model].search([*of_buyer], limit=1), "action_open_partner")
                for model in (
                    "crm.lifecycle.repurchase",
                    "crm.lifecycle.satisfaction.change",
                    "crm.lifecycle.switching",
                )
            ),
            (profile, "action_open_satisfaction"),
            (profile, "action_open_indicators"),
            (self.env["crm.lifecycle.indicator"].search([], limit=1), "action_open_entries"),
            (
                self.env["crm.lifecycle.indicator.entry"].search([*of_buyer], limit=1),
                "action_open_partner",
            ),
            (
                self.env["crm.lifecycle.satisfaction"].search([*of_buyer], limit=1),
                "action_open_document",
            ),
            (self.question, "action_answer"),
            *self._get_referral_buttons(),
            (self.question, "action_open_document"),
            *(
                (self.env["crm.lifecycle.contact"].search([*of_buyer], limit=1), name)
                for name in ("action_make_opportunity", "action_open_document")
            ),
            *self._get_service_buttons(profile),
        ]

    def _get_referral_buttons(self):
        """Return the same of referrals."""
        referrer = self.env["res.partner"].create({"name": "Friend"})
        referral = self.env["crm.lifecycle.referral"].create(
            {
                "referrer_id": referrer.id,
                "partner_id": self.env["res.partner"].create({"name": "Newcomer"}).id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        tree = self.env["crm.lifecycle.referral.tree"].browse(referral.id)
        return [
            (referral, "action_open_customer"),
            (referral, "action_reject"),
            (tree, "action_open_children"),
            (tree, "action_open_customer"),
            (
                self.env["crm.lifecycle.referrer"].search([("partner_id", "=", referrer.id)]),
                "action_open_referrals",
            ),
            (
                self.env["crm.lifecycle.referrer"].search([("partner_id", "=", referrer.id)]),
                "action_open_claims",
            ),
            (referrer, "action_lifecycle_open_referrals"),
        ]

    def _get_evidence_buttons(self):
        """Return the same of what satisfaction is worth: a wizard is read by who opened it."""
        evidence = (
            self.env["crm.lifecycle.satisfaction.evidence"]
            .with_user(self.users["sales manager"])
            .create({"company_id": self.company.id})
        )
        self.env.flush_all()
        return [(evidence, "action_open_repurchases"), (evidence, "action_open_changes")]

    def _get_report_buttons(self):
        """Return the same of the reports on complaints."""
        of_company = [("company_id", "=", self.company.id)]
        complained = [*of_company, ("complaint_count", ">", 0)]
        complainer = self.env["crm.complaint.complainer"].search(of_company, limit=1)
        return [
            (self.env["crm.complaint.report"].search(of_company, limit=1), "action_open_complaint"),
            (self.env["crm.complaint.rate"].search(complained, limit=1), "action_open_document"),
            (complainer, "action_open_complaints"),
            (complainer, "action_open_profile"),
            *(
                (
                    self.env[f"crm.complaint.{name}"].search(of_company, limit=1),
                    "action_open_complaints",
                )
                for name in ("theme", "product")
            ),
        ]

    def _get_service_buttons(self, profile):
        """Return the same of who looks after whom; nobody does after a peer of the buyer."""
        mismatch = self.env["crm.lifecycle.mismatch"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "unowned")], limit=1
        )
        ownership = self.env["crm.lifecycle.ownership"].search([], limit=1)
        day_line = self.env["crm.lifecycle.day.line"].search(
            [("user_id", "=", self.owner.id)], limit=1
        )
        coverage = self.env["crm.lifecycle.coverage"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        return [
            (self.buyer, "action_lifecycle_open_mismatches"),
            (self.buyer, "action_lifecycle_open_owners"),
            (self.buyer, "action_lifecycle_transfer"),
            (profile, "action_open_mismatches"),
            (profile, "action_transfer"),
            (mismatch, "action_add_member"),
            (mismatch, "action_dismiss"),
            (mismatch, "action_open_profile"),
            (mismatch, "action_transfer"),
            (ownership, "action_give_back"),
            (coverage, "action_open_customers"),
            (day_line, "action_log"),
            (day_line, "action_open_document"),
            (day_line, "action_open_white_space"),
        ]
