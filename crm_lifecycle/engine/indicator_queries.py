"""What each of the seven indicators counts, as SELECTs of entries; see ``indicators``."""

from odoo.tools import SQL

from . import complaints, price_sensitivity, satisfaction
from .sold_lines import sold_ctes

# Months for which exits are counted, up to the last finished one.
EXIT_MONTHS = 36


def _entry(key, values, tables, where=None, **columns):
    """Return the SELECT of an indicator's entries.

    :param SQL key: unique within the indicator
    :param SQL values: ``(part, whole, points)``
    """
    none = {"product_tmpl_id": SQL("NULL::int"), "score": SQL("NULL::numeric")}
    columns = {**none, **columns}
    return SQL(
        """SELECT (%(key)s)::varchar AS key, %(company)s AS company_id, %(partner)s AS partner_id,
                  %(product)s AS product_tmpl_id, %(date)s AS date, %(values)s,
                  %(score)s AS score
             FROM %(tables)s
            WHERE %(where)s""",
        key=key,
        company=columns["company_id"],
        partner=columns["partner_id"],
        product=columns["product_tmpl_id"],
        date=columns["date"],
        values=SQL("%s::numeric AS part, %s::numeric AS whole, %s::numeric AS points", *values),
        score=columns["score"],
        tables=tables,
        where=where or SQL("TRUE"),
    )


def reputation(context):
    """1. Reputation of the products, in percent.

    Very satisfied less dissatisfied opinions about a product, divided by all opinions about
    one. n: single opinions about one product. Their mean score stands beside it.
    """
    return _entry(
        SQL("said.id"),
        (
            SQL("said.top_count - said.low_count"),
            SQL("1"),
            SQL("100 * (said.top_count - said.low_count)"),
        ),
        SQL(
            "(%s) said LEFT JOIN product_product product ON product.id = said.product_id",
            satisfaction.statements(context.said),
        ),
        SQL(
            "said.single_count = 1"
            " AND COALESCE(said.product_tmpl_id, product.product_tmpl_id) IS NOT NULL"
        ),
        company_id=SQL("said.company_id"),
        partner_id=SQL("said.partner_id"),
        product_tmpl_id=SQL("COALESCE(said.product_tmpl_id, product.product_tmpl_id)"),
        date=SQL("said.date"),
        score=SQL("said.score"),
    )


def awareness(context):
    """2. Awareness of the brand, in percent.

    New customers whose source says that they knew the company, divided by all new customers
    whose source is known, on the day of their first purchase. n: new customers with a source.
    """
    return _entry(
        SQL("first.company_id || '-' || first.partner_id"),
        (SQL("known.part"), SQL("1"), SQL("100 * known.part")),
        SQL(
            """(SELECT company_id, partner_id, MIN(date) AS date
                  FROM purchase_day GROUP BY company_id, partner_id) first
          JOIN res_partner customer ON customer.id = first.partner_id
          JOIN crm_lifecycle_source source ON source.id = customer.lifecycle_source_id
    CROSS JOIN LATERAL (SELECT COALESCE(source.is_brand, FALSE)::int AS part) known"""
        ),
        company_id=SQL("first.company_id"),
        partner_id=SQL("first.partner_id"),
        date=SQL("first.date"),
    )


def return_rate(context):
    """3. Return rate, in percent.

    Buyers of a month who bought on a later day, within the company's days of their first
    purchase in that month, divided by all buyers of the month. Only where these days have
    passed. n: buyers, each month anew.
    """
    return _entry(
        SQL("buyer.company_id || '-' || buyer.partner_id || '-' || buyer.date"),
        (SQL("back.part"), SQL("1"), SQL("100 * back.part")),
        SQL(
            """(SELECT company_id, partner_id, date,
                       LEAD(date) OVER (PARTITION BY company_id, partner_id ORDER BY date) AS next,
                       MIN(date) OVER (PARTITION BY company_id, partner_id,
                                                    DATE_TRUNC('month', date)) AS first
                  FROM purchase_day) buyer
          JOIN company ON company.id = buyer.company_id
    CROSS JOIN LATERAL (SELECT COALESCE(buyer.next <= buyer.date + company.return_days,
                                        FALSE)::int AS part) back"""
        ),
        SQL("buyer.date = buyer.first AND buyer.date + company.return_days < company.today"),
        company_id=SQL("buyer.company_id"),
        partner_id=SQL("buyer.partner_id"),
        date=SQL("buyer.date"),
    )


