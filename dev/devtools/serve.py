"""``make run``: the app in the browser."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import databases, odoo_process, prepare, settings
from .console import Failure, Progress, say

_LOGINS = settings.DEV / "demo-logins.txt"
_BUNDLE = """
bundle = env["ir.qweb"]._get_asset_bundle("web.assets_web")
bundle.css(), bundle.js()
env.cr.commit()
"""


def run(*arguments):
    """Prepare what is missing, then serve the app until interrupted. ``arguments`` go
    to Odoo.
    """
    port = _free_port()
    prepare.ensure()
    if os.environ.get("FRESH", "") not in ("", "0"):
        say(f"Starting over: dropping database {settings.DB_RUN}")
        databases.drop(settings.DB_RUN)
    _ensure_database()
    return _serve(port, arguments)


def _free_port():
    """The port to listen on, refused before any work is done if somebody else has it."""
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"PORT={text} is not a port number")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError as error:
            raise Failure(
                f"Port {text} is reserved for root: choose another one, 'make run PORT=8070'"
            ) from error
        except OSError as error:
            advice = (
                f"stop what listens there, or choose another one: 'make run PORT={int(text) + 1}'"
            )
            raise Failure(f"Port {text} is taken: {advice}") from error
    return int(text)


def _ensure_database():
    """Create the database, or bring it up to the addons' present code while keeping its
    data.
    """
    name, current = settings.DB_RUN, settings.addons_fingerprint()
    made_from = databases.note(name).get("addons")
    if made_from is None:
        template = databases.ensure_app_template()
        complaints = databases.note(template).get("complaints", ())
        if complaints:
            say(
                f"WARNING: {len(complaints)} complaints during installation, the first is: {complaints[0]}"
            )
        databases.create_from(template, f"{name}_new")
        say("Bundling the browser files, so that the first page comes at once")
        odoo_process.shell(f"{name}_new", _BUNDLE)
        databases.write_note(f"{name}_new", addons=current)
        databases.rename(f"{name}_new", name)
    elif made_from != current:
        modules = ",".join(settings.app_addons())
        label = f"The addons changed: updating {modules} in database {name}"
        try:
            odoo_process.run_or_fail(
                *(
                    "-d",
                    name,
                    "-i",
                    modules,
                    "-u",
                    modules,
                    "--with-demo",
                    "--stop-after-init",
                    "--no-http",
                ),
                label=label,
                log="update-app.log",
            )
        except Failure as failure:
            raise Failure(f"{failure}; mend it, or start over with 'make run FRESH=1'") from failure
        databases.write_note(name, addons=current)


def _serve(port, arguments):
    """Run Odoo in the foreground: warnings on the screen, everything in the log."""
    log = settings.LOGS / "run.log"
    name = settings.DB_RUN
    options = (
        "-d",
        name,
        f"--db-filter=^{name}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
    )
    progress = Progress("Starting Odoo")
    with log.open("w", encoding="utf-8") as output:
        # A session of its own: Ctrl-C comes here only, and Odoo is then asked once to
        # stop.
        process = odoo_process.start(
            *options, *arguments, stdout=output, stderr=output, start_new_session=True
        )
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        _wait_until_it_answers(process, port, progress, log)
        print(_welcome(port, log), flush=True)
        return _follow(process, log)
    except KeyboardInterrupt:
        say("Stopping Odoo; the data stay, 'make run' goes on with them")
        process.terminate()
        process.wait()
        return 0
    finally:
        if process.poll() is None:
            process.terminate()


def _wait_until_it_answers(process, port, progress, log):
    """Ask for the login page until it comes, which also makes its assets ready."""
    while True:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/web/login", timeout=300
            ) as answer:
                answer.read()
            progress.done()
            return
        except (urllib.error.URLError, OSError):
            progress.update("waiting for the first page")
            if process.poll() is not None:
                raise Failure(f"Odoo stopped while starting, see {os.path.relpath(log)}") from None
            time.sleep(0.3)


def _welcome(port, log):
    logins = [line.split(None, 2) for line in _LOGINS.read_text(encoding="utf-8").splitlines()]
    logins = [line for line in logins if line and not line[0].startswith("#")]
    rows = [
        f"    {row[0]:<12} {row[1]:<12} {row[2] if len(row) > 2 else ''}".rstrip() for row in logins
    ]
    return "\n".join(
        [
            "",
            f"  The app runs at  http://localhost:{port}",
            "",
            f"    {'login':<12} password",
            *rows,
            "",
            f"  Log: {os.path.relpath(log)}    Stop: Ctrl-C    Start over: make run FRESH=1",
            "",
        ]
    )


def _follow(process, log):
    """Show the warnings and errors of the log as they come, until Odoo ends."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(0, os.SEEK_END)
        while True:
            line = lines.readline()
            if line:
                if any(level in line for level in (" WARNING ", " ERROR ", " CRITICAL ")):
                    print(line.rstrip(), flush=True)
                continue
            try:
                process.wait(timeout=0.5)
                return process.returncode if process.returncode > 0 else 0
            except subprocess.TimeoutExpired:
                continue
