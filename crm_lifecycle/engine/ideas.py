"""Suggestions of customers that were adopted, as events and as a figure of rules.

What is adopted no longer has never been: the day on which it was goes with it.
"""

from odoo.tools import SQL

from .sources import customer, event_source


def adopted_ideas(scope, fact=None):
    """Suggestions on the day they were adopted.

    :param str fact: fact that each carries from then on, none for people to look at alone
    """
    return event_source(
        SQL(
            """crm_lifecycle_idea idea
               JOIN res_partner partner ON partner.id = idea.partner_id
               JOIN company ON company.id = idea.company_id"""
        ),
        key=SQL("idea.id"),
        date=SQL("idea.adopted_on"),
        kind=SQL("'idea'"),
        fact=fact,
        document=("crm.lifecycle.idea", SQL("idea.id")),
        where=SQL("idea.active AND idea.adopted_on IS NOT NULL AND %s", customer(scope)),
    )
