"""Which level of business partners a customer should have, by agreements and loyalty.

The host's level is one field of the contact, and so shared by all companies. Of the rules that
hold, the one counts whose level stands first in the host's list of levels.
"""

from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import company_cte

# A company's place in the number of a suggestion; there are fewer customers than that.
CUSTOMERS = 2**32


def _candidates(now, modes, level):
    """Return the CTEs ``company`` and ``candidate``: the levels that customers have a right to.

    :param tuple modes: whether levels are set or suggested, as the companies' settings say
    :param SQL level: of the loyalty level of ``profile``
    """
    return SQL(
        """%(company)s,
           candidate AS MATERIALIZED (
               SELECT profile.partner_id, rule.company_id, rule.id AS rule_id, rule.grade_id,
                      grade.sequence, company.lifecycle_grade_mode AS mode
                 FROM crm_lifecycle_grade_rule rule
                 JOIN company ON company.id = rule.company_id
                             AND company.lifecycle_grade_mode IN %(modes)s
                 JOIN res_partner_grade grade ON grade.id = rule.grade_id AND grade.active
                 JOIN crm_lifecycle_profile profile ON profile.company_id = rule.company_id
                 JOIN res_partner partner ON partner.id = profile.partner_id
                                         AND partner.commercial_partner_id = partner.id
            LEFT JOIN crm_lifecycle_loyalty_level asked ON asked.id = rule.level_id
            LEFT JOIN crm_lifecycle_loyalty_level reached ON reached.id = %(level)s
                WHERE rule.active
                  AND (rule.level_id IS NULL OR reached.minimum >= asked.minimum)
                  AND (rule.agreement_kind IS NULL OR EXISTS (
                      SELECT FROM crm_lifecycle_agreement agreement
                        JOIN res_partner signer ON signer.id = agreement.partner_id
                       WHERE signer.commercial_partner_id = profile.partner_id
                         AND agreement.company_id = rule.company_id
                         AND agreement.kind = rule.agreement_kind
                         AND agreement.active AND agreement.date_start <= company.today
                         AND COALESCE(agreement.date_end, company.today) >= company.today))
           )""",
        company=company_cte(now, rule_columns=SQL(", c.lifecycle_grade_mode")),
        modes=modes,
        level=level,
    )


def to_set(now, level, begin, limit):
    """Return the query of customers whose level is not what the rules say.

    Never of those whose level somebody set, or took away, by hand: it is not what was set last.
    What a company set that no longer sets levels stays, unless another one sets a better one.

    Columns: ``id`` of the customer, ``grade_id`` (NULL if none is left), ``company_id`` whose
    rule it is, or was, ``rule_id``, ``others`` who would set another one.
    """
    return SQL(
        """WITH %(candidates)s,
           best AS (
               SELECT DISTINCT ON (candidate.partner_id) candidate.*
                 FROM candidate
             ORDER BY candidate.partner_id, candidate.sequence, candidate.grade_id,
                      candidate.company_id, candidate.rule_id
           )
           SELECT partner.id, best.grade_id, best.rule_id,
                  COALESCE(best.company_id, last.company_id) AS company_id,
                  (SELECT ARRAY_AGG(DISTINCT other.company_id)
                     FROM candidate other
                    WHERE other.partner_id = partner.id
                      AND other.company_id <> best.company_id
                      AND other.grade_id <> best.grade_id) AS others
             FROM (SELECT partner_id FROM best
             UNION SELECT partner_id FROM crm_lifecycle_grade_set) found
             JOIN res_partner partner ON partner.id = found.partner_id
        LEFT JOIN best ON best.partner_id = partner.id
        LEFT JOIN crm_lifecycle_grade_set last ON last.partner_id = partner.id
        LEFT JOIN company decider ON decider.id = last.company_id
        LEFT JOIN res_partner_grade current ON current.id = partner.grade_id
            WHERE partner.id > %(begin)s AND partner.commercial_partner_id = partner.id
              AND best.grade_id IS DISTINCT FROM partner.grade_id
              AND partner.grade_id IS NOT DISTINCT FROM last.grade_id
              AND (last.grade_id IS NULL OR decider.lifecycle_grade_mode = 'set'
                   OR best.sequence < current.sequence)
         ORDER BY partner.id
            LIMIT %(limit)s""",
        candidates=_candidates(now, ("set",), level),
        begin=begin,
        limit=limit,
    )


