"""Bridges to modules of Odoo that the app template lacks, each in a database of its own: they come
by themselves, and their tests pass.
"""

import subprocess

import pytest
from devtools import databases, odoo_process, postgres, settings, testing

#: The modules whose installation brings each bridge; that to surveys is looked at in
#: ``test_surveys``.
TRIGGERS = {
    "crm_lifecycle_hierarchy": ("web_hierarchy",),
    "crm_lifecycle_loyalty": ("sale_loyalty",),
    "crm_lifecycle_loyalty_survey": ("sale_loyalty", "survey"),
    "crm_lifecycle_partnership": ("partnership",),
    "crm_lifecycle_repair": ("repair",),
    "crm_lifecycle_survey_stock": ("survey",),
}


@pytest.fixture(scope="module", params=sorted(TRIGGERS))
def bridge(request):
    """A copy of the app template with a bridge's triggers: bridge, database, what came of it."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name = f"{base}_{request.param}"
    try:
        databases.create_from(settings.DB_APP_TEMPLATE, name)
        yield request.param, name, databases.install_apart(name, *TRIGGERS[request.param])
    finally:
        databases.drop(name)


def test_it_comes_with_its_trigger(bridge):
    addon, database, install = bridge
    assert install.complaints == []
    assert _states(database, addon, *TRIGGERS[addon]) == {"installed"}


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


def test_it_goes_without_a_trace(bridge):
    """Last: its own columns, tables and records are gone, and the trigger stays."""
    addon, database, _install = bridge
    of_bridge = f"""
        FROM ir_model_data mine
        JOIN ir_model_fields field ON field.id = mine.res_id
       WHERE mine.model = 'ir.model.fields' AND mine.module = '{addon}'
         AND NOT EXISTS (SELECT FROM ir_model_data other
                          WHERE other.model = mine.model AND other.res_id = mine.res_id
                            AND other.module <> mine.module)"""
    columns = postgres.query(
        f"SELECT replace(field.model, '.', '_'), field.name {of_bridge}", database
    )
    tables = postgres.query(
        f"SELECT DISTINCT field.relation_table {of_bridge} AND field.relation_table IS NOT NULL",
        database,
    )
    outcome = odoo_process.run(
        *("module", "uninstall", "-d", database, addon), log=f"{database}-uninstall.log"
    )
    assert (outcome.returncode, outcome.complaints) == (0, [])
    left = postgres.query(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'",
        database,
    )
    found = {tuple(column) for column in left}
    assert [column for column in columns if tuple(column) in found] == []
    names = {table for table, _column in found}
    assert [table for (table,) in tables if table in names] == []
    assert (
        postgres.query(f"SELECT name FROM ir_model_data WHERE module = '{addon}'", database) == []
    )
    assert _states(database, *TRIGGERS[addon]) == {"installed"}


def _states(database, *modules):
    """The states in which modules are."""
    names = ", ".join(f"'{name}'" for name in modules)
    return {
        state
        for (state,) in postgres.query(
            f"SELECT state FROM ir_module_module WHERE name IN ({names})", database
        )
    }
