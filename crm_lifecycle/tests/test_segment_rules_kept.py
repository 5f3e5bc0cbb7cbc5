from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentRulesKept(SegmentCase):
    """What a segment asks for is not deleted under it, and tags are followed from any side."""

    def test_what_a_segment_asks_for_stays(self):
        country = self.env["res.country"].create({"name": "Atlantis", "code": "X1"})
        industry = self.env["res.partner.industry"].create({"name": "Salvage"})
        segment = self._create_segment(
            country_ids=country, industry_ids=industry, category_ids=self.club
        )
        for record in (country, industry, self.club):
            with self.subTest(record._name):
                with self.assertRaisesRegex(UserError, "Special"):
                    record.unlink()
                segment.active = False
                with self.assertRaisesRegex(UserError, "Special"):
                    record.unlink()
                segment.active = True
        segment.write({"country_ids": [Command.clear()], "industry_ids": [Command.clear()]})
        (country | country.browse()).unlink()
        industry.unlink()
        self.assertFalse(country.exists() or industry.exists())

    def test_a_tag_given_from_its_own_side_moves_the_contacts(self):
        special = self._create_segment(category_ids=self.fair)
        customer = self._create_prospect(lifecycle_employee_count=20)
        small = self.named["small"]
        self.fair_2026.partner_ids = [Command.link(customer.id)]
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, special)
        self.fair_2026.parent_id = False
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, small)
        self.fair_2026.parent_id = self.fair
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, special)
        self.fair_2026.unlink()
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, small)
        self.env["res.partner.category"].create(
            {
                "name": "Fair 2027",
                "parent_id": self.fair.id,
                "partner_ids": [Command.link(customer.id)],
            }
        )
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, special)

    def test_tags_that_no_segment_asks_for_start_nothing(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        self.club.partner_ids = [Command.link(customer.id)]
        self.env.cr.flush()
        self.assertFalse(self.env["crm.lifecycle.reclassification"].search([]))
