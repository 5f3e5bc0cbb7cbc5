"""What makes a loss: goods below their cost, discounts, refunds, or services.

The contribution is what was sold at list price less what it has cost, less discounts, less
what refunds took back, less the cost to serve. Of these the first is a cause only where
goods have cost more than their list price; the cost of goods by itself makes no loss.
"""

from odoo.tools import SQL

#: Each cause as a sum of figures of twelve months, see ``value.FIGURES``, with their signs.
CAUSES = {
    "goods": {"cost_back": 1, "margin": -1, "refund": -1, "discount": -1, "discount_back": -1},
    "discount": {"discount": 1},
    # What came back counts no more as sold, at list price, nor as cost.
    "refund": {"refund": 1, "discount_back": 1, "cost_back": -1},
    "service": {"service": 1},
}


def amounts(figures):
    """Return how much each cause takes, the largest first, none that takes nothing.

    >>> figures = {"margin": 20, "cost_back": 0, "refund": 5, "discount": 30, "service": 60}
    >>> amounts({**figures, "discount_back": 0})
    {'service': 60, 'discount': 30, 'refund': 5}

    :param dict figures: amounts of twelve months by name
    """
    taken = {
        name: sum(sign * figures[figure] for figure, sign in terms.items())
        for name, terms in CAUSES.items()
    }
    taken = {name: amount for name, amount in taken.items() if amount > 0}
    return dict(sorted(taken.items(), key=lambda item: -item[1]))


def cause():
    """Return the largest cause of a row of sums, NULL where there is no loss."""
    causes = SQL(", ").join(
        SQL(
            "(%s, %s, %s)",
            name,
            position,
            SQL(" + ").join(
                SQL("%s * %s", sign, SQL.identifier(f"{figure}_12m"))
                for figure, sign in terms.items()
            ),
        )
        for position, (name, terms) in enumerate(CAUSES.items())
    )
    return SQL(
        """CASE WHEN contribution_12m < 0 THEN (
               SELECT name
                 FROM (VALUES %s) cause(name, position, amount)
             ORDER BY amount DESC, position
                LIMIT 1)::varchar END""",
        causes,
    )
