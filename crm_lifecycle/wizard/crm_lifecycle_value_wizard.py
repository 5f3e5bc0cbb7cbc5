from odoo import fields, models
from odoo.exceptions import UserError

from ..models.crm_lifecycle_revenue_change import PERIODS


class CrmLifecycleValueWizard(models.TransientModel):
    """Ask for values, for the change of revenue, or for the seven indicators, as of a day."""

    _name = "crm.lifecycle.value.wizard"
    _description = "Customer Value on a Date"

    date = fields.Date(
        required=True,
        default=lambda self: self.env["crm.lifecycle.state.wizard"]._default_date(),
        help="The last day that counts, with all that is known today of documents up to it.",
    )
    report = fields.Selection(
        [
            ("value", "Customer value"),
            ("change", "Change of revenue"),
            ("indicators", "Seven indicators"),
        ],
        required=True,
        default="value",
        string="Show",
    )
    period = fields.Selection(PERIODS, required=True, default="12m", string="Compare")

    def action_open(self):
        """Show the report as of the day."""
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("That day is yet to come. Choose today or a day before."))
        if self.report == "value":
            return self.env["crm.lifecycle.value.asof"]._get_action(self.date)
        if self.report == "indicators":
            return self.env["crm.lifecycle.indicator"]._get_action(self.date)
        return self.env["crm.lifecycle.revenue.change"]._get_action(self.date, self.period)
