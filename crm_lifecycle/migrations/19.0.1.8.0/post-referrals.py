from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Count referrals by the claims of each company.

    What contacts tell becomes claims where the hourly job has not made them yet; who brought
    somebody is looked at anew, in the background.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.referral"]._wake()
    env["crm.lifecycle.queue"]._append(
        SQL(
            "SELECT DISTINCT referrer_customer_id FROM crm_lifecycle_referral"
            " UNION SELECT commercial_partner_id FROM res_partner WHERE id IN"
            " (SELECT lifecycle_referrer_id FROM res_partner"
            " WHERE lifecycle_referrer_id IS NOT NULL)"
        ),
        "pass",
    )
