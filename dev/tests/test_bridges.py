"""Bridges to modules of Odoo that the app template lacks, each in a database of its own: they come
by themselves, and their tests pass.
"""

import subprocess

import pytest
from devtools import databases, postgres, settings, testing

#: The module whose installation brings each bridge.
TRIGGERS = {
    "crm_lifecycle_hierarchy": "web_hierarchy",
    "crm_lifecycle_repair": "repair",
    "crm_lifecycle_survey": "survey",
    "crm_lifecycle_survey_stock": "survey",
}


@pytest.fixture(scope="module", params=sorted(TRIGGERS))
def bridge(request):
    """A copy of the app template with a bridge's trigger: bridge, database, what came of it."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name = f"{base}_{request.param}"
    try:
        databases.create_from(settings.DB_APP_TEMPLATE, name)
        yield request.param, name, databases.install_apart(name, TRIGGERS[request.param])
    finally:
        databases.drop(name)


def test_it_comes_with_its_trigger(bridge):
    addon, database, install = bridge
    assert install.complaints == []
    names = sorted((addon, TRIGGERS[addon]))
    states = postgres.query(
        f"SELECT name, state FROM ir_module_module WHERE name IN ('{names[0]}', '{names[1]}')",
        database,
    )
    assert sorted(states) == [[name, "installed"] for name in names]


def test_its_tests_pass(bridge):
    addon, database, _install = bridge
    # Their output is shown where this fails.
    done = subprocess.run(
        testing.pytest_command(database, "-p", "no:cacheprovider", f"{addon}/tests"),
        cwd=settings.ROOT,
        env=testing.pytest_environment(),
        check=False,
    )
    assert done.returncode == 0
