"""Which follow-ups are to be planned, given to somebody else, closed or escalated.

Each query finds the next few that something is to be done about, by their ids in order, for one
company. What was done about is not found again, so that a run that is cut off goes on where it
stopped; what failed is left behind, because the next query begins after it.

All of them know the CTEs ``setting``, the company with its ``today``, and ``stand_in``, who gets
in touch in whose place.
"""

from odoo.tools import SQL

from . import complaints

_COMPANY = SQL("setting.company_id")
_TODAY = SQL("setting.today")


def find(query, company_id, today, deputies, begin, limit):
    """Return one of the queries below, of rows after an id and no more than wanted.

    :param SQL query: ``SELECT`` with the columns ``id`` and whatever is to be known of it
    :param date today: today in the company's time zone
    :param dict deputies: who is away: ``{user id: id of who stands in, or None}``
    :param int begin: id after which to look
    """
    return SQL(
        """WITH setting AS (SELECT %(company)s::int AS company_id, %(today)s::date AS today),
           absent(user_id, deputy_id) AS (
               SELECT * FROM UNNEST(%(absent)s::int[], %(deputies)s::int[])
           ),
           person AS MATERIALIZED (
               SELECT colleague.id
                 FROM res_users colleague
                 JOIN res_company_users_rel place
                   ON place.user_id = colleague.id AND place.cid = %(company)s
                WHERE colleague.active AND NOT colleague.share AND colleague.id <> 1
           ),
           -- Somebody away without a deputy is left out: the next one in question gets it.
           stand_in AS MATERIALIZED (
               SELECT person.id AS for_id, COALESCE(deputy.id, person.id) AS user_id
                 FROM person
            LEFT JOIN absent ON absent.user_id = person.id
            LEFT JOIN person deputy
                   ON deputy.id = absent.deputy_id
                  AND NOT EXISTS (SELECT FROM absent other WHERE other.user_id = deputy.id)
                WHERE absent.user_id IS NULL OR deputy.id IS NOT NULL
           )
           SELECT * FROM (%(query)s) found
            WHERE found.id > %(begin)s
         ORDER BY found.id
            LIMIT %(limit)s""",
        company=company_id,
        today=today,
        absent=list(deputies),
        deputies=list(deputies.values()),
        query=query,
        begin=begin,
        limit=limit,
    )


def leader_of(user, company=_COMPANY):
    """Return the leader of the sales team that a user is a member of, or was until they left.

    :param SQL company: id of the company whose team it is
    """
    return SQL(
        """(SELECT team.user_id
              FROM crm_team_member member
              JOIN crm_team team ON team.id = member.crm_team_id
             WHERE member.user_id = %(user)s AND team.active
               AND (team.company_id IS NULL OR team.company_id = %(company)s)
          ORDER BY member.active DESC, team.sequence, team.id
             LIMIT 1)""",
        user=user,
        company=company,
    )


def _member(condition, customer, company, today):
    """Return somebody of the account team of a customer on a day."""
    return SQL(
        """(SELECT member.user_id
              FROM crm_lifecycle_account_member member
              JOIN crm_lifecycle_account_role role ON role.id = member.role_id
             WHERE member.partner_id = %(customer)s AND member.company_id = %(company)s
               AND member.date_start <= %(today)s
               AND COALESCE(member.date_end, %(today)s) >= %(today)s AND %(condition)s
          ORDER BY member.date_start, member.id
             LIMIT 1)""",
        condition=condition,
        customer=customer,
        company=company,
        today=today,
    )


def wanted_of(rule, customer, salesperson, company=_COMPANY, today=_TODAY):
    """Return who may get in touch by a rule, as expressions, the first one before all others.

    The one that the rule asks for, the salesperson, the leader of the salesperson's team.

    :param SQL rule: alias of what has ``responsible`` and ``role_id``
    :param SQL customer: id of the customer
    :param SQL salesperson: id of their salesperson
    """
    leader = leader_of(salesperson, company)
    asked = SQL(
        """(CASE %(rule)s.responsible WHEN 'role' THEN %(role)s
                                      WHEN 'sponsor' THEN %(sponsor)s
                                      WHEN 'leader' THEN %(leader)s END)""",
        rule=rule,
        role=_member(SQL("member.role_id = %s.role_id", rule), customer, company, today),
        sponsor=_member(SQL("role.is_sponsor"), customer, company, today),
        leader=leader,
    )
    return asked, salesperson, leader


