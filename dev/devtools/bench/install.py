"""Installing the addons on a full database: ``python -m devtools.bench.install CONFIG DATABASE FILE``.

Meanwhile another connection looks who holds a lock on a table of the host that would stop
people from working.
"""

import json
import subprocess
import sys
import threading
import time

import psycopg2

from .. import settings

# Seconds between two looks, and from when on a lock is told.
_INTERVAL, _LONG = 0.1, 1.0
#: Locks that stop writing, and the one that stops reading as well.
_LOCKS = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


class LockWatch(threading.Thread):
    """Notes how long each table that was there before is locked, and how."""

    def __init__(self, database):
        super().__init__(daemon=True)
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True
        self.ended = threading.Event()
        self.since, self.longest = {}, {}
        with self.connection.cursor() as cr:
            cr.execute(
                "SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                " 'public'::regnamespace AND reltuples > 0"
            )
            self.tables = [oid for (oid,) in cr.fetchall()]

    def run(self):
        with self.connection.cursor() as cr:
            while not self.ended.wait(_INTERVAL):
                cr.execute(
                    "SELECT relation::regclass::text, mode, pid FROM pg_locks"
                    " WHERE granted AND relation = ANY(%s::oid[]) AND mode = ANY(%s)"
                    # Copies of a database have tables of the same number.
                    " AND database = (SELECT oid FROM pg_database"
                    "                  WHERE datname = current_database())",
                    [self.tables, list(_LOCKS)],
                )
                now, held = time.monotonic(), set(cr.fetchall())
                self.since = {lock: self.since.get(lock, now) for lock in held}
                for (table, mode, _pid), start in self.since.items():
                    key = (table, mode)
                    self.longest[key] = max(self.longest.get(key, 0.0), now - start)

    def end(self):
        """Stop watching; returns ``[table, lock, seconds]`` of those held for long."""
        self.ended.set()
        self.join()
        self.connection.close()
        return sorted(
            (
                [*key, round(seconds, 1)]
                for key, seconds in self.longest.items()
                if seconds >= _LONG
            ),
            key=lambda lock: -lock[2],
        )


def main(config_file, database, output):
    watch = LockWatch(database)
    watch.start()
    start = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "odoo", "-c", config_file, "-d", database),
            *("-i", ",".join(settings.addons()), "--stop-after-init", "--no-http"),
            "--log-level=warn",
        ],
        check=False,
    )
    seconds = time.monotonic() - start
    locks = watch.end()
    assert not done.returncode, "the installation failed, see above"
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"seconds": seconds, "locks": locks}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
