"""The events of the customers at hand, gathered before anything is derived from them.

Two statements instead of one: finding documents wants the host's indexes, so joins by
nested loops; deriving from what was found wants hash joins, and the planner cannot know
how many rows a chain of sub-queries gives.
"""

from contextlib import contextmanager

from odoo.tools import SQL

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


def staging(program, company, sources):
    """Return the statement that gathers the events that carry a fact.

    :param Program program: the rules of all companies
    :param SQL company: the CTE ``company`` with the columns of the rules
    :param list sources: SELECTs with the columns of ``sources.COLUMNS``
    """
    columns = SQL(", ").join(SQL.identifier("source", column) for column in COLUMNS)
    return SQL(
        """INSERT INTO %s
           WITH %s, %s, event AS (%s)
         SELECT event.*
           FROM event
           JOIN company ON company.id = event.company_id
          WHERE event.fact IS NOT NULL AND event.date IS NOT NULL""",
        STAGE_TABLE,
        program.rule_cte(),
        company,
        SQL(" UNION ALL ").join(
            SQL("SELECT %s FROM (%s) source", columns, source) for source in sources
        ),
    )


@contextmanager
def planned_for_deriving(cr):
    """Let the planner join by hashes alone: it takes every sub-query for a single row.

    A customer's rows would be paired with each other by loops and by merges, which are
    quadratic in the number of one customer's documents. Only for running a statement
    that is composed already: an error of the database ends the setting by itself.
    """
    cr.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
    yield
    cr.execute("SET LOCAL enable_nestloop = on; SET LOCAL enable_mergejoin = on")
