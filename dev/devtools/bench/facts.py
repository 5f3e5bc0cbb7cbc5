"""What the same facts cost by a bare SELECT: in its best form, and as one writes it at first."""

from .contender import Contender

#: The best settings found for statements of this kind; see docs/performance.md.
BEST_SETTINGS = "SET LOCAL jit = off; SET LOCAL work_mem = '512MB'"

_SUMS = (
    "orders",
    "amount",
    "amount_12m",
    "quotations",
    "invoices",
    "invoiced",
    "refunded",
    "residual",
    "paid",
    "overdue",
    "opportunities",
    "expected",
    "won",
    "lost",
    "ratings",
    "scores",
    "sent",
    "confirmed",
)
_FIRSTS = ("first_order", "first_invoice", "first_lead")
_LASTS = ("last_order", "last_invoice", "last_lead", "last_rating", "last_message")

_POSTED = "state = 'posted' AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')"

# What each table tells of a contact: its FROM, its contact, its company, its facts.
_SOURCES = (
    (
        "sale_order",
        "partner_id",
        "company_id",
        {
            "orders": "COUNT(*) FILTER (WHERE state = 'sale')",
            "amount": "SUM(amount_untaxed::{number} / currency_rate::{number})"
            " FILTER (WHERE state = 'sale')",
            "amount_12m": "SUM(amount_untaxed::{number} / currency_rate::{number})"
            " FILTER (WHERE state = 'sale' AND date_order >= CURRENT_DATE - INTERVAL '12 months')",
            "quotations": "COUNT(*) FILTER (WHERE state IN ('draft', 'sent'))",
            "first_order": "MIN(date_order) FILTER (WHERE state = 'sale')",
            "last_order": "MAX(date_order) FILTER (WHERE state = 'sale')",
        },
    ),
    (
        f"(SELECT * FROM account_move WHERE {_POSTED}) account_move",
        "commercial_partner_id",
        "company_id",
        {
            "invoices": "COUNT(*) FILTER (WHERE move_type <> 'out_refund')",
            "invoiced": "SUM(amount_untaxed_signed::{number})",
            "refunded": "SUM(amount_untaxed_signed::{number})"
            " FILTER (WHERE move_type = 'out_refund')",
            "residual": "SUM(amount_residual_signed::{number})",
            "paid": "COUNT(*) FILTER (WHERE payment_state IN ('paid', 'in_payment'))",
            "overdue": "COUNT(*) FILTER (WHERE payment_state = 'not_paid'"
            " AND invoice_date_due < CURRENT_DATE)",
            "first_invoice": "MIN(invoice_date)",
            "last_invoice": "MAX(invoice_date)",
        },
    ),
    (
        "crm_lead",
        "partner_id",
        "company_id",
        {
            "opportunities": "COUNT(*) FILTER (WHERE active AND won_status = 'pending')",
            "expected": "SUM(expected_revenue::{number})"
            " FILTER (WHERE active AND won_status = 'pending')",
            "won": "COUNT(*) FILTER (WHERE won_status = 'won')",
            "lost": "COUNT(*) FILTER (WHERE won_status = 'lost')",
            "first_lead": "MIN(create_date)",
            "last_lead": "MAX(create_date)",
        },
    ),
    (
        "(SELECT rating.*, so.company_id FROM rating_rating rating JOIN sale_order so"
        " ON so.id = rating.res_id WHERE rating.res_model = 'sale.order' AND consumed) rating",
        "partner_id",
        "company_id",
        {
            "ratings": "COUNT(*)",
            "scores": "SUM(rating::{number})",
            "last_rating": "MAX(rated_on)",
        },
    ),
    (
        "(SELECT message.date, message.subtype_id, so.partner_id, so.company_id"
        " FROM mail_message message JOIN sale_order so ON so.id = message.res_id"
        " WHERE message.model = 'sale.order'"
        " AND message.subtype_id IN (%(sent)s, %(confirmed)s)) message",
        "partner_id",
        "company_id",
        {
            "sent": "COUNT(*) FILTER (WHERE subtype_id = %(sent)s)",
            "confirmed": "COUNT(*) FILTER (WHERE subtype_id = %(confirmed)s)",
            "last_message": "MAX(date)",
        },
    ),
)


