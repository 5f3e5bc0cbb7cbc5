from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import READONLY_ACCOUNTING, SALES, SALES_MANAGER
from .hold_common import HoldCase


@tagged("post_install", "-at_install")
class TestHoldDecisions(HoldCase):
    """Whoever keeps the books decides whether an invoice is followed up."""

    def test_followed_up_although_the_complaint_is_open(self):
        complaint = self._dispute()
        hold = self._hold(complaint)
        self._as_bookkeeper(hold).action_release()
        self.assertEqual(self._flags(), [False, False])
        self.assertEqual(
            (hold.state, hold.decision, hold.decided_by_id),
            ("decided", "release", self.bookkeeper),
        )
        # Going on with the complaint changes nothing.
        complaint.action_investigate()
        complaint.move_ids |= self.other
        self.assertEqual(self._flags(), [False, True])
        complaint.action_close()
        complaint.action_reopen()
        self.assertEqual(self._flags(), [False, True])

    def test_kept_whatever_becomes_of_the_complaint(self):
        complaint = self._dispute()
        hold = self._as_bookkeeper(self._hold(complaint))
        hold.action_keep()
        complaint.action_close()
        self.assertEqual(self._flags(), [True, False])
        hold.action_release()
        self.assertEqual(self._flags(), [False, False])

    def test_one_of_several_is_released(self):
        first, second = self._dispute(), self._dispute()
        self._as_bookkeeper(self._hold(first)).action_release()
        self.assertEqual(self._flags(), [True, False])
        second.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_one_of_several_is_kept(self):
        first, second = self._dispute(), self._dispute()
        self._as_bookkeeper(self._hold(first)).action_keep()
        second.action_close()
        first.action_close()
        self.assertEqual(self._flags(), [True, False])
        self._as_bookkeeper(self._hold(first)).action_release()
        self.assertEqual(self._flags(), [False, False])

    def test_kept_after_it_was_released(self):
        complaint = self._dispute()
        hold = self._as_bookkeeper(self._hold(complaint))
        hold.action_release()
        hold.action_keep()
        self.assertEqual(self._flags(), [True, False])
        hold.action_release()
        self.assertEqual(self._flags(), [False, False])

    def test_nothing_to_decide(self):
        complaint = self._dispute()
        hold = self._as_bookkeeper(self._hold(complaint))
        complaint.action_close()
        for decide in (hold.action_release, hold.action_keep):
            with self.assertRaises(UserError):
                decide()
        self.assertEqual(self._flags(), [False, False])

    def test_the_flag_taken_away_on_the_invoice(self):
        for ended in (False, True):
            with self.subTest(ended=ended):
                complaint = self._dispute()
                hold = self._hold(complaint)
                self._as_bookkeeper(self.invoice).no_followup = False
                self.assertEqual(self._flags(), [False, False])
                self.assertEqual(
                    (hold.state, hold.decision, hold.decided_by_id),
                    ("decided", "release", self.bookkeeper),
                )
                if ended:
                    # And set by hand for another reason.
                    self._as_bookkeeper(self.invoice).no_followup = True
                complaint.action_close()
                self.assertEqual(self._flags(), [ended, False])

    def test_the_flag_taken_away_from_one_of_the_lines(self):
        with self.at("2026-03-02"):
            invoice = self._post_invoice(
                self.customer, invoice_payment_term_id=self._create_instalments(10, 20).id
            )
        complaint = self._dispute(invoice)
        self._receivable(invoice)[0].no_followup = False
        self.assertEqual(self._hold(complaint, invoice).decision, "release")
        self.assertEqual(self._receivable(invoice).mapped("no_followup"), [False, False])

    def test_the_same_value_once_more_decides_nothing(self):
        complaint = self._dispute()
        self._as_bookkeeper(self.invoice).no_followup = True
        self.assertEqual(self._hold(complaint).state, "active")
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_a_complaint_after_the_flag_was_taken_away(self):
        first = self._dispute()
        self._as_bookkeeper(self.invoice).no_followup = False
        second = self._dispute()
        self.assertEqual(self._flags(), [True, False])
        first.action_close()
        self.assertEqual(self._flags(), [True, False])
        second.action_close()
        self.assertEqual(self._flags(), [False, False])


