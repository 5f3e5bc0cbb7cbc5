"""Customers who are not looked after as their service level asks.

- *unowned*: nobody is the salesperson;
- *left*: the salesperson's user is archived;
- *outsider*: the salesperson does not work for the company, and nobody of the company is in
  the account team;
- *seniority*: the salesperson is known to be less experienced than wanted; who is not known
  to be is no mismatch;
- *team*: the salesperson is not in the wanted team, nor its leader;
- *members*: fewer people are in the account team than wanted;
- *sponsor*: no executive sponsor is.
"""

from odoo.tools import SQL

from . import service_levels
from .type_rules import TYPES
from .value_classes import CLASSES

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
#: Columns of a suggestion, with their types; see ``engine.suggestions``.
SUGGESTION = {
    "suggested_user_id": SQL("int"),
    "suggestion_basis": SQL("varchar"),
    # Day on which whoever was the salesperson before handed the customer over.
    "suggestion_until": SQL("date"),
    # What the suggested one looks after, before anything is handed out, and of how many.
    "suggested_load": SQL("int"),
    "candidate_count": SQL("int"),
}


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
                   ARRAY_AGG(DISTINCT member.user_id) AS members,
                   BOOL_OR(role.is_sponsor) AS sponsored
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
                   account_team.members,
                   COALESCE(CARDINALITY(account_team.members), 0) AS member_count,
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


def judged_ctes(company, profiles):
    """Return the CTEs up to ``judged``, of some customers."""
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
        "WITH %s, %s SELECT %s, %s FROM mismatch",
        judged_ctes(company, profiles),
        mismatch_cte(),
        SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
        SQL(", ").join(
            SQL("NULL::%s AS %s", kind, SQL.identifier(name)) for name, kind in SUGGESTION.items()
        ),
    )


def covering(company):
    """Return the query of how well customers are looked after, by segment, type and class.

    A segment with a universe and without a customer has a row, too. What was waived counts as
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
                  AND id NOT IN (SELECT segment_id FROM cared WHERE segment_id IS NOT NULL)
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
        ctes=judged_ctes(company, SQL("TRUE")),
        wrong=wrong,
        types=list(TYPES),
        classes=list(CLASSES),
    )
