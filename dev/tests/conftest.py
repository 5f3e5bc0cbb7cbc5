"""Fixtures for tests that need whole databases of their own: installing, uninstalling,
upgrading the addons.
"""

import pytest
from devtools import databases, odoo_process, postgres, settings


@pytest.fixture
def scratch_database(request):
    """A function that copies a template and returns the copy's name; copies are dropped
    after the test.

    ``scratch_database()`` is a copy of the host template, Odoo's own modules with demo
    data and none of ours; ``scratch_database(settings.DB_APP_TEMPLATE)`` has our addons
    installed.
    """
    names = []

    def copy(template=settings.DB_HOST_TEMPLATE):
        name = f"{request.config.getoption('--odoo-database') or settings.DB_TEST}_scratch{len(names) + 1}"
        databases.create_from(template, name)
        names.append(name)
        return name

    yield copy
    for name in names:
        databases.drop(name)


@pytest.fixture
def odoo(request):
    """A function that runs the Odoo command line to its end: ``odoo("-d", name, "-u",
    "x", "--stop-after-init")``.

    What it returns has ``returncode``, ``complaints`` (warnings and errors of the log)
    and ``text`` (all of it).
    """

    def run(*args):
        database = request.config.getoption("--odoo-database") or settings.DB_TEST
        return odoo_process.run(*args, log=f"{database}.log")

    return run


@pytest.fixture
def odoo_shell():
    """A function that runs Python code in an Odoo shell, with ``env``, and returns what
    it prints.
    """
    return odoo_process.shell


@pytest.fixture
def query():
    """A function that runs SQL: ``query(sql, database)`` returns rows, each a list of
    strings.
    """
    return postgres.query
