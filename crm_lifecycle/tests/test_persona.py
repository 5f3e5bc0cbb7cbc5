from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SALES, SALES_MANAGER, LifecycleCase


class PersonaCase(LifecycleCase):
    """An ideal customer with one trait of each kind, all told ten points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Personas of the demo company are not this test's business.
        cls.env["crm.lifecycle.persona"].search([]).active = False
        cls.hotels = cls.env.ref("base.res_partner_industry_I")
        cls.farms = cls.env.ref("base.res_partner_industry_A")
        cls.us, cls.cn = cls.env.ref("base.us"), cls.env.ref("base.cn")
        cls.oregon = cls.env.ref("base.state_us_32")
        cls.fair = cls.env["res.partner.category"].create({"name": "Fair"})
        cls.fair_2026 = cls.env["res.partner.category"].create(
            {"name": "Fair 2026", "parent_id": cls.fair.id}
        )
        cls.web = cls.env["utm.source"].create({"name": "Persona Web"})
        cls.phone = cls.env["utm.medium"].create({"name": "Persona Phone"})

    @classmethod
    def _get_lines(cls):
        """Return a line of each kind, as (kind, weight, values)."""
        return [
            ("industry", 3, {"industry_ids": [Command.set(cls.hotels.ids)]}),
            ("country", 2, {"country_ids": [Command.set(cls.us.ids)]}),
            ("region", 1, {"state_ids": [Command.set(cls.oregon.ids)]}),
            ("size", 1, {"employees_from": 10, "employees_to": 50}),
            ("tag", 1, {"category_ids": [Command.set(cls.fair.ids)]}),
            ("source", 1, {"source_ids": [Command.set(cls.web.ids)]}),
            ("domain", 1, {"name": "Has a web site", "domain": "[('website', '!=', False)]"}),
        ]

    def _create_anonymous_lead(self, **vals):
        return self._create_lead(self.env["res.partner"], **vals)

    def assertFits(self, record, fit, persona=None, reached=None):
        """Check a record's fit, afresh and by searching for it."""
        record.env.flush_all()
        record.env.invalidate_all()
        self.assertEqual(record.lifecycle_fit, fit)
        if persona is not None:
            self.assertEqual(record.lifecycle_fit_persona_id, persona)
        if reached is not None:
            self.assertEqual(record.lifecycle_fits, reached)
        found = record.search([("lifecycle_fit", "=", fit), ("id", "=", record.id)])
        self.assertEqual(found, record)


