from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS

from ..hooks import LIMITS


class LifecycleLimitMixin(models.AbstractModel):
    """Something of the host that is for some customers only: by level, stage or type.

    Of each of the three nothing chosen is everybody. Who is no customer of the company yet,
    such as a visitor of the website, is none of these.
    """

    _name = "lifecycle.limit.mixin"
    _description = "Limit to Some Customers"

    # What is chosen cannot be deleted: without it, all would be for everybody.
    lifecycle_level_ids = fields.Many2many(
        "crm.lifecycle.loyalty.level",
        ondelete="restrict",
        string="Only for Levels",
        context={"active_test": False},
        groups=LIFECYCLE_GROUPS,
        help="Only for customers of one of these loyalty levels; empty for all. Each company has"
        " levels of its own.",
    )
    lifecycle_stage_ids = fields.Many2many(
        "crm.lifecycle.stage",
        ondelete="restrict",
        string="Only for Stages",
        context={"active_test": False},
        groups=LIFECYCLE_GROUPS,
        help="Only for customers in one of these stages; empty for all.",
    )
    lifecycle_type_ids = fields.Many2many(
        "crm.lifecycle.limit.type",
        ondelete="restrict",
        string="Only for Customer Types",
        groups=LIFECYCLE_GROUPS,
        help="Only for customers of one of these types; empty for all.",
    )

    @api.model
    def _get_lifecycle_limited_domain(self):
        """Return the domain of what is for some customers only."""
        return Domain.OR(Domain(name, "!=", False) for name in LIMITS)

    @api.model
    def _find_lifecycle_limited(self):
        """Return what is for some customers only, archived or not, as the superuser."""
        return (
            self.sudo().with_context(active_test=False).search(self._get_lifecycle_limited_domain())
        )

    @api.model
    def _find_lifecycle_barred(self, partner, company):
        """Return what a customer may not have, as the superuser."""
        limited = self._find_lifecycle_limited()
        if not limited:
            return limited
        profile = self._find_lifecycle_profiles(partner, company).get(partner)
        return limited.filtered(lambda record: not record._suits_lifecycle(profile))

    @api.model
    def _find_lifecycle_profiles(self, partners, company):
        """Return the profiles of contacts' customers; visitors of the website have none.

        :return: ``{contact: profile}``, as the superuser
        """
        partners = partners.sudo()
        profiles = (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.commercial_partner_id._origin.ids),
                    ("company_id", "=", company.id),
                ]
            )
            .grouped("partner_id")
        )
        return {
            partner: profiles.get(partner.commercial_partner_id._origin)
            for partner in partners
            if not partner.is_public
        }

    def _suits_lifecycle(self, profile):
        """Tell whether a customer may have it.

        :param profile: the customer's, or None
        """
        self.ensure_one()
        if not profile:
            return False
        return (
            (not self.lifecycle_level_ids or profile.loyalty_level_id in self.lifecycle_level_ids)
            and (not self.lifecycle_stage_ids or profile.stage_id in self.lifecycle_stage_ids)
            and (
                not self.lifecycle_type_ids
                or profile.customer_type in self.lifecycle_type_ids.mapped("code")
            )
        )

    def _say_lifecycle_limit(self):
        """Return for whom it is, for colleagues."""
        chosen = (self.lifecycle_level_ids, self.lifecycle_stage_ids, self.lifecycle_type_ids)
        return "; ".join(", ".join(records.mapped("display_name")) for records in chosen if records)
