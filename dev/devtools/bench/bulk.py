"""Rows copied by the million: without indexes and keys while they are, and in parallel."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import psycopg2

#: Of the sessions that load and index; the server's own settings are not touched.
SETTINGS = (
    "SET jit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB';"
    "SET synchronous_commit = off; SET max_parallel_maintenance_workers = 1"
)
#: Tables that are loaded, and later indexed, at the same time.
SESSIONS = 2


@dataclass(frozen=True)
class Copy:
    """Copies of a template row.

    :param str table: of the host
    :param str kind: whose row in ``bench.t_<kind>`` is copied, none to have it all in ``values``
    :param str source: FROM clause whose alias ``s`` has a column ``rank``, the company's
    :param dict values: SQL of what is not as in the template, by column
    """

    table: str
    kind: str | None
    source: str
    values: dict

    def statement(self, columns):
        """Return the INSERT for a table of these columns."""
        names = [name for name in columns if name in self.values or self.kind]
        unknown = set(self.values) - set(names)
        assert not unknown, f"{self.table} has no {', '.join(sorted(unknown))}"
        listed = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(self.values.get(name, f't."{name}"') for name in names)
        template = f" JOIN bench.t_{self.kind} t ON t.bench_rank = s.rank" if self.kind else ""
        return f"INSERT INTO {self.table} ({listed}) SELECT {values} FROM {self.source}{template}"


def connect(database):
    """A connection for loading, each statement a transaction."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with connection.cursor() as cr:
        cr.execute(SETTINGS)
    return connection


def columns_of(cr, table):
    cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in cr.fetchall()]


def load(database, copies, known, say):
    """Insert all copies, then index what was inserted and check its foreign keys.

    :param list copies: of :class:`Copy`, any number a table
    :param dict known: parameters of their SQL
    :param say: function that is told of the progress
    """
    by_table = {}
    for copy in copies:
        by_table.setdefault(copy.table, []).append(copy)
    with connect(database) as connection, connection.cursor() as cr:
        stripped = {table: _strip(cr, table) for table in by_table}
        statements = {
            table: [copy.statement(columns_of(cr, table)) for copy in own]
            for table, own in by_table.items()
        }

    def insert(cr, table):
        count = 0
        for statement in statements[table]:
            cr.execute(statement, known)
            count += cr.rowcount
        _forward(cr, table)
        say(f"  {table}: {count:,} rows")

    def index(cr, table):
        for definition in stripped[table]["indexes"]:
            cr.execute(definition)
        cr.execute(f"ANALYZE {table}")

    def check(cr, table):
        for definition in stripped[table]["keys"]:
            cr.execute(definition)
        # Marks the pages as visible to all, which plans rely on.
        cr.execute(f"VACUUM (ANALYZE) {table}")
        say(f"  {table}: indexed and checked")

    # One after the other: a new foreign key locks the table that it points at.
    lock = threading.Lock()

    def add_keys(cr, table):
        with lock:
            for definition in stripped[table]["unchecked"]:
                cr.execute(definition)

    for step in (insert, index, add_keys, check):
        _in_parallel(database, step, by_table)


def _in_parallel(database, step, tables):
    def run(table):
        connection = connect(database)
        try:
            with connection.cursor() as cr:
                step(cr, table)
        finally:
            connection.close()

    with ThreadPoolExecutor(SESSIONS) as pool:
        for done in as_completed([pool.submit(run, table) for table in tables]):
            done.result()


def _strip(cr, table):
    """Drop a table's indexes and foreign keys; return the statements that bring them back."""
    cr.execute(
        "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY conname",
        [table],
    )
    unchecked, keys, indexes = [], [], []
    for name, definition, kind in cr.fetchall():
        cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        if kind == "u":
            indexes.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        else:
            unchecked.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition} NOT VALID')
            keys.append(f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"')
    cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT EXISTS ("
        "SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)"
        " ORDER BY 1",
        [table],
    )
    for name, definition in cr.fetchall():
        cr.execute(f"DROP INDEX {name}")
        indexes.append(definition)
    return {"indexes": indexes, "unchecked": unchecked, "keys": keys}


def _forward(cr, table):
    """Set the table's sequence behind the last id, where it has one."""
    if "id" in columns_of(cr, table):
        cr.execute(f"SELECT SETVAL(PG_GET_SERIAL_SEQUENCE('{table}', 'id'), MAX(id)) FROM {table}")
