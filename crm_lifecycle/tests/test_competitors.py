from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .knowledge_common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestCompetitors(KnowledgeCase):
    """Who else serves a customer, and how dangerous that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls._create_competitor("Acme")
        cls.beta = cls._create_competitor("Beta")

    def test_the_most_dangerous_one_counts(self):
        contact = self._create_contact()
        lead = self._create_lead(contact)
        self.assertFalse(self.customer.lifecycle_threat)
        for competitor, threat, worst in (
            (self.acme, "low", "low"),
            (self.beta, "high", "high"),
        ):
            self._create_presence(competitor, threat=threat)
            self.env.invalidate_all()
            for record in (self.customer, contact, lead):
                with self.subTest(record=record._name, threat=threat):
                    self.assertEqual(record.lifecycle_threat, worst)
        self.assertEqual(lead.lifecycle_presence_ids.competitor_id, self.acme | self.beta)
        self.beta.presence_ids.active = False
        self.env.invalidate_all()
        self.assertEqual(self.customer.lifecycle_threat, "low")

    def test_threats_are_found_and_grouped(self):
        calm, shaky = self._create_customer("Calm"), self._create_customer("Shaky")
        self._create_presence(self.acme, self.customer, threat="high")
        self._create_presence(self.acme, shaky, threat="medium")
        everybody = self.customer | calm | shaky
        for operator, value, found in (
            ("=", "high", self.customer),
            ("in", ["high", "medium"], self.customer | shaky),
            ("=", False, calm),
            ("!=", False, self.customer | shaky),
        ):
            self.assertFinds([("lifecycle_threat", operator, value)], found, everybody)
        groups = self.partners._read_group(
            [("id", "in", everybody.ids)], ["lifecycle_threat"], ["__count"]
        )
        self.assertEqual(dict(groups), {"high": 1, "medium": 1, False: 1})

    def test_a_contacts_entry_is_the_customers(self):
        presence = self._create_presence(self.acme, self._create_contact())
        self.assertEqual(presence.partner_id, self.customer)
        self.assertEqual(presence.display_name, "Acme – Parks & Co")

    def test_a_competitor_is_noted_once(self):
        first = self._create_presence(self.acme)
        first.active = False
        self._create_presence(self.acme)
        self.assertEqual(self.acme.presence_count, 1)
        for again in (
            lambda: self._create_presence(self.acme),
            lambda: first.write({"active": True}),
        ):
            with self.assertRaises(ValidationError):
                again()

    def test_shares_are_percentages(self):
        presence = self._create_presence(self.acme, share=100.0)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            presence.share = 100.5
            self.env.flush_all()

    def test_other_companies_competitors_do_not_threaten(self):
        other = self._create_company("Lifecycle Rival Company", "base.EUR")
        rival = self._create_competitor("Rival", company_id=other.id)
        self._create_presence(rival, company_id=other.id, threat="high")
        self.assertFalse(self.customer.lifecycle_threat)
        with self.assertRaises(UserError):
            self._create_presence(rival)

    def test_merged_customers_keep_all_their_competitors(self):
        twin = self._create_customer("Twin")
        self._create_presence(self.acme, self.customer, threat="low")
        self._create_presence(self.acme, twin, threat="high")
        self._create_presence(self.beta, twin)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.customer | twin).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.customer.lifecycle_presence_ids), 3)
        self.assertEqual(self.customer.lifecycle_threat, "high")
