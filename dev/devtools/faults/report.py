"""What came out, for people and for machines."""

import json
from collections import Counter

_OUTCOMES = ("ok", "refused", "failed")
_SHOWN = 15


def read_operations(folder):
    """Sum up the logs of the users.

    :return: ``operations`` by kind, ``failures`` and ``complaints`` of our addons, and
        how often the host tried again
    """
    kinds, milliseconds = {}, []
    failures, complaints, retried_for_us, host_failures, our_rules = (
        [],
        [],
        Counter(),
        Counter(),
        Counter(),
    )
    for path in sorted(folder.glob("user-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            kind = kinds.setdefault(told["operation"], dict.fromkeys((*_OUTCOMES, "retried"), 0))
            kind[told["outcome"]] += 1
            kind["retried"] += bool(told["retries"])
            milliseconds.append(told["ms"])
            complaints += told["complaints"]
            for retry in told["retries"]:
                if retry["ours"]:
                    retried_for_us[f"{told['operation']}: {retry['message'].splitlines()[0]}"] += 1
            error = told.get("error")
            if error and error["our_rule"]:
                our_rules[told["operation"]] += 1
            if error and error["ours"]:
                failures.append(told)
            elif told["outcome"] == "failed":
                host_failures[
                    f"{told['operation']}: {error['type']}: {error['message'][:100]}"
                ] += 1
    return {
        "operations": dict(sorted(kinds.items())),
        "failures_because_of_us": failures,
        "complaints_of_ours": complaints,
        "retries_because_of_us": dict(retried_for_us.most_common()),
        "refused_by_our_rules": dict(our_rules.most_common()),
        "failures_of_the_host": dict(host_failures.most_common()),
        "median_ms": sorted(milliseconds)[len(milliseconds) // 2] if milliseconds else None,
    }


def total(summary, outcome):
    """Number of operations with an outcome."""
    return sum(kind[outcome] for kind in summary["operations"].values())


def wrongs(summary):
    """Everything that must not be, a line each."""
    found = [
        f"round {round_['round']}: {difference}"
        for round_ in summary["rounds"]
        for difference in round_["differences"]
    ]
    found += [
        f"round {round_['round']}: {round_['queue_rows_left']} rows are left in the queue"
        for round_ in summary["rounds"]
        if round_["queue_rows_left"]
    ]
    found += [
        f"{told['operation']} {told['outcome']} because of us: {told['error']['type']}:"
        f" {told['error']['message'][:200]}"
        for told in summary["failures_because_of_us"]
    ]
    found += [f"logged by us: {told['message']}" for told in summary["complaints_of_ours"]]
    if summary["unexpected_ends"]:
        found.append(f"{summary['unexpected_ends']} workers ended by themselves")
    if summary["worker_complaints"]:
        found.append(f"{summary['worker_complaints']} errors in the workers' log")
    return found


def text(summary, folder):
    """The summary, as it is printed."""
    lines = [f"{'operation':<28}{'ok':>8}{'refused':>9}{'failed':>8}{'retried':>9}"]
    for name, kind in summary["operations"].items():
        lines.append(
            f"{name:<28}{kind['ok']:>8}{kind['refused']:>9}{kind['failed']:>8}{kind['retried']:>9}"
        )
    sums = {outcome: total(summary, outcome) for outcome in (*_OUTCOMES, "retried")}
    lines.append(
        f"{'together':<28}{sums['ok']:>8}{sums['refused']:>9}{sums['failed']:>8}{sums['retried']:>9}"
    )
    for title, counts in (
        ("Failed in the host alone", summary["failures_of_the_host"]),
        ("Refused by our own rules, on purpose", summary["refused_by_our_rules"]),
        ("Tried again because of our tables", summary["retries_because_of_us"]),
    ):
        if counts:
            lines += ["", f"{title}:", *(f"  {count} x {what}" for what, count in counts.items())]
    last = summary["rounds"][-1]
    found = wrongs(summary)
    lines += [
        "",
        f"seed                     {summary['seed']}",
        f"operations               {sum(sums[outcome] for outcome in _OUTCOMES)}"
        f" in {summary['seconds']} s, median {summary['median_ms']} ms",
        f"workers killed           {summary['kills']}, of them {summary['kills_amid_work']} amid a batch;"
        f" connections cut {summary['cuts']}; sweeps {summary['sweeps']}",
        f"workers in each other's way  {summary['worker_collisions']} times, and tried again",
        f"rounds compared          {len(summary['rounds'])}, the last one with {last['profiles']}"
        f" profiles and {last['moves']} moves",
        f"queue rows left          {last['queue_rows_left']}",
        f"differences              {len(found)}",
        *(f"  {line[:1000]}" for line in found[:_SHOWN]),
        f"log                      {folder}",
    ]
    return "\n".join(lines)
