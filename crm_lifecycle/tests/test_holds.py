from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..hooks import _follow_up_again
from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestHolds(HoldCase):
    """The host's flag is set on the invoice complained about, and given back afterwards."""

    def test_on_that_invoice_alone(self):
        self.assertEqual(self._flags(), [False, False])
        complaint = self._dispute()
        self.assertEqual(self._flags(), [True, False])
        self.assertTrue(all(self._receivable(self.invoice).mapped("no_followup")))
        self.assertEqual(complaint.hold_count, 1)

    def test_given_back_by_each_way_to_end(self):
        for name, end, cause in (
            ("solved", lambda complaint: complaint.action_solve(), "closed"),
            ("closed", lambda complaint: complaint.action_close(), "closed"),
            ("rejected", self._reject, "rejected"),
            ("archived", lambda complaint: complaint.action_archive(), "archived"),
            ("deleted", lambda complaint: complaint.unlink(), False),
            (
                "about another one",
                lambda complaint: complaint.write({"move_ids": [Command.clear()]}),
                "removed",
            ),
            ("a question", lambda complaint: complaint.write({"kind": "question"}), "removed"),
        ):
            with self.subTest(name):
                complaint = self._dispute()
                self.assertEqual(self._flags(), [True, False])
                hold = self._hold(complaint)
                end(complaint)
                self.assertEqual(self._flags(), [False, False])
                if cause:
                    self.assertEqual((hold.state, hold.release_cause), ("released", cause))
                else:
                    self.assertFalse(hold.exists())

    def test_what_was_not_followed_up_before_is_not_afterwards(self):
        self.invoice.no_followup = True
        complaint = self._dispute()
        self.assertTrue(self._hold(complaint).former_value)
        complaint.action_close()
        self.assertEqual(self._flags(), [True, False])

    def test_only_complaints_hold(self):
        for kind in ("request", "feedback", "question"):
            with self.subTest(kind):
                complaint = self._dispute(kind=kind)
                self.assertEqual(self._flags(), [False, False])
                self.assertFalse(complaint.hold_ids)
        complaint.kind = "complaint"
        self.assertEqual(self._flags(), [True, False])

    def test_one_that_is_over_when_it_is_entered(self):
        step = self.env["crm.complaint.step"]._get("closed")
        complaint = self._dispute(step_id=step.id)
        self.assertEqual(self._flags(), [False, False])
        complaint.move_ids |= self.other
        self.assertEqual(self._flags(), [False, False])
        complaint.action_reopen()
        self.assertEqual(self._flags(), [True, True])

    def test_reopened(self):
        complaint = self._dispute()
        complaint.action_solve()
        complaint.action_reopen()
        self.assertEqual(self._flags(), [True, False])
        self.assertEqual(self._hold(complaint).state, "active")
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_restored_from_the_archive(self):
        complaint = self._dispute()
        complaint.action_archive()
        complaint.action_unarchive()
        self.assertEqual(self._flags(), [True, False])

    def test_an_invoice_added_later(self):
        complaint = self._dispute()
        complaint.move_ids |= self.other
        self.assertEqual(self._flags(), [True, True])
        complaint.move_ids -= self.invoice
        self.assertEqual(self._flags(), [False, True])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_several_complaints_on_one_invoice(self):
        for former in (False, True):
            for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
                with self.subTest(former=former, order=order):
                    self.invoice.no_followup = former
                    complaints = [self._dispute() for _number in range(3)]
                    self.assertEqual(self._flags(), [True, False])
                    for number in order[:-1]:
                        complaints[number].action_close()
                        self.assertEqual(self._flags(), [True, False])
                    complaints[order[-1]].action_close()
                    self.assertEqual(self._flags(), [former, False])

    def test_several_invoices_of_one_complaint(self):
        self.other.no_followup = True
        complaint = self._dispute(self.invoice, self.other)
        self.assertEqual(self._flags(), [True, True])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, True])

    def test_merged(self):
        first, second = self._dispute(), self._dispute(self.invoice, self.other)
        second._merge_into(first)
        self.assertEqual(self._flags(), [True, True])
        self.assertFalse(second.hold_ids.filtered("is_holding"))
        self.assertEqual(first.hold_ids.move_id, self.invoice | self.other)
        first.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_merging_keeps_what_was_decided(self):
        first, second = self._dispute(self.other), self._dispute()
        self._as_bookkeeper(self._hold(second)).action_release()
        self.assertEqual(self._flags(), [False, True])
        second._merge_into(first)
        self.assertEqual(self._flags(), [False, True])
        self.assertEqual(self._hold(first).decision, "release")

    def test_refunds_and_bills_are_left_alone(self):
        with self.at("2026-03-04"):
            refund = self._create_invoice(self.customer, move_type="out_refund")
            refund.action_post()
        complaint = self._dispute(refund)
        self.assertFalse(complaint.hold_ids)

    def test_the_invoice_tells(self):
        complaint = self._dispute()
        texts = " ".join(self.invoice.message_ids.mapped("body"))
        self.assertIn(complaint.name, texts)
        complaint.action_close()
        self.assertIn("No longer on hold", self.invoice.message_ids[0].body)

    def test_uninstalling_gives_the_flags_back(self):
        unfollowed, kept = self._invoice(), self._invoice()
        unfollowed.no_followup = True
        self._dispute(self.invoice, unfollowed, kept)
        complaint = self._dispute(kept)
        self._as_bookkeeper(self._hold(complaint, kept)).action_keep()
        _follow_up_again(self.env)
        self.assertEqual(
            self._flags(self.invoice, self.other, unfollowed, kept), [False, False, True, True]
        )


