"""Databases with their files: create, copy, drop, and the two templates.

* the *host template* holds Odoo's own modules with demo data; it is rebuilt when Odoo,
  the requirements or the list of modules change;
* the *app template* is a copy of it with our addons installed; it is rebuilt when their
  code changes.

``make run`` and ``make test`` work on copies of the app template. A database counts as
complete when its comment says what it was made from; the comment is written last, so
that whatever was cut off is thrown away and made anew.
"""

import datetime
import hashlib
import json
import shutil

from . import odoo_process, odoo_source, postgres, python_env, settings
from .console import Failure, lock, say

#: Scripts and styles, made once: each browser test would make them anew, and roll them back.
GENERATE_ASSETS = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def exists(name):
    """Whether the server has a database of that name."""
    return bool(postgres.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(name):
    """The folder of a database's attachments."""
    return settings.DATA_DIR / "filestore" / name


def ours():
    """Names of the databases on this server that were made here."""
    rows = postgres.query("SELECT datname FROM pg_database ORDER BY datname")
    names = [name for (name,) in rows if name.startswith(settings.DB_PREFIX)]
    return [name for name in names if note(name)]


def drop(name):
    """Drop a database and its files, if they exist, whoever is connected.

    On a server that is not this clone's own, a database made by somebody else is refused.
    """
    if exists(name):
        _refuse_foreign(name)
        # Not by FORCE, which fails where PostgreSQL itself is cleaning up in the database;
        # without, it sends its own cleaners away and waits for all who are to go.
        postgres.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND usename = current_user"
        )
        postgres.query(f'DROP DATABASE "{name}"')
    shutil.rmtree(filestore(name), ignore_errors=True)


def _refuse_foreign(name):
    if postgres.is_external() and exists(name) and not note(name):
        raise Failure(
            f"The server has a database {name} that was not made here: "
            f"set DB_PREFIX to something else than '{settings.DB_PREFIX}'"
        )


def create_empty(name):
    """Create an empty database in place of whatever had that name."""
    drop(name)
    postgres.query(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    write_note(name)


def create_from(template, name):
    """Create a copy of ``template`` with its files, in place of whatever had that name."""
    drop(name)
    if filestore(template).exists():
        shutil.copytree(filestore(template), filestore(name))
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    write_note(name)


def rename(old, new):
    """Give a database and its files another name, in place of whatever had that name."""
    drop(new)
    if filestore(old).exists():
        filestore(old).rename(filestore(new))
    postgres.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def note(name):
    """What the comment on a database says about its making, ``{}`` where it says
    nothing.
    """
    rows = postgres.query(
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )
    try:
        return dict(json.loads(rows[0][0]))
    except (IndexError, ValueError, TypeError):
        return {}


def write_note(name, **values):
    """Replace the comment on a database; it always tells who made it."""
    text = json.dumps({"made_by": "dev/cli.py", **values}).replace("'", "''")
    postgres.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def install_app(name, log="install-app.log", label=None, demo=True):
    """Install our addons into a database, with demo data unless told otherwise; returns
    the outcome with the complaints in its log.

    Those that need modules which no template has stay out; see :func:`install_apart`.
    """
    modules = ",".join(settings.app_addons())
    if not modules:
        raise Failure(f"There is no addon in {settings.ROOT}: no folder with a __manifest__.py")
    label = label or f"Installing {modules}"
    return odoo_process.run_or_fail(
        "-d",
        name,
        "-i",
        modules,
        *(["--with-demo"] if demo else []),
        "--stop-after-init",
        "--no-http",
        label=label,
        log=log,
    )


def install_apart(name, *modules):
    """Install modules that no template has into a database that has the app; our bridges to
    them install themselves.
    """
    return odoo_process.run_or_fail(
        *("-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http"),
        label=f"Installing {', '.join(modules)}",
        log=f"install-apart-{name}.log",
    )


def host_inputs():
    """Hash of all that the host template is made from."""
    parts = (
        odoo_source.release(),
        str(odoo_source.package_root()),
        python_env.fingerprint(),
    )
    return hashlib.sha256(
        repr((parts, settings.HOST_MODULES, settings.LANGUAGES)).encode()
    ).hexdigest()[:16]


def app_inputs():
    """Hash of all that the app template is made from; the day counts, for the demo data
    is dated relative to it.
    """
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return f"{host_inputs()}-{settings.addons_fingerprint()}-{day}"


def ensure_host_template():
    """The name of the host template, built if it is missing or out of date."""

    def build(name):
        create_empty(name)
        odoo_process.run_or_fail(
            *("-d", name, "-i", ",".join(settings.HOST_MODULES), "--with-demo"),
            *(
                f"--load-language={','.join(settings.LANGUAGES)}",
                "--stop-after-init",
                "--no-http",
            ),
            label="Template database: installing Odoo's own modules with demo data (two minutes, once)",
            log="install-host.log",
        )
        return {}

    return _ensure_template(settings.DB_HOST_TEMPLATE, host_inputs, build)


def ensure_app_template():
    """The name of the app template, built if it is missing or out of date."""

    def build(name):
        create_from(settings.DB_HOST_TEMPLATE, name)
        complaints = install_app(name).complaints[:50]
        say("Making what browsers ask for first")
        odoo_process.shell(name, GENERATE_ASSETS)
        return {"complaints": complaints}

    ensure_host_template()
    return _ensure_template(settings.DB_APP_TEMPLATE, app_inputs, build)


def _ensure_template(name, inputs, build):
    """Build a template under a provisional name, and give it its own when it is
    complete.
    """
    with lock(name):
        wanted = inputs()
        if note(name).get("inputs") == wanted and filestore(name).exists():
            return name
        _refuse_foreign(name)
        provisional = f"{name}_new"
        extra = build(provisional)
        # Nobody may connect to a template: a single connection would prevent copying
        # it.
        postgres.query(f'ALTER DATABASE "{provisional}" ALLOW_CONNECTIONS false')
        write_note(provisional, inputs=wanted, **extra)
        rename(provisional, name)
        say(f"Database {name} is ready")
        return name