@tagged("post_install", "-at_install")
class TestPersonaFit(PersonaCase):
    """The fit is the weight of what matches, in percent of the weight of all."""

    def test_each_kind_of_trait_counts_by_its_weight(self):
        persona = self._create_persona(*self._get_lines())
        for values, fit in (
            ({}, 0),
            ({"industry_id": self.hotels.id}, 30),
            ({"industry_id": self.farms.id}, 0),
            ({"country_id": self.us.id}, 20),
            ({"country_id": self.cn.id}, 0),
            ({"country_id": self.us.id, "state_id": self.oregon.id}, 30),
            ({"lifecycle_employee_count": 10}, 10),
            ({"category_id": [Command.set(self.fair.ids)]}, 10),
            ({"category_id": [Command.set(self.fair_2026.ids)]}, 10),
            ({"website": "https://example.com"}, 10),
            ({"industry_id": self.hotels.id, "country_id": self.us.id}, 50),
        ):
            with self.subTest(values):
                self.assertFits(self._create_customer(**values), fit, persona, reached=fit >= 60)

    def test_who_has_every_trait_fits_by_100(self):
        persona = self._create_persona(*self._get_lines())
        customer = self._create_customer(
            industry_id=self.hotels.id,
            country_id=self.us.id,
            state_id=self.oregon.id,
            lifecycle_employee_count=49,
            category_id=[Command.set(self.fair.ids)],
            website="https://example.com",
        )
        self.assertFits(customer, 90, persona, reached=True)
        self._create_lead(customer, source_id=self.web.id)
        self.assertFits(customer, 100, persona, reached=True)

    def test_the_range_of_employees_is_half_open(self):
        for low, high, table in (
            (10, 50, {0: False, 9: False, 10: True, 49: True, 50: False, 51: False}),
            (10, 0, {9: False, 10: True, 100000: True}),
            # Nobody known to work there is not a number below ten.
            (0, 10, {0: False, 1: True, 9: True, 10: False}),
            (10, 11, {9: False, 10: True, 11: False}),
        ):
            persona = self._create_persona(
                ("size", 1, {"employees_from": low, "employees_to": high})
            )
            for employees, fits in table.items():
                with self.subTest(low=low, high=high, employees=employees):
                    customer = self._create_customer(lifecycle_employee_count=employees)
                    self.assertFits(customer, 100 if fits else 0, persona)
            persona.active = False

    def test_the_values_of_a_trait_are_alternatives(self):
        self._create_persona(
            ("country", 1, {"country_ids": [Command.set((self.us | self.cn).ids)]})
        )
        for country in self.us | self.cn:
            with self.subTest(country.name):
                self.assertFits(self._create_customer(country_id=country.id), 100)

    def test_a_source_is_that_of_any_lead_of_the_customer(self):
        self._create_persona(
            (
                "source",
                1,
                {
                    "source_ids": [Command.set(self.web.ids)],
                    "medium_ids": [Command.set(self.phone.ids)],
                },
            )
        )
        for values in ({"source_id": self.web.id}, {"medium_id": self.phone.id}):
            customer = self._create_customer()
            contact = self._create_customer("Grace", is_company=False, parent_id=customer.id)
            self.assertFits(customer, 0)
            lead = self._create_lead(contact, **values)
            with self.subTest(values):
                for record in (customer, contact, lead):
                    self.assertFits(record, 100)
            with self.subTest("lost", values=values):
                lead.action_set_lost()
                self.assertFits(customer, 100)
            with self.subTest("another company's", values=values):
                lead.company_id = self.env.ref("base.main_company")
                self.assertFits(customer, 0)

    def test_contacts_have_the_fit_of_their_company(self):
        self._create_persona(("size", 1, {"employees_from": 10}))
        customer = self._create_customer(lifecycle_employee_count=10)
        contact = self._create_customer("Grace", is_company=False, parent_id=customer.id)
        self.assertFits(contact, 100)
        customer.lifecycle_employee_count = 9
        self.assertEqual(contact.lifecycle_fit, 0)

    def test_the_best_fitting_persona_is_shown_and_the_upper_one_of_two(self):
        large = self._create_persona(("size", 1, {"employees_from": 100}), sequence=1)
        american = self._create_persona(
            ("country", 1, {"country_ids": [Command.set(self.us.ids)]}), sequence=3
        )
        small = self._create_persona(("size", 1, {"employees_to": 100}), sequence=2)
        for values, fit, persona in (
            ({"country_id": self.us.id}, 100, american),
            ({"country_id": self.us.id, "lifecycle_employee_count": 5}, 100, small),
            ({"lifecycle_employee_count": 500}, 100, large),
            ({}, 0, large),
        ):
            with self.subTest(values):
                self.assertFits(self._create_customer(**values), fit, persona)

    def test_a_minimum_of_any_persona_may_be_reached(self):
        strict = self._create_persona(
            ("size", 2, {"employees_from": 10}),
            ("country", 1, {"country_ids": [Command.set(self.us.ids)]}),
            minimum_fit=68,
        )
        customer = self._create_customer(lifecycle_employee_count=10)
        self.assertFits(customer, 67, strict, reached=False)
        strict.minimum_fit = 67
        self.assertFits(customer, 67, strict, reached=True)
        strict.minimum_fit = 100
        self._create_persona(
            ("size", 1, {"employees_from": 10}),
            ("country", 1, {"country_ids": [Command.set(self.us.ids)]}),
            minimum_fit=50,
        )
        self.assertFits(customer, 67, strict, reached=True)

    def test_without_a_persona_nothing_shows(self):
        customer = self._create_customer(lifecycle_employee_count=10)
        lead = self._create_lead(customer)
        self._create_persona(("size", 1, {"employees_from": 10}), active=False)
        self._create_persona(name="Without traits")
        for record in (customer, lead):
            with self.subTest(record._name):
                self.assertFits(record, 0, self.env["crm.lifecycle.persona"], reached=False)
                self.assertFalse(record.lifecycle_fit_summary)
                self.assertFalse(record.lifecycle_fit_parts)

    def test_a_change_of_persona_or_customer_shows_at_once(self):
        persona = self._create_persona(("size", 1, {"employees_from": 10}))
        customer = self._create_customer(lifecycle_employee_count=10)
        self.assertEqual(customer.lifecycle_fit, 100)
        persona.line_ids.employees_from = 11
        self.assertEqual(customer.lifecycle_fit, 0)
        customer.lifecycle_employee_count = 11
        self.assertEqual(customer.lifecycle_fit, 100)
        persona.line_ids.unlink()
        self.assertFalse(customer.lifecycle_fit_persona_id)

    def test_each_company_has_its_own_personas(self):
        other_company = self._create_company("Lifecycle Other Company", "base.USD")
        here = self._create_persona(("size", 1, {"employees_from": 10}))
        there = self._create_persona(("size", 1, {"employees_to": 10}), company_id=other_company.id)
        customer = self._create_customer(lifecycle_employee_count=10)
        companies = self.company | other_company
        self.env.user.company_ids |= companies
        for company, persona, fit in ((self.company, here, 100), (other_company, there, 0)):
            with self.subTest(company.name):
                own = customer.with_context(allowed_company_ids=company.ids)
                self.assertFits(own, fit, persona)
        # A lead belongs to a company, whichever is chosen at the moment.
        lead = self._create_lead(customer, company_id=other_company.id, user_id=False)
        lead = lead.with_context(allowed_company_ids=companies.ids)
        self.assertFits(lead, 0, there)

    def test_the_parts_tell_what_matches_and_what_is_missing(self):
        self._create_persona(*self._get_lines())
        customer = self._create_customer(
            industry_id=self.hotels.id, website="https://example.com", country_id=self.cn.id
        )
        self.assertEqual(customer.lifecycle_fit_matched, "Industry, Has a web site")
        self.assertEqual(
            customer.lifecycle_fit_summary,
            "Matches persona Hotels: 40% (Industry, Has a web site)",
        )
        industry = self.hotels.name
        self.assertEqual(
            customer.lifecycle_fit_parts.splitlines(),
            [
                f"✓ Industry: {industry}: 3 of 3 points",
                "✗ Country: United States: 0 of 2 points",
                f"✗ Region: {self.oregon.display_name}: 0 of 1 points",
                "✗ Employees: 10 to 49: 0 of 1 points",
                "✗ Tags: Fair: 0 of 1 points",
                "✗ Source: Persona Web: 0 of 1 points",
                "✓ Has a web site: 1 of 1 points",
            ],
        )
        nobody = self._create_customer("Nobody")
        self.assertEqual(nobody.lifecycle_fit_summary, "Matches nothing of persona Hotels")

    def test_ranges_are_told_in_words(self):
        persona = self._create_persona(("size", 1, {"employees_from": 10}))
        for low, high, words in (
            (10, 0, "10 or more"),
            (0, 10, "fewer than 10"),
            (10, 20, "10 to 19"),
            (10, 11, "10"),
        ):
            persona.line_ids.write({"employees_from": low, "employees_to": high})
            with self.subTest(words):
                self.assertEqual(persona.line_ids.description, words)
                self.assertEqual(persona.line_ids.display_name, f"Employees: {words}")

    def test_a_condition_that_works_no_more_matches_nobody(self):
        persona = self._create_persona(
            ("domain", 1, {"domain": "[('website', '!=', False)]"}),
            ("size", 1, {"employees_from": 10}),
        )
        customer = self._create_customer(lifecycle_employee_count=10)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_persona_line SET domain = '[(''gone'', ''='', 1)]'"
            " WHERE persona_id = %s AND kind = 'domain'",
            [persona.id],
        )
        with mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_persona_line"):
            self.assertFits(customer, 50, persona)

    def test_the_form_of_a_new_contact_has_no_fit_yet(self):
        self._create_persona(("size", 1, {"employees_from": 10}))
        with Form(self.env["res.partner"]) as form:
            form.name = "New"
            self.assertFalse(form.lifecycle_fit_persona_id)
            form.lifecycle_employee_count = 10
        self.assertFits(form.record, 100)


