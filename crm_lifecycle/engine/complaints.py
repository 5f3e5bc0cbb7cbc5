"""Which complaints count as open for others: those that pause follow-ups and warn people.

The same as ``crm.complaint._get_open_domain``.
"""

from odoo.tools import SQL


def is_open(complaint="complaint"):
    """Return the condition that a row of complaints is open, and a complaint indeed."""
    alias = SQL.identifier(complaint)
    return SQL(
        "%(alias)s.is_open AND %(alias)s.active AND %(alias)s.kind = 'complaint'", alias=alias
    )


def complains(partner, company):
    """Return the condition that a customer has an open complaint in a company.

    :param SQL partner: id of the customer
    :param SQL company: id of the company
    """
    return SQL(
        """EXISTS (SELECT FROM crm_complaint complaint
                    WHERE complaint.commercial_partner_id = %s
                      AND complaint.company_id = %s AND %s)""",
        partner,
        company,
        is_open(),
    )


def worst(partner, company):
    """Return the query of a customer's open complaints: ``number``, and of the worst of them
    ``id`` and ``first``, what it is about. One row, also where there is none.
    """
    order = SQL("complaint.severity DESC, complaint.date DESC, complaint.id DESC")
    return SQL(
        """SELECT COUNT(*)::int AS number,
                  (ARRAY_AGG(complaint.id ORDER BY %(order)s))[1] AS id,
                  (ARRAY_AGG(complaint.name || ' ' || complaint.subject ORDER BY %(order)s))[1]
                      AS first
             FROM crm_complaint complaint
            WHERE complaint.commercial_partner_id = %(partner)s
              AND complaint.company_id = %(company)s AND %(is_open)s""",
        order=order,
        partner=partner,
        company=company,
        is_open=is_open(),
    )
