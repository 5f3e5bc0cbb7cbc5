from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.crm_lifecycle.wizard import crm_lifecycle_preview

from .test_preview import TODAY, PreviewCase


@tagged("post_install", "-at_install")
class TestPreviewSample(PreviewCase):
    """Of more customers than one can wait for, a preview looks at a sample, and says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Sampled {number}"} for number in range(40)]
        )
        case = cls("_set_up_documents")
        case._set_up_documents()

    def _set_up_documents(self):
        with self.at("2026-05-01"):
            for customer in self.customers:
                self._confirm_order(customer)
        with self.at(TODAY):
            self._process_queue()

    def _preview_of(self, sample_size):
        # Everybody who bought once would be a repeat buyer.
        draft = self._draft(("repeat_buyer", 1, "purchases", ">=", 1, 0))
        with self.at(TODAY), patch.object(crm_lifecycle_preview, "SAMPLE_SIZE", sample_size):
            return self._preview(draft)

    def _count_chosen(self, step):
        self.env.cr.execute(
            "SELECT COUNT(*) FROM crm_lifecycle_profile"
            " WHERE company_id = %s AND ABS(HASHINT4(partner_id)::bigint) %% %s = 0",
            [self.company.id, step],
        )
        return self.env.cr.fetchone()[0]

    def test_few_customers_are_all_looked_at(self):
        preview = self._preview_of(40)
        self.assertFalse(preview.sample_step)
        self.assertEqual((preview.total, preview.moved_count), (40, 40))

    def test_of_many_a_part_is_looked_at(self):
        preview = self._preview_of(10)
        chosen = self._count_chosen(4)
        self.assertEqual((preview.sample_step, preview.customer_count), (4, 40))
        self.assertTrue(0 < chosen < 40)
        self.assertEqual((preview.total, preview.moved_count), (chosen, chosen))
        self.assertEqual(len(preview.line_ids), chosen)

    def test_the_lists_behind_the_numbers_are_of_the_sample(self):
        preview = self._preview_of(10)
        stage = self.stages["first_buyer"]
        action = preview.action_open_customers("stage", stage.id, False)
        found = self.env["crm.lifecycle.profile"].search(action["domain"])
        self.assertEqual(len(found), self._count_chosen(4))
        self.assertEqual(found.partner_id, preview.line_ids.partner_id)

    def test_a_past_day_is_sampled_alike(self):
        draft = self._draft(("repeat_buyer", 1, "purchases", ">=", 1, 0))
        with self.at(TODAY), patch.object(crm_lifecycle_preview, "SAMPLE_SIZE", 10):
            preview = self._preview(draft, "2026-05-10")
        self.assertEqual(preview.total, self._count_chosen(4))
        self.assertEqual(preview.moved_count, preview.total)
