from dataclasses import replace

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .rules_common import RuleCase
from .test_loyalty_index import QUARTERS


@tagged("post_install", "-at_install")
class TestLoyaltyHistory(RuleCase):
    """Who opens an index reads what it is made of, and what moved it month by month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_history")._set_up_history()

    def _set_up_history(self):
        cls = type(self)
        self._activate(replace(self._default_rules(), loyalty=QUARTERS))
        self._buy(self.customer, "2024-10-20", "2024-11-20", "2024-12-20")
        friend = self._create_customer("Friend", lifecycle_referrer_id=self.customer.id)
        self._buy(friend, "2025-01-10")
        cls.profile = self._look_on("2025-02-14")

    def _months(self, day="2025-02-14", user=None):
        with self.at(day):
            action = self.profile.with_user(user or self.salesperson).action_open_loyalty()
        return self.env["crm.lifecycle.loyalty.month"].search(action["domain"], order="date")

    def test_month_by_month(self):
        self.assertEqual(
            [(str(month.date), month.index, month.change) for month in self._months()],
            [
                # 1 of 4; 0 days; 0 of 2 referrals: 25 / 3.
                ("2024-10-31", 8, 0),
                # (50 + 31/400) / 3 and (75 + 61/400) / 3.
                ("2024-11-30", 19, 11),
                ("2024-12-31", 30, 11),
                # One of two referrals: + 50 / 3.
                ("2025-01-31", 47, 17),
                ("2025-02-14", 47, 0),
            ],
        )

    def test_what_moved_it(self):
        _october, november, _december, january, february = self._months()
        self.assertEqual(november.moved, "Purchases +8.3, Persistence +2.6")
        self.assertEqual(january.moved, "Referrals +16.7")
        self.assertFalse(february.moved)
        self.assertEqual(
            (round(january.degree_points, 1), round(january.referral_points, 1)), (25.0, 16.7)
        )
        self.assertIn("Referred customers who bought: 1 (full with 2)", january.explanation)

    def test_a_month_is_named_after_whose_it_is(self):
        october = self._months()[0]
        self.assertEqual(october.display_name, f"{self.customer.display_name}, 10/31/2024")

    def test_the_last_month_is_what_the_profile_says(self):
        self.assertEqual(self._months()[-1].index, self.profile.loyalty_index)

    def test_nothing_bought_no_months(self):
        prospect = self._create_customer("Prospect")
        with self.at("2025-01-01"):
            self._create_opportunity(prospect)
        profile = self._look_on("2025-02-14", prospect)
        self.assertFalse(self.env["crm.lifecycle.loyalty.month"]._derive(profile))
        self.assertEqual(
            profile.loyalty_explanation["title"], "No loyalty index: nothing was bought yet"
        )

    def test_why(self):
        told = self.profile.loyalty_explanation
        self.assertEqual(told["title"], "Loyalty index: 47 of 100")
        self.assertEqual(
            told["lines"][0],
            "Purchases in 12 months: 3 (full with 4): 75% → 25.0 points",
        )
        self.assertIn(
            "Purchases in 12 months: 3, in the 12 months before: 0: left out", told["lines"]
        )

    def test_who_may_look(self):
        other = self._create_user("lifecycle_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self._months(user=other)

    def test_a_fixed_number_of_queries(self):
        months = self.env["crm.lifecycle.loyalty.month"]
        self._months()
        with self.at("2025-02-14"):
            months._derive(self.profile)
            before = self.cr.sql_log_count
            months._derive(self.profile)
            few = self.cr.sql_log_count - before
        with self.at("2027-02-14"):
            before = self.cr.sql_log_count
            months._derive(self.profile)
            self.assertLessEqual(self.cr.sql_log_count - before, few)
