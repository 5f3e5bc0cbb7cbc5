"""A process that works the queue off: ``python -m devtools.bench.worker CONFIG DATABASE TASK``.

Says "ready" when Odoo is loaded, works whenever it is told so, and reports as JSON.
"""

import json
import sys
import time

from ..measure import open_environment
from .contender import Contender, measure
from .passes import drain, run_pass

# Times that a batch is tried again in a row after another worker got in its way.
_PATIENCE = 50


def drain_beside_others(env):
    """Work the queue off together with other processes; returns the number of customers."""
    from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CONCURRENCY_ERRORS

    queue, count, tries = env["crm.lifecycle.queue"], 0, 0
    while tries < _PATIENCE:
        try:
            done = queue._process_next()
            env.cr.commit()
        except CONCURRENCY_ERRORS:
            env.cr.rollback()
            env.invalidate_all()
            tries += 1
            continue
        tries, count = 0, count + done
        if not done:
            return count
    raise AssertionError(f"gave way {_PATIENCE} times in a row")


def main(config_file, database, task):
    from odoo.tools import config

    config.parse_config(["-c", config_file, "--log-level=error", "--no-http"])
    env = open_environment(database)
    # Loads what every process loads once.
    env["crm.lifecycle.queue"]._get_running_passes()
    env.cr.rollback()
    tasks = {
        "drain": lambda: drain_beside_others(env),
        "fill": lambda: drain(env),
        "rebuild": lambda: run_pass(env, "demand").total,
    }
    print("ready", flush=True)
    for _go in sys.stdin:
        if task == "drain":
            start = time.perf_counter()
            count = tasks[task]()
            report = {"customers": count, "seconds": time.perf_counter() - start}
        else:
            report = vars(measure(Contender(task, task, env, run=tasks[task])))
        print(json.dumps(report), flush=True)
    env.cr.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