@tagged("post_install", "-at_install")
class TestLeadFit(PersonaCase):
    """A lead is scored by what it says itself, and by its customer."""

    def test_a_lead_without_a_contact_is_scored_by_itself(self):
        persona = self._create_persona(*self._get_lines())
        for values, fit in (
            ({}, 0),
            ({"country_id": self.us.id}, 20),
            ({"country_id": self.us.id, "state_id": self.oregon.id}, 30),
            ({"lifecycle_employee_count": 10}, 10),
            ({"lifecycle_employee_count": 50}, 0),
            ({"source_id": self.web.id}, 10),
            # The condition is one on the contact.
            ({"website": "https://example.com"}, 0),
        ):
            with self.subTest(values):
                self.assertFits(self._create_anonymous_lead(**values), fit, persona)

    def test_a_negative_condition_needs_a_contact_too(self):
        self._create_persona(("domain", 1, {"domain": "[('website', '=', False)]"}))
        self.assertFits(self._create_anonymous_lead(), 0)
        self.assertFits(self._create_lead(self._create_customer()), 100)

    def test_a_lead_completes_what_is_known_of_its_customer(self):
        persona = self._create_persona(*self._get_lines())
        for customer_values, lead_values, fit in (
            ({"industry_id": self.hotels.id}, {"lifecycle_employee_count": 10}, 40),
            ({"lifecycle_employee_count": 50}, {"lifecycle_employee_count": 10}, 0),
            ({"lifecycle_employee_count": 10}, {"lifecycle_employee_count": 50}, 10),
            ({"website": "https://example.com"}, {"source_id": self.web.id}, 20),
        ):
            with self.subTest(customer=customer_values, lead=lead_values):
                customer = self._create_customer(**customer_values)
                self.assertFits(self._create_lead(customer, **lead_values), fit, persona)

    def test_the_number_of_employees_goes_over_to_the_customer(self):
        salesperson = self._create_user("lifecycle_lead_sales", SALES, "base.group_partner_manager")
        for values, employees in (
            ({"partner_name": "Inn Ltd"}, {"Inn Ltd": 12}),
            ({"contact_name": "Grace"}, {"Grace": 12}),
            (
                {"partner_name": "Inn Ltd", "contact_name": "Grace"},
                {"Inn Ltd": 12, "Grace": 0},
            ),
        ):
            lead = self._create_anonymous_lead(
                lifecycle_employee_count=12, user_id=salesperson.id, **values
            ).with_user(salesperson)
            with self.subTest(values):
                customer = lead._create_customer()
                people = customer | customer.parent_id
                self.assertEqual(
                    {person.name: person.lifecycle_employee_count for person in people}, employees
                )

    def test_who_may_not_enter_employees_still_makes_customers(self):
        lead = self._create_anonymous_lead(lifecycle_employee_count=12, partner_name="Inn Ltd")
        internal = self._create_user("lifecycle_internal", "base.group_user")
        # As an addon may let colleagues from elsewhere read leads.
        self.env["ir.model.access"].create(
            {
                "name": "leads for all",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        values = lead.with_user(internal)._prepare_customer_values("Inn Ltd", is_company=True)
        self.assertNotIn("lifecycle_employee_count", values)
        self.assertEqual(values["name"], "Inn Ltd")

    def test_merged_leads_keep_the_number_of_employees(self):
        nobody = self.env["res.partner"]
        first = self._create_opportunity(nobody)
        second = self._create_opportunity(nobody, lifecycle_employee_count=12)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.lifecycle_employee_count, 12)


@tagged("post_install", "-at_install")
class TestPersonaChecks(PersonaCase):
    """What makes no sense is refused, with words that help."""

    def test_a_trait_needs_values(self):
        for kind in ("industry", "country", "region", "size", "tag", "source", "domain"):
            with self.subTest(kind), self.assertRaisesRegex(ValidationError, "has no value"):
                self._create_persona((kind, 1, {}))
        with self.assertRaisesRegex(ValidationError, "has no value"):
            self._create_persona(("domain", 1, {"domain": "[]"}))
        # Values of another kind are none.
        with self.assertRaisesRegex(ValidationError, "Industry of Hotels has no value"):
            self._create_persona(("industry", 1, {"employees_from": 10}))

    def test_a_range_needs_room(self):
        for low, high, message in (
            (10, 10, "above 10"),
            (20, 10, "above 20"),
            (-1, 10, "below zero"),
            (10, -1, "below zero"),
        ):
            with self.subTest(low=low, high=high), self.assertRaisesRegex(ValidationError, message):
                self._create_persona(("size", 1, {"employees_from": low, "employees_to": high}))

    def test_a_condition_can_be_read(self):
        for domain in (
            "nonsense",
            "[('name', '=', 'x'",
            "[('no_such_field', '=', 1)]",
            "[('name', 'no such operator', 1)]",
            "[('user_id', '=', uid)]",
            "[('create_date', '>', context_today())]",
            "[1, 2]",
            "7",
            "__import__('os')",
        ):
            with self.subTest(domain), self.assertRaisesRegex(ValidationError, "cannot be used"):
                self._create_persona(("domain", 1, {"domain": domain}))

    def test_a_condition_does_not_ask_for_the_fit(self):
        for domain in (
            "[('lifecycle_fit', '>', 10)]",
            "[('child_ids.lifecycle_fits', '=', True)]",
            "[('child_ids', 'any', [('lifecycle_fit_persona_id', '!=', False)])]",
        ):
            with self.subTest(domain), self.assertRaisesRegex(ValidationError, "cannot ask"):
                self._create_persona(("domain", 1, {"domain": domain}))

    def test_a_manager_asks_only_for_what_they_may_see(self):
        manager = self._create_user("lifecycle_persona_manager", SALES_MANAGER)
        persona = self._create_persona(("size", 1, {"employees_from": 10})).with_user(manager)
        with self.assertRaisesRegex(ValidationError, "cannot be used"):
            persona.line_ids.write({"kind": "domain", "domain": "[('signup_type', '!=', False)]"})

    def test_weights_and_minimums_are_sensible(self):
        with mute_logger("odoo.sql_db"):
            for weight in (0, -1):
                with self.subTest(weight=weight), self.assertRaises(IntegrityError):
                    self._create_persona(("size", weight, {"employees_from": 10}))
            for minimum in (0, -1, 101):
                with self.subTest(minimum=minimum), self.assertRaises(IntegrityError):
                    self._create_persona(minimum_fit=minimum)

    def test_a_copy_has_the_traits_too(self):
        persona = self._create_persona(*self._get_lines())
        copy = persona.copy()
        self.assertEqual(copy.name, "Hotels (copy)")
        self.assertEqual(
            copy.line_ids.mapped("display_name"), persona.line_ids.mapped("display_name")
        )
