from odoo.tests import tagged

from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestRenewedInquiry(ServiceCase):
    """A known customer who asks again is recognised, and gets one second follow-up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_renewed_inquiry = True

    def _ask(self, day, customer, **vals):
        with self.at(day):
            lead = self._create_lead(customer, **{"user_id": self.senior.id, **vals})
            self.env.flush_all()
        return lead

    def _planned(self, *leads):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", [lead.id for lead in leads])]
        )

    def test_the_first_inquiry_is_none(self):
        lead = self._ask("2026-03-03", self._create_customer("Parks"))
        self.assertFalse(lead.lifecycle_is_renewed)
        self.assertFalse(self._planned(lead))

    def test_who_asked_or_bought_before_asks_again(self):
        asked, bought = self._create_customer("Asked"), self._create_customer("Bought")
        first = self._ask("2026-03-03", asked)
        with self.at("2026-03-03"):
            self._confirm_order(bought)
        # A colleague of theirs asks.
        person = self.env["res.partner"].create({"name": "Ada", "parent_id": bought.id})
        for customer in (asked, person):
            lead = self._ask("2026-04-03", customer)
            with self.subTest(customer.name):
                self.assertTrue(lead.lifecycle_is_renewed)
                self.assertEqual(self._planned(lead).user_id, self.senior)
        self.assertFalse(first.lifecycle_is_renewed)
        found = self.env["crm.lead"].search(
            [("lifecycle_is_renewed", "=", True), ("partner_id", "in", (asked | person).ids)]
        )
        self.assertEqual(len(found), 2)
        self.assertNotIn(first, found)

    def test_one_second_follow_up_at_a_time(self):
        customer = self._create_customer("Parks")
        leads = [self._ask(f"2026-0{month}-03", customer) for month in (3, 4, 5)]
        self.assertEqual(len(self._planned(*leads)), 1)
        self._planned(*leads).action_feedback()
        again = self._ask("2026-06-03", customer)
        self.assertEqual(len(self._planned(again)), 1)

    def test_switched_off_nobody_is_followed_up(self):
        self.company.lifecycle_renewed_inquiry = False
        customer = self._create_customer("Parks")
        self._ask("2026-03-03", customer)
        again = self._ask("2026-04-03", customer)
        self.assertTrue(again.lifecycle_is_renewed)
        self.assertFalse(self._planned(again))

    def test_in_the_language_of_whoever_follows_up(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.senior.lang = "zh_CN"
        customer = self._create_customer("Parks")
        self._ask("2026-03-03", customer)
        told = self._planned(self._ask("2026-04-03", customer))
        self.assertRegex(told.summary, "[\u4e00-\u9fff]{2}")
