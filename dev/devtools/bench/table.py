"""The table: what was measured against what design.md asks for, sizes side by side."""

from collections.abc import Callable
from dataclasses import dataclass

MB = 2**20


class Figures:
    """What a session reported, asked for by the keys of its contenders.

    Whatever is missing raises ``KeyError``, which the table shows as a dash.
    """

    def __init__(self, report, others=()):
        self.report, self.others = report, others

    def seconds(self, key):
        found = self.report["contenders"].get(key) or self.report[key]
        return found["seconds"]

    def ratio(self, key, base):
        """How many times as long as another contender of the same run."""
        return self.seconds(key) / self.seconds(base)

    def per_row(self, key):
        """Milliseconds for each customer."""
        found = self.report["contenders"][key]
        return found["seconds"] * 1000 / found["rows"]

    def is_noisy(self, keys):
        return any(self.report["contenders"].get(key, {}).get("rejected") for key in keys)

    def is_extrapolated(self, keys):
        return any(self.report["contenders"].get(key, {}).get("extrapolated") for key in keys)


@dataclass(frozen=True)
class Row:
    """A line of the table.

    :param str target: as people read it, empty for a line that only informs
    :param str form: of the value, a format
    :param tuple keys: contenders that the value comes from
    """

    label: str
    target: str
    form: str
    value: Callable
    is_met: Callable = None
    keys: tuple = ()


def _ratio(label, key, base, target, is_met=None):
    return Row(label, target, "{:.2f}", lambda one: one.ratio(key, base), is_met, (key, base))


def _at_most(limit):
    return lambda value: value <= limit


def _at_least(limit):
    return lambda value: value >= limit


def _memory_growth(one):
    """The first fill's memory against that of the size before."""
    if not one.others:
        raise KeyError("nothing to compare with")
    return one.report["fill"]["memory"] / one.others[-1].report["fill"]["memory"]


ROWS = (
    _ratio("full pass, nothing changed / bare SELECT of the facts", "full", "raw", "1.5 or less",
           _at_most(1.5)),
    Row("   rows written by it", "0", "{:.0f}",
        lambda one: int(one.report["contenders"]["full"]["note"].split(", ")[1].split()[0]),
        _at_most(0), ("full",)),
    Row("   journal written by it, its own record included", "-", "{:.1f} kB",
        lambda one: one.report["contenders"]["full"]["wal"] / 1024, None, ("full",)),
    _ratio("full pass, nothing changed / its own first step", "full", "step", "1.3 or less",
           _at_most(1.3)),
    Row("first fill / full pass, nothing changed", "2.0 or less", "{:.2f}",
        lambda one: one.ratio("fill", "full"), _at_most(2.0), ("full",)),
    _ratio("segments, classes and scores of all / bare SELECT", "classes", "raw_beside", ""),
    _ratio("the same with customer types / bare SELECT", "types", "raw_beside", ""),
    _ratio("full pass, 2% changed / nothing changed", "full_2", "full_changed", ""),
    _ratio("full pass, 20% changed / nothing changed", "full_20", "full_changed", ""),
    _ratio("full pass, 100% changed / nothing changed", "full_100", "full_changed", ""),
    _ratio("nightly pass, 1% changed / full pass", "night", "full_changed", "0.35 or less",
           _at_most(0.35)),
    _ratio("our facts statement / naive one-pass SQL", "step", "naive", "0.6 or less",
           _at_most(0.6)),
    _ratio("bare SELECT, best form / naive form", "raw", "naive", ""),
    _ratio("_read_group + Python / full pass, nothing changed in both", "aggregates", "full_orm",
           "2 or more", _at_least(2)),
    _ratio("_read_group + Python + 20% written / full pass", "aggregates_20", "full_orm",
           "2 or more", _at_least(2)),
    _ratio("code per customer / full pass", "one_by_one", "full_orm", "500 or more",
           _at_least(500)),
    Row("history rebuild for everybody / bare SELECT", "5 or less", "{:.1f}",
        lambda one: one.ratio("rebuild", "raw_again"), _at_most(5), ("raw_again",)),
    _ratio("what-if of a draft policy / full pass", "what_if", "full_again", "1.0 or less",
           _at_most(1.0)),
    Row("1,000 queued customers, unchanged: each", "0.15 ms", "{:.2f} ms",
        lambda one: one.per_row("queued"), _at_most(0.15), ("queued",)),
    Row("1,000 queued customers, changed: each", "0.15 ms", "{:.2f} ms",
        lambda one: one.per_row("queued_changed"), _at_most(0.15), ("queued_changed",)),
    Row("the largest customer, unchanged", "40 ms", "{:.0f} ms",
        lambda one: one.per_row("largest"), _at_most(40), ("largest",)),
    Row("the largest customer, changed", "40 ms", "{:.0f} ms",
        lambda one: one.per_row("largest_changed"), _at_most(40), ("largest_changed",)),
    Row("follow-ups planned, all buyers due: each", "", "{:.2f} ms",
        lambda one: one.per_row("follow_ups"), None, ("follow_ups",)),
    _ratio("two consumers: times as fast as one", "consumers_1", "consumers_2", "1.8 or more",
           _at_least(1.8)),
    Row("confirming an order, with / without, paired", "+2% or less", "{:+.1%}",
        lambda one: one.report["confirm"]["difference"] / one.report["confirm"]["without"],
        _at_most(0.02)),
    Row("   95% of the difference, from", "", "{:+.2f} ms",
        lambda one: one.report["confirm"]["low"]),
    Row("   to", "", "{:+.2f} ms", lambda one: one.report["confirm"]["high"]),
    Row("   queries more", "1", "{:+.0f}", lambda one: one.report["confirm"]["queries"],
        _at_most(1)),
    _ratio("group by stage, profile / stored column", "stages_again", "stages_column",
           "0.3 or less", _at_most(0.3)),
    _ratio("form of a customer, with / without", "form_with", "form_without", "not slower",
           _at_most(1.0)),
    _ratio("form of the largest customer, with / without", "big_form_with", "big_form_without",
           "not slower", _at_most(1.0)),
    _ratio("list of firms, with / without", "list_with", "list_without", ""),
    Row("board of the stages, all open", "", "{:.0f} ms",
        lambda one: one.seconds("board") * 1000, None, ("board",)),
    Row("list of profiles, 80 and their number", "", "{:.0f} ms",
        lambda one: one.seconds("profiles") * 1000, None, ("profiles",)),
    *(
        Row(label, "", "{:.0f} ms", lambda one, key=key: one.seconds(key) * 1000, None, (key,))
        for key, label in (
            ("incomplete", "list of incomplete customers"),
            ("mismatches", "list of mismatches"),
            ("coverage", "coverage per segment, type and class"),
            ("review", "data to review"),
            ("segments", "customers by segment"),
            ("types_of", "customers by type"),
            ("said", "what customers said"),
            ("indicators", "the seven indicators"),
            ("repurchase", "what satisfaction is worth"),
            ("satisfaction_change", "satisfaction and margin"),
            ("switching", "switching to competitors"),
            ("referrers", "referrers"),
            ("referral_share", "referral share"),
        )
    ),
    Row("memory of the refreshing process, first fill", "below 300 MB", "{:.0f} MB",
        lambda one: one.report["fill"]["memory"] / MB, _at_most(300)),
    Row("   against the size before", "the same", "{:.2f}", _memory_growth, _at_most(1.1)),
    Row("installing the addons", "", "{:.0f} s", lambda one: one.report["install"]["seconds"]),
    Row("   longest lock on a table of the host", "", "{:.1f} s",
        lambda one: max((lock[2] for lock in one.report["install"]["locks"]), default=0.0)),
)  # fmt: skip


