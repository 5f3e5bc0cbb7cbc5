from odoo import SUPERUSER_ID, api
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Have customers classified whom the former version had still to classify by new cut points.

    The column that says of whom goes when the update ends.
    """
    if not column_exists(cr, "crm_lifecycle_value_cut", "classified_up_to"):
        return
    cr.execute(
        "SELECT DISTINCT company_id FROM crm_lifecycle_value_cut WHERE classified_up_to IS NOT NULL"
    )
    company_ids = [company_id for (company_id,) in cr.fetchall()]
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.queue"]._execute_and_wake(
        env["crm.lifecycle.reclassification"]._get_appending(company_ids, with_types=False)
    )
