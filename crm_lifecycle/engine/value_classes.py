"""Classes A, B, C: who brings the first 80 %, the next 15 %, and the rest.

How much of the whole the largest customers bring is measured, never assumed. A run over
everybody finds the *cut points*, the least amount of each class; with these a single
customer is classified by comparison, and only who differs is written.
"""

from odoo.tools import SQL

CLASSES = ("a", "b", "c")
#: With fewer customers in the black than these, shares say nothing and there are no classes.
MINIMUM_CUSTOMERS = 5
#: The customers whose share of the whole is measured.
TOP_SHARE = 0.2

#: By what customers are ranked, and the column of each.
BASES = {"margin": "margin_12m", "revenue": "revenue_12m"}


def ranked_amount(settings):
    """Return the amount by which the customer of ``value`` is ranked.

    NULL is who is not: by margin, whose goods cost nobody knows how much. Who has had more
    refunded than bought is ranked in any case.

    :param str settings: alias that has ``basis`` and ``known_cost_share``
    """
    return SQL(
        """CASE WHEN %(basis)s = 'margin' AND value.revenue_12m > 0
                     AND value.costed_12m < %(share)s::numeric * value.revenue_12m THEN NULL
                %(amounts)s END""",
        basis=SQL.identifier(settings, "basis"),
        share=SQL.identifier(settings, "known_cost_share"),
        amounts=SQL(" ").join(
            SQL(
                "WHEN %s = %s THEN %s",
                SQL.identifier(settings, "basis"),
                name,
                SQL.identifier("value", column),
            )
            for name, column in BASES.items()
        ),
    )


def measuring(settings):
    """Return the query of the cut points of companies, one row each.

    Whoever shares the amount of the last one in a class is in it as well.

    :param dict settings: ``{company id: (basis, share of known cost, of A, of A and B)}``,
        shares between 0 and 1
    """
    rows = SQL(", ").join(
        SQL("(%s, %s, %s::numeric, %s::numeric, %s::numeric)", company, *setting)
        for company, setting in sorted(settings.items())
    )
    return SQL(
        """WITH wanted(company_id, basis, known_cost_share, share_a, share_b) AS (
            VALUES %(rows)s
        ),
        setting AS MATERIALIZED (
            SELECT wanted.company_id, known_cost_share, share_a, share_b,
                   CASE WHEN SUM(costed_12m) < known_cost_share * SUM(revenue_12m)
                        THEN 'revenue' ELSE wanted.basis END AS basis
              FROM wanted
         LEFT JOIN crm_lifecycle_value USING (company_id)
          GROUP BY wanted.company_id, wanted.basis, known_cost_share, share_a, share_b
        ),
        amount AS (
            SELECT value.company_id, value.profile_id, %(amount)s AS amount
              FROM crm_lifecycle_value value
              JOIN setting USING (company_id)
        ),
        ranked AS (
            SELECT amount.*,
                   SUM(amount) OVER running - amount AS before,
                   SUM(amount) OVER (PARTITION BY company_id) AS total,
                   ROW_NUMBER() OVER running AS place,
                   COUNT(*) OVER (PARTITION BY company_id) AS customers
              FROM amount
             WHERE amount > 0
            WINDOW running AS (PARTITION BY company_id ORDER BY amount DESC, profile_id
                               ROWS UNBOUNDED PRECEDING)
        )
        SELECT setting.company_id, setting.basis,
               setting.known_cost_share::float8 AS known_cost_share,
               COALESCE(MAX(customers), 0)::int AS customer_count,
               COALESCE(MAX(total), 0) AS total,
               SUM(amount) FILTER (WHERE place <= CEIL(customers * %(top)s::numeric))
                   / MAX(total) AS top_share,
               CASE WHEN MAX(customers) >= %(minimum)s
                    THEN MIN(amount) FILTER (WHERE before < total * setting.share_a) END AS cut_a,
               CASE WHEN MAX(customers) >= %(minimum)s
                    THEN MIN(amount) FILTER (WHERE before < total * setting.share_b) END AS cut_b
          FROM setting
     LEFT JOIN ranked USING (company_id)
      GROUP BY setting.company_id, setting.basis, setting.known_cost_share""",
        rows=rows,
        amount=ranked_amount("setting"),
        top=TOP_SHARE,
        minimum=MINIMUM_CUSTOMERS,
    )


def class_of():
    """Return a customer's class, from the rows of ``value`` and ``cut``, see ``standing``.

    Nobody has a class without revenue in twelve months, or where the company has too few
    customers to have cut points.
    """
    return SQL(
        """CASE WHEN cut.cut_a IS NULL OR value.profile_id IS NULL OR %(amount)s IS NULL
                     OR (value.revenue_12m = 0 AND %(amount)s = 0) THEN NULL
                WHEN %(amount)s >= cut.cut_a THEN 'a'
                WHEN %(amount)s >= cut.cut_b THEN 'b'
                ELSE 'c' END""",
        amount=ranked_amount("cut"),
    )


def ranking(value_ids):
    """Return the query of the ranks of customers who bring anything, by the latest cuts.

    Columns: id of the value, place, how many there are, share of what they bring together,
    and the share of everybody up to that place.

    :param list value_ids: ids of ``crm.lifecycle.value``
    """
    return SQL(
        """WITH cut AS (
            SELECT DISTINCT ON (company_id) *
              FROM crm_lifecycle_value_cut
          ORDER BY company_id, date DESC
        ),
        amount AS (
            SELECT value.id, value.company_id, value.profile_id, %(amount)s AS amount
              FROM crm_lifecycle_value value
              JOIN cut USING (company_id)
             WHERE value.company_id IN (
                   SELECT company_id FROM crm_lifecycle_value WHERE id = ANY(%(ids)s))
        )
        SELECT mine.id, COUNT(*) FILTER (WHERE %(is_better)s) + 1, COUNT(*),
               mine.amount / SUM(other.amount),
               (mine.amount + COALESCE(SUM(other.amount) FILTER (WHERE %(is_better)s), 0))
                   / SUM(other.amount)
          FROM amount mine
          JOIN amount other ON other.company_id = mine.company_id AND other.amount > 0
         WHERE mine.id = ANY(%(ids)s) AND mine.amount > 0
      GROUP BY mine.id, mine.amount""",
        amount=ranked_amount("cut"),
        ids=list(value_ids),
        is_better=SQL(
            "(other.amount > mine.amount"
            " OR other.amount = mine.amount AND other.profile_id < mine.profile_id)"
        ),
    )
