from odoo import api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS
from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first

from ..hooks import LIMITS


class ProductPricelist(models.Model):
    """Price lists for some customers only are nobody else's by themselves."""

    _name = "product.pricelist"
    _inherit = ["product.pricelist", "lifecycle.limit.mixin"]

    lifecycle_is_open = fields.Boolean(
        compute="_compute_lifecycle_is_open",
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )

    @api.model
    def _get_lifecycle_open_fields(self):
        """Return the fields by which visitors of a website choose a price list by themselves."""
        return [name for name in ("selectable", "code") if name in self._fields]

    @api.depends(lambda self: [*LIMITS, *self._get_lifecycle_open_fields()])
    def _compute_lifecycle_is_open(self):
        """Tell where a website gives the price list to others than those whom it is for."""
        names = self._get_lifecycle_open_fields()
        for pricelist in self:
            pricelist.lifecycle_is_open = bool(
                any(pricelist[name] for name in names)
                and pricelist.filtered_domain(self._get_lifecycle_limited_domain())
            )

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        found = super()._get_partner_pricelist_multi(partner_ids)
        with host_first(self, "price lists"):
            found |= self._get_lifecycle_substitutes(found)
        return found

    @api.model
    def _get_lifecycle_substitutes(self, found):
        """Return the price lists of contacts who may not have the one that they would get.

        Those are what they would get if there were none for some customers only; in the end, none.

        :param dict found: ``{contact's id: price list}``
        """
        if not any(found.values()):
            return {}
        limited = self._find_lifecycle_limited()
        having = [partner_id for partner_id, pricelist in found.items() if pricelist in limited]
        if not having:
            return {}
        partners = self.env["res.partner"].browse(having)
        profiles = self._find_lifecycle_profiles(partners, self.env.company)
        barred = partners.filtered(
            lambda partner: (
                not found[partner.id].sudo()._suits_lifecycle(profiles.get(partner.sudo()))
            )
        )
        if not barred:
            return {}
        by_country = self.with_context(
            lifecycle_barred_pricelists=limited.ids
        )._get_country_pricelist_multi(barred.country_id.ids)
        substitutes = {}
        for partner in barred:
            pricelist = by_country[partner.country_id.id]
            # The settings may name a price list for those who would get none.
            suits = pricelist not in limited or pricelist.sudo()._suits_lifecycle(
                profiles.get(partner.sudo())
            )
            substitutes[partner.id] = pricelist if suits else pricelist.browse()
        return substitutes

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        barred = self.env.context.get("lifecycle_barred_pricelists")
        return [*domain, ("id", "not in", barred)] if barred else domain
