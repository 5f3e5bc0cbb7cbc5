"""OCA's job queue beside the addons, in a database of its own: the bridge comes by itself,
its tests pass, a job runner does passes, and the bridge goes without a trace.
"""

import json
import socket

import pytest
from devtools import apart, odoo_process, settings

BRIDGE = "crm_lifecycle_queue_job"

#: Passes that nobody but the job runner can do, for the server has no cron; and one whose
#: job is not due for long, for what comes after.
RUN_PASSES = """
import json, time
passes = env["crm.lifecycle.pass"]

def wait(condition):
    ends_at = time.monotonic() + 180
    while not condition() and time.monotonic() < ends_at:
        env.cr.rollback()
        time.sleep(0.1)

wait(passes._has_job_runner)
passes.search([("state", "=", "waiting")]).sudo().unlink()
rebuild = passes._start("demand")
env.cr.commit()
wait(lambda: rebuild.state == "done")
night = passes._start("night")
env.cr.commit()
wait(lambda: night.state == "done")
wait(lambda: not passes._search_jobs())
jobs = env["queue.job"].search([("model_name", "=", "crm.lifecycle.pass")])
left = passes._start("demand")
passes._search_jobs().eta = "2090-01-01 00:00:00"
env.cr.commit()
print("FOUND", json.dumps({
    "states": [rebuild.state, night.state],
    "complete": rebuild.looked == rebuild.total > 0,
    "jobs": sorted({(job.method_name, job.state, job.channel) for job in jobs}),
}))
"""

WORK_OFF = """
env.ref("crm_lifecycle.ir_cron_process_queue").method_direct_trigger()
env.cr.commit()
print("STATE", env["crm.lifecycle.pass"].search([], limit=1).state)
"""

#: What the bridge may have left, as {table: condition}.
TRACES = {
    "queue_job": "model_name = 'crm.lifecycle.pass'",
    "queue_job_function": "name LIKE '%crm.lifecycle%'",
    "queue_job_channel": "complete_name LIKE '%crm_lifecycle%'",
    "ir_model_data": f"module = '{BRIDGE}'",
}


@pytest.fixture(scope="module")
def database(request):
    """A copy of the app template with the job queue, dropped after the last test."""
    with apart.database(request, "queue_job", "queue_job") as database:
        yield database


def test_the_bridge_comes_with_the_job_queue(database):
    assert database.install.complaints == []
    assert database.states(BRIDGE, "queue_job") == {BRIDGE: "installed", "queue_job": "installed"}


def test_the_tests_of_the_bridge_pass(database):
    assert database.run_tests(f"{BRIDGE}/tests").returncode == 0


def test_a_job_runner_does_passes(database, monkeypatch):
    monkeypatch.setenv("ODOO_QUEUE_JOB_CHANNELS", "root:4,root.crm_lifecycle:2")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (settings.LOGS / f"{database.name}-runner.log").open("w", encoding="utf-8") as output:
        server = odoo_process.start(
            *("-d", database.name, f"--db-filter=^{database.name}$"),
            *("--load=base,web,queue_job", f"--http-port={port}", "--max-cron-threads=0"),
            stdout=output,
            stderr=output,
        )
        try:
            printed = odoo_process.shell(database.name, RUN_PASSES)
        finally:
            server.terminate()
            server.wait()
    found = json.loads(printed.split("FOUND ")[1])
    assert found == {
        "states": ["done", "done"],
        "complete": True,
        "jobs": [
            ["_job_gather", "done", "root.crm_lifecycle"],
            ["_job_work", "done", "root.crm_lifecycle"],
        ],
    }


def test_uninstalling_the_bridge_leaves_its_passes_to_the_cron(database):
    pending = "SELECT 1 FROM queue_job WHERE state = 'pending'"
    assert database.rows(pending), "the job runner has left no job"
    assert database.traces(TRACES) == list(TRACES)
    outcome = database.uninstall(BRIDGE)
    assert outcome.returncode == 0
    assert outcome.complaints == []
    assert database.traces(TRACES) == []
    # The pass that the job was for.
    assert odoo_process.shell(database.name, WORK_OFF).split("STATE ")[1].strip() == "done"
