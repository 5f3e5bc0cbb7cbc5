"""The workers that refresh customers, made to be killed."""

import logging
import random
import threading
import time

#: A worker rests for so long at most, in seconds, so that the queue has something to give.
_LONGEST_REST = 0.4
#: Share of rounds through the queue that a nightly sweep comes before.
_SWEEPS = 0.002
_LOST_CONNECTION = (
    "terminating connection",
    "server closed the connection",
    "connection already closed",
    "cursor already closed",
)
_COLLISION = ("could not serialize access", "duplicate key value", "deadlock detected")


class Complaints(logging.Handler):
    """Counts what the log has against our addons.

    Apart go collisions, which the host's cursor logs before the worker tries again, and
    what follows from a connection that was cut.
    """

    def __init__(self, board, number):
        super().__init__(logging.ERROR)
        self.board, self.number = board, number

    def emit(self, record):
        trace = ""
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
        text = f"{record.getMessage()} {trace}"
        if any(sign in text for sign in _LOST_CONNECTION):
            return
        if record.name == "odoo.sql_db" and any(sign in text for sign in _COLLISION):
            self.board.count_collision(self.number)
        elif record.exc_info or record.name.startswith("odoo.addons.crm_lifecycle"):
            self.board.count_complaint(self.number)


def work(scene, number, seed, board):
    """Work the queue off until the board says to stop.

    The first worker goes by the host's own loop over jobs, woken by the triggers that the
    documents left; the others call what the job calls.
    """
    from odoo.modules.registry import Registry

    registry = Registry(scene["database"])
    rng = random.Random(seed)  # noqa: S311 a recorded seed, not a secret
    logging.getLogger().addHandler(Complaints(board, number))
    threading.current_thread().dbname = scene["database"]
    _tell_when_busy(registry, number, board)
    while not board.stopped:
        try:
            registry.check_signaling()
            if number == 0:
                _run_jobs(scene["database"])
            else:
                _run_directly(registry, rng.random() < _SWEEPS and board.may_sweep, board)
        except Exception:  # noqa: BLE001 a worker goes on, whatever happened to it
            logging.getLogger(__name__).warning("worker %s failed", number, exc_info=True)
        time.sleep(rng.uniform(0, _LONGEST_REST))


def _tell_when_busy(registry, number, board):
    """Have the board show when a batch is being worked off, so that it can be hit."""
    queue = registry["crm.lifecycle.queue"]

    def watch(process):
        def watched(self, *args, **kwargs):
            board.busy[number] = True
            try:
                return process(self, *args, **kwargs)
            finally:
                board.busy[number] = False

        return watched

    queue._process_batch = watch(queue._process_batch)
    queue._process_documents = watch(queue._process_documents)


def _run_jobs(database):
    from odoo.addons.base.models.ir_cron import IrCron

    IrCron._process_jobs(database)
    # It names the thread, and leaves it nameless.
    threading.current_thread().dbname = database


def _run_directly(registry, sweep, board):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        queue = api.Environment(cr, SUPERUSER_ID, {})["crm.lifecycle.queue"]
        if sweep:
            queue._cron_sweep()
            board.count_sweep()
        queue._cron_process()
        cr.commit()
