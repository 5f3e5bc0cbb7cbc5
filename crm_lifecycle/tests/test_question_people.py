from odoo.exceptions import AccessError, ValidationError
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

    def test_documents_are_those_that_one_may_read(self):
        other = self._create_company("Other", "base.EUR")
        stranger = self._create_customer("Stranger", company_id=other.id)
        friend = self._create_customer("Friend", user_id=self.senior.id)
        asked = self.question.with_user(self.senior)
        parameter = self.env["ir.config_parameter"].search([], limit=1)
        for document, error in (
            (stranger, AccessError),
            (friend, ValidationError),
            (parameter, ValidationError),
        ):
            with self.subTest(document._name, name=document.display_name):
                vals = {"res_model": document._name, "res_id": document.id}
                with self.assertRaises(error):
                    asked.write(vals)
                with self.assertRaises(error):
                    asked.create({"name": "x", "partner_id": self.customer.id, **vals})
        asked.write({"res_model": "res.partner", "res_id": self.customer.id})
        self.assertEqual(asked.document_name, self.customer.name)

    def test_the_wizard_reads_no_questions_of_others(self):
        other = self._create_company("Other", "base.EUR")
        secret = self.question.create(
            {
                "name": "Secret",
                "partner_id": self._create_customer("Stranger", company_id=other.id).id,
                "company_id": other.id,
            }
        )
        settle = self.env["crm.lifecycle.question.settle"].with_user(self.senior).create({})
        lines = self.env["crm.lifecycle.question.settle.line"].with_user(self.senior)
        with self.assertRaises(AccessError):
            lines.create({"settle_id": settle.id, "question_id": secret.id})
        line = lines.create({"settle_id": settle.id, "question_id": self.question.id})
        with self.assertRaises(AccessError):
            line.question_id = secret
        colleague = self._create_user("question_colleague", SALES)
        for record in (settle, line):
            with self.assertRaises(AccessError):
                record.with_user(colleague).read(["create_date"])

    def test_other_companies_do_not(self):
        other = self._create_company("Other", "base.EUR")
        seller = self._create_user("question_elsewhere", SALES, company=other)
        question = self.question.with_user(seller).with_context(allowed_company_ids=other.ids)
        self.assertFalse(question.search([("id", "=", question.id)]))
        with self.assertRaises(AccessError):
            question.read(["name"])
