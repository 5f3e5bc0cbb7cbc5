import random
from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from ..engine.rules import STAGES, Condition
from .rules_common import RuleCase

SEEDS = range(8)


class KeptCase(RuleCase):
    """Buyers are first-time buyers, and more than that by a condition of each test."""

    def _buyers(self, condition, **options):
        """Return rules that make a repeat buyer by a condition."""
        return self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            ("repeat_buyer", condition),
            **options,
        )

    def _take_back(self, invoice, amount):
        return self._post_invoice(
            invoice.partner_id, amount, move_type="out_refund", reversed_entry_id=invoice.id
        )


@tagged("post_install", "-at_install")
class TestTolerance(KeptCase):
    """A stage begins at its limit, and ends where the limit is missed by more."""

    def test_an_amount_around_its_limit(self):
        # From 1,000 on; kept down to 900.
        rules = self._buyers(Condition("purchase_amount", ">=", 1000), tolerance=0.1)
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer, 950.0)
        with self.at("2026-01-05"):
            self._post_invoice(self.customer, 50.0)
        for day, amount in (("2026-01-10", 100.0), ("2026-01-15", 0.01)):
            with self.at(day):
                self._take_back(invoice, amount)
        for day, amount in (("2026-01-20", 100.0), ("2026-01-25", 0.01)):
            with self.at(day):
                self._post_invoice(self.customer, amount)
        self.assertStages(
            (
                ("2026-01-01", "first_buyer"),  # 950: kept, but not reached
                ("2026-01-05", "repeat_buyer"),  # 1,000
                ("2026-01-10", "repeat_buyer"),  # 900
                ("2026-01-15", "first_buyer"),  # 899.99
                ("2026-01-20", "first_buyer"),  # 999.99
                ("2026-01-25", "repeat_buyer"),  # 1,000
            ),
            rules,
        )

    def test_without_tolerance_the_limit_is_the_limit(self):
        rules = self._buyers(Condition("purchase_amount", ">=", 1000))
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer, 1000.0)
        with self.at("2026-01-10"):
            self._take_back(invoice, 0.01)
        self.assertStages(
            (("2026-01-01", "repeat_buyer"), ("2026-01-10", "first_buyer")),
            rules,
        )

    def test_a_customer_at_a_limit_does_not_flap(self):
        self._activate(self._buyers(Condition("purchases", ">=", 10, 12), tolerance=0.1))
        days = ["2024-12-01"]
        days += [f"2025-{month:02}-01" for month in range(1, 13) if month not in (3, 6)]
        days += ["2026-01-15", "2026-02-15", "2026-04-01", "2026-05-01"]
        self._buy(self.customer, *days)
        self._look_on("2026-05-20")
        # Ten of twelve months from November 2025 on. In January and February 2026 one drops
        # out on the 1st and the next comes on the 15th, so that there are nine meanwhile.
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "first_buyer", "2024-12-01"),
                ("first_buyer", "repeat_buyer", "2025-11-01"),
            ],
        )

    def test_it_eases_an_upper_limit_too(self):
        # Bought within 100 days; kept up to 110 days.
        rules = self._buyers(Condition("recency", "<=", 100), tolerance=0.1)
        self._buy(self.customer, "2026-01-01")
        self.assertStages(
            (
                ("2026-01-01", "repeat_buyer"),
                ("2026-04-11", "repeat_buyer"),  # 100 days
                ("2026-04-12", "repeat_buyer"),
                ("2026-04-21", "repeat_buyer"),  # 110 days
                ("2026-04-22", "first_buyer"),
            ),
            rules,
        )

    def test_limits_that_are_no_whole_days(self):
        # More than 33 days of silence: kept down to 29.7 days, which is the 30th.
        rules = self._ruleset(("prospect", Condition("silence", ">", 33)), tolerance=0.1)
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        self.assertStages(
            (("2026-02-03", "suspect"), ("2026-02-04", "prospect"), ("2026-12-31", "prospect")),
            rules,
        )
        # At most 33 days: kept up to 36.3 days, which is the 36th.
        rules = self._ruleset(("prospect", Condition("silence", "<=", 33)), tolerance=0.1)
        self.assertStages(
            (("2026-02-06", "prospect"), ("2026-02-07", "suspect")),
            rules,
        )

    def test_an_exact_value_is_not_eased(self):
        rules = self._ruleset(
            ("prospect", Condition("purchases", "=", 0)),
            ("first_buyer", Condition("purchases", "=", 10)),
            tolerance=0.5,
        )
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        self._buy(self.customer, "2026-01-02")
        self.assertStages((("2026-01-01", "prospect"), ("2026-01-02", "suspect")), rules)

    def test_all_conditions_of_the_group_that_keeps_are_eased_together(self):
        rules = self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            (
                "repeat_buyer",
                [
                    [Condition("purchase_amount", ">=", 100), Condition("recency", "<=", 10)],
                    [Condition("purchase_amount", ">=", 1000)],
                ],
            ),
            tolerance=0.1,
        )
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer, 100.0)
        with self.at("2026-01-05"):
            self._take_back(invoice, 10.0)
        self.assertStages(
            (
                ("2026-01-05", "repeat_buyer"),
                ("2026-01-12", "repeat_buyer"),  # 90 and 11 days
                ("2026-01-13", "first_buyer"),
            ),
            rules,
        )
        # Made by one alternative, kept by the tolerance of another.
        other = self._create_customer()
        with self.at("2026-01-01"):
            self._post_invoice(other, 950.0)
        self.assertStages((("2026-03-01", "repeat_buyer"),), rules, other)


