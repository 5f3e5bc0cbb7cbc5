"""Which requests are to be made, sent, taken back and closed, each page by one query.

All queries are about one company, know the CTE ``company`` and return ``id``, sorted by it.
"""

from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import company_cte

# How long after its day a customer may still be asked. What could not be sent by then, for
# they wanted quiet, is not sent any more, and older events are not looked for.
MAX_WAIT = 30
# For how many days a follow-up is tried that could not be planned, or was not called for when they
# answered. Older answers are none to call about.
FOLLOW_UP_WAIT = 14


def _page(now, select, begin, limit):
    return SQL(
        "WITH %s SELECT * FROM (%s) found WHERE found.id > %s ORDER BY found.id LIMIT %s",
        company_cte(now),
        select,
        begin,
        limit,
    )


def found(now, company_id, name, event, since, begin, limit):
    """Return the documents after which somebody is to be asked, and by which rounds.

    Columns: ``id`` of the document, ``person_id``, ``day``, ``round_ids``.

    :param str name: the event's
    :param events.Event event:
    :param date since: no older ones
    """
    documents = event.select(
        company_id,
        SQL("%s AND %s > %s", event.since(since), SQL.identifier(event.alias, "id"), begin),
    )
    return _page(
        now,
        SQL(
            """SELECT document.id, document.person_id, document.day,
                      ARRAY_AGG(round.id ORDER BY round.id) AS round_ids
                 FROM (%(documents)s) document
                 JOIN company ON company.id = %(company_id)s
                 JOIN crm_lifecycle_survey_round round
                   ON round.company_id = company.id AND round.active AND round.event = %(name)s
                  AND document.day >= round.date_start
                  AND document.day + round.delay_days + %(max_wait)s >= company.today
                WHERE NOT EXISTS (SELECT FROM crm_lifecycle_survey_request request
                                   WHERE request.round_id = round.id
                                     AND request.res_model = %(model)s
                                     AND request.res_id = document.id)
             GROUP BY document.id, document.person_id, document.day""",
            documents=documents,
            company_id=company_id,
            name=name,
            max_wait=MAX_WAIT,
            model=event.model,
        ),
        begin,
        limit,
    )


def _of_state(now, company_id, condition, begin, limit, tables=None, columns=None):
    return _page(
        now,
        SQL(
            """SELECT request.id %s
                 FROM crm_lifecycle_survey_request request
                 JOIN company ON company.id = request.company_id
                 JOIN crm_lifecycle_survey_round round ON round.id = request.round_id
                 %s
                WHERE request.company_id = %s AND %s""",
            columns or SQL(),
            tables or SQL(),
            company_id,
            condition,
        ),
        begin,
        limit,
    )


def _day(company_id, events):
    """Return the day of a request's document, NULL where it does not hold (any more)."""
    days = SQL(" ").join(
        SQL(
            "WHEN %s THEN (SELECT document.day FROM (%s) document)",
            name,
            event.select(
                company_id,
                SQL(
                    "%s = request.res_id AND request.res_model = %s",
                    SQL.identifier(event.alias, "id"),
                    event.model,
                ),
            ),
        )
        for name, event in events.items()
    )
    return SQL("CASE WHEN round.active THEN CASE round.event %s END END", days)


def gone(now, company_id, events, begin, limit):
    """Return the requests that are not sent yet, and whose event was taken back."""
    return _of_state(
        now,
        company_id,
        SQL("request.state = 'due' AND %s IS NULL", _day(company_id, events)),
        begin,
        limit,
    )


def again(now, company_id, events, begin, limit):
    """Return the requests whose event was taken back, and holds again: ``day``."""
    return _of_state(
        now,
        company_id,
        SQL(
            """request.state = 'withdrawn' AND request.reason = 'gone'
               AND event.day + round.delay_days + %s >= company.today""",
            MAX_WAIT,
        ),
        begin,
        limit,
        SQL("CROSS JOIN LATERAL (SELECT %s AS day) event", _day(company_id, events)),
        SQL(", event.day"),
    )


def late(now, company_id, begin, limit):
    """Return the requests that could not be sent as long as they were worth it."""
    return _of_state(
        now,
        company_id,
        SQL("request.state = 'due' AND request.date_due + %s < company.today", MAX_WAIT),
        begin,
        limit,
    )


def lost(now, company_id, begin, limit):
    """Return the requests whose mails did not leave."""
    return _of_state(
        now,
        company_id,
        SQL("request.state = 'asked' AND mail.state IN ('exception', 'cancel')"),
        begin,
        limit,
        SQL("JOIN mail_mail mail ON mail.id = request.mail_id"),
    )


def due(now, company_id, begin, limit):
    """Return the requests to be sent today."""
    return _of_state(
        now,
        company_id,
        SQL(
            """request.state = 'due' AND request.date_due <= company.today
               AND COALESCE(request.date_retry, '-infinity'::date) <= company.today"""
        ),
        begin,
        limit,
    )


def missed(now, company_id, begin, limit):
    """Return the requests that were answered, where nobody was told of it."""
    return _of_state(
        now,
        company_id,
        SQL("request.state IN ('asked', 'unanswered') AND answer.state = 'done'"),
        begin,
        limit,
        SQL("JOIN survey_user_input answer ON answer.id = request.user_input_id"),
    )


def unfollowed(now, company_id, begin, limit):
    """Return the requests of who is dissatisfied, and was not followed up on: no call could be
    planned, or other limits of the round judge them so.

    Only what was answered lately, and since the round plans calls: nobody is flooded with them.
    """
    return _of_state(
        now,
        company_id,
        SQL(
            """request.state = 'answered' AND request.verdict IN ('detractor', 'dissatisfied')
               AND request.date_followed IS NULL
               AND request.date_answered >= company.today - %s
               AND round.follow_up AND request.answered_at >= round.follow_up_since""",
            FOLLOW_UP_WAIT,
        ),
        begin,
        limit,
    )


def unanswered(now, company_id, begin, limit):
    """Return the requests whose time to answer is over."""
    return _of_state(
        now,
        company_id,
        SQL(
            """request.state = 'asked' AND answer.state IS DISTINCT FROM 'done'
               AND COALESCE(answer.deadline,
                            (request.date_deadline + 1)::timestamp AT TIME ZONE company.tz
                            AT TIME ZONE 'UTC') < %s""",
            now,
        ),
        begin,
        limit,
        SQL("LEFT JOIN survey_user_input answer ON answer.id = request.user_input_id"),
    )
