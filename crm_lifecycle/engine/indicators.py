"""The seven indicators of satisfaction and loyalty, each defined here and nowhere else.

An *entry* is what an indicator counts: its ``part`` of a ``whole``. The indicator of a group of
entries is the quotient of their sums, in the unit of the indicator; ``whole`` is its n. The CTE
``company`` has the columns of ``SETTINGS``, and today may be a past day: nothing later counts.
"""

from dataclasses import dataclass

from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from . import indicator_queries, satisfaction
from .purchase_days import purchase_days

_lt = LazyTranslate(__name__)

#: What a company goes by that has set nothing else.
MINIMUM = 5  # n below which an indicator is empty
RETURN_DAYS = 180  # within which a buyer comes back
SETTINGS = SQL(
    """%s, COALESCE(c.lifecycle_indicator_minimum, %s) AS minimum,
       COALESCE(c.lifecycle_return_days, %s) AS return_days,
       COALESCE(c.lifecycle_exit_basis, 'lapsed') AS exit_basis""",
    satisfaction.LIMITS,
    MINIMUM,
    RETURN_DAYS,
)

COLUMNS = (
    "key",  # text, unique within the indicator
    "company_id",
    "partner_id",  # the customer, null where nobody knows
    "product_tmpl_id",  # where it is about one
    "date",
    "part",
    "whole",
    "points",  # the part in the indicator's unit
    "score",  # where there is a mean beside the indicator
)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One of the seven.

    :param key: technical name
    :param unit: ``percent``, ``amount`` or ``figure``
    :param definition: what is divided by what, as people read it
    :param n: what its n counts
    :param is_of_today: whether it is told as of the day alone, and so of no year before
    :param query: gives the SELECT of its entries, see ``COLUMNS``
    """

    key: str
    name: object
    unit: str
    definition: object
    n: object
    query: object
    is_of_today: bool = False


INDICATORS = {
    indicator.key: indicator
    for indicator in (
        Indicator(
            key="reputation",
            name=_lt("Product reputation"),
            unit="percent",
            definition=_lt(
                "Very satisfied less dissatisfied opinions about a product, divided by all"
                " opinions about one."
            ),
            n=_lt("opinions about a product"),
            query=indicator_queries.reputation,
        ),
        Indicator(
            key="awareness",
            name=_lt("Brand awareness"),
            unit="percent",
            definition=_lt(
                "New customers who knew the brand, by their source, divided by all new customers"
                " with a source."
            ),
            n=_lt("new customers with a source"),
            query=indicator_queries.awareness,
        ),
        Indicator(
            key="return",
            name=_lt("Return rate"),
            unit="percent",
            definition=_lt(
                "Buyers of a month who bought again within the company's days, divided by all"
                " buyers of the month; only where these days have passed."
            ),
            n=_lt("buyers, each month anew"),
            query=indicator_queries.return_rate,
        ),
        Indicator(
            key="complaint",
            name=_lt("Complaint rate"),
            unit="percent",
            definition=_lt("Complaints divided by invoiced orders."),
            n=_lt("invoiced orders"),
            query=indicator_queries.complaint_rate,
        ),
        Indicator(
            key="spend",
            name=_lt("Spend per purchase"),
            unit="amount",
            definition=_lt(
                "Net value of purchases, without taxes and refunds, divided by purchase days."
            ),
            n=_lt("purchase days"),
            query=indicator_queries.spend,
        ),
        Indicator(
            key="sensitivity",
            name=_lt("Price sensitivity"),
            unit="figure",
            definition=_lt(
                "By how many per cent customers buy more of what is one per cent dearer; below"
                " zero they buy less. Mean of the customers' figures of the day."
            ),
            n=_lt("order lines"),
            query=indicator_queries.sensitivity,
            is_of_today=True,
        ),
        Indicator(
            key="exit",
            name=_lt("Exit rate"),
            unit="percent",
            definition=_lt(
                "Customers who lapsed within a month, divided by all buyers whom it began with;"
                " or people of customers who left, where the company chose that. The running"
                " month does not count yet."
            ),
            n=_lt("customers or people, each month anew"),
            query=indicator_queries.exit_rate,
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the indicators read.

    :param Scope scope: the customers; that of ``said``, too
    :param dict said: ``satisfaction.sources``
    :param bool is_past: whether today is a past day, of which profiles tell nothing
    :param SQL type_company: ``type_rules.settings_cte``
    :param HostColumns host: see ``type_evidence``
    """

    scope: object
    said: dict
    is_past: bool
    type_company: SQL
    host: object


def entries(context):
    """Return the CTEs ``purchase_day`` and ``entry``, after ``company``.

    ``entry`` has the columns ``indicator`` and ``COLUMNS``.

    :param Context context: what to read
    """
    columns = SQL(", ").join(SQL.identifier("counted", name) for name in COLUMNS)
    return SQL(
        "%s, entry AS NOT MATERIALIZED (%s)",
        purchase_days(context.scope),
        SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s::varchar AS indicator, %s FROM (%s) counted",
                indicator.key,
                columns,
                indicator.query(context),
            )
            for indicator in INDICATORS.values()
        ),
    )
