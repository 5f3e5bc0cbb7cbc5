from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES_ALL
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestAccountTeam(ServiceCase):
    """Several people look after a customer, each in a role and for a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()

    def test_one_person_has_a_role_once_at_a_time(self):
        first = self._create_member(self.customer, self.junior)
        for name, vals in (
            ("open", {}),
            ("later", {"date_start": "2027-01-01"}),
            ("earlier and open", {"date_start": "2020-01-01"}),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(
                    (ValidationError, UniqueViolation), "in this role already|_open_unique"
                ),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_member(self.customer, self.junior, **vals)
        # Another role, another person, before and after.
        self._create_member(self.customer, self.junior, self.sponsor_role)
        self._create_member(self.customer, self.senior)
        self._create_member(
            self.customer, self.junior, date_start="2020-01-01", date_end="2025-12-31"
        )
        first.date_end = "2026-02-01"
        self._create_member(self.customer, self.junior, date_start="2026-02-02")
        self.assertEqual(len(self.customer.lifecycle_member_ids), 5)

    def test_a_contact_stands_for_its_customer(self):
        contact = self._create_customer("Ada", parent_id=self.customer.id, is_company=False)
        self.assertEqual(self._create_member(contact, self.junior).partner_id, self.customer)

    def test_dates_are_in_order_and_tell_who_is_in_the_team(self):
        member = self._create_member(self.customer, self.junior)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            member.date_end = "2025-01-01"
            member.flush_recordset()
        member.date_end = "2026-03-10"
        for day, is_open in (
            ("2025-12-31", False),
            ("2026-01-01", True),
            ("2026-03-10", True),
            ("2026-03-11", False),
        ):
            with self.subTest(day), self.at(day):
                self.env.invalidate_all()
                self.assertEqual(member.is_open, is_open)
                found = member.search([("id", "=", member.id), ("is_open", "=", True)])
                self.assertEqual(bool(found), is_open)
                found = member.search([("id", "=", member.id), ("is_open", "=", False)])
                self.assertEqual(bool(found), not is_open)

    def test_one_sponsor_at_a_time(self):
        board = self.env["crm.lifecycle.account.role"].create({"name": "Board", "is_sponsor": True})
        first = self._create_member(self.customer, self.senior, self.sponsor_role)
        for role in (self.sponsor_role, board):
            with (
                self.subTest(role.name),
                self.assertRaisesRegex(ValidationError, "executive sponsor of"),
                self.env.cr.savepoint(),
            ):
                self._create_member(self.customer, self.manager, role, date_start="2026-06-01")
        second = self._create_member(self.customer, self.manager)
        with (
            self.assertRaisesRegex(ValidationError, "executive sponsor of"),
            self.env.cr.savepoint(),
        ):
            second.role_id = board
        # At another customer, or one after the other.
        self._create_member(self._create_customer("Other"), self.senior, board)
        first.date_end = "2026-05-31"
        self._create_member(self.customer, self.manager, board, date_start="2026-06-01")

    def test_whoever_has_left_makes_room_for_another_sponsor(self):
        self._create_member(self.customer, self.senior, self.sponsor_role)
        self.senior.active = False
        self._create_member(self.customer, self.manager, self.sponsor_role)
        self.assertEqual(len(self.customer.lifecycle_member_ids.filtered("is_sponsor")), 2)

    def test_a_merge_leaves_each_person_once_in_a_role(self):
        other = self._create_customer("Other")
        self._create_member(self.customer, self.junior)
        self._create_member(other, self.junior)
        self._create_member(other, self.senior)
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.customer.lifecycle_member_ids.user_id.sorted("id"),
            (self.junior | self.senior).sorted("id"),
        )
        self.assertEqual(len(self.customer.lifecycle_member_ids), 2)

    def test_customers_themselves_are_no_members(self):
        portal = self._create_user("service_portal", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, "no colleague"), self.env.cr.savepoint():
            self._create_member(self.customer, portal)

    def test_managers_alone_make_teams(self):
        colleague = self._create_user("service_colleague", SALES_ALL)
        vals = {
            "partner_id": self.customer.id,
            "user_id": self.junior.id,
            "role_id": self.service_role.id,
        }
        members = self.env["crm.lifecycle.account.member"]
        for user in (self.junior, colleague):
            with self.subTest(user.login), self.assertRaises(AccessError):
                members.with_user(user).create(vals)
        member = members.with_user(self.manager).create(vals)
        self.assertEqual(member.with_user(self.junior).display_name, f"{self.junior.name}, Service")

    def test_a_colleague_of_another_company_is_refused(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        abroad = self._create_user("service_abroad", SALES_ALL, company=other)
        with self.assertRaisesRegex(Exception, "compan"):
            self._create_member(self.customer, abroad)
