from odoo.tests import tagged

from ..engine import service_levels
from ..models.crm_lifecycle_customer_type import SENIORITIES
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestServiceLevels(ServiceCase):
    """Which level counts for a customer."""

    def _level(self, customer):
        self.env.invalidate_all()
        return self._profile(customer).service_level_id

    def test_the_engine_knows_the_seniorities_in_order(self):
        self.assertEqual([code for code, _name in SENIORITIES], list(service_levels.SENIORITIES))

    def test_the_one_with_the_most_conditions_counts_then_the_first(self):
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Parks", "company_id": self.company.id}
        )
        customer = self._create_buyer(
            value_class="a", customer_type="relational", segment_id=segment.id
        )
        self.assertFalse(self._level(customer))
        stage = self._profile(customer).stage_id
        expected = self.levels
        for name, vals in (
            ("any", {}),
            ("type", {"customer_type": "relational", "sequence": 20}),
            ("class, further up", {"value_class": "a", "sequence": 10}),
            ("two", {"value_class": "a", "customer_type": "relational", "sequence": 30}),
            (
                "three",
                {"value_class": "a", "customer_type": "relational", "segment_id": segment.id},
            ),
            (
                "four",
                {
                    "value_class": "a",
                    "customer_type": "relational",
                    "segment_id": segment.id,
                    "stage_id": stage.id,
                    "sequence": 99,
                },
            ),
        ):
            with self.subTest(name):
                expected = self._create_level(name, **vals)
                self.assertEqual(self._level(customer), expected)
        self.assertEqual(expected.condition_count, 4)
        # What holds for others, is archived or of another company does not count.
        self._create_level("B", value_class="b", customer_type="relational", sequence=1)
        expected.active = False
        self.assertEqual(self._level(customer).name, "three")

    def test_of_equals_the_older_one_counts(self):
        customer = self._create_buyer()
        first = self._create_level("first")
        self._create_level("second")
        self.assertEqual(self._level(customer), first)

    def test_a_level_of_another_company_does_not_count(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.assertTrue(self.levels.search([("company_id", "=", other.id)]))
        self.assertFalse(self._level(self._create_buyer()))

    def test_suspects_and_lost_customers_have_none(self):
        self._create_level()
        suspect = self._create_customer("Suspect")
        self._create_mark(suspect)
        lost = self._create_buyer("Lost")
        self._create_loss(lost)
        self._process_queue()
        self.assertFalse(self._level(suspect))
        self.assertFalse(self._level(lost))

    def test_a_new_company_begins_with_levels(self):
        company = self._create_company("Lifecycle Third Company", "base.EUR")
        levels = self.levels.search([("company_id", "=", company.id)])
        self.assertEqual(len(levels), 6)
        key = levels.filtered("sponsor_required")
        self.assertEqual(
            (key.value_class, key.customer_type, key.seniority), ("a", "relational", "senior")
        )
        # Everybody has one.
        self.assertTrue(levels.filtered(lambda level: not level.condition_count))
        self.levels._create_default(company)
        self.assertEqual(self.levels.search_count([("company_id", "=", company.id)]), 6)
        levels.active = False
        self.levels._create_default(company)
        self.assertFalse(self.levels.search_count([("company_id", "=", company.id)]))

    def test_what_customers_may_expect_shows_on_the_contact(self):
        self._create_level("Gold", response_note="Within an hour", perks="Coffee")
        customer = self._create_buyer()
        self.env.invalidate_all()
        self.assertEqual(customer.lifecycle_service_level_id.name, "Gold")
        self.assertEqual(customer.lifecycle_response_note, "Within an hour")
        self.assertEqual(customer.lifecycle_perks, "Coffee")
