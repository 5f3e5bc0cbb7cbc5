from odoo.tests import tagged

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestComplaintFollowUps(FollowUpCase):
    """Nobody is asked to sell to a customer who complains."""

    def _complain(self, customer, **vals):
        return self.env["crm.complaint"].create(
            {
                "subject": "The bench wobbles",
                "partner_id": customer.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_a_contact_that_falls_due_is_paused_until_it_is_solved(self):
        customer = self._create_due()
        complaint = self._complain(customer)
        self._schedule()
        [paused] = self._all(customer)
        self.assertEqual((paused.state, paused.complaint_id), ("paused", complaint))
        self.assertIn(complaint.name, paused.reason)
        self.assertFalse(paused.activity_id)
        # The second run changes nothing.
        self._schedule("2026-03-11")
        self.assertEqual(self._all(customer), paused)
        self.assertEqual(paused.state, "paused")
        complaint.action_solve()
        self._schedule("2026-03-12")
        self.assertEqual(paused.state, "dropped")
        self.assertIn(complaint.name, paused.reason)
        planned = self._open(customer)
        self.assertTrue(planned.activity_id)
        self.assertEqual(str(planned.date_due), "2026-03-12")

    def test_what_pauses_and_what_does_not(self):
        contact = self.env["res.partner"].create({"name": "Bo"})
        for vals, pauses in (
            ({}, True),
            ({"kind": "question"}, False),
            ({"kind": "request"}, False),
            ({"active": False}, False),
            ({"company_id": self.env["res.company"].create({"name": "Other"}).id}, False),
            ({"partner_id": contact.id}, True),
        ):
            with self.subTest(vals=vals):
                customer = self._create_due(f"Buyer {vals}")
                contact.parent_id = customer
                self._complain(customer, **vals)
                self._schedule()
                self.assertEqual(bool(self._open(customer)), not pauses)

    def test_what_is_planned_already_stays_but_is_not_planned_again(self):
        customer = self._create_due()
        self._schedule()
        follow_up = self._open(customer)
        self.assertTrue(follow_up.activity_id)
        complaint = self._complain(customer)
        self._schedule("2026-03-11")
        self.assertTrue(follow_up.activity_id)
        follow_up._go_on_with(self.env["mail.activity"], 1)
        self._schedule("2026-03-12")
        self.assertEqual(follow_up.state, "open")
        self.assertFalse(follow_up.activity_id)
        complaint.action_solve()
        self._schedule("2026-03-13")
        self.assertTrue(follow_up.activity_id)

    def test_a_pause_ends_when_no_rule_asks_any_more(self):
        customer = self._create_due()
        self._complain(customer)
        self._schedule()
        paused = self._all(customer)
        self._set_dates(customer, next_contact_date=False)
        self._schedule("2026-03-11")
        self.assertEqual(paused.state, "dropped")
        self.assertFalse(self._open(customer))

    def test_a_late_follow_up_is_not_escalated_meanwhile(self):
        self.cadence.write({"escalate_days": 1, "escalate_to": "leader"})
        customer = self._create_due()
        self._schedule()
        complaint = self._complain(customer)
        self._schedule("2026-03-20")
        self.assertFalse(self._open(customer).escalated_on)
        complaint.action_solve()
        self._schedule("2026-03-20")
        self.assertTrue(self._open(customer).escalated_on)

    def test_it_stands_on_the_line_of_my_day(self):
        customer = self._create_due()
        self._schedule()
        activity = self._open(customer).activity_id
        lines = self.env["crm.lifecycle.day.line"]
        self.assertEqual(lines.browse(activity.id).complaint_count, 0)
        self._complain(customer, severity="0")
        worst = self._complain(customer, severity="3", subject="It broke")
        self.env.flush_all()
        self.env.invalidate_all()
        line = lines.browse(activity.id)
        self.assertEqual((line.complaint_count, line.complaint_id), (2, worst))
        self.assertEqual(line.complaint, f"{worst.name} It broke")
        self.assertIn(line, lines.search([("complaint_count", ">", 0)]))
