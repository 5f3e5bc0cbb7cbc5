from odoo.tests import Form, tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintAnswers(ComplaintCase):
    """A message from a person to the customer is the first answer; notes are none."""

    def _post(self, complaint, user, **vals):
        return complaint.with_user(user).message_post(
            **{
                "body": "We are sorry",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **vals,
            }
        )

    def test_a_message_to_the_customer_answers(self):
        complaint = self._complain()
        self._post(complaint, self.salesperson, subtype_xmlid="mail.mt_note")
        self.assertFalse(complaint.answered_at)
        self._post(complaint, self.salesperson, partner_ids=self.leader.partner_id.ids)
        self.assertFalse(complaint.answered_at)
        with self.at("2026-03-03 10:00:00"):
            self._post(complaint, self.salesperson, partner_ids=self.customer.ids)
        self.assertEqual(complaint.answered_at, self._moment("2026-03-03 10:00:00"))
        with self.at("2026-03-04 10:00:00"):
            self._post(complaint, self.salesperson, partner_ids=self.customer.ids)
        self.assertEqual(complaint.answered_at, self._moment("2026-03-03 10:00:00"))

    def test_an_answer_to_a_colleague_of_who_complained_counts(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        complaint = self._complain()
        self._post(complaint, self.salesperson, partner_ids=contact.ids)
        self.assertTrue(complaint.answered_at)

    def test_a_reply_of_the_customer_ends_the_wait(self):
        user = self._create_user("lifecycle_portal", "base.group_portal")
        user.partner_id.parent_id = self.customer
        complaint = self._complain()
        complaint.action_wait()
        self._post(complaint, self.salesperson, partner_ids=self.customer.ids)
        self.assertEqual(complaint.step_code, "waiting")
        complaint.message_post(
            body="Here is the photo",
            author_id=user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(complaint.step_code, "investigating")
        self.assertTrue(complaint.answered_at)

    def _write_as_customer(self, complaint):
        with self.at("2026-03-10 10:00:00"):
            complaint.message_post(
                body="It still wobbles", author_id=self.customer.id, message_type="email"
            )

    def test_a_reply_reopens_what_is_solved(self):
        complaint = self._complain()
        with self.at("2026-03-09 10:00:00"):
            complaint.action_solve()
        self._write_as_customer(complaint)
        self.assertEqual((complaint.step_code, complaint.reopened_count), ("investigating", 1))
        self.assertFalse(complaint.activity_ids)

    def test_a_reply_to_what_is_over_is_looked_at(self):
        late, closed, rejected = self._complain(), self._complain(), self._complain()
        rejected.reject_reason = "The warranty has ended"
        with self.at("2025-03-09 10:00:00"):
            late.action_solve()
        with self.at("2026-03-09 10:00:00"):
            closed.action_close()
            rejected.action_confirm_reject()
        for complaint in (late, closed, rejected):
            with self.subTest(complaint.step_code):
                self._write_as_customer(complaint)
                self._write_as_customer(complaint)
                self.assertFalse(complaint.is_open)
                self.assertEqual(complaint.activity_ids.user_id, self.salesperson)
                self.assertEqual(len(complaint.activity_ids), 1)

    def test_the_customers_own_message_is_no_answer(self):
        complaint = self._complain()
        complaint.message_post(
            body="Hello?",
            author_id=self.customer.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.assertFalse(complaint.answered_at)

    def test_the_composer_has_a_template_for_the_first_answer(self):
        self.customer.email = "ada@garden.test"
        complaint = self._complain(subject="The <b>bench</b> wobbles").with_user(self.salesperson)
        action = complaint.action_answer()
        composer = self.env["mail.compose.message"].with_user(self.salesperson)
        composer = Form(composer.with_context(**action["context"])).save()
        self.assertIn(complaint.name, composer.subject)
        self.assertIn("&lt;b&gt;bench", composer.body)
        composer.action_send_mail()
        self.assertTrue(complaint.answered_at)
        self.assertFalse(complaint.action_answer()["context"]["default_template_id"])

    def test_every_template_renders(self):
        complaint = self._complain(reject_reason="The warranty has ended")
        for code in ("received", "question", "solved", "rejected"):
            with self.subTest(code):
                template = self.env.ref(f"crm_lifecycle.mail_template_complaint_{code}")
                values = template._generate_template(complaint.ids, ["subject", "body_html"])
                values = values[complaint.id]
                self.assertIn(complaint.name, values["subject"])
                self.assertIn("The bench wobbles", values["body_html"])
