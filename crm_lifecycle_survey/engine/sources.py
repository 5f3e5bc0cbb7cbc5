"""What customers answered, as satisfaction, as figures, and as what these depend on."""

from odoo import SUPERUSER_ID
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.crm_lifecycle.engine.metrics import Mean, Metric, sum_name
from odoo.addons.crm_lifecycle.engine.sources import company_cte, day
from odoo.addons.crm_lifecycle.engine.traces import Trace

_lt = LazyTranslate(__name__)

#: The address of whom the host made an answer for, ``email``: by itself, or beside a name.
ADDRESS = """lower(substring(email FROM '[^<>[:space:]",;]+@[^<>[:space:]",;]+'))"""

_TABLES = SQL(
    """crm_lifecycle_survey_request request
       JOIN res_partner person ON person.id = request.person_id
       JOIN company ON company.id = request.company_id"""
)


def answers(scope):
    """Return the SELECT of what was answered, see ``engine.satisfaction``."""
    return SQL(
        """SELECT request.id::bigint AS key, company.id AS company_id, person.id AS person_id,
                  person.commercial_partner_id AS partner_id, request.date_answered AS date,
                  'survey'::varchar AS source, request.value::numeric AS value,
                  request.scale_min::numeric AS scale_min,
                  request.scale_max::numeric AS scale_max, 1 AS sample_size,
                  NULL::int AS product_id, NULL::int AS product_tmpl_id,
                  'crm.lifecycle.survey.request'::varchar AS res_model, request.id AS res_id
             FROM %s
            WHERE request.state = 'answered' AND %s""",
        _TABLES,
        scope.of(SQL("person.commercial_partner_id")),
    )


def _figure(fact, date, amount, delta, where, scope):
    return SQL(
        """SELECT request.id::bigint AS key, 0 AS part, company.id AS company_id,
                  person.commercial_partner_id AS partner_id,
                  person.commercial_partner_id AS subject_id, %(date)s AS date,
                  'satisfaction'::varchar AS kind, (%(amount)s)::numeric AS amount,
                  %(fact)s::varchar AS fact, (%(delta)s)::int AS delta,
                  NULL::date AS purchase_date,
                  'crm.lifecycle.survey.request'::varchar AS res_model, request.id AS res_id
             FROM %(tables)s
            WHERE %(where)s AND %(scope)s""",
        date=date,
        amount=amount,
        fact=fact,
        delta=delta,
        tables=_TABLES,
        where=where,
        scope=scope.of(SQL("person.commercial_partner_id")),
    )


def nps_answers(scope):
    """Return the source of answers to NPS: the amount is by how much each differs from the one
    before, the delta is 1 for a customer's first. So their sums are the last one on any day.
    """
    before = SQL(
        """LAG(request.value::numeric) OVER (
               PARTITION BY company.id, person.commercial_partner_id
                   ORDER BY request.date_answered, request.answered_at, request.id)"""
    )
    return _figure(
        "nps",
        SQL("request.date_answered"),
        SQL("request.value::numeric - COALESCE(%s, 0)", before),
        SQL("(%s IS NULL)::int", before),
        SQL("request.state = 'answered' AND request.kind = 'nps'"),
        scope,
    )


def settled_requests(scope):
    """Return the source of requests that were answered, or whose time is over: 1 or 0."""
    return _figure(
        "surveyed",
        SQL("COALESCE(request.date_answered, request.date_deadline + 1)"),
        SQL("(request.state <> 'unanswered')::int"),
        SQL("1"),
        SQL("request.state IN ('answered', 'blank', 'unanswered')"),
        scope,
    )


class Latest(Metric):
    """What was said last; nothing before anything was said. See ``nps_answers``."""

    def accumulations(self, months):
        return {
            suffix: SQL(
                "SELECT company_id, partner_id, date, %s AS delta FROM event WHERE fact = ANY(%s)",
                change,
                list(self.facts),
            )
            for suffix, change in (("", SQL("amount")), ("_n", SQL("delta")))
        }

    def value(self, column):
        return SQL(
            "ROUND(%s / NULLIF(%s, 0), 2)",
            SQL.identifier(sum_name(column)),
            SQL.identifier(sum_name(column, "_n")),
        )


