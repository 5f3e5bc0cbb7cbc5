"""Referrals: what became of claims, who is claimed by nobody yet, and the tree with money.

A *claim* says who brought a customer; of one customer and company one claim at most is
accepted. So the accepted claims of a company are a forest, and each branch can be summed up.
"""

from odoo.tools import SQL

from .documents import LEAD_COMPANY, LEAD_PEOPLE
from .sources import Scope, company_cte

# A company's place in the number of a referrer's row; there are fewer customers than that.
CUSTOMERS = 2**32
# States of claims that were accepted.
ACCEPTED = ("accepted", "won", "lost")


def claimed_scope():
    """Return the scope of the customers in the CTE ``claim``."""
    return Scope(
        array=SQL("ARRAY(SELECT claim.partner_id FROM claim WHERE claim.partner_id IS NOT NULL)")
    )


def waiting():
    """Return the query of the customers whose documents changed and are not looked at yet.

    Passes look at everybody, changed or not, and those set aside may never be looked at.
    """
    return SQL(
        """SELECT contact.commercial_partner_id
             FROM crm_lifecycle_queue queue
             JOIN res_partner contact ON contact.id = queue.partner_ref
            WHERE queue.failed_at IS NULL AND queue.pass_id IS NULL"""
    )


def stale(company_id, now, basis, purchases, begin, limit):
    """Return the query of the next claims to look at again.

    Columns: ``id``, ``first_date`` and ``first_amount`` of the customer's first purchase that
    holds, ``is_lost`` of the lead, ``is_waiting`` where the customer is about to be looked at.

    :param datetime now: up to when purchases count
    :param str basis: which purchases count for the company
    :param purchases: sources of purchases in ``claimed_scope``
    """
    return SQL(
        """WITH %(company)s,
           waiting(partner_id) AS MATERIALIZED (%(waiting)s),
           claim AS MATERIALIZED (
               SELECT id, partner_id, lead_id
                 FROM crm_lifecycle_referral
                WHERE company_id = %(company_id)s AND is_stale AND id > %(begin)s
             ORDER BY id
                LIMIT %(limit)s
           ),
           first_purchase AS (
               SELECT source.partner_id, ROUND(SUM(source.amount), MAX(company.digits)) AS amount
                 FROM (%(purchases)s) source
                 JOIN company ON company.id = source.company_id AND source.date <= company.today
                 JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = source.partner_id
                  AND profile.company_id = source.company_id
                  AND profile.first_purchase_date = source.purchase_date
             GROUP BY source.partner_id
           )
           SELECT claim.id, profile.first_purchase_date AS first_date,
                  CASE WHEN profile.first_purchase_date IS NOT NULL
                       THEN first_purchase.amount END AS first_amount,
                  COALESCE(lead.won_status = 'lost', FALSE) AS is_lost,
                  EXISTS (SELECT FROM waiting
                           WHERE waiting.partner_id = claim.partner_id) AS is_waiting
             FROM claim
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = claim.partner_id AND profile.company_id = %(company_id)s
        LEFT JOIN first_purchase ON first_purchase.partner_id = claim.partner_id
        LEFT JOIN crm_lead lead ON lead.id = claim.lead_id
         ORDER BY claim.id""",
        company=company_cte(
            now,
            rule_columns=SQL(", %s::varchar AS basis", basis),
            rule_tables=SQL("WHERE c.id = %s", company_id),
        ),
        company_id=company_id,
        waiting=waiting(),
        begin=begin,
        limit=limit,
        purchases=SQL(" UNION ALL ").join(
            SQL(
                "SELECT company_id, partner_id, date, purchase_date, amount FROM (%s) source",
                source,
            )
            for source in purchases
        ),
    )


