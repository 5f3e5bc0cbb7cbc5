"""Price sensitivity: by how much a customer buys more when the price is lower.

Measured within each product and currency over the customer's own order lines: how far price
and quantity of a line are from the product's usual ones, both as logarithms, so that the
slope is an elasticity. An exchange rate that moves is no price that anybody asked. At -1.5,
a price that is 1 % lower went with 1.5 % more. Only products that were bought at two prices
or more say something; ``n`` is the number of their lines.

This is an axis of its own beside the customer type: who wants no relationship may well not
care about prices either.
"""

from odoo.tools import SQL

from .sold_lines import SAME_PRICE
from .sources import lapse

BANDS = ("insensitive", "moderate", "sensitive")
#: What counts as what, where a company has no rules in force: fields of the rules.
DEFAULTS = {
    "sensitivity_months": 24,  # how far back order lines count
    "sensitivity_minimum": 8,  # lines; fewer say nothing
    "sensitivity_variation": 2.0,  # % by which prices varied at least, as a standard deviation
    "sensitivity_moderate": 0.5,  # elasticity, without its sign, from which on it is moderate
    "sensitivity_sensitive": 1.5,
}


def elasticity_ctes():
    """Return the CTEs up to ``elasticity``, from ``sold``: a row a customer and company.

    Columns: ``price_sample``, the number of lines that count; ``price_elasticity``, empty
    where these are too few or prices hardly varied; and the next day on which a line drops
    out.
    """
    return SQL(
        """priced AS (
            SELECT sold.company_id, sold.partner_id, sold.product_id, sold.currency_id,
                   LN(sold.price) AS price, LN(sold.quantity) AS quantity,
                   sold.sensitivity_minimum, sold.sensitivity_variation, window_end.date AS lapse
              FROM sold
        CROSS JOIN LATERAL (SELECT %(lapse)s AS date) window_end
             WHERE window_end.date > sold.today
        ),
        -- Sums of products and squares of the deviations from the product's own means.
        product_slope AS (
            SELECT company_id, partner_id, sensitivity_minimum,
                   sensitivity_variation, COUNT(*) AS n, REGR_SXX(quantity, price) AS sxx,
                   REGR_SXY(quantity, price) AS sxy, MIN(lapse) AS lapse
              FROM priced
          GROUP BY company_id, partner_id, product_id, currency_id, sensitivity_minimum,
                   sensitivity_variation
            HAVING MIN(price) < MAX(price) + LN(%(same)s::float8)
        ),
        elasticity AS (
            SELECT company_id, partner_id, SUM(n)::int AS price_sample, MIN(lapse) AS lapse,
                   CASE WHEN SUM(n) >= MIN(sensitivity_minimum)
                         AND SQRT(SUM(sxx) / SUM(n)) >= MIN(sensitivity_variation) / 100
                        THEN ROUND((SUM(sxy) / SUM(sxx))::numeric, 4) END AS price_elasticity
              FROM product_slope
          GROUP BY company_id, partner_id
        )""",
        lapse=lapse(SQL("sold.date"), SQL("sold.sensitivity_months")),
        same=SAME_PRICE,
    )


def band(elasticity):
    """Return in a word how sensitive somebody is, by the limits of ``company``."""
    return SQL(
        """CASE WHEN %(elasticity)s IS NULL THEN NULL
                WHEN -%(elasticity)s >= company.sensitivity_sensitive THEN 'sensitive'
                WHEN -%(elasticity)s >= company.sensitivity_moderate THEN 'moderate'
                ELSE 'insensitive' END""",
        elasticity=elasticity,
    )
