"""The short form of ``dev/faults``: users collide, workers are killed, and nothing is lost."""

import json
import linecache
import subprocess

import pytest
from devtools import databases, odoo_process, settings
from devtools.faults import blame

OPERATIONS = 120
SEED = 4


#: A figure that is wrong, a move that is missing, a customer who was set aside.
SPOIL = f"""
import json, sys
sys.path.insert(0, {str(settings.DEV)!r})
from devtools.faults import check
env.cr.execute("SELECT MIN(id), MAX(id) FROM crm_lifecycle_profile")
first, last = env.cr.fetchone()
env.cr.execute("UPDATE crm_lifecycle_profile SET purchase_count = 99 WHERE id = %s", [first])
env.cr.execute("DELETE FROM crm_lifecycle_transition WHERE profile_id = %s", [last])
env["crm.lifecycle.queue"].create({{
    "partner_ref": 1, "reason": "document", "queued_at": "2026-01-01", "failed_at": "2026-01-01",
    "error": "spoilt",
}})
env.cr.commit()
print(json.dumps(check.compare(env.cr.dbname)["differences"]))
"""


@pytest.fixture(scope="module")
def summary(request, tmp_path_factory):
    """Run the command once; each test looks at what it came to."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name, folder = f"{base}_faults", tmp_path_factory.mktemp("faults")
    databases.create_from(settings.DB_APP_TEMPLATE, name)
    try:
        done = subprocess.run(
            [
                *(str(settings.PYTHON), "-m", "devtools.faults"),
                *("--seed", str(SEED), "--operations", str(OPERATIONS), "--users", "3"),
                *("--customers", "15", "--kills", "6", "--rounds", "1"),
                *("--config", str(settings.CONFIG), "--database", name),
                *("--logs", str(folder), "--json", str(folder / "summary.json")),
            ],
            env={**odoo_process.environment(), "PYTHONPATH": str(settings.DEV)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (folder / "summary.json").exists(), done.stderr[-3000:]
        found = json.loads((folder / "summary.json").read_text())
        found["exit_code"] = done.returncode
        found["after_spoiling"] = json.loads(odoo_process.shell(name, SPOIL))
        yield found
    finally:
        databases.drop(name)


def test_users_have_worked(summary):
    kinds = summary["operations"].values()
    assert sum(kind["ok"] + kind["refused"] + kind["failed"] for kind in kinds) == OPERATIONS
    assert sum(kind["ok"] for kind in kinds) > 0.7 * OPERATIONS


def test_workers_were_hit_amid_their_work(summary):
    assert summary["kills"] + summary["cuts"] == 6
    assert summary["kills"] >= 1
    assert summary["kills_amid_work"] >= 1


def test_profiles_and_moves_are_what_a_recomputation_gives(summary):
    last = summary["rounds"][-1]
    assert last["operations"] == OPERATIONS
    assert last["profiles"] > summary["rounds"][0]["profiles"]
    assert last["moves"] > summary["rounds"][0]["moves"]
    assert [round_["differences"] for round_ in summary["rounds"]] == [[], []]


def test_nothing_is_left_in_the_queue(summary):
    assert [round_["queue_rows_left"] for round_ in summary["rounds"]] == [0, 0]
    assert summary["unexpected_ends"] == 0


def test_no_transaction_of_a_user_failed_because_of_us(summary):
    assert summary["failures_because_of_us"] == []
    assert summary["complaints_of_ours"] == []
    assert summary["exit_code"] == 0


@pytest.mark.parametrize("sign", ['"purchase_count": 99', "missing: ", "set aside: spoilt"])
def test_the_comparison_finds_what_is_wrong(summary, sign):
    assert [text for text in summary["after_spoiling"] if sign in text]


def _raise_in(filename, *lines):
    """Return the exception that lines of code in a file raise."""
    source = "\n".join(lines) + "\n"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    with pytest.raises(ValueError, match="told") as caught:
        exec(compile(source, filename, "exec"), {"super": _Host, "ValueError": ValueError})
    return caught.value


class _Host:
    def write(self, message="told by the host"):
        raise ValueError(message)


@pytest.mark.parametrize(
    ("filename", "line", "ours"),
    [
        ("/x/odoo/addons/sale/models/sale_order.py", "raise ValueError('told')", False),
        ("/x/crm_lifecycle/models/sale_order.py", "raise ValueError('told')", True),
        ("/x/crm_lifecycle/models/sale_order.py", "super().write()", False),
        ("/x/crm_lifecycle_stock/models/stock_move.py", "raise ValueError('told')", True),
        (
            "/x/odoo/addons/sale/models/sale_order.py",
            "super().write('told of crm_lifecycle_profile')",
            True,
        ),
    ],
)
def test_a_failure_is_ours_unless_the_host_brought_it_about(filename, line, ours):
    assert blame.is_ours(_raise_in(filename, line)) is ours
