"""The commands themselves: what ``dev/cli.py NAME`` does."""

import os
import shutil

from . import (
    databases,
    host_tests,
    lint,
    odoo_process,
    postgres,
    prepare,
    serve,
    settings,
    testing,
)
from .bench import command as bench
from .console import Failure, reporting, say
from .faults import options as fault_options


def odoo(*args):
    """The Odoo command line in the environment of this clone."""
    prepare.ensure()
    command = odoo_process.command(*args)
    os.execve(command[0], command, odoo_process.environment())


def psql(*args):
    """psql on the server of this clone, on the database of ``make run`` unless another
    one is named.
    """
    prepare.ensure()
    environment = {
        "PGDATABASE": settings.DB_RUN,
        **os.environ,
        **postgres.environment(),
    }
    os.execve(postgres.program("psql"), ["psql", *args], environment)


def screenshot(*args):
    """Log in somewhere and save what the browser shows; see dev/devtools/screenshot.py."""
    prepare.ensure_tools()
    script = settings.DEV / "devtools" / "screenshot.py"
    os.execv(settings.PYTHON, [str(settings.PYTHON), str(script), *args])


def measure():
    """What our addons cost the host, side by side; see dev/devtools/measure.py."""
    prepare.ensure()
    templates = {
        "without": databases.ensure_host_template(),
        "with": databases.ensure_app_template(),
    }
    names = [f"{settings.DB_PREFIX}_measure_{which}" for which in templates]
    for name, template in zip(names, templates.values(), strict=True):
        databases.create_from(template, name)
    script = settings.DEV / "devtools" / "measure.py"
    command = [str(settings.PYTHON), str(script), str(settings.CONFIG), *names]
    os.execve(command[0], command, odoo_process.environment())


def faults(*args):
    """Random operations by several users while workers are killed; see dev/devtools/faults."""
    options = fault_options.parse(args)
    prepare.ensure()
    template = databases.ensure_app_template()
    name = f"{settings.DB_PREFIX}_faults"
    databases.create_from(template, name)
    arguments = [*args, "--config", str(settings.CONFIG), "--database", name]
    if not options.logs:
        arguments += ["--logs", str(settings.LOGS / "faults")]
    command = [str(settings.PYTHON), "-m", "devtools.faults", *arguments]
    os.execve(
        command[0],
        command,
        {**odoo_process.environment(), "PYTHONPATH": str(settings.DEV)},
    )


def setup():
    """Everything up to the template database of Odoo's own modules."""
    prepare.ensure()
    databases.ensure_host_template()


def stop():
    """Stop the PostgreSQL of this clone; the next command starts it again."""
    postgres.stop()


def clean():
    """Stop the PostgreSQL of this clone and remove everything that was installed, the
    databases with it.

    On a server that libpq's variables name, only the databases made here are dropped.
    """
    if postgres.is_external() and settings.PYTHON.exists():
        for name in databases.ours():
            databases.drop(name)
    if settings.HOME.exists():
        postgres.stop()
        say("Removing .odoo/")
        shutil.rmtree(settings.HOME)


COMMANDS = {
    "run": serve.run,
    "test": testing.test,
    "lint": lint.check,
    "format": lint.reformat,
    "setup": setup,
    "stop": stop,
    "clean": clean,
    "odoo": odoo,
    "psql": psql,
    "host-tests": host_tests.compare,
    "measure": measure,
    "faults": faults,
    "bench": bench.run,
    "screenshot": screenshot,
}


def main(argv):
    """Run the command that ``argv`` names; returns the exit code."""

    def dispatch():
        if not argv or argv[0] not in COMMANDS:
            raise Failure(f"usage: dev/cli.py {'|'.join(COMMANDS)} [arguments]")
        return COMMANDS[argv[0]](*argv[1:])

    return reporting(dispatch)
