from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize

INTERVIEW_STATES = [("planned", "Planned"), ("done", "Done"), ("skipped", "Skipped")]


class CrmLifecycleInterview(models.Model):
    """A talk with one of the best customers: what they said, and what follows from it."""

    _name = "crm.lifecycle.interview"
    _description = "Customer Interview"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "round_id DESC, rank, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "findings"]

    round_id = fields.Many2one(
        "crm.lifecycle.interview.round", required=True, index=True, ondelete="cascade"
    )
    year = fields.Integer(related="round_id.year", store=True, aggregator=None)
    company_id = fields.Many2one(
        related="round_id.company_id", store=True, precompute=True, index=True
    )
    questions = fields.Html(related="round_id.questions")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Place among the customers of the company when the list was made.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who holds the interview.",
    )
    state = fields.Selection(INTERVIEW_STATES, required=True, default="planned", index=True)
    date = fields.Date(string="Held On")
    answers = fields.Html(help="What the customer said.")
    findings = fields.Text(help="What follows from it: real needs, wishes, what to change.")

    _partner_unique = models.Constraint(
        "UNIQUE(round_id, partner_id)", "Each customer is asked once in a round."
    )

    def action_done(self):
        """Finish interviews, as held today where no day is entered."""
        self._ensure_planned()
        for interview in self:
            today = interview.with_company(interview.company_id)._get_today()
            interview.write({"state": "done", "date": interview.date or today})

    def action_skip(self):
        """Leave customers out this time."""
        self._ensure_planned()
        self.write({"state": "skipped"})

    def action_reopen(self):
        """Have interviews yet to be held again."""
        self.write({"state": "planned"})

    def _ensure_planned(self):
        for interview in self:
            if interview.state != "planned":
                raise UserError(
                    self.env._(
                        "The interview of %s is over already.", interview.partner_id.display_name
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "round_id", "user_id"}.isdisjoint(vals):
            # The host checks no references, and asks its rules about what it was before.
            self.partner_id.check_access("read")
            self.check_access("write")
        return result

    @api.model_create_multi
    def create(self, vals_list):
        interviews = super().create(vals_list)
        # The host checks no references.
        interviews.partner_id.check_access("read")
        return interviews

    @api.model
    def _unite(self, src_partners, dst_partner):
        """Leave one interview in a round of customers that are merged, with all they said."""
        interviews = self.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)], order="rank, id"
        ).sorted(lambda interview: interview.partner_id != dst_partner)
        order = ("done", "planned", "skipped")
        for same in interviews.grouped("round_id").values():
            if not same[1:]:
                continue
            same[0].write(
                {
                    "state": min(same.mapped("state"), key=order.index),
                    "rank": min(same.mapped("rank")),
                    "date": max(filter(None, same.mapped("date")), default=False),
                    "answers": html_sanitize(
                        "".join(str(text) for text in same.mapped("answers") if text)
                    ),
                    "findings": "\n".join(filter(None, same.mapped("findings"))),
                    "user_id": same[0].user_id.id or same.user_id[:1].id,
                }
            )
            same[1:].unlink()
