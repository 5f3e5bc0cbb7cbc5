"""The tables of docs/performance.md, from the file that ``make bench`` wrote.

``python -m devtools.bench.markdown FILE`` (in ``dev/``) prints them.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

from .sizes import Size

_VERDICTS = {True: "met", False: "**not met**", None: ""}
MB = 2**20


def machine(found):
    """A sentence on what the figures were taken on, and PostgreSQL's settings."""
    about = found["machine"]
    yield (
        f"{about['day']}: {about['processor']}, {about['cores']} cores, {about['memory_gb']} GB;"
        f" {about['system']}; Odoo {about['odoo']}, Python {about['python']}, PostgreSQL"
        f" {about['postgresql']['server_version']}."
    )
    yield ""
    yield from _table(("PostgreSQL setting", "value"))
    for name, value in about["postgresql"].items():
        if name != "server_version":
            yield f"| `{name}` | {value} |"


def targets(found):
    """What design asks for against what was measured, sizes side by side."""
    sizes = list(found["sizes"])
    yield from _table(("what", "target", *(part for size in sizes for part in (size, ""))))
    for line in found["table"]:
        cells = " | ".join(
            f"{line['sizes'][size]['text']} | {_VERDICTS[line['sizes'][size]['met']]}"
            for size in sizes
        )
        yield f"| {line['label']} | {line['target']} | {cells} |"


def growth(found):
    """Seconds of each contender by size, and how much more than linearly they grow."""
    sizes = list(found["sizes"])
    steps = list(pairwise(sizes))
    yield from _table(
        (
            "seconds",
            *sizes,
            *(f"{before} to {after}" for before, after in steps),
        )
    )
    last = found["sizes"][sizes[-1]]["contenders"]
    for key, contender in last.items():
        seconds = {
            size: found["sizes"][size]["contenders"].get(key, {}).get("seconds") for size in sizes
        }
        yield _grown(contender["label"], seconds, steps)
    for key, label in (("fill", "first fill"), ("rebuild", "history rebuild")):
        seconds = {size: found["sizes"][size].get(key, {}).get("seconds") for size in sizes}
        yield _grown(label, seconds, steps)


def _grown(label, seconds, steps):
    cells = [f"{value:.3g}" if value else "-" for value in seconds.values()]
    for before, after in steps:
        if seconds[before] and seconds[after]:
            linear = Size.parse(after).customers / Size.parse(before).customers
            cells.append(f"{seconds[after] / seconds[before] / linear:.2f}")
        else:
            cells.append("-")
    return f"| {label} | {' | '.join(cells)} |"


def contenders(found, size):
    """Every contender of a size with all that was counted of it."""
    yield from _table(
        (
            f"{size}: least of the rounds",
            "s",
            "median",
            "rows/s",
            "journal kB",
            "queries",
            "MB",
            "remarks",
        )
    )
    report = found["sizes"][size]
    for one in report["contenders"].values():
        yield (
            f"| {one['label']} | {one['seconds']:.3g} | {one['median']:.3g}"
            f" | {one['rows_per_second']:,.0f} | {one['wal'] / 1024:,.0f} | {one['statements']}"
            f" | {one['memory'] / MB:.0f}"
            f" | {'extrapolated; ' * one['extrapolated']}{'noisy; ' * one['rejected']}{one['note']} |"
        )
    for key, label in (("fill", "first fill"), ("rebuild", "history rebuild")):
        if key in report:
            one = report[key]
            yield (
                f"| {label}, a process of its own | {one['seconds']:.3g} | "
                f" | {one['rows'] / one['seconds']:,.0f} | {one['wal'] / 1024:,.0f}"
                f" | {one['statements']} | {one['memory'] / MB:.0f} | |"
            )


def _table(heads):
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"


def main(file):
    found = json.loads(Path(file).read_text(encoding="utf-8"))
    sections = [machine(found), targets(found), growth(found)]
    sections += [contenders(found, size) for size in found["sizes"]]
    print("\n\n".join("\n".join(section) for section in sections))


if __name__ == "__main__":
    main(*sys.argv[1:])
