from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import INVOICING
from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaints(ComplaintCase):
    """A complaint has a number, a customer, and is open until it is solved, closed or rejected."""

    def test_it_gets_a_number_and_starts_open(self):
        first, second = self._complain(), self._complain()
        self.assertRegex(first.name, r"^C/\d{4}/\d{4,}$")
        self.assertNotEqual(first.name, second.name)
        self.assertEqual(first.step_code, "new")
        self.assertTrue(first.is_open)
        self.assertEqual(first.commercial_partner_id, self.customer)

    def test_a_contact_complains_for_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        complaint = self._complain(contact)
        self.assertEqual(complaint.partner_id, contact)
        self.assertEqual(complaint.commercial_partner_id, self.customer)

    def test_what_is_over(self):
        for code, is_open in (
            ("confirmed", True),
            ("investigating", True),
            ("waiting", True),
            ("solved", False),
            ("closed", False),
            ("rejected", False),
        ):
            with self.subTest(code):
                complaint = self._complain(reject_reason="No fault of ours")
                complaint._set_step(code)
                self.assertEqual((complaint.step_code, complaint.is_open), (code, is_open))

    def test_others_hear_when_it_opens_and_closes(self):
        heard = []
        model = self.registry["crm.complaint"]
        with (
            patch.object(model, "_on_open", lambda records: heard.extend([("open", records.ids)])),
            patch.object(model, "_on_close", lambda records: heard.extend([("shut", records.ids)])),
        ):
            complaint = self._complain()
            opened, shut = ("open", complaint.ids), ("shut", complaint.ids)
            for change, expected in (
                (lambda: complaint._set_step("confirmed"), []),
                (lambda: complaint._set_step("solved"), [shut]),
                (lambda: complaint._set_step("closed"), []),
                (complaint.action_reopen, [opened]),
                (complaint.action_archive, [shut]),
                (complaint.action_unarchive, [opened]),
                (complaint.unlink, [shut]),
            ):
                heard.clear()
                change()
                self.assertEqual([row for row in heard if row[1]], expected)

    def test_open_ones_of_customers(self):
        other = self._create_customer("Bo's Inn")
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        complaint = self._complain()
        self._complain(kind="question")
        self._complain(other).action_solve()
        self._complain(active=False)
        found = self.complaints._open_of(contact | other, self.company)
        self.assertEqual(dict(found), {self.customer: complaint})
        company = self._create_company("Other Company", "base.EUR")
        self.assertFalse(self.complaints._open_of(contact, company))

    def test_documents_of_another_customer_are_refused(self):
        order = self._create_order(self._create_customer("Bo's Inn"))
        with self.assertRaises(ValidationError):
            self._complain(order_ids=order.ids)

    def test_a_document_is_of_whoever_pays_it_as_well(self):
        payer = self._create_customer("Bo's Bank")
        order = self._create_order(payer, partner_shipping_id=self.customer.id)
        self.assertEqual(self._complain(order_ids=order.ids).order_ids, order)

    def test_a_category_says_who_handles_it(self):
        category = self.env["crm.complaint.category"].create(
            {"name": "Paint", "user_id": self.leader.id, "team_id": self.team.id}
        )
        complaint = self.complaints.create(
            {
                "subject": "It peels",
                "partner_id": self.customer.id,
                "category_id": category.id,
            }
        )
        self.assertEqual((complaint.user_id, complaint.team_id), (self.leader, self.team))
        self.assertEqual(self._complain(category_id=category.id).user_id, self.salesperson)

    def test_whoever_enters_it_has_it(self):
        values = {"subject": "It peels", "partner_id": self.customer.id}
        complaint = self.complaints.with_user(self.salesperson).create(values)
        self.assertEqual((complaint.user_id, complaint.team_id), (self.salesperson, self.team))

    def test_what_comes_in_from_outside_is_of_who_looks_after_it(self):
        self.team.user_id = False
        bo = self._create_customer("Bo's Inn", user_id=False)
        seller = self._create_user("lifecycle_seller", "sales_team.group_sale_salesman")
        accountant = self._create_user("lifecycle_accountant", INVOICING)
        values = {"subject": "It peels", "partner_id": bo.id, "channel": "portal"}
        self.assertFalse(self.complaints.create(values).user_id)
        self.company.lifecycle_complaint_user_id = self.leader
        self.assertEqual(self.complaints.create(values).user_id, self.leader)
        # Who may not work on complaints is left out.
        bo.user_id = accountant
        self.assertEqual(self.complaints.create(values).user_id, self.leader)
        bo.user_id = self.salesperson
        complaint = self.complaints.create(values)
        self.assertEqual((complaint.user_id, complaint.team_id), (self.salesperson, self.team))
        self.assertIn(self.salesperson.partner_id, complaint.message_partner_ids)
        told = self.env["mail.message"].search(
            [
                ("model", "=", "crm.complaint"),
                ("res_id", "=", complaint.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(told.partner_ids, self.salesperson.partner_id)
        order = self._confirm_order(bo, user_id=seller.id)
        complaint = self.complaints.create({**values, "order_ids": order.ids})
        self.assertEqual(complaint.user_id, seller)
        category = self.env["crm.complaint.category"].create(
            {"name": "Paint", "user_id": self.leader.id}
        )
        complaint = self.complaints.create({**values, "category_id": category.id})
        self.assertEqual(complaint.user_id, self.leader)

    def test_marks_of_the_work_are_not_made_up(self):
        complaint = self._complain().with_user(self.salesperson)
        for vals in (
            {"solution_deadline": "2030-01-01"},
            {"answered_at": "2026-01-01"},
            {"solution_escalated_at": "2026-01-01"},
            {"is_open": False},
            {"reopened_count": 0},
            {"duplicate_of_id": complaint.copy().id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "follows from the work"):
                complaint.write(vals)
        values = {"subject": "It peels", "partner_id": self.customer.id}
        with self.assertRaisesRegex(AccessError, "follows from the work"):
            complaint.create({**values, "answered_at": "2026-01-01"})
        complaint.action_mark_answered()
        complaint.action_wait()
        complaint.action_solve()
        self.assertTrue(complaint.answered_at)
        other = complaint.create(values)
        complaint.create(values)._merge_into(other)

    def test_a_category_has_the_dimension_of_its_parent(self):
        categories = self.env["crm.complaint.category"]
        parent = categories.create({"name": "Goods", "dimension": "quality"})
        child = categories.create({"name": "Paint", "parent_id": parent.id})
        self.assertEqual(child.dimension, "quality")
        self.assertEqual(child.complete_name, "Goods / Paint")
        parent.dimension = "service"
        self.assertEqual(child.dimension, "service")
        with self.assertRaises(UserError):
            parent.parent_id = child

    def test_salespeople_see_their_own_and_those_of_their_customers(self):
        other = self._create_user("lifecycle_other", "sales_team.group_sale_salesman")
        complaint = self._complain(user_id=self.leader.id)
        foreign = self._complain(
            self._create_customer("Bo's Inn", user_id=self.leader.id),
            user_id=self.leader.id,
        )
        mine = complaint.with_user(self.salesperson)
        mine.check_access("write")
        for record, user in ((complaint, other), (foreign, self.salesperson)):
            with self.assertRaises(AccessError):
                record.with_user(user).check_access("read")
        entered = self.complaints.with_user(other).create(
            {"subject": "Late", "partner_id": self.customer.id, "user_id": self.salesperson.id}
        )
        entered.check_access("read")
        self.assertEqual(entered.user_id, self.salesperson)

    def test_the_last_step_of_a_kind_stays(self):
        steps = self.env["crm.complaint.step"]
        waiting = steps.search([("code", "=", "waiting")])
        with self.assertRaises(ValidationError):
            waiting.active = False
        extra = steps.create({"name": "Asked twice", "code": "waiting"})
        self._complain(step_id=extra.id)
        with self.assertRaises(UserError):
            extra.code = "closed"
