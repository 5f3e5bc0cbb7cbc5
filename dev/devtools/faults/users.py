"""The process of a user: one operation after the other, each in a transaction."""

import json
import logging
import random
import threading
import time
from functools import partial

from . import blame
from .operations import OPERATIONS, Desk, NothingToDo

#: Kinds of operations that are tried before a user finds nothing to do.
_TRIES = 200
_OWN_LOGGER = "odoo.addons.crm_lifecycle"


class Complaints(logging.Handler):
    """Collects what our addons log as a warning or worse."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        if record.name.startswith(_OWN_LOGGER):
            trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
            self.found.append({"message": record.getMessage()[:500], "trace": trace[-3000:]})


def work(scene, number, seed, count, board, log):
    """Do ``count`` operations as the user of that number.

    :param dict scene: see ``scene.prepare``
    :param board: memory shared with the other processes, see ``drill``
    :param log: path to which a line of JSON per operation is appended
    """
    rng = random.Random(seed)  # noqa: S311 a recorded seed, not a secret
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    with open(log, "a", encoding="utf-8") as lines:
        for _index in range(count):
            told = _next_operation(scene, number, rng)
            told["complaints"], complaints.found = complaints.found, []
            lines.write(json.dumps(told) + "\n")
            lines.flush()
            board.count_operation(number)


def _next_operation(scene, number, rng):
    """Do a random operation, passing over those that find no document to do it with."""
    weights = [operation.weight for operation in OPERATIONS]
    for _index in range(_TRIES):
        [operation] = rng.choices(OPERATIONS, weights)
        company_id = rng.choices(scene["company_ids"], scene["company_weights"])[0]
        told = {
            "user": number,
            "operation": operation.name,
            "role": operation.role,
            "company": company_id,
            "retries": [],
        }
        try:
            run(scene, operation, company_id, rng.getrandbits(64), told)
        except NothingToDo:
            continue
        return told
    raise AssertionError(f"user {number} finds nothing to do")


def run(scene, operation, company_id, seed, told):
    """Do an operation as the host does a request, and note how it went in ``told``."""
    from odoo import api
    from odoo.exceptions import UserError
    from odoo.modules.registry import Registry
    from odoo.service.model import retrying

    registry = Registry(scene["database"]).check_signaling()
    uid = scene["users"][told["user"]][operation.role]
    thread = threading.current_thread()
    thread.dbname, thread.uid = scene["database"], uid
    started = time.perf_counter()
    try:
        # What is raised has to leave the cursor's block, which commits otherwise.
        with registry.cursor() as cr:
            context = {"allowed_company_ids": [company_id], "lang": "en_US", "tz": "UTC"}
            env = api.Environment(cr, uid, context)
            env.transaction.default_env = env
            retrying(partial(_attempt, env, scene, operation, seed, told["retries"]), env)
        told["outcome"] = "ok"
    except NothingToDo:
        raise
    except UserError as error:
        told["outcome"] = "refused"
        told["error"] = blame.describe(error)
        if operation.on_ours and told["error"]["ours"]:
            told["error"].update(ours=False, our_rule=True)
    except Exception as error:  # noqa: BLE001 whatever it is, it is what is looked for
        told["outcome"] = "failed"
        told["error"] = blame.describe(error, with_trace=True)
    told["ms"] = round((time.perf_counter() - started) * 1000, 1)


def _attempt(env, scene, operation, seed, retries):
    """One try of an operation; another one after a collision makes the same choices."""
    from psycopg2 import IntegrityError, OperationalError

    from odoo.exceptions import ConcurrencyError

    rng = random.Random(seed)  # noqa: S311
    try:
        operation.function(Desk(env, rng, scene))
        env.cr.flush()
    except (IntegrityError, OperationalError, ConcurrencyError) as error:
        retries.append(blame.describe(error))
        raise
