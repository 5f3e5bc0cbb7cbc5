"""Running Odoo as a program: its configuration, its progress, and the complaints in its
log.
"""

import ctypes
import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo_source, postgres, settings
from .console import Failure, Progress, explain

_LOG_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>[^:\s]+): "
)
_LOADING = re.compile(r"odoo\.modules\.loading: Loading module (\S+) \((\d+)/(\d+)\)")

#: Complaints that Odoo itself makes, whatever our addons do: (logger, beginning of the
#: message).
HOST_NOISE = (
    # Odoo's own use of its Python dependencies; the warning names the file, ours never
    # passes.
    ("py.warnings", ""),
    # The embedded PostgreSQL has no such extension; Odoo searches without it.
    ("odoo.addons.base.models.ir_module", "unable to install extension"),
    # Outside of CI, browser tests are skipped where there is no browser.
    (None, "Chrome executable not found"),
)


@dataclass
class Outcome:
    """What one run of Odoo came to."""

    returncode: int
    log: Path
    complaints: list = field(default_factory=list)

    @property
    def text(self):
        """The whole log."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def is_noise(logger, message):
    """Whether a warning or error is one of the host's own, known and harmless."""
    ours = any(f"/{name}/" in message for name in settings.addons())
    return not ours and any(
        logger == name and message.startswith(start) for name, start in HOST_NOISE
    )


def write_config():
    """Write ``.odoo/odoo.conf``, for our own commands and for editors that start Odoo
    or pytest themselves.
    """
    reach = postgres.environment()
    options = {
        "addons_path": ",".join(map(str, odoo_source.addons_path())),
        "data_dir": settings.DATA_DIR,
        "http_interface": "127.0.0.1",
        "limit_time_real": 1200,
        "limit_time_cpu": 1200,
        "db_host": reach.get("PGHOST", ""),
        "db_port": reach.get("PGPORT", ""),
        "db_user": reach.get("PGUSER", ""),
    }
    lines = [f"{name} = {value}\n" for name, value in options.items() if value != ""]
    partial = settings.CONFIG.with_suffix(".partial")
    partial.write_text("[options]\n" + "".join(lines), encoding="utf-8")
    partial.rename(settings.CONFIG)


def environment():
    """The variables for a program that works with this Odoo and this server."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PGDATABASE", "PYTHONPATH")
    }
    path = [
        str(settings.VENV / "bin"),
        str(postgres.program("psql").parent),
        os.environ.get("PATH", os.defpath),
    ]
    return {
        **variables,
        **postgres.environment(),
        "ODOO_RC": str(settings.CONFIG),
        "PATH": os.pathsep.join(path),
    }


def command(*args):
    """The command line that starts Odoo with ``args``."""
    return [str(settings.PYTHON), "-m", "odoo", *map(str, args)]


def start(*args, **kwargs):
    """Start Odoo in the background; it stops when this process does, however that comes
    about.
    """
    return subprocess.Popen(
        command(*args),
        env=environment(),
        cwd=settings.HOME,
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with_parent,
        **kwargs,
    )


def _die_with_parent():
    """Ask Linux to stop this process when its parent ends, so that a killed command
    leaves no Odoo behind.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(1, signal.SIGTERM)


def run(*args, label=None, log="odoo.log"):
    """Run Odoo to its end and return its :class:`Outcome`, showing which module it is
    loading.
    """
    path = settings.LOGS / log
    path.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(label) if label else None
    complaints = []
    process = start(
        *args,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        with path.open("w", encoding="utf-8") as output:
            for line in process.stdout:
                output.write(line)
                loading = _LOADING.search(line)
                if progress and loading:
                    progress.update("module {1} of {2}: {0}".format(*loading.groups()))
                _collect(line, complaints)
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if progress:
        progress.done()
    return Outcome(process.returncode, path, complaints)


def shell(database, code):
    """Run Python code in an Odoo shell on ``database``, with ``env`` at hand, and
    return what it prints.
    """
    done = subprocess.run(
        command("shell", "-d", database, "--no-http", "--log-level=warn"),
        env=environment(),
        cwd=settings.HOME,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(
            f"Odoo shell on {database}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}"
        )
    return done.stdout


def _collect(line, complaints):
    """Add a log line to the list when it is a warning or worse that the host does not
    make by itself.
    """
    found = _LOG_LINE.match(line)
    if not found or found["level"] not in ("WARNING", "ERROR", "CRITICAL"):
        return
    message = line[found.end() :].rstrip()
    if not is_noise(found["logger"], message):
        complaints.append(f"{found['level']} {found['logger']}: {message}")


def run_or_fail(*args, label, log):
    """Like :func:`run`, but fail when Odoo does or when it left modules uninstalled."""
    outcome = run(*args, label=label, log=log)
    if outcome.returncode:
        raise Failure(explain(label, outcome.log))
    return outcome
