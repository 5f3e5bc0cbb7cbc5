"""When a customer should be contacted next, and why on that day.

Of the rules whose conditions all hold for a customer, the most specific one counts: that with
the most conditions, of these the first in order. From the last real contact the next one is as
many days away as the rule says, sooner where the customer's purchases ask for it, and never
sooner than the least gap allows. What the customer wished for comes before all of it; what is
planned already takes the place of the next contact, so that nothing is put on top of it.

Figures are kept with the dates, from which ``crm.lifecycle.profile`` tells why.
"""

from typing import NamedTuple

from odoo.tools import SQL

from .planned import touch_cte
from .workdays import calendar_cte, last_day, next_day

#: The columns of a rule that are conditions on the columns of a profile of the same names.
CONDITIONS = ("stage_id", "status", "customer_type", "value_class", "segment_id")
#: What a rule says, besides for whom.
TERMS = (
    "gap_min",
    "interval",
    "gap_max",
    "lead_days",
    "minutes",
    "calendar_id",
    "responsible",
    "role_id",
)
_KINDS = {name: SQL("varchar" if name == "responsible" else "int") for name in TERMS}
#: What is written on the profile.
FOUND = (
    "cadence_id",
    "next_contact_date",
    "earliest_contact_date",
    "latest_contact_date",
    "planned_contact_date",
    "cadence_figures",
)


class Rule(NamedTuple):
    """A cadence, as the statements read it."""

    rule_id: int
    company_id: int
    wanted: dict  # of ``CONDITIONS``, those that are asked for
    extra: SQL | None  # condition on ``profile`` besides, one of its own
    sequence: int
    terms: dict  # of ``TERMS``

    @property
    def rank(self):
        """Return by what rules are sorted, the one that counts first.

        >>> one = Rule(1, 1, {"value_class": "a"}, None, 10, {})
        >>> two = Rule(2, 1, {"value_class": "a"}, SQL("TRUE"), 20, {})
        >>> any = Rule(3, 1, {}, None, 1, {})
        >>> [rule.rule_id for rule in sorted([any, one, two], key=lambda rule: rule.rank)]
        [2, 1, 3]
        """
        count = len(self.wanted) + (self.extra is not None)
        return -count, self.sequence, self.rule_id

    def holding(self):
        """Return the condition that the rule is meant for ``profile``."""
        conditions = [
            SQL("profile.%s = %s", SQL.identifier(name), value)
            for name, value in sorted(self.wanted.items())
        ]
        if self.extra is not None:
            # Last, because it costs the most.
            conditions.append(self.extra)
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")


def rule_of(rules):
    """Return the expression of the rule of ``profile``, NULL where none is meant for it.

    :param list rules: ``Rule``, of all companies, in any order
    """
    by_company = {}
    for rule in sorted(rules, key=lambda rule: rule.rank):
        by_company.setdefault(rule.company_id, []).append(rule)
    if not by_company:
        return SQL("NULL::int")
    return SQL(
        "(CASE profile.company_id %s END)",
        SQL(" ").join(
            SQL(
                "WHEN %s THEN (CASE %s END)",
                company_id,
                SQL(" ").join(
                    SQL("WHEN %s THEN %s::int", rule.holding(), rule.rule_id) for rule in found
                ),
            )
            for company_id, found in by_company.items()
        ),
    )


def rule_cte(rules):
    """Return the CTE ``rule`` of what the rules say: ``id`` and ``TERMS``."""

    def row(rule_id, terms):
        return SQL(
            "SELECT %s::int, %s",
            rule_id,
            SQL(", ").join(
                # A number of 0 is one, a record of none is none.
                SQL("%s::%s", None if terms.get(name) is False else terms.get(name), _KINDS[name])
                for name in TERMS
            ),
        )

    none = SQL("%s WHERE FALSE", row(None, {}))
    return SQL(
        "rule(id, %s) AS MATERIALIZED (%s)",
        SQL(", ").join(SQL.identifier(name) for name in TERMS),
        SQL(" UNION ALL ").join([none, *(row(rule.rule_id, rule.terms) for rule in rules)]),
    )


