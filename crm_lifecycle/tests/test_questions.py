from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestQuestions(FollowUpCase):
    """What a customer asked: open, asleep, answered, dropped, open again."""

    def setUp(self):
        super().setUp()
        self.clock = self.at("2026-03-10")
        self.clock.__enter__()
        self.addCleanup(self.clock.__exit__, None, None, None)
        self.customer = self._create_customer(user_id=self.senior.id)
        self.questions = self.env["crm.lifecycle.question"]

    def _ask(self, customer=None, **vals):
        customer = customer or self.customer
        vals = {"name": "Which size?", "company_id": self.company.id, **vals}
        return self.questions.create({"partner_id": customer.id, **vals})

    def test_an_answer_answers(self):
        question = self._ask(postponed_until="2026-03-20")
        question.answer = "Large"
        self.assertEqual(question.state, "answered")
        self.assertEqual(question.answered_on, date(2026, 3, 10))
        self.assertFalse(question.postponed_until)

    def test_a_reason_drops_and_reopening_takes_it_back(self):
        question = self._ask()
        question.drop_reason = "Bought elsewhere"
        self.assertEqual(question.state, "dropped")
        question.action_reopen()
        self.assertEqual(question.state, "open")
        self.assertFalse(question.drop_reason or question.answer or question.answered_on)

    def test_nothing_is_closed_without_a_word(self):
        for state in ("answered", "dropped"):
            with self.subTest(state), self.assertRaises(ValidationError):
                self._ask().state = state

    def test_it_sleeps_until_its_day(self):
        question = self._ask()
        self.assertTrue(question.is_due)
        question.action_postpone_week()
        self.assertEqual(question.postponed_until, date(2026, 3, 17))
        self.assertFalse(question.is_due)
        self.assertNotIn(question, self.questions.search([("is_due", "=", True)]))
        with self.at("2026-03-17"):
            self.questions.invalidate_model()
            self.assertTrue(question.is_due)
            self.assertIn(question, self.questions.search([("is_due", "=", True)]))

    def test_what_is_closed_is_not_postponed(self):
        question = self._ask(answer="Large")
        with self.assertRaises(UserError):
            question.action_postpone_week()

    def test_a_contact_asks_for_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        question = self._ask(contact)
        self.assertEqual(question.partner_id, self.customer)
        self.assertEqual(question.contact_id, contact)
        with self.assertRaises(ValidationError):
            question.contact_id = self._create_customer("Other")

    def test_of_customers_in_one_go(self):
        question = self._ask()
        self._ask(postponed_until="2026-03-20")
        found = self.questions._get_open_of(self.customer, self.company)
        self.assertEqual(dict(found), {self.customer: question})

    def test_what_sleeps_is_not_on_the_next_activity(self):
        customer = self._create_due()
        self._ask(customer, name="Due one?")
        self._ask(customer, name="Later one?", postponed_until="2026-04-01")
        self._schedule()
        note = self._open(customer).activity_id.note
        self.assertIn("Due one?", note)
        self.assertNotIn("Later one?", note)

    def test_documents_show_them_and_mark_their_own(self):
        order = self._create_order(self.customer)
        lead = self._create_opportunity(self.customer)
        self._ask()
        action = order.action_lifecycle_open_questions()
        own = self.questions.with_context(**action["context"]).create({"name": "When?"})
        self.assertEqual(own.partner_id, self.customer)
        self.assertEqual((own.res_model, own.res_id), ("sale.order", order.id))
        self.assertTrue(own.is_of_document)
        self.assertFalse(self._ask().with_context(**action["context"]).is_of_document)
        for record in (order, lead, self.customer):
            record.invalidate_recordset(["lifecycle_question_count"])
            self.assertEqual(record.lifecycle_question_count, 3)

    def test_merged_customers_keep_them(self):
        source = self._create_customer("Twin")
        question = self._ask(source)
        answered = self._ask(source, answer="Yes")
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((source | self.customer).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual((question | answered).partner_id, self.customer)

    def test_who_joins_a_company_brings_them_along(self):
        person = self._create_customer("Ada", is_company=False)
        question = self._ask(person)
        mother = self._create_customer("Mother")
        person.parent_id = mother
        self.assertEqual((question.partner_id, question.contact_id), (mother, person))
        self.env.invalidate_all()
        self.assertEqual(mother.lifecycle_question_count, 1)

    def test_those_of_an_archived_customer_stay(self):
        question = self._ask()
        self.customer.active = False
        self.assertEqual(question.state, "open")
        self.assertIn(question, self.questions.search([]))