def evaluate(reports):
    """What the rows come to.

    :param dict reports: of the sessions, by size, smallest first
    :return: list of ``{label, target, sizes: {size: {value, text, met, ...}}}``
    """
    figures = []
    for report in reports.values():
        figures.append(Figures(report, tuple(figures)))
    lines = []
    for row in ROWS:
        cells = {}
        for size, one in zip(reports, figures, strict=True):
            try:
                value = row.value(one)
            except (KeyError, ZeroDivisionError, IndexError, ValueError):
                cells[size] = {"value": None, "text": "-", "met": None}
                continue
            marks = ("~" if one.is_extrapolated(row.keys) else "") + (
                "?" if one.is_noisy(row.keys) else ""
            )
            cells[size] = {
                "value": value,
                "text": row.form.format(value) + marks,
                "met": row.is_met(value) if row.is_met else None,
            }
        lines.append({"label": row.label.strip(), "target": row.target, "sizes": cells})
    return lines


_VERDICTS = {True: "met", False: "NOT MET", None: ""}


def render(reports):
    """The table as text: the targets, then every contender of each size."""
    sizes = list(reports)
    lines = evaluate(reports)
    head = f"{'':58} {'target':>13}" + "".join(f" {size:>12} {'':7}" for size in sizes)
    text = [head, "-" * len(head)]
    for row, line in zip(ROWS, lines, strict=True):
        cells = "".join(
            f" {line['sizes'][size]['text']:>12} {_VERDICTS[line['sizes'][size]['met']]:7}"
            for size in sizes
        )
        text.append(f"{row.label:58} {line['target']:>13}{cells}".rstrip())
    text += ["", "~ extrapolated   ? the machine's speed moved by more than 2 in that run"]
    for size, report in reports.items():
        text += ["", *_contenders(size, report)]
    return "\n".join(text)


def _contenders(size, report):
    head = (
        f"{size + ': least of the rounds':46} {'s':>10} {'median':>10} {'rows/s':>11}"
        f" {'journal kB':>11} {'queries':>8} {'MB':>5}  remarks"
    )
    yield head
    yield "-" * len(head)
    for found in report["contenders"].values():
        marks = "~" * found["extrapolated"] + "?" * found["rejected"]
        yield (
            f"{found['label']:46} {found['seconds']:10.4f} {found['median']:10.4f}"
            f" {found['rows_per_second']:11,.0f} {found['wal'] / 1024:11,.1f}"
            f" {found['statements']:8} {found['memory'] / MB:5.0f}  {marks} {found['note']}".rstrip()
        )
    for key, label in (
        ("fill", "first fill, a process of its own"),
        ("rebuild", "history rebuild, likewise"),
    ):
        if key in report:
            found = report[key]
            yield (
                f"{label:46} {found['seconds']:10.4f} {'':10}"
                f" {found['rows'] / found['seconds']:11,.0f} {found['wal'] / 1024:11,.1f}"
                f" {found['statements']:8} {found['memory'] / MB:5.0f}"
            )
    for table, lock, seconds in report.get("install", {}).get("locks", []):
        yield f"locked while installing: {table} {lock} {seconds} s"
    for group, error in report["failures"].items():
        yield f"FAILED: {group}: {error}"
