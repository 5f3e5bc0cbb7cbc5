from odoo.tests import tagged

from .common import SALES_ALL
from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestReturned(ValueCase):
    """Who got back more than the rules call much of what they were invoiced."""

    def setUp(self):
        super().setUp()
        self.customers = {}
        with self.at("2026-03-03"):
            for name, sold, share in (
                ("nothing", 100.0, 0),
                ("a tenth", 100.0, 0.1),
                ("a bit more", 100.0, 0.11),
                ("half", 80.0, 0.5),
                ("everything", 60.0, 1.0),
            ):
                customer = self._create_customer(name)
                invoice = self._post_invoice(customer, sold)
                if share:
                    self._refund(invoice, share)
                self.customers[name] = customer
            self._process_queue()

    def _find(self, domain=(("returned_much", "=", True),)):
        values = self.env["crm.lifecycle.value"].search(
            [("company_id", "=", self.company.id), *domain], order="id"
        )
        return values.partner_id.mapped("name")

    def test_the_share_is_of_what_was_invoiced(self):
        for name, share in (
            ("nothing", 0.0),
            ("a tenth", 0.1),
            ("a bit more", 0.11),
            ("half", 0.5),
            ("everything", 1.0),
        ):
            with self.subTest(name):
                self.assertAlmostEqual(self._value(self.customers[name]).refund_rate, share)

    def test_the_list(self):
        much = ["a bit more", "half", "everything"]
        self.assertEqual(self._find(), much)
        self.assertEqual(self._find([("returned_much", "!=", True)]), ["nothing", "a tenth"])
        for name, customer in self.customers.items():
            with self.subTest(name):
                self.assertEqual(self._value(customer).returned_much, name in much)

    def test_what_is_much_is_part_of_the_rules(self):
        policy = self.env["crm.lifecycle.policy"].create(
            {"name": "Strict", "returned_share": 45.0, "company_id": self.company.id}
        )
        policy.action_activate()
        self._process_queue()
        self.assertEqual(self._find(), ["half", "everything"])
        self.assertFalse(self._value(self.customers["a bit more"]).returned_much)

    def test_a_refund_of_older_invoices_alone_is_much(self):
        with self.at("2027-03-02"):
            self._refund(self._post_invoice(self.customers["nothing"], 1.0), 0.02)
        with self.at("2028-01-01"):
            self._post_invoice(self.customers["a tenth"], 5.0, move_type="out_refund")
            self._look_again(self.env["res.partner"].union(*self.customers.values()))
        self.assertEqual(self._find(), ["a tenth"])
        self.assertEqual(self._value(self.customers["a tenth"]).refund_rate, 0.0)
        self.assertTrue(self._value(self.customers["a tenth"]).returned_much)

    def test_those_who_see_amounts_find_them(self):
        user = self._create_user("lifecycle_all", SALES_ALL)
        values = self.env["crm.lifecycle.value"].with_user(user)
        values = values.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(len(values.search([("returned_much", "=", True)])), 3)
