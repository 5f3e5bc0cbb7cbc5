"""Payment bands: how customers pay, in a word, for those who may not see amounts."""

from odoo.tools import SQL

BANDS = ("prompt", "usual", "slow", "risky", "unknown")
#: What counts as what, where a company has no rules in force: fields of the rules.
DEFAULTS = {
    "payment_minimum": 3,  # payments in twelve months; fewer say nothing
    "payment_prompt_days": 3,  # days late on the average, at most
    "payment_usual_days": 15,
    "payment_slow_days": 45,
    "payment_risky_days": 60,  # days for which something has been overdue, at least
}


def band_of():
    """Return a customer's band, from the rows of ``value``, ``company`` and ``policy``, see
    ``standing``.

    Nobody has a band who never had an invoice. What is overdue for long makes a customer
    risky, however few payments there are.
    """
    limits = {
        name: SQL("COALESCE(policy.%s, %s)", SQL.identifier(name), default)
        for name, default in DEFAULTS.items()
    }
    return SQL(
        """CASE WHEN value.receivable IS NULL THEN NULL
                WHEN company.today - value.overdue_since >= %(payment_risky_days)s THEN 'risky'
                WHEN value.paid_count < %(payment_minimum)s
                     OR value.days_late IS NULL THEN 'unknown'
                WHEN value.days_late <= %(payment_prompt_days)s THEN 'prompt'
                WHEN value.days_late <= %(payment_usual_days)s THEN 'usual'
                WHEN value.days_late <= %(payment_slow_days)s THEN 'slow'
                ELSE 'risky' END""",
        **limits,
    )


def turning_risky():
    """Return the query of when customers become risky by what is overdue already.

    Columns: company_id, partner_id, date.
    """
    return SQL(
        """SELECT value.company_id, value.partner_id,
                  value.overdue_since + COALESCE(policy.payment_risky_days, %s) AS date
             FROM crm_lifecycle_value value
             JOIN crm_lifecycle_profile profile ON profile.id = value.profile_id
        LEFT JOIN crm_lifecycle_policy policy
               ON policy.company_id = value.company_id AND policy.state = 'active'
            WHERE value.overdue_since IS NOT NULL
              AND profile.payment_band IS DISTINCT FROM 'risky'""",
        DEFAULTS["payment_risky_days"],
    )