def complaint_rate(context):
    """4. Complaint rate, in percent; may exceed a hundred.

    Complaints divided by invoiced orders, as ``complaint_reports.rates`` counts them. n:
    invoiced orders, and invoices that come from none.
    """
    sources = (
        (SQL("source.part = 0"), complaints.complaints(context.scope), 1, 0),
        (SQL("TRUE"), complaints.billed_orders(context.scope), 0, 1),
        (SQL("TRUE"), complaints.billed_without_order(context.scope), 0, 1),
    )
    return _entry(
        SQL("counted.key"),
        (SQL("counted.part"), SQL("counted.whole"), SQL("100 * counted.part")),
        SQL(
            "(%s) counted JOIN company ON company.id = counted.company_id",
            SQL(" UNION ALL ").join(
                SQL(
                    """SELECT %s || '-' || source.key AS key, source.company_id, source.partner_id,
                              source.date, %s AS part, %s AS whole
                         FROM (%s) source WHERE %s""",
                    str(number),
                    part,
                    whole,
                    source,
                    where,
                )
                for number, (where, source, part, whole) in enumerate(sources)
            ),
        ),
        SQL("counted.date <= company.today"),
        company_id=SQL("counted.company_id"),
        partner_id=SQL("counted.partner_id"),
        date=SQL("counted.date"),
    )


def spend(context):
    """5. Spend per purchase, in the company's currency.

    Net value of purchases, without taxes and what was refunded, divided by purchase days. n:
    purchase days.
    """
    return _entry(
        SQL("bought.company_id || '-' || bought.partner_id || '-' || bought.date"),
        (SQL("bought.net"), SQL("1"), SQL("bought.net")),
        SQL("purchase_day bought"),
        company_id=SQL("bought.company_id"),
        partner_id=SQL("bought.partner_id"),
        date=SQL("bought.date"),
    )


def sensitivity(context):
    """6. Sensitivity to prices, an elasticity, see ``price_sensitivity``.

    Mean of the customers' own figures of today, each weighing as many order lines as it was
    measured by. n: order lines. Profiles keep today's; those of a past day are told anew.
    """
    felt = SQL(
        """(SELECT profile.company_id, profile.partner_id, profile.price_elasticity,
                   profile.price_sample, company.today
              FROM crm_lifecycle_profile profile
              JOIN company ON company.id = profile.company_id
             WHERE %s) felt""",
        context.scope.of(SQL("profile.partner_id")),
    )
    if context.is_past:
        felt = SQL(
            """(WITH %s, %s, %s
                SELECT elasticity.*, company.today
                  FROM elasticity
                  JOIN company ON company.id = elasticity.company_id) felt""",
            context.type_company,
            sold_ctes(context.scope, context.host),
            price_sensitivity.elasticity_ctes(),
        )
    return _entry(
        SQL("felt.company_id || '-' || felt.partner_id"),
        (
            SQL("felt.price_elasticity * felt.price_sample"),
            SQL("felt.price_sample"),
            SQL("felt.price_elasticity * felt.price_sample"),
        ),
        felt,
        SQL("felt.price_elasticity IS NOT NULL"),
        company_id=SQL("felt.company_id"),
        partner_id=SQL("felt.partner_id"),
        date=SQL("felt.today"),
    )


