"""The commands themselves: what ``dev/cli.py NAME`` does."""

import os

from . import databases, odoo_process, postgres, prepare, settings
from .console import Failure, reporting


def odoo(*args):
    """The Odoo command line in the environment of this clone."""
    prepare.ensure()
    command = odoo_process.command(*args)
    os.execve(command[0], command, odoo_process.environment())


def psql(*args):
    """psql on the server of this clone, on the database of ``make run`` unless another one is named."""
    prepare.ensure()
    environment = {"PGDATABASE": settings.DB_RUN, **os.environ, **postgres.environment()}
    os.execve(postgres.program("psql"), ["psql", *args], environment)


def setup():
    """Everything up to the template database of Odoo's own modules."""
    prepare.ensure()
    databases.ensure_host_template()


COMMANDS = {"odoo": odoo, "psql": psql, "setup": setup}


def main(argv):
    """Run the command that ``argv`` names; returns the exit code."""

    def dispatch():
        if not argv or argv[0] not in COMMANDS:
            raise Failure(f"usage: dev/cli.py {'|'.join(COMMANDS)} [arguments]")
        return COMMANDS[argv[0]](*argv[1:])

    return reporting(dispatch)
