from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.lifecycle_limit_mixin import LifecycleLimitMixin
from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointPortal(HttpCase, PointCase):
    """What customers see of their points are the host's own pages, in words for them."""

    def test_the_history_says_nothing_internal(self):
        user = self._create_portal_user()
        self._refer(user.partner_id)
        order = self._buy_and_give()
        order._action_cancel()
        self._follow_and_give()
        self.authenticate("point_ada", "point_ada")
        page = self.url_open(f"/my/loyalty_card/{self._card(user.partner_id).id}/history").text
        self.assertIn("Thank you for your recommendation", page)
        self.assertIn("Taken back: Thank you for your recommendation", page)
        self.assertNotIn("Park Hotel", page)

    def test_no_reward_is_told_of_that_is_not_for_them(self):
        user = self._create_portal_user()
        card = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": user.partner_id.id, "points": 200.0}
        )
        self.authenticate("point_ada", "point_ada")
        self.assertEqual(self._look(card), (True, 1))
        self.program.lifecycle_stage_ids = self.stages["partner"]
        self.assertEqual(self._look(card), (False, 0))
        with (
            patch.object(LifecycleLimitMixin, "_find_lifecycle_barred", side_effect=ValueError),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            self.assertEqual(self._look(card), (True, 1))

    def _look(self, card):
        """Return whether the first page tells of a reward, and how many the card's window has."""
        page = self.url_open("/my/home").text
        self.assertIn("Thank You Points", page)
        self.assertIn("200", page)
        values = self.make_jsonrpc_request(f"/my/loyalty_card/{card.id}/values")
        return "A reward is waiting for you" in page, len(values["rewards"])
