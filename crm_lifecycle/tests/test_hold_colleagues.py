from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import SALES
from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestHoldColleagues(HoldCase):
    """Several people work on what is complained about, and see a part of it each."""

    def _set_up_colleague(self):
        """Return invoices of a colleague and of the salesperson, and a complaint about them."""
        colleague = self._create_user("hold_colleague", SALES)
        hidden = self._invoice(invoice_user_id=colleague.id)
        own = self._invoice(invoice_user_id=self.salesperson.id)
        complaint = self._dispute(hidden, own)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = complaint.with_user(self.salesperson)
        return hidden, own, seen.with_context(allowed_company_ids=self.company.ids)

    def test_a_colleagues_invoice_stays_on_hold(self):
        hidden, own, seen = self._set_up_colleague()
        added = self._invoice(invoice_user_id=self.salesperson.id)
        self.assertEqual(seen.move_ids, own)
        seen.invalidate_recordset()
        seen.write({"move_ids": [Command.link(added.id)]})
        self.assertEqual(self._flags(hidden, own, added), [True, True, True])
        seen.write({"move_ids": [Command.unlink(added.id)]})
        self.assertEqual(self._flags(hidden, own, added), [True, True, False])

    def test_a_complaint_with_a_colleagues_invoice_is_saved(self):
        hidden, own, seen = self._set_up_colleague()
        seen.sudo().order_ids = self._confirm_order(self.customer, user_id=False)
        shown = {
            name: {"fields": {"display_name": {}}} for name in ("move_ids", "hold_ids", "order_ids")
        }
        for vals, flag in (
            ({"kind": "question"}, False),
            ({"kind": "complaint"}, True),
            ({"partner_id": self.customer.id}, True),
        ):
            with self.subTest(vals):
                seen.invalidate_recordset()
                [values] = seen.web_save(vals, shown)
                self.assertEqual([row["id"] for row in values["move_ids"]], own.ids)
                self.assertEqual(self._flags(hidden, own), [flag, flag])

    def test_who_works_on_it_sees_what_is_on_hold(self):
        hidden, own, seen = self._set_up_colleague()
        rows = seen.hold_ids.web_read({"amount_residual": {}, "currency_id": {}})
        self.assertEqual([row["amount_residual"] for row in rows], [100.0, 100.0])

    def test_two_at_once_do_not_miss_each_other(self):
        first = self._dispute()

        def _version():
            self.env.flush_all()
            return self.env.execute_query(
                SQL("SELECT ctid FROM crm_complaint_hold WHERE id = %s", self._hold(first).id)
            )

        before = _version()
        second = self._dispute()
        # The other one's row is written, so that a transaction that ends it fails.
        opened = _version()
        self.assertNotEqual(opened, before)
        second.action_close()
        self.assertNotEqual(_version(), opened)
