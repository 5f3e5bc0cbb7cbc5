from odoo.tests import tagged

from ..engine.rules import Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestStageByHand(RuleCase):
    """A stage set by hand holds from its first to its last day, whatever the rules say."""

    def setUp(self):
        super().setUp()
        self._buy(self.customer, "2026-01-01")

    def _override(self, start, end, stage="strategic", customer=None, **vals):
        """Set a stage by hand on its first day."""
        with self.at(start):
            return self._create_override(
                customer or self.customer, stage, date_start=start, date_end=end, **vals
            )

    def test_it_holds_from_the_first_day_to_the_last(self):
        self._override("2026-02-01", "2026-02-28")
        self.assertStages(
            (
                ("2026-01-31", "first_buyer"),
                ("2026-02-01", "strategic"),
                ("2026-02-28", "strategic"),
                ("2026-03-01", "first_buyer"),
            )
        )

    def test_it_may_be_of_one_day(self):
        self._override("2026-02-01", "2026-02-01")
        self.assertStages(
            (
                ("2026-01-31", "first_buyer"),
                ("2026-02-01", "strategic"),
                ("2026-02-02", "first_buyer"),
            )
        )

    def test_it_may_be_lower_than_what_the_rules_say(self):
        for stage in ("suspect", "prospect"):
            with self.subTest(stage):
                customer = self._create_customer()
                self._buy(customer, "2026-01-01")
                self._override("2026-02-01", "2026-02-28", stage, customer)
                self.assertStages(
                    (("2026-02-01", stage), ("2026-03-01", "first_buyer")), customer=customer
                )

    def test_the_rules_go_on_underneath(self):
        self._override("2026-02-01", "2026-02-28", "repeat_buyer")
        self._buy(self.customer, "2026-02-10")
        with self.at("2026-02-20"):
            self._create_agreement(self.customer, "2026-02-20", "2026-03-31")
        for day, stage, by_rules, is_overridden, is_contradicted in (
            ("2026-01-31", "first_buyer", "first_buyer", False, False),
            ("2026-02-01", "repeat_buyer", "first_buyer", True, True),
            ("2026-02-09", "repeat_buyer", "first_buyer", True, True),
            ("2026-02-10", "repeat_buyer", "repeat_buyer", True, False),
            ("2026-02-20", "repeat_buyer", "partner", True, True),
            ("2026-03-01", "partner", "partner", False, False),
        ):
            with self.subTest(day):
                profile = self._look_on(day)
                self.assertEqual(
                    (
                        profile.stage_id.code,
                        profile.rule_stage_id.code,
                        profile.is_overridden,
                        profile.is_contradicted,
                    ),
                    (stage, by_rules, is_overridden, is_contradicted),
                )

    def test_the_history_has_the_days_and_the_record_as_evidence(self):
        override = self._override("2026-02-01", "2026-02-28")
        self._look_on("2026-03-10")
        moves = self._moves(self.customer)
        self.assertEqual(
            self._read_moves(moves),
            [
                (None, "first_buyer", "2026-01-01"),
                ("first_buyer", "strategic", "2026-02-01"),
                ("strategic", "first_buyer", "2026-03-01"),
            ],
        )
        self.assertEqual(
            [(move.cause, move.res_model, move.res_id) for move in moves[1:]],
            [
                ("override", "crm.lifecycle.override", override.id),
                ("override_ended", "crm.lifecycle.override", override.id),
            ],
        )

    def test_the_override_is_told_before_what_else_happened_on_the_day(self):
        override = self._override("2026-02-01", "2026-02-28")
        self._buy(self.customer, "2026-02-01")
        self._look_on("2026-02-01")
        move = self._moves(self.customer)[-1]
        self.assertEqual((move.cause, move.res_id), ("override", override.id))
        self.assertEqual(
            [(proof["fact"], proof["kind"]) for proof in move.evidence][:2],
            [("override", "override"), ("purchase", "order")],
        )

    def test_a_purchase_meanwhile_moves_nobody_but_counts_afterwards(self):
        self._override("2026-02-01", "2026-02-28")
        self._buy(self.customer, "2026-02-10")
        profile = self._look_on("2026-03-05")
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "first_buyer", "2026-01-01"),
                ("first_buyer", "strategic", "2026-02-01"),
                ("strategic", "repeat_buyer", "2026-03-01"),
            ],
        )
        self.assertEqual((profile.purchase_count, str(profile.stage_date)), (2, "2026-03-01"))

    def test_the_status_is_not_set_by_hand(self):
        self._override("2026-02-01", "2026-12-31")
        self.assertStatuses((("2026-03-31", "active"), ("2026-04-01", "due")))

    def test_what_waits_was_refused_or_archived_does_not_count(self):
        for name, vals in (
            ("waiting", {"state": "waiting"}),
            ("refused", {"state": "refused"}),
            ("archived", {"active": False}),
        ):
            with self.subTest(name):
                customer = self._create_customer()
                self._buy(customer, "2026-01-01")
                with self.at("2026-02-01"):
                    override = self._create_override(
                        customer, date_start="2026-02-01", date_end="2026-02-28"
                    )
                    override.sudo().write(vals)
                self.assertStages((("2026-02-10", "first_buyer"),), customer=customer)

    def test_approved_late_it_holds_from_the_approval_on(self):
        with self.at("2026-02-01"):
            override = (
                self.env["crm.lifecycle.override"]
                .with_user(self.salesperson)
                .create(
                    {
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "stage_id": self.stages["strategic"].id,
                        "reason": "Their owner says so.",
                        "date_end": "2026-02-28",
                    }
                )
            )
        self.assertEqual(override.state, "waiting")
        with self.at("2026-02-10"):
            override.with_env(self.env).action_approve()
        self.assertStages(
            (
                ("2026-02-09", "first_buyer"),
                ("2026-02-10", "strategic"),
                ("2026-03-01", "first_buyer"),
            )
        )

    def test_ended_early_the_rules_take_over_on_that_day(self):
        override = self._override("2026-02-01", "2026-06-30")
        self._look_on("2026-02-01")
        with self.at("2026-02-15"):
            override.action_end()
            self._process_queue()
        self.assertEqual(
            self._history(self.customer)[1:],
            [
                ("first_buyer", "strategic", "2026-02-01"),
                ("strategic", "first_buyer", "2026-02-15"),
            ],
        )
        # In force on no day at all.
        override = self._override("2026-03-01", "2026-06-30")
        with self.at("2026-03-01"):
            self.assertEqual(self._stage(self.customer), "strategic")
            override.action_end()
            self.assertEqual(self._stage(self.customer), "first_buyer")
        self.assertFalse(override.active)
        self.assertEqual(
            self._superseded(self.customer), [("first_buyer", "strategic", "2026-03-01")]
        )

    def test_one_after_the_other_without_a_day_between(self):
        self._override("2026-02-01", "2026-02-14", "strategic")
        self._override("2026-02-15", "2026-02-28", "partner")
        self._look_on("2026-03-10")
        self.assertEqual(
            self._history(self.customer)[1:],
            [
                ("first_buyer", "strategic", "2026-02-01"),
                ("strategic", "partner", "2026-02-15"),
                ("partner", "first_buyer", "2026-03-01"),
            ],
        )

    def test_the_same_stage_prolonged_is_no_move(self):
        self._override("2026-02-01", "2026-02-14")
        self._override("2026-02-15", "2026-02-28")
        profile = self._look_on("2026-02-20")
        self.assertEqual(str(profile.stage_date), "2026-02-01")
        self.assertEqual(len(self._moves(self.customer)), 2)

    def test_the_end_is_the_day_to_look_again(self):
        self._override("2026-02-01", "2026-02-28")
        self.assertEqual(str(self._look_on("2026-02-10").review_date), "2026-03-01")
        profile = self._look_on("2026-03-01")
        self.assertEqual((profile.stage_id.code, profile.is_overridden), ("first_buyer", False))

    def test_one_that_begins_later_is_the_day_to_look_again(self):
        with self.at("2026-01-10"):
            self._create_override(self.customer, date_start="2026-02-01", date_end="2026-02-28")
        profile = self._look_on("2026-01-20")
        self.assertEqual(
            (profile.stage_id.code, str(profile.review_date)), ("first_buyer", "2026-02-01")
        )
        self.assertEqual(self._look_on("2026-02-01").stage_id.code, "strategic")

    def test_a_minimum_stay_runs_out_underneath(self):
        # Two purchases in a month make a repeat buyer, for 60 days at least.
        self._activate(
            self._ruleset(
                ("first_buyer", Condition("purchases", ">=", 1)),
                ("repeat_buyer", Condition("purchases", ">=", 2, 1)),
                minimum_stay=60,
            )
        )
        self._buy(self.customer, "2026-01-11")
        self._override("2026-02-01", "2026-03-31", "partner")
        for day, by_rules, review in (
            ("2026-02-20", "repeat_buyer", "2026-03-12"),
            ("2026-03-12", "first_buyer", "2026-04-01"),
        ):
            with self.subTest(day):
                profile = self._look_on(day)
                self.assertEqual(
                    (profile.stage_id.code, profile.rule_stage_id.code), ("partner", by_rules)
                )
                self.assertEqual(str(profile.review_date), review)
        self.assertEqual(self._look_on("2026-04-01").stage_id.code, "first_buyer")

    def test_a_stay_does_not_keep_what_was_set_by_hand(self):
        self._activate(self._default_rules(minimum_stay=365, tolerance=0.5))
        self._override("2026-02-01", "2026-02-28")
        self.assertStages((("2026-02-28", "strategic"), ("2026-03-01", "first_buyer")))

    def test_it_waits_for_the_first_document(self):
        customer = self._create_customer()
        self._override("2026-02-01", "2026-02-28", customer=customer)
        self.assertStages((("2026-02-01", None),), customer=customer)
        with self.at("2026-02-10"):
            self._create_lead(customer)
        self.assertStages(
            (("2026-02-09", None), ("2026-02-10", "strategic"), ("2026-03-01", "suspect")),
            customer=customer,
        )

    def test_a_company_sets_it_for_itself(self):
        other = self._create_company("Lifecycle Other Company", "base.EUR")
        with self.at("2026-01-01"):
            self._confirm_order(self.customer, company_id=other.id)
        self._override("2026-02-01", "2026-02-28")
        self.assertStages((("2026-02-01", "strategic"),))
        self.assertStages((("2026-02-01", "first_buyer"),), company=other)

    def test_a_rebuild_gives_the_same_history(self):
        self._override("2026-02-01", "2026-02-28")
        self._buy(self.customer, "2026-02-10")
        self._look_on("2026-03-10")
        lived = self._history(self.customer)
        self._profile(self.customer).sudo().unlink()
        self._look_on("2026-03-10")
        self.assertEqual(self._history(self.customer), lived)


