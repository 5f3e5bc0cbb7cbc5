"""Who should take a lead: somebody whom the customer's service level asks for.

Of those who may be suggested for customers, see ``suggestions``, whoever has the fewest open
leads and opportunities beside this one; ties go to the lowest id. A salesperson who fits stays.
"""

from typing import NamedTuple

from odoo.tools import SQL

from . import service_levels, suggestions


class Asking(NamedTuple):
    """A lead, with what its customer is or would be; ids, None where there is none."""

    number: int  # tells the leads of one query apart
    lead_id: int | None
    company_id: int
    user_id: int | None
    value_class: str | None
    customer_type: str | None
    segment_id: int | None
    stage_id: int | None

    def to_sql(self):
        return SQL(
            "(%s::int, %s::int, %s::int, %s::int, %s::varchar, %s::varchar, %s::int, %s::int)",
            *self,
        )


def reading(asking):
    """Return the query of what is wanted for leads, and who fits best.

    Columns: ``number``, ``level_id``, ``team_id``, ``seniority``, ``suggested_user_id`` (null
    where nobody fits), ``open_count`` (of that person's other open leads and opportunities).

    :param list asking: of ``Asking``
    """
    return SQL(
        """WITH cared AS (
               SELECT *, number AS combination
                 FROM (VALUES %(leads)s) lead(%(columns)s)
           ),
           %(wanted)s,
           %(sellers)s
           SELECT wanted.number, wanted.level_id, wanted.team_id, wanted.seniority,
                  fitting.user_id, fitting.open_count
             FROM wanted
        LEFT JOIN LATERAL (
                  SELECT seller.user_id,
                         (SELECT COUNT(*)
                            FROM crm_lead other
                           WHERE other.user_id = seller.user_id AND other.active
                             AND other.won_status = 'pending'
                             AND other.id IS DISTINCT FROM wanted.lead_id) AS open_count
                    FROM seller
                   WHERE seller.company_id = wanted.company_id
                     AND seller.team_id = COALESCE(wanted.team_id, 0)
                     AND seller.rank >= COALESCE(wanted.seniority_rank, 1)
                ORDER BY seller.user_id IS NOT DISTINCT FROM wanted.user_id DESC,
                         open_count, seller.user_id
                   LIMIT 1) fitting ON TRUE""",
        leads=SQL(", ").join(lead.to_sql() for lead in asking),
        columns=SQL(", ").join(SQL.identifier(name) for name in Asking._fields),
        wanted=service_levels.wanted_cte(),
        sellers=suggestions.seller_cte(),
    )
