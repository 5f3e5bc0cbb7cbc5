"""Leads, ratings, activities and chatter around the documents; see ``documents``."""

from .bulk import Copy

# Some customer for each number, most of them buyers, for whom one asks more often.
_SOME = (
    "(SELECT j, customer.*, home AS rank, %(now)s::timestamp - MAKE_INTERVAL("
    " secs => 86400 * (until + (since - until) * bench.rnd(j, {salt} + 1))) AS moment"
    " FROM GENERATE_SERIES(1, {count}) j"
    " JOIN bench.customer ON i = 1 + FLOOR(bench.rnd(j, {salt}) * %(customers)s)::int) s"
)
_SELLER = "(SELECT seller.id FROM bench.seller WHERE seller.k = s.seller)"

# A third is won and a third lost; of the last quarter's most are open.
_LEADS = (
    "(SELECT fated.*, CASE WHEN moment > %(now)s::timestamp - INTERVAL '90 days' AND fate < 0.6"
    "   OR fate < 0.3 THEN 'pending' WHEN fate < 0.65 THEN 'won' ELSE 'lost' END AS outcome,"
    " LEAST(%(now)s, moment + MAKE_INTERVAL(days => (bench.rnd(j, 104) * 80)::int)) AS closed"
    " FROM (SELECT s.*, CASE WHEN bench.rnd(j, 102) < 0.25 THEN 0 ELSE bench.rnd(j, 103) END"
    " AS fate, bench.rnd(j, 102) < 0.25 AS is_lead FROM "
    + _SOME.format(salt=100, count="%(leads)s")
    + ") fated) s"
)

LEADS = (
    Copy(
        "crm_lead",
        "lead",
        _LEADS,
        {
            "id": "%(crm_lead)s + j",
            "name": "'Bench opportunity ' || j",
            "type": "CASE WHEN is_lead THEN 'lead' ELSE 'opportunity' END",
            "partner_id": "CASE WHEN bench.rnd(j, 105) > 0.1 THEN COALESCE("
            "CASE WHEN bench.rnd(j, 106) < 0.3 THEN child_id END, s.id) END",
            "company_id": "CASE WHEN bench.rnd(j, 107) > 0.1 THEN t.company_id END",
            "user_id": _SELLER,
            "partner_name": "NULL",
            "email_from": "'customer' || i || '@example.com'",
            "email_normalized": "'customer' || i || '@example.com'",
            "active": "outcome <> 'lost'",
            "won_status": "outcome",
            "stage_id": "CASE WHEN outcome = 'won' THEN (SELECT id FROM crm_stage WHERE is_won"
            " ORDER BY sequence, id LIMIT 1) ELSE t.stage_id END",
            "probability": "CASE outcome WHEN 'won' THEN 100 WHEN 'lost' THEN 0"
            " ELSE t.probability END",
            "expected_revenue": "FLOOR(100 * EXP(4 * bench.rnd(j, 108)))",
            "prorated_revenue": "FLOOR(100 * EXP(4 * bench.rnd(j, 108))) * CASE outcome"
            " WHEN 'won' THEN 1 WHEN 'lost' THEN 0 ELSE 0.33 END",
            "create_date": "moment",
            "date_open": "moment",
            "date_last_stage_update": "moment",
            "date_conversion": "CASE WHEN NOT is_lead THEN moment END",
            "date_closed": "CASE WHEN outcome <> 'pending' THEN closed END",
            "write_date": "CASE WHEN outcome <> 'pending' THEN closed ELSE moment END",
        },
    ),
)

_ON_LEAD = "bench.rnd(j, 112) < 0.3"

ACTIVITIES = (
    Copy(
        "mail_activity",
        "activity",
        _SOME.format(salt=110, count="%(activities)s"),
        {
            "id": "%(mail_activity)s + j",
            "res_model": f"CASE WHEN {_ON_LEAD} THEN 'crm.lead' ELSE t.res_model END",
            "res_model_id": f"CASE WHEN {_ON_LEAD} THEN (SELECT id FROM ir_model"
            " WHERE model = 'crm.lead') ELSE t.res_model_id END",
            "res_id": f"CASE WHEN {_ON_LEAD} THEN %(crm_lead)s + 1"
            " + FLOOR(bench.rnd(j, 113) * %(leads)s)::int ELSE s.id END",
            "res_name": "'Bench ' || i",
            "user_id": _SELLER,
            "active": "bench.rnd(j, 114) > 0.6",
            "date_done": "CASE WHEN bench.rnd(j, 114) <= 0.6 THEN moment::date + 7 END",
            "date_deadline": "CASE WHEN bench.rnd(j, 114) <= 0.6 THEN moment::date + 7"
            " ELSE %(now)s::date - 20 + (bench.rnd(j, 115) * 50)::int END",
            "create_date": "moment",
            "write_date": "moment",
        },
    ),
)

