from unittest.mock import patch

from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralMany(ReferralCase):
    """What many contacts or leads tell at once is followed at once."""

    def _count(self, tell, number):
        """Return with how many queries so many records are created."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        tell(number)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _tell_contacts(self, number, referrer=None):
        return self.env["res.partner"].create(
            [
                {"name": f"Inn {index}", "lifecycle_referrer_id": (referrer or self.referrer).id}
                for index in range(number)
            ]
        )

    def _tell_leads(self, number, referrer=None):
        return self.env["crm.lead"].create(
            [
                {
                    "name": f"Inn {index}",
                    "company_id": self.company.id,
                    "lifecycle_referrer_id": (referrer or self.referrer).id,
                }
                for index in range(number)
            ]
        )

    def test_each_one_costs_little(self):
        # 16 and 20 were measured; with a savepoint for each record it was 19 and 23.
        for tell, most in ((self._tell_contacts, 16), (self._tell_leads, 20)):
            with self.subTest(tell.__name__):
                self._count(tell, 1)
                few, many = self._count(tell, 3), self._count(tell, 30)
                self.assertLessEqual((many - few) / 27, most)

    def test_one_that_fails_leaves_the_others(self):
        follow = type(self.referrals)._follow_lead

        def fail_for_one(claims, lead):
            if lead.name == "Inn 1":
                raise ValueError
            return follow(claims, lead)

        with (
            patch.object(type(self.referrals), "_follow_lead", fail_for_one),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR") as logs,
        ):
            leads = self._tell_leads(3)
        self.assertEqual(len(logs.output), 1)
        claims = self.referrals.search([("lead_id", "in", leads.ids)])
        self.assertEqual(claims.lead_id, leads[0] | leads[2])
        self.assertEqual(set(claims.mapped("state")), {"accepted"})
