"""What is recorded, against what the documents say."""

import json
import time

#: Columns that two recordings of the same need not share, by table. What a customer is
#: beside others goes by cut points, which are measured once a night.
_IGNORED = {
    "crm_lifecycle_profile": (
        "id",
        "value_class",
        "rfm_recency",
        "rfm_frequency",
        "rfm_monetary",
        "rfm_code",
    ),
    "crm_lifecycle_value": ("id", "profile_id"),
    "crm_lifecycle_transition": ("id", "profile_id", "known_at", "superseded_at"),
}


def environment(database):
    """An environment of the superuser, on a connection of its own."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database).check_signaling()
    return api.Environment(registry.cursor(), SUPERUSER_ID, {})


def today(database):
    """The day in each company, which profiles depend on."""
    from odoo import fields
    from odoo.tools import SQL

    from odoo.addons.crm_lifecycle.engine.sources import company_cte

    env = environment(database)
    with env.cr:
        cte = company_cte(fields.Datetime.now())
        rows = env.execute_query(SQL("WITH %s SELECT id, today::text FROM company", cte))
        return sorted(map(list, rows))


def drain(database, seconds):
    """Wait until the workers have emptied the queue; return the rows that are left."""
    end = time.monotonic() + seconds
    while True:
        env = environment(database)
        with env.cr:
            left = _count_left(env)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.05)


def _count_left(env):
    """Count rows that wait, whatever for, and passes that are not at their end."""
    env.cr.execute(
        """SELECT (SELECT COUNT(*) FROM crm_lifecycle_queue WHERE failed_at IS NULL)
                + (SELECT COUNT(*) FROM crm_lifecycle_pass WHERE state IN ('waiting', 'running'))"""
    )
    return env.cr.fetchone()[0]


def sweep(database):
    """Start the nightly pass."""
    env = environment(database)
    with env.cr:
        env["crm.lifecycle.queue"]._cron_sweep()


def compare(database):
    """Recompute everything in a transaction that is undone, and tell what differs.

    :return: ``{"profiles": number, "moves": number, "differences": [text]}``
    """
    env = environment(database)
    with env.cr:
        differences = [*_failures(env), *_misplaced_moves(env), *_read_otherwise(env)]
        recorded = {table: _read(env, table) for table in _IGNORED}
        _recompute(env)
        for table in _IGNORED:
            differences += _differ(table, recorded[table], _read(env, table))
        env.cr.rollback()
    return {
        "profiles": len(recorded["crm_lifecycle_profile"]),
        "moves": len(recorded["crm_lifecycle_transition"]),
        "differences": differences,
    }


def _read(env, table):
    """Return the rows of a table that hold, as sorted JSON, by customer and company."""
    holds = "superseded_at IS NULL" if table == "crm_lifecycle_transition" else "TRUE"
    env.cr.execute(
        f"SELECT to_jsonb(row) - %s::text[] FROM {table} row WHERE {holds}",
        [list(_IGNORED[table])],
    )
    return sorted(
        json.dumps(_normal(row), sort_keys=True, ensure_ascii=False) for (row,) in env.cr.fetchall()
    )


def _normal(value):
    """Return a JSON value in which a number reads the same with and without decimals."""
    if isinstance(value, dict):
        return {name: _normal(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _recompute(env):
    """Drop profiles and histories, and derive everybody from the documents."""
    env.cr.execute("DELETE FROM crm_lifecycle_queue")
    env.cr.execute("DELETE FROM crm_lifecycle_profile")
    env.invalidate_all()
    env["crm.lifecycle.pass"]._start("demand")
    while env["crm.lifecycle.queue"]._process_next():
        env.cr.flush()


def _differ(table, recorded, expected):
    """Name what was recorded that should not have been, and what was not."""
    return [
        f"{table}: {verb} {row}"
        for verb, rows in (
            ("wrongly recorded:", _subtract(recorded, expected)),
            ("missing:", _subtract(expected, recorded)),
        )
        for row in rows
    ]


def _subtract(rows, others):
    """Return the rows that the others lack, each as often as it is lacking."""
    left = list(others)
    found = []
    for row in rows:
        if row in left:
            left.remove(row)
        else:
            found.append(row)
    return found


def _failures(env):
    """Tell which customers were set aside with an error."""
    env.cr.execute("SELECT partner_ref, error FROM crm_lifecycle_queue WHERE failed_at IS NOT NULL")
    return [f"customer {partner} is set aside: {error}" for partner, error in env.cr.fetchall()]


def _misplaced_moves(env):
    """Tell which moves, superseded ones included, belong to another customer's profile."""
    env.cr.execute(
        """SELECT move.id, move.partner_id, profile.partner_id
             FROM crm_lifecycle_transition move
             JOIN crm_lifecycle_profile profile ON profile.id = move.profile_id
            WHERE (move.partner_id, move.company_id) <> (profile.partner_id, profile.company_id)"""
    )
    return [
        f"move {move} of customer {customer} is in the profile of {other}"
        for move, customer, other in env.cr.fetchall()
    ]


def _read_otherwise(env):
    """Read everybody with one statement that records nothing, and tell what differs."""
    from odoo.addons.crm_lifecycle.engine import rules

    ranks = {stage.id: rules.RANK[stage.code] for stage in env["crm.lifecycle.stage"].search([])}
    env.cr.execute(
        """SELECT profile.partner_id, profile.company_id, stage_id, status, stage_date,
                  status_date, purchase_count, purchase_amount, is_overridden,
                  (SELECT COUNT(*) FROM crm_lifecycle_transition move
                    WHERE move.profile_id = profile.id AND superseded_at IS NULL)
             FROM crm_lifecycle_profile profile"""
    )
    recorded = {tuple(row[:2]): (ranks[row[2]], *row[3:]) for row in env.cr.fetchall()}
    derived = {
        (row["partner_id"], row["company_id"]): (
            row["stage_rank"],
            row["status"],
            row["stage_date"],
            row["status_date"],
            row["purchase_count"],
            row["purchase_amount"],
            row["is_overridden"],
            len(row["moves"]),
        )
        for row in env["crm.lifecycle.event"]._derive()
    }
    return [
        f"customer {key[0]} in company {key[1]}: recorded {recorded.get(key)}, read {derived.get(key)}"
        for key in sorted(recorded.keys() | derived.keys())
        if recorded.get(key) != derived.get(key)
    ]
