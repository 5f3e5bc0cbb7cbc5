"""The command ``make bench``: databases, then a session a size, then the table."""

import argparse
import datetime
import json
import os
import platform
from pathlib import Path

from .. import databases, odoo_source, postgres, prepare, settings
from ..console import Failure, say
from . import data, table
from .sizes import Size

#: Where the files lie that sessions write.
OUTPUT = settings.HOME / "bench"
#: Of PostgreSQL, what decides how fast it is.
_SETTINGS = (
    "server_version",
    "shared_buffers",
    "work_mem",
    "maintenance_work_mem",
    "effective_cache_size",
    "max_wal_size",
    "synchronous_commit",
    "jit",
    "max_parallel_workers_per_gather",
)


def run(*args):
    """Measure the sizes that ``SIZE`` or ``SIZES`` name, 10k by default, and print the table."""
    options = _parse(args)
    sizes = _sizes()
    prepare.ensure()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    reports = {}
    for size in sizes:
        reports[size.label] = measure(size, options)
        _write(OUTPUT / f"{size.name}.json", reports[size.label])
    print(table.render(reports))
    _write(
        Path(options.json) if options.json else OUTPUT / "bench.json",
        {"machine": machine(), "table": table.evaluate(reports), "sizes": reports},
    )


def _parse(args):
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--json", metavar="FILE", help="where to write all figures as well")
    parser.add_argument("--rounds", type=int, default=4, help="of each contender, 4 by default")
    parser.add_argument("--orders", type=int, help="to confirm in pairs, 200 by default")
    parser.add_argument("--groups", help="some of the session's groups alone, as a,b,c")
    parser.add_argument("--keep", action="store_true", help="keep the copies for a look at them")
    parser.add_argument("--generate", action="store_true", help="generate, and measure nothing")
    return parser.parse_args(args)


def _sizes():
    text = os.environ.get("SIZES") or os.environ.get("SIZE") or "10k"
    try:
        sizes = {Size.parse(part) for part in text.split(",")}
    except ValueError as error:
        raise Failure(str(error)) from error
    return sorted(sizes, key=lambda size: size.customers)


def measure(size, options):
    """Generate, install and measure one size; returns its report."""
    data.room(size)
    data.ensure_pristine(size, bool(os.environ.get("FRESH")))
    if options.generate:
        return {"contenders": {}, "failures": {}}
    without = data.copy(size, "without")
    target = data.copy(size, "with") or data.give_away(size)
    folder = OUTPUT / size.name
    folder.mkdir(exist_ok=True)
    try:
        say(f"{size.label}: installing {', '.join(settings.addons())} into {target}")
        installed, report = folder / "install.json", folder / "session.json"
        data.run("devtools.bench.install", settings.CONFIG, target, installed)
        plan = {
            "size": size.label,
            "customers": size.customers,
            "rounds": options.rounds,
            "with": target,
            "without": without,
            "orders": options.orders,
            "groups": options.groups and options.groups.split(","),
        }
        data.run("devtools.bench.session", settings.CONFIG, report, json.dumps(plan))
    finally:
        if not options.keep:
            for name in filter(None, (without, target)):
                databases.drop(name)
    return {**json.loads(report.read_text()), "install": json.loads(installed.read_text())}


def machine():
    """What the figures were taken on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    names = ", ".join(f"'{name}'" for name in _SETTINGS)
    return {
        "day": datetime.date.today().isoformat(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30),
        "python": platform.python_version(),
        "odoo": ".".join(odoo_source.release().split(", ")[:2]),
        "postgresql": dict(
            postgres.query(
                "SELECT name, CURRENT_SETTING(name) FROM pg_settings"
                f" WHERE name IN ({names}) ORDER BY name"
            )
        ),
    }


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _write(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=1, default=str) + "\n", encoding="utf-8")
