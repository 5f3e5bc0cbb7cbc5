from odoo import fields
from odoo.tests import tagged

from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestHoldEnds(HoldCase):
    """Whatever happens to invoices and complaints meanwhile, the flag is given back, and
    customers are reminded again.
    """

    def _dispute_until(self, day, *invoices):
        with self.at("2026-03-05"):
            complaint = self._dispute(*invoices)
            complaint.hold_ids.date_to = day
        return complaint

    # ------------------------------------------------------------
    # THE INVOICE
    # ------------------------------------------------------------

    def test_an_invoice_that_is_cancelled(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self.invoice.button_draft()
            self.invoice.button_cancel()
        complaint.action_close()
        with self.at("2026-03-11"):
            self.invoice.button_draft()
            self.invoice.action_post()
        self.assertEqual(self._flags(), [False, False])

    def test_an_invoice_that_is_cancelled_and_posted_again(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self.invoice.button_draft()
            self.invoice.button_cancel()
            self.invoice.button_draft()
            self.invoice.action_post()
        self.assertEqual(self._flags(), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_an_invoice_that_is_replaced(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            wizard = (
                self.env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=self.invoice.ids)
                .create({"journal_id": self.invoice.journal_id.id, "date": "2026-03-10"})
            )
            action = wizard.modify_moves()
            new = self.env["account.move"].browse(action["res_id"])
            new.invoice_date = fields.Date.today()
            new.action_post()
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertEqual(self._flags(self.invoice, new), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(self.invoice, new), [False, False])

    def test_a_payment_that_bounces(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self._pay(self.invoice)
        self._send("2026-03-10")
        self.assertFalse(self._notices(self.invoice))
        with self.at("2026-03-11"):
            self._receivable(self.invoice).remove_move_reconcile()
        self._send("2026-03-11")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "disputed")])
        complaint.action_close()
        self._send("2026-03-12")
        self.assertEqual(self._told(self.invoice), [(7, "sent", False)])

    def test_an_invoice_that_is_paid_in_part(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self._pay_part(self.invoice, 40.0)
        self.assertEqual(self._flags(), [True, False])
        self._send("2026-03-10")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "disputed")])
        complaint.action_close()
        self._send("2026-03-11")
        self.assertEqual(self._told(self.invoice), [(7, "sent", False)])

    def test_a_refund_of_a_part_is_undone(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            refund = self._refund(self.invoice, share=0.5)
            complaint.action_solve()
            refund.button_draft()
            refund.button_cancel()
        self.assertEqual(self._flags(), [False, False])
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_a_flag_that_got_lost_is_set_again(self):
        complaint = self._dispute()
        self._dispute(self.other).action_close()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET no_followup = FALSE WHERE move_id = ANY(%s)",
            [[self.invoice.id, self.other.id]],
        )
        self.assertEqual(self._flags(), [False, False])
        self._expire("2026-03-10")
        self.assertEqual(self._flags(), [True, False])
        self.assertEqual(self._hold(complaint).state, "active")
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_a_flag_that_somebody_took_away_is_not_set_again(self):
        self._dispute()
        self.invoice.no_followup = False
        self._expire("2026-03-10")
        self.assertEqual(self._flags(), [False, False])

    # ------------------------------------------------------------
    # THE COMPLAINT
    # ------------------------------------------------------------

    def test_one_of_several_is_deleted(self):
        first, second = self._dispute(), self._dispute()
        first.unlink()
        self.assertEqual(self._flags(), [True, False])
        second.unlink()
        self.assertEqual(self._flags(), [False, False])

    def test_all_of_several_are_deleted_at_once(self):
        self.invoice.no_followup = True
        (self._dispute() | self._dispute(self.invoice, self.other)).unlink()
        self.assertEqual(self._flags(), [True, False])

    def test_merged_and_what_was_not_followed_up_before(self):
        self.other.no_followup = True
        first, second = self._dispute(), self._dispute(self.invoice, self.other)
        second._merge_into(first)
        self.assertEqual(self._flags(), [True, True])
        second.unlink()
        self.assertEqual(self._flags(), [True, True])
        first.action_close()
        self.assertEqual(self._flags(), [False, True])

    def test_merged_after_one_expired(self):
        first = self._dispute_until("2026-03-06")
        self._expire("2026-03-07")
        with self.at("2026-03-08"):
            second = self._dispute()
            self.assertEqual(self._flags(), [True, False])
            second._merge_into(first)
        # They complained again, after the time of the one that stays was over.
        self.assertEqual(self._flags(), [True, False])
        first.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_expired_and_what_was_not_followed_up_before(self):
        self.other.no_followup = True
        complaint = self._dispute_until("2026-03-06", self.invoice, self.other)
        self.assertEqual(self._flags(), [True, True])
        self._expire("2026-03-07")
        self.assertEqual(self._flags(), [False, True])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, True])

    def test_expired_while_the_invoice_is_a_draft(self):
        self._dispute_until("2026-03-06")
        with self.at("2026-03-06"):
            self.invoice.button_draft()
        self._expire("2026-03-07")
        with self.at("2026-03-08"):
            self.invoice.action_post()
        self.assertEqual(self._flags(), [False, False])

    def test_reminded_again_after_it_expired(self):
        self._dispute_until("2026-03-10")
        self._send("2026-03-10")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "disputed")])
        self._expire("2026-03-11")
        self._send("2026-03-11")
        self.assertEqual(self._told(self.invoice), [(7, "sent", False)])

    def test_the_customer_changes(self):
        complaint = self._dispute()
        complaint.write({"move_ids": False, "partner_id": self._create_customer("Bo's Inn").id})
        self.assertEqual(self._flags(), [False, False])

    def test_the_contact_is_deleted(self):
        person = self._create_customer("Bob", is_company=False, parent_id=self.customer.id)
        complaint = self._dispute(partner_id=person.id)
        self.assertEqual(self._flags(), [True, False])
        person.unlink()
        # It goes on with their company, and what it is about is disputed as before.
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertIn("Bob", complaint.message_ids[0].body)
        self.assertEqual(self._flags(), [True, False])

    def test_the_last_contact_is_deleted(self):
        person = self._create_customer("Bob", is_company=False)
        complaint = self._complain(person)
        person.unlink()
        self.assertTrue(complaint.exists())
        self.assertFalse(complaint.partner_id | complaint.commercial_partner_id)