METRICS = {
    metric.key: metric
    for metric in (
        Latest(
            key="nps",
            name=_lt("Last NPS answer"),
            description=_lt(
                "How likely the customer last said they would recommend us, 0 to 10; unknown"
                " without any answer."
            ),
            unit="score",
            facts=("nps",),
            kinds=("satisfaction",),
            figure=_lt("last NPS answer: %(value)s of 10"),
            more=_lt("an NPS answer higher by %(gap)s"),
            less=_lt("an NPS answer lower by %(gap)s"),
        ),
        Mean(
            key="surveys_answered",
            name=_lt("Surveys answered"),
            description=_lt(
                "Share of the surveys that the customer answered, among those that are answered"
                " or whose time is over; unknown without any."
            ),
            unit="percent",
            facts=("surveyed",),
            kinds=("satisfaction",),
            windowed=True,
            scale=100,
            figure=_lt("surveys answered: %(value)s"),
            more=_lt("%(gap)s more of the surveys answered"),
            less=_lt("%(gap)s less of the surveys answered"),
        ),
    )
}

TRACE = Trace(
    table="crm_lifecycle_survey_request",
    partner=SQL("crm_lifecycle_survey_request.person_id"),
    columns=(
        "company_id",
        "kind",
        "state",
        "value",
        "scale_min",
        "scale_max",
        "date_answered",
        "date_deadline",
    ),
    where=SQL("crm_lifecycle_survey_request.date_asked IS NOT NULL"),
)


def last_verdicts():
    """Return the query of each customer's last verdict of NPS: company, customer, ``verdict``."""
    return SQL(
        """SELECT DISTINCT ON (request.company_id, request.partner_id)
                  request.company_id, request.partner_id, request.verdict
             FROM crm_lifecycle_survey_request request
            WHERE request.state = 'answered' AND request.kind = 'nps'
         ORDER BY request.company_id, request.partner_id, request.date_answered DESC,
                  request.answered_at DESC, request.id DESC"""
    )


def last_asked(company_id, since, customer_ids, addresses):
    """Return the query of (customer, address, day) of requests sent since a day, to customers or
    to their addresses.
    """
    return SQL(
        """SELECT request.partner_id, person.email_normalized, MAX(request.date_asked) AS day
             FROM crm_lifecycle_survey_request request
             JOIN res_partner person ON person.id = request.person_id
            WHERE request.company_id = %s AND request.date_asked >= %s
              AND request.state <> 'failed'
              AND (request.partner_id = ANY(%s) OR person.email_normalized = ANY(%s))
         GROUP BY request.partner_id, person.email_normalized""",
        company_id,
        since,
        customer_ids,
        addresses,
    )


def last_shared(now, company_id, customer_ids, addresses):
    """Return the query of (customer, address, day) of surveys that colleagues sent by hand, to
    customers or to addresses; those of requests, see ``last_asked``.

    Those that the host's wizard sent are noted. Of others an answer that a colleague made for
    somebody else was sent: whoever follows a link begins one of their own. What was sent by
    people of other companies is these companies' business; what nobody sent is everybody's.
    """
    columns = SQL(
        "id, partner_id, create_uid, create_date, lifecycle_sent_at, lifecycle_sender_id,"
        " test_entry, %s AS address",
        SQL(ADDRESS),
    )
    return SQL(
        """WITH %(company)s
           SELECT person.commercial_partner_id, answer.address,
                  MAX(%(day)s) AS day
             FROM (SELECT %(columns)s
                     FROM survey_user_input
                    WHERE partner_id IN (SELECT id FROM res_partner
                                          WHERE commercial_partner_id = ANY(%(customers)s))
                    UNION ALL
                   SELECT %(columns)s
                     FROM survey_user_input
                    WHERE %(address)s = ANY(%(addresses)s)) answer
             JOIN company ON company.id = %(company_id)s
             JOIN res_users sender
               ON sender.id = COALESCE(answer.lifecycle_sender_id, answer.create_uid)
        LEFT JOIN res_partner person ON person.id = answer.partner_id
            WHERE answer.test_entry IS NOT TRUE
              AND (sender.id = %(superuser)s
                   OR EXISTS (SELECT FROM res_company_users_rel rel
                               WHERE rel.cid = company.id AND rel.user_id = sender.id))
              AND (answer.lifecycle_sent_at IS NOT NULL
                   OR (NOT sender.share AND sender.id <> %(superuser)s
                       AND sender.partner_id IS DISTINCT FROM answer.partner_id
                       AND NOT EXISTS (SELECT FROM crm_lifecycle_survey_request request
                                        WHERE request.user_input_id = answer.id)))
         GROUP BY person.commercial_partner_id, answer.address""",
        company=company_cte(now),
        day=day(SQL("COALESCE(answer.lifecycle_sent_at, answer.create_date)")),
        columns=columns,
        customers=customer_ids,
        address=SQL(ADDRESS),
        addresses=addresses,
        company_id=company_id,
        superuser=SUPERUSER_ID,
    )
