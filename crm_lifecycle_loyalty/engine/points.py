"""Points for what customers did: what holds now, what is to be given, what no longer holds.

A *source* is a SELECT of what earns points as long as it stands there: ``company_id``,
``person_id`` (whose card), ``partner_id`` (their customer), ``date``, ``key`` (one for good for
each document), ``res_model`` and ``res_id``. What leaves a source is taken back.
"""

from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import company_cte

# A rule's place in the number of a row; there are fewer rules than that.
RULES = 2**20


def referrals():
    """Return the source of referrals whose first purchase holds, unless money rewards them."""
    return SQL(
        """SELECT referral.company_id, referral.referrer_id AS person_id,
                  referral.referrer_customer_id AS partner_id, referral.first_date AS date,
                  'crm.lifecycle.referral,' || referral.id AS key,
                  'crm.lifecycle.referral' AS res_model, referral.id AS res_id
             FROM crm_lifecycle_referral referral
            WHERE referral.state = 'won' AND referral.earns_reward
              AND referral.first_date IS NOT NULL
              AND NOT EXISTS (
                  SELECT FROM crm_lifecycle_referral_reward reward
                   WHERE reward.referral_id = referral.id
                     AND (reward.state <> 'taken_back' OR reward.to_recover
                          OR reward.is_written_off))"""
    )


def referral_condition():
    """Return what has to hold of a row of ``referrals`` before points are given for it.

    The company rewards referrals by points, and it is settled who brought the customer.
    """
    return SQL(
        """EXISTS (
               SELECT FROM crm_lifecycle_referral referral
                 JOIN res_company rewarding ON rewarding.id = referral.company_id
                WHERE referral.id = held.res_id AND NOT referral.is_stale
                  AND rewarding.lifecycle_reward AND rewarding.lifecycle_reward_kind = 'points'
                  AND referral.first_date >= rewarding.lifecycle_reward_since
                  AND NOT EXISTS (
                      SELECT FROM crm_lifecycle_referral rival
                       WHERE rival.partner_id = referral.partner_id
                         AND rival.company_id = referral.company_id
                         AND rival.state = 'claimed'))"""
    )


def _held(sources):
    """Return the query of all rows of sources, with the name of each one's source."""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT %s::varchar AS source, company_id, person_id, date, key, res_model, res_id"
            " FROM (%s) source",
            name,
            source,
        )
        for name, source in sorted(sources.items())
    )


def to_give(company_id, now, sources, conditions, begin, limit):
    """Return the query of what earns points and has none yet.

    Columns: ``id`` of the row, ``rule_id``, ``person_id``, ``date``, ``key``, ``res_model``,
    ``res_id``.

    :param dict sources: ``{name: SQL}``, see above
    :param dict conditions: ``{name: SQL}``: what has to hold of ``held`` besides
    """
    return SQL(
        """WITH %(company)s
           SELECT * FROM (
               SELECT held.res_id::bigint * %(rules)s + rule.id AS id, rule.id AS rule_id,
                      held.person_id, held.date, held.key, held.res_model, held.res_id
                 FROM company
                 JOIN crm_lifecycle_point_rule rule ON rule.company_id = company.id
                 JOIN loyalty_program program ON program.id = rule.program_id
                 JOIN (%(held)s) held ON held.source = rule.source
                                     AND held.company_id = company.id
                WHERE rule.active AND program.active
                  AND COALESCE(program.date_from, company.today) <= company.today
                  AND COALESCE(program.date_to, company.today) >= company.today
                  AND held.date BETWEEN rule.since AND company.today
                  AND %(condition)s
                  AND NOT EXISTS (SELECT FROM crm_lifecycle_point point
                                   WHERE point.rule_id = rule.id AND point.key = held.key)) news
            WHERE id > %(begin)s
         ORDER BY id
            LIMIT %(limit)s""",
        company=company_cte(now, rule_tables=SQL("WHERE c.id = %s", company_id)),
        rules=RULES,
        held=_held(sources),
        condition=SQL("CASE %s ELSE TRUE END", _cases(conditions)) if conditions else SQL("TRUE"),
        begin=begin,
        limit=limit,
    )


def _cases(conditions):
    return SQL(" ").join(
        SQL("WHEN held.source = %s THEN %s", name, condition)
        for name, condition in sorted(conditions.items())
    )


def to_follow(company_id, now, sources, begin, limit):
    """Return the query of points that stand otherwise than what they were given for.

    Columns: ``id``, ``person_id`` who has a right to them now, NULL if nobody has. Points of a
    source that nobody knows any more stay as they are.
    """
    return SQL(
        """WITH %(company)s
           SELECT point.id, held.person_id
             FROM crm_lifecycle_point point
             JOIN company ON company.id = point.company_id
             JOIN crm_lifecycle_point_rule rule ON rule.id = point.rule_id
        LEFT JOIN (%(held)s) held ON held.source = rule.source AND held.key = point.key
                                 AND held.company_id = point.company_id
            WHERE point.id > %(begin)s AND rule.source IN %(known)s
              AND CASE WHEN point.state = 'given'
                       THEN held.person_id IS DISTINCT FROM point.person_id
                       ELSE held.person_id IS NOT NULL END
         ORDER BY point.id
            LIMIT %(limit)s""",
        company=company_cte(now, rule_tables=SQL("WHERE c.id = %s", company_id)),
        held=_held(sources),
        begin=begin,
        known=tuple(sources),
        limit=limit,
    )


def to_collect(company_id, begin, limit):
    """Return the query of points still owed by somebody whose card has some again."""
    return SQL(
        """SELECT point.id
             FROM crm_lifecycle_point point
            WHERE point.company_id = %s AND point.owed > 0 AND point.id > %s
              AND EXISTS (SELECT FROM loyalty_card card
                           WHERE card.partner_id = point.person_id
                             AND card.program_id = point.program_id
                             AND card.active AND card.points > 0)
         ORDER BY point.id
            LIMIT %s""",
        company_id,
        begin,
        limit,
    )