def unclaimed(company_id, begin, limit):
    """Return the query of customers of a company with a referrer whom no claim names.

    Where the company accepted another one, its contacts say what another company does, unless
    no claim of any company names the referrer: what was told then was left undone.

    Columns: ``id`` of the contact with the referrer, ``partner_id``, ``referrer_id``,
    ``first_date``, ``is_left`` of what was left.
    """
    return SQL(
        """SELECT contact.id, contact.commercial_partner_id AS partner_id,
                  contact.lifecycle_referrer_id AS referrer_id,
                  profile.first_purchase_date AS first_date, accepted.found AS is_left
             FROM res_partner contact
             JOIN res_partner referrer ON referrer.id = contact.lifecycle_referrer_id
             JOIN crm_lifecycle_profile profile
               ON profile.partner_id = contact.commercial_partner_id
              AND profile.company_id = %(company_id)s
       CROSS JOIN LATERAL (
                  SELECT EXISTS (
                         SELECT FROM crm_lifecycle_referral claim
                          WHERE claim.partner_id = contact.commercial_partner_id
                            AND claim.company_id = %(company_id)s
                            AND claim.state IN %(accepted)s) AS found) accepted
            WHERE contact.lifecycle_referrer_id IS NOT NULL AND contact.id > %(begin)s
              AND referrer.commercial_partner_id <> contact.commercial_partner_id
              AND NOT EXISTS (
                  SELECT FROM crm_lifecycle_referral claim
                   WHERE claim.partner_id = contact.commercial_partner_id
                     AND (claim.company_id = %(company_id)s OR accepted.found)
                     AND claim.referrer_customer_id = referrer.commercial_partner_id)
         ORDER BY contact.id
            LIMIT %(limit)s""",
        company_id=company_id,
        begin=begin,
        accepted=ACCEPTED,
        limit=limit,
    )


def untold(company_id, begin, limit):
    """Return the query of a company's open leads whose referrers no claim of it names.

    Who was brought by the lead's customer, or is the customer, brought nobody there; what was
    rewarded in another company stays there.
    """
    return SQL(
        """SELECT lead.id
             FROM crm_lead lead
             JOIN res_partner referrer ON referrer.id = lead.lifecycle_referrer_id
        LEFT JOIN res_partner contact ON contact.id = lead.partner_id
             %(people)s
            WHERE lead.lifecycle_referrer_id IS NOT NULL AND lead.id > %(begin)s
              AND lead.active AND lead.won_status IS DISTINCT FROM 'lost'
              AND %(company)s = %(company_id)s
              AND NOT EXISTS (
                  SELECT FROM crm_lifecycle_referral claim
                   WHERE claim.lead_id = lead.id
                     AND claim.referrer_customer_id = referrer.commercial_partner_id
                     AND (claim.company_id = %(company_id)s OR lead.company_id IS NULL
                          OR EXISTS (
                             SELECT FROM crm_lifecycle_referral_reward reward
                              WHERE reward.referral_id = claim.id)))
              AND NOT EXISTS (
                  SELECT FROM crm_lifecycle_referral claim
                   WHERE claim.partner_id = contact.commercial_partner_id
                     AND claim.company_id = %(company_id)s
                     AND claim.referrer_customer_id = referrer.commercial_partner_id)
              AND NOT EXISTS (
                  -- The customer, or somebody whom they brought, brought the customer.
                  WITH RECURSIVE above AS (
                      SELECT referrer.commercial_partner_id AS id
                   UNION
                      SELECT claim.referrer_customer_id
                        FROM above
                        JOIN crm_lifecycle_referral claim
                          ON claim.partner_id = above.id AND claim.company_id = %(company_id)s
                         AND claim.state IN %(accepted)s
                  )
                  SELECT FROM above WHERE above.id = contact.commercial_partner_id)
         ORDER BY lead.id
            LIMIT %(limit)s""",
        people=LEAD_PEOPLE,
        company=LEAD_COMPANY,
        company_id=company_id,
        accepted=ACCEPTED,
        begin=begin,
        limit=limit,
    )


