"""Who could look after customers that are not in the right hands.

Who is suggested is a salesperson of the wanted team, or of any where none is wanted, who is
experienced enough and whose assignment is not paused. Of these

- *member*: whoever is in the customer's account team comes first;
- *former*: then whoever was the customer's salesperson last;
- *load*: the other customers are handed out one after the other, the most valuable first,
  each to whoever then has the least to look after, by the weights that the company gives
  the classes; ties go to the lowest id. So a page of suggestions spreads evenly.
"""

from odoo.tools import SQL

from . import mismatches, service_levels


def seller_cte():
    """Return the CTE ``seller``: who can look after customers, by company and team.

    Whose assignment the team has paused gets nobody.
    """
    return SQL(
        """seller AS (
            SELECT DISTINCT works.cid AS company_id, place.team_id, person.id AS user_id,
                   COALESCE(%(rank)s, 1) AS rank
              FROM crm_team_member member
              JOIN crm_team team ON team.id = member.crm_team_id AND team.active
              JOIN res_users person
                ON person.id = member.user_id AND person.active AND NOT person.share
              JOIN res_company_users_rel works
                ON works.user_id = person.id
               AND (team.company_id IS NULL OR team.company_id = works.cid)
        -- Whoever is in a team is in any.
        CROSS JOIN LATERAL (VALUES (team.id), (0)) place(team_id)
             WHERE member.active AND member.assignment_optout IS NOT TRUE
        )""",
        rank=service_levels.rank(SQL("person.lifecycle_seniority")),
    )


def asking_cte():
    """Return the CTE ``asking`` from ``mismatch`` and ``seller``: who knows each customer.

    Those whom nobody fit for it knows ask for somebody at their company, and are numbered
    among those who look for the same.
    """
    return SQL(
        """wish AS (
            SELECT mismatch.*, kind = ANY(%(kinds)s) AS is_cured,
                   COALESCE(team_id, 0) AS at_team, COALESCE(seniority_rank, 1) AS least,
                   ROW_NUMBER() OVER (
                       PARTITION BY kind = ANY(%(kinds)s), profile_id ORDER BY id) = 1 AS is_first
              FROM mismatch
        ),
        asking AS (
            SELECT wish.*, known.user_id AS known_id, known.basis, known.until,
                   CASE WHEN is_cured AND known.user_id IS NULL THEN company_id END AS at_company,
                   -- The kinds of one customer have one number.
                   DENSE_RANK() OVER (
                       PARTITION BY is_cured AND known.user_id IS NULL, company_id, at_team, least
                           ORDER BY weight DESC, value_class NULLS LAST, profile_id) AS number
              FROM wish
         LEFT JOIN LATERAL (
                   SELECT tie.user_id, tie.basis, tie.until
                     FROM (SELECT UNNEST(wish.members) AS user_id, 'member' AS basis,
                                  NULL::date AS until
                        UNION ALL
                           SELECT held.user_id, 'former', held.date_end
                             FROM crm_lifecycle_ownership held
                            WHERE held.partner_id = wish.partner_id AND held.date_end IS NOT NULL
                          ) tie
               -- The limit has the planner look at the few whom the customer knows, each
               -- for being fit, instead of looking for each who is fit among them.
               CROSS JOIN LATERAL (
                          SELECT
                            FROM seller
                           WHERE seller.company_id = wish.company_id
                             AND seller.team_id = wish.at_team
                             AND seller.rank >= wish.least AND seller.user_id = tie.user_id
                           LIMIT 1) fit
                    WHERE tie.user_id IS DISTINCT FROM wish.user_id
                 ORDER BY tie.until DESC NULLS FIRST, tie.user_id
                    LIMIT 1) known ON wish.is_cured
        )""",
        kinds=list(mismatches.OWNER_KINDS),
    )


