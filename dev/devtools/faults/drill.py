"""The whole run: users, workers, kills, and a comparison at the end of each round."""

import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from . import check, processes, report, scene, users, workers
from .board import Board

#: Seconds that the workers are given to empty the queue when nobody adds to it.
_PATIENCE = 300
#: Seconds that a kill waits for a worker to be in the middle of a batch.
_WAIT_FOR_BUSY = 1.0
#: A worker is hit so long, at most, after a batch began, in seconds.
_LATEST_HIT = 0.06
#: Share of the faults that cut a worker's connection instead of killing the process.
_CUTS = 0.2
_TICK = 0.002
#: Differences of a round that are told at once.
_SHOWN = 6


class Drill:
    """One run on a database of its own."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        # Its own choices, so that the number of kills changes nothing for the users.
        self.rng = random.Random(f"{options.seed} kills")  # noqa: S311
        self.board = Board(options.users, options.workers)
        self.workers = {}
        self.faults = self._plan_faults()
        self.summary = {
            "seed": options.seed,
            "kills": 0,
            "kills_amid_work": 0,
            "cuts": 0,
            "unexpected_ends": 0,
            "rounds": [],
        }

    def _plan_faults(self):
        """Return the numbers of operations after which a worker is hit."""
        # None so late that the users are done before it comes.
        latest = max(1, int(self.options.operations * 0.95))
        return sorted(self.rng.randint(1, latest) for _number in range(self.options.kills))

    def run(self):
        """Do everything; return the summary."""
        started = time.monotonic()
        self.scene = processes.call(scene.prepare, self.options.database, self.options)
        self._say("customers, users and goods are there")
        self._start_workers()
        processes.call(check.sweep, self.options.database)
        self._end_round(processes.call(check.today, self.options.database), "before")
        for number in range(self.options.rounds):
            self._start_workers()
            day = processes.call(check.today, self.options.database)
            self._operate(number)
            self._end_round(day, number + 1)
        self.summary["seconds"] = round(time.monotonic() - started)
        self.summary["sweeps"] = self.board.sweeps
        self.summary["worker_complaints"] = self.board.complaints
        self.summary["worker_collisions"] = self.board.collisions
        self.summary.update(report.read_operations(self.folder))
        return self.summary

    # ------------------------------------------------------------
    # USERS
    # ------------------------------------------------------------

    def _operate(self, number):
        """Have the users do their share of a round while the workers are hit."""
        children = [
            processes.fork(
                f"{self.options.seed} {number} {user}",
                users.work,
                self.scene,
                user,
                f"{self.options.seed} {number} {user}",
                self._share(number, user),
                self.board,
                self.folder / f"user-{user}.jsonl",
            )
            for user in range(self.options.users)
        ]
        total = self.options.operations * (number + 1) // self.options.rounds
        first = self.options.operations * number // self.options.rounds
        while children:
            # What a sweep finds would hide that a change was not queued, so there is none
            # in the second half.
            self.board.may_sweep = self.board.operations < (first + total) / 2
            for pid in list(children):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    children.remove(pid)
                if status:
                    raise RuntimeError(f"A user's process ended with {processes.describe(status)}")
            self._restart_workers()
            if self.faults and self.board.operations >= self.faults[0]:
                self.faults.pop(0)
                self._hit_worker()
            time.sleep(_TICK)

    def _share(self, number, user):
        """Return how many operations of a round are a user's."""

        def upto(rounds):
            operations = self.options.operations * rounds // self.options.rounds
            return (operations + self.options.users - 1 - user) // self.options.users

        return upto(number + 1) - upto(number)

    # ------------------------------------------------------------
    # WORKERS
    # ------------------------------------------------------------

    def _start_workers(self):
        self.board.stopped = False
        for number in range(self.options.workers):
            if number not in self.workers:
                self._start_worker(number)

    def _start_worker(self, number):
        seed = self.rng.getrandbits(32)
        self.board.busy[number] = False
        self.workers[number] = processes.fork(
            seed, workers.work, self.scene, number, seed, self.board
        )

    def _restart_workers(self):
        """Start again what ended by itself, which no worker should."""
        for number, pid in list(self.workers.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.summary["unexpected_ends"] += 1
                self._start_worker(number)

    def _stop_workers(self):
        self.board.stopped = True
        for pid in self.workers.values():
            os.waitpid(pid, 0)
        self.workers.clear()

    def _hit_worker(self):
        """Kill a worker, or cut its connection, if possible in the middle of a batch."""
        number = self.rng.randrange(self.options.workers)
        is_cut = self.rng.random() < _CUTS
        delay = self.rng.random() * _LATEST_HIT
        end = time.monotonic() + _WAIT_FOR_BUSY
        while not self.board.busy[number] and time.monotonic() < end:
            time.sleep(_TICK)
        time.sleep(delay)
        if is_cut:
            self._cut_connections(self.workers[number])
            self.summary["cuts"] += 1
            return
        os.kill(self.workers[number], signal.SIGKILL)
        os.waitpid(self.workers[number], 0)
        self.summary["kills"] += 1
        self.summary["kills_amid_work"] += int(self.board.busy[number])
        self._start_worker(number)

    def _cut_connections(self, pid):
        """End the connections of a worker, as a restart of PostgreSQL does."""
        import psycopg2

        from odoo.sql_db import connection_info_for

        _name, info = connection_info_for(self.options.database)
        connection = psycopg2.connect(**info)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = %s AND application_name = %s",
                    [self.options.database, f"odoo-{pid}"],
                )
        finally:
            connection.close()

    # ------------------------------------------------------------
    # ROUNDS
    # ------------------------------------------------------------

    def _end_round(self, day, label):
        """Let the workers finish, and compare."""
        database = self.options.database
        left = processes.call(check.drain, database, _PATIENCE)
        swept = processes.call(check.today, database) != day
        if swept:
            # Profiles are about today: at midnight the nightly sweep has to come first.
            processes.call(check.sweep, database)
            left = processes.call(check.drain, database, _PATIENCE)
        self._stop_workers()
        found = processes.call(check.compare, database)
        self.summary["rounds"].append(
            {
                "round": label,
                "operations": self.board.operations,
                "kills": self.summary["kills"],
                "queue_rows_left": left,
                "after_a_midnight": swept,
                **found,
            }
        )
        self._say(
            f"round {label}: {self.board.operations} operations, {self.summary['kills']} kills,"
            f" {left} rows left in the queue, {found['profiles']} profiles and {found['moves']}"
            f" moves compared, {len(found['differences'])} differences"
        )
        for difference in found["differences"][:_SHOWN]:
            self._say(f"  {difference[:1500]}")

    @staticmethod
    def _say(message):
        print(f"[{time.strftime('%H:%M:%S')}] {message}", file=sys.stderr, flush=True)


def main(options):
    """Run on the database that the options name; the exit code is 1 if anything is wrong."""
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_all
    from odoo.tools import config

    folder = Path(options.logs or tempfile.mkdtemp(prefix="faults-"))
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("user-*.jsonl"):
        path.unlink()
    config.parse_config(
        [
            *("-c", options.config, "--no-http", "--log-level=warn"),
            f"--logfile={folder / 'odoo.log'}",
        ],
        setup_logging=True,
    )
    Registry(options.database)
    # What is forked from here starts with the registry, but with connections of its own.
    close_all()
    gc.collect()
    gc.freeze()
    summary = Drill(options, folder).run()
    print(report.text(summary, folder))
    if options.json:
        Path(options.json).write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    return 1 if report.wrongs(summary) else 0
