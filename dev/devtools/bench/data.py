"""Databases for the benchmark: generated once a size, then copied."""

import hashlib
import os
import subprocess
from pathlib import Path

from .. import databases, odoo_process, settings
from ..console import Failure, lock, say

#: Gigabytes to leave free: the journal of PostgreSQL, sorting.
_RESERVE = 8
#: What decides which rows are generated.
GENERATOR = (
    "bulk.py",
    "conversations.py",
    "documents.py",
    "generate.py",
    "invoices.py",
    "plan.py",
    "sizes.py",
    "templates.py",
)


def fingerprint():
    """Hash of all that a generated database is made from, but its day."""
    digest = hashlib.sha256(databases.host_inputs().encode())
    for name in GENERATOR:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]


def pristine_name(size):
    """Name of the generated database of the host, without our addons."""
    return f"{settings.DB_PREFIX}_bench_{size.name}"


def ensure_pristine(size, fresh=False):
    """The name of the generated database of a size, made if it is missing or out of date.

    :param bool fresh: make it anew in any case
    """
    name = pristine_name(size)
    with lock(name):
        wanted = fingerprint()
        if not fresh and databases.note(name).get("inputs") == wanted:
            say(f"Database {name} is there")
            return name
        template = databases.ensure_host_template()
        say(f"Generating {size.customers:,} customers into {name}")
        # Made under another name, so that what was cut off is never taken for whole.
        provisional = f"{name}_new"
        databases.create_from(template, provisional)
        run("devtools.bench.generate", settings.CONFIG, provisional, size.label)
        databases.rename(provisional, name)
        databases.write_note(name, inputs=wanted)
    return name


def copy(size, which):
    """A copy of the generated database for one purpose, None where the disk has no room."""
    name = pristine_name(size)
    if _free() < _needed(size) + _RESERVE:
        say(f"No room for a copy of {name}: what needs one is left out")
        return None
    target = f"{name}_{which}"
    databases.create_from(name, target)
    return target


def give_away(size):
    """The generated database itself, which counts as used up from then on."""
    name = pristine_name(size)
    databases.write_note(name)
    return name


def run(module, *args, output=None):
    """Run one of our programs in the environment of Odoo.

    :param output: file for its standard output, ours by default
    """
    done = subprocess.run(
        [str(settings.PYTHON), "-m", module, *map(str, args)],
        env={**odoo_process.environment(), "PYTHONPATH": str(settings.DEV)},
        cwd=settings.ROOT,
        stdout=output,
        check=False,
    )
    if done.returncode:
        raise Failure(f"{module} {' '.join(map(str, args))}: failed, see above")


def room(size):
    """Refuse a size that the disk has no room for."""
    if databases.exists(pristine_name(size)):
        return
    if _free() < _needed(size) + _RESERVE:
        raise Failure(
            f"{size.label} customers need {_needed(size) + _RESERVE:.0f} GB,"
            f" {_free():.0f} GB are free"
        )


def _needed(size):
    """Gigabytes that a database of a size takes: a customer some 18 kB with our addons."""
    return 0.1 + size.customers * 18_000 / 2**30


def _free():
    disk = os.statvfs(settings.ROOT)
    return disk.f_bavail * disk.f_frsize / 2**30
