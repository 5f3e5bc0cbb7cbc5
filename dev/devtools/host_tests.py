"""``dev/host-tests``: do Odoo's own tests give the same with our addons as without?

Both runs work on copies of the host template, with what it lacks installed: ``dev/host-tests
bridges`` asks the modules that our bridges meet, ``dev/host-tests survey loyalty`` some of them.
It takes long, so it is no part of ``make test``.
"""

import re
import socket
import time

from . import browser, databases, odoo_process, postgres, prepare, settings
from .console import say

_MODULES = ("crm", "sale", "sale_crm")
#: Those that bridges meet which no template has, and that of price lists.
_OF_BRIDGES = ("loyalty", "partnership", "product", "sale_loyalty", "survey")
_BROKEN = re.compile(
    r" odoo\.addons\.(\w+)\.tests\.\w+: (FAIL|ERROR): (?:Subtest )?(setUpClass \S+|\S+)"
)
_TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def compare(*modules):
    """Run the tests of ``modules`` without and with our addons, and print both results.

    ``bridges`` stands for what ours meet beyond the host template. The exit code is 1 when a
    test breaks with our addons that does not without them.
    """
    modules = _OF_BRIDGES if modules == ("bridges",) else modules or _MODULES
    browser.ensure()
    prepare.ensure()
    databases.ensure_host_template()
    without = _run("without", modules)
    with_addons = _run("with", modules)
    print(f"\nTests of {', '.join(modules)}\n")
    print(f"{'':<10}{'without our addons':>20}{'with them':>12}")
    for row in ("tests", "failures", "errors", "seconds"):
        print(f"{row:<10}{without[row]:>20}{with_addons[row]:>12}")
    new = sorted(with_addons["broken"] - without["broken"])
    gone = sorted(without["broken"] - with_addons["broken"])
    for title, names in (("Broken only with them", new), ("Broken only without", gone)):
        print(f"\n{title}: {', '.join(names) or 'none'}")
    both = sorted(without["broken"] & with_addons["broken"])
    print(f"Broken in both: {', '.join(both) or 'none'}")
    return 1 if new or with_addons["tests"] != without["tests"] else 0


def _run(which, modules):
    """Update the modules in a copy of the host template with their tests switched on.

    Our addons come without their demo data: its people and teams would change what some
    tests count.
    """
    name = f"{settings.DB_PREFIX}_hosttests"
    databases.create_from(settings.DB_HOST_TEMPLATE, name)
    # Odoo brings the demo data of a module where its dependencies have theirs.
    postgres.query("UPDATE ir_module_module SET demo = FALSE", name)
    # Where there are several languages, surveys come in the first of them, and no English is found.
    postgres.query("UPDATE res_lang SET active = (code = 'en_US')", name)
    if which == "with":
        databases.install_app(name, log="host-tests-install.log", demo=False)
    missing = sorted({*modules} - {*settings.HOST_MODULES, "product", "sale"})
    if missing:
        # Our bridges to them come along by themselves.
        databases.install_apart(name, *missing)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.monotonic()
    outcome = odoo_process.run(
        *("-d", name, "-u", ",".join(modules), "--stop-after-init"),
        f"--test-tags={','.join(f'/{module}' for module in modules)}",
        f"--http-port={port}",
        label=f"Odoo's own tests of {', '.join(modules)}, {which} our addons",
        log=f"host-tests-{which}.log",
    )
    databases.drop(name)
    broken = {f"{module}:{test}" for module, _kind, test in _BROKEN.findall(outcome.text)}
    failures, errors, tests = (_TOTAL.findall(outcome.text) or [("?", "?", "?")])[-1]
    say(f"{tests} tests, {failures} failures, {errors} errors ({outcome.log})")
    return {
        "tests": tests,
        "failures": failures,
        "errors": errors,
        "seconds": round(time.monotonic() - started),
        "broken": broken,
    }