def to_leave(begin, limit):
    """Return the query of contacts whom the rules gave a level, and who are customers no more.

    Columns: ``id`` of the contact.
    """
    return SQL(
        """SELECT partner.id
             FROM crm_lifecycle_grade_set last
             JOIN res_partner partner ON partner.id = last.partner_id
                                     AND partner.commercial_partner_id <> partner.id
             JOIN res_company decider ON decider.id = last.company_id
                                     AND decider.lifecycle_grade_mode = 'set'
            WHERE last.grade_id = partner.grade_id AND partner.id > %s
         ORDER BY partner.id
            LIMIT %s""",
        begin,
        limit,
    )


def suggestions(now, level):
    """Return the query of levels that a company's rules suggest: a row a customer and company.

    Also to take away, without a level, what the company's rules gave and nobody's give any more.
    Not what somebody dismissed, nor less than what the rules of another company still give or
    somebody set by hand.
    """
    return SQL(
        """WITH %(candidates)s,
           best AS (
               SELECT DISTINCT ON (candidate.company_id, candidate.partner_id) candidate.*
                 FROM candidate
                WHERE candidate.mode = 'suggest'
             ORDER BY candidate.company_id, candidate.partner_id, candidate.sequence,
                      candidate.grade_id, candidate.rule_id
           )
           SELECT found.company_id::bigint * %(customers)s + found.partner_id AS id,
                  CASE WHEN found.grade_id IS NULL THEN 'take' ELSE 'give' END AS kind,
                  found.company_id, found.partner_id, found.rule_id, found.grade_id,
                  partner.grade_id AS current_grade_id
             FROM (SELECT best.company_id, best.partner_id, best.rule_id, best.grade_id
                     FROM best
                     JOIN res_partner customer ON customer.id = best.partner_id
                    WHERE best.grade_id IS DISTINCT FROM customer.grade_id
                      AND NOT EXISTS (
                          SELECT FROM candidate other
                           WHERE other.partner_id = best.partner_id
                             AND other.company_id <> best.company_id
                             AND other.grade_id = customer.grade_id
                             AND (other.sequence, other.grade_id)
                                 < (best.sequence, best.grade_id))
                      AND NOT EXISTS (
                          SELECT FROM res_partner_grade higher
                           WHERE higher.id = customer.grade_id
                             AND (higher.sequence, higher.id) < (best.sequence, best.grade_id)
                             AND NOT EXISTS (
                                 SELECT FROM crm_lifecycle_grade_set last
                                  WHERE last.partner_id = best.partner_id
                                    AND last.grade_id = higher.id))
                      AND NOT EXISTS (
                          SELECT FROM crm_lifecycle_grade_waiver waiver
                           WHERE waiver.partner_id = best.partner_id
                             AND waiver.company_id = best.company_id
                             AND waiver.grade_id = best.grade_id)
                    UNION ALL
                   SELECT last.company_id, last.partner_id, NULL, NULL
                     FROM crm_lifecycle_grade_set last
                     JOIN company ON company.id = last.company_id
                                 AND company.lifecycle_grade_mode = 'suggest'
                     JOIN res_partner customer ON customer.id = last.partner_id
                    WHERE last.grade_id = customer.grade_id
                      AND NOT EXISTS (
                          SELECT FROM candidate
                           WHERE candidate.partner_id = last.partner_id
                             AND (candidate.company_id = last.company_id
                                  OR candidate.grade_id = last.grade_id))) found
             JOIN res_partner partner ON partner.id = found.partner_id AND partner.active""",
        candidates=_candidates(now, ("set", "suggest"), level),
        customers=CUSTOMERS,
    )
