"""Which service level is a customer's, and what it asks of those who look after them.

Of the levels whose conditions all hold the most specific one counts: that with the most
conditions, of these the first in order. Where it names no team or no seniority, those that
the customer's segment names are wanted. An archived team is none.
"""

from odoo.tools import SQL

#: How experienced somebody is, the least first.
SENIORITIES = ("junior", "experienced", "senior")
#: The columns of a level that are conditions on the columns of a profile of the same names.
CONDITIONS = ("value_class", "customer_type", "segment_id", "stage_id")


def rank(column):
    """Return the place of a seniority among all, from 1; NULL where it is not known.

    >>> rank(SQL.identifier("seniority")).code
    'ARRAY_POSITION(%s::varchar[], "seniority")'
    """
    return SQL("ARRAY_POSITION(%s::varchar[], %s)", list(SENIORITIES), column)


def cared_cte(profiles):
    """Return the CTE ``cared``: the customers whom somebody has to look after.

    That is everybody who has bought, asks for something or is otherwise beyond a suspect,
    and is not lost.

    :param SQL profiles: condition on ``profile``
    """
    return SQL(
        """cared AS MATERIALIZED (
            SELECT profile.id AS profile_id, profile.partner_id, profile.company_id,
                   profile.value_class, profile.customer_type, profile.segment_id,
                   profile.stage_id, profile.purchase_count > 0 AS is_buyer, partner.user_id,
                   -- One column, of which the planner guesses better than of five.
                   CONCAT_WS('/', profile.company_id, profile.stage_id,
                             COALESCE(profile.value_class, ''),
                             COALESCE(profile.customer_type, ''), profile.segment_id)
                       AS combination,
                   -- What looking after the customer weighs.
                   CASE profile.value_class WHEN 'a' THEN setting.lifecycle_weight_a
                                            WHEN 'b' THEN setting.lifecycle_weight_b
                                            ELSE setting.lifecycle_weight_other END AS weight
              FROM crm_lifecycle_profile profile
              JOIN res_company setting ON setting.id = profile.company_id
              JOIN crm_lifecycle_stage stage ON stage.id = profile.stage_id
              JOIN res_partner partner ON partner.id = profile.partner_id
             WHERE profile.active AND profile.status <> 'lost' AND stage.code <> 'suspect'
               AND %s
        )""",
        profiles,
    )


def wanted_cte():
    """Return the CTE ``wanted`` from ``cared``: the same with what is wanted for each.

    Levels are looked up once for each combination of what they ask for, not once for each
    customer.
    """
    asked = {name: SQL.identifier("asked", name) for name in CONDITIONS}
    level = {name: SQL.identifier("level", name) for name in CONDITIONS}
    return SQL(
        """asked_level AS MATERIALIZED (
            SELECT asked.*, level.id AS level_id,
                   COALESCE(level_team.id, segment_team.id) AS team_id,
                   COALESCE(level.seniority, segment.seniority) AS seniority,
                   COALESCE(level.member_minimum, 0) AS member_minimum,
                   COALESCE(level.sponsor_required, FALSE) AS sponsor_required
              FROM (SELECT combination, MIN(company_id) AS company_id, %(names)s
                      FROM cared
                  GROUP BY combination) asked
         LEFT JOIN LATERAL (
                   SELECT *
                     FROM crm_lifecycle_service_level level
                    WHERE level.active AND level.company_id = asked.company_id AND %(holds)s
                 ORDER BY NUM_NONNULLS(%(conditions)s) DESC, level.sequence, level.id
                    LIMIT 1) level ON TRUE
         LEFT JOIN crm_lifecycle_segment segment ON segment.id = asked.segment_id
         LEFT JOIN crm_team level_team ON level_team.id = level.team_id AND level_team.active
         LEFT JOIN crm_team segment_team
                ON segment_team.id = segment.team_id AND segment_team.active
        ),
        wanted AS (
            SELECT cared.*, asked.level_id, asked.team_id, asked.seniority,
                   %(rank)s AS seniority_rank, asked.member_minimum, asked.sponsor_required
              FROM cared
              JOIN asked_level asked ON asked.combination = cared.combination
        )""",
        # All of a combination are alike.
        names=SQL(", ").join(
            SQL("MIN(%s) AS %s", SQL.identifier(name), SQL.identifier(name)) for name in CONDITIONS
        ),
        holds=SQL(" AND ").join(
            SQL("(%s IS NULL OR %s = %s)", level[name], level[name], asked[name])
            for name in CONDITIONS
        ),
        conditions=SQL(", ").join(level.values()),
        rank=rank(SQL("asked.seniority")),
    )


def reading(profiles):
    """Return the query of the levels of customers: ``profile_id``, ``level_id``, ...

    :param SQL profiles: condition on ``profile``
    """
    return SQL(
        """WITH %s, %s
           SELECT profile_id, level_id, team_id, seniority FROM wanted""",
        cared_cte(profiles),
        wanted_cte(),
    )