def recording(company, now, rules, calendars, profiles, scope=None):
    """Return the statement that writes when customers are contacted next, where it differs.

    :param SQL company: ``sources.company_cte``
    :param datetime now: the moment that counts as now, in UTC
    :param list rules: ``Rule``
    :param list calendars: ``workdays.Workdays`` of all calendars of rules and companies
    :param SQL profiles: condition on ``profile``
    :param Scope scope: the same customers, where they are named one by one
    :return: statement whose rows are ``(partner id,)`` of what was written
    """
    names = SQL(", ").join(SQL.identifier(name) for name in FOUND)
    return SQL(
        """WITH %(company)s, %(rule)s, %(calendar)s, %(covered)s, %(dated)s, %(touch)s,
                %(served)s, %(target)s
           UPDATE crm_lifecycle_profile profile
              SET (%(names)s) = ROW(%(targets)s)
             FROM target
            WHERE profile.id = target.id
              AND (%(kept)s) IS DISTINCT FROM (%(targets)s)
        RETURNING profile.partner_id""",
        company=company,
        rule=rule_cte(rules),
        calendar=calendar_cte(calendars),
        covered=covered_cte(rules, profiles),
        touch=touch_cte(now, scope),
        dated=_DATED,
        served=_SERVED,
        target=_TARGET,
        names=names,
        kept=SQL(", ").join(SQL.identifier("profile", name) for name in FOUND),
        targets=SQL(", ").join(SQL.identifier("target", name) for name in FOUND),
    )


def covered_cte(rules, profiles):
    """Return the CTE ``covered``: the customers at hand, their rule, wishes and last contact."""
    return SQL(
        """covered AS MATERIALIZED (
            SELECT profile.id, profile.partner_id, profile.company_id,
                   CASE WHEN customer.lifecycle_opt_out THEN 'opt_out'
                        WHEN NOT profile.active THEN 'archived'
                        WHEN profile.status = 'lost' THEN 'lost'
                        WHEN found.rule_id IS NULL THEN 'no_rule' END AS reason,
                   found.rule_id,
                   profile.last_contact_date IS NOT NULL AS is_contacted,
                   COALESCE(profile.last_contact_date, profile.stage_date) AS base,
                   CASE WHEN profile.purchase_interval > 0
                        THEN profile.last_purchase_date + profile.purchase_interval
                   END AS purchase_due,
                   NULLIF(customer.lifecycle_contact_gap, 0) AS wish_gap,
                   customer.lifecycle_quiet_until AS quiet_until,
                   NULLIF(customer.lifecycle_quiet_weekdays, '') AS quiet
              FROM crm_lifecycle_profile profile
              JOIN res_partner customer ON customer.id = profile.partner_id
        CROSS JOIN LATERAL (SELECT %(rule)s AS rule_id OFFSET 0) found
             WHERE %(profiles)s
        )""",
        rule=rule_of(rules),
        profiles=profiles,
    )


# From when on, when at best, and by when; see the columns of the profile.
_DATED = SQL(
    """dated AS MATERIALIZED (
        SELECT covered.*, rule.gap_min, rule.interval, rhythm.day AS rhythm_day,
               span.earliest, GREATEST(span.latest, span.earliest, moved.day) AS latest,
               LEAST(covered.base + rule.interval, rhythm.day) AS best,
               wanted.day AS wanted_day, moved.day AS moved_day
          FROM covered
          JOIN company ON company.id = covered.company_id
     LEFT JOIN rule ON rule.id = covered.rule_id
     LEFT JOIN calendar ON calendar.id = COALESCE(rule.calendar_id, company.calendar_id)
    CROSS JOIN LATERAL (
               -- What was contacted for already asks for nothing any more.
               SELECT CASE WHEN covered.purchase_due - rule.lead_days > covered.base
                           THEN covered.purchase_due - rule.lead_days END AS day
               ) rhythm
    CROSS JOIN LATERAL (
               SELECT GREATEST(covered.base, covered.quiet_until,
                               CASE WHEN covered.is_contacted
                                    THEN covered.base + GREATEST(rule.gap_min, covered.wish_gap)
                               END) AS earliest,
                      covered.base + rule.gap_max AS latest
               ) span
    CROSS JOIN LATERAL (
               SELECT CASE WHEN rule.id IS NOT NULL
                           THEN GREATEST(span.earliest,
                                         LEAST(covered.base + rule.interval, rhythm.day))
                      END AS day OFFSET 0
               ) wanted
    CROSS JOIN LATERAL (
               -- A working day before the last one that is left, else the first one after it.
               SELECT CASE WHEN later.day <= limits.day OR sooner.day < span.earliest
                             OR sooner.day IS NULL
                           THEN later.day ELSE sooner.day END AS day
                 FROM (SELECT GREATEST(span.latest, span.earliest) AS day OFFSET 0) limits
           CROSS JOIN LATERAL (SELECT %(next)s AS day OFFSET 0) later
           CROSS JOIN LATERAL (SELECT %(last)s AS day OFFSET 0) sooner
               ) moved
    )""",
    next=next_day(SQL("wanted.day"), SQL("covered.quiet")),
    last=last_day(SQL("limits.day"), SQL("covered.quiet")),
)

