from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase


@tagged("post_install", "-at_install")
class TestSatisfactionAccess(LifecycleCase):
    """Who sees what customers said, and who may enter it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user("satisfaction_colleague", SALES)
        cls.everybody = cls._create_user("satisfaction_all", SALES_ALL)
        cls.manager = cls._create_user("satisfaction_manager", SALES_MANAGER)
        cls.accountant = cls._create_user("satisfaction_accountant", INVOICING)
        cls.mine = cls._create_customer("Mine", user_id=cls.salesperson.id)
        cls.theirs = cls._create_customer("Theirs", user_id=cls.colleague.id)
        cls.nobodys = cls._create_customer("Nobody's")
        model = cls.env["crm.lifecycle.satisfaction.statement"]
        cls.said = {
            customer: model.create(
                {"partner_id": customer.id, "company_id": cls.company.id, "value": 4}
            )
            for customer in (cls.mine, cls.theirs, cls.nobodys)
        }
        cls.report = model.create(
            {
                "source": "third_party",
                "asked_by": "An institute",
                "company_id": cls.company.id,
                "value": 4,
                "sample_size": 90,
            }
        )
        cls.env.flush_all()

    def test_salespeople_see_their_own_customers_and_nobodys(self):
        own = self.said[self.mine] | self.said[self.nobodys] | self.report
        everything = own | self.said[self.theirs]
        for user, expected in (
            (self.salesperson, own),
            (self.everybody, everything),
            (self.manager, everything),
            (self.accountant, everything),
        ):
            with self.subTest(user.login):
                entered = self.report.with_user(user).search([("company_id", "=", self.company.id)])
                self.assertEqual(entered, expected)
                rows = (
                    self.env["crm.lifecycle.satisfaction"]
                    .with_user(user)
                    .search([("company_id", "=", self.company.id)])
                )
                self.assertEqual(set(rows.mapped("res_id")), set(expected.ids))

    def test_what_others_entered_is_theirs(self):
        statement = self.said[self.mine].with_user(self.salesperson)
        with self.assertRaises(AccessError):
            statement.note = "No, they are happier"
        self.said[self.mine].with_user(self.manager).note = "Confirmed"

    def test_of_a_customer_whom_they_may_not_read_nobody_enters_anything(self):
        entering = self.report.with_user(self.salesperson)
        own = entering.create({"partner_id": self.mine.id, "value": 5})
        self.assertEqual(own.user_id, self.salesperson)
        own.note = "As they said"
        with self.assertRaises(AccessError):
            entering.create({"partner_id": self.mine.id, "value": 5, "user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            own.unlink()
        with self.assertRaises(AccessError):
            self.report.with_user(self.accountant).create({"partner_id": self.mine.id, "value": 5})

    def test_companies_keep_to_themselves(self):
        other = self._create_company("Other Company", "base.EUR")
        other_manager = self._create_user("other_manager", SALES_MANAGER, company=other)
        self.report.with_company(other).create(
            {"partner_id": self.mine.id, "company_id": other.id, "value": 1}
        )
        self.env.flush_all()
        for model in ("crm.lifecycle.satisfaction", "crm.lifecycle.satisfaction.statement"):
            with self.subTest(model):
                theirs = self.env[model].with_user(other_manager).with_company(other)
                theirs = theirs.with_context(allowed_company_ids=other.ids)
                self.assertEqual(theirs.search([]).mapped("company_id"), other)
        self.assertEqual(self.mine.lifecycle_satisfaction_count, 1)
