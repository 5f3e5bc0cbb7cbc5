"""What people have to do for customers: their open activities, in the order of value and lateness.

A line that is due fits into somebody's day as long as all before it and itself take no longer
than the time that is left; whatever takes a whole day by itself is done all the same.
"""

from odoo.tools import SQL

from . import complaints
from .sources import day

#: Documents whose activities are for a customer.
MODELS = ("res.partner", "crm.lead", "sale.order")
#: Minutes that an attempt takes at most with which nobody was reached.
ATTEMPT_MINUTES = 3
#: Settings of a company that the lines need beside its day.
SETTINGS = SQL(
    """, c.lifecycle_weight_a, c.lifecycle_weight_b, c.lifecycle_weight_other,
        c.lifecycle_minutes_mail, c.lifecycle_minutes_call, c.lifecycle_minutes_meeting,
        c.lifecycle_minutes_visit, c.lifecycle_minutes_other"""
)

# How long a contact takes by its channel, for what has no cadence.
_CHANNEL_MINUTES = SQL(
    """CASE WHEN kind.lifecycle_channel IN ('mail', 'chat', 'portal')
                 THEN company.lifecycle_minutes_mail
            WHEN kind.lifecycle_channel = 'call' THEN company.lifecycle_minutes_call
            WHEN kind.lifecycle_channel IN ('meeting', 'event')
                 THEN company.lifecycle_minutes_meeting
            WHEN kind.lifecycle_channel = 'visit' THEN company.lifecycle_minutes_visit
            ELSE company.lifecycle_minutes_other END"""
)


def _of_users(users):
    """Return the condition that an activity is one of some people's, of anybody's for None."""
    if users is None:
        return SQL("activity.user_id IS NOT NULL")
    return SQL("activity.user_id = ANY(%s)", list(users))


def doers(users=None):
    """Return the query of who has something to do for customers."""
    return SQL(
        "SELECT DISTINCT activity.user_id FROM mail_activity activity"
        " WHERE activity.active AND activity.res_model IN %s AND %s",
        MODELS,
        _of_users(users),
    )


def done(users=None):
    """Return the query of the minutes that people spent today on what they have done.

    Uses the CTE ``company``. The day of an activity that is done is stored in UTC; when it
    was written says on which of the company's days that was.
    """
    return SQL(
        """SELECT activity.user_id, SUM(COALESCE(
                      NULLIF(activity.lifecycle_minutes, 0),
                      CASE WHEN activity.lifecycle_outcome IN ('message_left', 'no_answer')
                           THEN LEAST(%(attempt)s, %(minutes)s) ELSE %(minutes)s END
                  ))::int AS minutes
             FROM mail_activity activity
             JOIN res_users assignee ON assignee.id = activity.user_id
             JOIN company ON company.id = assignee.company_id
        LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
            WHERE activity.active IS FALSE
              AND activity.date_done BETWEEN company.today - 1 AND company.today + 1
              AND %(day)s = company.today
              AND activity.res_model IN %(models)s AND %(users)s
         GROUP BY activity.user_id""",
        attempt=ATTEMPT_MINUTES,
        minutes=_CHANNEL_MINUTES,
        day=day(SQL("activity.write_date")),
        models=MODELS,
        users=_of_users(users),
    )


def reading(company, rooms, users=None):
    """Return the query of all lines.

    :param SQL company: ``sources.company_cte`` with ``SETTINGS``
    :param dict rooms: minutes that each user has for customers today, ``{user id: minutes}``
    :param users: ids of the users whose lines are wanted, None for everybody's
    """
    return SQL(
        """WITH %(company)s,
        room AS MATERIALIZED (
            SELECT * FROM UNNEST(%(room_users)s::int[], %(room_minutes)s::int[])
                          AS room(user_id, minutes)
        ),
        done AS MATERIALIZED (%(done)s)
        SELECT line.id, line.id AS activity_id, line.user_id, line.company_id, line.partner_id,
               line.profile_id, line.stage_id, line.status, line.value_class,
               line.last_contact_date, line.last_contact_channel, line.res_model, line.res_id,
               line.activity_type_id, line.summary, line.hand_over_reason, line.follow_up_id,
               line.cadence_id, line.date_deadline, line.first_due, line.days_late, line.band,
               line.minutes, line.position::int,
               COALESCE(person.id, line.partner_id) AS person_id,
               COALESCE(customer.name, line.lead_name) AS name,
               COALESCE(NULLIF(person.phone, ''), NULLIF(customer.phone, ''), line.lead_phone)
                   AS phone,
               COALESCE(NULLIF(person.email, ''), NULLIF(customer.email, ''), line.lead_email)
                   AS email,
               COALESCE(person.lifecycle_opt_out, FALSE)
                   OR COALESCE(customer.lifecycle_opt_out, FALSE) AS no_contact,
               question.number AS question_count, question.first AS question,
               complaint.number AS complaint_count, complaint.id AS complaint_id,
               complaint.first AS complaint,
               line.is_due AND COALESCE(
                   line.running <= room.minutes - COALESCE(done.minutes, 0)
                   OR line.position = 1 AND room.minutes > COALESCE(done.minutes, 0), FALSE
               ) AS fits
          FROM (%(ordered)s) line
     LEFT JOIN room ON room.user_id = line.user_id
     LEFT JOIN done ON done.user_id = line.user_id
     LEFT JOIN res_partner customer ON customer.id = line.partner_id
     LEFT JOIN LATERAL (
               SELECT decider.id
                 FROM res_partner decider
                WHERE decider.commercial_partner_id = line.partner_id AND decider.active
                  AND decider.lifecycle_decision_role = 'decider'
             ORDER BY decider.id
                LIMIT 1) decider ON TRUE
     -- Whom the activity itself names is meant.
     LEFT JOIN res_partner person
            ON person.id = COALESCE(CASE WHEN line.res_model = 'res.partner'
                                          AND line.contact_id <> line.partner_id
                                         THEN line.contact_id END,
                                    decider.id, line.contact_id)
     LEFT JOIN LATERAL (
               SELECT COUNT(*)::int AS number,
                      (ARRAY_AGG(question.name ORDER BY question.asked_on, question.id))[1]
                          AS first
                 FROM crm_lifecycle_question question
                WHERE question.partner_id = line.partner_id
                  AND question.company_id = line.company_id AND question.state = 'open'
                  AND COALESCE(question.postponed_until, line.today) <= line.today
               ) question ON TRUE
     LEFT JOIN LATERAL (%(complaint)s) complaint ON TRUE""",
        complaint=complaints.worst(SQL("line.partner_id"), SQL("line.company_id")),
        company=company,
        room_users=list(rooms),
        room_minutes=list(rooms.values()),
        done=done(users),
        ordered=_ordered(users),
    )


