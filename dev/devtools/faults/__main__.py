"""The run itself, in the environment that has Odoo; ``devtools.commands`` starts it."""

import sys

from . import drill, options

if __name__ == "__main__":
    sys.exit(drill.main(options.parse(sys.argv[1:])))
