"""The registry of figures that rules may ask for.

A metric says what it is in words and where its figure comes from in SQL. All figures
are built the same way: an *accumulation* is a SELECT of dated changes, and the sum of
the changes up to a day is the figure on that day. A figure of the last twelve months
is a sum from which each contribution drops out again twelve months later; so every day
on which a figure changes is a row, be it a document's day or a lapse.

Accumulations read the CTEs of ``timeline``: ``event`` (facts, ``delta``, ``amount``),
``held`` (purchase days, from when until when they hold), ``net_change`` (amounts) and
``subject_change`` (who or what of a kind holds at least once).
"""

from dataclasses import dataclass

from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from .sources import lapse

_lt = LazyTranslate(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric:
    """A figure of a customer on a day.

    :param key: technical name, that of the column in SQL as well
    :param unit: ``count``, ``days``, ``amount``, ``percent``, ``rate`` (in percent as well, but
        may exceed a hundred), ``score`` or ``flag``
    :param facts: facts whose documents stand behind the figure
    :param kinds: kinds of events in which people find these documents
    :param of_referred: whether these are documents of the referred customers
    :param windowed: whether it can be asked for the last so many months
    :param figure: the figure in a sentence, ``%(value)s`` being the value with its unit
    :param one_more: what is missing if it is one
    :param more: what is missing, ``%(gap)s`` being the value with its unit
    :param less: what is too much by ``%(gap)s``
    """

    key: str
    name: object
    description: object
    unit: str = "count"
    facts: tuple = ()
    kinds: tuple = ()
    of_referred: bool = False
    windowed: bool = False
    figure: object
    one_more: object = None
    more: object
    less: object

    @property
    def is_amount(self):
        """Whether only those may see the figure who see amounts."""
        return self.unit == "amount"

    def accumulations(self, months):
        """Return ``{suffix: SELECT}`` of (company_id, partner_id, date, delta)."""
        raise NotImplementedError

    def value(self, column):
        """Return the figure in SQL, from the running sums of its accumulations."""
        return SQL.identifier(sum_name(column))

    def clock(self):
        """Return the column with the date from which a figure grows by the day, if any."""
        return None

    def clock_starts(self):
        """Return the SELECT of (company_id, partner_id, date) from which it may grow."""
        return None


def sum_name(column, suffix=""):
    """Return the name of the running sum of an accumulation."""
    return f"sum_{column}{suffix}"


def _points(facts, amount, months):
    """Return the changes by events that count from their day on, or for some months."""
    if not months:
        return SQL(
            "SELECT company_id, partner_id, date, %s AS delta FROM event"
            " WHERE fact = ANY(%s) AND delta > 0",
            amount,
            list(facts),
        )
    return SQL(
        """SELECT event.company_id, event.partner_id, bound.date,
                  bound.sign * %s AS delta
             FROM event
       CROSS JOIN LATERAL (VALUES (event.date, 1),
                                  (%s, -1)) bound(date, sign)
            WHERE event.fact = ANY(%s) AND event.delta > 0""",
        amount,
        lapse(SQL("event.date"), months),
        list(facts),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing(Metric):
    """How many of a kind stand on the day: open opportunities, running agreements."""

    amount: bool = False

    def accumulations(self, months):
        return {
            "": SQL(
                "SELECT company_id, partner_id, date, %s AS delta FROM event WHERE fact = ANY(%s)",
                SQL("delta * amount") if self.amount else SQL("delta"),
                list(self.facts),
            )
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Happened(Metric):
    """How often something happened: inquiries, returns."""

    def accumulations(self, months):
        return {"": _points(self.facts, SQL("1"), months)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Mean(Metric):
    """Mean of what events say, times ``scale``; nothing without an event."""

    scale: int = 1

    def accumulations(self, months):
        return {
            "": _points(self.facts, SQL("amount"), months),
            "_n": _points(self.facts, SQL("1"), months),
        }

    def value(self, column):
        return SQL(
            "ROUND(%s * %s / NULLIF(%s, 0), 2)",
            self.scale,
            SQL.identifier(sum_name(column)),
            SQL.identifier(sum_name(column, "_n")),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Opinion(Mean):
    """Mean of what was said, each as often as people said so; nothing without any.

    The delta of an event is the number of people.
    """

    def accumulations(self, months):
        return {
            "": _points(self.facts, SQL("event.amount * event.delta"), months),
            "_n": _points(self.facts, SQL("event.delta"), months),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Rate(Mean):
    """How many of the first fact there are for each of the second, times ``scale``.

    Nothing without any of the second.
    """

    def accumulations(self, months):
        counted, base = self.facts
        return {
            "": _points((counted,), SQL("1"), months),
            "_n": _points((base,), SQL("1"), months),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Purchases(Metric):
    """Number of purchase days that hold."""

    def accumulations(self, months):
        until = SQL("held.until")
        if months:
            until = SQL("LEAST(held.until, %s)", lapse(SQL("held.purchase_date"), months))
        return {
            "": SQL(
                """SELECT held.company_id, held.partner_id, bound.date, bound.delta
                     FROM held
               CROSS JOIN LATERAL (SELECT %s AS until) span
               CROSS JOIN LATERAL (VALUES (held.start, 1), (span.until, -1)) bound(date, delta)
                    WHERE bound.date IS NOT NULL
                      AND (span.until IS NULL OR held.start < span.until)""",
                until,
            )
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class PurchaseAmount(Metric):
    """Net amount of the purchase days."""

    def accumulations(self, months):
        if not months:
            return {"": SQL("SELECT company_id, partner_id, date, delta FROM net_change")}
        return {
            "": SQL(
                """SELECT net.company_id, net.partner_id, bound.date,
                          bound.sign * net.delta AS delta
                     FROM net_change net
               CROSS JOIN LATERAL (SELECT %s AS until) span
               CROSS JOIN LATERAL (VALUES (net.date, 1), (span.until, -1)) bound(date, sign)
                    WHERE net.date < span.until""",
                lapse(SQL("net.purchase_date"), months),
            )
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Distinct(Metric):
    """How many different ones of a kind: referred customers, product categories."""

    def accumulations(self, months):
        return {
            "": SQL(
                "SELECT company_id, partner_id, date, delta FROM subject_change"
                " WHERE fact = ANY(%s) AND months = %s",
                list(self.facts),
                months,
            )
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class State(Metric):
    """A figure that the customer's purchases have as a whole, see ``rhythm``."""

    column: str

    def accumulations(self, months):
        return {}

    def value(self, column):
        return SQL.identifier(self.column)


@dataclass(frozen=True, kw_only=True, eq=False)
class Age(Metric):
    """Days since something; grows by the day."""

    since: str
    starts: SQL

    def accumulations(self, months):
        return {}

    def value(self, column):
        return SQL("(date - %s)", SQL.identifier(self.since))

    def clock(self):
        return self.since

    def clock_starts(self):
        return self.starts


@dataclass(frozen=True, kw_only=True, eq=False)
class LoyaltyIndex(Metric):
    """A figure that is made of others by the weights of the rules, see ``loyalty``."""

    def accumulations(self, months):
        return {}

    def value(self, column):
        raise NotImplementedError("it depends on the rules: see compile.Program")


_PURCHASE_DAYS = SQL("SELECT company_id, partner_id, purchase_date AS date FROM held")
# What the customer did, other than what was done to them.
SIGNS = ("inquiry", "purchase", "payment", "rated")
_SIGN_DAYS = SQL(
    "SELECT company_id, partner_id, date FROM event WHERE fact = ANY(%s)"
    " AND COALESCE(delta, amount) > 0",
    list(SIGNS),
)

_PURCHASE_KINDS = ("order", "order_cancelled", "invoice", "refund")
_COMPLAINT_KINDS = ("complaint", "complaint_ended")
_SATISFACTION_KINDS = ("rating", "satisfaction")
_OPPORTUNITY_KINDS = ("opportunity", "opportunity_won", "opportunity_lost")

METRICS = {
    metric.key: metric
    for metric in (
        Purchases(
            key="purchases",
            name=_lt("Purchases"),
            description=_lt("Days with a purchase that was neither cancelled nor refunded."),
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            windowed=True,
            figure=_lt("purchases: %(value)s"),
            one_more=_lt("1 more purchase"),
            more=_lt("%(gap)s more purchases"),
            less=_lt("%(gap)s purchases fewer"),
        ),
        PurchaseAmount(
            key="purchase_amount",
            name=_lt("Purchased amount"),
            description=_lt("Net amount of the purchases, without taxes and refunds."),
            unit="amount",
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            windowed=True,
            figure=_lt("purchased: %(value)s"),
            more=_lt("purchases of %(gap)s more"),
            less=_lt("purchases of %(gap)s less"),
        ),
        Age(
            key="tenure",
            name=_lt("Tenure"),
            description=_lt("Days since the first purchase."),
            unit="days",
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            since="first_purchase_date",
            starts=_PURCHASE_DAYS,
            figure=_lt("customer for %(value)s"),
            more=_lt("%(gap)s more as a customer"),
            less=_lt("customer for %(gap)s less"),
        ),
        Age(
            key="recency",
            name=_lt("Recency"),
            description=_lt("Days since the last purchase."),
            unit="days",
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            since="last_purchase_date",
            starts=_PURCHASE_DAYS,
            figure=_lt("last purchase %(value)s ago"),
            more=_lt("%(gap)s more without a purchase"),
            less=_lt("a new purchase (the last one is %(gap)s too old)"),
        ),
        State(
            key="purchase_span",
            name=_lt("Buying period"),
            description=_lt("Days between the first and the last purchase."),
            unit="days",
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            column="purchase_span",
            figure=_lt("%(value)s between first and last purchase"),
            more=_lt("a purchase %(gap)s or more after the last one"),
            less=_lt("%(gap)s less between first and last purchase"),
        ),
        State(
            key="purchase_interval",
            name=_lt("Purchase interval"),
            description=_lt(
                "Usual days from one purchase to the next (median of the latest twelve);"
                " unknown with fewer than three purchases."
            ),
            unit="days",
            facts=("purchase",),
            kinds=_PURCHASE_KINDS,
            column="purchase_interval",
            figure=_lt("usually %(value)s between purchases"),
            more=_lt("usually %(gap)s more between purchases"),
            less=_lt("usually %(gap)s less between purchases"),
        ),
        Distinct(
            key="product_lines",
            name=_lt("Product lines bought"),
            description=_lt("Different product categories among the purchases."),
            facts=("product_line",),
            kinds=_PURCHASE_KINDS,
            windowed=True,
            figure=_lt("product lines: %(value)s"),
            one_more=_lt("a purchase of 1 more product line"),
            more=_lt("purchases of %(gap)s more product lines"),
            less=_lt("%(gap)s product lines fewer"),
        ),
        Standing(
            key="opportunities",
            name=_lt("Open opportunities"),
            description=_lt("Opportunities that are neither won nor lost."),
            facts=("opportunity",),
            kinds=_OPPORTUNITY_KINDS,
            figure=_lt("open opportunities: %(value)s"),
            one_more=_lt("1 more open opportunity"),
            more=_lt("%(gap)s more open opportunities"),
            less=_lt("%(gap)s open opportunities fewer"),
        ),
        Standing(
            key="expected_revenue",
            name=_lt("Expected revenue"),
            description=_lt("Expected revenue of the open opportunities."),
            unit="amount",
            facts=("opportunity",),
            kinds=_OPPORTUNITY_KINDS,
            amount=True,
            figure=_lt("expected revenue: %(value)s"),
            more=_lt("%(gap)s more of expected revenue"),
            less=_lt("%(gap)s less of expected revenue"),
        ),
        Happened(
            key="inquiries",
            name=_lt("Inquiries"),
            description=_lt("Leads and opportunities that were created for the customer."),
            facts=("inquiry",),
            kinds=("lead",),
            windowed=True,
            figure=_lt("inquiries: %(value)s"),
            one_more=_lt("1 more inquiry"),
            more=_lt("%(gap)s more inquiries"),
            less=_lt("%(gap)s inquiries fewer"),
        ),
        Standing(
            key="quotations",
            name=_lt("Open quotations"),
            description=_lt("Quotations that were sent and are neither accepted nor expired."),
            facts=("quotation",),
            kinds=("quotation_sent", "quotation_expired", "quotation_accepted", "quotation_closed"),
            figure=_lt("open quotations: %(value)s"),
            one_more=_lt("1 more quotation sent"),
            more=_lt("%(gap)s more quotations sent"),
            less=_lt("%(gap)s open quotations fewer"),
        ),
        Standing(
            key="best_ratings",
            name=_lt("Best ratings"),
            description=_lt("Latest rating, if it is the best one (5 of 5) and of the last year."),
            facts=("promoter",),
            kinds=("rating", "rating_ended"),
            figure=_lt("best ratings: %(value)s"),
            one_more=_lt("a best rating (5 of 5)"),
            more=_lt("%(gap)s more best ratings"),
            less=_lt("%(gap)s best ratings fewer"),
        ),
        Standing(
            key="poor_ratings",
            name=_lt("Poor ratings"),
            description=_lt("Latest rating, if it is poor (1 or 2 of 5) and of the last year."),
            facts=("objection",),
            kinds=("rating", "rating_ended"),
            figure=_lt("poor ratings: %(value)s"),
            more=_lt("%(gap)s more poor ratings"),
            less=_lt("a better rating than the poor one"),
        ),
        Mean(
            key="rating",
            name=_lt("Average rating"),
            description=_lt("Mean of the customer's ratings, 1 to 5; unknown without any."),
            unit="score",
            facts=("rated",),
            kinds=("rating",),
            windowed=True,
            figure=_lt("average rating: %(value)s"),
            more=_lt("an average rating higher by %(gap)s"),
            less=_lt("an average rating lower by %(gap)s"),
        ),
        Opinion(
            key="satisfaction",
            name=_lt("Satisfaction"),
            description=_lt(
                "Mean score, 0 to 100, of what the customer said: ratings, visits, surveys and"
                " what was entered; unknown without any."
            ),
            unit="score",
            facts=("stated",),
            kinds=_SATISFACTION_KINDS,
            windowed=True,
            figure=_lt("satisfaction: %(value)s of 100"),
            more=_lt("a satisfaction higher by %(gap)s"),
            less=_lt("a satisfaction lower by %(gap)s"),
        ),
        Happened(
            key="satisfaction_statements",
            name=_lt("Statements of satisfaction"),
            description=_lt("How often the customer said how satisfied they are, to whomever."),
            facts=("stated",),
            kinds=_SATISFACTION_KINDS,
            windowed=True,
            figure=_lt("statements of satisfaction: %(value)s"),
            one_more=_lt("1 more statement of satisfaction"),
            more=_lt("%(gap)s more statements of satisfaction"),
            less=_lt("%(gap)s statements of satisfaction fewer"),
        ),
        Mean(
            key="satisfaction_top",
            name=_lt("Very satisfied"),
            description=_lt(
                "Share of what the customer said that was very satisfied (5 of 5, 9 and 10 of"
                " 10, or the company's own limit); unknown without any."
            ),
            unit="percent",
            facts=("top_box",),
            kinds=_SATISFACTION_KINDS,
            windowed=True,
            scale=100,
            figure=_lt("very satisfied: %(value)s"),
            more=_lt("%(gap)s more of the statements very satisfied"),
            less=_lt("%(gap)s less of the statements very satisfied"),
        ),
        Distinct(
            key="referrals",
            name=_lt("Referred buyers"),
            description=_lt("Customers whom this one referred and who bought."),
            facts=("referral",),
            kinds=_PURCHASE_KINDS,
            of_referred=True,
            figure=_lt("referred buyers: %(value)s"),
            one_more=_lt("1 more referred customer who buys"),
            more=_lt("%(gap)s more referred customers who buy"),
            less=_lt("%(gap)s referred buyers fewer"),
        ),
        Standing(
            key="agreements",
            name=_lt("Running agreements"),
            description=_lt("Agreements with agents, dealers and shareholders in force."),
            facts=("agreement",),
            kinds=("agreement", "agreement_ended"),
            figure=_lt("running agreements: %(value)s"),
            one_more=_lt("an agreement as agent, dealer or shareholder"),
            more=_lt("%(gap)s more running agreements"),
            less=_lt("%(gap)s running agreements fewer"),
        ),
        Happened(
            key="returns",
            name=_lt("Returns"),
            description=_lt("Credit notes, and with Inventory returned deliveries."),
            facts=("returned",),
            kinds=("refund", "return"),
            windowed=True,
            figure=_lt("returns: %(value)s"),
            one_more=_lt("1 more return"),
            more=_lt("%(gap)s more returns"),
            less=_lt("%(gap)s returns fewer"),
        ),
        Standing(
            key="open_complaints",
            name=_lt("Open complaints"),
            description=_lt("Complaints that are neither solved, closed nor rejected."),
            facts=("complaint",),
            kinds=_COMPLAINT_KINDS,
            figure=_lt("open complaints: %(value)s"),
            one_more=_lt("1 more open complaint"),
            more=_lt("%(gap)s more open complaints"),
            less=_lt("a solution of what is complained about (open complaints: %(gap)s)"),
        ),
        Happened(
            key="complaints",
            name=_lt("Complaints"),
            description=_lt(
                "Complaints of the customer, also those that were rejected; what was told twice"
                " counts once."
            ),
            facts=("complaint",),
            kinds=_COMPLAINT_KINDS,
            windowed=True,
            figure=_lt("complaints: %(value)s"),
            one_more=_lt("1 more complaint"),
            more=_lt("%(gap)s more complaints"),
            less=_lt("%(gap)s complaints fewer"),
        ),
        Rate(
            key="complaint_rate",
            name=_lt("Complaint rate"),
            description=_lt(
                "Complaints per hundred orders that were invoiced, or invoices without an order;"
                " unknown without any."
            ),
            unit="rate",
            facts=("complaint", "billed"),
            kinds=(*_COMPLAINT_KINDS, "invoice"),
            windowed=True,
            scale=100,
            figure=_lt("complaint rate: %(value)s"),
            more=_lt("a complaint rate higher by %(gap)s"),
            less=_lt("a complaint rate lower by %(gap)s"),
        ),
        Happened(
            key="ideas_adopted",
            name=_lt("Adopted suggestions"),
            description=_lt("Suggestions of the customer that were adopted."),
            facts=("idea",),
            kinds=("idea",),
            windowed=True,
            figure=_lt("adopted suggestions: %(value)s"),
            one_more=_lt("1 more suggestion adopted"),
            more=_lt("%(gap)s more suggestions adopted"),
            less=_lt("%(gap)s adopted suggestions fewer"),
        ),
        Mean(
            key="paid_on_time",
            name=_lt("Paid on time"),
            description=_lt(
                "Share of the invoices that were paid by their due date, among those that"
                " are paid or overdue; unknown without any."
            ),
            unit="percent",
            facts=("settled",),
            kinds=("invoice", "payment"),
            windowed=True,
            scale=100,
            figure=_lt("paid on time: %(value)s"),
            more=_lt("%(gap)s more of the invoices paid on time"),
            less=_lt("%(gap)s less of the invoices paid on time"),
        ),
        LoyaltyIndex(
            key="loyalty",
            name=_lt("Loyalty index"),
            description=_lt(
                "From 0 to 100, from purchases, satisfaction, complaints, referrals and payments by"
                " the weights of the rules; unknown where too little is known."
            ),
            unit="score",
            facts=("purchase", "stated", "complaint", "referral", "settled"),
            kinds=(*_PURCHASE_KINDS, *_SATISFACTION_KINDS, *_COMPLAINT_KINDS, "payment"),
            figure=_lt("loyalty index: %(value)s of 100"),
            more=_lt("a loyalty index higher by %(gap)s"),
            less=_lt("a loyalty index lower by %(gap)s"),
        ),
        Age(
            key="silence",
            name=_lt("Silence"),
            description=_lt(
                "Days since the customer last asked, bought, paid or rated; unknown without any."
            ),
            unit="days",
            facts=SIGNS,
            kinds=("lead", "order", "invoice", "payment", "rating"),
            since="last_sign_date",
            starts=_SIGN_DAYS,
            figure=_lt("silent for %(value)s"),
            more=_lt("%(gap)s more of silence"),
            less=_lt("a sign of life (silent %(gap)s too long)"),
        ),
        Standing(
            key="exclusive",
            name=_lt("Buys from us alone"),
            description=_lt("A colleague marked the customer as buying this brand alone."),
            unit="flag",
            facts=("exclusive",),
            kinds=("mark", "mark_ended"),
            figure=_lt("marked as buying from us alone: %(value)s"),
            more=_lt("a mark that the customer buys from us alone"),
            less=_lt("no mark that the customer buys from us alone"),
        ),
    )
}
