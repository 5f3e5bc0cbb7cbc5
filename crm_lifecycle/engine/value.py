"""Value of customers: entries summed up, ever and over the last twelve months.

One statement for some customers or for all, today or as of any date; see
``value_entries`` for what is summed up, and ``payments`` for what stands beside it.
"""

from odoo.tools import SQL

from .losses import cause
from .payments import PAYMENT_COLUMNS, payment_ctes
from .sources import lapse
from .value_entries import COLUMNS

# Figures of a customer and what each sums up. Each exists as a total and for the last
# twelve months. Bridges add theirs, see ``crm.lifecycle.value``.
FIGURES = {
    "revenue": SQL("revenue"),
    "refund": SQL("CASE WHEN is_refund THEN -revenue ELSE 0 END"),
    # What of the cost came back with what was refunded.
    "cost_back": SQL("CASE WHEN is_refund THEN -COALESCE(cost, 0) ELSE 0 END"),
    "discount": SQL("discount"),
    # What of the discounts was taken back with what was refunded.
    "discount_back": SQL("CASE WHEN is_refund THEN -discount ELSE 0 END"),
    "margin": SQL("revenue - COALESCE(cost, 0)"),
    "service": SQL("service"),
    "contribution": SQL("revenue - COALESCE(cost, 0) - service"),
    # By how much of the revenue the cost is known.
    "costed": SQL("CASE WHEN cost_basis IS NOT NULL THEN revenue ELSE 0 END"),
}
MONTHS = 12


def columns_of(figures):
    """Return the columns of ``crm.lifecycle.value`` that are derived.

    >>> columns_of(["revenue"])[:2]
    ['revenue_total', 'revenue_12m']
    """
    return [*_sums_of(figures), *PAYMENT_COLUMNS, "lapse_date", "loss_cause"]


def _sums_of(figures):
    return [f"{name}_{span}" for name in figures for span in ("total", "12m")]


def entry_cte(sources):
    """Return the CTE ``entry`` of all sources.

    :param list sources: SELECTs of ``COLUMNS``
    """
    columns = SQL(", ").join(SQL.identifier("source", column) for column in COLUMNS)
    return SQL(
        "entry AS (%s)",
        SQL(" UNION ALL ").join(
            SQL("SELECT %s FROM (%s) source", columns, source) for source in sources
        ),
    )


def value_ctes(scope, figures, ahead=True):
    """Return the CTEs from ``entry`` and ``company`` to ``value``: a row a customer and company.

    :param Scope scope: the customers
    :param dict figures: as ``FIGURES``
    :param bool ahead: look at entries dated ahead as well
    """
    return SQL(
        """%(sum)s, %(payments)s,
        value AS (
            SELECT company_id, partner_id, %(sums)s, %(payment_columns)s,
                   LEAST(total.lapse_date, payments.lapse_date) AS lapse_date, loss_cause
              FROM total
         FULL JOIN payments USING (company_id, partner_id)
        )""",
        sum=_total_cte(figures, ahead),
        payments=payment_ctes(scope),
        sums=SQL(", ").join(
            SQL("COALESCE(%(name)s, 0) AS %(name)s", name=SQL.identifier(name))
            for name in _sums_of(figures)
        ),
        payment_columns=SQL(", ").join(map(SQL.identifier, PAYMENT_COLUMNS)),
    )


def _total_cte(figures, ahead):
    """Return the CTE ``total``: the entries of each customer and company.

    ``lapse_date`` is the next day on which a figure changes by itself: an entry drops out
    of the twelve months, or one that is dated ahead comes in.
    """
    sums = SQL(", ").join(
        SQL(
            """COALESCE(SUM(%(amount)s) FILTER (WHERE entry.date <= today), 0) AS %(total)s,
               COALESCE(SUM(%(amount)s) FILTER (
                   WHERE entry.date <= today AND lapse > today), 0) AS %(recent)s""",
            amount=amount,
            total=SQL.identifier(f"{name}_total"),
            recent=SQL.identifier(f"{name}_12m"),
        )
        for name, amount in figures.items()
    )
    return SQL(
        """total AS (
            SELECT summed.*, %(cause)s AS loss_cause
              FROM (SELECT company_id, partner_id, %(sums)s,
                           LEAST(MIN(entry.date) FILTER (WHERE entry.date > today),
                                 MIN(lapse) FILTER (WHERE lapse > today)) AS lapse_date
                      FROM (SELECT entry.*, company.today, %(lapse)s AS lapse
                              FROM entry
                              JOIN company ON company.id = entry.company_id %(until)s) entry
                  GROUP BY company_id, partner_id) summed
        )""",
        sums=sums,
        cause=cause(),
        until=SQL() if ahead else SQL("AND entry.date <= company.today"),
        lapse=lapse(SQL("entry.date"), MONTHS),
    )


