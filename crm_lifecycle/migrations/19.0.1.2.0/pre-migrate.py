def migrate(cr, version):
    """Customers that wait for a rebuild are looked at without it: passes took its place."""
    cr.execute("UPDATE crm_lifecycle_queue SET reason = 'pass' WHERE reason <> 'document'")
    # The host forgets a model that is gone, but leaves its table, and the rule on it.
    cr.execute("DROP TABLE IF EXISTS crm_lifecycle_rebuild")
    cr.execute(
        """WITH forgotten AS (
                DELETE FROM ir_model_data
                      WHERE module = 'crm_lifecycle'
                        AND name = 'crm_lifecycle_rebuild_rule_company'
                  RETURNING res_id)
           DELETE FROM ir_rule WHERE id IN (SELECT res_id FROM forgotten)"""
    )
