#!/usr/bin/env python3
"""Entry point of the developer commands: ``dev/cli.py run|test|lint|...``, see
dev/README.md.
"""

import os
import shutil
import subprocess
import sys

# Kept readable for any Python 3, so that a wrong one is told so in words.
OLDEST, NEWEST = (3, 10), (3, 13)


def use_fitting_python():
    """Go on in a Python that Odoo 19 supports: this one, or another one of this
    machine.
    """
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which("python3.%d" % minor)
        # A version manager's placeholder has the name, but does not run.
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    sys.exit(
        "ERROR: Odoo 19 needs Python 3.10 to 3.13, and this is %d.%d: install one of them, "
        "or name it: make PYTHON=/path/to/python3.12 ..." % sys.version_info[:2]
    )


if __name__ == "__main__":
    use_fitting_python()
    from devtools import commands

    sys.exit(commands.main(sys.argv[1:]))
