from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointCompanies(PointCase):
    """Each company has rules, points and programmes of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls._create_company("Other Company", "base.EUR")
        cls.stranger = cls._create_user("point_stranger", SALES_MANAGER, company=cls.elsewhere)

    def test_others_see_neither_rules_nor_points(self):
        self._refer()
        self._buy_and_give()
        for model in ("crm.lifecycle.point", "crm.lifecycle.point.rule"):
            with self.subTest(model):
                found = (
                    self.env[model]
                    .with_user(self.stranger)
                    .with_context(allowed_company_ids=self.elsewhere.ids)
                    .search([("company_id", "=", self.company.id)])
                )
                self.assertFalse(found)

    def test_others_give_nothing_for_it(self):
        self.env["crm.lifecycle.point.rule"].create(
            {
                "name": "Thanks",
                "program_id": self._create_program("Elsewhere", company=self.elsewhere).id,
                "points": 5.0,
                "since": "2026-01-01",
                "company_id": self.elsewhere.id,
            }
        )
        self._refer()
        self._buy_and_give()
        self._run_job(self.elsewhere)
        points = self.points.search([("person_id", "=", self.referrer.id)])
        self.assertEqual(points.company_id, self.company)

    def test_what_is_seen_is_of_the_company_one_works_in(self):
        self._refer()
        self._buy_and_give()
        self.assertEqual(self.referrer.lifecycle_points, 50.0)
        elsewhere = self.referrer.with_context(allowed_company_ids=self.elsewhere.ids)
        self.assertEqual((elsewhere.lifecycle_points, elsewhere.lifecycle_point_count), (0.0, 0))

    def test_programmes_of_others_are_refused(self):
        foreign = self._create_program("Elsewhere", company=self.elsewhere)
        with self.assertRaisesRegex(Exception, "company"):
            self.rule.program_id = foreign

    def test_a_bridge_that_goes_leaves_no_reward_behind(self):
        self.company.write({"lifecycle_reward_amount": 70.0})
        self.company._forget_lifecycle_points()
        self.assertEqual(
            (self.company.lifecycle_reward, self.company.lifecycle_reward_kind),
            (False, "amount"),
        )

    def test_points_of_a_source_that_is_gone_stay(self):
        self._refer()
        order = self._buy_and_give()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_point_rule SET source = 'gone' WHERE id = %s", [self.rule.id]
        )
        order._action_cancel()
        self._follow_and_give()
        self.assertEqual(self._card().points, 50.0)

    def test_the_screen_of_a_user_of_both(self):
        both = self._create_user("point_both", SALES_MANAGER)
        both.company_ids = [Command.link(self.elsewhere.id)]
        rules = self.env["crm.lifecycle.point.rule"].with_user(both)
        found = rules.with_context(allowed_company_ids=(self.company | self.elsewhere).ids).search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(found, self.rule)
