"""Product categories that comparable customers buy and a customer does not.

Comparable are the customers of the same industry and value class, or, where a customer has
no industry or too few share it, all of the same class. To buy a category is to have net
revenue above zero in it within the last twelve months.
"""

from odoo.tools import SQL

from .sources import lapse

#: With fewer comparable customers than these, what they buy says nothing.
MINIMUM_PEERS = 5
#: A category that fewer of them buy is one or two customers' own matter.
MINIMUM_BUYERS = 3


def reading(company, lines):
    """Return the query of the openings of all customers, a row a customer and category.

    :param SQL company: ``sources.company_cte``
    :param SQL lines: ``value_entries.sold_lines``
    """
    return SQL(
        """WITH %(company)s,
        member AS MATERIALIZED (
            SELECT profile.id AS profile_id, profile.partner_id, profile.company_id,
                   profile.value_class, partner.industry_id
              FROM crm_lifecycle_profile profile
              JOIN res_partner partner ON partner.id = profile.partner_id
             WHERE profile.value_class IS NOT NULL AND profile.active
        ),
        bought AS MATERIALIZED (
            SELECT member.*, line.categ_id, line.revenue
              FROM (SELECT line.company_id, line.partner_id, template.categ_id,
                           SUM(line.revenue) AS revenue
                      FROM (%(lines)s) line
                      JOIN company ON company.id = line.company_id
                       AND line.date <= company.today AND %(lapse)s > company.today
                      JOIN product_product product ON product.id = line.product_id
                      JOIN product_template template ON template.id = product.product_tmpl_id
                  GROUP BY line.company_id, line.partner_id, template.categ_id
                    HAVING SUM(line.revenue) > 0) line
              JOIN member USING (company_id, partner_id)
        ),
        -- By industry and class, and by class alone: without an industry.
        peers AS MATERIALIZED (
            SELECT company_id, value_class, industry_id,
                   GROUPING(industry_id) AS is_wide, COUNT(*) AS members
              FROM member
          GROUP BY GROUPING SETS ((company_id, value_class, industry_id),
                                  (company_id, value_class))
        ),
        support AS MATERIALIZED (
            SELECT company_id, value_class, industry_id, GROUPING(industry_id) AS is_wide,
                   categ_id, COUNT(*) AS buyers,
                   PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY revenue::float8) AS median
              FROM bought
          GROUP BY GROUPING SETS ((company_id, value_class, industry_id, categ_id),
                                  (company_id, value_class, categ_id))
        ),
        compared AS (
            SELECT DISTINCT ON (member.profile_id) member.*, peers.is_wide,
                   peers.members - 1 AS others
              FROM member
              JOIN peers
                ON peers.company_id = member.company_id
               AND peers.value_class = member.value_class
               AND (peers.is_wide = 1 OR peers.industry_id = member.industry_id)
             WHERE peers.members > %(peers)s
          ORDER BY member.profile_id, peers.is_wide
        )
        SELECT compared.profile_id::bigint * 4194304 + support.categ_id AS id,
               compared.profile_id, compared.partner_id, compared.company_id,
               CASE compared.is_wide WHEN 0 THEN 'industry' ELSE 'class' END AS compared_by,
               support.categ_id, compared.others::int AS peer_count,
               support.buyers::int AS buyer_count,
               support.buyers::float8 / compared.others AS buyer_share,
               ROUND(support.median::numeric, company.digits) AS median_amount
          FROM compared
          JOIN company ON company.id = compared.company_id
          JOIN support
            ON support.company_id = compared.company_id
           AND support.value_class = compared.value_class
           AND support.is_wide = compared.is_wide
           AND (support.is_wide = 1 OR support.industry_id = compared.industry_id)
         WHERE support.buyers >= %(buyers)s
           AND NOT EXISTS (
               SELECT FROM bought
                WHERE bought.profile_id = compared.profile_id
                  AND bought.categ_id = support.categ_id)""",
        company=company,
        lines=lines,
        lapse=lapse(SQL("line.date"), 12),
        peers=MINIMUM_PEERS,
        buyers=MINIMUM_BUYERS,
    )
