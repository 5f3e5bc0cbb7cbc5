"""The Python environment ``.odoo/venv`` with the pinned requirements, and beside it
``.odoo/oca`` with the addons of others that bridges of ours need.
"""

import hashlib
import os
import shutil
import subprocess
import sys

from . import settings
from .console import Failure, run, say

_STAMP = settings.VENV / "requirements.stamp"
_OCA_STAMP = settings.OCA / "requirements.stamp"
_INSTALL = (
    *(settings.PYTHON, "-m", "pip", "install"),
    *("--no-compile", "--no-input", "--disable-pip-version-check"),
)


def fingerprint():
    """What the environment is made of: the pinned requirements and the Python below
    them.
    """
    text = (
        settings.REQUIREMENTS.read_bytes()
        + repr((sys.version_info[:2], os.path.realpath(settings.VENV))).encode()
    )
    return hashlib.sha256(text).hexdigest()[:16]


def ensure():
    """Create the environment, or create it anew after its requirements changed or a run
    that was cut off.
    """
    if _STAMP.exists() and _STAMP.read_text() == fingerprint() and _works():
        return
    say("Python environment: installing the pinned requirements (about a minute)")
    shutil.rmtree(settings.VENV, ignore_errors=True)
    _create()
    run(
        [*_INSTALL, "-r", settings.REQUIREMENTS],
        "Installing the Python requirements",
        "pip.log",
    )
    _STAMP.write_text(fingerprint())


def ensure_oca():
    """Fetch the addons of others into ``.odoo/oca/addons``, which can be made anew without
    the environment.

    What they depend on (Odoo itself, for one) is not fetched with them. The libraries that
    their manifests name have to be found by Python, the addons by ``addons_path`` alone.
    """
    wanted = hashlib.sha256(settings.OCA_REQUIREMENTS.read_bytes()).hexdigest()[:16]
    if not _OCA_STAMP.exists() or _OCA_STAMP.read_text() != wanted:
        say("Addons of others: fetching them from PyPI")
        partial = settings.OCA.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        run(
            [*_INSTALL, "--no-deps", "--target", partial / "lib", "-r", settings.OCA_REQUIREMENTS],
            "Fetching the addons of others",
            "pip-oca.log",
        )
        (partial / "lib" / "odoo" / "addons").rename(partial / "addons")
        shutil.rmtree(partial / "lib" / "odoo")
        (partial / _OCA_STAMP.name).write_text(wanted)
        shutil.rmtree(settings.OCA, ignore_errors=True)
        partial.rename(settings.OCA)
    for site_packages in settings.VENV.glob("lib/python3*/site-packages"):
        pth, text = site_packages / "oca.pth", f"{settings.OCA / 'lib'}\n"
        if not pth.exists() or pth.read_text() != text:
            pth.write_text(text)


def _works():
    """Whether the interpreter that the environment was made from is still there."""
    return (
        subprocess.run(
            [settings.PYTHON, "-c", ""], stderr=subprocess.DEVNULL, check=False
        ).returncode
        == 0
    )


def _create():
    command = [sys.executable, "-m", "venv", settings.VENV]
    try:
        run(command, "Creating the Python environment", "venv.log")
    except Failure as failure:
        # Debian and Ubuntu keep this part of Python in a package of its own.
        if (
            not shutil.which("apt-get")
            or "ensurepip" not in (settings.LOGS / "venv.log").read_text()
        ):
            raise
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if os.geteuid() != 0:
            raise Failure(
                f"Python's venv module is missing: run 'apt-get install {package}' as root"
            ) from failure
        say(f"Installing {package} with apt")
        run(["apt-get", "update"], "apt-get update", "apt.log")
        run(
            ["apt-get", "install", "-y", "--no-install-recommends", package],
            f"Installing {package}",
            "apt.log",
        )
        shutil.rmtree(settings.VENV, ignore_errors=True)
        run(command, "Creating the Python environment", "venv.log")
