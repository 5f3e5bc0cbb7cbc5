import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS

# What a customer's own wishes say of the day of the next contact.
DATING_WISHES = {
    "lifecycle_contact_gap",
    "lifecycle_quiet_weekdays",
    "lifecycle_quiet_until",
    "lifecycle_opt_out",
}
WEEKDAYS = "1234567"


class ResPartner(models.Model):
    """The wishes of customers and their people, and what follows for the next contact."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_next_contact_date = fields.Date(
        string="Next Contact",
        compute="_compute_lifecycle_next_contact",
        search="_search_lifecycle_next_contact_date",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Day on which somebody should get in touch with the customer.",
    )
    lifecycle_planned_contact_date = fields.Date(
        string="Planned Contact",
        compute="_compute_lifecycle_next_contact",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Day of the next activity or meeting with the customer that is planned already.",
    )
    lifecycle_contact_why = fields.Text(
        string="Why This Date?",
        compute="_compute_lifecycle_next_contact",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How the day of the next contact was found, step by step.",
    )

    @api.depends(
        "lifecycle_profile_id.next_contact_date",
        "lifecycle_profile_id.planned_contact_date",
        "lifecycle_profile_id.contact_why",
    )
    @api.depends_context("company", "lang")
    def _compute_lifecycle_next_contact(self):
        for partner in self:
            profile = partner.lifecycle_profile_id
            partner.lifecycle_next_contact_date = profile.next_contact_date
            partner.lifecycle_planned_contact_date = profile.planned_contact_date
            partner.lifecycle_contact_why = profile.contact_why

    @api.model
    def _search_lifecycle_next_contact_date(self, operator, value):
        if operator not in ("in", "<", "<=", ">", ">="):
            return NotImplemented
        domain = Domain("lifecycle_profile_id", "any", [("next_contact_date", operator, value)])
        if operator == "in" and False in value:
            # Without a date is who has no profile at all.
            domain |= Domain("lifecycle_profile_id", "=", False)
        return domain

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("lifecycle_quiet_weekdays")
    def _check_lifecycle_quiet_weekdays(self):
        for partner in self.sudo():
            days = partner.lifecycle_quiet_weekdays or ""
            if not re.fullmatch("[1-7]*", days) or len(set(days)) < len(days):
                raise ValidationError(
                    self.env._(
                        "“%s” are no days of the week. Enter each quiet day once by its number,"
                        " from 1 for Monday to 7 for Sunday, such as 67.",
                        days,
                    )
                )
            if len(days) == len(WEEKDAYS):
                raise ValidationError(
                    self.env._(
                        "A customer who wants quiet on every day of the week wants no contact:"
                        " tick No Contact instead."
                    )
                )

    @api.constrains("lifecycle_quiet_from", "lifecycle_quiet_to")
    def _check_lifecycle_quiet_hours(self):
        for partner in self.sudo():
            hours = (partner.lifecycle_quiet_from, partner.lifecycle_quiet_to)
            if not all(0 <= hour <= 24 for hour in hours):
                raise ValidationError(
                    self.env._("Quiet hours are hours of a day: enter 0:00 to 24:00.")
                )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if not DATING_WISHES.isdisjoint(vals):
            self._mark_lifecycle_customers()
        return result
