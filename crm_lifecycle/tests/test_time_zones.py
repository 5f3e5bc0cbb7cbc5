from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestTimeZones(LifecycleCase):
    """A company's day begins and ends where the company is."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        self.shanghai = self._create_company("Shanghai Company", "base.CNY", "Asia/Shanghai")
        self.new_york = self._create_company("New York Company", "base.USD", "America/New_York")

    def test_an_order_falls_on_the_day_of_its_company(self):
        table = [
            # moment in UTC, day in Shanghai (UTC+8), in New York (UTC-5 until 8 March)
            ("2026-03-03 15:59:59", "2026-03-03", "2026-03-03"),
            ("2026-03-03 16:00:00", "2026-03-04", "2026-03-03"),
            ("2026-03-03 23:30:00", "2026-03-04", "2026-03-03"),
            ("2026-03-04 04:59:59", "2026-03-04", "2026-03-03"),
            ("2026-03-04 05:00:00", "2026-03-04", "2026-03-04"),
            ("2026-03-09 03:59:59", "2026-03-09", "2026-03-08"),
            ("2026-03-09 04:00:00", "2026-03-09", "2026-03-09"),
        ]
        for moment, in_shanghai, in_new_york in table:
            with self.subTest(moment), self.at(moment):
                customer = self._create_customer(moment)
                self._confirm_order(customer, company_id=self.shanghai.id)
                self._confirm_order(customer, company_id=self.new_york.id)
                self._process_queue()
                for company, day in (
                    (self.shanghai, in_shanghai),
                    (self.new_york, in_new_york),
                ):
                    self.assertEqual(self._history(customer, company), [(None, "first_buyer", day)])
                    profile = self._profile(customer, company)
                    self.assertEqual(str(profile.first_purchase_date), day)

    def test_two_orders_of_one_utc_day_can_be_two_purchases(self):
        for moment in ("2026-03-03 10:00:00", "2026-03-03 20:00:00"):
            with self.at(moment):
                self._confirm_order(self.customer, company_id=self.shanghai.id)
                self._confirm_order(self.customer)
                self._process_queue()
        self.assertEqual(self._stage(self.customer, self.shanghai), "repeat_buyer")
        self.assertEqual(self._stage(self.customer), "first_buyer")

    def test_an_order_confirmed_in_the_evening_is_known_at_once(self):
        # In UTC it lies on a day that has not begun in New York.
        with self.at("2026-03-04 02:00:00"):
            self._confirm_order(self.customer, company_id=self.new_york.id)
            self.assertEqual(self._stage(self.customer, self.new_york), "first_buyer")

    def test_a_quotation_expires_at_midnight_of_its_company(self):
        for company in (self.shanghai, self.new_york):
            with self.at("2026-03-02"):
                self._create_order(
                    self.customer,
                    company_id=company.id,
                    validity_date="2026-03-03",
                ).action_quotation_sent()
        for moment, in_shanghai, in_new_york in (
            ("2026-03-03 15:59:00", "prospect", "prospect"),
            ("2026-03-03 16:00:00", "suspect", "prospect"),
            ("2026-03-04 04:59:00", "suspect", "prospect"),
            ("2026-03-04 05:00:00", "suspect", "suspect"),
        ):
            with self.subTest(moment):
                self.assertEqual(self._stage_on(moment, self.customer, self.shanghai), in_shanghai)
                self.assertEqual(self._stage_on(moment, self.customer, self.new_york), in_new_york)

    def test_an_agreement_starts_at_midnight_of_its_company(self):
        with self.at("2026-03-02"):
            self._create_agreement(self.customer, "2026-03-04", company_id=self.shanghai.id)
        self.assertFalse(self._stage_on("2026-03-03 15:59:00", self.customer, self.shanghai))
        self.assertEqual(
            self._stage_on("2026-03-03 16:00:00", self.customer, self.shanghai), "partner"
        )

    def test_an_invoice_keeps_its_own_date(self):
        with self.at("2026-03-03 23:30:00"):
            self._post_invoice(self.customer, invoice_date="2026-03-03")
            self.assertEqual(self._stage(self.customer), "first_buyer")
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_leads_and_ratings_fall_on_the_day_of_the_company(self):
        orders = self._buy(self.customer, "2024-01-10", "2024-06-10")
        with self.at("2025-06-10"):
            self._confirm_order(self.customer)
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2025-07-01 20:00:00"):
            self._rate(orders[0], self.customer, 5)
            self._process_queue()
        self.assertEqual(self._history(self.customer)[-1], ("long_term", "advocate", "2025-07-02"))
        stranger = self._create_customer("Stranger")
        with self.at("2025-07-01 20:00:00"):
            self._create_lead(stranger)
            self._process_queue()
        self.assertEqual(self._history(stranger), [(None, "suspect", "2025-07-02")])

    def test_without_a_zone_of_its_own_a_company_keeps_its_working_hours_zone(self):
        self.company.partner_id.tz = False
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Sydney hours", "tz": "Australia/Sydney", "company_id": self.company.id}
        )
        with self.at("2026-03-03 13:30:00"):
            self._confirm_order(self.customer)
            self._process_queue()
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-04")])
