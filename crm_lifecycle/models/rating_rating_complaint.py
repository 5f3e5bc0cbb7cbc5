from odoo import Command, api, models
from odoo.tools import plaintext2html

from .crm_lifecycle_trigger_mixin import behind_savepoint
from .lifecycle_portal_mixin import TEXT_LENGTH

# More stars are never a bad rating, whatever a company sets.
MOST_BAD = 4


class RatingRating(models.Model):
    """A bad rating is a complaint that nobody has written down yet."""

    _inherit = "rating.rating"

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._follow_up_bad_ratings()
        return ratings

    def write(self, vals):
        result = super().write(vals)
        if not {"rating", "consumed"}.isdisjoint(vals):
            self._follow_up_bad_ratings()
        return result

    def _follow_up_bad_ratings(self):
        """Reopen complaints that are rated badly, and make new ones of other bad ratings."""
        for rating in self.sudo():
            if not rating.consumed or not 0 < rating.rating <= MOST_BAD:
                continue
            if not rating.res_id or rating.res_model not in self.env:
                continue
            document = self.env[rating.res_model].sudo().browse(rating.res_id).exists()
            if not document:
                continue
            with behind_savepoint(rating, "bad ratings"):
                if document._name == "crm.complaint":
                    rating._reopen_complaint(document)
                else:
                    rating._make_complaint(document)

    def _is_bad_in(self, company):
        return self.rating <= company.lifecycle_complaint_bad_rating

    def _reopen_complaint(self, complaint):
        if self._is_bad_in(complaint.company_id):
            complaint._reopen_for_rating(self)

    def _make_complaint(self, document):
        """Make a complaint of a bad rating, once, where the company wants that."""
        self.ensure_one()
        company = ("company_id" in document._fields and document.company_id) or self.env.company
        if not company.lifecycle_complaint_from_rating or not self._is_bad_in(company):
            return
        customer = self.partner_id or ("partner_id" in document._fields and document.partner_id)
        if not customer or not customer.partner_share:
            return
        complaints = self.env["crm.complaint"].sudo().with_company(company)
        made = complaints.with_context(active_test=False).search_count(
            [("rating_id", "=", self.id)], limit=1
        )
        filed = complaints._get_filed_within_hour(customer, company)
        if made or len(filed) >= company.lifecycle_complaint_hourly:
            return
        complaints.create(self._prepare_complaint(document, customer, company))

    def _prepare_complaint(self, document, customer, company):
        """Return the values of a complaint.

        Invoices are left out: a customer who rates one has not refused to pay it.
        """
        complaints = self.env["crm.complaint"]
        name = document.display_name or self.res_name
        vals = {
            "subject": complaints._shorten_subject(
                self.env._("%(stars)s of 5 stars: %(what)s", stars=f"{self.rating:g}", what=name)
            ),
            "description": plaintext2html((self.feedback or "").strip()[:TEXT_LENGTH]),
            "partner_id": customer.id,
            "company_id": company.id,
            "channel": "portal",
            "rating_id": self.id,
        }
        if customer.commercial_partner_id not in complaints._get_customers_of(document):
            return vals
        if document._name == "sale.order":
            vals["order_ids"] = [Command.link(document.id)]
        elif document._name == "crm.lead":
            vals["lead_ids"] = [Command.link(document.id)]
        return vals
