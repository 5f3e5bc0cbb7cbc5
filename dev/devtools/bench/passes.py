"""Our own passes over everybody, and what comes before them.

All that these contenders know of the addons' insides is in this file.
"""

import itertools
import time

from .contender import Contender

#: Tables of ours that a pass writes, besides the record of itself.
WRITTEN = (
    "crm_lifecycle_profile",
    "crm_lifecycle_transition",
    "crm_lifecycle_fingerprint",
    "crm_lifecycle_queue",
)

# Which customers are changed follows from how often some were changed before.
_turns = itertools.count()


def run_pass(env, kind):
    """Start a pass and work it off as a single worker does; returns its record.

    :param str kind: ``week`` compares every document, ``night`` looks at what was written,
        ``demand`` and ``install`` derive everybody
    """
    passes = env["crm.lifecycle.pass"]
    one = passes._start(kind)
    env.cr.commit()
    drain(env)
    return one


def drain(env):
    """Work off what waits, a transaction a batch; returns how many there were."""
    queue, count = env["crm.lifecycle.queue"], 0
    while done := queue._process_next():
        count += done
        env.cr.commit()
    env["crm.lifecycle.pass"]._finish_done()
    env.cr.commit()
    return count


def written_rows(cr):
    """Rows that were ever written to our tables, by the statistics of PostgreSQL."""
    cr.execute("SELECT pg_stat_force_next_flush()")
    cr.commit()
    # The report of the connection itself is due when it is idle.
    time.sleep(0.05)
    cr.execute(
        "SELECT SUM(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables"
        " WHERE relname = ANY(%s)",
        [list(WRITTEN)],
    )
    count = cr.fetchone()[0]
    cr.rollback()
    return count


class Pass(Contender):
    """A pass over everybody, with documents changed by SQL before it.

    :param float share: of the customers, to have a changed order
    """

    def __init__(self, key, label, env, kind, customers, share=0.0, **options):
        super().__init__(key, label, env, **options)
        self.kind, self.customers, self.share = kind, customers, share

    def prepare(self):
        if self.share:
            perturb(self.env.cr, self.share, dated=self.kind == "night")
        self.before = written_rows(self.env.cr)

    def run(self):
        self.record = run_pass(self.env, self.kind)
        return self.customers

    def clean(self):
        written = written_rows(self.env.cr) - self.before
        self.note = f"{self.record.total} looked at, {written} rows written"
        super().clean()


def perturb(cr, share, dated=False):
    """Change the last confirmed order of some of those who buy, others each time, and commit.

    :param bool dated: note as well when it was written, and nothing else as written today
    """
    change = "amount_untaxed = amount_untaxed + 1, amount_total = amount_total + 1"
    if dated:
        cr.execute(
            "UPDATE sale_order SET write_date = date_order WHERE name LIKE 'BO%'"
            " AND write_date > NOW() AT TIME ZONE 'UTC' - INTERVAL '1 day'"
        )
        change += ", write_date = NOW() AT TIME ZONE 'UTC'"
    cr.execute(
        f"""UPDATE sale_order SET {change}
             WHERE id IN (
                   SELECT MAX(id) FROM sale_order
                    WHERE state = 'sale' AND partner_id IN (
                          SELECT id FROM res_partner
                           WHERE ref ~ '^B[0-9]+$'
                             AND (HASHTEXT(id::text || %s) & 65535) < 65536 * %s)
                 GROUP BY partner_id)""",
        [f"-{next(_turns)}", share],
    )
    cr.commit()


class FirstStep(Contender):
    """What a full pass does before it compares: the fingerprints of all documents."""

    def run(self):
        from odoo.tools import SQL

        from odoo.addons.crm_lifecycle.engine.traces import customer_fingerprints, record_hash

        cr = self.env.cr
        query = customer_fingerprints(
            self.env["crm.lifecycle.event"]._get_traces(), record_hash(cr._cnx.server_version)
        )
        cr.execute("SET LOCAL jit = off")
        cr.execute(SQL("CREATE UNLOGGED TABLE bench_first_step AS %s", query))
        return cr.rowcount


class Classification(Contender):
    """Everybody's segment, value class, scores and payment band, as after changed rules.

    :param bool types: derive customer types from documents as well
    :param int limit: of the profiles of each company, to be scaled up to all
    """

    def __init__(self, key, label, env, types=False, limit=None, **options):
        self.profiles = env["crm.lifecycle.profile"]
        self.types, self.limit = types, limit
        self.sizes = {
            company.id: count
            for company, count in self.profiles._read_group([], ["company_id"], ["__count"])
        }
        looked_at = sum(min(size, limit or size) for size in self.sizes.values())
        super().__init__(key, label, env, scale=sum(self.sizes.values()) / looked_at, **options)

    def run(self):
        return sum(self._run_company(company_id) for company_id in self.sizes)

    def _run_company(self, company_id):
        # There once the database is open: before, nobody knows where addons are.
        from odoo.addons.crm_lifecycle.models import crm_lifecycle_reclassification as steps

        at_once = steps.TYPED_AT_ONCE if self.types else steps.CLASSIFIED_AT_ONCE
        done, begin = 0, 0
        while begin is not None and (self.limit is None or done < self.limit):
            count, _written, begin = self.profiles._classify_after(
                company_id, begin, at_once, with_types=self.types
            )
            done += count
        return done


class WhatIf(Contender):
    """The preview of a draft of the largest company's rules, with one threshold changed."""

    def prepare(self):
        policies = self.env["crm.lifecycle.policy"]
        company_id = self.env.ref("base.main_company").id
        active = policies.search(
            [("company_id", "=", company_id), ("state", "=", "active")], limit=1
        )
        self.draft = active.copy()
        line = self.draft.criterion_ids.filtered(lambda one: one.value and one.value > 1)[:1]
        line.value += 1
        self.env.flush_all()

    def run(self):
        preview = self.env["crm.lifecycle.preview"].create({"policy_id": self.draft.id})
        return preview.total
