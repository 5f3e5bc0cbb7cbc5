"""Odoo 19 itself: a company's own (``ODOO_HOME``), or Debian's package unpacked below
``.odoo/``.

The package is not installed into the system: it is fetched with apt, from the mirror
that this machine uses already, and unpacked. That takes seconds, needs no root and
leaves the system alone.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import settings
from .console import Failure, run, say

_UNPACKED = settings.HOME / "odoo-19.0"
_PACKAGES = (
    "odoo-19",
    # The package links some of its browser files to these.
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
#: Left out of the package on purpose (video background blur); a browser that misses it
#: prints an error, and an error fails every tour. An empty file will do.
_LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_INSTEAD = "set ODOO_HOME to the path of an Odoo 19 (a checkout or an installation)"


def package_root():
    """The folder to import ``odoo`` from."""
    if not settings.ODOO_HOME:
        return _UNPACKED / "usr/lib/python3/dist-packages"
    home = Path(settings.ODOO_HOME).expanduser().resolve()
    for candidate in (home, home.parent, home / "usr/lib/python3/dist-packages"):
        if (candidate / "odoo" / "release.py").is_file():
            return candidate
    raise Failure(
        f"ODOO_HOME={settings.ODOO_HOME} holds no Odoo: there is no odoo/release.py in it"
    )


def release():
    """Odoo's version as its own file tells, e.g. ``(19, 0, 0, 'final', 0, '')``."""
    text = (package_root() / "odoo" / "release.py").read_text(encoding="utf-8")
    version = re.search(r"^version_info\s*=\s*\((.*)\)", text, re.MULTILINE)
    return version.group(1) if version else ""


def addons_path():
    """The folders of addons, ours first, then those of others. Odoo finds the one inside
    its own package by itself.
    """
    beside = package_root() / "addons"
    paths = [settings.ROOT] if settings.addons() else []
    paths.append(settings.OCA / "addons")
    # A checkout has them there. Debian's package has a folder of that name too, with
    # half of each addon.
    return paths + ([beside] if (beside / "web" / "static").is_dir() else [])


def ensure():
    """Get Odoo where it is missing, and make ``import odoo`` work in the environment."""
    if not settings.ODOO_HOME and not _UNPACKED.exists():
        _download()
    if not release().startswith(("19,", "'19", "saas~19")):
        raise Failure(f"ODOO_HOME={settings.ODOO_HOME} is version ({release()}), not 19.0")
    for site_packages in settings.VENV.glob("lib/python3*/site-packages"):
        pth = site_packages / "odoo-19.pth"
        if not pth.exists() or pth.read_text() != f"{package_root()}\n":
            pth.write_text(f"{package_root()}\n")


def _download():
    """Fetch and unpack; the folder gets its final name only when all of it is there."""
    apt = _apt_for_sid()
    say("Odoo 19: downloading Debian's package (125 MB)")
    shutil.rmtree(settings.DOWNLOADS / "debs", ignore_errors=True)
    debs = settings.DOWNLOADS / "debs"
    debs.mkdir(parents=True)
    run([*apt, "update"], "Reading Debian's package list", "apt.log")
    run([*apt, "download", *_PACKAGES], "Downloading Odoo 19", "apt.log", cwd=debs)
    say("Odoo 19: unpacking")
    partial = _UNPACKED.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for deb in sorted(debs.glob("*.deb")):
        run(["dpkg-deb", "-x", deb, partial], f"Unpacking {deb.name}", "unpack.log")
    left_out = partial / "usr/lib/python3/dist-packages" / _LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    partial.rename(_UNPACKED)
    shutil.rmtree(settings.DOWNLOADS)


def _apt_for_sid():
    """An apt command line that knows Debian's suite sid, on the mirror of this machine,
    in folders of our own.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Failure(
            f"Odoo 19 comes from Debian's package, and this machine has no apt: {_INSTEAD}"
        )
    known = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI) $(SITE)",
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    mirrors = [
        line.split()[0]
        for line in known.splitlines()
        if "security" not in line and "debian" in line.lower()
    ]
    if not mirrors or not _KEYRING.exists():
        raise Failure(
            f"Odoo 19 comes from Debian's package, and this machine's apt knows no Debian mirror: {_INSTEAD}"
        )
    base = settings.DOWNLOADS / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (base / folder).mkdir(parents=True, exist_ok=True)
    sources = base / "sources.list"
    sources.write_text(f"deb [signed-by={_KEYRING}] {mirrors[0]} sid main\n")
    options = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": base / "lists",
        "Dir::Cache": base / "cache",
        # As root, apt would download as a user who may not be allowed into this folder.
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        "Acquire::Retries": 3,
    }
    return ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]
