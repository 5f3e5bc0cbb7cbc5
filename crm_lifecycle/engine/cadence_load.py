"""How many contacts rules make, by week and person, and who gets in touch with a customer."""

from odoo.tools import SQL

from .cadence import covered_cte, rule_cte


def responsible_of():
    """Return who gets in touch, from the rows of ``rule``, ``covered`` and ``company``.

    Where there is nobody of the kind that the rule asks for, it is the salesperson, and where
    nobody is, the leader of the salesperson's team is none either: NULL.
    """
    member = SQL(
        """(SELECT member.user_id
              FROM crm_lifecycle_account_member member
              JOIN crm_lifecycle_account_role role ON role.id = member.role_id
              JOIN res_users person ON person.id = member.user_id AND person.active
             WHERE member.partner_id = covered.partner_id
               AND member.company_id = covered.company_id
               AND member.date_start <= company.today
               AND (member.date_end IS NULL OR member.date_end >= company.today)
               AND CASE rule.responsible WHEN 'sponsor' THEN role.is_sponsor
                                         ELSE member.role_id = rule.role_id END
          ORDER BY member.date_start, member.id
             LIMIT 1)"""
    )
    return SQL(
        """COALESCE(CASE WHEN rule.responsible IN ('role', 'sponsor') THEN %s
                         WHEN rule.responsible = 'leader' THEN team.user_id END,
                    CASE WHEN owner.active THEN owner.id END, team.user_id)""",
        member,
    )


def loading(company, rules, company_id):
    """Return the query of the load of a company's rules, a row for each person.

    Columns: ``user_id``, how many customers, contacts a week, hours a week.

    :param SQL company: ``sources.company_cte``
    :param list rules: ``cadence.Rule``
    """
    return SQL(
        """WITH %(company)s, %(rule)s, %(covered)s
           SELECT %(responsible)s AS user_id, COUNT(*) AS customers,
                  SUM(7.0 / rule.interval)::float8 AS contacts,
                  SUM(7.0 / rule.interval * rule.minutes / 60)::float8 AS hours
             FROM covered
             JOIN rule ON rule.id = covered.rule_id
             JOIN company ON company.id = covered.company_id
             JOIN res_partner customer ON customer.id = covered.partner_id
        LEFT JOIN res_users owner ON owner.id = customer.user_id
        LEFT JOIN crm_team team ON team.id = owner.sale_team_id
            WHERE covered.reason IS NULL
         GROUP BY 1
         ORDER BY 1""",
        company=company,
        rule=rule_cte(rules),
        covered=covered_cte(rules, SQL("profile.company_id = %s", company_id)),
        responsible=responsible_of(),
    )
