from odoo.tests import tagged

from ..engine.rules import Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestTimeConditions(RuleCase):
    """Time alone moves customers, on the exact day, and whoever looks late sees the same."""

    def _rules(self, condition):
        # A stage of buyers would have to ask for a purchase besides.
        return self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)), ("partner", condition)
        )

    def test_the_day_before_and_the_day(self):
        # condition, last day before, day of the move, whether it is one up
        self._buy(self.customer, "2026-01-01")
        for condition, before, day, is_up in (
            (Condition("tenure", ">=", 100), "2026-04-10", "2026-04-11", True),
            (Condition("tenure", ">", 100), "2026-04-11", "2026-04-12", True),
            (Condition("tenure", "<", 100), "2026-04-10", "2026-04-11", False),
            (Condition("recency", "<=", 100), "2026-04-11", "2026-04-12", False),
            (Condition("silence", ">=", 100), "2026-04-10", "2026-04-11", True),
            (Condition("purchases", ">=", 1, 3), "2026-03-31", "2026-04-01", False),
            (Condition("purchases", "=", 0, 3), "2026-03-31", "2026-04-01", True),
            (Condition("purchase_amount", "<", 100, 3), "2026-03-31", "2026-04-01", True),
        ):
            self.assertStages(
                (
                    (before, "first_buyer" if is_up else "partner"),
                    (day, "partner" if is_up else "first_buyer"),
                ),
                self._rules(condition),
            )

    def test_an_exact_age_holds_for_a_day(self):
        self._buy(self.customer, "2026-01-01")
        self.assertStages(
            (
                ("2026-01-30", "first_buyer"),
                ("2026-01-31", "partner"),
                ("2026-02-01", "first_buyer"),
            ),
            self._rules(Condition("recency", "=", 30)),
        )

    def test_the_day_of_the_move_is_the_day_to_look(self):
        # The status moves on April 1, 90 days after the purchase; the stage before or after.
        for condition, day in (
            (Condition("tenure", ">=", 60), "2026-03-02"),
            (Condition("recency", "<", 60), "2026-03-02"),
            (Condition("silence", ">", 60), "2026-03-03"),
            (Condition("purchases", "=", 0, 1), "2026-02-01"),
            (Condition("purchase_amount", "<", 1, 1), "2026-02-01"),
        ):
            with self.subTest(condition):
                self.customer = self._create_customer()
                self._activate(self._rules(condition))
                self._buy(self.customer, "2026-01-01")
                profile = self._look_on("2026-01-01")
                stage = profile.stage_id
                self.assertEqual(str(profile.review_date), day)
                profile = self._look_on(day)
                self.assertNotEqual(profile.stage_id, stage)
                self.assertEqual(str(profile.stage_date), day)

    def test_the_nightly_pass_moves_whoever_is_due(self):
        self._activate(self._rules(Condition("tenure", ">=", 60)))
        self._buy(self.customer, "2026-01-01")
        self._look_on("2026-01-01")
        for day, stage in (("2026-03-01", "first_buyer"), ("2026-03-02", "partner")):
            with self.at(day):
                self._gather("night")
                self.assertEqual(self._stage(self.customer), stage)

    def test_the_cause_is_time_and_the_purchase_stands_behind_it(self):
        self._activate(self._rules(Condition("tenure", ">=", 60)))
        [order] = self._buy(self.customer, "2026-01-01")
        self._look_on("2026-01-05")
        profile = self._look_on("2026-03-02")
        move = profile.stage_transition_id
        self.assertEqual(
            (move.cause, str(move.effective_date), str(move.known_at)),
            ("time", "2026-03-02", "2026-03-02 12:00:00"),
        )
        self.assertEqual((move.res_model, move.res_id), ("sale.order", order.id))
        self.assertEqual(
            [(proof["fact"], proof["ends"], proof["id"]) for proof in move.evidence],
            [("purchase", False, order.id)],
        )
        self.assertEqual(move.sudo().figures["tenure_0"], 60)

    def test_a_document_of_the_day_is_the_cause_where_it_explains_the_move(self):
        self._activate(self._rules(Condition("purchases", ">=", 2, 1)))
        orders = self._buy(self.customer, "2026-01-01", "2026-01-15")
        self._look_on("2026-02-01")
        self.assertEqual(
            [(move.cause, str(move.effective_date)) for move in self._moves(self.customer)],
            [("order", "2026-01-01"), ("order", "2026-01-15"), ("time", "2026-02-01")],
        )
        self.assertEqual(self._moves(self.customer)[-1].res_id, orders[1].id)

    def test_a_purchase_on_the_day_that_another_drops_out_moves_nobody(self):
        self._activate(self._rules(Condition("purchases", ">=", 1, 1)))
        self._buy(self.customer, "2026-01-15", "2026-02-15")
        self._look_on("2026-02-20")
        self.assertEqual(self._history(self.customer), [(None, "partner", "2026-01-15")])

    def test_forty_days_late_it_reads_as_looked_at_daily(self):
        rules = self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            ("repeat_buyer", Condition("purchases", ">=", 2, 1)),
            ("partner", Condition("tenure", ">=", 40), Condition("recency", "<=", 35)),
            minimum_stay=10,
        )
        self._activate(rules)
        daily, late = self.customer, self._create_customer("Late")
        for customer in (daily, late):
            self._buy(customer, "2026-01-01", "2026-01-11")
        self._look_daily("2026-01-11", "2026-02-20", daily)
        self._look_on("2026-02-20", late)
        expected = [
            (None, "first_buyer", "2026-01-01"),
            ("first_buyer", "repeat_buyer", "2026-01-11"),
            # One of two drops out on February 1, the stay of ten days is over before.
            ("repeat_buyer", "first_buyer", "2026-02-01"),
            ("first_buyer", "partner", "2026-02-10"),
            # The latest purchase is 36 days ago on February 16, the stay goes on until 20.
            ("partner", "first_buyer", "2026-02-20"),
        ]
        for customer in (daily, late):
            with self.subTest(customer.name):
                self.assertEqual(self._history(customer), expected)
                self.assertEqual(self._superseded(customer), [])
        self.assertEqual(
            [(move.cause, move.figures) for move in self._moves(daily).sudo()],
            [(move.cause, move.figures) for move in self._moves(late).sudo()],
        )
        columns = ("status", "status_date", "review_date", "figures", "lapses", "stage_date")
        [left], [right] = (
            self._profile(customer).sudo().read(columns) for customer in (daily, late)
        )
        self.assertEqual({**left, "id": 0}, {**right, "id": 0})
