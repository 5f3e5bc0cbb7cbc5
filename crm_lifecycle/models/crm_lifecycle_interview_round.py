from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLifecycleInterviewRound(models.Model):
    """Once a year the best customers are asked what they think, and what they need."""

    _name = "crm.lifecycle.interview.round"
    _description = "Round of Interviews"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "year DESC, id DESC"

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    year = fields.Integer(
        required=True, aggregator=None, default=lambda self: self._get_today().year
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    size = fields.Integer(
        string="Customers",
        required=True,
        default=10,
        aggregator=None,
        help="How many of the best customers are asked.",
    )
    date_end = fields.Date(string="Until", help="By when all are to be asked.")
    questions = fields.Html(help="What to ask: the guide for everybody who holds interviews.")
    interview_ids = fields.One2many("crm.lifecycle.interview", "round_id", string="Interviews")
    interview_count = fields.Integer(string="On the List", compute="_compute_counts")
    open_count = fields.Integer(string="Yet to Hold", compute="_compute_counts")

    _year_unique = models.Constraint(
        "UNIQUE(company_id, year)", "There is a round of this year already. Open that one."
    )
    _year_range = models.Constraint("CHECK(year BETWEEN 2000 AND 2200)", "Enter a year.")
    _size_range = models.Constraint(
        "CHECK(size BETWEEN 1 AND 500)", "Between 1 and 500 customers are asked in a round."
    )

    @api.depends("year")
    def _compute_name(self):
        for interviews in self:
            interviews.name = self.env._("Interviews %s", interviews.year)

    @api.depends("interview_ids.state")
    def _compute_counts(self):
        counts = {}
        for interviews, state, count in self.env["crm.lifecycle.interview"]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "state"], ["__count"]
        ):
            counts.setdefault(interviews.id, {})[state] = count
        for interviews in self:
            found = counts.get(interviews.id, {})
            interviews.interview_count = sum(found.values())
            interviews.open_count = found.get("planned", 0)

    def action_generate(self):
        """Put the best customers on the list; who stands there already stays as they are."""
        self.check_access("write")
        added = self.env["crm.lifecycle.interview"]
        for interviews in self:
            added |= interviews._generate()
        if not added and not self.interview_ids:
            raise UserError(
                self.env._(
                    "No customer of the company brought anything in the last twelve months, so"
                    " that there is nobody to ask."
                )
            )
        return self.action_open_interviews()

    def _generate(self):
        """Return the interviews that were added."""
        self.ensure_one()
        values = self._find_best()
        # As the superuser: a customer on the list counts, whoever may see them.
        held = self.sudo().interview_ids
        there = held.partner_id
        ranks = {value.partner_id: rank for rank, value in enumerate(values, 1)}
        # Who was on the list and is not among the best any more comes after them.
        others = held.filtered(lambda interview: interview.partner_id not in ranks)
        for place, interview in enumerate(others.sorted(lambda one: (one.rank, one.id)), 1):
            ranks[interview.partner_id] = len(values) + place
        for interview in held:
            if interview.rank != ranks[interview.partner_id]:
                interview.rank = ranks[interview.partner_id]
        return self.env["crm.lifecycle.interview"].create(
            [
                {
                    "round_id": self.id,
                    "partner_id": value.partner_id.id,
                    "rank": rank,
                    "user_id": value.partner_id.user_id.filtered("active").id,
                }
                for rank, value in enumerate(values, 1)
                if value.partner_id not in there
            ]
        )

    def _find_best(self):
        """Return the values of the best customers, by what the company's rules rank by."""
        self.ensure_one()
        settings = self.env["crm.lifecycle.policy"]._get_value_settings(self.company_id)
        column = f"{settings[self.company_id.id][0]}_12m"
        return self.env["crm.lifecycle.value"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.active", "=", True),
                (column, ">", 0),
            ],
            order=f"{column} DESC, id",
            limit=self.size,
        )

    @api.readonly
    def action_open_interviews(self):
        """Open the interviews."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_interview_action"
        )
        action["domain"] = [("round_id", "in", self.ids)]
        action["context"] = {}
        return action
