"""What customers said of how satisfied they are, whoever asked, on one scale of 0 to 100.

A *statement* is one opinion, or the mean of ``sample_size`` opinions as a third party reports
it. Its score is where its value lies between the ends of its scale: 4 of 1 to 5 is 75. A mean
of many says nothing about how many of them were very satisfied, so single opinions alone are
counted as *top* (the company's limit, 90 unless changed: 5 of 5, 9 and 10 of 10) and as *low*
(up to 60: 1 to 3 of 5, 0 to 6 of 10).

Each source is a SELECT with the columns of ``COLUMNS`` and knows the CTE ``company``. A bridge
adds its own, see ``crm.lifecycle.satisfaction``.
"""

from odoo.tools import SQL

from .channels import NOT_REACHED
from .contacts import DOCUMENT_MODELS, DONE_ON, done_with
from .documents import RATED_ON, RATING_COMPANY
from .sources import day

COLUMNS = (
    "key",  # id of the row, unique within the source
    "company_id",
    "person_id",  # who said so, null where nobody knows
    "partner_id",  # the customer: a commercial partner, null where nobody knows
    "date",  # in the company's time zone
    "source",
    "value",
    "scale_min",
    "scale_max",
    "sample_size",  # how many opinions it is the mean of
    "product_id",  # where it is about one product alone
    "product_tmpl_id",
    "res_model",  # the document that it is read from
    "res_id",
)
#: What a company without limits of its own goes by.
TOP = 90
LOW = 60

# The company's limits, for ``sources.company_cte``.
LIMITS = SQL(
    ", COALESCE(c.lifecycle_satisfaction_top, %s) AS top,"
    " COALESCE(c.lifecycle_satisfaction_low, %s) AS low",
    TOP,
    LOW,
)


def _order_product(order):
    """Return the product of an order that is about one product alone."""
    return SQL(
        """(SELECT CASE WHEN MIN(line.product_id) = MAX(line.product_id)
                        THEN MIN(line.product_id) END
              FROM sale_order_line line
             WHERE line.order_id = %s AND line.is_downpayment IS NOT TRUE)""",
        order,
    )


_COMPLAINT_PRODUCT = SQL(
    """(SELECT CASE WHEN MIN(concerned.id) = MAX(concerned.id) THEN MIN(concerned.id) END
          FROM (SELECT product.product_product_id AS id
                  FROM crm_complaint_product_product_rel product
                 WHERE product.crm_complaint_id = rating.res_id
                 UNION
                SELECT line.product_id
                  FROM crm_complaint_sale_order_line_rel about
                  JOIN sale_order_line line ON line.id = about.sale_order_line_id
                 WHERE about.crm_complaint_id = rating.res_id) concerned)"""
)


def ratings(scope):
    """The host's ratings, of whatever document, and those of how complaints were solved."""
    return SQL(
        """SELECT rating.id::bigint AS key, company.id AS company_id, partner.id AS person_id,
                  partner.commercial_partner_id AS partner_id, %(day)s AS date,
                  CASE rating.res_model WHEN 'crm.complaint' THEN 'complaint'
                                        ELSE 'rating' END::varchar AS source,
                  rating.rating::numeric AS value, 1::numeric AS scale_min,
                  5::numeric AS scale_max, 1 AS sample_size,
                  CASE rating.res_model WHEN 'product.product' THEN rating.res_id
                                        WHEN 'sale.order' THEN %(order_product)s
                                        WHEN 'crm.complaint' THEN %(complaint_product)s
                  END AS product_id,
                  CASE rating.res_model WHEN 'product.template' THEN rating.res_id
                  END AS product_tmpl_id,
                  'rating.rating'::varchar AS res_model, rating.id AS res_id
             FROM rating_rating rating
        LEFT JOIN res_partner partner ON partner.id = rating.partner_id
             %(company)s
            WHERE rating.consumed AND rating.rating > 0 AND %(scope)s""",
        day=day(RATED_ON),
        order_product=_order_product(SQL("rating.res_id")),
        complaint_product=_COMPLAINT_PRODUCT,
        company=RATING_COMPANY,
        scope=scope.of(SQL("partner.commercial_partner_id")),
    )


def contacts(scope, model):
    """How satisfied customers seemed when colleagues were in touch with them.

    What came of a return visit is told by the visit.

    :param str model: on which documents, one of ``contacts.DOCUMENT_MODELS``
    """
    return SQL(
        """SELECT activity.id::bigint AS key, company.id AS company_id, person.id AS person_id,
                  person.commercial_partner_id AS partner_id, %(day)s AS date,
                  'visit'::varchar AS source, activity.lifecycle_satisfaction::numeric AS value,
                  1::numeric AS scale_min, 5::numeric AS scale_max, 1 AS sample_size,
                  %(product)s AS product_id, NULL::int AS product_tmpl_id,
                  activity.res_model, activity.res_id
             FROM %(tables)s
            WHERE activity.lifecycle_satisfaction IS NOT NULL
              AND COALESCE(activity.lifecycle_outcome, '') <> ALL(%(not_reached)s)
              AND NOT EXISTS (SELECT FROM crm_lifecycle_return_visit visit
                               WHERE visit.activity_id = activity.id AND visit.state = 'done'
                                 AND visit.satisfaction IS NOT NULL)
              AND %(scope)s""",
        day=DONE_ON,
        product=_order_product(SQL("document.id")) if model == "sale.order" else SQL("NULL::int"),
        tables=done_with(scope, model),
        not_reached=list(NOT_REACHED),
        scope=scope.of(SQL("person.commercial_partner_id")),
    )


