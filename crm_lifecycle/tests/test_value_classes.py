from unittest.mock import patch

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestClasses(ValueCase):
    """A, B and C by the share of the whole that customers bring, measured each night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advice.standard_price = 1.0

    def _sell(self, *revenues, product=None):
        """Invoice advice to as many customers, who are returned; each has cost 1."""
        customers = self.env["res.partner"]
        for number, revenue in enumerate(revenues):
            customer = self._create_customer(f"Customer {number}")
            sold = self.advice if product is None else product
            self._post_lines((sold, 1, revenue, 0), customer=customer)
            customers |= customer
        return customers

    def _classes(self, customers):
        return [self._profile(customer).value_class for customer in customers]

    def _pass(self, kind="night"):
        self._gather(kind)
        self._process_queue()

    def _cuts(self):
        """Return the company's cut points, the latest first."""
        return self.env["crm.lifecycle.value.cut"].search([("company_id", "=", self.company.id)])

    def test_shares_make_the_classes(self):
        with self.at("2026-03-03"):
            # 50, 75, 85, 93, 98, 100 percent.
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0)
            self._process_queue()
            self._pass()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b", "c"])
            cut = self._cuts()[:1]
            self.assertEqual((cut.cut_a, cut.cut_b), (99.0, 49.0))
            self.assertEqual((cut.customer_count, cut.total, cut.basis), (6, 994.0, "margin"))

    def test_concentration_is_measured(self):
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0)
            self._pass()
            # A fifth of six customers are two, the 1.2 rounded up.
            self.assertEqual(self._cuts()[:1].top_share, 0.7525)

    def test_too_few_customers_have_no_classes(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0)
            self._pass()
            self.assertEqual(self._classes(customers), [False] * 4)
            self.assertFalse(self._cuts()[:1].cut_a)
            self._sell(20.0)
            self._pass()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b"])

    def test_between_passes_the_cut_points_hold(self):
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0)
            self._pass()
            newcomer = self._sell(90.0)
            self._process_queue()
            self.assertEqual(self._classes(newcomer), ["b"])

    def test_who_brings_nothing_in_a_year_has_no_class(self):
        with self.at("2025-01-03"):
            former = self._sell(900.0)
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._pass()
            self._look_again(former)
            self.assertEqual(self._classes(former), [False])

    def test_a_loss_is_class_c(self):
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            loser = self._create_customer("Loser")
            self._post_lines((self.product, 1, 30.0, 0), customer=loser)
            self._pass()
            self.assertEqual(self._classes(loser), ["c"])
            self.assertEqual(self._value(loser).margin_12m, -30.0)

    def test_who_was_refunded_more_than_bought_is_class_c(self):
        with self.at("2025-02-03"):
            customer = self._create_customer("Returner")
            invoice = self._post_lines((self.product, 1, 100.0, 0), customer=customer)
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._refund(invoice)
            self._pass()
            self.assertEqual(self._value(customer).margin_12m, -40.0)
            self.assertEqual(self._classes(customer), ["c"])

    def test_whose_cost_is_unknown_has_no_class_by_margin(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            secret = self._create_customer("Secret")
            self._post_lines((False, 1, 300.0, 0), (self.advice, 1, 299.0, 0), customer=secret)
            self._pass()
            self.assertEqual(self._classes(customers[0] | secret), ["a", False])
            self.assertEqual(self._cuts()[:1].customer_count, 5)
            self.assertEqual(
                self._value(secret).explanation["lines"][-1],
                "The cost of only 49.9% of the revenue is known, so the margin says little: the"
                " rules ask for 50.0%.",
            )
            self._post_lines((self.advice, 1, 1.0, 0), customer=secret)
            self._pass()
            self.assertEqual(self._classes(secret), ["a"])

    def test_where_most_costs_are_unknown_revenue_ranks(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0, product=False)
            self._pass()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b", "c"])
            self.assertEqual((self._cuts()[:1].basis, self._cuts()[:1].cut_a), ("revenue", 100.0))

    def test_customers_are_classified_step_by_step(self):
        runs = self.env["crm.lifecycle.reclassification"]
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._process_queue()
            self.env["crm.lifecycle.value.cut"]._measure(self.company)
            # Types do not follow from value classes.
            self.assertEqual(runs.search([]).mapped("with_types"), [False])
            self.assertEqual(self._classes(customers), [False] * 5)
            before = self.env["crm.lifecycle.profile"].search_count(
                [("company_id", "=", self.company.id), ("id", "<", self._profile(customers[0]).id)]
            )
            self.assertEqual(runs._process_next(limit=before + 2), before + 2)
            self.assertEqual(self._classes(customers), ["a", "a", False, False, False])
            while runs._process_next(limit=2):
                self.env.flush_all()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b"])
            self.assertEqual(runs._process_next(), 0)
            # Nothing begins elsewhere: nobody is compared again.
            self.env["crm.lifecycle.value.cut"]._measure(self.company)
            self.assertFalse(runs.search([]))

    def test_new_cut_points_do_not_lose_types_that_wait(self):
        runs = self.env["crm.lifecycle.reclassification"]
        profiles = self.env["crm.lifecycle.profile"]
        typed = []

        def record(_model, partner_ids):
            typed.extend(partner_ids)

        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._process_queue()
            everybody = profiles.search([("company_id", "=", self.company.id)]).partner_id.ids
            self.assertLessEqual(set(customers.ids), set(everybody))
            with patch.object(type(profiles), "_record_types", record):
                runs._start(self.company)
                self.env.cr.flush()
                self.assertEqual(runs._process_next(limit=2), 2)
                self.assertEqual(len(typed), 2)
                self.env["crm.lifecycle.value.cut"]._measure(self.company)
                while runs._process_next(limit=2):
                    self.env.flush_all()
            self.assertEqual(sorted(typed[2:]), sorted(everybody))
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b"])
            self.assertFalse(runs.search([]))
            # Once they are through, classes alone have no type derived.
            typed.clear()
            with patch.object(type(profiles), "_record_types", record):
                self.env["crm.lifecycle.value.cut"]._measure(self.company, self.company.ids)
                self.assertEqual(runs._process_next(), len(everybody))
            self.assertEqual(typed, [])

    def test_more_are_compared_at_once_while_few_differ(self):
        runs = self.env["crm.lifecycle.reclassification"]
        profiles = self.env["crm.lifecycle.profile"]
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._process_queue()
        asked = []
        written = [0, 5_000, None, 5_001, 0]

        def classify(_model, _company_id, begin, limit, _with_types):
            asked.append((begin, limit))
            return limit, written.pop(0), begin + 1 if written else None

        with patch.object(type(profiles), "_classify_after", classify):
            self.env.cr.execute(runs._get_appending([self.company.id], with_types=False))
            while runs._process_next():
                self.env.flush_all()
        # What goes wrong among many is looked at again, a few at a time.
        self.assertEqual(asked, [(0, 20_000), (1, 100_000), (2, 200_000), (2, 20_000), (3, 20_000)])
        self.assertFalse(runs.search([]))

    def test_only_who_differs_is_written(self):
        values = self.env["crm.lifecycle.value"]
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._pass()
            profiles = [self._profile(customer).id for customer in customers]
            those = SQL("profile.id = ANY(%s)", profiles)
            self.assertEqual(values._write_classes(those), [])
            self._profile(customers[3]).write({"value_class": "a"})
            self.env.flush_all()
            self.assertEqual(values._write_classes(those), [profiles[3]])
            self.env.invalidate_all()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b"])

    def test_a_pass_ends_although_measuring_fails(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            started = self._gather("night")
            with (
                patch.object(
                    type(self.env["crm.lifecycle.value.cut"]), "_measure", side_effect=ValueError
                ),
                mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_pass_value"),
            ):
                self._process_queue()
            self.assertEqual((started.state, started.to_measure), ("done", False))
            self._pass()
            self.assertEqual(self._classes(customers), ["a", "a", "a", "b", "b"])

    def test_by_revenue_if_the_rules_say_so(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            bulky = self._create_customer("Bulky")
            self._post_lines((self.product, 20, 61.0, 0), customer=bulky)
            self._pass()
            self.assertEqual(self._classes(customers[0] | bulky), ["a", "c"])
            policy = self.env["crm.lifecycle.policy"].create(
                {"name": "By revenue", "value_basis": "revenue", "class_a_share": 55.0}
            )
            policy.action_activate()
            self._process_queue()
            self.assertEqual(self._classes(bulky | customers), ["a", "b", "b", "b", "b", "c"])
            self.assertEqual(self._cuts()[:1].basis, "revenue")

    def test_a_second_pass_writes_nothing(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._pass()
            cuts = self._cuts()
            self.assertEqual(len(cuts), 1)
            self.env.cr.execute(
                "SELECT xmin::text FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)",
                [customers.ids],
            )
            before = self.env.cr.fetchall()
            self.env["crm.lifecycle.value.cut"]._measure(self.company, self.company.ids)
            self._process_queue()
            self.env.cr.execute(
                "SELECT xmin::text FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)",
                [customers.ids],
            )
            self.assertEqual(self.env.cr.fetchall(), before)
        with self.at("2026-03-04"):
            self._pass()
            self.assertEqual(self._cuts(), cuts)

    def test_the_class_on_contacts_and_documents(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            nobody = self._create_customer("Nobody")
            everybody = customers | nobody
            documents = [
                everybody,
                self.env["crm.lead"].union(*map(self._create_opportunity, everybody)),
                self.env["sale.order"].union(*map(self._create_order, everybody)),
                self.env["account.move"].union(*map(self._create_invoice, everybody)),
            ]
            self._pass()
        classes = ["a", "a", "a", "b", "b", False]
        for records in documents:
            with self.subTest(records._name):
                self.assertEqual(records.mapped("lifecycle_value_class"), classes)
                by_id = [("id", "in", records.ids)]
                for condition, expected in (
                    ([("lifecycle_value_class", "=", "a")], records[:3]),
                    ([("lifecycle_value_class", "in", ["b", "c"])], records[3:5]),
                    ([("lifecycle_value_class", "!=", "a")], records[3:]),
                    ([("lifecycle_value_class", "=", False)], records[5]),
                ):
                    self.assertEqual(set(records.search(condition + by_id)), set(expected))
                groups = records._read_group(by_id, ["lifecycle_value_class"], ["__count"])
                self.assertEqual(dict(groups), {"a": 3, "b": 2, False: 1})
                found = records.search(by_id, order="lifecycle_value_class, id")
                self.assertEqual(found.mapped("lifecycle_value_class"), classes)


@tagged("post_install", "-at_install")
class TestSettings(ValueCase):
    """Where the classes end is part of the rules."""

    def test_shares_that_make_no_classes_are_refused(self):
        for vals in (
            {"class_a_share": 0.0},
            {"class_a_share": 96.0},
            {"class_b_share": 101.0},
            {"known_cost_share": -1.0},
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.env["crm.lifecycle.policy"].create({"name": "Odd", **vals})

    def test_rules_in_force_keep_their_shares(self):
        policy = self.env["crm.lifecycle.policy"].create({"name": "New"})
        policy.action_activate()
        with self.assertRaises(UserError):
            policy.class_a_share = 70.0

    def test_a_comparison_names_them(self):
        policies = self.env["crm.lifecycle.policy"]
        old, new = policies.create([{"name": "Old"}, {"name": "New", "class_a_share": 70.0}])
        self.assertIn(("Class A", "80%", "70%"), new._get_differences(old))

    def test_a_rate_is_said_once(self):
        rates = self.env["crm.lifecycle.service.rate"]
        rates.create({"company_id": self.company.id, "amount": 5.0})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            rates.create({"company_id": self.company.id, "amount": 6.0})