def tree(row_ids=None, referrer_ids=None):
    """Return the query of accepted referrals with what they and all behind them brought.

    ``branch_*`` is of the referred customer, of whom they brought, and so on; the branches of
    a referrer's own referrals together are everything that goes back to the referrer.

    :param row_ids: of the rows that are asked for; then no other branches are summed up
    :param referrer_ids: of the customers whose own referrals are asked for, likewise
    """
    asked = [
        SQL("pair.%s = ANY(%s)", SQL.identifier(name), list(ids))
        for name, ids in (("id", row_ids), ("referrer_id", referrer_ids))
        if ids is not None
    ]
    return SQL(
        """WITH RECURSIVE pair AS %(materialized)s (
               SELECT claim.id, claim.company_id, claim.partner_id,
                      claim.referrer_customer_id AS referrer_id
                 FROM crm_lifecycle_referral claim
                WHERE claim.state IN %(accepted)s AND claim.partner_id IS NOT NULL
                  AND claim.partner_id <> claim.referrer_customer_id
           ),
           figure AS %(materialized)s (
               SELECT pair.id, profile.id AS profile_id, profile.first_purchase_date AS first_date,
                      CASE WHEN profile.first_purchase_date IS NOT NULL THEN 1 ELSE 0 END
                          AS is_buyer,
                      profile.purchase_amount, value.revenue_total AS revenue,
                      value.margin_total AS margin
                 FROM pair
            LEFT JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = pair.partner_id
                  AND profile.company_id = pair.company_id
            LEFT JOIN crm_lifecycle_value value ON value.profile_id = profile.id
           ),
           down AS (
               SELECT pair.id AS root_id, pair.id, pair.company_id, pair.partner_id,
                      ARRAY[pair.partner_id] AS path
                 FROM pair
                WHERE %(asked)s
            UNION ALL
               -- Merged contacts may have made a circle.
               SELECT down.root_id, pair.id, pair.company_id, pair.partner_id,
                      down.path || pair.partner_id
                 FROM down
                 JOIN pair ON pair.referrer_id = down.partner_id
                          AND pair.company_id = down.company_id
                          AND pair.partner_id <> ALL(down.path)
           ),
           branch AS (
               SELECT down.root_id, COUNT(*)::int AS customers,
                      SUM(figure.is_buyer)::int AS buyers,
                      SUM(figure.purchase_amount) AS purchase_amount,
                      SUM(figure.margin) AS margin
                 FROM down
                 JOIN figure ON figure.id = down.id
             GROUP BY down.root_id
           )
           SELECT claim.id, claim.id AS referral_id, claim.company_id,
                  claim.referrer_customer_id AS referrer_id, claim.partner_id, claim.date,
                  claim.how, claim.state, figure.profile_id,
                  figure.first_date, claim.first_amount,
                  figure.is_buyer AS buyer_count, figure.purchase_amount, figure.revenue,
                  figure.margin,
                  branch.customers AS branch_count, branch.buyers AS branch_buyer_count,
                  branch.purchase_amount AS branch_amount, branch.margin AS branch_margin,
                  parent.id AS parent_id
             FROM pair
             JOIN crm_lifecycle_referral claim ON claim.id = pair.id
             JOIN figure ON figure.id = pair.id
             JOIN branch ON branch.root_id = pair.id
        LEFT JOIN pair parent ON parent.partner_id = pair.referrer_id
                             AND parent.company_id = pair.company_id
            WHERE %(asked)s""",
        accepted=ACCEPTED,
        asked=SQL(" AND ").join(asked or [SQL("TRUE")]),
        # Of a few, claims are looked up one by one; of all, they are read once.
        materialized=SQL("NOT MATERIALIZED" if asked else "MATERIALIZED"),
    )


def below(company_id, referrer_id):
    """Return the query of the ids of all accepted referrals that go back to somebody."""
    return SQL(
        """WITH RECURSIVE down AS (
               SELECT claim.id, claim.partner_id
                 FROM crm_lifecycle_referral claim
                WHERE claim.referrer_customer_id = %(referrer_id)s
                  AND claim.company_id = %(company_id)s
                  AND claim.state IN %(accepted)s AND claim.partner_id IS NOT NULL
                UNION
               SELECT claim.id, claim.partner_id
                 FROM down
                 JOIN crm_lifecycle_referral claim
                   ON claim.referrer_customer_id = down.partner_id
                WHERE claim.company_id = %(company_id)s
                  AND claim.state IN %(accepted)s AND claim.partner_id IS NOT NULL
           )
           SELECT id FROM down""",
        company_id=company_id,
        referrer_id=referrer_id,
        accepted=ACCEPTED,
    )


