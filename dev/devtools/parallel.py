"""pytest plugin: each process among which pytest-xdist shares the tests has a database of
its own, made before it starts.

pytest-odoo would make one too, but sets the name of it in a way that Odoo 19 does not
understand.
"""

import os

import pytest


def database(name, worker):
    """The database of a process, ``gw0`` for example."""
    return f"{name}_{worker}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Name the database before pytest-odoo gives it to Odoo."""
    worker = os.environ.pop("PYTEST_XDIST_WORKER", None)
    if worker and config.option.odoo_database:
        config.option.odoo_database = database(config.option.odoo_database, worker)
    return (yield)
