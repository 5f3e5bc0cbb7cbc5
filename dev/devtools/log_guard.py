"""pytest plugin: a WARNING or ERROR in Odoo's log fails the test during which it was
written.

A test that provokes one on purpose says so with ``assertLogs`` or ``mute_logger``; what
those swallow never gets here. Complaints that Odoo makes by itself are listed in
:data:`devtools.odoo_process.HOST_NOISE`.
"""

import logging

import pytest

from . import odoo_process


class _Collector(logging.Handler):
    """Keeps warnings and errors until somebody takes them."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        message = record.getMessage()
        if not odoo_process.is_noise(record.name, message):
            self.records.append(f"{record.levelname} {record.name}: {message}")

    def take(self):
        records, self.records = self.records, []
        return records


_collector = _Collector()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    """Listen at the root logger, where everything arrives that no test has captured."""
    logging.getLogger().addHandler(_collector)


@pytest.fixture(autouse=True)
def _no_complaints_in_the_log():
    yield
    complaints = _collector.take()
    if complaints:
        pytest.fail("The log has warnings or errors:\n" + "\n".join(complaints), pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what one of several processes has found at its end."""
    _collector.records += getattr(node, "workeroutput", {}).get("late_complaints", ())


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """What was written after the last test fails the run as a whole."""
    late = _collector.take()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["late_complaints"] = late
        return
    session.config.late_complaints = late
    if late and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """List them before pytest's own summary."""
    late = getattr(config, "late_complaints", ())
    if late:
        terminalreporter.section("warnings or errors in the log after the tests")
        for complaint in late:
            terminalreporter.line(complaint)
