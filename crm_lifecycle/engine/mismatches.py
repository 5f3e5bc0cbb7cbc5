"""Customers who are not looked after as their service level asks, and who could.

- *unowned*: nobody is the salesperson;
- *left*: the salesperson's user is archived;
- *outsider*: the salesperson does not work for the company, and nobody of the company is in
  the account team;
- *seniority*: the salesperson is known to be less experienced than wanted; who is not known
  to be is no mismatch;
- *team*: the salesperson is not in the wanted team, nor its leader;
- *members*: fewer people are in the account team than wanted;
- *sponsor*: no executive sponsor is.

Who is suggested is a salesperson of the wanted team, or of any where none is wanted, who is
experienced enough. Customers are handed out one after the other, the most valuable first,
each to whoever then has the least to look after: customers weigh 3 in class A, 2 in class B
and else 1, ties go to the lowest id. So a page of suggestions spreads evenly.
"""

from odoo.tools import SQL

from . import service_levels

#: Kinds with what holds where they do, of ``judged``. Their order numbers the rows.
KINDS = {
    "unowned": SQL("user_id IS NULL"),
    "left": SQL("user_id IS NOT NULL AND NOT is_there"),
    "outsider": SQL("is_there AND NOT is_ours AND member_count = 0"),
    "seniority": SQL("is_there AND is_ours AND owner_rank < seniority_rank"),
    "team": SQL("is_there AND is_ours AND team_id IS NOT NULL AND NOT is_in_team"),
    "members": SQL("member_count < member_minimum"),
    "sponsor": SQL("sponsor_required AND NOT has_sponsor"),
}
#: Those that another salesperson cures.
OWNER_KINDS = ("unowned", "left", "seniority", "team")
#: Those that are about the salesperson at all.
OWNED_WRONG = ("left", "outsider", "seniority", "team")
#: Rows of a customer are numbered from the profile's id.
PLACES = 16
#: Columns of a mismatch.
COLUMNS = (
    "id",
    "profile_id",
    "partner_id",
    "company_id",
    "kind",
    "user_id",
    "owner_seniority",
    "level_id",
    "segment_id",
    "team_id",
    "seniority",
    "member_count",
    "member_minimum",
    "value_class",
    "customer_type",
    "stage_id",
)


def judged_cte():
    """Return the CTE ``judged`` from ``company`` and ``wanted``: with what is so of each."""
    return SQL(
        """in_team AS (
            SELECT member.crm_team_id AS team_id, member.user_id
              FROM crm_team_member member
             WHERE member.active
             UNION
            SELECT id, user_id FROM crm_team WHERE user_id IS NOT NULL
        ),
        account_team AS (
            SELECT contact.commercial_partner_id AS partner_id, member.company_id,
                   COUNT(DISTINCT member.user_id) AS members, BOOL_OR(role.is_sponsor) AS sponsored
              FROM crm_lifecycle_account_member member
              JOIN res_partner contact ON contact.id = member.partner_id
              JOIN crm_lifecycle_account_role role ON role.id = member.role_id
              JOIN res_users person ON person.id = member.user_id AND person.active
              JOIN company ON company.id = member.company_id
             WHERE member.date_start <= company.today
               AND (member.date_end IS NULL OR member.date_end >= company.today)
          GROUP BY contact.commercial_partner_id, member.company_id
        ),
        judged AS (
            SELECT wanted.*, owner.lifecycle_seniority AS owner_seniority,
                   %(rank)s AS owner_rank, COALESCE(owner.active, FALSE) AS is_there,
                   works.user_id IS NOT NULL AS is_ours,
                   in_team.user_id IS NOT NULL AS is_in_team,
                   COALESCE(account_team.members, 0) AS member_count,
                   COALESCE(account_team.sponsored, FALSE) AS has_sponsor
              FROM wanted
         LEFT JOIN res_users owner ON owner.id = wanted.user_id
         LEFT JOIN res_company_users_rel works
                ON works.user_id = wanted.user_id AND works.cid = wanted.company_id
         LEFT JOIN in_team
                ON in_team.user_id = wanted.user_id AND in_team.team_id = wanted.team_id
         LEFT JOIN account_team
                ON account_team.partner_id = wanted.partner_id
               AND account_team.company_id = wanted.company_id
        )""",
        rank=service_levels.rank(SQL("owner.lifecycle_seniority")),
    )


