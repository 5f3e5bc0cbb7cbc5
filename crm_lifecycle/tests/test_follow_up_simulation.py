import random
from datetime import date, timedelta

from odoo.tests import tagged

from .follow_up_common import FollowUpCase

DAYS = 60
SEED = 20260302


@tagged("post_install", "-at_install")
class TestFollowUpSimulation(FollowUpCase):
    """Sixty days of a company: nobody twice, nobody too soon, nobody forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.cadence.write({"gap_min": 5, "interval": 12, "gap_max": 25, "lead_days": 1})
        cls.closer = cls._create_cadence(
            "Fortnightly", value_class="a", gap_min=3, interval=8, gap_max=14
        )

    def _create_company_of_customers(self):
        sellers = [self.senior, self.junior, self.leader]
        customers = self.env["res.partner"]
        for number in range(18):
            customer = self._create_buyer(f"Buyer {number}", owner=sellers[number % 3])
            if number % 6 == 1:
                customer.lifecycle_contact_gap = 9
            elif number % 6 == 2:
                customer.lifecycle_quiet_weekdays = "15"
            elif number % 6 == 3:
                customer.lifecycle_quiet_until = "2026-04-01"
            customers |= customer
        customers[-1].lifecycle_opt_out = True
        return customers

    def _live_a_day(self, day, customers):
        """Let the engine look and plan, then people do, miss, hand over or mail as it comes."""
        with self.at(f"{day} 07:00:00"):
            self._look_again(customers)
        self._schedule(f"{day} 07:30:00")
        opened = self._open(*customers)
        self._check_planned(day, opened)
        self._check_nobody_is_forgotten(day, customers)
        if day.weekday() >= 5:
            return
        for follow_up in opened.filtered(lambda row: row.activity_id.date_deadline <= day):
            chance = self.random.random()
            activity = follow_up.activity_id.with_user(follow_up.user_id)
            with self.at(f"{day} 10:00:00"):
                if chance < 0.5:
                    activity._finish_attempt("reached")
                    self._reached(follow_up.partner_id, day)
                elif chance < 0.65:
                    activity._finish_attempt("no_answer")
                elif chance < 0.7:
                    activity.user_id = self.random.choice([self.senior, self.junior])
                self.env.flush_all()

    def _reached(self, customer, day):
        last = self.last_contacts.get(customer)
        profile = self._profile(customer)
        if last:
            gap = max(profile.cadence_id.gap_min, customer.lifecycle_contact_gap)
            self.assertGreaterEqual((day - last).days, gap, customer.name)
        self.assertNotIn(str(day.isoweekday()), customer.lifecycle_quiet_weekdays or "")
        self.assertGreaterEqual(day, customer.lifecycle_quiet_until or day)
        self.last_contacts[customer] = day

    def _check_planned(self, day, opened):
        keys = [(row.partner_id, row.cadence_id) for row in opened]
        self.assertEqual(len(keys), len(set(keys)))
        for follow_up in opened:
            self.assertTrue(follow_up.activity_id.active, follow_up.partner_id.name)
            self.assertFalse(follow_up.partner_id.lifecycle_opt_out)

    def _check_nobody_is_forgotten(self, day, customers):
        """Whoever waits longer than allowed has a follow-up, or a reason why there is none."""
        for customer in customers:
            profile = self._profile(customer)
            if profile.latest_contact_date and profile.latest_contact_date < day:
                self.assertTrue(self._open(customer), customer.name)
            elif not profile.next_contact_date:
                self.assertTrue(profile.cadence_figures.get("reason"), customer.name)

    def test_sixty_days(self):
        customers = self._create_company_of_customers()
        self.last_contacts = {}
        start = date(2026, 3, 4)
        for number in range(DAYS):
            day = start + timedelta(days=number)
            if number == 25:
                # Rules change half-way, and count for everybody from the next look on.
                self.cadence.write({"interval": 10, "gap_max": 20})
            if number == 35:
                self.junior.action_archive()
            self._live_a_day(day, customers)
        done = self.follow_ups.search([("partner_id", "in", customers.ids), ("state", "=", "done")])
        self.assertGreater(len(done), 40)
        self.assertFalse(self._all(customers[-1]))
