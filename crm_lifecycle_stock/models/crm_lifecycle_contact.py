from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import day


class CrmLifecycleContact(models.Model):
    """Whoever registers what they bought gets in touch with us."""

    _inherit = "crm.lifecycle.contact"

    @api.model
    def _get_sources(self, scope, now):
        return [*super()._get_sources(scope, now), _registered(scope)]


def _registered(scope):
    """Return the query of registrations that customers made; what comes at once counts once."""
    return SQL(
        """SELECT 101, MIN(registration.id), company.id, person.commercial_partner_id, person.id,
                  registration.create_date, %(day)s, 'in', 'portal', customer.user_id,
                  NULL::varchar, TRUE, NULL::int, NULL::varchar,
                  'crm.lifecycle.registration', MIN(registration.id)
             FROM crm_lifecycle_registration registration
             JOIN res_partner person ON person.id = registration.partner_id
             JOIN res_partner customer ON customer.id = person.commercial_partner_id
             JOIN company ON company.id = registration.company_id
            WHERE registration.channel IN ('portal', 'public') AND %(scope)s
         GROUP BY company.id, company.tz, person.id, customer.id, registration.create_date""",
        day=day(SQL("registration.create_date")),
        scope=scope.of(SQL("person.commercial_partner_id")),
    )