def _folded(name):
    function = "MIN" if name in _FIRSTS else "MAX" if name in _LASTS else "SUM"
    return f"{function}({name}) AS {name}"


_ALL = (*_SUMS, *_FIRSTS, *_LASTS)
# All columns are asked for: the planner leaves out what nobody reads.
_COUNT = "SELECT COUNT(*), {} FROM ({{}}) fact".format(
    ", ".join(
        f"{'SUM' if name in _SUMS else 'MAX'}({name})"
        for name in ("partner_id", *_ALL)
        if name != "partner_id"
    )
)


def best_sql():
    """Each table summed up by contact, contacts of others mapped, then put together.

    Amounts in float8, which take a third of numeric's memory.
    """
    branches = []
    for tables, contact, company, facts in _SOURCES:
        columns = ", ".join(
            f"{facts[name].format(number='float8')} AS {name}"
            if name in facts
            else f"NULL::{_type(name)} AS {name}"
            for name in _ALL
        )
        branches.append(
            f"SELECT {contact} AS contact_id, {company} AS company_id, {columns}"
            f" FROM {tables} WHERE {contact} IS NOT NULL AND {company} IS NOT NULL GROUP BY 1, 2"
        )
    return _COUNT.format(
        "SELECT COALESCE(child.commercial_partner_id, contact_id) AS partner_id, company_id, "
        + ", ".join(map(_folded, _ALL))
        + f" FROM ({' UNION ALL '.join(branches)}) document"
        " LEFT JOIN (SELECT id, commercial_partner_id FROM res_partner"
        " WHERE commercial_partner_id <> id) child ON child.id = contact_id GROUP BY 1, 2"
    )


def _type(name):
    return "timestamp" if name in (*_FIRSTS, *_LASTS) else "float8"


def naive_sql():
    """A sub-query for each table, joined to the customers of each company."""
    ctes, joins = [], []
    for number, (tables, contact, company, facts) in enumerate(_SOURCES):
        columns = ", ".join(
            f"{sql.format(number='numeric')} AS {name}" for name, sql in facts.items()
        )
        alias = tables.split()[-1]
        ctes.append(
            f"fact{number} AS (SELECT partner.commercial_partner_id AS customer_id,"
            f" {alias}.{company} AS of_company_id, {_qualified(columns, alias)} FROM {tables}"
            f" JOIN res_partner partner ON partner.id = {alias}.{contact} GROUP BY 1, 2)"
        )
        joins.append(
            f"LEFT JOIN fact{number} ON fact{number}.customer_id = customer.id"
            f" AND fact{number}.of_company_id = company.id"
        )
    present = " OR ".join(f"fact{number}.customer_id IS NOT NULL" for number in range(len(joins)))
    return f"WITH {', '.join(ctes)} " + _COUNT.format(
        f"SELECT customer.id AS partner_id, company.id AS company_id, {', '.join(_ALL)}"
        " FROM res_partner customer CROSS JOIN res_company company "
        + " ".join(joins)
        + f" WHERE customer.commercial_partner_id = customer.id AND ({present})"
    )


def _qualified(columns, alias):
    """Columns that contacts have as well, told apart."""
    for name in ("active", "create_date", "date"):
        for before, after in (("(", ")"), (" ", " ")):
            columns = columns.replace(f"{before}{name}{after}", f"{before}{alias}.{name}{after}")
    return columns


class Statement(Contender):
    """A statement whose single row begins with the number of rows that it is about."""

    def __init__(self, key, label, env, query, settings=BEST_SETTINGS):
        super().__init__(key, label, env)
        self.query, self.settings = query, settings
        self.known = {
            "sent": env.ref("sale.mt_order_sent").id,
            "confirmed": env.ref("sale.mt_order_confirmed").id,
        }

    def run(self):
        self.env.cr.execute(self.settings)
        self.env.cr.execute(self.query, self.known)
        return self.env.cr.fetchone()[0]
