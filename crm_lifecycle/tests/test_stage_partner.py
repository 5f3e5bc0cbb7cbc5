from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestBusinessPartners(LifecycleCase):
    """A business partner has an agreement that runs, whatever they buy."""

    def test_an_agreement_makes_a_partner_from_first_to_last_day(self):
        customer = self._create_customer()
        with self.at("2026-01-05"):
            self._create_lead(customer)
            self._create_agreement(customer, "2026-02-01", "2026-06-30")
            self._process_queue()
        for day, stage in (
            ("2026-01-31", "suspect"),
            ("2026-02-01", "partner"),
            ("2026-06-30", "partner"),
            ("2026-07-01", "suspect"),
        ):
            with self.subTest(day):
                self.assertEqual(self._stage_on(day, customer), stage)
        self.assertEqual(self._profile(customer).stage_transition_id.cause, "agreement_ended")

    def test_an_agreement_alone_makes_a_profile(self):
        customer = self._create_customer()
        with self.at("2026-01-05"):
            self._create_agreement(customer, "2026-02-01")
            self.assertFalse(self._stage(customer))
        self.assertEqual(self._stage_on("2026-02-01", customer), "partner")
        self.assertEqual(self._stage_on("2036-02-01", customer), "partner")

    def test_every_kind_of_agreement_counts(self):
        for kind in ("agent", "dealer", "shareholder"):
            with self.subTest(kind), self.at("2026-02-01"):
                customer = self._create_customer(kind)
                self._create_agreement(customer, "2026-02-01", kind=kind)
                self.assertEqual(self._stage(customer), "partner")

    def test_a_changed_agreement_moves_the_customer(self):
        customer = self._create_customer()
        with self.at("2026-03-01"):
            agreement = self._create_agreement(customer, "2026-02-01")
            self.assertEqual(self._stage(customer), "partner")
            agreement.date_end = "2026-02-15"
            self.assertEqual(self._stage(customer), "suspect")
            agreement.date_end = False
            self.assertEqual(self._stage(customer), "partner")

    def test_an_archived_agreement_counts_no_more(self):
        customer = self._create_customer()
        with self.at("2026-03-01"):
            agreement = self._create_agreement(customer, "2026-02-01")
            self._create_lead(customer)
            self.assertEqual(self._stage(customer), "partner")
        with self.at("2026-03-02"):
            agreement.action_archive()
            self.assertEqual(self._stage(customer), "suspect")

    def test_an_agreement_of_another_kind_goes_on(self):
        customer = self._create_customer()
        with self.at("2026-02-01"):
            self._create_agreement(customer, "2026-02-01", "2026-03-31", kind="agent")
            self._create_agreement(customer, "2026-03-01", kind="dealer")
            self._process_queue()
        self.assertEqual(self._stage_on("2026-04-01", customer), "partner")
        self.assertEqual(self._history(customer), [(None, "partner", "2026-02-01")])

    def test_agreements_that_follow_each_other_leave_no_gap(self):
        customer = self._create_customer()
        with self.at("2026-02-01"):
            self._create_agreement(customer, "2026-02-01", "2026-03-31")
            self._create_agreement(customer, "2026-04-01")
            self._process_queue()
        self.assertEqual(self._stage_on("2026-04-01", customer), "partner")
        self.assertEqual(self._history(customer), [(None, "partner", "2026-02-01")])

    def test_overlapping_agreements_of_one_kind_are_refused(self):
        customer = self._create_customer()
        self._create_agreement(customer, "2026-03-01", "2026-06-30")
        for name, start, end, refused in (
            ("ends the day before", "2026-01-01", "2026-02-28", False),
            ("ends on the first day", "2026-01-01", "2026-03-01", True),
            ("within", "2026-04-01", "2026-04-30", True),
            ("around", "2026-01-01", "2026-12-31", True),
            ("around without end", "2026-01-01", False, True),
            ("starts on the last day", "2026-06-30", False, True),
            ("starts the day after", "2026-07-01", False, False),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                if refused:
                    with self.assertRaisesRegex(
                        ValidationError, "already has an agreement of this kind"
                    ):
                        self._create_agreement(customer, start, end)
                else:
                    self.assertTrue(self._create_agreement(customer, start, end).exists())
                savepoint.rollback()

    def test_an_archived_agreement_is_in_nobodys_way(self):
        customer = self._create_customer()
        archived = self._create_agreement(customer, "2026-03-01")
        archived.action_archive()
        self._create_agreement(customer, "2026-03-01")
        with self.assertRaises(ValidationError):
            archived.action_unarchive()

    def test_an_agreement_does_not_end_before_it_starts(self):
        customer = self._create_customer()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_agreement(customer, "2026-03-02", "2026-03-01")

    def test_an_agreement_says_where_it_stands(self):
        customer = self._create_customer()
        agreement = self._create_agreement(customer, "2026-03-01", "2026-06-30")
        agreements = self.env["crm.lifecycle.agreement"]
        for day, state in (
            ("2026-02-28", "upcoming"),
            ("2026-03-01", "running"),
            ("2026-06-30", "running"),
            ("2026-07-01", "ended"),
        ):
            with self.subTest(day), self.at(day):
                agreement.invalidate_recordset(["state"])
                self.assertEqual(agreement.state, state)
                for wanted in ("upcoming", "running", "ended"):
                    found = agreements.search(
                        [
                            ("id", "=", agreement.id),
                            ("state", "=", wanted),
                        ]
                    )
                    self.assertEqual(bool(found), wanted == state)


@tagged("post_install", "-at_install")
class TestHighestStage(LifecycleCase):
    """Of all stages that hold, the highest wins."""

    def test_the_highest_stage_wins(self):
        customer = self._create_customer()
        referred = self._create_customer("Referred", lifecycle_referrer_id=customer.id)
        with self.at("2024-01-02"):
            self._create_lead(customer)
            self.assertEqual(self._stage(customer), "suspect")
        with self.at("2024-01-03"):
            self._create_opportunity(customer)
            self.assertEqual(self._stage(customer), "prospect")
        with self.at("2024-01-04"):
            order = self._confirm_order(customer)
            self.assertEqual(self._stage(customer), "first_buyer")
        with self.at("2024-02-01"):
            self._confirm_order(customer)
            self.assertEqual(self._stage(customer), "repeat_buyer")
        with self.at("2025-02-01"):
            self._confirm_order(customer)
            self.assertEqual(self._stage(customer), "long_term")
        with self.at("2025-03-01"):
            self._rate(order, customer, 5)
            self.assertEqual(self._stage(customer), "advocate")
        with self.at("2025-04-01"):
            referred_order = self._confirm_order(referred)
            self.assertEqual(self._stage(customer), "strategic")
        with self.at("2025-05-01"):
            agreement = self._create_agreement(customer, "2025-05-01")
            self.assertEqual(self._stage(customer), "partner")
        # And down again, one after the other.
        with self.at("2025-06-01"):
            agreement.date_end = "2025-05-31"
            self.assertEqual(self._stage(customer), "strategic")
        with self.at("2025-07-01"):
            referred_order.action_cancel()
            self.assertEqual(self._stage(customer), "advocate")
        with self.at("2025-08-01"):
            self._rate(order, customer, 2)
            self.assertEqual(self._stage(customer), "long_term")
        with self.at("2025-09-01"):
            order.action_cancel()
            self.assertEqual(self._stage(customer), "repeat_buyer")

    def test_a_strategic_customer_need_not_be_long_term(self):
        customer = self._create_customer()
        referred = self._create_customer("Referred", lifecycle_referrer_id=customer.id)
        self._buy(customer, "2026-01-05")
        self._buy(referred, "2026-01-06")
        self.assertEqual(self._stage_on("2026-01-06", customer), "strategic")
