from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import LIFECYCLE_GROUPS


class SaleOrder(models.Model):
    """After an order the customer is called on again."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_return_visit_ids = fields.One2many(
        "crm.lifecycle.return.visit",
        "order_id",
        string="Return Visits",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_return_visit_state = fields.Selection(
        related="lifecycle_return_visit_ids.state",
        string="Return Visit",
        groups=LIFECYCLE_GROUPS,
    )

    def _get_lifecycle_delivered_days(self):
        """Return when orders were delivered in full: ``{order: date}``, others left out.

        Without deliveries it is the day of the order. Days are those of the current company's
        time zone.
        """
        company = self.env.company.sudo()
        tz = company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
        local = self.with_context(tz=tz)
        return {
            order: fields.Datetime.context_timestamp(local, order.date_order).date()
            for order in self
        }

    def action_lifecycle_benefit_summary(self):
        """Open what the order brought the customer, drafted from facts if need be."""
        self.ensure_one()
        if self.state != "sale":
            raise UserError(self.env._("Confirm the order before you sum up what it brought."))
        summary = self.env["crm.lifecycle.benefit.summary"]._draft_for(self)
        return summary._get_records_action()

    @api.readonly
    def action_lifecycle_open_return_visit(self):
        """Open the return visit after the order."""
        self.ensure_one()
        if not self.lifecycle_return_visit_ids:
            raise UserError(self.env._("There is no return visit after this order."))
        return self.lifecycle_return_visit_ids._get_records_action()
