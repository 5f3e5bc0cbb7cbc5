from odoo.tests import tagged

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGradeSuggestionsTaken(GradeCase):
    """Where levels are suggested, so is taking away what nobody's rules give any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_grade_mode = "suggest"
        cls.elsewhere = cls._create_company("Other Company", "base.EUR")

    def _suggested(self):
        self._process_queue()
        self.env.invalidate_all()
        return self.env["crm.lifecycle.grade.suggestion"].with_user(self.manager).search([])

    def _row(self):
        return self.sets.search([("partner_id", "=", self.customer.id)])

    def _lose(self, **vals):
        """Have a manager accept Silver, whose agreement ends."""
        agreement = self._agree(**vals)
        self._suggested().action_accept()
        agreement.active = False
        return agreement

    def test_accepted(self):
        own, special = self.env["product.pricelist"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Own", "Silver")]
        )
        self.silver.default_pricelist_id = special
        self.customer.specific_property_product_pricelist = own
        self._lose()
        suggestion = self._suggested()
        self.assertEqual(
            (suggestion.kind, suggestion.current_grade_id, suggestion.grade_id.id),
            ("take", self.silver, False),
        )
        suggestion.action_accept()
        self.assertFalse(self.customer.grade_id)
        self.assertEqual(self.customer.specific_property_product_pricelist, own)
        self.assertEqual(
            self._row().reason,
            f"nothing holds any more that it was given for, accepted by {self.manager.name}",
        )
        self.assertFalse(self._suggested())

    def test_dismissed_it_is_kept_by_hand_until_handed_over(self):
        self._lose()
        self._suggested().action_dismiss()
        self.assertFalse(self._suggested())
        self.assertEqual((self.customer.grade_id, self._row().by_hand), (self.silver, True))
        self.assertEqual(self._row().reason, f"kept by {self.manager.name}")
        self._row().with_user(self.manager).action_follow_again()
        self.assertEqual(self._suggested().kind, "take")

    def test_what_was_set_by_hand_is_not_to_be_taken_away(self):
        self._lose()
        self.customer.grade_id = self.bronze
        self.assertFalse(self._suggested())

    def test_a_lower_level_that_is_left_is_suggested_instead(self):
        self._agree()
        share = self._agree("shareholder")
        self._suggested().action_accept()
        self.assertEqual(self.customer.grade_id, self.gold)
        share.active = False
        suggestion = self._suggested()
        self.assertEqual((suggestion.kind, suggestion.grade_id), ("give", self.silver))

    def test_what_another_company_gives_still_is_not(self):
        self.elsewhere.lifecycle_grade_mode = "set"
        self._create_rule(self.silver, self.elsewhere, agreement_kind="dealer")
        self._agree(company_id=self.elsewhere.id)
        self._lose()
        self.assertFalse(self._suggested())

    def test_nor_is_less_than_another_company_gives(self):
        """The contact has Gold by the other company's rules; ours would give Silver."""
        self.elsewhere.lifecycle_grade_mode = "set"
        rule = self._create_rule(self.gold, self.elsewhere, agreement_kind="dealer")
        self._agree(company_id=self.elsewhere.id)
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.gold)
        self._agree()
        self.assertFalse(self._suggested())
        # Nor where that one suggests.
        self.elsewhere.lifecycle_grade_mode = "suggest"
        self.assertFalse(self._suggested())
        # Once its rules do not hold any more, we may.
        rule.active = False
        found = self._suggested().filtered(lambda row: row.company_id == self.company)
        self.assertEqual((found.kind, found.grade_id), ("give", self.silver))

    def test_more_than_another_company_gives_is(self):
        self.elsewhere.lifecycle_grade_mode = "set"
        self._create_rule(self.silver, self.elsewhere, agreement_kind="dealer")
        self._agree(company_id=self.elsewhere.id)
        self._run_job()
        self._agree("shareholder")
        self.assertEqual(self._suggested().grade_id, self.gold)

    def test_contacts_who_are_customers_no_more(self):
        person = self._create_customer("Grace", is_company=False)
        self._agree(customer=person)
        self._suggested().action_accept()
        person.parent_id = self.customer
        self._suggested().action_accept()
        self.assertEqual((person.grade_id.name, self.customer.grade_id), (False, self.silver))
        self.assertFalse(self._suggested())

    def test_handed_over_another_level_is_suggested_though_it_was_dismissed(self):
        self._agree()
        self._suggested().action_accept()
        self.customer.grade_id = self.gold
        # As it may have been dismissed before somebody set Gold.
        self.env["crm.lifecycle.grade.waiver"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "grade_id": self.silver.id,
            }
        )
        self.assertFalse(self._suggested())
        self._row().with_user(self.manager).action_follow_again()
        self.assertEqual(self._row().reason, f"handed over to the rules by {self.manager.name}")
        self.assertEqual(
            (self._suggested().current_grade_id, self._suggested().grade_id),
            (self.gold, self.silver),
        )
