from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralReasons(ReferralCase):
    """What the rule says is read in the language of whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["crm_lifecycle"], ["zh_CN"])
        cls.reader = cls._create_user(
            "referral_reader", "sales_team.group_sale_manager", lang="zh_CN"
        )

    def _read(self, record, name="reason"):
        """Return what an English and a Chinese colleague read."""
        return (
            record.with_user(self.manager).with_context(lang="en_US")[name],
            record.with_user(self.reader).with_context(lang="zh_CN")[name],
        )

    def test_the_rule_speaks_the_readers_language(self):
        claim = self._refer()
        for code, about, english, chinese in (
            ("same", {}, "Claimed by the same referrer already.", "同一转介绍人已主张。"),
            (
                "rival",
                {"referrer": self.other, "date": "2026-03-02"},
                "Brewery claimed it on 03/02/2026.",
                "Brewery 于 2026/03/02 主张。",
            ),
            ("rival", {}, "Somebody else claimed it before.", "他人已先主张。"),
            ("also", {"referrer": self.other}, "Also claimed by Brewery.", "Brewery 也主张"),
            ("also", {}, "Also claimed by somebody else.", "另有他人"),
            ("late", {"date": "2026-03-02"}, "Claimed after the first purchase on 03/02", "首次"),
            ("late", {}, "Claimed after the first purchase.", "在首次购买之后才主张。"),
            ("decided", {"referrer": self.other}, "It was decided for Brewery.", "已裁定归"),
            ("decided", {}, "It was decided for somebody else.", "已裁定归他人。"),
            ("removed", {}, "The referrer was removed", "客户上的转介绍人已被删除。"),
            ("lead", {}, "The lead names somebody else.", "线索上写的是其他人。"),
            ("circle", {}, "Nobody brings themselves.", "没有人可以转介绍自己。"),
            ("merged", {}, "The customers were merged.", "客户已合并。"),
            ("lost", {}, "The lead was lost.", "线索已失败。"),
        ):
            with self.subTest(code, **about):
                claim.write(claim._get_reason_vals(code, **about))
                found = self._read(claim)
                self.assertIn(english, found[0])
                self.assertIn(chinese, found[1])

    def test_what_a_person_wrote_stays_as_it_is(self):
        claim = self._refer()
        claim._reject("They knew us", by_person=True)
        self.assertEqual(self._read(claim), ("They knew us", "They knew us"))
        claim.with_user(self.manager).action_accept()
        self.assertEqual(self._read(claim), (False, False))

    def test_it_speaks_of_whom_it_was_lost_to(self):
        self._refer(day="2026-03-01")
        rival = self._refer(self.other)
        self.assertEqual((rival.reason_code, rival.reason_partner_id), ("rival", self.referrer))
        self.referrer.name = "Ada & Daughters"
        self.assertIn("Ada & Daughters", rival.reason)

    def test_a_lost_lead_says_why_in_the_readers_language(self):
        lost = self.env["crm.lost.reason"].create({"name": "Too dear"})
        lost.with_context(lang="zh_CN").name = "太贵"
        lead = self._create_lead(
            self.env["res.partner"],
            partner_name="New Inn",
            lifecycle_referrer_id=self.referrer.id,
        )
        claim = self.referrals.search([("lead_id", "=", lead.id)])
        lead.action_set_lost(lost_reason_id=lost.id)
        self._follow()
        self.assertEqual(claim.state, "lost")
        self.assertEqual(self._read(claim), ("Too dear", "太贵"))

    def test_a_reward_says_why_it_was_taken_back(self):
        self.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})
        claim = self._refer()
        order = self._buy_and_follow()
        reward = claim.reward_ids
        for change, english, chinese in (
            (order._action_cancel, "The first purchase was cancelled", "首次购买已被取消或退款。"),
            (lambda: self._buy(self.customer, "2026-03-10"), None, None),
            (lambda: claim.write({"earns_reward": False}), "It earns no reward", "最终不获奖励。"),
            (lambda: claim._reject("No", by_person=True), None, None),
            (lambda: claim.write({"earns_reward": True}), None, None),
        ):
            change()
            claim._mark_stale()
            self._follow()
            if english:
                found = self._read(reward, "taken_back_reason")
                self.assertIn(english, found[0])
                self.assertEqual(found[1], chinese)
        claim.with_user(self.manager).action_accept()
        self._follow()
        self.assertEqual((reward.state, reward.taken_back_reason), ("due", False))
        claim._reject("circle")
        self._follow()
        self.assertEqual(
            self._read(reward, "taken_back_reason"),
            ("Nobody brings themselves.", "没有人可以转介绍自己。"),
        )

    def test_codes_are_not_entered_by_hand(self):
        with self.assertRaisesRegex(Exception, "not entered by hand"):
            self._refer().with_user(self.manager).write({"reason_text": "Forged"})