def recording(company, sources, scope, figures):
    """Return the statement that writes the values of customers where they differ.

    Values are kept beside the profile and go with it. Nothing is written where nothing
    differs.

    :param SQL company: ``sources.company_cte``
    :param Scope scope: the customers
    :param dict figures: as ``FIGURES``
    :return: statement whose rows are ``(partner_id,)`` of what was written
    """
    names = columns_of(figures)
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    found = SQL(", ").join(SQL.identifier("target", name) for name in names)
    kept = SQL(", ").join(SQL.identifier("kept", name) for name in names)
    return SQL(
        """WITH %(company)s, %(entry)s, %(value)s,
        profile AS MATERIALIZED (
            SELECT profile.id, profile.partner_id, profile.company_id
              FROM crm_lifecycle_profile profile
             WHERE %(profile_in_scope)s
        ),
        target AS MATERIALIZED (
            SELECT profile.id AS profile_id, value.*
              FROM value
              JOIN profile USING (partner_id, company_id)
        ),
        kept AS MATERIALIZED (
            SELECT kept.*
              FROM crm_lifecycle_value kept
             WHERE kept.profile_id = ANY(ARRAY(SELECT id FROM profile))
        ),
        updated AS (
            UPDATE crm_lifecycle_value written
               SET (%(columns)s) = ROW(%(found)s)
              FROM target
              JOIN kept USING (profile_id)
             WHERE written.id = kept.id AND (%(kept)s) IS DISTINCT FROM (%(found)s)
         RETURNING written.partner_id
        ),
        inserted AS (
            INSERT INTO crm_lifecycle_value (profile_id, partner_id, company_id, %(columns)s)
            SELECT profile_id, partner_id, company_id, %(columns)s
              FROM target
             WHERE NOT EXISTS (SELECT FROM kept WHERE kept.profile_id = target.profile_id)
          ORDER BY profile_id
         RETURNING partner_id
        ),
        removed AS (
            DELETE FROM crm_lifecycle_value gone
             USING kept
             WHERE gone.id = kept.id
               AND NOT EXISTS (SELECT FROM target WHERE target.profile_id = kept.profile_id)
         RETURNING gone.partner_id
        )
        SELECT partner_id FROM updated
     UNION ALL
        SELECT partner_id FROM inserted
     UNION ALL
        SELECT partner_id FROM removed""",
        company=company,
        entry=entry_cte(sources),
        value=value_ctes(scope, figures),
        profile_in_scope=scope.of(SQL("profile.partner_id")),
        columns=columns,
        found=found,
        kept=kept,
    )


def reading(company, sources, scope, figures):
    """Return the statement that reads the values, as of the day that ``company`` names.

    See ``recording`` for the parameters.
    """
    return SQL(
        "WITH %s, %s, %s SELECT * FROM value ORDER BY partner_id, company_id",
        company,
        entry_cte(sources),
        value_ctes(scope, figures),
    )


def returned_much(columns, names, limits):
    """Return the condition that a customer has returned much of what was invoiced.

    :param dict columns: SQL of the columns of ``crm.lifecycle.value`` by name
    :param names: those that tell how much was returned
    :param dict limits: from which share on that is much, by company, None for all others
    """
    named = sorted((company, share) for company, share in limits.items() if company)
    limit = SQL("%s::numeric", limits[None])
    if named:
        cases = SQL(" ").join(SQL("WHEN %s THEN %s::numeric", *pair) for pair in named)
        limit = SQL("CASE %s %s ELSE %s END", columns["company_id"], cases, limit)
    return SQL(
        "COALESCE(%(most)s > GREATEST(0, %(limit)s * (%(revenue)s + %(refund)s)), FALSE)",
        most=SQL("GREATEST(%s)", SQL(", ").join(columns[name] for name in names)),
        limit=limit,
        revenue=columns["revenue_12m"],
        refund=columns["refund_12m"],
    )


def wallet_share(partner, company, revenue, day):
    """Return a customer's revenue by the latest estimate of what they spend, as a scalar.

    :param SQL partner: the customer
    :param SQL company: whose estimate
    :param SQL revenue: of twelve months
    :param date day: the last day of which an estimate counts
    """
    return SQL(
        """(SELECT %s / wallet.amount
              FROM crm_lifecycle_wallet wallet
              JOIN res_partner contact ON contact.id = wallet.partner_id
             WHERE contact.commercial_partner_id = %s AND wallet.company_id = %s
               AND wallet.active AND wallet.date <= %s
          ORDER BY wallet.date DESC, wallet.id DESC
             LIMIT 1)""",
        revenue,
        partner,
        company,
        day,
    )
