"""Chromium, which the browser tours, the JavaScript unit tests and the screenshots
need.
"""

import os
import shutil

from . import settings
from .console import Failure, run, say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find():
    """The path of a browser that Odoo's tests recognise, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def ensure():
    """Install Chromium where root and apt can; its absence is a failure in CI, and one
    clear line elsewhere.
    """
    if find():
        return
    can_install = os.geteuid() == 0 and shutil.which("apt-get")
    if can_install:
        say("Installing Chromium with apt")
        try:
            run(["apt-get", "update"], "apt-get update", "apt.log")
            install = [
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
                "chromium",
            ]
            run(
                install,
                "Installing Chromium",
                "apt.log",
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        except Failure as failure:
            if settings.in_ci():
                raise
            say(f"WARNING: {failure}")
    if not find():
        advice = (
            "Chromium is missing: run 'apt-get install chromium' as root (or install Google Chrome)"
        )
        if settings.in_ci():
            raise Failure(advice)
        say(f"WARNING: {advice}; without it the browser tests are skipped")
