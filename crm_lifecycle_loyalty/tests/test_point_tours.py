from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER
from odoo.addons.crm_lifecycle.tests.tour_common import TourCase

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointTours(PointCase, TourCase):
    """A manager makes a rule and sees a customer's points, and so does the customer."""

    translated_addons = ("crm_lifecycle", "crm_lifecycle_loyalty")

    def test_manager_makes_a_rule(self):
        program = self._create_program("Tour Points")
        rules = self.env["crm.lifecycle.point.rule"]
        for lang, user in self._users("tour_rule", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.start_tour(
                    "/odoo/lifecycle-point-rules",
                    f"crm_lifecycle_point_rule_{lang}",
                    login=user.login,
                )
                made = rules.search([("program_id", "=", program.id)])
                self.assertEqual((made.source, made.points), ("referral", 30.0))
                made.unlink()

    def test_manager_and_customer_see_points(self):
        user = self._create_portal_user()
        self._refer(user.partner_id)
        self._buy_and_give()
        self.start_tour("/my/home", "crm_lifecycle_points_portal", login=user.login)
        for lang, manager in self._users("tour_points", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.start_tour(
                    f"/odoo/res.partner/{user.partner_id.id}",
                    f"crm_lifecycle_points_{lang}",
                    login=manager.login,
                )
