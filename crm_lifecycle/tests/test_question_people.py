from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES
from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestQuestionPeople(FollowUpCase):
    """Who reads and writes what customers asked."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer(user_id=self.senior.id)
        self.question = self.env["crm.lifecycle.question"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id, "name": "Which size?"}
        )

    def test_salespeople_ask_and_answer(self):
        seller = self._create_user("question_seller", SALES)
        question = self.question.with_user(seller)
        question.answer = "Large"
        question.create({"partner_id": self.customer.id, "name": "And when?"})
        with self.assertRaises(AccessError):
            question.unlink()

    def test_accountants_read(self):
        for login, group in (
            ("question_books", INVOICING),
            ("question_audit", READONLY_ACCOUNTING),
        ):
            question = self.question.with_user(self._create_user(login, group))
            with self.subTest(group):
                self.assertEqual(question.name, "Which size?")
                with self.assertRaises(AccessError):
                    question.action_reopen()
                with self.assertRaises(AccessError):
                    question.answer = "Large"

    def test_others_do_not(self):
        portal = self._create_user("question_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        question = self.question.with_user(portal)
        for call in (
            lambda: question.read(["name"]),
            lambda: question.search([]),
            lambda: question.create({"partner_id": self.customer.id, "name": "Mine?"}),
            question.action_answer,
            question.action_reopen,
            question.action_postpone_week,
            lambda: question.env["crm.lifecycle.question.settle"].create({}),
            lambda: self.customer.with_user(portal).read(["lifecycle_question_count"]),
            self.customer.with_user(portal).action_lifecycle_open_questions,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_other_companies_do_not(self):
        other = self._create_company("Other", "base.EUR")
        seller = self._create_user("question_elsewhere", SALES, company=other)
        question = self.question.with_user(seller).with_context(allowed_company_ids=other.ids)
        self.assertFalse(question.search([("id", "=", question.id)]))
        with self.assertRaises(AccessError):
            question.read(["name"])
