from odoo.exceptions import UserError
from odoo.tests import tagged

from ..engine.rules import Condition
from .common import INVOICING, SALES_ALL
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestExplanation(RuleCase):
    """Why a stage, and what the next one takes, in the words of the rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("lifecycle_accountant", INVOICING)
        cls.colleague = cls._create_user("lifecycle_colleague", SALES_ALL)

    def _rules(self, *conditions, **options):
        """Make buyers repeat buyers by conditions, and by nothing else."""
        self._activate(
            self._ruleset(
                ("first_buyer", Condition("purchases", ">=", 1)),
                ("repeat_buyer", *conditions),
                **options,
            )
        )

    def _told(self, day, user=None, record=None, looked=True):
        """Return the explanation that a user reads on a day."""
        if looked:
            self._look_on(day)
        self.env.invalidate_all()
        with self.at(day):
            record = record or self._profile(self.customer)
            field = "explanation" if record._name == "crm.lifecycle.profile" else None
            return record.with_user(user or self.colleague)[field or "lifecycle_explanation"]

    def _next(self, day, **options):
        return self._told(day, **options)["next"]

    # ------------------------------------------------------------
    # THE STAGE
    # ------------------------------------------------------------

    def test_the_conditions_met_with_their_figures(self):
        self._rules(Condition("purchases", ">=", 2, 12), Condition("tenure", ">", 30))
        self._buy(self.customer, "2026-01-01", "2026-02-01")
        told = self._told("2026-02-10")
        self.assertEqual(told["title"], "Repeat buyer since February 1, 2026")
        self.assertEqual(
            [(line["text"], line["limit"], line["holds"]) for line in told["met"]],
            [
                ("purchases: 2 in the last 12 months", "at least 2", True),
                ("customer for 40 days", "more than 30 days", True),
            ],
        )
        self.assertEqual(
            told["notes"], ["The highest stage whose conditions hold is the customer's."]
        )
        self.assertEqual((told["next_stage"], told["next"], told["wanted"]), (None, "", []))

    def test_a_suspect_has_dealings_alone(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        told = self._told("2026-01-01")
        self.assertEqual(told["met"], [])
        self.assertEqual(
            told["notes"], ["There are dealings, but the conditions of no other stage hold."]
        )

    def test_kept_by_tolerance_and_by_minimum_stay(self):
        for options, note in (
            ({"tolerance": 0.5}, "Repeat buyer is kept with a tolerance of 50.0%."),
            ({"minimum_stay": 300}, "Repeat buyer is kept for at least 300 days."),
        ):
            with self.subTest(note):
                self.customer = self._create_customer()
                self._rules(Condition("purchases", ">=", 2, 1), **options)
                self._buy(self.customer, "2026-01-01", "2026-01-11")
                told = self._told("2026-02-05")
                self.assertEqual(told["stage"], "repeat_buyer")
                self.assertEqual(told["notes"], [note])
                self.assertEqual([line["holds"] for line in told["met"]], [False])

    def test_nothing_is_made_up_before_the_next_look(self):
        self._rules(Condition("recency", "<=", 10))
        self._buy(self.customer, "2026-01-01")
        self._look_on("2026-01-11")
        told = self._told("2026-01-12", looked=False)
        self.assertEqual((told["stage"], told["notes"]), ("repeat_buyer", []))
        self.assertEqual([line["holds"] for line in told["met"]], [False])

    # ------------------------------------------------------------
    # THE NEXT STAGE
    # ------------------------------------------------------------

    def test_what_is_missing(self):
        self._buy(self.customer, "2026-01-01")
        for conditions, missing in (
            ([Condition("purchases", ">=", 2)], "1 more purchase"),
            ([Condition("purchases", ">=", 4)], "3 more purchases"),
            ([Condition("purchases", ">", 4)], "4 more purchases"),
            ([Condition("agreements", ">=", 1)], "an agreement as agent, dealer or shareholder"),
            ([Condition("best_ratings", ">=", 1)], "a best rating (5 of 5)"),
            (
                [Condition("purchases", ">=", 3), Condition("referrals", ">=", 1)],
                "2 more purchases and 1 more referred customer who buys",
            ),
            # What is met already is not asked for.
            (
                [Condition("purchases", ">=", 1), Condition("referrals", ">=", 1)],
                "1 more referred customer who buys",
            ),
            # Too much of something.
            ([Condition("recency", "<=", 5)], "a new purchase (the last one is 4 days too old)"),
            # What is unknown is no number that anything could be added to.
            ([Condition("rating", ">=", 4)], "Average rating: at least 4"),
            ([Condition("purchase_interval", "<=", 30)], "Purchase interval: at most 30 days"),
            ([Condition("paid_on_time", ">=", 80)], "Paid on time: at least 80%"),
        ):
            with self.subTest(missing):
                # Every rule of buyers asks for a purchase.
                if conditions[0].metric != "purchases":
                    conditions = [Condition("purchases", ">=", 1), *conditions]
                self._rules(*conditions)
                self.assertEqual(self._next("2026-01-10"), f"For Repeat buyer: {missing}")

    def test_a_prospect_is_asked_for_no_older_purchase(self):
        with self.at("2026-01-01"):
            self._create_opportunity(self.customer)
        self._activate(self._ruleset(("repeat_buyer", Condition("recency", "<=", 90))))
        self.assertEqual(self._next("2026-01-10"), "For Repeat buyer: Recency: at most 90 days")

    def test_alternatives_that_are_as_close(self):
        self._activate(
            self._ruleset(
                ("first_buyer", Condition("purchases", ">=", 1)),
                (
                    "advocate",
                    [
                        [Condition("purchases", ">=", 1), Condition("exclusive", ">=", 1)],
                        [Condition("purchases", ">=", 1), Condition("best_ratings", ">=", 1)],
                        # Two conditions away, so no way to be told of.
                        [Condition("purchases", ">=", 2), Condition("referrals", ">=", 1)],
                    ],
                ),
            )
        )
        self._buy(self.customer, "2026-01-01")
        self.assertEqual(
            self._next("2026-01-10"),
            "For Advocate: a mark that the customer buys from us alone or a best rating (5 of 5)",
        )

    def test_time_alone_is_told_with_its_day(self):
        self._rules(Condition("tenure", ">=", 365))
        self._buy(self.customer, "2026-01-01")
        for day, missing in (
            ("2026-12-01", "31 days more as a customer, reached on January 1, 2027"),
            ("2026-12-31", "1 day more as a customer, reached on January 1, 2027"),
        ):
            with self.subTest(day):
                self.assertEqual(self._next(day), f"For Repeat buyer: {missing}")
        self.assertEqual(self._told("2027-01-01")["stage"], "repeat_buyer")

    # ------------------------------------------------------------
    # DEADLINES
    # ------------------------------------------------------------

    def test_a_deadline_where_what_is_met_drops_out(self):
        self._rules(Condition("purchases", ">=", 2, 12))
        self._buy(self.customer, "2026-06-30")
        self.assertEqual(
            self._next("2026-07-01"), "For Repeat buyer: 1 more purchase before June 30, 2027"
        )

    def test_no_deadline_while_enough_is_left(self):
        self._rules(Condition("purchases", ">=", 1, 12), Condition("referrals", ">=", 1))
        self._buy(self.customer, "2026-06-30", "2026-12-01")
        missing = "For Repeat buyer: 1 more referred customer who buys"
        # With the purchase of June gone there is still one, until December.
        self.assertEqual(self._next("2027-01-01"), missing)
        self.assertEqual(self._next("2027-07-01"), f"{missing} before December 1, 2027")

    def test_no_deadline_by_what_was_taken_back(self):
        self._rules(Condition("purchase_amount", ">=", 500, 12))
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer, 300.0)
        with self.at("2026-02-01"):
            self._refund(invoice)
        self._buy(self.customer, "2026-03-10", amount=400.0)
        self.assertIn("before March 10, 2027", self._next("2026-03-20"))

    def test_an_upper_limit_that_time_passes_is_a_deadline(self):
        self._rules(Condition("recency", "<=", 90), Condition("referrals", ">=", 1))
        self._buy(self.customer, "2026-01-01")
        self.assertEqual(
            self._next("2026-01-10"),
            "For Repeat buyer: 1 more referred customer who buys before April 2, 2026",
        )

    # ------------------------------------------------------------
    # READERS
    # ------------------------------------------------------------

    def test_amounts_are_for_who_may_see_them(self):
        self._rules(Condition("purchase_amount", ">=", 500))
        self.customer.user_id = self.salesperson
        self._buy(self.customer, "2026-01-01")
        self._look_on("2026-01-10")
        for user, missing, figure, may_open in (
            (self.accountant, "purchases of 400.00\xa0€ more", "purchased: 100.00\xa0€", True),
            (self.colleague, "purchases of 400.00\xa0€ more", "purchased: 100.00\xa0€", True),
            (self.salesperson, "purchases of (amount) more", "purchased: (amount)", False),
        ):
            with self.subTest(user.login):
                told = self._told("2026-01-10", user, looked=False)
                self.assertEqual(
                    told["next"].replace("€400.00", "400.00\xa0€"), f"For Repeat buyer: {missing}"
                )
                text = told["wanted"][0]["text"].replace("€100.00", "100.00\xa0€")
                self.assertEqual(text, figure)
                self.assertEqual(told["may_open"], may_open)

    def test_profile_contact_and_lead_say_the_same(self):
        self._rules(Condition("purchases", ">=", 3))
        self._buy(self.customer, "2026-01-01")
        contact = self._create_customer("Grace", is_company=False, parent_id=self.customer.id)
        with self.at("2026-01-05"):
            lead = self._create_opportunity(contact, user_id=self.colleague.id)
        told = self._told("2026-01-10")
        self.assertEqual(told["next"], "For Repeat buyer: 2 more purchases")
        for record in (self.customer, contact, lead):
            with self.subTest(record._name, name=record.display_name):
                self.assertEqual(
                    self._told("2026-01-10", record=record, looked=False),
                    told,
                )


@tagged("post_install", "-at_install")
class TestOpenFigure(RuleCase):
    """Each figure opens the documents that it counts, and no others."""

    def _documents(self, day, metric, months=0):
        profile = self._look_on(day)
        with self.at(day):
            action = profile.action_open_figure(metric, months)
            events = self.env[action["res_model"]].search(action["domain"], order="date, id")
            return [(event.kind, str(event.date), event.res_id) for event in events]

    def test_the_documents_of_a_figure(self):
        with self.at("2026-01-01"):
            lead = self._create_opportunity(self.customer)
        [order] = self._buy(self.customer, "2026-01-05")
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-15"):
            refund = self._refund(invoice, 0.5)
        with self.at("2026-01-20"):
            rating = self._rate(order, self.customer, 5)
        with self.at("2026-01-25"):
            agreement = self._create_agreement(self.customer, "2026-01-25")
        self._buy(self._create_customer("Somebody Else"), "2026-01-06")
        bought = [
            ("order", "2026-01-05", order.id),
            ("invoice", "2026-01-10", invoice.id),
            ("refund", "2026-01-15", refund.id),
        ]
        for metric, expected in (
            ("purchases", bought),
            ("purchase_amount", bought),
            ("opportunities", [("opportunity", "2026-01-01", lead.id)]),
            ("inquiries", [("lead", "2026-01-01", lead.id)]),
            ("best_ratings", [("rating", "2026-01-20", rating.id)]),
            ("agreements", [("agreement", "2026-01-25", agreement.id)]),
            ("returns", [("refund", "2026-01-15", refund.id)]),
            ("exclusive", []),
            ("referrals", []),
        ):
            with self.subTest(metric):
                self.assertEqual(self._documents("2026-02-01", metric), expected)

    def test_those_of_the_window_alone(self):
        old, young = self._buy(self.customer, "2025-06-15", "2026-01-31")
        for day, months, expected in (
            ("2026-06-14", 12, [old, young]),
            ("2026-06-15", 12, [young]),
            ("2026-02-28", 1, [young]),
            ("2026-03-01", 1, []),
            ("2026-06-15", 0, [old, young]),
        ):
            with self.subTest(day, months=months):
                self.assertEqual(
                    [event[2] for event in self._documents(day, "purchases", months)],
                    [order.id for order in expected],
                )

    def test_the_window_ends_with_the_companys_day(self):
        # It is the 15th in Tokyo already.
        self.company.partner_id.tz = "Asia/Tokyo"
        self._buy(self.customer, "2025-06-15")
        self._look_on("2026-06-10")
        with self.at("2026-06-14 20:00:00"):
            action = self._profile(self.customer).action_open_figure("purchases", 12)
            self.assertFalse(self.env[action["res_model"]].search_count(action["domain"]))

    def test_referrals_open_those_of_the_referred_customers(self):
        referred = self._create_customer("Grace", lifecycle_referrer_id=self.customer.id)
        self._buy(self.customer, "2026-01-01")
        [order] = self._buy(referred, "2026-01-05")
        self.assertEqual(
            self._documents("2026-02-01", "referrals"), [("order", "2026-01-05", order.id)]
        )

    def test_a_company_opens_its_own(self):
        other = self._create_company("Lifecycle Other Company", "base.EUR")
        [order] = self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-05"):
            self._confirm_order(self.customer, company_id=other.id)
        self.assertEqual(
            self._documents("2026-02-01", "purchases"), [("order", "2026-01-01", order.id)]
        )

    def test_unknown_figures_are_refused(self):
        self._buy(self.customer, "2026-01-01")
        profile = self._look_on("2026-01-01")
        for name in ("purchases_12", "id", "", "partner_id"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "no figure of that name"):
                profile.action_open_figure(name)
