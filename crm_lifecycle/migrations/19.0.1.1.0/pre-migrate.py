def migrate(cr, version):
    """Give recorded histories the columns that must not be empty.

    What was recorded stays as what was known then; the rebuild that follows supersedes
    what the documents do not tell.
    """
    cr.execute(
        """
        ALTER TABLE crm_lifecycle_profile
            ADD COLUMN IF NOT EXISTS rule_stage_id int,
            ADD COLUMN IF NOT EXISTS status varchar;
        UPDATE crm_lifecycle_profile SET rule_stage_id = stage_id, status = 'new';
        ALTER TABLE crm_lifecycle_transition
            ADD COLUMN IF NOT EXISTS to_status varchar,
            ADD COLUMN IF NOT EXISTS stage_moved boolean;
        UPDATE crm_lifecycle_transition SET to_status = 'new', stage_moved = TRUE;
        UPDATE crm_lifecycle_transition SET cause = 'time' WHERE cause = 'withdrawn';
        """
    )
