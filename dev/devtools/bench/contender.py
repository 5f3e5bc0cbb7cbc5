"""Contenders, measured side by side: in each round every one of them once, in turn.

Before each a short calibration tells how fast the machine is at that moment. The least of
the rounds is what counts, since whatever else the machine does only adds to it. A run in
which the calibrations differ by more than ``MOST_SPREAD`` is rejected: it is made once more
if that takes no time, and marked otherwise.
"""

import contextlib
import statistics
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: Slowest calibration of a run by its fastest, above which its figures mean little.
MOST_SPREAD = 2.0
#: Seconds that a rejected run may have taken to be made once more.
WORTH_REPEATING = 120


@dataclass
class Sample:
    """One run of one contender."""

    seconds: float
    rows: int  # customers, documents: whatever the contender is about
    wal: int  # bytes that its own connection wrote to PostgreSQL's journal
    statements: int  # that its cursor ran
    memory: int  # bytes, the most that this process held meanwhile
    calibration: float  # seconds of the calibration before it


class Contender:
    """Something whose time is taken.

    :param str key: by which the table's rows find it
    :param str label: what people read
    :param env: environment of the database that it runs on
    :param float scale: how much larger the whole is than what is run; the seconds are
        multiplied by it, and marked as extrapolated
    """

    def __init__(self, key, label, env, run=None, prepare=None, scale=1.0, rounds=None):
        self.key, self.label, self.env = key, label, env
        self.scale, self.rounds = scale, rounds
        self._run, self._prepare = run, prepare
        #: What there is to say of the last run.
        self.note = ""

    def prepare(self):
        """What is not timed, before each run; ends with a commit or without a trace."""
        if self._prepare:
            self._prepare()

    def run(self):
        """What is timed; returns the number of rows."""
        return self._run()

    def clean(self):
        """What is not timed, after each run."""
        self.env.cr.rollback()
        self.env.invalidate_all()


@dataclass
class Result:
    """All runs of one contender."""

    key: str
    label: str
    samples: list = field(default_factory=list)
    scale: float = 1.0
    note: str = ""
    spread: float = 1.0  # of the run that it was part of

    def summary(self):
        """The figures as plain values, for the table and for the file."""
        times = [sample.seconds * self.scale for sample in self.samples]
        least = min(self.samples, key=lambda sample: sample.seconds)
        return {
            "label": self.label,
            "seconds": min(times),
            "median": statistics.median(times),
            "rounds": len(times),
            "rows_per_second": least.rows / least.seconds if least.seconds else 0,
            "rows": least.rows,
            "wal": min(sample.wal for sample in self.samples),
            "statements": least.statements,
            "memory": max(sample.memory for sample in self.samples),
            "extrapolated": self.scale != 1.0,
            "note": self.note,
            "spread": self.spread,
            "rejected": self.spread > MOST_SPREAD,
            "samples": [asdict(sample) for sample in self.samples],
        }


def calibrate():
    """Seconds that a fixed piece of work takes now, the best of three: some 10 ms."""
    return min(_calibrate_once() for _number in range(3))


def _calibrate_once():
    start = time.perf_counter()
    total = 0
    for number in range(150_000):
        total += number % 7
    assert total
    return time.perf_counter() - start


def measure(contender):
    """Run a contender once and return its :class:`Sample`."""
    contender.prepare()
    cr = contender.env.cr
    calibration = calibrate()
    _forget_peak()
    wal = _wal(cr)
    statements = cr.sql_log_count
    start = time.perf_counter()
    rows = contender.run()
    seconds = time.perf_counter() - start
    statements = cr.sql_log_count - statements
    memory = _peak()
    contender.clean()
    return Sample(seconds, rows or 0, _wal(cr) - wal, statements, memory, calibration)


def interleave(contenders, rounds, say):
    """Run contenders in turn, ``rounds`` times; one that wants fewer rounds drops out.

    :param say: function that is told of the progress
    :return: ``{key: Result}``
    """
    start = time.perf_counter()
    results = _interleave(contenders, rounds, say)
    moved = _spread(results)
    if moved > MOST_SPREAD:
        say(f"  rejected: the machine's speed moved by {moved:.1f}")
        if rounds > 1 and time.perf_counter() - start < WORTH_REPEATING:
            again = _interleave(contenders, rounds, say)
            if _spread(again) < moved:
                results, moved = again, _spread(again)
    for result in results.values():
        result.spread = moved
    return results


def _interleave(contenders, rounds, say):
    results = {one.key: Result(one.key, one.label, scale=one.scale) for one in contenders}
    for number in range(rounds):
        for one in contenders:
            if one.rounds is None or number < one.rounds:
                results[one.key].samples.append(measure(one))
                results[one.key].note = one.note
                say(f"  {one.label}: {results[one.key].samples[-1].seconds:.3f} s")
    return results


def _spread(results):
    """How far the machine's speed moved during a run, 1.0 for not at all."""
    found = [sample.calibration for result in results.values() for sample in result.samples]
    return max(found) / min(found)


def _wal(cr):
    """Bytes of the journal so far: of this connection where PostgreSQL tells them apart."""
    if cr.connection.server_version < 180000:
        cr.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cr.fetchone()[0])
    # What the connection did is reported when it is idle, at most once a second.
    cr.execute("SELECT pg_stat_force_next_flush()")
    cr.commit()
    cr.execute("SELECT wal_bytes FROM pg_stat_get_backend_wal(pg_backend_pid())")
    wal = int(cr.fetchone()[0])
    cr.rollback()
    return wal


def _forget_peak():
    """Have Linux count this process' largest size anew, where it lets us."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak():
    """The largest size of this process since ``_forget_peak``, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
