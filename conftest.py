"""Which tests are collected: those of addons that the database at hand may have."""

import functools

from devtools import postgres, settings


def pytest_ignore_collect(collection_path, config):
    """Leave out the tests of a bridge that no template has, where it is not installed.

    ``dev/tests`` runs them, in a database that has it.
    """
    if not collection_path.is_relative_to(settings.ROOT):
        return None
    addon = collection_path.relative_to(settings.ROOT).parts[:1]
    if not addon or addon[0] not in settings.bridges_apart():
        return None
    return None if _is_installed(addon[0], config.getoption("--odoo-database")) else True


@functools.cache
def _is_installed(addon, database):
    return bool(database) and bool(
        postgres.query(
            f"SELECT 1 FROM ir_module_module WHERE name = '{addon}' AND state = 'installed'",
            database,
        )
    )
