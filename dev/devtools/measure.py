"""``dev/measure``: what the addons cost the host, side by side in one run.

Two copies of the host template, one with our addons, hold the same orders. They
are confirmed in turn, one here, one there, so that whatever else the machine is
doing hits both alike. Reported are paired differences, not seconds by themselves.
"""

import random
import statistics
import sys
import time

ORDERS = 200
CUSTOMERS = 1000
WARM_UP = 10


def open_environment(database):
    """An environment of the superuser on a database, in this very process."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    return api.Environment(Registry(database).cursor(), SUPERUSER_ID, {})


def make_orders(env, count):
    """Create quotations of two lines for as many customers, committed."""
    product = env["product.product"].create({"name": "Measured", "type": "service"})
    customers = env["res.partner"].create(
        [{"name": f"Measured {number}"} for number in range(count)]
    )
    line = {"product_id": product.id, "product_uom_qty": 1, "price_unit": 10.0}
    orders = env["sale.order"].create(
        [
            {"partner_id": customer.id, "order_line": [(0, 0, line), (0, 0, line)]}
            for customer in customers
        ]
    )
    env.cr.commit()
    return orders


def confirm(order):
    """Confirm and commit one order; return milliseconds and queries."""
    order.env.invalidate_all()
    queries = order.env.cr.sql_log_count
    start = time.perf_counter()
    order.action_confirm()
    order.env.cr.commit()
    return (time.perf_counter() - start) * 1000, order.env.cr.sql_log_count - queries


def interval(differences, rounds=2000):
    """Return the 95% bootstrap interval of the mean of paired differences."""
    chance = random.Random(19)  # noqa: S311 a recorded seed, not a secret
    means = sorted(
        statistics.fmean(chance.choices(differences, k=len(differences))) for _ in range(rounds)
    )
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def pair_confirmations(env_without, env_with, count=ORDERS):
    """Confirm as many orders here and there, in turn.

    :return: list of ((ms, queries) without, (ms, queries) with), one an order
    """
    pairs = list(
        zip(
            make_orders(env_without, count + WARM_UP),
            make_orders(env_with, count + WARM_UP),
            strict=True,
        )
    )
    results = []
    for number, (order_without, order_with) in enumerate(pairs):
        # Who goes first alternates.
        if number % 2:
            after, before = confirm(order_with), confirm(order_without)
        else:
            before, after = confirm(order_without), confirm(order_with)
        if number >= WARM_UP:
            results.append((before, after))
    return results


def compare(results):
    """What the pairs of :func:`pair_confirmations` come to.

    :return: milliseconds ``without`` (mean), their ``difference`` (mean) with the interval
        from ``low`` to ``high`` and the ``median`` difference, ``queries`` more (median)
    """
    differences = [after[0] - before[0] for before, after in results]
    low, high = interval(differences)
    return {
        "orders": len(results),
        "without": statistics.fmean(before[0] for before, _after in results),
        "difference": statistics.fmean(differences),
        "low": low,
        "high": high,
        "median": statistics.median(differences),
        "queries": statistics.median(after[1] - before[1] for before, after in results),
    }


def measure_confirmations(env_without, env_with):
    """Print what confirming an order costs without and with our addons."""
    results = pair_confirmations(env_without, env_with)
    for name, side in (("without", 0), ("with", 1)):
        times = [result[side][0] for result in results]
        queries = [result[side][1] for result in results]
        print(
            f"confirm an order {name:8} median {statistics.median(times):7.2f} ms"
            f"   minimum {min(times):7.2f} ms   queries, median {statistics.median(queries):g}"
            f" (mean {statistics.fmean(queries):.2f})"
        )
    found = compare(results)
    print(
        f"paired difference, {found['orders']} orders: mean {found['difference']:+.2f} ms"
        f" ({found['difference'] / found['without']:+.1%}),"
        f" 95% {found['low']:+.2f} to {found['high']:+.2f} ms; median {found['median']:+.2f} ms"
    )


def measure_refresh(env):
    """Print what the queue's worker costs for each customer."""
    orders = make_orders(env, CUSTOMERS)
    orders.action_confirm()
    env.cr.commit()
    queue = env["crm.lifecycle.queue"]
    env.cr.execute("DELETE FROM crm_lifecycle_queue")
    partner_ids = orders.partner_id.ids
    profiles = env["crm.lifecycle.profile"]
    for label in ("first fill", "nothing changed", "nothing changed"):
        queue._mark(partner_ids)
        env.cr.commit()
        env.invalidate_all()
        queries = env.cr.sql_log_count
        start = time.perf_counter()
        while queue._process_batch():
            env.cr.commit()
        seconds = time.perf_counter() - start
        print(
            f"refresh of {CUSTOMERS} queued customers, {label:16}"
            f" {seconds * 1000 / CUSTOMERS:.3f} ms each, {env.cr.sql_log_count - queries} queries"
        )
    assert profiles.search_count([("partner_id", "in", partner_ids)]) == CUSTOMERS


def main(config_file, database_without, database_with):
    from odoo.tools import config

    config.parse_config(["-c", config_file, "--log-level=critical", "--no-http"])
    env_without, env_with = open_environment(database_without), open_environment(database_with)
    measure_confirmations(env_without, env_with)
    measure_refresh(env_with)


if __name__ == "__main__":
    main(*sys.argv[1:])