def mismatch_cte():
    """Return the CTE ``mismatch`` from ``company`` and ``judged``: what is not waived."""
    kinds = SQL(", ").join(
        SQL("(%s, %s, %s)", number, kind, holds)
        for number, (kind, holds) in enumerate(KINDS.items())
    )
    return SQL(
        """mismatch AS MATERIALIZED (
            SELECT judged.profile_id::bigint * %(places)s + kind.number AS id,
                   kind.kind::varchar AS kind, judged.*
              -- Most customers have none, and need not be looked at kind by kind.
              FROM (SELECT * FROM judged WHERE %(any)s OFFSET 0) judged
        CROSS JOIN LATERAL (VALUES %(kinds)s) kind(number, kind, holds)
             WHERE kind.holds
               AND (judged.partner_id, judged.company_id, kind.kind) NOT IN (
                   SELECT contact.commercial_partner_id, waiver.company_id, waiver.kind
                     FROM crm_lifecycle_mismatch_waiver waiver
                     JOIN res_partner contact ON contact.id = waiver.partner_id
                     JOIN company ON company.id = waiver.company_id
                    WHERE waiver.active AND waiver.date_end >= company.today
                      AND contact.commercial_partner_id IS NOT NULL)
        )""",
        places=PLACES,
        any=SQL(" OR ").join(SQL("(%s)", holds) for holds in KINDS.values()),
        kinds=kinds,
    )


def suggested_cte():
    """Return the CTE ``suggested`` from ``cared`` and ``mismatch``: with who is suggested.

    Whoever looks for somebody of the same team and seniority shares the candidates. These
    have places to fill, each higher by what an average customer weighs; so many are made as
    lie below the level up to which all customers fill them, and one more against rounding.

    Customers and places of one number are brought together by a window instead of a join:
    the planner takes both for few, and would compare each with each.
    """
    return SQL(
        """asking AS (
            SELECT mismatch.*, CASE WHEN kind = ANY(%(kinds)s) THEN company_id END AS at_company,
                   COALESCE(team_id, 0) AS at_team, COALESCE(seniority_rank, 1) AS least,
                   -- The kinds of one customer have one number.
                   DENSE_RANK() OVER (
                       PARTITION BY kind = ANY(%(kinds)s), company_id, COALESCE(team_id, 0),
                                    COALESCE(seniority_rank, 1)
                           ORDER BY weight DESC, profile_id) AS number,
                   ROW_NUMBER() OVER (
                       PARTITION BY kind = ANY(%(kinds)s), profile_id ORDER BY id) = 1 AS is_first
              FROM mismatch
        ),
        seller AS (
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
             WHERE member.active
        ),
        load AS (
            SELECT company_id, user_id, SUM(weight) AS load
              FROM cared
             WHERE user_id IS NOT NULL
          GROUP BY company_id, user_id
        ),
        candidate AS (
            SELECT wish.*, seller.user_id, COALESCE(load.load, 0) AS load
              FROM (SELECT at_company AS company_id, at_team AS team_id, least,
                           SUM(weight) AS weight, AVG(weight) AS step
                      FROM asking
                     WHERE at_company IS NOT NULL AND is_first
                  GROUP BY at_company, at_team, least) wish
              JOIN seller
                ON seller.company_id = wish.company_id AND seller.team_id = wish.team_id
               AND seller.rank >= wish.least
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
            SELECT *
              FROM (SELECT %(columns)s,
                           MAX(filler_id) OVER (
                               PARTITION BY at_company, at_team, least, number
                           ) AS suggested_user_id
                      FROM (SELECT %(columns)s, at_company, at_team, least, number,
                                   NULL AS filler_id
                              FROM asking
                         UNION ALL
                            SELECT %(nothing)s, company_id, team_id, least, number, user_id
                              FROM place) met) filled
             WHERE id IS NOT NULL
        )""",
        columns=SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
        nothing=SQL(", ").join(SQL("NULL") for _name in COLUMNS),
        kinds=list(OWNER_KINDS),
        rank=service_levels.rank(SQL("person.lifecycle_seniority")),
    )