@tagged("post_install", "-at_install")
class TestMergedContacts(RuleCase):
    """Of two stages that met in a merge, the later one takes over."""

    def _merge(self, *ranges):
        """Set stages by hand for two contacts, as (start, end, stage), and merge them."""
        customers = self.customer | self._create_customer("Twin")
        self._buy(self.customer, "2026-01-01")
        for customer, (start, end, stage) in zip(customers, ranges, strict=True):
            with self.at(start):
                self._create_override(customer, stage, date_start=start, date_end=end)
        self.env.cr.flush()
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"dst_partner_id": self.customer.id, "partner_ids": [(6, 0, customers.ids)]}
        )
        wizard.action_merge()

    def test_the_later_one_takes_over(self):
        self._merge(
            ("2026-02-01", "2026-02-28", "strategic"), ("2026-02-15", "2026-03-15", "partner")
        )
        self.assertStages(
            (
                ("2026-02-01", "strategic"),
                ("2026-02-14", "strategic"),
                ("2026-02-15", "partner"),
                ("2026-02-28", "partner"),
                ("2026-03-15", "partner"),
                ("2026-03-16", "first_buyer"),
            )
        )

    def test_of_one_day_the_one_made_later_counts(self):
        self._merge(
            ("2026-02-01", "2026-02-28", "partner"), ("2026-02-01", "2026-02-10", "strategic")
        )
        self.assertStages(
            (
                ("2026-01-31", "first_buyer"),
                ("2026-02-01", "strategic"),
                ("2026-02-10", "strategic"),
                ("2026-02-11", "first_buyer"),
            )
        )