@tagged("post_install", "-at_install")
class TestMinimumStay(KeptCase):
    """A stage is kept for some days at least, unless its evidence is taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two purchases within a month; kept for 60 days.
        cls.rules = cls._buyers(cls, Condition("purchases", ">=", 2, 1), minimum_stay=60)

    def test_it_ends_on_its_exact_day(self):
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        self.assertStages(
            (
                ("2026-01-10", "first_buyer"),
                ("2026-01-11", "repeat_buyer"),
                ("2026-01-31", "repeat_buyer"),
                ("2026-02-01", "repeat_buyer"),  # the first one dropped out
                ("2026-02-11", "repeat_buyer"),
                ("2026-03-11", "repeat_buyer"),
                ("2026-03-12", "first_buyer"),  # 60 days after January 11
            ),
            self.rules,
        )

    def test_without_it_the_stage_ends_with_the_window(self):
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        self.assertStages(
            (("2026-01-31", "repeat_buyer"), ("2026-02-01", "first_buyer")),
            self._buyers(Condition("purchases", ">=", 2, 1)),
        )

    def test_a_claim_anew_carries_it_over_the_end(self):
        # Two within a month again from March 5 until February 20 drops out.
        self._buy(self.customer, "2026-01-01", "2026-01-11", "2026-02-20", "2026-03-05")
        self.assertStages(
            (
                ("2026-03-04", "repeat_buyer"),
                ("2026-03-12", "repeat_buyer"),
                ("2026-03-19", "repeat_buyer"),
                # The stay began on January 11 and is over.
                ("2026-03-20", "first_buyer"),
            ),
            self.rules,
        )

    def test_a_new_stay_begins_with_a_new_entrance(self):
        self._buy(self.customer, "2026-01-01", "2026-01-11", "2026-04-01", "2026-04-11")
        self.assertStages(
            (
                ("2026-03-12", "first_buyer"),
                ("2026-04-10", "first_buyer"),
                ("2026-04-11", "repeat_buyer"),
                ("2026-06-09", "repeat_buyer"),
                ("2026-06-10", "first_buyer"),
            ),
            self.rules,
        )

    def test_a_refund_of_the_evidence_ends_it_at_once(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-11"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-20"):
            self._refund(invoice)
        self.assertStages(
            (("2026-01-19", "repeat_buyer"), ("2026-01-20", "first_buyer")), self.rules
        )

    def test_a_cancelled_order_ends_it_at_once(self):
        self._buy(self.customer, "2026-01-01")
        order = self._order_traced("2026-01-11")
        with self.at("2026-01-20"):
            order.action_cancel()
            self.env.cr.flush()
        self.assertStages(
            (("2026-01-19", "repeat_buyer"), ("2026-01-20", "first_buyer")), self.rules
        )

    def test_a_refund_that_leaves_the_conditions_met_ends_nothing(self):
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        with self.at("2026-01-12"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-20"):
            self._refund(invoice)
        self.assertStages(
            (
                ("2026-01-20", "repeat_buyer"),
                ("2026-03-11", "repeat_buyer"),
                ("2026-03-12", "first_buyer"),
            ),
            self.rules,
        )

    def test_a_partial_refund_below_the_limit_ends_it_at_once(self):
        rules = self._buyers(Condition("purchase_amount", ">=", 1000, 12), minimum_stay=60)
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer, 1000.0)
        with self.at("2026-01-10"):
            self._take_back(invoice, 200.0)
        self.assertStages((("2026-01-09", "repeat_buyer"), ("2026-01-10", "first_buyer")), rules)

    def test_a_refund_of_the_referred_customer_ends_it_at_once(self):
        rules = self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            ("strategic", Condition("referrals", ">=", 1)),
            minimum_stay=60,
        )
        self._buy(self.customer, "2026-01-01")
        referred = self._create_customer("Grace", lifecycle_referrer_id=self.customer.id)
        with self.at("2026-01-05"):
            invoice = self._post_invoice(referred)
        with self.at("2026-01-10"):
            self._refund(invoice)
        self.assertStages(
            (
                ("2026-01-04", "first_buyer"),
                ("2026-01-05", "strategic"),
                ("2026-01-09", "strategic"),
                ("2026-01-10", "first_buyer"),
            ),
            rules,
        )

    def test_what_ends_by_itself_is_no_evidence_taken_back(self):
        rules = self._ruleset(("partner", Condition("agreements", ">=", 1)), minimum_stay=60)
        with self.at("2026-01-01"):
            self._create_agreement(self.customer, "2026-01-01", "2026-01-31")
        self.assertStages(
            (("2026-02-01", "partner"), ("2026-03-01", "partner"), ("2026-03-02", "suspect")),
            rules,
        )

    def test_each_stage_has_a_stay_of_its_own(self):
        # Long-term from January 21 (three in a month), repeat buyer from January 11.
        rules = self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            ("repeat_buyer", Condition("purchases", ">=", 2, 1)),
            ("long_term", Condition("purchases", ">=", 3, 1)),
            minimum_stay=30,
        )
        self._buy(self.customer, "2026-01-01", "2026-01-11", "2026-01-21")
        self.assertStages(
            (
                ("2026-01-20", "repeat_buyer"),
                ("2026-01-21", "long_term"),
                # Two until February 11, when the repeat buyer's stay is over as well.
                ("2026-02-11", "long_term"),
                ("2026-02-19", "long_term"),
                ("2026-02-20", "first_buyer"),
            ),
            rules,
        )

    def test_the_end_of_a_stay_is_the_day_to_look_again(self):
        self._activate(self.rules)
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        for day, stage, review in (
            ("2026-01-12", "repeat_buyer", "2026-02-01"),  # the first one drops out
            ("2026-02-01", "repeat_buyer", "2026-02-11"),  # the second one drops out
            ("2026-02-11", "repeat_buyer", "2026-03-12"),  # the stay is over
            ("2026-03-12", "first_buyer", "2026-04-11"),  # due, by the company's rhythm
        ):
            with self.subTest(day):
                profile = self._look_on(day)
                self.assertEqual((profile.stage_id.code, str(profile.review_date)), (stage, review))
        move = profile.stage_transition_id
        self.assertEqual((move.cause, str(move.effective_date)), ("time", "2026-03-12"))

    def test_recorded_late_it_reads_the_same(self):
        self._activate(self.rules)
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        self._look_on("2026-04-01")
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "first_buyer", "2026-01-01"),
                ("first_buyer", "repeat_buyer", "2026-01-11"),
                ("repeat_buyer", "first_buyer", "2026-03-12"),
            ],
        )


@tagged("post_install", "-at_install")
class TestToleranceAndStay(KeptCase):
    """With both, a stage ends when its limit is missed by more, and the stay is over."""

    def _derive_stages(self, table):
        rules = self._buyers(Condition("recency", "<=", 100), tolerance=0.1, minimum_stay=self.stay)
        self._buy(self.customer, "2026-01-01")
        self.assertStages(table, rules)

    def test_the_stay_outlasts_the_tolerance(self):
        self.stay = 120
        # 111 days after the purchase, the stay goes on until 120 days after it.
        self._derive_stages((("2026-04-30", "repeat_buyer"), ("2026-05-01", "first_buyer")))

    def test_the_tolerance_outlasts_the_stay(self):
        self.stay = 105
        self._derive_stages((("2026-04-21", "repeat_buyer"), ("2026-04-22", "first_buyer")))

    def test_both_end_on_one_day(self):
        self.stay = 111
        self._derive_stages((("2026-04-21", "repeat_buyer"), ("2026-04-22", "first_buyer")))

    def test_a_refund_within_the_tolerance_ends_no_stage(self):
        rules = self._buyers(
            Condition("purchase_amount", ">=", 1000), tolerance=0.1, minimum_stay=60
        )
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer, 1000.0)
        for day, amount in (("2026-01-10", 100.0), ("2026-01-15", 1.0)):
            with self.at(day):
                self._take_back(invoice, amount)
        self.assertStages(
            (
                ("2026-01-10", "repeat_buyer"),
                ("2026-01-14", "repeat_buyer"),
                ("2026-01-15", "first_buyer"),
            ),
            rules,
        )

    def test_rules_that_keep_and_rules_that_do_not_side_by_side(self):
        other = self._create_company("Lifecycle Strict Company", "base.EUR")
        condition = Condition("purchases", ">=", 2, 1)
        self._activate(self._buyers(condition, minimum_stay=60))
        self._activate(self._buyers(condition), other)
        for day in ("2026-01-01", "2026-01-11"):
            self._buy(self.customer, day)
            with self.at(day):
                self._confirm_order(self.customer, company_id=other.id)
        self.assertStages((("2026-02-01", "repeat_buyer"),))
        self.assertStages((("2026-02-01", "first_buyer"),), company=other)


def _keep_by_day(days, reached, kept, withdrawn, stay):
    """Return the rank on every day, by going through the calendar day by day."""
    since, ranks = {}, {}
    day, number = days[0], -1
    while day <= days[-1] + timedelta(days=stay + 1):
        is_step = number + 1 < len(days) and days[number + 1] == day
        number += is_step
        for rank in range(2, len(STAGES) + 1):
            if rank in since:
                over = (day - since[rank]).days >= stay or (is_step and withdrawn[number])
                if not kept[number] >> rank & 1 and over:
                    del since[rank]
            elif is_step and reached[number] >> rank & 1:
                since[rank] = day
        ranks[day] = max(since, default=1)
        day += timedelta(days=1)
    return ranks


@tagged("post_install", "-at_install")
class TestKeepStage(RuleCase):
    """The function of the database that goes through a customer's days."""

    def _keep(self, days, reached, kept, withdrawn, stay):
        self.env.cr.execute(
            "SELECT day, source, rank FROM crm_lifecycle_keep_stage("
            "%s::date[], %s::int[], %s::int[], %s::boolean[], %s)",
            [days, reached, kept, withdrawn, stay],
        )
        return self.env.cr.fetchall()

    def test_a_table_of_cases(self):
        january = [fields.Date.to_date(f"2026-01-{day:02}") for day in range(1, 32)]
        two, three = 1 << 2, 1 << 3
        for name, steps, stay, expected in (
            # steps: day, reached, kept, withdrawn; expected: day, number of the step, rank
            ("nothing reached", [(1, 0, 0, 0)], 5, [(1, 1, 1)]),
            ("reached", [(1, two, two, 0)], 5, [(1, 1, 2)]),
            ("kept only is not reached", [(1, 0, two, 0)], 5, [(1, 1, 1)]),
            ("the highest counts", [(1, two | three, two | three, 0)], 5, [(1, 1, 3)]),
            ("the partner's bit", [(1, 1 << 8, 1 << 8, 0)], 5, [(1, 1, 8)]),
            ("the suspect's bit says nothing", [(1, 2, 2, 0)], 5, [(1, 1, 1)]),
            (
                "kept with tolerance",
                [(1, two, two, 0), (3, 0, two, 0)],
                0,
                [(1, 1, 2), (3, 2, 2)],
            ),
            (
                "left without a stay",
                [(1, two, two, 0), (3, 0, 0, 0)],
                0,
                [(1, 1, 2), (3, 2, 1)],
            ),
            (
                "left on the last day of the stay",
                [(1, two, two, 0), (6, 0, 0, 0)],
                5,
                [(1, 1, 2), (6, 2, 1)],
            ),
            (
                "left after the stay, which is yet to end",
                [(1, two, two, 0), (5, 0, 0, 0)],
                5,
                [(1, 1, 2), (5, 2, 2), (6, 2, 1)],
            ),
            (
                "the stay ends between two days",
                [(1, two, two, 0), (3, 0, 0, 0), (9, 0, 0, 0)],
                5,
                [(1, 1, 2), (3, 2, 2), (6, 2, 1), (9, 3, 1)],
            ),
            (
                "withdrawn",
                [(1, two, two, 0), (3, 0, 0, 1)],
                5,
                [(1, 1, 2), (3, 2, 1)],
            ),
            (
                "withdrawn, but still kept",
                [(1, two, two, 0), (3, 0, two, 1), (4, 0, 0, 0)],
                2,
                [(1, 1, 2), (3, 2, 2), (4, 3, 1)],
            ),
            (
                "reached anew meanwhile",
                [(1, two, two, 0), (3, 0, 0, 0), (5, two, two, 0), (8, 0, 0, 0)],
                5,
                [(1, 1, 2), (3, 2, 2), (5, 3, 2), (8, 4, 1)],
            ),
            (
                "two stages that end one after the other",
                [(1, two, two, 0), (2, two | three, two | three, 0), (4, 0, 0, 0)],
                5,
                [(1, 1, 2), (2, 2, 3), (4, 3, 3), (6, 3, 3), (7, 3, 1)],
            ),
            (
                "the higher one ends first",
                [(1, three, three, 0), (2, two, two, 0), (4, 0, 0, 0)],
                5,
                [(1, 1, 3), (2, 2, 3), (4, 3, 3), (6, 3, 2), (7, 3, 1)],
            ),
        ):
            with self.subTest(name):
                found = self._keep(
                    [january[step[0] - 1] for step in steps],
                    [step[1] for step in steps],
                    [step[2] for step in steps],
                    [bool(step[3]) for step in steps],
                    stay,
                )
                self.assertEqual([(day.day, source, rank) for day, source, rank in found], expected)

    def test_random_masks_against_going_through_the_calendar(self):
        for seed in SEEDS:
            rng = random.Random(seed)  # noqa: S311 reproducible, not secret
            for _number in range(60):
                count, stay = rng.randint(1, 12), rng.choice([0, 1, 5, 30, 365])
                days = sorted(
                    date(2026, 1, 1) + timedelta(days=offset)
                    for offset in rng.sample(range(90), count)
                )
                reached = [self._random_mask(rng) for _day in days]
                kept = [mask | self._random_mask(rng) for mask in reached]
                withdrawn = [rng.random() < 0.2 for _day in days]
                case = (days, reached, kept, withdrawn, stay)
                with self.subTest(seed=seed, case=case):
                    self._check(*case)

    @staticmethod
    def _random_mask(rng):
        return sum(1 << rank for rank in range(2, len(STAGES) + 1) if rng.random() < 0.3)

    def _check(self, days, reached, kept, withdrawn, stay):
        steps = self._keep(days, reached, kept, withdrawn, stay)
        starts = [step[0] for step in steps]
        self.assertEqual(starts, sorted(set(starts)))
        found = {}
        for (start, source, rank), until in zip(
            steps, [*starts[1:], days[-1] + timedelta(days=stay + 2)], strict=True
        ):
            # The figures that decide are those of the latest day.
            self.assertEqual(source, sum(day <= start for day in days))
            while start < until:
                found[start] = rank
                start += timedelta(days=1)
        self.assertEqual(found, _keep_by_day(days, reached, kept, withdrawn, stay))
