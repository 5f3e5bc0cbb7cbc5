"""Where things lie, and which variables change that."""

import ast
import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev"

#: Everything that is installed or created lies here, and git ignores it.
HOME = ROOT / ".odoo"
DOWNLOADS = HOME / "downloads"
LOGS = HOME / "log"
DATA_DIR = HOME / "data"
CONFIG = HOME / "odoo.conf"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = DEV / "requirements.txt"
#: Addons of others that a bridge of ours needs, from PyPI; the app template has none of them.
OCA = HOME / "oca"
OCA_REQUIREMENTS = DEV / "requirements-oca.txt"
OCA_ADDONS = ("queue_job",)
#: All that bridges of ours need and no template has: tested in databases of their own.
APART = (*OCA_ADDONS, "partnership", "repair", "sale_loyalty", "survey", "web_hierarchy")

#: The path of a company's own Odoo 19 (checkout or installation), used instead of the
#: downloaded one.
ODOO_HOME = os.environ.get("ODOO_HOME") or None

#: All databases of this repository start with it; matters on a PostgreSQL shared by
#: several clones.
DB_PREFIX = os.environ.get("DB_PREFIX") or "crm_lifecycle"
DB_RUN = DB_PREFIX
DB_TEST = f"{DB_PREFIX}_test"
DB_HOST_TEMPLATE = f"{DB_PREFIX}_host"
DB_APP_TEMPLATE = f"{DB_PREFIX}_app"

#: The modules of Odoo that our addons meet, installed once into the host template.
HOST_MODULES = (
    "account",
    "contacts",
    "crm",
    "portal",
    "rating",
    "sale_crm",
    "sale_management",
    "sale_margin",
    "sale_stock",
    "stock",
)
LANGUAGES = ("en_US", "zh_CN")


def workers(default):
    """How many processes share the tests."""
    return int(os.environ.get("WORKERS") or default or 1)


def in_ci():
    """Whether this is a CI run, where a missing browser is a failure."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def addons():
    """Names of our addons: every installable folder with a manifest at the top of the
    repository.
    """
    return list(_manifests())


def app_addons():
    """Names of those that the host template is enough for: they make the app template."""
    bridges = bridges_apart()
    return [name for name in addons() if name not in bridges]


def bridges_apart():
    """Our addons that need a module that no template has, as ``{name: the modules' names}``.

    Their tests have a database of their own, so that the rest is tested without.
    """
    manifests = _manifests()
    needs = {name: sorted(_apart(name, manifests)) for name in manifests}
    return {name: needed for name, needed in needs.items() if needed}


def _apart(name, manifests):
    """Names of the modules that one of our addons needs and no template has, by others of ours
    as well.
    """
    if name not in manifests:
        return {name} & set(APART)
    return {found for needed in manifests[name]["depends"] for found in _apart(needed, manifests)}


def _manifests():
    """Manifests of our addons by their names, in alphabetical order."""
    found = {}
    for path in sorted(ROOT.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def addons_fingerprint():
    """Hash of all that an installation of the app reads: not its tests, not its browser
    code.
    """
    digest = hashlib.sha256()
    for name in app_addons():
        for path in sorted((ROOT / name).rglob("*")):
            inside = path.relative_to(ROOT / name).parts
            if (
                inside[0] in ("tests", "static", "readme")
                or "__pycache__" in inside
                or not path.is_file()
            ):
                continue
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
