"""What people are to be reminded of today, and who of them.

The queries are for ``follow_ups.find``, which knows who is there, away or has left. They find
the next few rows by their ids, so that one that fails does not stop the rest.
"""

from odoo.tools import SQL

from .follow_ups import leader_of


def somebody(own, salesperson):
    """Return who is reminded: whoever is named, the salesperson, or a leader of theirs.

    Somebody away without a deputy is passed over; if all are away, it is still the first of
    them who works here. Null where nobody does.
    """
    wanted = SQL("ARRAY[%s, %s, %s, %s]", own, salesperson, leader_of(own), leader_of(salesperson))
    return SQL(
        """COALESCE(
               (SELECT stand_in.user_id
                  FROM UNNEST(%(wanted)s) WITH ORDINALITY wanted(id, place)
                  JOIN stand_in ON stand_in.for_id = wanted.id
              ORDER BY wanted.place
                 LIMIT 1),
               (SELECT person.id
                  FROM UNNEST(%(wanted)s) WITH ORDINALITY wanted(id, place)
                  JOIN person ON person.id = wanted.id
              ORDER BY wanted.place
                 LIMIT 1))""",
        wanted=wanted,
    )


def dates_due(grace):
    """Return the query of important dates of which somebody is to be reminded.

    Columns: ``id``, ``next_date``, ``user_id``; never null. One that passed while the job did
    not run is told of for some days yet. A colleague who left took their activities along: of
    what they had not done, somebody else is reminded.

    :param int grace: for so many days
    """
    return SQL(
        """SELECT * FROM (
                SELECT important.id, important.next_date, %(user)s AS user_id
                  FROM setting
                  JOIN crm_lifecycle_important_date important
                    ON important.company_id = setting.company_id
                  JOIN res_partner partner ON partner.id = important.partner_id
                  JOIN res_partner customer ON customer.id = partner.commercial_partner_id
                 WHERE important.active AND partner.active AND customer.active
                   AND important.next_date - important.lead_days <= setting.today
                   AND important.next_date >= setting.today - %(grace)s::int
                   AND (important.reminded_for IS DISTINCT FROM important.next_date
                        OR important.activity_id IS NULL
                       AND EXISTS (SELECT FROM res_users gone
                                    WHERE gone.id = important.reminded_user_id
                                      AND NOT gone.active))) due
            WHERE user_id IS NOT NULL""",
        user=somebody(SQL("important.user_id"), SQL("COALESCE(partner.user_id, customer.user_id)")),
        grace=grace,
    )


def dates_past(with_lunar):
    """Return the query of important dates whose next day has passed.

    :param bool with_lunar: also of those that come round by the Chinese calendar
    """
    return SQL(
        """SELECT important.id
             FROM setting
             JOIN crm_lifecycle_important_date important
               ON important.company_id = setting.company_id
            WHERE important.next_date < setting.today
              AND (%s OR important.calendar <> 'lunar')""",
        with_lunar,
    )


def agreements_unnoted():
    """Return the query of agreements whose end does not stand among the dates as it is."""
    return SQL(
        """SELECT agreement.id
             FROM setting
             JOIN crm_lifecycle_agreement agreement
               ON agreement.company_id = setting.company_id
        LEFT JOIN crm_lifecycle_important_date important
               ON important.agreement_id = agreement.id
            WHERE agreement.active AND agreement.date_end >= setting.today
              AND important.id IS NULL"""
    )


def standing():
    """Return the query of opportunities that stand still and no team leader was told of yet.

    Columns: ``id``, ``user_id``, never null. The leader of the salesperson's team, or of the
    opportunity's own; where that is the salesperson, there is nobody else to tell.
    """
    return SQL(
        """SELECT * FROM (
                SELECT lead.id, lead.user_id AS owner_id,
                       (SELECT stand_in.user_id
                          FROM UNNEST(ARRAY[%(leader)s, team.user_id])
                               WITH ORDINALITY wanted(id, place)
                          JOIN stand_in ON stand_in.for_id = wanted.id
                      ORDER BY wanted.place
                         LIMIT 1) AS user_id
                  FROM setting
            CROSS JOIN crm_lead lead
                  JOIN crm_stage stage
                    ON stage.id = lead.stage_id AND stage.rotting_threshold_days > 0
             LEFT JOIN crm_team team ON team.id = lead.team_id
             LEFT JOIN res_users owner ON owner.id = lead.user_id
                 WHERE COALESCE(lead.company_id, team.company_id, owner.company_id)
                           = setting.company_id
                   AND lead.active AND lead.type = 'opportunity' AND lead.won_status = 'pending'
                   AND lead.date_last_stage_update::date + stage.rotting_threshold_days
                           < setting.today
                   AND lead.lifecycle_standing_told
                           IS DISTINCT FROM lead.date_last_stage_update) standing
            WHERE user_id IS NOT NULL AND user_id IS DISTINCT FROM owner_id""",
        leader=leader_of(SQL("lead.user_id")),
    )
