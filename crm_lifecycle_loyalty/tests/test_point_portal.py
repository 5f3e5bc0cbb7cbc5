from odoo import Command
from odoo.tests import HttpCase, tagged

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointPortal(HttpCase, PointCase):
    """What customers see of their points are the host's own pages, in words for them."""

    def test_the_history_says_nothing_internal(self):
        user = self.env["res.users"].create(
            {
                "name": "Ada",
                "login": "point_ada",
                "password": "point_ada",
                "email": "point_ada@example.com",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self._refer(user.partner_id)
        order = self._buy_and_give()
        order._action_cancel()
        self._follow_and_give()
        self.authenticate("point_ada", "point_ada")
        page = self.url_open(f"/my/loyalty_card/{self._card(user.partner_id).id}/history").text
        self.assertIn("Thank you for your recommendation", page)
        self.assertIn("Taken back: Thank you for your recommendation", page)
        self.assertNotIn("Park Hotel", page)
