"""Everything that a command needs before it can start, each part only where it is
missing.
"""

from . import odoo_process, odoo_source, postgres, python_env, settings
from .console import check_disk, lock


def ensure():
    """Python environment, addons of others, Odoo, PostgreSQL and the configuration, each
    made if missing. Seconds if nothing is.
    """
    check_disk()
    settings.HOME.mkdir(exist_ok=True)
    with lock("prepare"):
        ensure_tools()
        python_env.ensure_oca()
        odoo_source.ensure()
        postgres.ensure()
        odoo_process.write_config()


def ensure_tools():
    """The Python environment alone, which is all that the linters need."""
    python_env.ensure()
