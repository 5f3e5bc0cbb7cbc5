from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralReports(ReferralCase):
    """The share of referred ones among new customers, and who brings them."""

    def setUp(self):
        super().setUp()
        # February: one of three was referred. March: two of two, and one refunded.
        for day, count, referred in (("2026-02-10", 3, 1), ("2026-03-02", 2, 2)):
            for number in range(count):
                customer = self._create_customer(f"New {day} {number}")
                if number < referred:
                    self._refer(customer=customer, day=day)
                self._buy(customer, day)
        self.refunded = self._create_customer("Refunded")
        self._refer(customer=self.refunded, day="2026-03-01")
        self._buy(self.refunded, "2026-03-03")._action_cancel()
        self._follow()
        self.env.flush_all()

    def _share(self):
        groups = self.env["crm.lifecycle.referral.share"]._read_group(
            [("company_id", "=", self.company.id)],
            ["date:month"],
            ["new_count:sum", "referred_count:sum", "share:avg"],
            order="date:month",
        )
        return [(month.month, *figures) for month, *figures in groups]

    def test_share_by_month_equals_a_hand_calculation(self):
        self.company.lifecycle_referral_minimum = 2
        found = self._share()
        self.assertEqual([row[:3] for row in found], [(2, 3, 1), (3, 2, 2)])
        self.assertAlmostEqual(found[0][3], 1 / 3)
        self.assertEqual(found[1][3], 1.0)

    def test_too_few_tell_nothing(self):
        self.company.lifecycle_referral_minimum = 3
        february, march = self._share()
        self.assertAlmostEqual(february[3], 1 / 3)
        self.assertIs(march[3] or None, None)
        self.assertEqual(march[1], 2)

    def test_who_brings_them(self):
        row = self.env["crm.lifecycle.referrer"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", self.referrer.id)]
        )
        self.assertEqual((row.referred_count, row.buyer_count, row.purchase_amount), (4, 3, 300.0))
        self.assertTrue(row.is_candidate)
        self.company.lifecycle_candidate_minimum = 4
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertFalse(row.is_candidate)
        action = row.action_open_referrals()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 4)

    def test_a_partner_is_no_candidate(self):
        self._create_agreement(self.referrer, "2026-01-01")
        self._follow()
        row = self.env["crm.lifecycle.referrer"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", self.referrer.id)]
        )
        self.assertEqual(row.stage_id.code, "partner")
        self.assertFalse(row.is_candidate)
