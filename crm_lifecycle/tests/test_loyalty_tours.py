from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SALES_MANAGER, LifecycleCase
from .test_tours import LANGUAGES


@tagged("post_install", "-at_install")
class TestLoyaltyTours(LifecycleCase, HttpCase):
    """A manager opens a customer's loyalty index and reads what moved it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        module = cls.env["ir.module.module"].search([("name", "=", "crm_lifecycle")])
        module._update_translations(list(LANGUAGES))

    def test_manager_reads_what_moved_the_index(self):
        customer = self._create_customer()
        # Two purchases in twelve months at the end of last month, a third one today.
        today = fields.Date.today()
        self._buy(customer, *(str(today - timedelta(days=days)) for days in (500, 300, 200, 0)))
        self._process_queue()
        profile = customer.lifecycle_profile_id
        self.assertTrue(profile.loyalty_index)
        for lang in LANGUAGES:
            user = self._create_user(f"tour_loyalty_{lang.lower()}", SALES_MANAGER, lang=lang)
            with self.subTest(lang=lang):
                self.start_tour(
                    f"/odoo/crm.lifecycle.profile/{profile.id}",
                    f"crm_lifecycle_loyalty_{lang}",
                    login=user.login,
                )
