"""Odoo's hierarchy view beside the addons, in a database of its own: the bridge comes by itself,
and its tests pass.
"""

import subprocess

import pytest
from devtools import databases, postgres, settings, testing

BRIDGE = "crm_lifecycle_hierarchy"


@pytest.fixture(scope="module")
def database(request):
    """A copy of the app template with the hierarchy view: its name and what came of it."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name = f"{base}_hierarchy"
    try:
        databases.create_from(settings.DB_APP_TEMPLATE, name)
        yield name, databases.install_apart(name, "web_hierarchy")
    finally:
        databases.drop(name)


def test_the_bridge_comes_with_the_view(database):
    name, install = database
    assert install.complaints == []
    states = postgres.query(
        f"SELECT name, state FROM ir_module_module WHERE name IN ('{BRIDGE}', 'web_hierarchy')",
        name,
    )
    assert sorted(states) == [[BRIDGE, "installed"], ["web_hierarchy", "installed"]]


def test_the_tests_of_the_bridge_pass(database):
    # Their output is shown where this fails.
    done = subprocess.run(
        testing.pytest_command(database[0], "-p", "no:cacheprovider", f"{BRIDGE}/tests"),
        cwd=settings.ROOT,
        env=testing.pytest_environment(),
        check=False,
    )
    assert done.returncode == 0
