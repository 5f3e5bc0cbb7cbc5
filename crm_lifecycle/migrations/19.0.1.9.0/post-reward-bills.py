def migrate(cr, version):
    """Have rewards know all bills that were drafted for them, of which they named the last one.

    What came of those that were recovered or let go is settled. A reward that was given while its
    bill was none was given by hand.
    """
    cr.execute(
        """INSERT INTO crm_lifecycle_referral_reward_bill_rel (reward_id, move_id)
                SELECT id, move_id
                  FROM crm_lifecycle_referral_reward
                 WHERE move_id IS NOT NULL
           ON CONFLICT DO NOTHING"""
    )
    cr.execute(
        """INSERT INTO crm_lifecycle_referral_reward_settled_bill_rel (reward_id, move_id)
                SELECT reward.id, move.id
                  FROM crm_lifecycle_referral_reward reward
                  JOIN account_move move ON move.id = reward.move_id
                 WHERE move.state = 'posted'
                   AND (reward.recovered_on IS NOT NULL OR reward.is_written_off)
           ON CONFLICT DO NOTHING"""
    )
    cr.execute(
        """UPDATE crm_lifecycle_referral_reward reward
              SET move_id = NULL
             FROM account_move move
            WHERE move.id = reward.move_id AND move.state <> 'posted' AND reward.state = 'given'"""
    )
    # Posted again after it was taken back, which nobody was told.
    cr.execute(
        """UPDATE crm_lifecycle_referral_reward reward
              SET to_recover = TRUE
             FROM account_move move
            WHERE move.id = reward.move_id AND move.state = 'posted'
              AND reward.state = 'taken_back' AND reward.recovered_on IS NULL
              AND NOT COALESCE(reward.is_written_off, FALSE)"""
    )
