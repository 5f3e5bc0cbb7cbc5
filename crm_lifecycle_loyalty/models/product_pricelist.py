from odoo import api, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first


class ProductPricelist(models.Model):
    """Price lists for some customers only are nobody else's by themselves."""

    _name = "product.pricelist"
    _inherit = ["product.pricelist", "lifecycle.limit.mixin"]

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        found = super()._get_partner_pricelist_multi(partner_ids)
        with host_first(self, "price lists"):
            found |= self._get_lifecycle_substitutes(found)
        return found

    @api.model
    def _get_lifecycle_substitutes(self, found):
        """Return the price lists of contacts who may not have the one that they would get.

        Those are what they would get if there were none for some customers only.

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
        return {partner.id: by_country[partner.country_id.id] for partner in barred}

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        barred = self.env.context.get("lifecycle_barred_pricelists")
        return [*domain, ("id", "not in", barred)] if barred else domain
