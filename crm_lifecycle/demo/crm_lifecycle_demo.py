from datetime import time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .builder import DemoBuilder, get_moment, get_zone
from .stories import SAN_FRANCISCO, SHANGHAI
from .translations import ZH_CN

EVENING = time(18, 0)
# Whose data nobody has changed for 14 months.
STALE = ("partner_juniper", "partner_summit", "partner_pinecrest", "partner_minghui")

# Who had fewer people half a year ago, and was a small business.
GROWN = ("partner_summit", "partner_lanwan")


class CrmLifecycleDemo(models.AbstractModel):
    """Entry for the demo data, which is more than XML can tell: a past.

    Called by the demo's XML alone; does nothing in a database without demo data.
    """

    _name = "crm.lifecycle.demo"
    _description = "Customer Lifecycle Demo"

    @api.model
    def _build(self):
        """Make the documents of the demo customers and derive their lifecycles."""
        self._set_languages()
        for company, stories in (
            (self.env.ref("base.main_company"), SAN_FRANCISCO),
            (self.env.ref("crm_lifecycle.company_shanghai"), SHANGHAI),
        ):
            DemoBuilder(self.env, company).build(stories)
        self._process_queue()
        self._announce_past_moves()
        self._age_data()
        self._move_segments()

    @api.model
    def _set_languages(self):
        """Have people and goods speak Chinese in China and English elsewhere, if installed."""
        languages = dict(self.env["res.lang"].get_installed())
        people = self._get_people()
        chinese = people.filtered(lambda person: person.country_id.code == "CN")
        chinese |= self.env.ref("crm_lifecycle.team_shanghai").member_ids.partner_id
        if "en_US" in languages:
            (people - chinese).lang = "en_US"
        if "zh_CN" in languages:
            chinese.lang = "zh_CN"
            # The chatter's lines name stages; their terms would come after the demo data.
            self.env["ir.module.module"]._load_module_terms(["crm_lifecycle"], ["zh_CN"])
            for name, term in ZH_CN.items():
                record = self.env.ref(f"crm_lifecycle.{name}")
                record.with_context(lang="zh_CN").name = term
            # The company got its rules before it had a language.
            policies = self.env["crm.lifecycle.policy"].with_context(tracking_disable=True)
            for policy in policies.search([("company_id.partner_id", "in", chinese.ids)]):
                policy.name = policy._get_default_name(policy.company_id)

    @api.model
    def _get_people(self):
        """Return the demo's customers with their contacts, and its users."""
        records = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "in", ("res.partner", "res.users"))]
        )
        by_model = records.grouped("model")
        people = self.env["res.partner"].browse(by_model["res.partner"].mapped("res_id"))
        users = self.env["res.users"].browse(by_model["res.users"].mapped("res_id"))
        return people | people.child_ids | users.partner_id

    @api.model
    def _age_data(self):
        """Have some customers' data wait for a review: the host dates every change itself."""
        customers = self.env["res.partner"].union(
            *(self.env.ref(f"crm_lifecycle.{name}") for name in STALE)
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET create_date = create_date - INTERVAL '14 months',"
                " write_date = write_date - INTERVAL '14 months'"
                " WHERE commercial_partner_id = ANY(%s)",
                customers.ids,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _move_segments(self):
        """Have some customers come from a smaller segment: what is known of them has no past."""
        moment = fields.Datetime.now() - relativedelta(months=6)
        for name in GROWN:
            customer = self.env.ref(f"crm_lifecycle.{name}")
            for profile in self.env["crm.lifecycle.profile"].search(
                [("partner_id", "=", customer.id), ("segment_id.employees_from", "=", 400)]
            ):
                self.env["crm.lifecycle.segment.move"].create(
                    {
                        "profile_id": profile.id,
                        "partner_id": customer.id,
                        "company_id": profile.company_id.id,
                        "from_segment_id": self.env["crm.lifecycle.segment"]
                        .search(
                            [
                                ("company_id", "=", profile.company_id.id),
                                ("employees_from", "=", 2),
                            ]
                        )
                        .id,
                        "to_segment_id": profile.segment_id.id,
                        "effective_date": moment.date(),
                        "known_at": moment,
                    }
                )

    @api.model
    def _process_queue(self):
        """Derive everybody at once, as an installation on a full database does.

        What the documents' hooks have queued is dropped: it would announce each
        move of the last years as today's news.
        """
        queue = self.env["crm.lifecycle.queue"]
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        # Their salespeople were so before today, too.
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_lifecycle_ownership WHERE partner_id = ANY(%s)",
                self._get_people().ids,
            )
        )
        everybody = self.env["crm.lifecycle.pass"]._start("install")
        while queue._process_next():
            self.env.cr.flush()
        # Their classes as well.
        self.env["crm.lifecycle.pass"]._finish_done()
        # The installation's own follows; those of the rates looked at the same people.
        (everybody | everybody.search([("kind", "=", "demand")])).sudo().unlink()

    @api.model
    def _announce_past_moves(self):
        """Log the demo customers' moves in their chatters, on the days they came true."""
        messages = {}
        moves = self.env["crm.lifecycle.transition"].search(
            [("partner_id", "in", self._get_people().ids)], order="effective_date, id"
        )
        for move in moves.filtered(lambda move: move._is_announced(move.from_stage_id)):
            move._announce()
            message = self.env["mail.message"].search(
                [("model", "=", "res.partner"), ("res_id", "=", move.partner_id.id)],
                order="id desc",
                limit=1,
            )
            messages[message.id] = get_moment(
                move.effective_date, EVENING, get_zone(move.company_id)
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message message SET date = past.moment"
                "  FROM UNNEST(%s, %s::timestamp[]) AS past(id, moment) WHERE message.id = past.id",
                list(messages),
                list(messages.values()),
            )
        )
        self.env.invalidate_all()