def _months(begun_from, begun_before):
    """Return the tables of the months that count and began within a span: ``month`` has their
    ``first`` and ``last`` day.

    :param SQL begun_from: the day from which on they may have begun
    :param SQL begun_before: the day before which they did, NULL where that is open
    """
    return SQL(
        """LATERAL (SELECT DATE_TRUNC('month', (company.today + 1)::timestamp) AS end) finished
    CROSS JOIN LATERAL GENERATE_SERIES(
                   GREATEST(finished.end - make_interval(months => %(most)s),
                            DATE_TRUNC('month', %(begun_from)s + interval '1 month - 1 day')),
                   LEAST(finished.end - interval '1 month',
                         %(begun_before)s - interval '1 day'),
                   interval '1 month') AS begun(at)
    CROSS JOIN LATERAL (SELECT begun.at::date AS first,
                               (begun.at + interval '1 month')::date - 1 AS last) month""",
        most=EXIT_MONTHS,
        begun_from=begun_from,
        begun_before=begun_before,
    )


def exit_rate(context):
    """7. Exit rate, in percent, by what the company chose.

    ``lapsed``: buyers of the month's first day, active, due, at risk or won back, who are lapsed
    or lost on its last one, divided by all of them. n: customers, each month anew.
    ``contacts``: people of customers who were archived in the month, divided by all whom the
    month began with. n: people, each month anew. An archived contact left on the day of its
    last change.

    A month counts on its last day, and not before: of a running one all have begun it, and few
    have left yet.
    """
    lapsed = _entry(
        SQL("alive.profile_id || '-' || month.first"),
        (SQL("left_.part"), SQL("1"), SQL("100 * left_.part")),
        SQL(
            """(SELECT profile_id, company_id, partner_id, to_status AS status,
                       effective_date AS start, LEAD(effective_date) OVER (
                           PARTITION BY profile_id ORDER BY effective_date, id) AS until
                  FROM crm_lifecycle_transition
                 WHERE superseded_at IS NULL AND %s) alive
          JOIN company ON company.id = alive.company_id AND company.exit_basis = 'lapsed'
    CROSS JOIN %s
    CROSS JOIN LATERAL (SELECT CASE WHEN alive.until IS NULL OR alive.until > month.last
                                    -- They still were what they were at its beginning.
                                    THEN 0
                                    ELSE ((SELECT last.to_status
                                             FROM crm_lifecycle_transition last
                                            WHERE last.profile_id = alive.profile_id
                                              AND last.superseded_at IS NULL
                                              AND last.effective_date <= month.last
                                         ORDER BY last.effective_date DESC, last.id DESC
                                            LIMIT 1) IN ('lapsed', 'lost'))::int
                                    END AS part) left_""",
            context.scope.of(SQL("partner_id")),
            _months(SQL("alive.start"), SQL("alive.until")),
        ),
        SQL("alive.status IN ('active', 'due', 'at_risk', 'won_back')"),
        company_id=SQL("alive.company_id"),
        partner_id=SQL("alive.partner_id"),
        date=SQL("month.last"),
    )
    contacts = _entry(
        SQL("profile.company_id || '-' || person.id || '-' || month.first"),
        (SQL("left_.part"), SQL("1"), SQL("100 * left_.part")),
        SQL(
            """res_partner person
          JOIN crm_lifecycle_profile profile
            ON profile.partner_id = person.commercial_partner_id
          JOIN company ON company.id = profile.company_id AND company.exit_basis = 'contacts'
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT person.active
                                    THEN person.write_date::date END AS date) gone
    CROSS JOIN %s
    CROSS JOIN LATERAL (SELECT COALESCE(gone.date <= month.last, FALSE)::int AS part) left_""",
            _months(SQL("person.create_date::date"), SQL("gone.date + 1")),
        ),
        SQL(
            "person.commercial_partner_id <> person.id AND person.type = 'contact' AND %s",
            context.scope.of(SQL("profile.partner_id")),
        ),
        company_id=SQL("profile.company_id"),
        partner_id=SQL("profile.partner_id"),
        date=SQL("month.last"),
    )
    return SQL("%s UNION ALL %s", lapsed, contacts)
