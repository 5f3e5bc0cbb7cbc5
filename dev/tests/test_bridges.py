"""Bridges to modules of Odoo that the app template lacks, each in a database of its own: they come
by themselves, and their tests pass.
"""

import pytest
from devtools import apart

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
    """A bridge, and a copy of the app template with its triggers."""
    with apart.database(request, request.param, *TRIGGERS[request.param]) as database:
        yield request.param, database


def test_it_comes_with_its_trigger(bridge):
    addon, database = bridge
    names = (addon, *TRIGGERS[addon])
    assert database.install.complaints == []
    assert database.states(*names) == dict.fromkeys(names, "installed")


def test_its_tests_pass(bridge):
    addon, database = bridge
    assert database.run_tests(f"{addon}/tests").returncode == 0


def test_it_goes_without_a_trace(bridge):
    """Last: its own columns, tables and records are gone, and the trigger stays."""
    addon, database = bridge
    of_bridge = f"""
        FROM ir_model_data mine
        JOIN ir_model_fields field ON field.id = mine.res_id
       WHERE mine.model = 'ir.model.fields' AND mine.module = '{addon}'
         AND NOT EXISTS (SELECT FROM ir_model_data other
                          WHERE other.model = mine.model AND other.res_id = mine.res_id
                            AND other.module <> mine.module)"""
    columns = database.rows(f"SELECT replace(field.model, '.', '_'), field.name {of_bridge}")
    tables = database.rows(
        f"SELECT DISTINCT field.relation_table {of_bridge} AND field.relation_table IS NOT NULL"
    )
    outcome = database.uninstall(addon)
    assert (outcome.returncode, outcome.complaints) == (0, [])
    left = database.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    )
    found = {tuple(column) for column in left}
    assert [column for column in columns if tuple(column) in found] == []
    names = {table for table, _column in found}
    assert [table for (table,) in tables if table in names] == []
    assert database.rows(f"SELECT name FROM ir_model_data WHERE module = '{addon}'") == []
    assert database.states(*TRIGGERS[addon]) == dict.fromkeys(TRIGGERS[addon], "installed")
