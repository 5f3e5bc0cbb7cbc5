from odoo import api, fields, models
from odoo.tools import format_date


class CrmComplaint(models.Model):
    """Whether the pieces that a complaint is about are in warranty."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    warranty = fields.Text(
        compute="_compute_warranty",
        compute_sudo=True,
        help="Of the pieces that the customer registered: how long their warranty is.",
    )

    @api.depends("lot_ids", "commercial_partner_id", "company_id")
    def _compute_warranty(self):
        registrations = self.env["crm.lifecycle.registration"].search(
            [
                ("lot_id", "in", self.lot_ids._origin.ids),
                ("commercial_partner_id", "in", self.commercial_partner_id._origin.ids),
            ]
        )
        known = {
            (found.lot_id, found.commercial_partner_id, found.company_id): found
            for found in registrations
        }
        for complaint in self:
            customer, company = complaint.commercial_partner_id._origin, complaint.company_id
            complaint.warranty = "\n".join(
                complaint._describe_warranty(lot, known.get((lot, customer, company)))
                for lot in complaint.lot_ids._origin
            )

    def _describe_warranty(self, lot, registration):
        """Return what is known of a piece's warranty, in a line."""
        if not registration:
            return self.env._("%s: not registered", lot.name)
        end, returned = registration.warranty_end, registration.date_returned
        if returned:
            return self.env._(
                "%(number)s: came back on %(date)s",
                number=lot.name,
                date=format_date(self.env, returned),
            )
        if not end:
            return self.env._("%s: registered, no warranty", lot.name)
        period = self.env["crm.lifecycle.period.mixin"].with_company(registration.company_id)
        terms = {"number": lot.name, "date": format_date(self.env, end)}
        if end >= period._get_today():
            return self.env._("%(number)s: in warranty until %(date)s", **terms)
        return self.env._("%(number)s: warranty over since %(date)s", **terms)
