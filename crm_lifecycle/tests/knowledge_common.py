"""What tests of knowing the customer build on: few facts, contacts, competitors."""

from .common import LifecycleCase


class KnowledgeCase(LifecycleCase):
    """A company that asks for nothing until a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = cls.env["crm.lifecycle.fact"]
        cls.default_facts = cls.facts.search([("company_id", "=", cls.company.id)])
        cls.default_facts.active = False
        cls.customer = cls._create_customer("Parks & Co")
        cls.partners = cls.env["res.partner"]

    @classmethod
    def _create_fact(cls, field_name=None, weight=1, **vals):
        return cls.facts.create(
            {
                "company_id": cls.company.id,
                "field_name": field_name,
                "weight": weight,
                **vals,
            }
        )

    @classmethod
    def _create_contact(cls, name="Ada", customer=None, role=None, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": (customer or cls.customer).id,
                "lifecycle_decision_role": role,
                **vals,
            }
        )

    @classmethod
    def _create_competitor(cls, name="Acme", **vals):
        return cls.env["crm.lifecycle.competitor"].create(
            {"name": name, "company_id": cls.company.id, **vals}
        )

    @classmethod
    def _create_presence(cls, competitor, customer=None, **vals):
        return cls.env["crm.lifecycle.competitor.presence"].create(
            {
                "partner_id": (customer or cls.customer).id,
                "competitor_id": competitor.id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def _set_profile(self, customer=None, **columns):
        """Give a customer a profile, with a type or stage that other parts decide on."""
        customer = customer or self.customer
        if not self._profile(customer):
            self._create_mark(customer, date_start="2026-01-01")
            self._process_queue()
        profile = self._profile(customer)
        profile.write(columns)
        self.env.flush_all()
        return profile

    def assertFinds(self, domain, found, among):
        """Check that a domain finds some of the records, and its negation the others."""
        by_id = [("id", "in", among.ids)]
        for searched, expected in (
            (domain, found),
            (["!", "&", (1, "=", 1), *domain], among - found),
        ):
            with self.subTest(searched):
                self.assertEqual(set(among.search([*by_id, *searched])), set(expected))
        self.assertEqual(set(among.filtered_domain(domain)), set(found))
