from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine import type_rules
from .type_common import TypeCase


@tagged("post_install", "-at_install")
class TestTypeEvidence(TypeCase):
    """What each kind of evidence tells, and where its limits are."""

    def _derive(self, day):
        """Return what is told of the customer as of a day, by all that is known in 2027."""
        with self.at("2027-01-01"):
            return self.env["crm.lifecycle.profile"]._derive_types(
                self.customer.ids, fields.Date.to_date(day)
            )

    def test_purchases_and_rhythm(self):
        monthly = [f"2025-{month:02}-10" for month in range(4, 13)]
        for days, day, told in (
            ((), "2026-01-01", None),
            # 90 days usually pass until the next purchase; twice that are over on July 8.
            (("2026-01-09",), "2026-07-07", None),
            (("2026-01-09",), "2026-07-08", "one_time"),
            (("2025-12-01", "2025-12-20"), "2026-01-01", "transactional"),
            (("2025-11-01", "2025-12-01", "2025-12-20"), "2026-01-01", "hybrid"),
            # Three, but one of them is twelve months old.
            (("2025-01-02", "2025-12-01", "2025-12-20"), "2026-01-01", "hybrid"),
            (("2025-01-02", "2025-12-01", "2025-12-20"), "2026-01-02", "transactional"),
            (monthly[:5], "2026-01-01", "hybrid"),
            (monthly[:6], "2026-01-01", "relational"),
            # As many, but at random.
            (
                (
                    "2025-02-01",
                    "2025-02-02",
                    "2025-02-03",
                    "2025-08-01",
                    "2025-08-02",
                    "2025-12-30",
                ),
                "2026-01-01",
                "hybrid",
            ),
        ):
            with self.subTest(days=days, day=day), self.env.cr.savepoint() as savepoint:
                if not days:
                    with self.at("2025-06-01"):
                        self._create_lead(self.customer)
                self._buy(self.customer, *days)
                self.assertEqual(self._told(day, "purchases"), told)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_breadth_counts_categories_of_orders_and_of_invoices_without_one(self):
        products = self._create_products(4)
        lines = [(product, 1, 100.0, 0) for product in products]
        for ordered, billed, told in (
            ((), lines[:1], "transactional"),
            (lines[:1], (), "transactional"),
            (lines[:1], lines[:1], "transactional"),
            (lines[:1], lines[1:2], "hybrid"),
            (lines[:3], (), "hybrid"),
            (lines[:2], lines[1:4], "relational"),
        ):
            with self.subTest(ordered=len(ordered), billed=len(billed)):
                with self.env.cr.savepoint() as savepoint:
                    if ordered:
                        self._order_lines("2026-01-10", *ordered)
                    if billed:
                        with self.at("2026-01-10"):
                            self._post_lines(*billed)
                    self.assertEqual(self._told("2026-02-01", "breadth"), told)
                    # Twelve months later it is over.
                    self.assertEqual(self._told("2027-01-09", "breadth"), told)
                    self.assertIsNone(self._told("2027-01-10", "breadth"))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_an_invoiced_order_counts_once_and_free_goods_do_not(self):
        products = self._create_products(2)
        order = self._order_lines("2026-01-10", (products[0], 1, 100.0, 0), (products[1], 1, 0, 0))
        with self.at("2026-01-11"):
            self._invoice_order(order)
        figures = self._look("2026-02-01").type_figures
        self.assertEqual(figures["categories"], 1)

    def test_what_was_refunded_tells_no_breadth(self):
        products = self._create_products(2)
        lines = [(product, 1, 100.0, 0) for product in products]
        for source in ("order", "invoice"):
            for share, categories in ((1, 0), (0.5, 2)):
                with self.subTest(source, share=share), self.env.cr.savepoint() as savepoint:
                    if source == "order":
                        order = self._order_lines("2026-01-10", *lines)
                    with self.at("2026-01-10"):
                        invoice = (
                            self._invoice_order(order)
                            if source == "order"
                            else self._post_lines(*lines)
                        )
                    refund = {} if share == 1 else {"quantity": share}
                    self._refund_lines("2026-01-20", invoice, **refund)
                    for day, found in (("2026-01-19", 2), ("2026-01-20", categories)):
                        [row] = self._derive(day)
                        self.assertEqual(row["type_figures"]["categories"], found, day)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_discounts(self):
        for discount, told, share in (
            (0, None, 0),
            (9.99, None, 0.0999),
            (10, "transactional", 0.1),
            (50, "transactional", 0.5),
        ):
            with self.subTest(discount), self.env.cr.savepoint() as savepoint:
                with self.at("2026-01-10"):
                    self._post_lines((self.product, 1, 10000.0, discount))
                self.assertEqual(self._told("2026-02-01", "discount"), told)
                figures = self._profile(self.customer).type_figures
                self.assertEqual(figures["discount"], share)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_quotations_lost_for_price(self):
        other = self.env["crm.lost.reason"].create({"name": "No stock"})
        self._lose(self.customer, "2026-01-10")
        self.assertIsNone(self._told("2026-02-01", "lost"))
        lead = self._lose(self.customer, "2026-01-20")
        self.assertEqual(self._told("2026-02-01", "lost"), "transactional")
        self.assertEqual(self._told("2027-01-09", "lost"), "transactional")
        self.assertIsNone(self._told("2027-01-10", "lost"))
        with self.subTest("for another reason"):
            lead.lost_reason_id = other
            self.assertIsNone(self._told("2026-02-01", "lost"))
        with self.subTest("the other reason is the price as well"):
            other.lifecycle_is_price = True
            self.assertEqual(self._told("2026-02-01", "lost"), "transactional")
        with self.subTest("the opportunity is open again"):
            lead.action_unarchive()
            self.assertIsNone(self._told("2026-02-01", "lost"))

    def test_a_quotation_left_open_was_lost_too_and_an_order_was_not(self):
        lead = self._lose(self.customer, "2026-01-10", quotations=2, cancel=False)
        self.assertEqual(self._told("2026-02-01", "lost"), "transactional")
        with self.at("2026-01-20"):
            lead.order_ids[0].action_confirm()
        self.assertEqual(self._look("2026-02-01").type_figures["lost"], 1)

    def test_a_reason_that_turns_out_to_be_the_price_queues_its_customers(self):
        reason = self.env["crm.lost.reason"].create({"name": "Discount asked"})
        self._lose(self.customer, "2026-01-10", reason, quotations=2)
        reason.lifecycle_is_price = False
        self._look("2026-02-01")
        self.assertEqual(self._profile(self.customer).type_figures["lost"], 0)
        reason.lifecycle_is_price = True
        with self.at("2026-02-01"):
            self._process_queue()
        self.assertEqual(self._profile(self.customer).type_figures["lost"], 2)

    def test_the_hosts_reason_is_the_price_and_may_be_gone(self):
        reason = self.env.ref("crm.lost_reason_1")
        reason.lifecycle_is_price = False
        self.env["crm.lost.reason"]._mark_lifecycle_price()
        self.assertTrue(reason.lifecycle_is_price)
        reason.lifecycle_is_price = False
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm"), ("name", "=", "lost_reason_1")]
        )
        data.unlink()
        self.env["crm.lost.reason"]._mark_lifecycle_price()
        self.assertFalse(reason.lifecycle_is_price)

    def test_payments(self):
        for days, told in (
            ((7, 7, 7), "transactional"),
            ((7, 7, 8), "hybrid"),
            ((29, 29, 29), "hybrid"),
            ((30, 30, 30), "relational"),
            # 15 days after the due date is usual, later tells nothing.
            ((45, 45, 45), "relational"),
            ((45, 45, 46), None),
            # Too few payments for a habit.
            ((30, 30), None),
        ):
            with self.subTest(days), self.env.cr.savepoint() as savepoint:
                for after in days:
                    invoice = self._invoice_on("2026-01-01")
                    self._pay_on(
                        f"2026-01-{1 + after:02}" if after < 31 else f"2026-02-{after - 30:02}",
                        invoice,
                    )
                self.assertEqual(self._told("2026-03-01", "payment"), told)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_people_and_channels(self):
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.customer.id} for name in ("Ada", "Ben", "Cem")]
        )
        media = self.env["utm.medium"].create([{"name": f"M{place}"} for place in range(3)])
        team = self.env["crm.team"].create({"name": "Field", "company_id": self.company.id})
        self._order_lines("2026-01-10", (self.product, 1, 100.0, 0), team_id=team.id)
        self.assertIsNone(self._told("2026-02-01", "people"))
        self.assertIsNone(self._told("2026-02-01", "channels"))
        for place, (told_people, told_channels) in enumerate(
            ((None, "hybrid"), ("hybrid", "relational"), ("relational", "relational"))
        ):
            self._order_lines(
                "2026-01-20",
                (self.product, 1, 100.0, 0),
                customer=people[place],
                medium_id=media[place].id,
                team_id=team.id,
            )
            with self.subTest(place):
                self.assertEqual(self._told("2026-02-01", "people"), told_people)
                self.assertEqual(self._told("2026-02-01", "channels"), told_channels)
        with self.subTest("each counts once"):
            with self.at("2026-01-25"):
                self._create_lead(people[0], medium_id=media[0].id)
            figures = self._look("2026-02-01").type_figures
            self.assertEqual((figures["people"], figures["channels"]), (3, 4))

    def test_the_rules_say_of_how_many_months_documents_count(self):
        [contact] = self.env["res.partner"].create([{"name": "Ada", "parent_id": self.customer.id}])
        medium = self.env["utm.medium"].create({"name": "Fair"})
        ordered, billed = self._create_products(2)
        self._order_lines(
            "2026-01-10", (ordered, 1, 100.0, 0), customer=contact, medium_id=medium.id
        )
        with self.at("2026-01-10"):
            self._post_lines((billed, 1, 100.0, 0))
        self._lose(self.customer, "2026-01-10")
        counted = ("categories", "people", "lost")
        for months, last_day, next_day in (
            (6, "2026-07-09", "2026-07-10"),
            (12, "2027-01-09", "2027-01-10"),
            # Farther back than price sensitivity looks.
            (36, "2029-01-09", "2029-01-10"),
        ):
            self._set_rules(type_months=months)
            for day, expected in ((last_day, [2, 1, 1]), (next_day, [0, 0, 0])):
                with self.subTest(months=months, day=day):
                    figures = self._look(day).type_figures
                    self.assertEqual([figures.get(name, 0) for name in counted], expected)
                    self.assertEqual(figures.get("channels", 0) > 0, any(expected))
            told = self._profile(self.customer).type_explanation["lines"]
            for said in (
                f"Product categories in {months} months: 0",
                f"Quotations lost for price in {months} months: 0",
                f"People on documents of {months} months: 0",
                f"Channels of documents of {months} months: 0",
            ):
                with self.subTest(said):
                    self.assertEqual(len([line for line in told if line.startswith(said)]), 1)

    def test_the_day_on_which_documents_drop_out_is_looked_at(self):
        self._set_rules(type_months=6)
        self._order_lines("2026-01-10", (self.product, 1, 100.0, 0))
        self._order_lines("2026-01-11", (self.product, 1, 100.0, 0))
        self._look("2026-07-09")
        self.assertEqual(str(self._profile(self.customer).sudo().type_review_date), "2026-07-11")

    def test_the_segment_tells_its_usual_type(self):
        self._buy(self.customer, "2026-01-10", "2026-01-20")
        self._look("2026-02-01")
        self.assertIsNone(self._told("2026-02-01", "segment"))
        segment = self._create_segment("relational")
        self.assertEqual(self._told("2026-02-01", "segment"), "relational")
        segment.default_type = False
        self.assertIsNone(self._told("2026-02-01", "segment"))