def nearest(readable, referrer_id, limit):
    """Return the query of the ids of whom somebody brought, the nearest first.

    :param SQL readable: query of ``id``, ``referrer_id``, ``partner_id`` and ``first_date`` of
        the accepted referrals of one company
    """
    return SQL(
        """WITH RECURSIVE readable AS MATERIALIZED (%(readable)s),
           down AS (
               SELECT id, partner_id, first_date, 1 AS level, ARRAY[id] AS path
                 FROM readable
                WHERE referrer_id = %(referrer_id)s
            UNION ALL
               -- Old data may have a circle.
               SELECT readable.id, readable.partner_id, readable.first_date, down.level + 1,
                      down.path || readable.id
                 FROM down
                 JOIN readable ON readable.referrer_id = down.partner_id
                              AND readable.id <> ALL(down.path)
           )
           SELECT id
             FROM down
         ORDER BY level, first_date, id
            LIMIT %(limit)s""",
        readable=readable,
        referrer_id=referrer_id,
        limit=limit,
    )


def share(company):
    """Return the query of new customers, a row each, and whether somebody referred them.

    A customer is new in the month of the first purchase that holds.
    """
    return SQL(
        """WITH %(company)s
           SELECT profile.id, profile.company_id, profile.partner_id, profile.id AS profile_id,
                  profile.first_purchase_date AS date, claim.referrer_customer_id AS referrer_id,
                  1 AS new_count,
                  CASE WHEN claim.id IS NOT NULL THEN 1 ELSE 0 END AS referred_count,
                  NULL::float8 AS share
             FROM crm_lifecycle_profile profile
             JOIN company ON company.id = profile.company_id
        LEFT JOIN crm_lifecycle_referral claim
               ON claim.partner_id = profile.partner_id
              AND claim.company_id = profile.company_id AND claim.state IN %(accepted)s
            WHERE profile.first_purchase_date <= company.today""",
        company=company,
        accepted=ACCEPTED,
    )


def referrers(referrer_ids=None):
    """Return the query of those who brought somebody, a row a customer and company.

    A partner candidate brought as many buyers as the company asks for, and is no partner.

    :param referrer_ids: of the customers who are asked for
    """
    return SQL(
        """SELECT branch.company_id::bigint * %(factor)s + branch.referrer_id AS id,
                  branch.company_id, branch.referrer_id AS partner_id, profile.id AS profile_id,
                  branch.referred_count, branch.buyer_count, branch.branch_count,
                  branch.last_date, branch.purchase_amount, branch.branch_amount,
                  branch.branch_margin,
                  branch.buyer_count >= company.lifecycle_candidate_minimum
                  AND COALESCE(stage.code, '') <> 'partner' AS is_candidate
             FROM (SELECT tree.company_id, tree.referrer_id, COUNT(*)::int AS referred_count,
                          SUM(tree.buyer_count)::int AS buyer_count,
                          SUM(tree.branch_count)::int AS branch_count,
                          MAX(tree.date) AS last_date,
                          SUM(tree.purchase_amount) AS purchase_amount,
                          SUM(tree.branch_amount) AS branch_amount,
                          SUM(tree.branch_margin) AS branch_margin
                     FROM (%(tree)s) tree
                 GROUP BY tree.company_id, tree.referrer_id) branch
             JOIN res_company company ON company.id = branch.company_id
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = branch.referrer_id
              AND profile.company_id = branch.company_id
        LEFT JOIN crm_lifecycle_stage stage ON stage.id = profile.stage_id""",
        factor=CUSTOMERS,
        tree=tree(referrer_ids=referrer_ids),
    )


def to_thank(company_id, begin, limit):
    """Return the query of claims whose referrers are still to be thanked."""
    return SQL(
        """SELECT id FROM crm_lifecycle_referral
            WHERE company_id = %s AND thanks = 'due' AND state = 'won' AND id > %s
         ORDER BY id
            LIMIT %s""",
        company_id,
        begin,
        limit,
    )
