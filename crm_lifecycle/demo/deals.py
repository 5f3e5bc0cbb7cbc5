"""What happens in a demo customer's life, as one readable row per happening.

All moments are days before today, so that the demo is as old today as on any
other day; negative ones lie ahead. Goods are written as "desk 24, chair 24": XML
ids of products without their prefix, each with its quantity.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lead:
    """A talk: a lead, from ``opened`` on an opportunity, ``lost`` some day."""

    title: str
    asked: int
    revenue: int = 0
    opened: int | None = None
    lost: int | None = None
    lost_reason: str = "crm.lost_reason_1"
    stage: str = "crm.stage_lead1"
    referrer: str | None = None


@dataclass(frozen=True)
class Deal:
    """An order: quotation sent, confirmed, invoiced and paid.

    Without ``ordered`` it is a quotation that waits for an answer until ``valid``.
    What is not told follows from the order's day; 0 means that it did not happen.
    """

    title: str
    goods: str
    ordered: int | None = None
    talked: int | None = None  # an opportunity came before it
    sent: int | None = None
    valid: int | None = None
    invoiced: int | None = None
    paid: int | None = None
    cancelled: int | None = None
    refunded: int | None = None
    refund_reason: str = ""
    referrer: str | None = None  # who sent them; noted on the opportunity
    discount: int = 0  # percent off the list price

    @property
    def sent_day(self):
        """Quotations are sent nine days before the order.

        >>> Deal("Desks", "desk 2", ordered=100).sent_day
        109
        """
        return self.sent if self.sent is not None else self.ordered + 9

    @property
    def drafted_day(self):
        return self.sent_day + 2

    @property
    def valid_day(self):
        return self.valid if self.valid is not None else self.sent_day - 30

    @property
    def invoiced_day(self):
        """Orders are invoiced two days after; those of the last days not yet.

        >>> Deal("Desks", "desk 2", ordered=100).invoiced_day
        98
        >>> Deal("Desks", "desk 2", ordered=2).invoiced_day
        0
        """
        if self.ordered is None or self.cancelled:
            return 0
        return max(self.ordered - 2, 0) if self.invoiced is None else self.invoiced

    @property
    def paid_day(self):
        """Invoices are paid after 24 days; refunded ones and recent ones are not.

        >>> Deal("Desks", "desk 2", ordered=100).paid_day
        74
        """
        if not self.invoiced_day or self.refunded:
            return 0
        return max(self.invoiced_day - 24, 0) if self.paid is None else self.paid


@dataclass(frozen=True)
class Bill:
    """An invoice that no order stands behind, such as a yearly contract's."""

    title: str
    goods: str
    invoiced: int
    paid: int = 0


@dataclass(frozen=True)
class Rating:
    """What the customer said of the latest order before it, from 1 to 5."""

    given: int
    value: int
    feedback: str


@dataclass(frozen=True)
class Agreement:
    kind: str
    reference: str
    start: int
    end: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Mark:
    kind: str
    since: int
    reason: str


@dataclass(frozen=True)
class Activity:
    """Something to do for the customer's salesperson, due in so many days, or done long ago."""

    summary: str
    due: int
    kind: str = "mail.mail_activity_data_call"
    done: tuple = ()  # days before today on each of which it was done
