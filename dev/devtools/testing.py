"""``make test``: everything through pytest, on a fresh copy of the app template."""

import fcntl
import os
from pathlib import Path

from . import browser, databases, odoo_process, parallel, prepare, settings
from .console import say


def test(*arguments):
    """Prepare what is missing, then become pytest. ``arguments`` go to pytest."""
    browser.ensure()
    prepare.ensure()
    template = databases.ensure_app_template()
    name = _reserve_database()
    workers = settings.workers(default=1 if arguments else os.cpu_count())
    say(f"Copying {template} to {name}" + (f", once for each of {workers}" * (workers > 1)))
    databases.create_from(template, name)
    needed = _get_needed(arguments)
    if needed:
        databases.install_apart(name, *needed)
    if workers > 1:
        for number in range(workers):
            databases.create_from(name, parallel.database(name, f"gw{number}"))
        # A file's tests stay together: they share what its classes set up.
        arguments = ("--numprocesses", str(workers), "--dist", "loadfile", *arguments)
    command = pytest_command(name, *arguments)
    os.chdir(settings.ROOT)
    os.execve(command[0], command, pytest_environment())


def pytest_command(database, *arguments):
    """The command line of pytest on a database; ``arguments`` say which tests."""
    return [
        *(str(settings.PYTHON), "-m", "pytest"),
        *("-p", "devtools.parallel", "-p", "devtools.log_guard"),
        *(
            f"--odoo-database={database}",
            f"--odoo-config={settings.CONFIG}",
            "--odoo-http",
            "--odoo-log-level=warn",
        ),
        *arguments,
    ]


def pytest_environment():
    """The variables for pytest."""
    return {
        **odoo_process.environment(),
        "PYTHONPATH": str(settings.DEV),
        # No job runner in the process of the tests: it would do jobs behind their back.
        "ODOO_QUEUE_JOB_CHANNELS": "root:0",
    }


def _get_needed(arguments):
    """The addons of others that the tests need which ``arguments`` name by their path."""
    named = {part for argument in arguments for part in Path(argument).parts[:1]}
    bridges = settings.bridges_apart()
    return sorted({needed for name in named & bridges.keys() for needed in bridges[name]})


def _reserve_database():
    """A name for the database that no other test run of this clone is using.

    The lock lasts as long as this process and the pytest that it becomes; the database
    stays for a look at what went wrong, until the next run takes its name.
    """
    for number in range(1, 100):
        name = settings.DB_TEST if number == 1 else f"{settings.DB_TEST}_{number}"
        handle = os.open(settings.HOME / f"{name}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        os.set_inheritable(handle, True)
        return name
    raise AssertionError("a hundred test runs at once")