def _ordered(users):
    """Return the lines with their place in their people's days: what is due comes first, by
    value and lateness, then what is coming, by day.
    """
    return SQL(
        """SELECT line.*,
                  ROW_NUMBER() OVER place AS position,
                  SUM(line.minutes) OVER (place ROWS UNBOUNDED PRECEDING) AS running
             FROM (%s) line
           WINDOW place AS (
                  PARTITION BY line.user_id
                      ORDER BY line.is_due DESC,
                               CASE WHEN NOT line.is_due THEN line.date_deadline END,
                               line.score DESC, line.date_deadline, line.id)""",
        _open(users),
    )


def _open(users):
    """Return the open activities for customers, with what their place depends on.

    Those of documents that are archived or gone are nobody's business any more. A document
    without a company belongs to that of whoever is to do something.
    """
    return SQL(
        """SELECT activity.id, activity.user_id, company.id AS company_id, company.today,
                  partner.id AS contact_id, partner.commercial_partner_id AS partner_id,
                  profile.id AS profile_id, profile.stage_id, profile.status,
                  profile.value_class, profile.last_contact_date, profile.last_contact_channel,
                  activity.res_model, activity.res_id, activity.activity_type_id,
                  activity.summary, activity.lifecycle_hand_over_reason AS hand_over_reason,
                  follow_up.id AS follow_up_id, follow_up.cadence_id, activity.date_deadline,
                  due.first AS first_due, GREATEST(company.today - due.first, 0) AS days_late,
                  activity.date_deadline <= company.today AS is_due,
                  CASE WHEN activity.date_deadline > company.today THEN 'coming'
                       WHEN activity.date_deadline = company.today THEN 'today'
                       WHEN activity.date_deadline >= company.today - 3 THEN '1-3'
                       WHEN activity.date_deadline >= company.today - 7 THEN '4-7'
                       ELSE '8+' END AS band,
                  CASE profile.value_class WHEN 'a' THEN company.lifecycle_weight_a
                                           WHEN 'b' THEN company.lifecycle_weight_b
                                           ELSE company.lifecycle_weight_other END
                      * (1 + GREATEST(company.today - due.first, 0)) AS score,
                  COALESCE(NULLIF(cadence.minutes, 0), %(minutes)s) AS minutes,
                  COALESCE(NULLIF(lead.partner_name, ''), NULLIF(lead.contact_name, ''),
                           lead.name) AS lead_name,
                  NULLIF(lead.phone, '') AS lead_phone,
                  NULLIF(lead.email_from, '') AS lead_email
             FROM mail_activity activity
       CROSS JOIN LATERAL (
                  SELECT LEAST(activity.lifecycle_first_due, activity.date_deadline) AS first
                  ) due
             JOIN res_users assignee ON assignee.id = activity.user_id
        LEFT JOIN res_partner contact
               ON activity.res_model = 'res.partner' AND contact.id = activity.res_id
        LEFT JOIN crm_lead lead
               ON activity.res_model = 'crm.lead' AND lead.id = activity.res_id
        LEFT JOIN sale_order sale
               ON activity.res_model = 'sale.order' AND sale.id = activity.res_id
        LEFT JOIN res_partner partner
               ON partner.id = COALESCE(contact.id, lead.partner_id, sale.partner_id)
             JOIN company
               ON company.id = COALESCE(contact.company_id, lead.company_id, sale.company_id,
                                        assignee.company_id)
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = partner.commercial_partner_id
              AND profile.company_id = company.id
        LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
        LEFT JOIN LATERAL (
                  SELECT planned.id, planned.cadence_id
                    FROM crm_lifecycle_follow_up planned
                   WHERE planned.activity_id = activity.id AND planned.state = 'open'
                ORDER BY planned.id
                   LIMIT 1) follow_up ON TRUE
        LEFT JOIN crm_lifecycle_cadence cadence ON cadence.id = follow_up.cadence_id
            WHERE activity.active AND activity.res_model IN %(models)s AND %(users)s
              AND (contact.active OR lead.active OR sale.id IS NOT NULL)""",
        minutes=_CHANNEL_MINUTES,
        models=MODELS,
        users=_of_users(users),
    )