@tagged("post_install", "-at_install")
class TestHoldExpiry(HoldCase):
    """A hold ends after its last day."""

    def test_after_the_last_day(self):
        with self.at("2026-03-05"):
            complaint = self._dispute()
            hold = self._hold(complaint)
            self._as_bookkeeper(hold).date_to = "2026-03-20"
        self._expire("2026-03-20")
        self.assertEqual(self._flags(), [True, False])
        self._expire("2026-03-21")
        self.assertEqual(self._flags(), [False, False])
        self.assertEqual((hold.state, hold.release_cause), ("released", "expired"))
        # Still open, but the time is over.
        with self.at("2026-03-22"):
            complaint.move_ids |= self.other
        self.assertEqual(self._flags(), [False, True])
        with self.at("2026-03-23"):
            complaint.action_close()
            complaint.action_reopen()
        self.assertEqual(self._flags(), [True, True])

    def test_one_of_several_expires(self):
        with self.at("2026-03-05"):
            first, second = self._dispute(), self._dispute()
            self._hold(first).date_to = "2026-03-06"
        self._expire("2026-03-10")
        self.assertEqual(self._flags(), [True, False])
        second.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_the_companys_days(self):
        self.company.lifecycle_hold_days = 30
        with self.at("2026-03-05"):
            complaint = self._dispute()
        self.assertEqual(self._hold(complaint).date_to, fields.Date.to_date("2026-04-04"))

    def test_pages_pass_over_one_that_fails(self):
        with self.at("2026-03-05"):
            for invoice in (self.invoice, self.other):
                self._hold(self._dispute(invoice), invoice).date_to = "2026-03-06"
        self.env.flush_all()
        begin, looked = 0, 0
        with self.at("2026-03-10"):
            while begin is not None:
                count, begin = self.holds._work_off(self.company, "expired", begin, limit=1)
                looked += count
        self.assertEqual(looked, 2)
        self.assertEqual(self._flags(), [False, False])


@tagged("post_install", "-at_install")
class TestHoldAccess(HoldCase):
    """Salespeople see what is on hold; those who keep the books decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("hold_seller", SALES)
        cls.manager = cls._create_user("hold_manager", SALES_MANAGER)
        cls.auditor = cls._create_user("hold_auditor", READONLY_ACCOUNTING)
        cls.portal = cls._create_user("hold_portal", "base.group_portal")

    def test_who_decides(self):
        hold = self._hold(self._dispute())
        for user in (self.salesperson, self.manager, self.auditor, self.portal):
            with self.subTest(user.login):
                for name in ("action_release", "action_keep"):
                    with self.assertRaises(AccessError):
                        getattr(hold.with_user(user), name)()
        self._as_bookkeeper(hold).action_release()
        self.assertEqual(hold.state, "decided")

    def test_nobody_forges(self):
        hold = self._as_bookkeeper(self._hold(self._dispute()))
        for vals in (
            {"state": "released"},
            {"former_value": True},
            {"decision": "keep"},
            {"move_id": self.other.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                hold.write(vals)
        hold.write({"reason": "They sent a photo", "date_to": "2099-01-01"})
        self.assertIn("photo", self.invoice.lifecycle_hold_note)
        with self.assertRaises(AccessError):
            hold.create({"complaint_id": hold.complaint_id.id, "move_id": self.other.id})
        with self.assertRaises(AccessError):
            hold.unlink()

    def test_whoever_complains_need_not_see_the_books(self):
        complaint = (
            self.complaints.with_user(self.salesperson)
            .with_context(allowed_company_ids=self.company.ids)
            .create(
                {
                    "subject": "Wrong price",
                    "partner_id": self.customer.id,
                    "move_ids": [Command.set(self.invoice.ids)],
                }
            )
        )
        self.assertEqual(self._flags(), [True, False])
        complaint.action_close()
        self.assertEqual(self._flags(), [False, False])

    def test_salespeople_see_the_badge_and_their_own(self):
        self.invoice.invoice_user_id = self.seller
        self.other.invoice_user_id = self.manager
        self.customer.user_id = self.manager
        self._dispute(self.invoice, self.other, user_id=self.manager.id, team_id=False)
        seen = self.holds.with_user(self.seller).search([("partner_id", "=", self.customer.id)])
        self.assertEqual(seen.move_id, self.invoice)
        # What the complaint is tells the invoice, whoever works on it.
        self.assertEqual(self.invoice.with_user(self.seller).lifecycle_hold, "open")
        self.assertTrue(self.invoice.with_user(self.seller).lifecycle_hold_note)
        found = self.holds.with_user(self.bookkeeper).search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(found.move_id, self.invoice | self.other)

    def test_another_company_sees_nothing(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        stranger = self._create_user(
            "hold_stranger", "account.group_account_invoice", company=other
        )
        self._dispute()
        seen = self.holds.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search([("move_id", "=", self.invoice.id)]))
