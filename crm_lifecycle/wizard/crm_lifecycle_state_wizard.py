from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CrmLifecycleStateWizard(models.TransientModel):
    """Ask for the stage and status of all customers on a day."""

    _name = "crm.lifecycle.state.wizard"
    _description = "Customer Lifecycle State on a Date"

    date = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        help="The end of this day in the company's time zone.",
    )
    knowledge = fields.Selection(
        [("now", "As known today"), ("then", "As known then")],
        required=True,
        default="now",
        help="As known today: with all the documents that were dated back, corrected or"
        " deleted since. As known then: what the reports showed at the end of that day.",
    )
    note = fields.Char(compute="_compute_note")

    @api.model
    def _default_date(self):
        """Return the last day of the month before."""
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.depends("date", "knowledge")
    @api.depends_context("allowed_company_ids")
    def _compute_note(self):
        for wizard in self:
            wizard.note = wizard._get_note()

    def _get_note(self):
        """Return why there is nothing to see on the day; False where there is."""
        self.ensure_one()
        if not self.date:
            return False
        if self.date > fields.Date.context_today(self):
            return self.env._("That day is yet to come. Choose today or a day before.")
        [[first_day, first_known]] = self.env["crm.lifecycle.transition"]._read_group(
            [("company_id", "in", self.env.companies.ids)],
            [],
            ["effective_date:min", "known_at:min"],
        )
        if not first_day or self.date < first_day:
            return first_day and self.env._(
                "Nobody was in the lifecycle yet: the first document is of %s.",
                format_date(self.env, first_day, date_format="long"),
            )
        known_day = fields.Datetime.context_timestamp(self, first_known).date()
        if self.knowledge == "then" and self.date < known_day:
            return self.env._(
                "Nothing was known of that day yet: the lifecycle has been kept since %s."
                " What is known of it today can be shown.",
                format_date(self.env, known_day, date_format="long"),
            )
        return False

    def action_open(self):
        """Show the customers in the state on the day."""
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise UserError(self._get_note())
        return self.env["crm.lifecycle.state"]._get_action(
            self.date, known_at=self.date if self.knowledge == "then" else None
        )
