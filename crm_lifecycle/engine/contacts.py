"""Every real human touch as one dated row, read from what the host records anyway.

A *contact* is what people did: a message that a customer wrote, or that a colleague wrote to
them; a call, visit or other activity done with them; a meeting with them that has begun; a
quotation sent. Mail that the system sends, notes among colleagues, what is planned, and
activities that reach nobody are none. An attempt that reached nobody is a contact in which
nobody was ``reached``: it starts no clock anew.

Each source is a SELECT with the columns of ``COLUMNS`` and knows the CTE ``company``.
"""

from odoo.tools import SQL

from .channels import NOT_REACHED
from .documents import order_messages
from .sources import day

#: What people write; everything else is written by the system.
MESSAGE_TYPES = ("comment", "email")
#: Activities that reach nobody, by the category of their type.
SILENT_CATEGORIES = ("upload_file",)

COLUMNS = (
    "source",  # number of the source, and ...
    "key",  # ... id of its row: unique together with the customer and the company
    "company_id",
    "partner_id",  # the customer: a commercial partner
    "person_id",  # who of the customer's
    "moment",  # in UTC, null where only the day is known
    "day",  # in the company's time zone
    "direction",
    "channel",
    "user_id",  # who of the company's
    "outcome",
    "reached",
    "minutes",
    "satisfaction",
    "res_model",  # the document on which it is recorded
    "res_id",
)


def sources(scope, now, sent_subtype, state_field):
    """Return the SELECTs of all contacts of customers.

    :param Scope scope: the customers
    :param datetime now: the moment that counts as now, in UTC
    :param int sent_subtype: id of the message subtype of a quotation sent
    :param int state_field: id of the field ``sale.order.state``
    """
    return [
        _received(scope),
        _sent(scope),
        *(_done(scope, model) for model in _DOCUMENTS),
        _met(scope, now),
        _quoted(scope, sent_subtype, state_field),
    ]


def contact_cte(selects):
    """Return the CTE ``contact`` from the sources."""
    return SQL(
        "contact(%s) AS (%s)",
        SQL(", ").join(SQL.identifier(name) for name in COLUMNS),
        SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects),
    )


def _colleague(user="colleague"):
    """Return the condition that a user is a person who works here, and not the system."""
    user = SQL.identifier(user)
    return SQL("NOT %s.share AND %s.id <> 1", user, user)


def _company_of(user, company):
    """Return the company in which a colleague did something.

    :param str user: alias of the colleague
    :param SQL company: id of the company of the document, or null
    """
    return SQL(
        """COALESCE((SELECT place.cid FROM res_company_users_rel place
                      WHERE place.user_id = %(user)s.id AND place.cid = %(company)s),
                    %(user)s.company_id)""",
        user=SQL.identifier(user),
        company=company,
    )


def _belongs(company):
    """Return the condition that ``company`` is that of a contact: of each, where none is known.

    :param SQL company: id of the company that the host knows, or null
    """
    return SQL("company.id = COALESCE(%s, company.id)", company)


def _looked_up(scope, table, condition):
    """Return the join of rows that are found by what was joined before.

    For customers named one by one each is looked up by the host's index: the planner takes what
    is told of few customers, such as their own words among millions of messages of the system,
    for rows that are found faster by reading them all.

    :param str table: name of the table, and the alias of its last word
    """
    name, alias = SQL.identifier(table), SQL.identifier(table.rpartition("_")[2])
    if scope.is_listed:
        return SQL(
            "CROSS JOIN LATERAL (SELECT %s.* FROM %s %s WHERE %s OFFSET 0) %s",
            alias,
            name,
            alias,
            condition,
            alias,
        )
    return SQL("JOIN %s %s ON %s", name, alias, condition)


def _received(scope):
    """Return the query of what customers wrote, by mail, in the portal or in a chat."""
    return SQL(
        """SELECT 1, message.id, company.id, person.commercial_partner_id, person.id,
                  message.date, %(day)s, 'in',
                  CASE WHEN message.model = 'discuss.channel' THEN 'chat'
                       WHEN message.message_type = 'email' THEN 'mail' ELSE 'portal' END,
                  customer.user_id, NULL::varchar, TRUE, NULL::int, NULL::varchar,
                  message.model, message.res_id
             FROM res_partner person
             JOIN res_partner customer ON customer.id = person.commercial_partner_id
             %(messages)s
        LEFT JOIN res_users salesperson ON salesperson.id = customer.user_id
             JOIN company ON %(belongs)s
            WHERE %(scope)s
              AND NOT EXISTS (SELECT FROM res_users colleague
                               WHERE colleague.partner_id = person.id AND NOT colleague.share)""",
        day=day(SQL("message.date")),
        belongs=_belongs(
            SQL("COALESCE(message.record_company_id, customer.company_id, salesperson.company_id)")
        ),
        scope=scope.of(SQL("person.commercial_partner_id")),
        messages=_looked_up(
            scope,
            "mail_message",
            SQL(
                """message.author_id = person.id AND message.message_type IN %s
               AND message.lifecycle_is_automatic IS NOT TRUE""",
                MESSAGE_TYPES,
            ),
        ),
    )