def _ctes(company, profiles):
    return SQL(
        "%s, %s, %s, %s",
        company,
        service_levels.cared_cte(profiles),
        service_levels.wanted_cte(),
        judged_cte(),
    )


def reading(company, profiles):
    """Return the query of the mismatches of some customers, without suggestions.

    :param SQL company: ``sources.company_cte``
    :param SQL profiles: condition on ``profile``
    """
    return SQL(
        "WITH %s, %s SELECT %s, NULL::int AS suggested_user_id FROM mismatch",
        _ctes(company, profiles),
        mismatch_cte(),
        SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
    )


def suggesting(company):
    """Return the query of the mismatches of all customers, with who is suggested."""
    return SQL(
        "WITH %s, %s, %s SELECT * FROM suggested",
        _ctes(company, SQL("TRUE")),
        mismatch_cte(),
        suggested_cte(),
    )


def covering(company):
    """Return the query of how well customers are looked after, by segment, type and class.

    A segment with a universe has a row, be it without a customer. What was waived counts as
    it is.
    """
    wrong = SQL(" OR ").join(SQL("(%s)", KINDS[kind]) for kind in OWNED_WRONG)
    return SQL(
        """WITH %(ctes)s,
           fit AS (
               SELECT judged.*, COALESCE(%(wrong)s, FALSE) AS is_wrong,
                      owner_rank IS NULL AND COALESCE(seniority_rank, 1) > 1 AS is_unknown
                 FROM judged
           ),
           counted AS (
               SELECT company_id, segment_id, customer_type, value_class,
                      COUNT(*)::int AS customer_count,
                      COUNT(*) FILTER (WHERE is_buyer)::int AS buyer_count,
                      COUNT(user_id)::int AS owned_count,
                      COUNT(user_id) FILTER (WHERE NOT is_wrong AND NOT is_unknown)::int
                          AS right_count,
                      COUNT(user_id) FILTER (WHERE NOT is_wrong AND is_unknown)::int
                          AS unknown_count
                 FROM fit
             GROUP BY company_id, segment_id, customer_type, value_class
                UNION ALL
               SELECT company_id, id, NULL, NULL, 0, 0, 0, 0, 0
                 FROM crm_lifecycle_segment segment
                WHERE active AND universe_size > 0
                  AND NOT EXISTS (
                      SELECT FROM cared
                       WHERE cared.segment_id = segment.id AND cared.customer_type IS NULL
                         AND cared.value_class IS NULL)
           )
           SELECT (counted.company_id::bigint << 32) + (COALESCE(counted.segment_id, 0) << 6)
                      + (COALESCE(ARRAY_POSITION(%(types)s::varchar[], counted.customer_type), 0)
                         << 3)
                      + COALESCE(ARRAY_POSITION(%(classes)s::varchar[], counted.value_class), 0)
                      AS id,
                  counted.*, NULLIF(segment.universe_size, 0) AS universe_size,
                  counted.owned_count::float / NULLIF(counted.customer_count, 0) AS owned_share,
                  counted.right_count::float / NULLIF(counted.customer_count, 0) AS right_share,
                  counted.buyer_count::float / NULLIF(segment.universe_size, 0) AS penetration,
                  counted.customer_count::float / NULLIF(segment.universe_size, 0) AS reach
             FROM counted
        LEFT JOIN crm_lifecycle_segment segment ON segment.id = counted.segment_id""",
        ctes=_ctes(company, SQL("TRUE")),
        wrong=wrong,
        types=["one_time", "transactional", "hybrid", "relational"],
        classes=["a", "b", "c"],
    )
