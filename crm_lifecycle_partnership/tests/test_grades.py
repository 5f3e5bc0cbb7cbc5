from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGrades(GradeCase):
    """Levels follow agreements and loyalty, and leave alone what somebody set by hand."""

    def test_an_agreement_gives_a_level_and_its_end_takes_it(self):
        agreement = self._agree()
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)
        self.assertEqual(self._notes(), ["Partner level Silver, by the rules"])
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(row.reason, "Lifecycle Test Company, agreement: Dealer")
        agreement.date_end = "2026-03-10"
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)
        with self.at("2026-03-11"):
            self._run_job()
        self.assertFalse(self.customer.grade_id)
        self.assertEqual(self._notes()[0], "No partner level any more, by the rules")
        self.assertEqual(row.reason, "nothing holds any more that it was given for")

    def test_once(self):
        self._agree()
        self._run_job()
        messages = self.customer.message_ids
        self._run_job()
        self.assertEqual(self.customer.message_ids, messages)

    def test_the_first_of_the_list_counts(self):
        self._agree()
        share = self._agree("shareholder")
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.gold)
        share.active = False
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)
        self.assertEqual(
            self._notes(),
            [
                "Partner level Silver instead of Gold, by the rules",
                "Partner level Gold, by the rules",
            ],
        )

    def test_by_loyalty_level(self):
        levels = self.env["crm.lifecycle.loyalty.level"]
        levels.search([("company_id", "=", self.company.id)]).active = False
        low, high = levels.create(
            [
                {"name": name, "minimum": minimum, "company_id": self.company.id}
                for name, minimum in (("Low", 10), ("High", 50))
            ]
        )
        self._create_rule(self.bronze, level_id=low.id)
        self._create_rule(self.gold, level_id=high.id, agreement_kind="dealer")
        self._buy(self.customer, "2026-03-01")
        self._process_queue()
        for index, expected in ((5, None), (30, self.bronze), (60, self.bronze)):
            with self.subTest(index):
                self._set_index(index)
                self._run_job()
                self.assertEqual(self.customer.grade_id, expected or self.silver.browse())
        # Both are asked for.
        self._agree()
        self._process_queue()
        self._set_index(60)
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.gold)

    def _set_index(self, index):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_profile SET loyalty_index = %s"
            " WHERE partner_id = %s AND company_id = %s",
            [index, self.customer.id, self.company.id],
        )
        self.env.invalidate_all()

    def test_what_was_set_by_hand_is_kept(self):
        self.customer.grade_id = self.bronze
        self._agree()
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.bronze)
        # Handed over, it follows the rules from then on.
        self.customer.grade_id = False
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_what_was_changed_or_taken_away_by_hand_is_kept(self):
        self._agree()
        self._run_job()
        for grade in (self.gold, self.silver.browse()):
            with self.subTest(grade.name):
                self.customer.grade_id = grade
                self._run_job()
                self.assertEqual(self.customer.grade_id, grade)
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        self.assertTrue(row.by_hand)
        row.with_user(self.manager).action_follow_again()
        self.assertFalse(row.by_hand)
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_off_by_default_and_switched_off_it_leaves_what_is_there(self):
        self.assertEqual(
            self.env["res.company"].create({"name": "New"}).lifecycle_grade_mode, "off"
        )
        agreement = self._agree()
        self.company.lifecycle_grade_mode = "off"
        self._run_job()
        self.assertFalse(self.customer.grade_id)
        self.company.lifecycle_grade_mode = "set"
        self._run_job()
        self.company.lifecycle_grade_mode = "off"
        agreement.active = False
        other = self._create_company("Other Company", "base.EUR")
        other.lifecycle_grade_mode = "set"
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_archived_levels_and_rules_give_nothing(self):
        self._agree()
        self.by_dealer.active = False
        self._run_job()
        self.assertFalse(self.customer.grade_id)
        self.by_dealer.active = True
        self.silver.active = False
        self._run_job()
        self.assertFalse(self.customer.grade_id)

    # ------------------------------------------------------------
    # PRICE LISTS
    # ------------------------------------------------------------

    def test_the_price_list_comes_and_goes_with_the_level(self):
        own, special = self.env["product.pricelist"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Own", "Silver")]
        )
        self.silver.default_pricelist_id = special
        self.customer.specific_property_product_pricelist = own
        agreement = self._agree()
        self._run_job()
        self.assertEqual(self.customer.specific_property_product_pricelist, special)
        agreement.active = False
        self._run_job()
        self.assertEqual(self.customer.specific_property_product_pricelist, own)

    def test_a_price_list_that_somebody_chose_since_is_kept(self):
        chosen, special = self.env["product.pricelist"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Chosen", "Silver")]
        )
        self.silver.default_pricelist_id = special
        agreement = self._agree()
        self._run_job()
        self.customer.specific_property_product_pricelist = chosen
        agreement.active = False
        self._run_job()
        self.assertEqual(self.customer.specific_property_product_pricelist, chosen)

    # ------------------------------------------------------------
    # COMPANIES AND IDENTITY
    # ------------------------------------------------------------

    def test_two_companies_that_disagree(self):
        other = self._create_company("Other Company", "base.EUR")
        other.lifecycle_grade_mode = "set"
        self._create_rule(self.gold, other, agreement_kind="dealer")
        self._agree()
        self._agree(company_id=other.id)
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.gold)
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(row.company_id, other)
        self.assertEqual(
            row.reason,
            "Other Company, agreement: Dealer. Lifecycle Test Company would give a lower one; the"
            " level that stands first counts.",
        )
        # Its agreement is over, and the other's holds.
        self.env["crm.lifecycle.agreement"].search([("company_id", "=", other.id)]).active = False
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_agreements_of_other_companies_count_there_alone(self):
        other = self._create_company("Other Company", "base.EUR")
        self._agree(company_id=other.id)
        self._run_job()
        self.assertFalse(self.customer.grade_id)

    def test_merged_customers(self):
        double = self._create_customer("Park Hotel Ltd")
        self._agree(customer=double)
        self._run_job()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (double | self.customer).ids, self.customer
        )
        self.env.invalidate_all()
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)
        self.assertFalse(self.sets.search([("partner_id", "=", self.customer.id)]).by_hand)

    def test_a_customer_who_joins_another_one(self):
        person = self._create_customer("Grace", is_company=False)
        self._agree(customer=person)
        self._run_job()
        self.assertEqual(person.grade_id, self.silver)
        person.parent_id = self.customer
        self._run_job()
        self.assertEqual((self.customer.grade_id, person.grade_id.name), (self.silver, False))

    def test_deleted_levels_and_customers(self):
        self._agree(customer=self._create_customer("Other"))
        agreement = self._agree()
        self._run_job()
        agreement.unlink()
        self.customer.unlink()
        self.env["res.partner"].search([("grade_id", "=", self.silver.id)]).grade_id = False
        self.silver.unlink()
        self.assertFalse(self.by_dealer.exists())

    # ------------------------------------------------------------
    # DEFECTS
    # ------------------------------------------------------------

    def test_agreements_are_saved_where_our_part_fails(self):
        with (
            patch.object(
                type(self.env["crm.lifecycle.grade.job"]), "_wake", side_effect=ValueError
            ),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            agreement = self._agree()
            agreement.date_end = "2026-12-31"
        self.assertTrue(agreement.exists())

    def test_one_that_fails_does_not_hold_up_the_rest(self):
        other = self._create_customer("Other")
        self._agree()
        self._agree(customer=other)
        sets = type(self.sets)
        set_grades = sets._set_grades

        def fail(records, decisions):
            if self.customer in decisions:
                raise ValueError("broken")
            return set_grades(records, decisions)

        with (
            patch.object(sets, "_set_grades", fail),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
        ):
            self._run_job()
        self.assertEqual((self.customer.grade_id.name, other.grade_id), (False, self.silver))

    def test_rules_say_something_of_their_own_company(self):
        with self.assertRaises(ValidationError):
            self._create_rule(
                self.gold,
                level_id=self.env["crm.lifecycle.loyalty.level"]
                .search([("company_id", "!=", self.company.id)], limit=1)
                .id,
            )
