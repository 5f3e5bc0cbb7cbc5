"""Fill a copy of the host template: ``python -m devtools.bench.generate DATABASE SIZE``.

A program of its own, run in the environment of Odoo, because the first document of each kind
is made by the host.
"""

import sys
from datetime import datetime, timezone

from ..console import say
from . import bulk, conversations, documents, invoices, plan, templates
from .check import check
from .sizes import Size

# The largest first, so that the sessions that load them end together.
COPIES = (
    *invoices.COPIES,
    *documents.ORDERS,
    *documents.DELIVERIES,
    *documents.PARTNERS,
    *conversations.COPIES,
)


def make_templates(database):
    """Let the host make one of each."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        templates.make(api.Environment(cr, SUPERUSER_ID, {}))


def fill(database, size, now):
    """Lay the plan and copy the rows.

    :return: number of rows of each table that was filled
    """
    with bulk.connect(database) as connection, connection.cursor() as cr:
        known = plan.make(cr, size, now)
        for table in {copy.table for copy in COPIES}:
            if "id" in bulk.columns_of(cr, table):
                cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
                known[table] = cr.fetchone()[0]
    for name in ("leads", "activities", "ratings", "notes"):
        known[name] = getattr(size, name)
    say(f"  planned {known['orders']:,} orders, {known['invoices']:,} invoices")
    bulk.load(database, COPIES, known, say)
    with bulk.connect(database) as connection, connection.cursor() as cr:
        counts = check(cr, sorted({copy.table for copy in COPIES}))
        cr.execute("DROP SCHEMA bench CASCADE")
        # Our demo data are for an empty company, and would be installed with our addons.
        cr.execute("UPDATE ir_module_module SET demo = FALSE")
    return counts


def main(config_file, database, size):
    from odoo.tools import config

    config.parse_config(["-c", config_file, "--log-level=warn", "--no-http"])
    make_templates(database)
    counts = fill(database, Size.parse(size), datetime.now(timezone.utc).replace(tzinfo=None))
    for table, count in counts.items():
        print(f"{table:30} {count:>12,}")


if __name__ == "__main__":
    main(*sys.argv[1:])
