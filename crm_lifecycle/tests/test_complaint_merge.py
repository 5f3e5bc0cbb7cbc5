from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintMerge(ComplaintCase):
    """What was told twice is worked on once."""

    def test_the_duplicate_gives_what_it_has(self):
        order = self._confirm_order(self.customer)
        invoice = self._invoice_order(order)
        target = self._complain(date="2026-03-03 08:00:00")
        duplicate = self._complain(
            subject="It still wobbles",
            date="2026-03-02 08:00:00",
            order_ids=order.ids,
            move_ids=invoice.ids,
            product_ids=self.product.ids,
        )
        follower = self._create_customer("Bo's Inn")
        duplicate.message_subscribe(follower.ids)
        message = duplicate.message_post(body="Nobody called", subtype_xmlid="mail.mt_comment")
        photo = self.env["ir.attachment"].create(
            {"name": "photo.png", "res_model": "crm.complaint", "res_id": duplicate.id}
        )
        duplicate.activity_schedule("mail.mail_activity_data_call", user_id=self.leader.id)
        duplicate._merge_into(target)
        self.assertEqual(
            (target.order_ids, target.move_ids, target.product_ids), (order, invoice, self.product)
        )
        self.assertFalse(duplicate.order_ids | duplicate.order_ids)
        self.assertEqual((message.model, message.res_id), ("crm.complaint", target.id))
        self.assertEqual(photo.res_id, target.id)
        self.assertEqual(len(target.activity_ids), 1)
        self.assertIn(follower, target.message_partner_ids)
        self.assertNotIn(follower, duplicate.message_partner_ids)
        self.assertEqual(duplicate.step_code, "closed")
        self.assertEqual(duplicate.duplicate_of_id, target)
        self.assertTrue(target.is_open)
        self.assertIn("Merged", duplicate.message_ids[0].body)
        # The customer has waited since they told it first.
        self.assertEqual(target.date, self._moment("2026-03-02 08:00:00"))

    def test_the_wizard_keeps_the_eldest_open_one(self):
        solved = self._complain(date="2026-03-01 08:00:00")
        solved.action_solve()
        first = self._complain(date="2026-03-02 08:00:00")
        second = self._complain(date="2026-03-03 08:00:00")
        chosen = solved | first | second
        wizard = Form(
            self.env["crm.complaint.merge"]
            .with_user(self.salesperson)
            .with_context(active_model="crm.complaint", active_ids=chosen.ids)
        ).save()
        self.assertEqual(wizard.target_id, first)
        wizard.action_apply()
        self.assertEqual((solved | second).duplicate_of_id, first)
        self.assertEqual(first.duplicate_ids, solved | second)

    def test_what_does_not_belong_together_is_refused(self):
        target = self._complain()
        foreign = self._complain(self._create_customer("Bo's Inn"))
        solved = self._complain()
        solved.action_solve()
        for duplicates, kept in (
            (foreign, target),
            (target, target),
            (target, solved),
        ):
            with self.assertRaises(UserError):
                duplicates._merge_into(kept)
        duplicate = self._complain()
        duplicate._merge_into(target)
        with self.assertRaises(UserError):
            duplicate.action_reopen()
        with self.assertRaises(UserError):
            self._complain()._merge_into(duplicate)

    def test_a_complaint_makes_a_question_one(self):
        invoice = self._post_invoice(self.customer)
        question = self._complain(kind="question", severity="0", move_ids=invoice.ids)
        complaint = self._complain(kind="complaint", severity="3", move_ids=invoice.ids)
        self.assertTrue(invoice.no_followup)
        complaint._merge_into(question)
        self.env.invalidate_all()
        self.assertEqual((question.kind, question.severity), ("complaint", "3"))
        self.assertEqual(question.hold_ids.mapped("state"), ["active"])
        self.assertTrue(invoice.no_followup)
        question.action_close()
        self.env.invalidate_all()
        self.assertFalse(invoice.no_followup)

    def test_what_is_over_makes_nothing_worse(self):
        rejected = self._complain(severity="3", reject_reason="It was no bench of ours")
        rejected.action_confirm_reject()
        question = self._complain(kind="question", severity="0")
        rejected._merge_into(question)
        self.assertEqual((question.kind, question.severity), ("question", "0"))

    def test_a_duplicate_is_not_dragged_open(self):
        target, duplicate = self._complain(), self._complain()
        duplicate._merge_into(target)
        with self.assertRaises(ValidationError):
            duplicate.step_id = self.env.ref("crm_lifecycle.crm_complaint_step_confirmed")
        self.assertEqual(duplicate.step_code, "closed")

    def test_what_the_customer_writes_on_a_duplicate(self):
        first, second, target = self._complain(), self._complain(), self._complain()
        first._merge_into(second)
        second._merge_into(target)
        target.action_wait()
        said = first.message_post(body="Here", author_id=self.customer.id, message_type="comment")
        self.assertEqual((said.res_id, target.step_code), (target.id, "investigating"))
        note = first.with_user(self.salesperson).message_post(body="Same as the other")
        self.assertEqual(note.res_id, first.id)

    def test_similar_ones_are_counted(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        first, second, solved = self._complain(), self._complain(contact), self._complain()
        solved.action_solve()
        complaints = first | second | solved
        complaints.invalidate_recordset(["similar_count"])
        self.assertEqual(complaints.mapped("similar_count"), [1, 1, 2])
        found = self.complaints.search(first.action_open_similar()["domain"])
        self.assertEqual(found, first | second)
