from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SALES_MANAGER, LifecycleCase
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestLoyaltyTours(LifecycleCase, TourCase):
    """A manager opens a customer's loyalty index and reads what moved it."""

    def test_manager_reads_what_moved_the_index(self):
        customer = self._create_customer()
        # Two purchases in twelve months at the end of last month, a third one today.
        today = fields.Date.today()
        self._buy(customer, *(str(today - timedelta(days=days)) for days in (500, 300, 200, 0)))
        self._process_queue()
        profile = customer.lifecycle_profile_id
        self.assertTrue(profile.loyalty_index)
        for lang, user in self._users("tour_loyalty", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.start_tour(
                    f"/odoo/crm.lifecycle.profile/{profile.id}",
                    f"crm_lifecycle_loyalty_{lang}",
                    login=user.login,
                )
