from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, SALES_ALL
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestSeniority(ServiceCase):
    """How experienced somebody is, is said by managers alone."""

    def _as(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_managers_set_it_and_nothing_else(self):
        junior = self._as(self.manager, self.junior)
        junior.lifecycle_seniority = "experienced"
        self.assertEqual(self.junior.lifecycle_seniority, "experienced")
        for vals in (
            {"lifecycle_seniority": "senior", "name": "Boss"},
            {"name": "Boss"},
            {"lifecycle_seniority": "senior", "login": "boss"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                junior.write(vals)
        self.assertEqual(self.junior.lifecycle_seniority, "experienced")

    def test_nobody_else_sets_it_not_even_their_own(self):
        colleague = self._create_user("service_colleague", SALES_ALL)
        accountant = self._create_user("service_accountant", "base.group_user", INVOICING)
        plain = self._create_user("service_plain", "base.group_user")
        for user in (self.junior, colleague, accountant, plain):
            for target in (user, self.senior):
                with self.subTest(user=user.login, target=target.login):
                    with self.assertRaises(AccessError):
                        self._as(user, target).write({"lifecycle_seniority": "senior"})
        self.assertFalse(colleague.lifecycle_seniority)

    def test_it_is_read_by_those_who_sell_and_account(self):
        plain = self._create_user("service_plain", "base.group_user")
        portal = self._create_user("service_portal", "base.group_portal")
        self.assertEqual(
            self._as(self.junior, self.senior).read(["lifecycle_seniority"])[0][
                "lifecycle_seniority"
            ],
            "senior",
        )
        for user in (plain, portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(user, user).read(["lifecycle_seniority"])

    def test_the_member_of_a_team_shows_and_changes_it(self):
        member = self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.junior
        )
        self.assertEqual(member.lifecycle_seniority, "junior")
        self._as(self.manager, member).lifecycle_seniority = "senior"
        self.assertEqual(self.junior.lifecycle_seniority, "senior")
        with self.assertRaises(AccessError):
            self._as(self.junior, member).lifecycle_seniority = "senior"

    def test_a_copy_of_a_user_begins_without(self):
        self.assertFalse(self.senior.copy({"login": "service_copy"}).lifecycle_seniority)
