"""Modules that the app template lacks, beside our addons, each time in a database of its own."""

import subprocess
from contextlib import contextmanager

import pytest

from . import databases, odoo_process, postgres, settings, testing


class Apart:
    """A copy of the app template with such modules; ``install`` is what came of installing them."""

    def __init__(self, name, *modules):
        self.name = name
        databases.create_from(settings.DB_APP_TEMPLATE, name)
        self.install = databases.install_apart(name, *modules)

    def rows(self, sql):
        return postgres.query(sql, self.name)

    def states(self, *modules):
        """The states in which modules are, by name."""
        names = ", ".join(f"'{name}'" for name in modules)
        return dict(self.rows(f"SELECT name, state FROM ir_module_module WHERE name IN ({names})"))

    def traces(self, conditions):
        """The tables of ``{table: condition}`` that have such rows."""
        return [
            table
            for table, condition in conditions.items()
            if self.rows(f"SELECT 1 FROM {table} WHERE {condition}")
        ]

    def uninstall(self, addon):
        """Uninstall one of our addons, and return what came of it."""
        return odoo_process.run(
            *("module", "uninstall", "-d", self.name, addon),
            log=f"{self.name}-uninstall.log",
        )

    def run_tests(self, path, **options):
        """Run the tests of a path; their output is shown where the test that asks fails."""
        return subprocess.run(
            testing.pytest_command(self.name, "-p", "no:cacheprovider", path),
            cwd=settings.ROOT,
            env=testing.pytest_environment(),
            check=False,
            **options,
        )


@contextmanager
def database(request, suffix, *modules):
    """A database with modules, dropped in the end."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name = f"{base}_{suffix}"
    try:
        yield Apart(name, *modules)
    finally:
        databases.drop(name)
