import runpy

from odoo.tests import tagged
from odoo.tools import file_path

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGradePricelists(GradeCase):
    """Price lists that levels bring: whose they are, and which one comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.chosen, cls.of_silver, cls.of_gold = cls.env["product.pricelist"].create(
            [
                {"name": name, "company_id": cls.company.id}
                for name in ("Own", "Chosen", "Silver", "Gold")
            ]
        )
        cls.silver.default_pricelist_id = cls.of_silver
        cls.gold.default_pricelist_id = cls.of_gold

    def _create_person(self, **vals):
        return self._create_customer("Grace", is_company=False, **vals)

    def _pricelist(self, partner):
        return partner.with_company(self.company).specific_property_product_pricelist

    # ------------------------------------------------------------
    # CONTACTS WHO ARE CUSTOMERS NO MORE
    # ------------------------------------------------------------

    def test_a_customers_price_list_is_not_taken_for_that_of_a_contact(self):
        """Whichever of both has the lower number, and comes first."""
        for first in ("person", "customer"):
            with self.subTest(first):
                person = self._create_person() if first == "person" else None
                customer = self._create_customer(f"Company and {first}")
                person = person or self._create_person()
                person.specific_property_product_pricelist = self.own
                agreement = self._agree(customer=person)
                self._run_job()
                self.assertEqual(self._pricelist(person), self.of_silver)
                person.parent_id = customer
                # By the host.
                self.assertEqual(self._pricelist(customer), self.of_silver)
                self._run_job()
                self.assertEqual((person.grade_id.name, customer.grade_id), (False, self.silver))
                self.assertEqual(self._pricelist(customer), self.of_silver)
                self.assertFalse(self.sets.search([("partner_id", "=", person.id)]))
                # What the person had, and would have brought along, comes back in the end.
                agreement.active = False
                self._run_job()
                self.assertFalse(customer.grade_id)
                self.assertEqual(self._pricelist(customer), self.own)

    def test_a_customers_own_price_list_comes_back(self):
        person = self._create_person()
        person.specific_property_product_pricelist = self.own
        agreement = self._agree(customer=person)
        self._run_job()
        self.customer.specific_property_product_pricelist = self.chosen
        person.parent_id = self.customer
        self.assertEqual(self._pricelist(person), self.chosen)
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.of_silver)
        agreement.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.chosen)

    def test_a_contact_of_a_customer_without_a_right_loses_the_level_alone(self):
        """A company's level that stands above is the customer's business."""
        person = self._create_person()
        self._agree(customer=person)
        self._run_job()
        self.customer.grade_id = self.gold
        person.parent_id = self.customer
        self._run_job()
        self.assertEqual((person.grade_id.name, self.customer.grade_id), (False, self.gold))
        self.assertEqual(self._pricelist(self.customer), self.of_gold)

    def test_a_contacts_level_by_hand_is_kept(self):
        person = self._create_person()
        self._agree(customer=person)
        self._run_job()
        person.grade_id = self.bronze
        person.parent_id = self.customer
        self._run_job()
        self.assertEqual(person.grade_id, self.bronze)

    def test_switched_off_a_contact_keeps_the_level(self):
        person = self._create_person()
        self._agree(customer=person)
        self._run_job()
        self.company.lifecycle_grade_mode = "off"
        person.parent_id = self.customer
        self._run_job()
        self.assertEqual(person.grade_id, self.silver)

    # ------------------------------------------------------------
    # CHOSEN SINCE
    # ------------------------------------------------------------

    def test_what_somebody_chose_since_is_what_comes_back(self):
        """Not what was there before the level: Own, Silver, Chosen, Gold, Chosen."""
        self.customer.specific_property_product_pricelist = self.own
        self._agree()
        self._run_job()
        self.customer.specific_property_product_pricelist = self.chosen
        share = self._agree("shareholder")
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.of_gold)
        share.active = False
        self.by_dealer.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.chosen)

    def test_from_one_level_to_the_other_the_former_one_is_known(self):
        self.customer.specific_property_product_pricelist = self.own
        self._agree()
        self._run_job()
        share = self._agree("shareholder")
        self._run_job()
        share.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.of_silver)
        self.by_dealer.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.own)

    def test_a_level_without_price_list_leaves_what_somebody_chose(self):
        self.customer.specific_property_product_pricelist = self.own
        self._create_rule(self.bronze, agreement_kind="agent")
        agreement = self._agree("agent")
        self._run_job()
        self.customer.specific_property_product_pricelist = self.chosen
        self._agree()
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.of_silver)
        agreement.active = False
        self.by_dealer.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.chosen)

    # ------------------------------------------------------------
    # LEVELS THAT CHANGE
    # ------------------------------------------------------------

    def test_a_level_that_brings_another_one_by_now_gives_back_all_the_same(self):
        self.customer.specific_property_product_pricelist = self.own
        agreement = self._agree()
        self._run_job()
        self.silver.default_pricelist_id = self.chosen
        self._run_job()
        # The host leaves customers with what the level brought.
        self.assertEqual(self._pricelist(self.customer), self.of_silver)
        agreement.active = False
        self._run_job()
        self.assertEqual(
            (self.customer.grade_id.id, self._pricelist(self.customer)), (False, self.own)
        )

    def test_from_a_changed_level_to_another_one_and_back(self):
        self.customer.specific_property_product_pricelist = self.own
        agreement = self._agree()
        self._run_job()
        self.silver.default_pricelist_id = False
        share = self._agree("shareholder")
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.of_gold)
        share.active = agreement.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.own)

    def test_what_somebody_chose_is_not_taken_for_what_the_level_brings_by_now(self):
        self.customer.specific_property_product_pricelist = self.own
        agreement = self._agree()
        self._run_job()
        self.customer.specific_property_product_pricelist = self.chosen
        self.silver.default_pricelist_id = self.chosen
        agreement.active = False
        self._run_job()
        self.assertEqual(self._pricelist(self.customer), self.chosen)

    def test_a_deleted_level_gives_back(self):
        others = [self._create_customer(f"Customer {number}") for number in range(3)]
        given, chosen, by_hand = others
        for customer in others:
            customer.specific_property_product_pricelist = self.own
            self._agree(customer=customer)
        self._run_job()
        chosen.specific_property_product_pricelist = self.chosen
        by_hand.grade_id = self.gold
        self.silver.default_pricelist_id = self.chosen
        self.silver.unlink()
        self.assertEqual((given.grade_id.id, self._pricelist(given)), (False, self.own))
        self.assertEqual(self._pricelist(chosen), self.chosen)
        self.assertEqual(self._pricelist(by_hand), self.of_gold)

    def test_what_was_set_by_hand_and_handed_over_gives_back(self):
        self.customer.specific_property_product_pricelist = self.own
        agreement = self._agree()
        self._run_job()
        self.customer.grade_id = self.gold
        self.sets.search([("partner_id", "=", self.customer.id)]).action_follow_again()
        agreement.active = False
        self._run_job()
        self.assertEqual(
            (self.customer.grade_id.id, self._pricelist(self.customer)), (False, self.own)
        )

    def test_rows_of_before_take_what_their_level_brings_now(self):
        elsewhere = self._create_company("Other Company", "base.EUR")
        foreign = self.own.create({"name": "Foreign", "company_id": elsewhere.id})
        self._agree()
        self._run_job()
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        script = runpy.run_path(
            file_path("crm_lifecycle_partnership/migrations/19.0.1.1.0/post-migrate.py")
        )
        for brings, noted in ((self.of_silver, self.of_silver), (foreign, foreign.browse())):
            with self.subTest(brings.name):
                self.silver.default_pricelist_id = brings
                row.brought_pricelist_id = False
                self.env.flush_all()
                script["migrate"](self.env.cr, "19.0.1.0.0")
                self.env.invalidate_all()
                self.assertEqual(row.brought_pricelist_id, noted)
