from odoo.tools import SQL
from odoo.tools.sql import column_exists

# The most months that a company can set.
MONTHS = 120

# Their fields are in the lead's own views now.
FORMER_VIEWS = (
    "crm_lead_view_form_knowledge",
    "crm_lead_view_form_mismatch",
    "crm_lead_view_search_lead_knowledge",
    "crm_lead_view_search_lead_mismatch",
    "crm_lead_view_search_opportunity_knowledge",
    "crm_lead_view_search_opportunity_mismatch",
)


def migrate(cr, version):
    """Make way for the new views and for the limits of months."""
    _switch_off_former_views(cr)
    _limit_months(cr)


def _switch_off_former_views(cr):
    """The views that they add to are read before they are deleted."""
    cr.execute(
        SQL(
            """UPDATE ir_ui_view SET active = FALSE
                WHERE id IN (SELECT res_id FROM ir_model_data
                              WHERE module = 'crm_lifecycle' AND model = 'ir.ui.view'
                                AND name IN %s)""",
            FORMER_VIEWS,
        )
    )


def _limit_months(cr):
    """Longer ones would keep the limit from being enforced for anybody."""
    for name in ("lifecycle_stale_months", "lifecycle_idle_months"):
        if column_exists(cr, "res_company", name):
            cr.execute(
                SQL(
                    "UPDATE res_company SET %(name)s = %(most)s WHERE %(name)s > %(most)s",
                    name=SQL.identifier(name),
                    most=MONTHS,
                )
            )
