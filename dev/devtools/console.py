"""Talking to the developer, and running other programs without drowning anybody in
their output.
"""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time

from . import settings

_START = time.monotonic()
#: What Odoo, the Python environment, the server and the databases take on the disk.
_GIGABYTES_FROM_NOTHING = 4
_ERROR = re.compile(
    r"^[\w.]+(Error|Exception|Invalid\w*|Violation): |^(E|ERROR): | (ERROR|CRITICAL) "
)


class Failure(Exception):
    """Something is missing. The message is one clear line that says what to do."""


def say(message):
    """Print one line of progress with the seconds since the command began.

    Goes to stderr, so that the output of ``dev/psql`` and the like can be piped."""
    print(f"[{time.monotonic() - _START:4.0f}s] {message}", file=sys.stderr, flush=True)


class Progress:
    """A line that changes in place on a terminal, and shows up every ten seconds
    elsewhere.
    """

    def __init__(self, label):
        self.label, self.shown, self.terminal = label, 0.0, sys.stderr.isatty()
        say(label)

    def update(self, text):
        now = time.monotonic()
        if now - self.shown < (0.2 if self.terminal else 10):
            return
        self.shown = now
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"[{now - _START:4.0f}s]   {text}"[:width]
            print(f"\r{line:<{width}}", end="", file=sys.stderr, flush=True)
        else:
            say(f"  {text}")

    def done(self):
        if self.terminal and self.shown:
            print(
                "\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r",
                end="",
                file=sys.stderr,
                flush=True,
            )


def run(command, what, log, **kwargs):
    """Run a program, its output going to the file ``log`` below the log folder; fail
    with one line about ``what``.
    """
    path = settings.LOGS / log
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        try:
            code = subprocess.run(
                list(map(str, command)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **kwargs,
            ).returncode
        except OSError as error:
            raise Failure(f"{what}: {error}") from error
    if code:
        raise Failure(explain(what, path))
    return path


def explain(what, log):
    """One line about a program that failed, from what it wrote into its log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    where = f"(all of it: {os.path.relpath(log)})"
    if "No space left on device" in text or shutil.disk_usage(settings.ROOT).free < 2**20:
        return f"{what}: the disk is full; free some space and run the command again {where}"
    network = (
        "Temporary failure",
        "Could not resolve",
        "Failed to establish",
        "NewConnectionError",
        "Network is unreach",
    )
    network += (
        "Connection failed",
        "Could not connect",
        "timed out",
        "Unable to connect",
        "ETIMEDOUT",
        "EAI_AGAIN",
    )
    if any(sign in text for sign in network):
        return f"{what}: the network did not answer; run the command again when it is back {where}"
    lines = [
        line.strip()
        for line in text.splitlines()
        if line.strip() and not line.startswith((" ", "[notice]"))
    ]
    # Of an Odoo log the exception is wanted, not the farewell of its connection pool.
    errors = [line for line in lines if _ERROR.search(line)]
    return f"{what}: {(errors or lines or ['failed without a word'])[-1]} {where}"


def check_disk():
    """Refuse to start on a disk that is all but full: half of a database helps nobody."""
    needed = 0.5 if settings.DATA_DIR.exists() else _GIGABYTES_FROM_NOTHING
    free = shutil.disk_usage(settings.ROOT).free / 2**30
    if free < needed:
        raise Failure(
            f"The disk is full: {free:.1f} GB are free below {settings.ROOT}, "
            f"{needed:g} GB are needed; free some and run the command again"
        )


@contextlib.contextmanager
def lock(name):
    """Hold a lock among all commands of this clone, waiting for it if need be."""
    settings.HOME.mkdir(exist_ok=True)
    with (settings.HOME / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command of this clone to finish its preparations")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def reporting(function, *args):
    """Call ``function``, turning what can be expected to go wrong into one line and an
    exit code.
    """
    try:
        return function(*args) or 0
    except Failure as failure:
        print(f"\nERROR: {failure}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted; the next run takes it up where it is.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
    except OSError as error:
        reasons = {
            errno.ENOSPC: "the disk is full; free some space and run the command again",
            errno.EACCES: "not allowed; .odoo/ belongs to another user: run as that user, or remove it with 'make clean'",
        }
        print(
            f"\nERROR: {error.filename or ''}: {reasons.get(error.errno, error)}",
            file=sys.stderr,
        )
    return 1
