"""When somebody of the company last had contact with who decides at a customer.

Contact is what people did: a message that the decider wrote, or that a colleague wrote to
them; an activity done with them; a meeting with them that has begun. Mail that the system
sends, its notes, and activities yet to be done are none. Nothing is stored: the date
follows from what the host records.
"""

from odoo.tools import SQL

#: What people write; everything else is written by the system.
MESSAGE_TYPES = ("comment", "email")
#: Activities that reach nobody, by the category of their type.
SILENT_CATEGORIES = ("upload_file",)


def has_role(customer, role, to_flush=()):
    """Return the condition that a customer has a contact with a role in the decision.

    :param SQL customer: id of the customer
    :param str role: one of ``DECISION_ROLES``
    :param to_flush: fields to be written before
    """
    return SQL(
        """EXISTS (SELECT FROM res_partner member
                    WHERE member.commercial_partner_id = %s AND member.active
                      AND member.lifecycle_decision_role = %s)""",
        customer,
        role,
        to_flush=to_flush,
    )


def reached(customer, company, now, own_type=None, to_flush=()):
    """Return the day on which a decider of a customer was last in contact, null if never.

    :param SQL customer: id of the customer
    :param SQL company: id of the company whose people and whose days count
    :param datetime now: the moment that counts as now, in UTC
    :param int own_type: id of the type of activities that are people's own to do
    :param to_flush: fields to be written before
    """
    return SQL(
        """(SELECT MAX(COALESCE(contact.date,
                       (contact.moment AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date))
              FROM (%(zone)s) zone
        CROSS JOIN res_partner decider
        CROSS JOIN LATERAL (%(contacts)s) contact(moment, date)
             WHERE decider.commercial_partner_id = %(customer)s AND decider.active
               AND decider.lifecycle_decision_role = 'decider'
               AND COALESCE(contact.moment, contact.date::timestamp) <= %(now)s)""",
        zone=_zone(company),
        contacts=SQL(" UNION ALL ").join(
            [
                *_messages(company),
                _meetings(company),
                *(_activities(model, company, own_type) for model in _ACTIVITY_TABLES),
            ]
        ),
        customer=customer,
        now=now,
        to_flush=to_flush,
    )


def least_day(company, now, to_flush=()):
    """Return the first day on which a contact with a decider is recent enough for a company.

    :param SQL company: id of the company
    :param datetime now: the moment that counts as now, in UTC
    :param to_flush: fields to be written before
    """
    return SQL(
        """(SELECT (%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date
                   - setting.lifecycle_decider_days
              FROM (%s) zone
        CROSS JOIN res_company setting
             WHERE setting.id = %s)""",
        now,
        _zone(company),
        company,
        to_flush=to_flush,
    )


def _zone(company):
    """Return the query of a company's time zone, as ``sources.company_cte`` has it."""
    return SQL(
        """SELECT COALESCE(
                      (SELECT NULLIF(place.tz, '') FROM res_partner place
                        WHERE place.id = office.partner_id),
                      (SELECT calendar.tz FROM resource_calendar calendar
                        WHERE calendar.id = office.resource_calendar_id),
                      'UTC') AS tz
             FROM res_company office WHERE office.id = %s""",
        company,
    )


def _is_colleague(user, company):
    """Return the condition that a user is a person of the company, and not the system.

    :param SQL user: condition on the user, whose alias is ``colleague``
    """
    return SQL(
        """EXISTS (SELECT FROM res_users colleague
                     JOIN res_company_users_rel place ON place.user_id = colleague.id
                    WHERE %s AND place.cid = %s AND NOT colleague.share AND colleague.id <> 1)""",
        user,
        company,
    )


def _messages(company):
    """Return the queries of what a decider wrote, and of what a colleague wrote to them."""
    # A range, so that the index is used: where the system wrote nearly everything the
    # planner takes each author for one who wrote nearly everything, and reads it all.
    yield SQL(
        """SELECT message.date, NULL::date
             FROM mail_message message
            WHERE message.author_id BETWEEN decider.id AND decider.id
              AND message.message_type IN %s
              AND COALESCE(message.record_company_id, %s) = %s""",
        MESSAGE_TYPES,
        company,
        company,
    )
    # Addressed by name, or as a follower.
    for recipients in (
        SQL("mail_message_res_partner_rel"),
        SQL("mail_notification"),
    ):
        yield SQL(
            """SELECT message.date, NULL::date
                 FROM %s recipient
                 JOIN mail_message message ON message.id = recipient.mail_message_id
                WHERE recipient.res_partner_id = decider.id AND message.message_type IN %s
                  AND message.author_id <> decider.id AND %s""",
            recipients,
            MESSAGE_TYPES,
            _is_colleague(SQL("colleague.partner_id = message.author_id"), company),
        )


def _meetings(company):
    """Return the query of meetings that a colleague called and the decider did not decline."""
    # Over the meeting's contacts: the host has no index on whom an attendee is.
    return SQL(
        """SELECT meeting.start, NULL::date
             FROM calendar_event_res_partner_rel invited
             JOIN calendar_event meeting ON meeting.id = invited.calendar_event_id
             JOIN calendar_attendee attendee
               ON attendee.event_id = meeting.id AND attendee.partner_id = decider.id
            WHERE invited.res_partner_id = decider.id AND attendee.state <> 'declined'
              AND meeting.active AND %s""",
        _is_colleague(SQL("colleague.id = meeting.user_id"), company),
    )


# Which documents of a decider's, besides the contact itself, activities are on.
_ACTIVITY_TABLES = {
    "res.partner": SQL("SELECT decider.id"),
    "crm.lead": SQL("SELECT lead.id FROM crm_lead lead WHERE lead.partner_id = decider.id"),
    "sale.order": SQL("SELECT so.id FROM sale_order so WHERE so.partner_id = decider.id"),
}


def _activities(model, company, own_type):
    """Return the query of activities that were done with a decider."""
    return SQL(
        """SELECT NULL::timestamp, activity.date_done
             FROM (%(documents)s) document(id)
             JOIN mail_activity activity
               ON activity.res_model = %(model)s AND activity.res_id = document.id
        LEFT JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
            WHERE NOT activity.active AND activity.date_done IS NOT NULL
              AND COALESCE(kind.category, 'default') NOT IN %(silent)s
              AND activity.activity_type_id IS DISTINCT FROM %(own_type)s
              AND %(is_colleague)s""",
        documents=_ACTIVITY_TABLES[model],
        model=model,
        silent=SILENT_CATEGORIES,
        own_type=own_type,
        is_colleague=_is_colleague(
            SQL("colleague.id = COALESCE(activity.user_id, activity.create_uid)"), company
        ),
    )