_RATED = (
    "(SELECT j, orders.*, 1 + FLOOR(5 * SQRT(bench.rnd(j, 122)))::int AS value,"
    " moment + MAKE_INTERVAL(days => 1 + (bench.rnd(j, 123) * 30)::int) AS given"
    " FROM GENERATE_SERIES(1, %(ratings)s) j"
    " JOIN bench.orders ON n = 1 + FLOOR(bench.rnd(j, 121) * %(orders)s)::int"
    " WHERE state = 'sale') s"
)

RATINGS = (
    Copy(
        "rating_rating",
        "rating",
        _RATED,
        {
            "id": "%(rating_rating)s + j",
            "res_id": "%(sale_order)s + n",
            "res_name": "'BO' || n",
            "partner_id": "s.partner_id",
            "rating": "value",
            "rating_text": "CASE WHEN value >= 4 THEN 'top' WHEN value >= 3 THEN 'ok'"
            " ELSE 'ko' END",
            "consumed": "given <= %(now)s",
            "rated_on": "CASE WHEN given <= %(now)s THEN given END",
            "access_token": "'bench-' || j",
            "create_date": "moment",
            "write_date": "LEAST(%(now)s, given)",
        },
    ),
)


def _trace(step, kind, moment, condition, message=None, tracking=None):
    """A line of an order's chatter and what it tracked; of one order, ``step`` is the place."""
    source = f"(SELECT * FROM bench.orders WHERE is_traced AND {condition}) s"
    number = f"3 * (s.n - 1) + {step}"
    return (
        Copy(
            "mail_message",
            f"{kind}_message",
            source,
            {
                "id": f"%(mail_message)s + {number}",
                "parent_id": "NULL",
                "res_id": "%(sale_order)s + s.n",
                "date": moment,
                "create_date": moment,
                "write_date": moment,
                "message_id": f"'<bench-order-' || ({number}) || '@example.com>'",
                **(message or {}),
            },
        ),
        Copy(
            "mail_tracking_value",
            f"{kind}_tracking",
            source,
            {
                "id": f"%(mail_tracking_value)s + {number}",
                "mail_message_id": f"%(mail_message)s + {number}",
                "create_date": moment,
                "write_date": moment,
                **(tracking or {}),
            },
        ),
    )


MESSAGES = (
    *_trace(1, "sent", "s.moment - MAKE_INTERVAL(days => s.wait)", "was_sent"),
    *_trace(
        2,
        "confirmed",
        "s.moment",
        "was_confirmed",
        tracking={
            "old_value_char": "CASE WHEN s.was_sent THEN 'Quotation Sent' ELSE 'Quotation' END"
        },
    ),
    *_trace(
        3,
        "confirmed",
        "LEAST(%(now)s, s.moment + INTERVAL '9 days')",
        "state = 'cancel'",
        message={"subtype_id": "(SELECT subtype_id FROM bench.t_note WHERE bench_rank = 1)"},
        tracking={
            "old_value_char": "CASE WHEN s.was_confirmed THEN 'Sales Order' ELSE 'Quotation' END",
            "new_value_char": "'Cancelled'",
        },
    ),
    Copy(
        "mail_message",
        "note",
        _SOME.format(salt=130, count="%(notes)s"),
        {
            "id": "%(mail_message)s + 3 * %(orders)s + j",
            "res_id": "s.id",
            "body": "'<p>Called customer ' || i || ', all is well.</p>'",
            "date": "moment",
            "create_date": "moment",
            "write_date": "moment",
            "message_id": "'<bench-note-' || j || '@example.com>'",
        },
    ),
)

COPIES = (*LEADS, *ACTIVITIES, *RATINGS, *MESSAGES)