# The first thing planned that is not too late: later than the customer can wait helps nobody,
# nor does what nobody did in time.
_SERVED = SQL(
    """served AS MATERIALIZED (
        SELECT DISTINCT ON (dated.id) dated.id, touch.day, touch.kind
          FROM touch
          JOIN dated ON dated.partner_id = touch.partner_id
           AND dated.company_id = touch.company_id
          JOIN company ON company.id = dated.company_id
         WHERE GREATEST(touch.day, dated.latest) >= company.today AND touch.day >= dated.base
           AND (dated.latest IS NULL OR touch.day <= dated.latest)
      ORDER BY dated.id, touch.day, touch.kind
    )"""
)

# ``crm.lifecycle.profile`` says the figures in words: what decided nothing is left out.
_TARGET = SQL(
    """target AS MATERIALIZED (
        SELECT dated.id,
               CASE WHEN is_due THEN dated.rule_id END AS cadence_id,
               CASE WHEN is_due THEN COALESCE(served.day, dated.moved_day) END
                   AS next_contact_date,
               CASE WHEN is_due THEN dated.earliest END AS earliest_contact_date,
               CASE WHEN is_due THEN dated.latest END AS latest_contact_date,
               served.day AS planned_contact_date,
               CASE WHEN NOT is_due
                    THEN JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT(
                        'reason', dated.reason, 'planned_by', served.kind))
                    ELSE JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT(
                        'base', dated.base,
                        'is_contacted', dated.is_contacted,
                        'interval', dated.interval,
                        'due', dated.base + dated.interval,
                        'purchase_due', CASE WHEN is_rhythmic THEN dated.purchase_due END,
                        'rhythm', CASE WHEN is_rhythmic THEN dated.rhythm_day END,
                        'earliest', CASE WHEN is_held THEN dated.earliest END,
                        'held_by', CASE WHEN NOT is_held THEN NULL
                                        WHEN dated.earliest = dated.quiet_until
                                        THEN 'quiet_until'
                                        WHEN dated.wish_gap > dated.gap_min THEN 'wish_gap'
                                        ELSE 'gap_min' END,
                        'gap', CASE WHEN is_held AND dated.is_contacted
                                    THEN GREATEST(dated.gap_min, dated.wish_gap) END,
                        'wanted', dated.wanted_day,
                        'moved_to', NULLIF(dated.moved_day, dated.wanted_day),
                        'quiet', CASE WHEN dated.moved_day IS DISTINCT FROM dated.wanted_day
                                      THEN dated.quiet END,
                        'planned', served.day,
                        'planned_by', served.kind)) END AS cadence_figures
          FROM dated
     LEFT JOIN served ON served.id = dated.id
    CROSS JOIN LATERAL (
               SELECT dated.reason IS NULL AS is_due,
                      COALESCE(dated.rhythm_day < dated.base + dated.interval, FALSE)
                          AS is_rhythmic,
                      COALESCE(dated.earliest > dated.best, FALSE) AS is_held
               ) told
    )"""
)