def responsible():
    """Return who gets in touch with ``partner`` by ``cadence``: null where there is nobody.

    Where the cadence's own is not there or away, it is the salesperson, else the leader of the
    salesperson's team, and if all are away still the salesperson.
    """
    salesperson = SQL("partner.user_id")
    return SQL(
        """COALESCE(
               (SELECT stand_in.user_id
                  FROM UNNEST(ARRAY[%(wanted)s]) WITH ORDINALITY wanted(id, place)
                  JOIN stand_in ON stand_in.for_id = wanted.id
              ORDER BY wanted.place
                 LIMIT 1),
               (SELECT person.id FROM person WHERE person.id = %(salesperson)s))""",
        wanted=SQL(", ").join(wanted_of(SQL("cadence"), SQL("partner.id"), salesperson)),
        salesperson=salesperson,
    )


def due():
    """Return the query of the profiles for which a contact is to be planned now.

    Columns: ``id`` of the profile, ``partner_id``, ``cadence_id``, ``user_id``, ``date_due``,
    ``last_contact_date``. Nothing is planned on top of what is planned already, nor soon after
    somebody skipped or did it, whether or not the profile knows yet, nor where nobody would do
    it, nor while the customer complains.
    """
    return _wanted(SQL("NOT %s", _COMPLAINS))


def paused():
    """Return the query of the profiles for which a contact would be planned now, if the
    customer had no open complaint; once for each cadence. Columns as of ``due``.
    """
    return _wanted(
        SQL(
            """%s
               AND NOT EXISTS (
                   SELECT FROM crm_lifecycle_follow_up pause
                    WHERE pause.partner_id = profile.partner_id
                      AND pause.company_id = profile.company_id
                      AND pause.cadence_id = cadence.id AND pause.state = 'paused')""",
            _COMPLAINS,
        )
    )


_COMPLAINS = complaints.complains(SQL("profile.partner_id"), SQL("profile.company_id"))


def _wanted(condition):
    """Return the query of the profiles that are to be contacted now, and of which more holds."""
    return SQL(
        """SELECT *
             FROM (SELECT profile.id, profile.partner_id, cadence.id AS cadence_id,
                          %(responsible)s AS user_id, profile.last_contact_date,
                          GREATEST(profile.next_contact_date, profile.earliest_contact_date,
                                   setting.today) AS date_due
                     FROM setting
                     JOIN crm_lifecycle_profile profile ON profile.company_id = setting.company_id
                     JOIN crm_lifecycle_cadence cadence
                       ON cadence.id = profile.cadence_id AND cadence.active
                     JOIN res_partner partner ON partner.id = profile.partner_id AND partner.active
                    WHERE profile.active AND partner.lifecycle_opt_out IS NOT TRUE
                      AND profile.next_contact_date <= setting.today + cadence.lead_days
                      AND COALESCE(profile.earliest_contact_date, setting.today)
                          <= setting.today + cadence.lead_days
                      AND profile.planned_contact_date IS NULL
                      AND %(condition)s
                      AND NOT EXISTS (
                          SELECT FROM crm_lifecycle_follow_up other
                           WHERE other.partner_id = profile.partner_id
                             AND other.company_id = profile.company_id
                             AND other.cadence_id = cadence.id
                             AND (other.state = 'open'
                                  OR other.state = 'skipped'
                                 AND other.closed_on + cadence.interval > setting.today
                                  OR other.state = 'done'
                                 AND other.closed_on + GREATEST(cadence.gap_min, 1)
                                     > setting.today))) due
            WHERE due.user_id IS NOT NULL""",
        responsible=responsible(),
        condition=condition,
    )


def _open(columns, condition, tables=None, state="open"):
    return SQL(
        """SELECT follow_up.id, %s
             FROM setting
             JOIN crm_lifecycle_follow_up follow_up
               ON follow_up.company_id = setting.company_id AND follow_up.state = %s
        LEFT JOIN crm_lifecycle_cadence cadence ON cadence.id = follow_up.cadence_id
        LEFT JOIN res_partner partner ON partner.id = follow_up.partner_id
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = follow_up.partner_id
              AND profile.company_id = follow_up.company_id
               %s
            WHERE %s""",
        columns,
        state,
        tables or SQL(),
        condition,
    )


def met():
    """Return the query of open follow-ups whose customers were reached by other means."""
    return _open(
        SQL("profile.last_contact_date AS day"),
        SQL("profile.last_contact_date > COALESCE(follow_up.contact_before, '-infinity'::date)"),
    )


_ACTIVITY = SQL("LEFT JOIN mail_activity activity ON activity.id = follow_up.activity_id")
# No rule asks for a contact, or not yet, or of nobody who is there and may be contacted; or
# somebody planned one themselves.
_VOID = SQL(
    """(NOT COALESCE(partner.active AND profile.active, FALSE)
        OR partner.lifecycle_opt_out
        OR profile.planned_contact_date IS NOT NULL AND activity.active
           AND follow_up.is_adopted IS NOT TRUE
        OR profile.cadence_id IS DISTINCT FROM follow_up.cadence_id
        OR profile.next_contact_date IS NULL
        OR GREATEST(profile.next_contact_date, profile.earliest_contact_date)
           > GREATEST(setting.today + cadence.lead_days, follow_up.date_due))"""
)


