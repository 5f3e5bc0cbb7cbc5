def migrate(cr, version):
    """Customers that wait for a rebuild are looked at without it: passes took its place."""
    cr.execute("UPDATE crm_lifecycle_queue SET reason = 'pass' WHERE reason <> 'document'")
