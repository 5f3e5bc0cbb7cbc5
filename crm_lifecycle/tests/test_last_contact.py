from datetime import date

from odoo.tests import tagged

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestLastContact(ContactCase):
    """The profile knows the last contact, as soon as the queue was worked off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_buyer")._set_up_buyer()

    def _set_up_buyer(self):
        with self.at("2026-01-05"):
            self._confirm_order(self.customer)
            self._process_queue()

    def assertLast(self, day, channel=False, direction=False):
        self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(
            (profile.last_contact_date, profile.last_contact_channel),
            (day and date.fromisoformat(day), channel),
        )
        self.assertEqual(profile.last_contact_direction, direction)

    def test_each_kind_moves_it(self):
        self.assertLast(False)
        with self.at("2026-02-02"):
            self._post("2026-02-01", self.seller.partner_id, self.ada)
            self.assertLast("2026-02-01", "mail", "out")
            self._post("2026-02-02", self.ada, message_type="email")
            self.assertLast("2026-02-02", "mail", "in")
        self.assertEqual(
            self._profile(self.customer).last_inbound_date, date.fromisoformat("2026-02-02")
        )
        self._do("2026-02-03", self._create_lead(self.ada))
        with self.at("2026-02-03"):
            self.assertLast("2026-02-03", "call", "out")

    def test_nobody_reached_moves_nothing_until_somebody_says_otherwise(self):
        self._do("2026-02-03", self.customer, lifecycle_outcome="no_answer")
        with self.at("2026-02-03"):
            self.assertLast(False)
            done = self.env["mail.activity"].with_context(active_test=False)
            done.search([("res_id", "=", self.customer.id), ("res_model", "=", "res.partner")])[
                :1
            ].lifecycle_outcome = "reached"
            self.assertLast("2026-02-03", "call", "out")

    def test_the_nightly_pass_finds_meetings_that_have_begun(self):
        with self.at("2026-02-02"):
            self._meet("2026-02-03", self.ada)
            self._process_queue()
            self.assertLast(False)
        with self.at("2026-02-04 01:30:00"):
            self._gather("night")
            self.assertLast("2026-02-03", "meeting", "out")

    def test_a_second_look_writes_nothing(self):
        self._post("2026-02-01", self.seller.partner_id, self.ada)
        with self.at("2026-02-01"):
            self.assertLast("2026-02-01", "mail", "out")
            found = self.env["crm.lifecycle.contact"]
            self.assertEqual(found._record(self.customer.ids), set())

    def test_counts_of_twelve_months(self):
        self._post("2025-02-01", self.ada, message_type="email")
        for day in ("2026-02-01", "2026-02-02"):
            self._post(day, self.ada, message_type="email")
        self._do("2026-02-03", self.customer)
        with self.at("2026-02-03"):
            self._process_queue()
            profile = self._profile(self.customer)
            profile.invalidate_recordset()
            self.assertEqual(
                (profile.contact_count_12m, profile.channel_count_12m, profile.person_count_12m),
                (3, 2, 2),
            )
