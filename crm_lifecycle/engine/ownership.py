"""The history of who looks after whom, a row each time that a customer's salesperson changes.

Rows hold from their first day up to, not including, the day of their end. A row without a
salesperson says since when, by whom and why nobody looks after the customer.
"""

from odoo.tools import SQL


def held(day):
    """Return who was the salesperson of the customer of ``profile`` at the end of a day.

    :param SQL day: the day
    """
    return SQL(
        """(SELECT ownership.user_id
              FROM crm_lifecycle_ownership ownership
             WHERE ownership.partner_id = profile.partner_id
               AND ownership.date_start <= %(day)s
               AND (ownership.date_end IS NULL OR ownership.date_end > %(day)s)
          ORDER BY ownership.date_start DESC, ownership.id DESC
             LIMIT 1)""",
        day=day,
    )


def recording(noted, today):
    """Return the statement that writes who looks after customers, where it is not known yet.

    Of a customer without any row the salesperson of before is assumed to have been so since
    the first event of the customer, or since the contact was created.

    :param SQL noted: rows of (partner_id, former_id, is_change, cause, reason, changed_by);
        ``is_change`` where somebody changed the salesperson, who was ``former_id``
    :param date today: the day of the change
    """
    return SQL(
        """WITH noted(partner_id, former_id, is_change, cause, reason, changed_by) AS (%(noted)s),
           customer AS (
               SELECT partner.id, partner.user_id, noted.former_id, noted.is_change, noted.cause,
                      noted.reason, noted.changed_by, held.id IS NOT NULL AS is_recorded,
                      held.user_id AS held_id,
                      -- Looked up for those alone of whom nothing is known yet.
                      CASE WHEN held.id IS NULL THEN LEAST(%(today)s::date, COALESCE(
                          (SELECT MIN(move.effective_date)
                             FROM crm_lifecycle_transition move
                            WHERE move.partner_id = partner.id),
                          partner.create_date::date)) END AS known_from
                 FROM noted
                 JOIN res_partner partner
                   ON partner.id = noted.partner_id AND partner.commercial_partner_id = partner.id
            LEFT JOIN LATERAL (
                      SELECT id, CASE WHEN date_end IS NULL THEN user_id END AS user_id
                        FROM crm_lifecycle_ownership
                       WHERE partner_id = partner.id
                    ORDER BY date_end IS NULL DESC, date_start DESC, id DESC
                       LIMIT 1) held ON TRUE
           ),
           closed AS (
               UPDATE crm_lifecycle_ownership ownership
                  -- It may be a day later where the change was made.
                  SET date_end = GREATEST(ownership.date_start, %(today)s)
                 FROM customer
                WHERE ownership.partner_id = customer.id AND ownership.date_end IS NULL
                  AND customer.held_id IS DISTINCT FROM customer.user_id
           )
           INSERT INTO crm_lifecycle_ownership
                       (partner_id, user_id, team_id, date_start, date_end, cause, reason,
                        changed_by_id)
                SELECT customer.id, entry.user_id, owner.sale_team_id, entry.date_start,
                       entry.date_end, entry.cause, entry.reason, entry.changed_by
                  FROM customer
            CROSS JOIN LATERAL (
                       -- Before the first change that was seen.
                       SELECT 1, former_id, known_from, %(today)s::date, 'known', NULL, NULL::int
                        WHERE NOT is_recorded AND is_change AND former_id IS NOT NULL
                          AND former_id IS DISTINCT FROM customer.user_id
                    UNION ALL
                       SELECT 2, customer.user_id, known_from, NULL, 'known', NULL, NULL
                        WHERE NOT is_recorded AND customer.user_id IS NOT NULL
                          AND (NOT is_change OR former_id = customer.user_id)
                    UNION ALL
                       SELECT 3, customer.user_id, %(today)s::date, NULL, customer.cause,
                              customer.reason, customer.changed_by
                        WHERE CASE WHEN is_recorded
                                   THEN held_id IS DISTINCT FROM customer.user_id
                                   ELSE is_change AND former_id IS DISTINCT FROM customer.user_id
                              END
                       ) entry(place, user_id, date_start, date_end, cause, reason, changed_by)
             LEFT JOIN res_users owner ON owner.id = entry.user_id
              ORDER BY customer.id, entry.place
             RETURNING id""",
        noted=noted,
        today=today,
    )
