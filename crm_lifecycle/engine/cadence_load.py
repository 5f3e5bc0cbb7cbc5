"""How many contacts rules make, by week and person, and who gets in touch with a customer."""

from odoo.tools import SQL

from .cadence import covered_cte, rule_cte
from .follow_ups import wanted_of


def responsible_of():
    """Return who gets in touch, from the rows of ``rule``, ``covered``, ``company``, ``customer``.

    As ``follow_ups.responsible`` says, whoever is away: the load is that of all days. NULL where
    there is nobody.
    """
    wanted = wanted_of(
        SQL("rule"),
        SQL("covered.partner_id"),
        SQL("customer.user_id"),
        SQL("covered.company_id"),
        SQL("company.today"),
    )
    return SQL(
        "(CASE %s END)",
        SQL(" ").join(
            SQL(
                "WHEN %(person)s IN (SELECT id FROM res_users WHERE active AND NOT share)"
                " THEN %(person)s",
                person=person,
            )
            for person in wanted
        ),
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
            WHERE covered.reason IS NULL
         GROUP BY 1
         ORDER BY 1""",
        company=company,
        rule=rule_cte(rules),
        covered=covered_cte(rules, SQL("profile.company_id = %s", company_id)),
        responsible=responsible_of(),
    )