def void():
    """Return the query of open follow-ups that are not wanted any more.

    Another rule counts, or none, the customer wants no contact or is archived, or the date has
    moved: the customer is not to be contacted yet. Or somebody planned a contact themselves.
    """
    return _open(
        SQL(
            """CASE WHEN partner.lifecycle_opt_out IS NOT TRUE
                    THEN profile.next_contact_date END AS day,
               profile.planned_contact_date AS planned_day"""
        ),
        _VOID,
        _ACTIVITY,
    )


def resumed():
    """Return the query of paused follow-ups whose complaints are solved, or that are not wanted
    any more; what is still to be done is planned anew.
    """
    return _open(
        SQL("follow_up.complaint_id"),
        SQL("(NOT %s OR %s)", _of_complaining(), _VOID),
        _ACTIVITY,
        state="paused",
    )


def _of_complaining():
    return complaints.complains(SQL("follow_up.partner_id"), SQL("follow_up.company_id"))


def misplaced():
    """Return the query of open follow-ups that somebody else should do: ``user_id``.

    What somebody handed to a colleague stays there as long as the colleague works here.
    """
    return SQL(
        """SELECT * FROM (%s) placed
            WHERE placed.user_id IS NOT NULL AND placed.user_id IS DISTINCT FROM placed.now_id
              AND NOT (placed.is_handed_over IS TRUE
                       AND EXISTS (SELECT FROM stand_in WHERE stand_in.user_id = placed.now_id))""",
        _open(
            SQL(
                "%s AS user_id, follow_up.user_id AS now_id, follow_up.is_handed_over",
                responsible(),
            ),
            SQL("TRUE"),
        ),
    )


def without_activity():
    """Return the query of open follow-ups for which nothing is planned; nothing is planned anew
    while the customer complains.
    """
    return _open(
        SQL("follow_up.user_id"),
        # Those of somebody who left wait until there is somebody else.
        SQL(
            """activity.active IS NOT TRUE
               AND EXISTS (SELECT FROM person WHERE person.id = follow_up.user_id)
               AND NOT %s""",
            _of_complaining(),
        ),
        _ACTIVITY,
    )


def overdue():
    """Return the query of open follow-ups to be escalated: ``user_id``, to whom.

    Where the cadence's own is nobody, or the one who is late, nobody is told, nor while the
    customer complains.
    """
    return SQL(
        "SELECT * FROM (%s) late WHERE late.user_id IS NOT NULL AND late.user_id <> late.now_id",
        _open(
            SQL(
                """(SELECT stand_in.user_id
                      FROM stand_in
                     WHERE stand_in.for_id = CASE cadence.escalate_to
                               WHEN 'user' THEN cadence.escalate_user_id
                               ELSE %(leader)s END) AS user_id,
                   follow_up.user_id AS now_id""",
                leader=leader_of(SQL("follow_up.user_id")),
            ),
            SQL(
                """follow_up.escalated_on IS NULL AND cadence.escalate_days > 0
                   AND COALESCE(activity.date_deadline, follow_up.date_due)
                       + cadence.escalate_days < setting.today
                   AND NOT %s""",
                _of_complaining(),
            ),
            SQL("LEFT JOIN mail_activity activity ON activity.id = follow_up.activity_id"),
        ),
    )


def untold():
    """Return the query of the users who do not know of follow-ups of theirs yet.

    Whoever was told of others today hears of these tomorrow.
    """
    return SQL(
        """SELECT DISTINCT news.id
             FROM (SELECT setting.today, follow_up.user_id AS id
                     FROM setting
                     JOIN crm_lifecycle_follow_up follow_up
                       ON follow_up.company_id = setting.company_id AND follow_up.state = 'open'
                    WHERE follow_up.digest_on IS NULL
                UNION ALL
                   SELECT setting.today, follow_up.escalated_to_id
                     FROM setting
                     JOIN crm_lifecycle_follow_up follow_up
                       ON follow_up.company_id = setting.company_id AND follow_up.state = 'open'
                    WHERE follow_up.escalated_on IS NOT NULL
                      AND follow_up.escalation_told_on IS NULL) news
            WHERE news.id IS NOT NULL
              AND NOT EXISTS (
                  SELECT FROM crm_lifecycle_follow_up told
                    JOIN setting ON setting.company_id = told.company_id
                   WHERE told.user_id = news.id AND told.digest_on = news.today
                      OR told.escalated_to_id = news.id AND told.escalation_told_on = news.today)"""
    )
