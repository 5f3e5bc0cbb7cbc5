"""The command line, parsed before anything is installed."""

import argparse

SEED = 20261122
OPERATIONS_PER_ROUND = 1000
OPERATIONS_PER_KILL = 40


def parse(arguments):
    """Return the options; ``database`` and ``config`` are filled in by the command."""
    parser = argparse.ArgumentParser(
        prog="dev/faults",
        description="Random document operations by several users at once while the workers"
        " are killed; then everything is compared with a recomputation from scratch.",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--operations", type=int, default=10000, help="default: %(default)s")
    parser.add_argument("--users", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    parser.add_argument(
        "--customers",
        type=int,
        default=150,
        help="that the users have to do with: the fewer, the more they collide; default: %(default)s",
    )
    parser.add_argument(
        "--kills",
        type=int,
        help=f"times that a worker is killed or its connection cut; default: one per {OPERATIONS_PER_KILL} operations",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        help=f"comparisons on the way; default: one per {OPERATIONS_PER_ROUND} operations",
    )
    parser.add_argument("--json", metavar="FILE", help="the summary for machines as well")
    parser.add_argument("--logs", metavar="FOLDER", help="a line of JSON per operation goes there")
    parser.add_argument("--config", help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.kills is None:
        options.kills = max(1, options.operations // OPERATIONS_PER_KILL)
    if options.rounds is None:
        options.rounds = max(1, options.operations // OPERATIONS_PER_ROUND)
    return options