@tagged("post_install", "-at_install")
class TestCustomerType(TypeCase):
    """Which type the points make, and what holds where they are too few."""

    def _type(self, day, customer=None):
        profile = self._look(day, customer)
        return profile.customer_type, profile.type_cause

    def test_the_type_with_most_points_wins(self):
        self._buy(self.customer, "2025-11-01", "2025-12-01", "2025-12-20")
        # Hybrid by three purchases, transactional by one category.
        self.assertEqual(self._type("2026-01-01"), ("hybrid", "rules"))
        self.assertEqual(
            self._profile(self.customer).type_figures["points"],
            {"one_time": 0, "transactional": 2, "hybrid": 3, "relational": 0},
        )
        self._set_rules(type_weight_breadth=4)
        self.assertEqual(self._type("2026-01-01"), ("transactional", "rules"))

    def test_of_two_with_as_many_the_more_relational_one(self):
        self._buy(self.customer, "2025-11-01", "2025-12-01", "2025-12-20")
        self._set_rules(type_weight_breadth=3)
        self.assertEqual(self._type("2026-01-01"), ("hybrid", "rules"))
        self._look("2026-01-01")
        self._create_segment("relational")
        self._set_rules(type_weight_breadth=3, type_weight_segment=3)
        self.assertEqual(self._type("2026-01-01"), ("relational", "rules"))

    def test_without_a_purchase_it_is_the_segments_else_none(self):
        with self.at("2026-01-10"):
            self._create_lead(self.customer)
        self.assertEqual(self._type("2026-02-01"), (False, False))
        self._create_segment("relational")
        self.assertEqual(self._type("2026-02-01"), ("relational", "segment"))

    def test_one_purchase_is_one_time_once_nobody_expects_a_second(self):
        self._buy(self.customer, "2026-01-09")
        self.assertEqual(self._type("2026-07-07"), (False, False))
        self.assertEqual(self._type("2026-07-08"), ("one_time", "rules"))
        self._create_segment("relational")
        self.assertEqual(self._type("2026-07-07"), ("relational", "segment"))
        self.assertEqual(self._type("2026-07-08"), ("one_time", "rules"))
        with self.subTest("a second one takes it back"):
            self._buy(self.customer, "2026-07-09")
            self.assertEqual(self._type("2026-07-10")[1], "rules")
            self.assertNotEqual(self._type("2026-07-10")[0], "one_time")

    def test_the_nightly_pass_finds_who_became_one_time(self):
        self._buy(self.customer, "2026-01-09")
        self._look("2026-02-01")
        self.assertEqual(str(self._profile(self.customer).type_review_date), "2026-07-08")
        for day, found in (("2026-07-07", False), ("2026-07-08", True)):
            with self.subTest(day), self.at(day), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    "UPDATE crm_lifecycle_profile SET review_date = NULL WHERE partner_id = %s",
                    [self.customer.id],
                )
                night = self._gather("night", self.company)
                self.assertEqual(self.customer.id in self._gathered(night), found)
                savepoint.rollback()

    def test_too_few_points_leave_the_segments_type(self):
        self._buy(self.customer, "2025-12-01", "2025-12-20")
        self._set_rules(type_minimum_points=6)
        self.assertEqual(self._type("2026-01-01"), (False, False))
        self._create_segment("hybrid")
        self.assertEqual(self._type("2026-01-01"), ("hybrid", "segment"))
        self._set_rules(type_minimum_points=5)
        self.assertEqual(self._type("2026-01-01"), ("transactional", "rules"))

    def test_price_sensitivity_is_no_evidence(self):
        self.assertFalse([kind for kind in type_rules.KINDS if "sensitiv" in kind])
        for places, quantity in ((range(10), 1), (range(10), 2)):
            with self.subTest(quantity), self.env.cr.savepoint() as savepoint:
                for place in places:
                    # Twice as many at half the price, or as many.
                    cheap = place % 2
                    self._order_lines(
                        f"2025-12-{10 + place}",
                        (
                            self.product,
                            1 + cheap * (quantity - 1) * 3,
                            100.0 / (1 + cheap),
                            0,
                        ),
                    )
                profile = self._look("2026-01-01")
                self.assertEqual(
                    profile.price_sensitivity, "sensitive" if quantity == 2 else "insensitive"
                )
                self.assertEqual(profile.customer_type, "relational")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_settings_belong_to_the_version(self):
        policy = self._set_rules()
        for name in type_rules.DEFAULTS:
            with self.subTest(name), self.assertRaisesRegex(UserError, "is active"):
                policy[name] = policy[name] + 1
        draft = policy.copy({"type_months": 24, "type_weight_people": 9, "type_discount_share": 20})
        self.assertEqual(draft.type_weight_people, 9)
        differences = {subject: (old, new) for subject, old, new in draft._get_differences(policy)}
        self.assertEqual(
            differences,
            {
                "Documents Of": ("12", "24"),
                "Points of People": ("2", "9"),
                "Much Discount From": ("10%", "20%"),
            },
        )

    @mute_logger("odoo.sql_db")
    def test_settings_that_make_no_sense_are_refused(self):
        for name, value in (
            ("type_months", 0),
            ("type_months", 121),
            ("type_weight_people", -1),
            ("type_minimum_purchases", 0),
            ("type_minimum_points", 0),
            ("type_one_time_intervals", 0),
            ("type_hybrid_purchases", 6),
            ("type_relational_breadth", 2),
            ("type_hybrid_people", 0),
            ("type_relational_channels", 2),
            ("type_discount_share", 0),
            ("type_discount_share", 101),
            ("type_lost_quotations", 0),
            ("type_prompt_days", -1),
            ("type_term_days", 7),
            ("sensitivity_minimum", 2),
            ("sensitivity_months", 0),
            ("sensitivity_variation", 0),
            ("sensitivity_moderate", 0),
            ("sensitivity_sensitive", 0.5),
        ):
            with self.subTest(name=name, value=value), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    self.env["crm.lifecycle.policy"].create({"name": "Odd", name: value})
                    self.env.flush_all()

    def test_defaults_are_the_products_own(self):
        policy = self.env["crm.lifecycle.policy"].create({"name": "Ours"})
        for name, value in type_rules.DEFAULTS.items():
            with self.subTest(name):
                self.assertEqual(policy[name], value)
        self.assertFalse(policy._has_other_types(policy.browse()))
        self.assertFalse(policy._has_other_sensitivity(policy.browse()))
