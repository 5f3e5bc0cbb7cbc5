import random

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import explanation, rfm, rules
from ..engine.metrics import METRICS
from ..engine.rhythm import STATUSES
from .common import LifecycleCase
from .generated import END, START, GeneratedCompany

SEEDS = (1, 2)
CUSTOMERS = 500
MOVE_COLUMNS = (
    "partner_id, from_stage_id, to_stage_id, from_status, to_status, direction, stage_moved,"
    " status_moved, effective_date, policy_id, cause, purchase_count, res_model, res_id, evidence,"
    " figures"
)


class GeneratedCase(LifecycleCase):
    """Tests of the engine on made-up companies."""

    def _derive(self, generated, **options):
        """Return what the engine derives at the end, by customer."""
        options.setdefault("drafts", {})
        with self.at(str(END)):
            return {
                row["partner_id"]: row
                for row in self.env["crm.lifecycle.event"]._derive(
                    generated.customer_ids, **options
                )
                if row["company_id"] == self.company.id
            }

    def _moves_recorded(self, generated, columns=MOVE_COLUMNS):
        """Return the rows of what holds, without ids and when it became known."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM crm_lifecycle_transition WHERE partner_id = ANY(%s)"
                " AND superseded_at IS NULL ORDER BY partner_id, effective_date",
                SQL(columns),
                generated.customer_ids,
            )
        )

    def _days_recorded(self, generated, columns="partner_id, purchase_date, date, amount"):
        """Return the rows of purchase days."""
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM crm_lifecycle_purchase_day WHERE partner_id = ANY(%s)"
                " ORDER BY partner_id, purchase_date, date",
                SQL(columns),
                generated.customer_ids,
            )
        )

    def _purchases_recorded(self, generated, day):
        """Return purchases and amount by customer, as purchase days tell of a day."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, COUNT(*) FILTER (WHERE net > 0), SUM(net)
                     FROM (SELECT partner_id, ROUND(SUM(amount), 2) AS net
                             FROM crm_lifecycle_purchase_day
                            WHERE partner_id = ANY(%s) AND date <= %s
                         GROUP BY partner_id, purchase_date) day
                 GROUP BY partner_id""",
                generated.customer_ids,
                day,
            )
        )
        return {partner_id: (count, amount) for partner_id, count, amount in rows}

    def _profiles_recorded(self, generated):
        """Return the profiles, but for what they are beside others: measured once a night."""
        return self.env.execute_query(
            SQL(
                "SELECT to_jsonb(profile) - %s::text[] FROM crm_lifecycle_profile profile"
                " WHERE partner_id = ANY(%s) ORDER BY partner_id",
                ["id", "value_class", *rfm.scores()],
                generated.customer_ids,
            )
        )


@tagged("post_install", "-at_install")
class TestGeneratedHistories(GeneratedCase):
    """Histories of some thousand customers with every kind of document."""

    def _look(self, day, customer_ids):
        """Refresh as the queue and the pass of a day do: who changed, and who is due."""
        with self.at(f"{day} 23:00:00"):
            due = self.env.execute_query(self.env["crm.lifecycle.pass"]._get_due())
            referrers = self.env["res.partner"].browse(customer_ids)._get_lifecycle_referrers()
            customers = set(customer_ids) | {row[0] for row in due} | set(referrers.ids)
            self.env["crm.lifecycle.profile"]._refresh(sorted(customers))

    def test_a_history_reads_the_same_lived_rebuilt_and_evaluated(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                generated = GeneratedCompany(self, seed, CUSTOMERS)
                generated.live(self._look, step=45)
                lived = self._moves_recorded(generated), self._profiles_recorded(generated)
                lived_days = self._days_recorded(generated)
                self.assertGreater(len(lived[0]), CUSTOMERS)
                self.assertGreater(len({row[2] for row in lived[0]}), 7)
                self.assertEqual({row[4] for row in lived[0]}, set(STATUSES))

                # Some were taken back on a later day.
                self.assertTrue(any(bought < day for _id, bought, day, _net in lived_days))
                physical = self._moves_recorded(generated, "id, xmin, ctid")
                physical_days = self._days_recorded(generated, "id, xmin, ctid")
                self._look(END, generated.customer_ids)
                self.assertEqual(self._moves_recorded(generated, "id, xmin, ctid"), physical)
                self.assertEqual(self._days_recorded(generated, "id, xmin, ctid"), physical_days)

                for table in ("crm_lifecycle_profile", "crm_lifecycle_purchase_day"):
                    self.env.cr.execute(
                        SQL(
                            "DELETE FROM %s WHERE partner_id = ANY(%s)",
                            SQL.identifier(table),
                            generated.customer_ids,
                        )
                    )
                self.env.invalidate_all()
                self._look(END, generated.customer_ids)
                self.assertEqual(self._moves_recorded(generated), lived[0])
                self.assertEqual(self._profiles_recorded(generated), lived[1])
                self.assertEqual(self._days_recorded(generated), lived_days)
                self._check_any_day(generated, random.Random(seed))  # noqa: S311

    def _check_any_day(self, generated, rng):
        """The state on a day, read from the history, is what evaluating that day gives."""
        for _number in range(6):
            day = START + (END - START) * rng.random()
            derived = self._derive(generated, as_of=day)
            bought = self._purchases_recorded(generated, day)
            for partner_id, row in derived.items():
                self.assertEqual(
                    (row["purchase_count"], row["purchase_amount"]),
                    bought.get(partner_id, (0, 0)),
                )
            evaluated = {
                partner_id: (rules.STAGES[row["stage_rank"] - 1], row["status"])
                for partner_id, row in derived.items()
            }
            read = {}
            for move in self.env["crm.lifecycle.transition"].search(
                [
                    ("partner_id", "in", generated.customer_ids),
                    ("superseded_at", "=", False),
                    ("effective_date", "<=", day),
                ],
                order="effective_date, id",
            ):
                read[move.partner_id.id] = (move.to_stage_id.code, move.to_status)
            self.assertEqual(read, evaluated, day)


@tagged("post_install", "-at_install")
class TestRandomRules(GeneratedCase):
    """Whatever the rules, the SQL decides as the explanation says."""

    def _random_condition(self, rng):
        metric = rng.choice(list(METRICS.values()))
        limit = {
            "days": rng.choice([1, 30, 200, 400]),
            "amount": rng.choice([10, 100.5, 1000]),
            "percent": rng.choice([25, 50, 100]),
            "score": rng.choice([2, 3.5, 5]),
        }.get(metric.unit, rng.choice([0, 1, 2, 3]))
        months = rng.choice([0, 1, 6, 12]) if metric.windowed else 0
        return rules.Condition(metric.key, rng.choice(rules.OPERATORS), limit, months)

    def _random_ruleset(self, rng, **options):
        return rules.RuleSet(
            tuple(
                rules.StageRule(
                    code,
                    tuple(
                        tuple(self._random_condition(rng) for _number in range(rng.randint(1, 3)))
                        for _group in range(rng.randint(1, 2))
                    ),
                )
                for code in reversed(rules.STAGES[1:])
                if rng.random() < 0.8
            ),
            basis=rng.choice(rules.BASES),
            **options,
        )

    def test_the_decision_and_the_explanation_agree(self):
        for seed in SEEDS:
            rng = random.Random(seed)  # noqa: S311 reproducible, not secret
            generated = GeneratedCompany(self, seed, 120)
            generated.live(lambda _day, _customers: None)
            for _number in range(8):
                ruleset = self._random_ruleset(rng)
                rows = self._derive(generated, drafts={self.company.id: (None, ruleset)})
                self.assertTrue(rows)
                for row in rows.values():
                    with self.subTest(seed=seed, rules=ruleset, customer=row["partner_id"]):
                        self._check_row(ruleset, row)

    def _check_row(self, ruleset, row):
        today = explanation.figures_on(row["figures"], METRICS, ruleset, row["today"])
        if not row["is_overridden"]:
            self.assertEqual(rules.RANK[ruleset.stage_of(today)], row["stage_rank"])
        self.assertEqual(rules.RANK[ruleset.stage_of(today)], row["rule_rank"])
        stage = rules.STAGES[row["rule_rank"] - 1]
        told = explanation.explain(
            ruleset, METRICS, stage, row["figures"], row["today"], row["lapses"]
        )
        self.assertIsNone(told.kept)
        self.assertTrue(all(finding.holds for finding in told.met))
        if told.next_stage:
            self.assertTrue(all(told.missing))
