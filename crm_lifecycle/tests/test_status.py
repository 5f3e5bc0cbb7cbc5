from odoo.tests import tagged

from .rules_common import RuleCase

# The rhythm of a company on the default rules: 90 days, spread 45. So a buyer is due
# after 90 days, at risk after 90 + 45 and lapsed after 90 + 3 x 45.


@tagged("post_install", "-at_install")
class TestRhythm(RuleCase):
    """A buyer goes from active to lapsed on days that the own rhythm tells."""

    def test_nobody_has_a_status_without_a_document(self):
        self.assertStatuses((("2026-01-01", None),))

    def test_who_never_bought_is_new(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        self._buy(self.customer, "2026-02-01")
        self.assertStatuses(
            (
                ("2025-12-31", None),
                ("2026-01-01", "new"),
                ("2026-01-31", "new"),
                ("2026-02-01", "active"),
            )
        )

    def test_a_single_purchase_is_judged_by_the_companys_rhythm(self):
        self._buy(self.customer, "2026-01-01")
        self.assertStatuses(
            (
                ("2026-01-01", "active"),
                ("2026-03-31", "active"),
                ("2026-04-01", "due"),
                ("2026-05-15", "due"),
                ("2026-05-16", "at_risk"),
                ("2026-08-13", "at_risk"),
                ("2026-08-14", "lapsed"),
                ("2030-01-01", "lapsed"),
            )
        )

    def test_two_purchases_give_one_gap_which_is_no_rhythm(self):
        # Ten days apart; due 90 days after the second one all the same.
        self._buy(self.customer, "2026-01-01", "2026-01-11")
        self.assertStatuses((("2026-04-10", "active"), ("2026-04-11", "due")))

    def test_two_gaps_give_a_rhythm_of_its_own(self):
        # Gaps 20 and 40: median 30, quartiles 25 and 35, but the spread counts as at
        # least half the gap: 15.
        self._buy(self.customer, "2026-01-01", "2026-01-21", "2026-03-02")
        self.assertStatuses(
            (
                ("2026-03-31", "active"),
                ("2026-04-01", "due"),
                ("2026-04-15", "due"),
                ("2026-04-16", "at_risk"),
                ("2026-05-15", "at_risk"),
                ("2026-05-16", "lapsed"),
            )
        )
        row = self._evaluate("2026-03-02")
        self.assertEqual((row["purchase_interval"], row["purchase_spread"]), (30, 10))

    def test_a_wide_spread_gives_more_time(self):
        # Gaps 10, 20, 60, 90: median 40, quartiles 17.5 and 67.5, spread 50.
        self._buy(
            self.customer, "2026-01-01", "2026-01-11", "2026-01-31", "2026-04-01", "2026-06-30"
        )
        self.assertStatuses(
            (
                ("2026-08-08", "active"),
                ("2026-08-09", "due"),
                ("2026-09-27", "due"),
                ("2026-09-28", "at_risk"),
                ("2027-01-05", "at_risk"),
                ("2027-01-06", "lapsed"),
            )
        )

    def test_the_median_is_that_of_the_latest_twelve_gaps(self):
        # 100 days once, then twelve gaps of 10 days: the first one no longer counts.
        days = ["2025-01-01", "2025-04-11"]
        days += ["2025-04-21", "2025-05-01", "2025-05-11", "2025-05-21", "2025-05-31"]
        days += ["2025-06-10", "2025-06-20", "2025-06-30", "2025-07-10", "2025-07-20"]
        days += ["2025-07-30", "2025-08-09"]
        self._buy(self.customer, *days)
        row = self._evaluate("2025-07-30")
        # Gaps of 100 and eleven times 10 days, and of twelve times 10 days.
        self.assertEqual((row["purchase_interval"], row["purchase_spread"]), (10, 0))
        # Due after 10 days; the spread counts as 5 days.
        self.assertStatuses(
            (
                ("2025-08-18", "active"),
                ("2025-08-19", "due"),
                ("2025-08-23", "due"),
                ("2025-08-24", "at_risk"),
                ("2025-09-02", "at_risk"),
                ("2025-09-03", "lapsed"),
            )
        )

    def test_half_days_count_in_the_customers_favour(self):
        # Gaps 10 and 11: median 10.5 reads as 11, the spread counts as 5.5, so at risk
        # comes on day 16.5, which is the 17th.
        self._buy(self.customer, "2026-01-01", "2026-01-11", "2026-01-22")
        self.assertStatuses(
            (
                ("2026-02-01", "active"),
                ("2026-02-02", "due"),
                ("2026-02-07", "due"),
                ("2026-02-08", "at_risk"),
                # 11 + 3 x 5.5 = 27.5
                ("2026-02-18", "at_risk"),
                ("2026-02-19", "lapsed"),
            )
        )

    def test_the_policy_says_how_many_gaps_make_a_rhythm(self):
        self._activate(self._default_rules(status={"minimum_gaps": 3}))
        self._buy(self.customer, "2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31")
        # Up to the third purchase by the company, from the fourth on by the own 10 days.
        self.assertStatuses(
            (("2026-01-30", "active"), ("2026-02-09", "active"), ("2026-02-10", "due"))
        )
        self._buy(other := self._create_customer(), "2026-01-01", "2026-01-11", "2026-01-21")
        self.assertStatuses((("2026-04-20", "active"), ("2026-04-21", "due")), other)

    def test_two_purchases_on_one_day_are_no_gap(self):
        self._buy(self.customer, "2026-01-01", "2026-01-01", "2026-01-11")
        self.assertStatuses((("2026-04-10", "active"), ("2026-04-11", "due")))

    def test_a_new_purchase_starts_over(self):
        self._buy(self.customer, "2026-01-01", "2026-09-01")
        self.assertStatuses(
            (
                ("2026-08-31", "lapsed"),
                ("2026-09-01", "active"),
                ("2026-11-29", "active"),
                ("2026-11-30", "due"),
            )
        )

    def test_thresholds_are_the_companys_own(self):
        other = self._create_company("Lifecycle Quick Company", "base.EUR")
        self._activate(
            self._default_rules(
                status={
                    "company_interval": 7,
                    "company_spread": 4,
                    "minimum_spread": 0.0,
                    "at_risk_spreads": 0.5,
                    "lapsed_spreads": 2.0,
                }
            ),
            other,
        )
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-01"):
            self._confirm_order(self.customer, company_id=other.id)
        for company, table in (
            (other, (("01-07", "active"), ("01-08", "due"), ("01-10", "at_risk"))),
            (other, (("01-15", "at_risk"), ("01-16", "lapsed"))),
            (self.company, (("01-16", "active"), ("03-31", "active"), ("04-01", "due"))),
        ):
            table = tuple((f"2026-{day}", status) for day, status in table)
            self.assertStatuses(table, company=company)
        self.assertStatuses((("2026-01-09", "due"),), company=other)


@tagged("post_install", "-at_install")
class TestStatusAndRefunds(RuleCase):
    """What is taken back was no purchase from then on, and leaves its traces."""

    def test_who_took_all_purchases_back_is_new_again(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-04-15"):
            self._refund(invoice)
        self.assertStatuses(
            (
                ("2026-01-01", "active"),
                ("2026-04-01", "due"),
                ("2026-04-14", "due"),
                ("2026-04-15", "new"),
                ("2027-01-01", "new"),
            )
        )

    def test_a_refund_of_the_latest_purchase_counts_from_the_one_before(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-04-10"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-05-20"):
            self._refund(invoice)
        # 90 + 45 days after the first purchase are over on the day of the refund.
        self.assertStatuses(
            (
                ("2026-04-09", "due"),
                ("2026-04-10", "active"),
                ("2026-05-19", "active"),
                ("2026-05-20", "at_risk"),
                ("2026-08-13", "at_risk"),
                ("2026-08-14", "lapsed"),
            )
        )

    def test_a_refund_of_one_in_between_changes_the_rhythm(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-11"):
            invoice = self._post_invoice(self.customer)
        self._buy(self.customer, "2026-01-21", "2026-01-31")
        with self.at("2026-02-05"):
            self._refund(invoice)
        # Gaps 10, 10, 10 before; 20 and 10 afterwards: 15 days, spread 7.5.
        self.assertStatuses(
            (
                ("2026-02-09", "active"),
                ("2026-02-14", "active"),
                ("2026-02-15", "due"),
                ("2026-02-22", "due"),
                ("2026-02-23", "at_risk"),
            )
        )

    def test_a_partial_refund_changes_nothing(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-04-15"):
            self._refund(invoice, 0.5)
        self.assertStatuses((("2026-04-14", "due"), ("2026-04-15", "due")))

    def test_a_purchase_that_was_refunded_and_invoiced_again_counts_again(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer)
            invoice = self._invoice_order(order)
        with self.at("2026-01-10"):
            self._refund(invoice)
        with self.at("2026-01-20"):
            self._invoice_order(order)
        self.assertStatuses(
            (
                ("2026-01-09", "active"),
                ("2026-01-10", "new"),
                ("2026-01-19", "new"),
                ("2026-01-20", "active"),
                # 90 days after the day of the order
                ("2026-03-31", "active"),
                ("2026-04-01", "due"),
            )
        )


@tagged("post_install", "-at_install")
class TestLost(RuleCase):
    """Somebody who was declared lost stays so until a purchase wins them back."""

    def _lose(self, *days, customer=None):
        losses = self.env["crm.lifecycle.loss"]
        for day in days:
            with self.at(day):
                losses |= self._create_loss(customer or self.customer, date=day)
        return losses

    def test_lost_from_its_day_until_the_next_purchase(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-06-01")
        self.assertStatuses(
            (
                ("2026-01-31", "active"),
                ("2026-02-01", "lost"),
                # Neither due nor lapsed meanwhile.
                ("2026-05-31", "lost"),
                ("2026-06-01", "won_back"),
            )
        )

    def test_nothing_else_than_a_purchase_wins_back(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        with self.at("2026-02-10"):
            self._create_opportunity(self.customer)
        self.assertStatuses((("2026-02-10", "lost"), ("2027-02-10", "lost")))

    def test_won_back_is_active_again_after_ninety_days(self):
        # Gaps of 200 and 200 days: not due before that.
        self._buy(self.customer, "2025-01-01", "2025-07-20")
        self._lose("2025-12-01")
        self._buy(self.customer, "2026-02-05")
        self.assertStatuses(
            (
                ("2026-02-05", "won_back"),
                ("2026-05-05", "won_back"),
                ("2026-05-06", "active"),
                ("2026-08-23", "active"),
                ("2026-08-24", "due"),
            )
        )

    def test_won_back_is_active_again_with_the_third_purchase(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-03-01", "2026-03-11", "2026-03-21")
        self.assertStatuses(
            (
                ("2026-03-01", "won_back"),
                ("2026-03-11", "won_back"),
                ("2026-03-20", "won_back"),
                ("2026-03-21", "active"),
            )
        )

    def test_the_policy_says_how_long_somebody_is_won_back(self):
        self._activate(self._default_rules(status={"won_back_days": 10, "won_back_purchases": 2}))
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-03-01")
        self.assertStatuses((("2026-03-10", "won_back"), ("2026-03-11", "active")))
        other = self._create_customer()
        self._buy(other, "2026-01-01")
        self._lose("2026-02-01", customer=other)
        self._buy(other, "2026-03-01", "2026-03-05")
        self.assertStatuses((("2026-03-04", "won_back"), ("2026-03-05", "active")), other)

    def test_who_is_won_back_and_silent_is_due_while_won_back_and_then_at_risk(self):
        # A rhythm of 10 days, spread 5: at risk 15 days after the purchase.
        self._buy(self.customer, "2025-12-01", "2025-12-11", "2025-12-21")
        self._lose("2026-01-15")
        with self.at("2026-01-25"):
            self._confirm_order(self.customer)
        # Gaps 10, 10, 35: median 10, quartiles 10 and 22.5, spread 13 (12.5 rounded).
        self.assertStatuses(
            (
                ("2026-01-25", "won_back"),
                ("2026-02-04", "won_back"),
                ("2026-02-16", "won_back"),
                ("2026-02-17", "at_risk"),
            )
        )

    def test_lost_twice(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-03-01")
        self._lose("2026-04-01")
        self._buy(self.customer, "2026-05-01")
        self.assertStatuses(
            (
                ("2026-02-28", "lost"),
                ("2026-03-01", "won_back"),
                ("2026-03-31", "won_back"),
                ("2026-04-01", "lost"),
                ("2026-04-30", "lost"),
                ("2026-05-01", "won_back"),
            )
        )

    def test_purchases_before_the_second_loss_count_no_more(self):
        # The third purchase since the first loss is the first one since the second.
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-03-01", "2026-03-05")
        self._lose("2026-04-01")
        self._buy(self.customer, "2026-05-01", "2026-05-02", "2026-05-03")
        self.assertStatuses(
            (
                ("2026-05-01", "won_back"),
                ("2026-05-02", "won_back"),
                ("2026-05-03", "active"),
            )
        )

    def test_a_second_loss_before_any_purchase_changes_nothing(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01", "2026-02-20")
        self._buy(self.customer, "2026-03-01")
        self._look_on("2026-03-05")
        self.assertEqual(
            self._status_history(),
            [
                ("active", "2026-01-01", "order"),
                ("lost", "2026-02-01", "loss"),
                ("won_back", "2026-03-01", "order"),
            ],
        )

    def test_a_refund_of_the_winning_purchase_makes_lost_again(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        with self.at("2026-03-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-03-10"):
            self._refund(invoice)
        self._buy(self.customer, "2026-04-01")
        self.assertStatuses(
            (
                ("2026-03-01", "won_back"),
                ("2026-03-09", "won_back"),
                ("2026-03-10", "lost"),
                ("2026-03-31", "lost"),
                ("2026-04-01", "won_back"),
                # 90 days from the purchase that still counts, not from the refunded one
                ("2026-06-29", "won_back"),
                ("2026-06-30", "due"),
            )
        )

    def test_what_wins_back_is_lost_between_refund_and_new_invoice(self):
        self._buy(self.customer, "2026-01-01")
        self._lose("2026-02-01")
        with self.at("2026-03-01"):
            order = self._confirm_order(self.customer)
            invoice = self._invoice_order(order)
        with self.at("2026-03-10"):
            self._refund(invoice)
        with self.at("2026-03-20"):
            self._invoice_order(order)
        self.assertStatuses(
            (
                ("2026-03-09", "won_back"),
                ("2026-03-10", "lost"),
                ("2026-03-19", "lost"),
                ("2026-03-20", "won_back"),
            )
        )
        self._look_on("2026-03-25")
        self.assertEqual(
            self._status_history(),
            [
                ("active", "2026-01-01", "order"),
                ("lost", "2026-02-01", "loss"),
                ("won_back", "2026-03-01", "order"),
                ("lost", "2026-03-10", "refund"),
                ("won_back", "2026-03-20", "invoice"),
            ],
        )

    def test_an_invoice_that_counts_late_wins_back_from_its_order_on(self):
        # Refunded on its own day, the order counts from the new invoice on.
        self._buy(self.customer, "2025-01-01", "2025-07-20")
        self._lose("2026-02-01")
        with self.at("2026-03-01"):
            order = self._confirm_order(self.customer)
            self._refund(self._invoice_order(order))
        with self.at("2026-03-20"):
            self._invoice_order(order)
        self._look_on("2026-07-01")
        self.assertEqual(
            self._status_history()[-3:],
            [
                ("lost", "2026-02-01", "loss"),
                ("won_back", "2026-03-20", "invoice"),
                # 90 days after the day of the order
                ("active", "2026-05-30", "time"),
            ],
        )

    def test_a_loss_on_the_day_of_a_purchase_comes_after_it(self):
        self._buy(self.customer, "2026-01-01", "2026-02-01")
        self._lose("2026-02-01")
        self.assertStatuses((("2026-01-31", "active"), ("2026-02-01", "lost")))
        self._buy(self.customer, "2026-02-02")
        self.assertStatuses((("2026-02-01", "lost"), ("2026-02-02", "won_back")))

    def test_who_never_bought_can_be_lost_and_won(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        self._lose("2026-02-01")
        self._buy(self.customer, "2026-03-01")
        self.assertStatuses(
            (("2026-01-31", "new"), ("2026-02-01", "lost"), ("2026-03-01", "won_back"))
        )

    def test_who_was_lost_before_the_first_document_is_lost_with_it(self):
        self._lose("2026-01-01")
        self.assertStatuses((("2026-01-01", None),))
        with self.at("2026-02-01"):
            self._create_lead(self.customer)
        self.assertStatuses((("2026-01-31", None), ("2026-02-01", "lost")))

    def test_a_loss_taken_back_never_was(self):
        self._buy(self.customer, "2026-01-01")
        loss = self._lose("2026-02-01")
        self.assertStatuses((("2026-02-01", "lost"),))
        with self.at("2026-02-03"):
            loss.active = False
        self.assertStatuses((("2026-02-01", "active"), ("2026-04-01", "due")))

    def test_a_company_loses_a_customer_alone(self):
        other = self._create_company("Lifecycle Other Company", "base.EUR")
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-01"):
            self._confirm_order(self.customer, company_id=other.id)
        self._lose("2026-02-01")
        self.assertStatuses((("2026-02-01", "lost"),))
        self.assertStatuses((("2026-02-01", "active"),), company=other)


@tagged("post_install", "-at_install")
class TestStatusHistory(RuleCase):
    """Moves between statuses are recorded with their day and what brought them about."""

    def test_time_moves_a_buyer_step_by_step(self):
        [order] = self._buy(self.customer, "2026-01-01")
        for day in ("2026-01-01", "2026-04-01", "2026-05-16", "2026-08-14"):
            profile = self._look_on(day)
            self.assertEqual(str(profile.status_date), day)
        self.assertEqual(
            self._status_history(),
            [
                ("active", "2026-01-01", "order"),
                ("due", "2026-04-01", "time"),
                ("at_risk", "2026-05-16", "time"),
                ("lapsed", "2026-08-14", "time"),
            ],
        )
        moves = profile.transition_ids.filtered("status_moved")
        # The purchase from which the time counts stands behind each of them.
        self.assertEqual(
            {(move.res_model, move.res_id) for move in moves}, {(order._name, order.id)}
        )
        self.assertEqual(
            moves.sorted("effective_date").mapped(lambda move: (move.direction, move.stage_moved)),
            [("new", True)] + [("same", False)] * 3,
        )
        self.assertEqual(
            [str(move.known_at) for move in moves.sorted("effective_date")],
            [f"2026-{day} 12:00:00" for day in ("01-01", "04-01", "05-16", "08-14")],
        )

    def test_a_loss_names_who_declared_it(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-02-01"):
            loss = self._create_loss(self.customer)
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual((profile.status, str(profile.status_date)), ("lost", "2026-02-01"))
        move = profile.transition_ids.filtered(lambda move: move.to_status == "lost")
        self.assertEqual(
            (move.cause, move.res_model, move.res_id, move.from_status, move.stage_moved),
            ("loss", "crm.lifecycle.loss", loss.id, "active", False),
        )

    def test_won_back_and_active_again_are_told_by_purchase_and_time(self):
        self._buy(self.customer, "2025-01-01", "2025-07-20")
        with self.at("2025-12-01"):
            self._create_loss(self.customer)
        [order] = self._buy(self.customer, "2026-02-05")
        profile = self._look_on("2026-05-06")
        self.assertEqual(
            self._status_history()[-3:],
            [
                ("lost", "2025-12-01", "loss"),
                ("won_back", "2026-02-05", "order"),
                ("active", "2026-05-06", "time"),
            ],
        )
        move = profile.transition_ids.filtered(
            lambda move: str(move.effective_date) == "2026-05-06"
        )
        self.assertEqual((move.res_model, move.res_id), ("sale.order", order.id))

    def test_recorded_late_it_reads_as_recorded_on_the_day(self):
        self._buy(self.customer, "2026-01-01")
        self._look_on("2026-06-01")
        self.assertEqual(
            self._status_history(),
            [
                ("active", "2026-01-01", "order"),
                ("due", "2026-04-01", "time"),
                ("at_risk", "2026-05-16", "time"),
            ],
        )

    def test_the_next_day_to_look_is_that_of_the_next_status(self):
        self._buy(self.customer, "2026-01-01")
        for day, review in (
            ("2026-01-02", "2026-04-01"),
            ("2026-03-31", "2026-04-01"),
            ("2026-04-01", "2026-05-16"),
            ("2026-05-16", "2026-08-14"),
        ):
            with self.subTest(day):
                self.assertEqual(str(self._look_on(day).review_date), review)

    def test_a_second_look_writes_nothing(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-02-01"):
            self._create_loss(self.customer)
        self._look_on("2026-02-02")
        before = self._profile(self.customer).transition_ids.ids
        self._look_on("2026-03-02")
        self.assertEqual(self._profile(self.customer).transition_ids.ids, before)
