FORMER = (
    "['|', '|', '|', ('user_id', '=', user.id), ('lead_id.user_id', '=', user.id),"
    " ('referrer_id.user_id', '=', user.id), '&', ('partner_id', '!=', False),"
    " ('partner_id.user_id', 'in', [user.id, False])]"
)
PRESENT = (
    "['|', '|', '|', '|', ('user_id', '=', user.id), ('lead_id.user_id', '=', user.id),"
    " ('referrer_id.user_id', '=', user.id), ('referrer_customer_id.user_id', '=', user.id),"
    " '&', ('partner_id', '!=', False), '|', ('referrer_customer_id.user_id', '=', False),"
    " ('partner_id.user_id', 'in', [user.id, False])]"
)


def migrate(cr, version):
    """Have salespeople read claims where they read rewards, unless somebody changed the rule."""
    cr.execute(
        """UPDATE ir_rule
              SET domain_force = %s
             FROM ir_model_data data
            WHERE data.module = 'crm_lifecycle' AND data.name = 'crm_lifecycle_referral_rule_own'
              AND data.model = 'ir.rule' AND ir_rule.id = data.res_id
              AND TRIM(ir_rule.domain_force) = %s""",
        [PRESENT, FORMER],
    )
