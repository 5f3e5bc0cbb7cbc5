"""Host documents read as one stream of dated events.

Each source is a SELECT with the columns of ``COLUMNS``. It may use the CTE
``company`` (see ``company_cte``) and restricts itself to the customers of a
``Scope``, so that the host's own indexes serve a single customer and a batch.

An event may carry a *fact*: a thing that holds from one day to another, such as
an open opportunity. Its first day has ``delta`` 1, the day after its last -1, so
that the sum of the deltas up to a day tells what holds on that day.
"""

from dataclasses import dataclass

from odoo.tools import SQL

COLUMNS = (
    "key",  # id of the row that the event was read from, unique within (source, part)
    "part",  # which of a row's events this is
    "company_id",
    "partner_id",  # commercial partner
    "subject_id",  # whose event it is: the partner's own, or a referred customer's
    "date",  # in the company's time zone
    "kind",
    "amount",  # in the company's currency, without taxes
    "fact",
    "delta",
    "purchase_date",  # the purchase day that the amount counts for
    "res_model",
    "res_id",
)


@dataclass(frozen=True)
class Scope:
    """The customers that a statement is about: all, some ids, or a sub-query's.

    :param partners: ``None`` for everybody, a list of ids of commercial partners,
        or a ``SQL`` query that returns them
    :param SQL array: an array of ids instead, such as a statement's parameter
    """

    partners: object = None
    array: SQL = None

    @property
    def is_listed(self):
        """Whether the customers are named one by one."""
        return self.array is not None or not (
            self.partners is None or isinstance(self.partners, SQL)
        )

    def of(self, column):
        """Return the SQL condition that ``column`` is one of the customers.

        >>> Scope().of(SQL.identifier("id")).code
        'TRUE'
        >>> Scope([3, 4]).of(SQL.identifier("id")).params
        [[3, 4]]
        """
        if self.array is not None:
            return SQL("%s = ANY(%s)", column, self.array)
        if self.partners is None:
            return SQL("TRUE")
        if isinstance(self.partners, SQL):
            return SQL("%s IN (%s)", column, self.partners)
        return SQL("%s = ANY(%s)", column, list(self.partners))


def company_cte(now, as_of=None, rule_columns=None, rule_tables=None):
    """Return the CTE ``company``: id, tz, today and currency digits of each company.

    A company's day begins and ends in the time zone of its own contact, else in
    that of its working hours. Both are looked up and not joined: where loops are
    switched off, a join would read all contacts.

    :param datetime now: the moment that counts as now, in UTC
    :param date as_of: the day that counts as today instead
    :param SQL rule_columns: further columns, from what ``rule_tables`` joins
    """
    return SQL(
        """company AS MATERIALIZED (
            SELECT c.id, c.tz, currency.decimal_places AS digits,
                   COALESCE(%(as_of)s::date,
                            (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE c.tz)::date
                   ) AS today %(rule_columns)s
              FROM (SELECT company.*, COALESCE(
                              (SELECT NULLIF(contact.tz, '')
                                 FROM res_partner contact WHERE contact.id = company.partner_id),
                              (SELECT calendar.tz
                                 FROM resource_calendar calendar
                                WHERE calendar.id = company.resource_calendar_id),
                              'UTC') AS tz
                      FROM res_company company) c
         LEFT JOIN res_currency currency ON currency.id = c.currency_id
                   %(rule_tables)s
        )""",
        now=now,
        as_of=as_of,
        rule_columns=rule_columns or SQL(),
        rule_tables=rule_tables or SQL(),
    )


def day(moment):
    """Return the day in the company's time zone on which a UTC timestamp falls."""
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE company.tz)::date", moment)


def lapse(date, months):
    """Return the first day on which a date is no longer within the last ``months``.

    That of a month's last days that other months lack is the first of the next month.
    """
    return SQL(
        """((%(date)s + make_interval(months => %(months)s))::date + (EXTRACT(DAY FROM
             %(date)s + make_interval(months => %(months)s)) <> EXTRACT(DAY FROM %(date)s))::int
           )""",
        date=date,
        months=months,
    )


def event_source(tables, *, key, date, kind, document, amount=None, fact=None, where=None):
    """Return the SELECT of a source with one event per row of ``tables``.

    :param SQL tables: FROM clause with the aliases ``company`` and ``partner``, the
        latter being the document's contact
    :param SQL key: unique id of the row
    :param SQL date: day of the event
    :param SQL kind: the event's kind, a SQL text
    :param tuple document: name of the document's model and SQL of its id
    :param SQL amount: in the company's currency; none is 0
    :param str fact: fact that holds from that day on for ever
    """
    model, res_id = document
    return SQL(
        """SELECT %(key)s::bigint AS key, 0 AS part, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id,
                  partner.commercial_partner_id AS subject_id,
                  %(date)s AS date, %(kind)s::varchar AS kind,
                  %(amount)s::numeric AS amount,
                  %(fact)s::varchar AS fact, %(delta)s::int AS delta,
                  NULL::date AS purchase_date,
                  %(model)s::varchar AS res_model, %(res_id)s AS res_id
             FROM %(tables)s
            WHERE %(where)s""",
        key=key,
        date=date,
        kind=kind,
        amount=amount or SQL("0"),
        fact=fact,
        delta=1 if fact else None,
        model=model,
        res_id=res_id,
        tables=tables,
        where=where or SQL("TRUE"),
    )


def span_source(tables, *, key, start, end, kinds, fact, document, amount=None, where=None):
    """Return the SELECT of a source whose rows hold from ``start`` until ``end``.

    :param SQL start: first day, NULL for a row that never held
    :param SQL end: first day on which it holds no more, NULL if open
    :param tuple kinds: SQL of the kind of the first and of the last event
    :param SQL fact: name of the fact, NULL for none
    """
    model, res_id = document
    start_kind, end_kind = kinds
    return SQL(
        """SELECT %(key)s::bigint AS key, bound.part, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id,
                  partner.commercial_partner_id AS subject_id,
                  bound.date, bound.kind::varchar AS kind,
                  %(amount)s::numeric AS amount,
                  %(fact)s::varchar AS fact, bound.delta,
                  NULL::date AS purchase_date,
                  %(model)s::varchar AS res_model, %(res_id)s AS res_id
             FROM %(tables)s
       CROSS JOIN LATERAL (SELECT %(start)s AS start, %(end)s AS until) span
       CROSS JOIN LATERAL (VALUES
                      (0, span.start, %(start_kind)s, 1),
                      (1, GREATEST(span.start, span.until), %(end_kind)s, -1)
                  ) AS bound(part, date, kind, delta)
            WHERE span.start IS NOT NULL
              AND (bound.part = 0 OR span.until IS NOT NULL)
              AND %(where)s""",
        key=key,
        amount=amount or SQL("0"),
        fact=fact,
        model=model,
        res_id=res_id,
        tables=tables,
        start=start,
        end=end,
        start_kind=start_kind,
        end_kind=end_kind,
        where=where or SQL("TRUE"),
    )


def customer(scope):
    """Return the condition that the document's customer is in scope."""
    return scope.of(SQL("partner.commercial_partner_id"))
