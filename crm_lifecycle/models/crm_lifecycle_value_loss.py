from odoo import api, fields, models
from odoo.tools import format_amount

from ..engine import losses

#: What the causes are made of.
FIGURES = sorted({figure for terms in losses.CAUSES.values() for figure in terms})


class CrmLifecycleValue(models.Model):
    """Customers who cost more than they bring, and why."""

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    loss_cause = fields.Selection(
        [
            ("goods", "Cost of goods"),
            ("discount", "Discounts"),
            ("refund", "Refunds and returns"),
            ("service", "Cost to serve"),
        ],
        string="Largest Cause",
        readonly=True,
        help="What takes most from a customer whose contribution of the last twelve months is"
        " below zero. Cost of goods: they have cost more than their list price. Refunds: less"
        " the cost of what came back.",
    )
    loss_reason = fields.Char(
        string="Causes",
        compute="_compute_loss_reason",
        help="All that makes the loss, the largest cause first.",
    )

    @api.depends("loss_cause", *(f"{figure}_12m" for figure in FIGURES))
    @api.depends_context("lang")
    def _compute_loss_reason(self):
        names = dict(self._fields["loss_cause"]._description_selection(self.env))
        for record in self:
            taken = losses.amounts({figure: record[f"{figure}_12m"] for figure in FIGURES})
            record.loss_reason = record.loss_cause and ", ".join(
                f"{names[name]} {format_amount(self.env, amount, record.currency_id)}"
                for name, amount in taken.items()
            )
