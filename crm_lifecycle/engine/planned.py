"""What is planned with customers already: activities to be done, and meetings to come.

Activities that reach nobody, and those that follow from a cadence, are none: the first are no
contact, the second are what is to be planned.
"""

from odoo.tools import SQL

from .sources import Scope, customer, day
from .value_entries import ACTIVITY_TABLES

#: Categories of the host's activity types that reach somebody, whatever their channel.
REACHING_CATEGORIES = ("phonecall", "meeting")


def touch_cte(now, scope=None):
    """Return the CTE ``touch``: ``company_id``, ``partner_id`` (the customer), ``day``, ``kind``.

    ``kind`` is ``activity`` or ``meeting``.

    :param datetime now: the moment that counts as now, in UTC
    :param Scope scope: the customers, those in ``covered`` if not given. The planner finds what is
        planned with a few whom it is told by indexes, and reads everybody's otherwise.
    """
    scope = scope or Scope(SQL("SELECT partner_id FROM covered"))
    sources = [_meetings(scope, now), *(_activities(scope, model) for model in ACTIVITY_TABLES)]
    return SQL(
        "touch(company_id, partner_id, day, kind) AS MATERIALIZED (%s)",
        SQL(" UNION ALL ").join(sources),
    )


def _activities(scope, model):
    return SQL(
        """SELECT company.id, partner.commercial_partner_id, activity.date_deadline,
                  'activity'
             FROM mail_activity activity
             JOIN mail_activity_type type ON type.id = activity.activity_type_id
             JOIN %(tables)s
            WHERE activity.active AND activity.date_done IS NULL
              AND activity.res_model = %(model)s AND activity.user_id IS NOT NULL
              AND (type.lifecycle_channel IS NOT NULL OR type.category IN %(reaching)s)
              AND NOT EXISTS (SELECT FROM crm_lifecycle_follow_up own
                               WHERE own.activity_id = activity.id)
              AND %(customer)s""",
        tables=ACTIVITY_TABLES[model],
        model=model,
        reaching=REACHING_CATEGORIES,
        customer=customer(scope),
    )


def _meetings(scope, now):
    """Meetings to come to which a colleague invited somebody of the customer's."""
    return SQL(
        """SELECT DISTINCT company.id, partner.commercial_partner_id,
                  COALESCE(meeting.start_date, %(day)s), 'meeting'
             FROM calendar_event meeting
             JOIN calendar_event_res_partner_rel invited
               ON invited.calendar_event_id = meeting.id
             JOIN res_partner partner ON partner.id = invited.res_partner_id
             JOIN res_users colleague ON colleague.id = meeting.user_id AND NOT colleague.share
        LEFT JOIN crm_lead opportunity ON opportunity.id = meeting.opportunity_id
             JOIN company ON company.id = COALESCE(opportunity.company_id, colleague.company_id)
            WHERE meeting.active AND meeting.stop > %(now)s
              AND NOT EXISTS (SELECT FROM calendar_attendee attendee
                               WHERE attendee.event_id = meeting.id
                                 AND attendee.partner_id = partner.id
                                 AND attendee.state = 'declined')
              AND %(customer)s""",
        day=day(SQL("meeting.start")),
        now=now,
        customer=customer(scope),
    )