# The host gives the files of an invoice that it sends to the message alone.
_DOCUMENT_SENT = SQL(
    """EXISTS (SELECT FROM message_attachment_rel link
                 JOIN ir_attachment file ON file.id = link.attachment_id
                WHERE link.message_id = message.id AND file.res_model = 'mail.message'
                  AND file.res_id = message.id)"""
)


def _sent(scope):
    """Return the query of what colleagues wrote to customers, once for each customer.

    Addressed by name, or as a follower. An invoice that is sent, by itself or with a hundred
    others, is a document and no contact.
    """

    def recipients(table):
        return SQL(
            """SELECT recipient.mail_message_id, person.id, person.commercial_partner_id
                 FROM res_partner person
                 JOIN %s recipient ON recipient.res_partner_id = person.id
                WHERE %s""",
            table,
            scope.of(SQL("person.commercial_partner_id")),
        )

    return SQL(
        """SELECT 2, message.id, company.id, addressed.partner_id, MIN(addressed.person_id),
                  message.date, %(day)s, 'out',
                  CASE WHEN message.model = 'discuss.channel' THEN 'chat' ELSE 'mail' END,
                  colleague.id, NULL::varchar, TRUE, NULL::int, NULL::varchar,
                  message.model, message.res_id
             FROM (%(named)s UNION ALL %(followers)s)
                      addressed(message_id, person_id, partner_id)
             JOIN mail_message message ON message.id = addressed.message_id
             JOIN res_users colleague
               ON colleague.partner_id = message.author_id AND %(is_colleague)s
             JOIN res_partner author ON author.id = message.author_id
        LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
             JOIN company ON company.id = %(company)s
            WHERE message.message_type IN %(types)s
              AND author.commercial_partner_id <> addressed.partner_id
              AND NOT COALESCE(subtype.internal, message.is_internal, FALSE)
              AND NOT (message.model = 'account.move' AND %(document_sent)s)
         GROUP BY message.id, company.id, company.tz, addressed.partner_id, colleague.id""",
        named=recipients(SQL("mail_message_res_partner_rel")),
        followers=recipients(SQL("mail_notification")),
        is_colleague=_colleague(),
        document_sent=_DOCUMENT_SENT,
        company=_company_of("colleague", SQL("message.record_company_id")),
        day=day(SQL("message.date")),
        types=MESSAGE_TYPES,
    )


# On which documents of a person activities are done, and in which company.
_DOCUMENTS = {
    "res.partner": (
        SQL("res_partner person"),
        SQL("person.id"),
        SQL("COALESCE(activity.lifecycle_company_id, person.company_id, colleague.company_id)"),
    ),
    "crm.lead": (
        SQL("res_partner person JOIN crm_lead document ON document.partner_id = person.id"),
        SQL("document.id"),
        SQL("COALESCE(document.company_id, colleague.company_id)"),
    ),
    "sale.order": (
        SQL("res_partner person JOIN sale_order document ON document.partner_id = person.id"),
        SQL("document.id"),
        SQL("document.company_id"),
    ),
}


DOCUMENT_MODELS = tuple(_DOCUMENTS)


def channel_of(kind):
    """Return by what means activities of a type reach somebody, null if they do not.

    :param str kind: alias of the type
    """
    kind = SQL.identifier(kind)
    return SQL(
        """COALESCE(%(kind)s.lifecycle_channel,
                    CASE %(kind)s.category WHEN 'phonecall' THEN 'call'
                                           WHEN 'meeting' THEN 'meeting' END)""",
        kind=kind,
    )


#: The host stores the day in UTC; when it was written says on which of the company's days it was.
DONE_ON = SQL(
    """CASE WHEN activity.write_date::date = activity.date_done THEN %s
            ELSE activity.date_done END""",
    day(SQL("activity.write_date")),
)


def done_with(scope, model):
    """Return the tables of activities done with customers, ``person``; ``document`` on those of
    leads and orders.

    :param Scope scope: the customers
    :param str model: on which documents, one of ``DOCUMENT_MODELS``
    """
    documents, document_id, company = _DOCUMENTS[model]
    return SQL(
        """%s
             %s
             JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
             JOIN res_users colleague
               ON colleague.id = COALESCE(activity.user_id, activity.create_uid)
              AND %s
             JOIN company ON company.id = %s""",
        documents,
        _looked_up(
            scope,
            "mail_activity",
            SQL(
                """activity.res_model = %s AND activity.res_id = %s AND NOT activity.active
               AND activity.date_done IS NOT NULL""",
                model,
                document_id,
            ),
        ),
        _colleague(),
        company,
    )


