from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..engine.complaint_files import shorten

# Characters.
SUBJECT_LENGTH = 150
TEXT_LENGTH = 10_000


class LifecyclePortalMixin(models.AbstractModel):
    """What customers hand in through the portal: bounded, and read by them as far as it is theirs.

    Complaints, suggestions and the like inherit it before the host's mixins.
    """

    _name = "lifecycle.portal.mixin"
    _description = "Handed in by Customers"

    # All that customers read of a record; the rest is how we work on it.
    _portal_fields = frozenset()
    # How customers list records where the usual order names what they do not read.
    _portal_order = None

    def _has_field_access(self, field, operation):
        """Show customers what is theirs alone, also of fields that others add."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user.share:
            return True
        return operation == "read" and field.name in self._portal_fields

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        is_customer = not self.env.su and self.env.user.share
        if is_customer and self._portal_order and order == self._order:
            order = self._portal_order
        return super()._search(domain, offset=offset, limit=limit, order=order, **kwargs)

    # ------------------------------------------------------------
    # TEXTS
    # ------------------------------------------------------------

    @api.model
    def _get_portal_line(self, text):
        """Return what a customer entered as one line, no longer than we take.

        :raise UserError: if it is too long
        """
        line = " ".join((text or "").split())
        if len(line) > SUBJECT_LENGTH:
            raise UserError(
                self.env._(
                    "Please keep the subject within %s characters, and write the rest below.",
                    SUBJECT_LENGTH,
                )
            )
        return line

    @api.model
    def _get_portal_text(self, text):
        """Return plain text that a customer entered as HTML; tags in it are shown as text.

        :raise UserError: if it is too long
        """
        text = (text or "").strip()
        if len(text) > TEXT_LENGTH:
            raise UserError(
                self.env._(
                    "Please keep it within %s characters, or attach a file.", f"{TEXT_LENGTH:,}"
                )
            )
        return text and plaintext2html(text)

    @api.model
    def _shorten_subject(self, text):
        """Return a subject that fits, of what nobody can be asked to shorten."""
        return shorten(text, SUBJECT_LENGTH)

    # ------------------------------------------------------------
    # HOW OFTEN
    # ------------------------------------------------------------

    @api.model
    def _get_hourly_limit(self, company):
        """Return how many a customer hands in within an hour at most."""
        raise NotImplementedError

    @api.model
    def _get_filed_domain(self, customer, company):
        """Return the domain of what a customer handed in to a company by themselves."""
        return [
            ("commercial_partner_id", "=", customer.commercial_partner_id.id),
            ("company_id", "=", company.id),
        ]

    @api.model
    def _get_filed_within_hour(self, customer, company):
        """Return what a customer handed in within the last hour."""
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        return self.sudo().search(
            [*self._get_filed_domain(customer, company), ("create_date", ">", hour_ago)],
            order="id DESC",
        )

    @api.model
    def _ensure_hourly(self, customer, company, number=1):
        """Refuse a customer who hands in more within an hour than anybody can work on.

        :param int number: how many they want to hand in now
        """
        filed = len(self._get_filed_within_hour(customer, company))
        if filed + number > self._get_hourly_limit(company):
            raise UserError(self._get_hourly_message())

    @api.model
    def _get_hourly_message(self):
        """Return what is said to whoever hands in too much."""
        return self.env._(
            "You have filed several within the last hour. Please add to one of them, or"
            " try again later."
        )
