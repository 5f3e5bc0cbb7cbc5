from odoo.tests import tagged
from odoo.tools import SQL

from .rows_common import RowsCase
from .rules_common import RuleCase

NOW = "2026-03-31"


@tagged("post_install", "-at_install")
class TestPurchaseDays(RuleCase, RowsCase):
    """What a customer bought on which day is kept, and since when each change of it is known."""

    def _days(self, customer=None):
        """Return ``[(purchase, known from, amount)]`` after everything was worked off."""
        with self.at(NOW):
            self._process_queue()
        rows = self.env.execute_query(
            SQL(
                "SELECT purchase_date, date, amount FROM crm_lifecycle_purchase_day"
                " WHERE partner_id = %s ORDER BY purchase_date, date",
                (customer or self.customer).id,
            )
        )
        return [(str(bought)[5:], str(known)[5:], float(amount)) for bought, known, amount in rows]

    def _invoiced(self, day, amount=100.0):
        order = self._buy(self.customer, day, amount=amount)
        with self.at(day):
            return self._invoice_order(order)

    def test_orders_of_one_day_are_one(self):
        self._buy(self.customer, "2026-01-05", "2026-01-05", "2026-02-05")
        self.assertEqual(self._days(), [("01-05", "01-05", 200.0), ("02-05", "02-05", 100.0)])

    def test_a_refund_changes_the_day_from_its_own_date_on(self):
        invoice = self._invoiced("2026-01-05")
        with self.at("2026-02-20"):
            refund = self._refund(invoice, 0.25)
        self.assertEqual(self._days(), [("01-05", "01-05", 100.0), ("01-05", "02-20", -25.0)])
        with self.at("2026-02-21"):
            refund.button_draft()
            refund.invoice_line_ids.price_unit = 40.0
            refund.action_post()
        self.assertEqual(self._days()[1][2], -40.0)
        with self.at("2026-02-22"):
            refund.button_draft()
            refund.button_cancel()
        self.assertEqual(self._days(), [("01-05", "01-05", 100.0)])

    def test_a_cancelled_order(self):
        order = self._order_traced("2026-01-05")
        with self.at("2026-03-01"):
            order._action_cancel()
            self.env.cr.flush()
        self.assertEqual(self._days(), [("01-05", "01-05", 100.0), ("01-05", "03-01", -100.0)])

    def test_what_amounts_to_nothing_is_no_purchase(self):
        self._buy(self.customer, "2026-01-05", amount=0.0)
        self.assertEqual(self._days(), [])
        self.assertTrue(self._profile(self.customer))

    def test_by_what_counts_as_a_purchase(self):
        self._invoiced("2026-01-05")
        self._buy(self.customer, "2026-02-05")
        self.assertEqual(len(self._days()), 2)
        self._activate(self._default_rules(basis="invoiced"))
        with self.at(NOW):
            self._look_again(self.customer)
        self.assertEqual(self._days(), [("01-05", "01-05", 100.0)])

    def test_of_merged_contacts_all_is_the_one_who_stays(self):
        double = self._create_customer("Rows Double")
        self._buy(self.customer, "2026-01-05", "2026-02-05")
        self._buy(double, "2026-01-05", "2026-03-05")
        self.assertEqual(len(self._days(double)), 2)
        with self.at(NOW):
            self.env["base.partner.merge.automatic.wizard"].create({})._merge(
                (double | self.customer).ids, self.customer
            )
        self.assertEqual(
            self._days(),
            [("01-05", "01-05", 200.0), ("02-05", "02-05", 100.0), ("03-05", "03-05", 100.0)],
        )
        self.assertEqual(self._days(double), [])

    def test_of_whom_becomes_somebodys_contact_it_is_the_customers(self):
        person = self._create_customer("Rows Person", is_company=False)
        self._buy(person, "2026-01-05")
        self.assertEqual(len(self._days(person)), 1)
        with self.at(NOW):
            person.parent_id = self.customer
            self.env.flush_all()
        self.assertEqual(self._days(), [("01-05", "01-05", 100.0)])
        self.assertEqual(self._days(person), [])

    def test_a_second_look_writes_nothing(self):
        with self.at("2026-02-20"):
            self._refund(self._invoiced("2026-01-05"), 0.5)
        self._days()
        before = self._read_rows("crm_lifecycle_purchase_day")
        with self.at(NOW):
            self._look_again(self.customer)
        self.assertEqual(self._read_rows("crm_lifecycle_purchase_day"), before)