def _done(scope, model):
    """Return the query of activities that colleagues have done with customers.

    That of a meeting tells the same as the meeting.
    """
    return SQL(
        """SELECT 3, activity.id, company.id, person.commercial_partner_id, person.id,
                  NULL::timestamp, %(day)s,
                  COALESCE(activity.lifecycle_direction, 'out'), %(channel)s, colleague.id,
                  activity.lifecycle_outcome,
                  COALESCE(activity.lifecycle_outcome, '') <> ALL(%(not_reached)s),
                  NULLIF(activity.lifecycle_minutes, 0), activity.lifecycle_satisfaction,
                  activity.res_model, activity.res_id
             FROM %(tables)s
            WHERE activity.calendar_event_id IS NULL
              AND %(channel)s IS NOT NULL AND %(scope)s""",
        day=DONE_ON,
        channel=channel_of("kind"),
        not_reached=list(NOT_REACHED),
        tables=done_with(scope, model),
        scope=scope.of(SQL("person.commercial_partner_id")),
    )


def _met(scope, now):
    """Return the query of meetings that have begun, once for each customer who was asked to."""
    # Over the meeting's contacts: the host has no index on whom an attendee is.
    return SQL(
        """SELECT 4, meeting.id, company.id, person.commercial_partner_id, MIN(person.id),
                  meeting.start, %(day)s, 'out', 'meeting', colleague.id, NULL::varchar, TRUE,
                  ROUND(meeting.duration * 60)::int, NULL::varchar, 'calendar.event', meeting.id
             FROM res_partner person
             JOIN calendar_event_res_partner_rel invited ON invited.res_partner_id = person.id
             JOIN calendar_event meeting
               ON meeting.id = invited.calendar_event_id AND meeting.active
             JOIN calendar_attendee attendee
               ON attendee.event_id = meeting.id AND attendee.partner_id = person.id
              AND attendee.state <> 'declined'
             JOIN res_users colleague ON colleague.id = meeting.user_id AND %(is_colleague)s
        LEFT JOIN crm_lead opportunity ON opportunity.id = meeting.opportunity_id
             JOIN company
               ON company.id = COALESCE(opportunity.company_id, colleague.company_id)
            WHERE meeting.start <= %(now)s AND %(scope)s
              AND NOT EXISTS (SELECT FROM res_users other
                               WHERE other.partner_id = person.id AND NOT other.share)
         GROUP BY meeting.id, company.id, company.tz, person.commercial_partner_id, colleague.id""",
        day=day(SQL("meeting.start")),
        is_colleague=_colleague(),
        now=now,
        scope=scope.of(SQL("person.commercial_partner_id")),
    )


def _quoted(scope, sent_subtype, state_field):
    """Return the query of quotations that were sent, on the day on which they last were."""
    return SQL(
        """SELECT 5, so.id, company.id, person.commercial_partner_id, person.id,
                  trace.entered_on, %(day)s, 'out', 'mail', so.user_id, NULL::varchar, TRUE,
                  NULL::int, NULL::varchar, 'sale.order', so.id
             FROM res_partner person
             JOIN sale_order so ON so.partner_id = person.id
             JOIN company ON company.id = so.company_id
       CROSS JOIN %(trace)s
            WHERE trace.entered_on IS NOT NULL AND %(scope)s""",
        day=day(SQL("trace.entered_on")),
        trace=order_messages(sent_subtype, state_field),
        scope=scope.of(SQL("person.commercial_partner_id")),
    )


def recording(company, scope, selects):
    """Return the statement that writes customers' last contacts where they differ.

    :param SQL company: ``sources.company_cte``
    :param Scope scope: the customers
    :param list selects: see ``sources``
    :return: statement whose rows are ``(partner id,)`` of what was written
    """
    names = (
        "last_contact_date",
        "last_contact_channel",
        "last_contact_direction",
        "last_contact_user_id",
        "last_inbound_date",
    )
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    found = SQL(", ").join(SQL.identifier("found", name) for name in names)
    kept = SQL(", ").join(SQL.identifier("profile", name) for name in names)
    return SQL(
        """WITH %(company)s, %(contact)s,
           last AS (
               SELECT DISTINCT ON (company_id, partner_id) company_id, partner_id,
                      day AS last_contact_date, channel AS last_contact_channel,
                      direction AS last_contact_direction, user_id AS last_contact_user_id
                 FROM contact
                WHERE reached
             ORDER BY company_id, partner_id, day DESC, moment DESC NULLS FIRST, source, key
           ),
           heard AS (
               SELECT company_id, partner_id, MAX(day) AS last_inbound_date
                 FROM contact
                WHERE direction = 'in' AND reached
             GROUP BY company_id, partner_id
           ),
           found AS (
               SELECT profile.id, last.last_contact_date, last.last_contact_channel,
                      last.last_contact_direction, last.last_contact_user_id,
                      heard.last_inbound_date
                 FROM crm_lifecycle_profile profile
            LEFT JOIN last USING (company_id, partner_id)
            LEFT JOIN heard USING (company_id, partner_id)
                WHERE %(scope)s
           )
           UPDATE crm_lifecycle_profile profile
              SET (%(columns)s) = ROW(%(found)s)
             FROM found
            WHERE profile.id = found.id AND (%(kept)s) IS DISTINCT FROM (%(found)s)
        RETURNING profile.partner_id""",
        company=company,
        contact=contact_cte(selects),
        scope=scope.of(SQL("profile.partner_id")),
        columns=columns,
        found=found,
        kept=kept,
    )
