from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lifecycle_trigger_mixin import host_first

# The host's own reason: its external id.
TOO_EXPENSIVE = ("crm", "lost_reason_1")


class CrmLostReason(models.Model):
    """Whether the price was why a deal did not come about."""

    _inherit = "crm.lost.reason"

    lifecycle_is_price = fields.Boolean(
        string="Lost for Price",
        groups="sales_team.group_sale_salesman",
        help="Quotations that were not ordered, of opportunities lost for this reason, are"
        " evidence that a customer buys deal by deal.",
    )

    @api.model
    def _mark_lifecycle_price(self):
        """Say it of the host's own reason, unless somebody has deleted that.

        Queues nobody: who installs has everybody looked at.
        """
        self.flush_model(["lifecycle_is_price"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lost_reason reason
                      SET lifecycle_is_price = TRUE
                     FROM ir_model_data data
                    WHERE data.model = 'crm.lost.reason' AND data.res_id = reason.id
                      AND data.module = %s AND data.name = %s""",
                *TOO_EXPENSIVE,
            )
        )
        self.invalidate_model(["lifecycle_is_price"])

    def write(self, vals):
        result = super().write(vals)
        if "lifecycle_is_price" in vals:
            with host_first(self, "lost reasons"):
                self.env["crm.lead"].flush_model(["lost_reason_id", "partner_id"])
                self.env["crm.lifecycle.queue"].sudo()._append(
                    SQL(
                        "SELECT DISTINCT partner_id FROM crm_lead WHERE lost_reason_id = ANY(%s)",
                        self.ids,
                    ),
                    "setting",
                )
        return result
