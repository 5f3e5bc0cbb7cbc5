"""The events of the customers at hand, gathered before anything is derived from them.

Two statements instead of one: finding documents wants the host's indexes, so joins by
nested loops; deriving from what was found wants hash joins, and the planner cannot know
how many rows a chain of sub-queries gives.
"""

from contextlib import contextmanager

from odoo.tools import SQL

from .purchases import referral_cte
from .sources import COLUMNS

STAGE_TABLE = SQL.identifier("crm_lifecycle_event_stage")

# Belongs to the connection and is empty outside of a transaction that derives.
_CREATE = SQL(
    """CREATE TEMPORARY TABLE IF NOT EXISTS %s (
           key bigint, part int, company_id int, partner_id int, subject_id int, date date,
           kind varchar, amount numeric, fact varchar, delta int, purchase_date date,
           res_model varchar, res_id int
       ) ON COMMIT DELETE ROWS""",
    STAGE_TABLE,
)


def empty_stage(cr):
    """Make the table of the connection, or empty it."""
    cr.execute(_CREATE)
    cr.execute(SQL("DELETE FROM %s", STAGE_TABLE))


def staging(program, company, scope, sources):
    """Return the statement that gathers the events that carry a fact.

    :param Program program: the rules of all companies
    :param SQL company: the CTE ``company`` with the columns of the rules
    :param Scope scope: the customers
    :param list sources: SELECTs with the columns of ``sources.COLUMNS``
    """
    columns = SQL(", ").join(SQL.identifier("source", column) for column in COLUMNS)
    return SQL(
        """INSERT INTO %s
           WITH %s, %s, %s, event AS (%s)
         SELECT event.*
           FROM event
           JOIN company ON company.id = event.company_id
          WHERE event.fact IS NOT NULL AND event.date IS NOT NULL""",
        STAGE_TABLE,
        program.rule_cte(),
        company,
        referral_cte(scope),
        SQL(" UNION ALL ").join(
            SQL("SELECT %s FROM (%s) source", columns, source) for source in sources
        ),
    )


# What the planner must not do when it derives: it takes every sub-query for a single row,
# so a customer's rows would be paired with each other by loops and by merges, which are
# quadratic in the number of one customer's documents.
DERIVING = ("nestloop", "mergejoin")


@contextmanager
def planned(cr, *without):
    """Keep the planner from some ways of running a statement.

    For customers named by their ids, the host's tables are not to be read as a whole,
    ``seqscan``, however few rows they had when the plan was made. Only for running a
    statement that is composed already: an error of the database ends the setting itself.

    :param str without: names of PostgreSQL's settings, without ``enable_``
    """
    for name in without:
        cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(f"enable_{name}")))
    yield
    for name in without:
        cr.execute(SQL("SET LOCAL %s = on", SQL.identifier(f"enable_{name}")))