@tagged("post_install", "-at_install")
class TestHoldsAndTheHost(HoldCase):
    """What happens to the invoice itself while it is disputed."""

    def test_paid(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self._pay(self.invoice)
        self.assertEqual(self._flags(), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])
        with self.at("2026-03-11"):
            self._receivable(self.invoice).remove_move_reconcile()
        self.assertEqual(self._flags(), [False, False])

    def test_paid_before(self):
        with self.at("2026-03-10"):
            self._pay(self.invoice)
        complaint = self._dispute()
        self.assertEqual(self._flags(), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_reversed(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            refund = self._refund(self.invoice)
        self.assertEqual(self._flags(self.invoice, refund), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(self.invoice, refund), [False, False])

    def test_reset_to_draft_changed_and_posted_again(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self.invoice.button_draft()
            self.invoice.invoice_line_ids.price_unit = 70.0
            self.invoice.invoice_payment_term_id = self._create_instalments(10, 20)
            self.invoice.action_post()
        self.assertEqual(self._flags(), [True, False])
        self.assertEqual(self._receivable(self.invoice).mapped("no_followup"), [True, True])
        self.assertEqual(self._hold(complaint).state, "active")
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])
        self.assertEqual(self._receivable(self.invoice).mapped("no_followup"), [False, False])

    def test_closed_while_the_invoice_is_a_draft(self):
        complaint = self._dispute()
        with self.at("2026-03-10"):
            self.invoice.button_draft()
            complaint.action_close()
            self.invoice.action_post()
        self.assertEqual(self._flags(), [False, False])

    def test_a_draft_that_is_complained_about(self):
        with self.at("2026-03-04"):
            draft = self._create_invoice(self.customer)
            complaint = self._dispute(draft)
            draft.action_post()
        self.assertEqual(self._flags(draft), [True])
        complaint.action_close()
        self.assertEqual(self._flags(draft), [False])

    def test_a_draft_that_is_deleted(self):
        with self.at("2026-03-04"):
            draft = self._create_invoice(self.customer)
        complaint = self._dispute(draft)
        hold = complaint.hold_ids
        draft.unlink()
        self.assertFalse(hold.exists())
        complaint.action_close()

    def test_a_copy_and_a_credit_note_are_followed_up(self):
        self._dispute()
        with self.at("2026-03-10"):
            copied = self.invoice.copy({"invoice_date": fields.Date.today()})
            copied.action_post()
            refund = self._refund(self.invoice)
        self.assertEqual(self._flags(copied, refund), [False, False])
        self.assertFalse(copied.lifecycle_hold)

    def test_an_invoice_entered_on_the_screen_is_followed_up(self):
        with self.at("2026-03-10"):
            form = Form(self.env["account.move"].with_context(default_move_type="out_invoice"))
            form.partner_id = self.customer
            with form.invoice_line_ids.new() as line:
                line.product_id = self.product
            invoice = form.save()
            invoice.action_post()
        self.assertEqual(self._flags(invoice), [False])

    def test_a_locked_period(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        complaint = self._dispute()
        self.assertEqual(self._flags(), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_the_badge_comes_and_goes(self):
        moves = self.env["account.move"]
        mine = [("id", "in", (self.invoice | self.other).ids)]
        self.assertFalse(self.invoice.lifecycle_hold)
        complaint = self._dispute()
        self.assertEqual(self.invoice.lifecycle_hold, "open")
        self.assertIn(complaint.name, self.invoice.lifecycle_hold_note)
        for domain, found in (
            ([("lifecycle_hold", "=", "open")], self.invoice),
            ([("lifecycle_hold", "!=", "open")], self.other),
            ([("lifecycle_hold", "=", False)], self.other),
            ([("lifecycle_hold", "!=", False)], self.invoice),
            ([("lifecycle_hold", "=", "kept")], moves),
        ):
            with self.subTest(domain):
                self.assertEqual(moves.search(mine + domain), found)
        self._as_bookkeeper(self._hold(complaint)).action_keep()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.lifecycle_hold, "kept")
        self.assertEqual(moves.search([*mine, ("lifecycle_hold", "=", "kept")]), self.invoice)
        self._as_bookkeeper(self._hold(complaint)).action_release()
        self.env.invalidate_all()
        self.assertFalse(self.invoice.lifecycle_hold)

    def test_another_customers_invoice_is_refused(self):
        with self.assertRaises(ValidationError):
            self._dispute(self._invoice(self._create_customer("Other Ltd")))


@tagged("post_install", "-at_install")
class TestHoldsAndReminders(HoldCase):
    """A disputed invoice is not dunned."""

    def test_never_while_disputed_and_again_afterwards(self):
        complaint = self._dispute()
        self._send("2026-03-10")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "disputed")])
        self.assertIn(complaint.name, self._notices(self.invoice).reason_note)
        self.assertEqual(self._told(self.other), [(7, "sent", False)])
        complaint.action_close()
        self._send("2026-03-11")
        self.assertEqual(self._told(self.invoice), [(7, "sent", False)])

    def test_complained_before_the_mail_left(self):
        self._send("2026-03-10")
        with self.at("2026-03-10"):
            self._dispute()
            self.env.flush_all()
            self.env.cr.flush()
        self.assertEqual(self._told(self.invoice), [(7, "withdrawn", "disputed")])
        self.assertEqual(self._told(self.other), [(7, "sent", False)])
