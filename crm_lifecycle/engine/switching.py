"""What customers buy of competitors now, by what colleagues noted: revenue that moved.

The base is the revenue of the twelve months before the last twelve, of each customer who had
some. Of it moved

- of a customer who was declared lost in the last twelve months, and bought nothing since, while
  a competitor is noted at them: what they bring less than before;
- of any other customer: what a product category brought of which they buy nothing any more,
  while a competitor is noted for it, or for a category above it.

Whatever else went down is contraction, not switching: of that nobody knows where it went.
"""

from odoo.tools import SQL

_COMPANY_FACTOR = 2**32


def reading(company, lines):
    """Return the query of the customers of the base, a row each.

    :param SQL company: ``sources.company_cte`` with ``indicators.SETTINGS``
    :param SQL lines: ``value_entries.sold_lines``
    """
    return SQL(
        """WITH %(company)s,
        year AS MATERIALIZED (
            SELECT id, today, digits, minimum, (today - interval '12 months')::date AS last,
                   (today - interval '24 months')::date AS before
              FROM company
        ),
        sold AS MATERIALIZED (
            SELECT line.company_id, line.partner_id, template.categ_id,
                   COALESCE(SUM(line.revenue) FILTER (WHERE line.date <= year.last), 0)
                       AS previous,
                   COALESCE(SUM(line.revenue) FILTER (WHERE line.date > year.last), 0)
                       AS current,
                   MAX(line.date) FILTER (WHERE line.revenue > 0) AS bought_on
              FROM (%(lines)s) line
              JOIN year ON year.id = line.company_id
               AND line.date > year.before AND line.date <= year.today
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
          GROUP BY line.company_id, line.partner_id, template.categ_id
        ),
        -- The competitors at a customer, and what they sell there.
        rival AS MATERIALIZED (
            SELECT presence.id, presence.company_id, partner.commercial_partner_id AS partner_id,
                   presence.competitor_id, presence.threat_rank
              FROM crm_lifecycle_competitor_presence presence
              JOIN res_partner partner ON partner.id = presence.partner_id
              JOIN year ON year.id = presence.company_id
             WHERE presence.active AND COALESCE(presence.date_start <= year.today, TRUE)
        ),
        served AS MATERIALIZED (
            SELECT DISTINCT rival.company_id, rival.partner_id, below.id AS categ_id
              FROM rival
              JOIN crm_lifecycle_competitor_presence_product_category_rel line
                ON line.crm_lifecycle_competitor_presence_id = rival.id
              JOIN product_category named ON named.id = line.product_category_id
              JOIN product_category below
                ON below.parent_path LIKE named.parent_path || '%%'
        ),
        customer AS (
            SELECT sold.company_id, sold.partner_id, SUM(sold.previous) AS previous,
                   SUM(sold.current) AS current, MAX(sold.bought_on) AS bought_on,
                   COALESCE(SUM(sold.previous) FILTER (WHERE is_dropped), 0) AS dropped,
                   COUNT(*) FILTER (WHERE is_dropped) AS categories
              FROM sold
         LEFT JOIN served USING (company_id, partner_id, categ_id)
        CROSS JOIN LATERAL (
                   SELECT served.categ_id IS NOT NULL AND sold.previous > 0
                          AND sold.current <= 0 AS is_dropped) gone
          GROUP BY sold.company_id, sold.partner_id
            HAVING SUM(sold.previous) > 0
        )
        SELECT customer.company_id * %(factor)s + customer.partner_id AS id,
               customer.company_id, customer.partner_id, profile.id AS profile_id,
               host.currency_id, year.minimum, 1 AS customer_count,
               ROUND(customer.previous, year.digits) AS previous,
               ROUND(customer.current, year.digits) AS current,
               ROUND(moved.amount, year.digits) AS moved,
               (moved.amount > 0)::int AS switched_count,
               CASE WHEN moved.amount > 0 THEN
                    CASE WHEN moved.is_lost THEN 'lost' ELSE 'category' END END::varchar AS how,
               CASE WHEN moved.amount > 0 AND NOT moved.is_lost
                    THEN customer.categories::int ELSE 0 END AS category_count,
               CASE WHEN moved.amount > 0 THEN strongest.competitor_id END AS competitor_id,
               moved.amount::float8 / customer.previous AS moved_share
          FROM customer
          JOIN year ON year.id = customer.company_id
          JOIN res_company host ON host.id = customer.company_id
     LEFT JOIN crm_lifecycle_profile profile
            ON profile.partner_id = customer.partner_id
           AND profile.company_id = customer.company_id
     LEFT JOIN LATERAL (
               SELECT rival.competitor_id
                 FROM rival
                WHERE rival.company_id = customer.company_id
                  AND rival.partner_id = customer.partner_id
             ORDER BY rival.threat_rank DESC, rival.id DESC
                LIMIT 1) strongest ON TRUE
    CROSS JOIN LATERAL (
               SELECT strongest.competitor_id IS NOT NULL AND EXISTS (
                      SELECT FROM crm_lifecycle_loss loss
                        JOIN res_partner partner ON partner.id = loss.partner_id
                       WHERE partner.commercial_partner_id = customer.partner_id
                         AND loss.company_id = customer.company_id AND loss.active
                         AND loss.date > year.last AND loss.date <= year.today
                         AND loss.date >= customer.bought_on) AS is_lost) declared
    CROSS JOIN LATERAL (
               SELECT declared.is_lost,
                      LEAST(CASE WHEN declared.is_lost
                                 THEN GREATEST(customer.previous - GREATEST(customer.current, 0), 0)
                                 ELSE customer.dropped END, customer.previous) AS amount) moved""",
        company=company,
        lines=lines,
        factor=_COMPANY_FACTOR,
    )