def suggested_cte():
    """Return the CTE ``suggested`` from ``cared`` and ``asking``: with who is suggested.

    Whoever looks for somebody of the same team and seniority shares the candidates. These
    have places to fill, each higher by what an average customer weighs; so many are made as
    lie below the level up to which all customers fill them, and one more against rounding.

    Customers and places of one number are brought together by a window instead of a join:
    the planner takes both for few, and would compare each with each.
    """
    return SQL(
        """load AS (
            SELECT company_id, user_id, SUM(weight) AS load,
                   COALESCE(SUM(weight) FILTER (WHERE is_held), 0) AS held
              FROM (SELECT company_id, user_id, weight, TRUE AS is_held FROM cared
                 UNION ALL
                    -- Who goes to somebody who knows them is handed out before the others.
                    SELECT company_id, known_id, weight, FALSE FROM asking WHERE is_first
                   ) looked_after
             WHERE user_id IS NOT NULL
          GROUP BY company_id, user_id
        ),
        candidate AS (
            SELECT demand.*, seller.user_id, COALESCE(load.load, 0) AS load,
                   COALESCE(load.held, 0) AS held,
                   COUNT(*) OVER (
                       PARTITION BY demand.company_id, demand.team_id, demand.least) AS choices
              FROM (SELECT at_company AS company_id, at_team AS team_id, least,
                           SUM(weight) AS weight, AVG(weight) AS step
                      FROM asking
                     WHERE at_company IS NOT NULL AND is_first
                  GROUP BY at_company, at_team, least) demand
              JOIN seller
                ON seller.company_id = demand.company_id AND seller.team_id = demand.team_id
               AND seller.rank >= demand.least
         LEFT JOIN load
                ON load.company_id = seller.company_id AND load.user_id = seller.user_id
        ),
        level AS (
            SELECT company_id, team_id, least, MIN(height) AS height
              FROM (SELECT *, (weight + SUM(load) OVER place) / ROW_NUMBER() OVER place AS height,
                           LEAD(load) OVER place AS next
                      FROM candidate
                    WINDOW place AS (PARTITION BY company_id, team_id, least
                                         ORDER BY load, user_id)) filled
             WHERE next IS NULL OR height <= next
          GROUP BY company_id, team_id, least
        ),
        place AS (
            SELECT candidate.company_id, candidate.team_id, candidate.least, candidate.user_id,
                   candidate.held, candidate.choices,
                   ROW_NUMBER() OVER (
                       PARTITION BY candidate.company_id, candidate.team_id, candidate.least
                           ORDER BY candidate.load + candidate.step * turn, candidate.user_id
                   ) AS number
              FROM candidate
              JOIN level USING (company_id, team_id, least)
        CROSS JOIN LATERAL GENERATE_SERIES(
                       0, CEIL((level.height - candidate.load) / candidate.step)::int) turn
        ),
        suggested AS (
            SELECT %(columns)s, COALESCE(known_id, filler_id) AS suggested_user_id,
                   COALESCE(basis, CASE WHEN filler_id IS NOT NULL THEN 'load' END)
                       AS suggestion_basis,
                   until AS suggestion_until, held::int AS suggested_load,
                   choices::int AS candidate_count
              FROM (SELECT %(columns)s, known_id, basis, until,
                           MAX(filler_id) OVER same AS filler_id,
                           MAX(held) OVER same AS held, MAX(choices) OVER same AS choices
                      FROM (SELECT %(columns)s, known_id, basis, until, at_company, at_team, least,
                                   number, NULL AS filler_id, NULL AS held, NULL AS choices
                              FROM asking
                         UNION ALL
                            SELECT %(nothing)s, NULL, NULL, NULL, company_id, team_id, least,
                                   number, user_id, held, choices
                              FROM place) met
                    WINDOW same AS (PARTITION BY at_company, at_team, least, number)) filled
             WHERE id IS NOT NULL
        )""",
        columns=SQL(", ").join(SQL.identifier(name) for name in mismatches.COLUMNS),
        nothing=SQL(", ").join(SQL("NULL") for _name in mismatches.COLUMNS),
    )


def suggesting(company):
    """Return the query of the mismatches of all customers, with who is suggested."""
    return SQL(
        "WITH %s, %s, %s, %s, %s SELECT * FROM suggested",
        mismatches.judged_ctes(company, SQL("TRUE")),
        mismatches.mismatch_cte(),
        seller_cte(),
        asking_cte(),
        suggested_cte(),
    )
