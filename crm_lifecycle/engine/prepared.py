"""Wide statements that PostgreSQL plans once per connection instead of each time.

Planning takes ten times as long as running them for a single customer. Their text depends
on the rules alone; customers and moment are parameters.
"""

import hashlib
from dataclasses import dataclass

from odoo.tools import SQL

# Parameters of the prepared statements.
CUSTOMER_IDS = SQL("$1::int[]")
NOW = SQL("$2::timestamp")

_PREFIX = "crm_lifecycle_"


@dataclass(frozen=True)
class Statement:
    """A statement to prepare.

    :param str purpose: what it is for, a word; a connection keeps one for each
    :param str text: the final text, with ``$1`` and ``$2``
    :param str name: tells texts of one purpose apart
    """

    purpose: str
    text: str
    name: str

    @classmethod
    def of(cls, cr, purpose, query):
        """Return the statement of a query written with ``CUSTOMER_IDS`` and ``NOW``.

        :param SQL query: its own parameters become part of the text
        """
        text = cr.mogrify(query.code, tuple(query.params)).decode()
        digest = hashlib.blake2s(text.encode(), digest_size=8).hexdigest()
        return cls(purpose, text, f"{_PREFIX}{purpose}_{digest}")


def execute(cr, statement, partner_ids, now):
    """Run a prepared statement, and prepare it if the connection does not know it.

    What earlier rules left prepared for the purpose is dropped. All of it happens in the
    transaction at hand, so that no pool of connections is in the way.

    :param Statement statement: what to run
    :param list partner_ids: ids of commercial partners
    :param datetime now: in UTC
    """
    cr.execute(
        SQL(
            "SELECT name FROM pg_prepared_statements WHERE starts_with(name, %s)",
            f"{_PREFIX}{statement.purpose}_",
        )
    )
    names = [name for (name,) in cr.fetchall()]
    if statement.name not in names:
        for former in names:
            cr.execute(SQL("DEALLOCATE %s", SQL.identifier(former)))
        # The text is final: a percent sign in it stands for itself.
        text = SQL(statement.text.replace("%", "%%"))
        cr.execute(SQL("PREPARE %s AS %s", SQL.identifier(statement.name), text))
    # The planner takes a parameter for a few customers, whose documents indexes find.
    cr.execute(SQL("SET LOCAL plan_cache_mode = force_generic_plan"))
    cr.execute(SQL("EXECUTE %s(%s, %s)", SQL.identifier(statement.name), list(partner_ids), now))