def return_visits(scope):
    """What customers said of an order when they were called on again."""
    return SQL(
        """SELECT visit.id::bigint AS key, company.id AS company_id, so.partner_id AS person_id,
                  partner.commercial_partner_id AS partner_id, visit.done_on AS date,
                  'visit'::varchar AS source, visit.satisfaction::numeric AS value,
                  1::numeric AS scale_min, 5::numeric AS scale_max, 1 AS sample_size,
                  %(product)s AS product_id, NULL::int AS product_tmpl_id,
                  'crm.lifecycle.return.visit'::varchar AS res_model, visit.id AS res_id
             FROM crm_lifecycle_return_visit visit
             JOIN res_partner partner ON partner.id = visit.partner_id
             JOIN sale_order so ON so.id = visit.order_id
             JOIN company ON company.id = visit.company_id
            WHERE visit.state = 'done' AND visit.satisfaction IS NOT NULL AND %(scope)s""",
        product=_order_product(SQL("visit.order_id")),
        scope=scope.of(SQL("partner.commercial_partner_id")),
    )


def entered(scope):
    """What people entered by hand: told by customers, and reported by third parties."""
    return SQL(
        """SELECT statement.id::bigint AS key, company.id AS company_id,
                  statement.partner_id AS person_id,
                  partner.commercial_partner_id AS partner_id, statement.date,
                  statement.source, statement.value::numeric AS value,
                  statement.scale_min::numeric AS scale_min,
                  statement.scale_max::numeric AS scale_max, statement.sample_size,
                  statement.product_id, NULL::int AS product_tmpl_id,
                  'crm.lifecycle.satisfaction.statement'::varchar AS res_model,
                  statement.id AS res_id
             FROM crm_lifecycle_satisfaction_statement statement
        LEFT JOIN res_partner partner ON partner.id = statement.partner_id
             JOIN company ON company.id = statement.company_id
            WHERE statement.active AND %s""",
        scope.of(SQL("partner.commercial_partner_id")),
    )


def sources(scope):
    """Return the SELECTs of all statements, ``{name: SQL}``.

    :param Scope scope: the customers
    """
    return {
        "rating": ratings(scope),
        **{f"contact {model}": contacts(scope, model) for model in DOCUMENT_MODELS},
        "return visit": return_visits(scope),
        "entered": entered(scope),
    }


def _numbered(selects):
    """Return the query of all statements, their keys unique among all sources.

    :param dict selects: see ``sources``
    """
    columns = SQL(", ").join(SQL.identifier("source", name) for name in COLUMNS[1:])
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT source.key * %s + %s AS key, %s FROM (%s) source",
            len(selects),
            number,
            columns,
            selects[name],
        )
        for number, name in enumerate(sorted(selects))
    )


def statements(selects):
    """Return the query of all statements with their scores, of the days up to today.

    Columns: ``id``, ``COLUMNS`` without the key, ``score``; ``single_count``, ``top_count`` and
    ``low_count``, 1 or 0. The CTE ``company`` has the columns of ``LIMITS``.

    :param dict selects: see ``sources``
    """
    columns = SQL(", ").join(SQL.identifier("statement", name) for name in COLUMNS[1:])
    return SQL(
        """SELECT statement.key AS id, %(columns)s, scored.score,
                  single.is_one::int AS single_count,
                  (single.is_one AND scored.score >= company.top)::int AS top_count,
                  (single.is_one AND scored.score <= company.low)::int AS low_count
             FROM (%(union)s) statement
             JOIN company ON company.id = statement.company_id
       CROSS JOIN LATERAL (SELECT %(score)s AS score) scored
       CROSS JOIN LATERAL (SELECT statement.sample_size = 1 AS is_one) single
            WHERE statement.date <= company.today""",
        columns=columns,
        union=_numbered(selects),
        score=score("statement"),
    )


def score(alias):
    """Return the SQL of where a value lies between the ends of its scale, 0 to 100."""
    return SQL(
        """ROUND(100 * (%(row)s.value - %(row)s.scale_min)
                 / NULLIF(%(row)s.scale_max - %(row)s.scale_min, 0), 2)""",
        row=SQL.identifier(alias),
    )


def events(selects, fact=None, single=False):
    """Return the source of events of what customers said, see ``engine.sources``.

    The amount is the score, of the fact ``top_box`` 1 if it is at the top and 0 if not; the
    fact's delta is how many said so.

    :param dict selects: see ``sources``
    :param str fact: fact that they carry, none for events that people see
    :param bool single: single opinions alone
    """
    points = score("said")
    if fact == "top_box":
        points = SQL(
            """(%s >= (SELECT COALESCE(host.lifecycle_satisfaction_top, %s)
                         FROM res_company host WHERE host.id = said.company_id))::int""",
            points,
            TOP,
        )
    return SQL(
        """SELECT said.key, 0 AS part, said.company_id, said.partner_id,
                  said.partner_id AS subject_id, said.date,
                  CASE said.res_model WHEN 'rating.rating' THEN 'rating'
                                      ELSE 'satisfaction' END::varchar AS kind,
                  %(amount)s::numeric AS amount, %(fact)s::varchar AS fact,
                  %(delta)s::int AS delta, NULL::date AS purchase_date,
                  said.res_model, said.res_id
             FROM (%(union)s) said
            WHERE said.partner_id IS NOT NULL AND %(where)s""",
        amount=points if fact else SQL("0"),
        fact=fact,
        delta=SQL("said.sample_size") if fact else None,
        union=_numbered(selects),
        where=SQL("said.sample_size = 1") if single else SQL("TRUE"),
    )
