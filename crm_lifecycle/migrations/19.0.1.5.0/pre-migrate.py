from odoo.tools import SQL

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
    """Switch former views off: the views that they add to are read before they are deleted."""
    cr.execute(
        SQL(
            """UPDATE ir_ui_view SET active = FALSE
                WHERE id IN (SELECT res_id FROM ir_model_data
                              WHERE module = 'crm_lifecycle' AND model = 'ir.ui.view'
                                AND name IN %s)""",
            FORMER_VIEWS,
        )
    )
