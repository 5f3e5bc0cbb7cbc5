from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import READONLY_ACCOUNTING, SALES, SALES_ALL, SALES_MANAGER
from .knowledge_common import KnowledgeCase
from .test_query_counts import QueriesCase


@tagged("post_install", "-at_install")
class TestCompleteness(KnowledgeCase):
    """How much of what the company asks for is known of a customer."""

    def assertKnown(self, percent, missing=(), customer=None, count=None):
        customer = customer or self.customer
        self.env.invalidate_all()
        self.assertEqual(customer.lifecycle_completeness, percent)
        self.assertEqual(customer.lifecycle_missing, ", ".join(missing))
        if count is not None:
            self.assertEqual(customer.lifecycle_fact_count, count)

    def test_a_new_company_asks_for_the_default_facts(self):
        self.assertEqual(len(self.default_facts), 10)
        self.assertEqual(
            set(self.default_facts.mapped("kind")), {"field", "role", "preference", "source"}
        )
        everywhere = self.facts.with_context(active_test=False)
        before = everywhere.search_count([])
        self.facts._create_default_everywhere()
        self.assertEqual(everywhere.search_count([]), before)

    def test_where_nothing_is_asked_for_nothing_is_shown(self):
        self.assertKnown(0, count=0)
        # Nothing and 0 are asked for alike, as with all numbers of the host.
        for value in (False, 0):
            self.assertFinds([("lifecycle_completeness", "=", value)], self.customer, self.customer)
        self.assertUnknown()

    def assertUnknown(self):
        """Check that no comparison finds the customer."""
        for condition in (("<", 100), ("<=", 100), (">=", 0)):
            domain = [("lifecycle_completeness", *condition), ("id", "=", self.customer.id)]
            with self.subTest(condition):
                self.assertFalse(self.partners.search(domain))

    def test_weights_count_and_percentages_are_rounded_down(self):
        self._create_fact("email", 2)
        self._create_fact("phone", 3)
        self._create_fact("website", 1)
        self.assertKnown(0, ("Email", "Phone", "Website Link"), count=3)
        # 2, 5, 6 of 6.
        for name, value, percent, missing in (
            ("email", "a@parks.example.com", 33, ("Phone", "Website Link")),
            ("phone", "+1 415 555 0100", 83, ("Website Link",)),
            ("website", "parks.example.com", 100, ()),
        ):
            self.customer[name] = value
            self.assertKnown(percent, missing)
        self.customer.website = ""
        self.assertKnown(83, ("Website Link",))

    def test_each_kind_of_fact(self):
        tea = self.env["crm.lifecycle.preference"].create({"name": "Oolong", "kind": "taste"})
        source = self.env.ref("crm_lifecycle.crm_lifecycle_source_referral")
        contact = self._create_contact()
        for vals, missing, fill in (
            (
                {"kind": "role", "decision_role": "decider"},
                "Contact: decides",
                lambda: contact.write({"lifecycle_decision_role": "decider"}),
            ),
            (
                {"kind": "preference", "preference_kind": "taste"},
                "Preference: taste",
                lambda: contact.write({"lifecycle_preference_ids": [Command.link(tea.id)]}),
            ),
            (
                {"kind": "source"},
                "Source",
                lambda: self.customer.write({"lifecycle_source_id": source.id}),
            ),
            ({"field_name": "child_ids", "name": "Anybody"}, None, lambda: None),
            (
                {"field_name": "lifecycle_employee_count"},
                "Employees",
                lambda: self.customer.write({"lifecycle_employee_count": 3}),
            ),
            (
                {"field_name": "industry_id"},
                "Industry",
                lambda: self.customer.write(
                    {"industry_id": self.env.ref("base.res_partner_industry_A").id}
                ),
            ),
        ):
            fact = self._create_fact(**vals)
            with self.subTest(vals):
                if missing:
                    self.assertKnown(0, (missing,))
                fill()
                self.assertKnown(100)
            fact.active = False

    def test_contacts_that_do_not_count(self):
        self._create_fact(kind="role", decision_role="decider")
        contact = self._create_contact(role="buyer")
        self.assertKnown(0, ("Contact: decides",))
        contact.lifecycle_decision_role = "decider"
        self.assertKnown(100)
        contact.active = False
        self.assertKnown(0, ("Contact: decides",))
        # A private customer decides for themselves.
        self.customer.lifecycle_decision_role = "decider"
        self.assertKnown(100)

    def test_a_contact_shows_what_is_known_of_the_customer(self):
        self._create_fact("email")
        contact = self._create_contact(email="ada@parks.example.com")
        self.assertKnown(0, ("Email",), contact)
        self.customer.email = "office@parks.example.com"
        self.assertKnown(100, (), contact)

    def test_some_types_and_stages_are_asked_for_more(self):
        self._create_fact("email")
        self._create_fact("phone", is_for_hybrid=True, is_for_relational=True)
        self._create_fact("website", stage_ids=[Command.set(self.stages["strategic"].ids)])
        self.assertKnown(0, ("Email",), count=1)
        for columns, missing in (
            ({"customer_type": "one_time"}, ("Email",)),
            ({"customer_type": "hybrid"}, ("Email", "Phone")),
            ({"customer_type": "relational"}, ("Email", "Phone")),
            ({"stage_id": self.stages["strategic"].id}, ("Email", "Phone", "Website Link")),
            ({"customer_type": False}, ("Email", "Website Link")),
        ):
            with self.subTest(columns):
                self._set_profile(**columns)
                self.assertKnown(0, missing, count=len(missing))

    def test_who_is_asked_for_nothing_is_neither_complete_nor_incomplete(self):
        self._create_fact("phone", is_for_relational=True)
        self.assertKnown(0, count=0)
        self.assertUnknown()

    def test_search_sort_and_what_the_screen_shows_agree(self):
        self._create_fact("email", 1)
        self._create_fact("phone", 3)
        by_percent = {
            0: self.customer,
            25: self._create_customer("B", email="b@b.example.com"),
            75: self._create_customer("C", phone="1"),
            100: self._create_customer("D", email="d@d.example.com", phone="1"),
        }
        everybody = self.partners.union(*by_percent.values())
        for operator, value, percents in (
            ("<", 100, (0, 25, 75)),
            ("<", 75, (0, 25)),
            ("<=", 75, (0, 25, 75)),
            (">", 75, (100,)),
            (">=", 75, (75, 100)),
            ("=", 25, (25,)),
            ("!=", 25, (0, 75, 100)),
            ("in", [0, 100], (0, 100)),
            ("=", False, (0,)),
        ):
            found = self.partners.union(*(by_percent[percent] for percent in percents))
            self.assertFinds([("lifecycle_completeness", operator, value)], found, everybody)
        found = self.partners.search(
            [("id", "in", everybody.ids)], order="lifecycle_completeness desc"
        )
        self.assertEqual(found.mapped("lifecycle_completeness"), [100, 75, 25, 0])
        leads = self.env["crm.lead"].union(*(self._create_lead(one) for one in everybody))
        found = leads.search([("id", "in", leads.ids), ("lifecycle_completeness", ">=", 75)])
        self.assertEqual(found.partner_id, by_percent[75] | by_percent[100])

    def test_a_lead_without_a_customer_is_asked_for_what_it_can_tell(self):
        lead = self._create_lead(self.partners)
        self._create_fact("email", 2)
        self._create_fact("lifecycle_employee_count", 1)
        self._create_fact(kind="source", weight=3)
        self._create_fact(kind="role", decision_role="decider", weight=10)
        self._create_fact(kind="preference", preference_kind="taste", weight=20)
        self._create_fact("barcode", 40)
        self._create_fact("phone", 80, is_for_relational=True)
        # 0, 2, 3, 6 of 6: no contacts, preferences or fields that a lead has no place for.
        for vals, percent, missing in (
            ({"email_from": False}, 0, ("Email", "Employees", "Source")),
            ({"email_from": "ada@parks.example.com"}, 33, ("Employees", "Source")),
            ({"lifecycle_employee_count": 7}, 50, ("Source",)),
            (
                {
                    "lifecycle_source_id": self.env.ref(
                        "crm_lifecycle.crm_lifecycle_source_referral"
                    ).id
                },
                100,
                (),
            ),
        ):
            with self.subTest(vals):
                lead.write(vals)
                self.assertKnown(percent, missing, lead, count=3)
                self.assertFinds([("lifecycle_completeness", "=", percent)], lead, lead)
        # Its customer is asked for all, whatever the lead says.
        lead.partner_id = self._create_customer("Nobody Knows")
        self.assertEqual(lead.lifecycle_fact_count, 6)

    def test_lists_are_sorted_by_contact_too(self):
        self._create_fact("email")
        zoo = self._create_customer("Zoo")
        for customer in (zoo, self.customer):
            self._set_profile(customer)
            self._create_lead(customer)
        both = (self.customer | zoo).ids
        conditions = ["lifecycle_completeness", "lifecycle_fit"]
        for model in ("crm.lifecycle.profile", "crm.lead"):
            records = self.env[model]
            wanted = [("partner_id", "in", both), ("partner_id.name", "!=", "Somebody")]
            if model == "crm.lead":
                wanted.append(("lifecycle_stage_id", "!=", False))
            for name in conditions:
                if name not in records._fields:
                    continue
                for condition in ((name, "<", 100), (name, ">=", 100)):
                    with self.subTest(model=model, condition=condition):
                        found = records.search(
                            [*wanted, condition], order="partner_id desc, lifecycle_completeness"
                        )
                        if condition == ("lifecycle_completeness", "<", 100):
                            self.assertEqual(found.partner_id.ids, [zoo.id, self.customer.id])

    def test_reports_tell_how_much_is_known_on_average(self):
        self._create_fact("email", 1)
        self._create_fact("phone", 3)
        self._create_fact("website", is_for_relational=True, weight=4)
        # 25 and 75 of 100; 4 of 8; nothing of 4.
        for customer_type, vals in (
            ("transactional", {"email": "b@b.example.com"}),
            ("transactional", {"phone": "1"}),
            ("relational", {"email": "d@d.example.com", "phone": "1"}),
            (False, {}),
        ):
            customer = self._create_customer("Asked", **vals)
            self._set_profile(customer, customer_type=customer_type)
        groups = self.env["crm.lifecycle.profile"]._read_group(
            [("partner_id.name", "=", "Asked"), ("company_id", "=", self.company.id)],
            ["customer_type"],
            ["lifecycle_completeness:avg"],
        )
        self.assertEqual(
            {key: float(average) for key, average in groups},
            {"transactional": 50.0, "relational": 50.0, False: 0.0},
        )
        described = self.env["crm.lifecycle.profile"].fields_get(["lifecycle_completeness"])
        self.assertEqual(described["lifecycle_completeness"]["aggregator"], "avg")

    def test_each_company_asks_for_its_own(self):
        other = self._create_company("Lifecycle Asking Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        self.facts.search([("company_id", "=", other.id)]).active = False
        self._create_fact("email")
        self._create_fact("phone", company_id=other.id)
        self.customer.phone = "1"
        both = self.company | other
        profiles = self.env["crm.lifecycle.profile"]
        for company in both:
            self._create_mark(self.customer, company_id=company.id, date_start="2026-01-01")
        self._process_queue()
        for company, percent in ((self.company, 0), (other, 100)):
            with self.subTest(company.name):
                customer = self.customer.with_company(company)
                self.assertEqual(customer.lifecycle_completeness, percent)
                profile = self._profile(self.customer, company)
                self.assertEqual(profile.lifecycle_completeness, percent)
        found = profiles.with_context(allowed_company_ids=both.ids).search(
            [("partner_id", "=", self.customer.id), ("lifecycle_completeness", "<", 100)]
        )
        self.assertEqual(found.company_id, self.company)

    def test_facts_that_make_no_sense_are_refused(self):
        for vals in (
            {"field_name": False},
            {"field_name": "no_such_field"},
            {"field_name": "image_1920"},
            {"field_name": "lifecycle_completeness"},
            # Nobody can fill these in.
            {"field_name": "lifecycle_stage_id"},
            {"field_name": "is_company"},
            {"kind": "role"},
            {"kind": "preference"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self._create_fact(**vals)
        # What asks for a field tells whether it has a value.
        manager = self._create_user("knowledge_manager", SALES_MANAGER)
        asked = self.facts.with_user(manager).with_context(allowed_company_ids=self.company.ids)
        asked.create({"field_name": "email"})
        with self.assertRaisesRegex(ValidationError, "may not read"):
            asked.create({"field_name": "lifecycle_overdue"})

    def test_a_field_that_is_gone_counts_as_unknown(self):
        fact = self._create_fact("email")
        self._create_fact("phone")
        self.env.cr.execute(
            "UPDATE crm_lifecycle_fact SET field_name = 'x_gone' WHERE id = %s", [fact.id]
        )
        self.customer.phone = "1"
        self.env.invalidate_all()
        with self.assertLogs(
            "odoo.addons.crm_lifecycle.models.crm_lifecycle_fact_known", "WARNING"
        ):
            self.assertEqual(self.customer.lifecycle_completeness, 50)


@tagged("post_install", "-at_install")
class TestFillIn(KnowledgeCase):
    """One click asks for exactly what is missing, and writes with the user's own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_fact("email")
        cls._create_fact("country_id")
        cls._create_fact(kind="role", decision_role="decider")
        cls._create_fact(kind="preference", preference_kind="channel")
        cls._create_fact(kind="preference", preference_kind="taste")
        cls._create_fact(kind="source")
        cls.user = cls._create_user("knowledge_sales", SALES, "base.group_partner_manager")

    def _get_inputs(self, user=None):
        """Return the names of the fields that the form shows, without those in lists."""
        customer = self.customer.with_user(user or self.user).with_context(
            allowed_company_ids=self.company.ids
        )
        action = customer.action_lifecycle_fill_in()
        self.assertEqual(action["res_id"], self.customer.id)
        [[view_id, _mode]] = action["views"]
        partners = customer.browse().with_context(**action["context"])
        found = partners.get_views([(view_id, "form")])
        arch = etree.fromstring(found["views"]["form"]["arch"])
        return [node.get("name") for node in arch.xpath("//group[@name='lifecycle_facts']/field")]

    def test_exactly_what_is_missing_is_asked_for(self):
        self.assertEqual(
            self._get_inputs(),
            ["email", "country_id", "child_ids", "lifecycle_preference_ids", "lifecycle_source_id"],
        )
        self.customer.email = "office@parks.example.com"
        self._create_contact(role="decider")
        self.assertEqual(
            self._get_inputs(), ["country_id", "lifecycle_preference_ids", "lifecycle_source_id"]
        )

    def test_who_knows_everything_is_told_so(self):
        self.facts.search([("company_id", "=", self.company.id)]).active = False
        self._create_fact("name")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "known already"):
            self._get_inputs()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_not_write_is_not_asked(self):
        reader = self._create_user("knowledge_reader", "base.group_user", READONLY_ACCOUNTING)
        with self.assertRaises(AccessError):
            self._get_inputs(reader)

    def test_nothing_that_is_no_field_gets_into_the_form(self):
        partners = self.partners.with_context(
            lifecycle_facts_view_ref="field:no_such,field:email,evil,<x>:y"
        )
        view = self.env.ref("crm_lifecycle.res_partner_view_form_fill_in")
        arch = etree.fromstring(partners.get_view(view.id, "form")["arch"])
        names = [node.get("name") for node in arch.xpath("//group[@name='lifecycle_facts']/field")]
        self.assertEqual(names, ["email"])

    def test_a_lead_asks_for_the_same_of_its_customer(self):
        lead = self._create_lead(self._create_contact(), user_id=self.user.id)
        self.assertIn("Email", lead.lifecycle_missing)
        self.customer.user_id = self.user
        own = lead.with_user(self.user).with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(own.action_lifecycle_fill_in()["res_id"], self.customer.id)

    def test_what_is_filled_in_is_known(self):
        customer = self.customer.with_user(self.user).with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertEqual(customer.lifecycle_completeness, 0)
        action = customer.action_lifecycle_fill_in()
        tags = self.env["crm.lifecycle.preference"].create(
            [{"name": "Longjing", "kind": "taste"}, {"name": "Telex", "kind": "channel"}]
        )
        with Form(customer.with_context(**action["context"]), action["views"][0][0]) as form:
            form.email = "office@parks.example.com"
            form.country_id = self.env.ref("base.cn")
            form.lifecycle_source_id = self.env.ref("crm_lifecycle.crm_lifecycle_source_referral")
            for tag in tags:
                form.lifecycle_preference_ids.add(tag)
            with form.child_ids.new() as contact:
                contact.name = "Ada"
                contact.lifecycle_decision_role = "decider"
        self.env.invalidate_all()
        self.assertEqual(customer.lifecycle_completeness, 100)
        self.assertEqual(self.customer.child_ids.commercial_partner_id, self.customer)

    def test_the_profile_asks_for_the_same(self):
        profile = self._set_profile()
        action = profile.with_user(self.user).action_fill_in()
        self.assertEqual(action["res_id"], self.customer.id)


@tagged("post_install", "-at_install")
class TestPreferences(KnowledgeCase):
    """Typed tags of what people like, the channel they prefer among them."""

    def test_tags_tell_their_kind_and_find_contacts(self):
        preferences = self.env["crm.lifecycle.preference"]
        tea, golf = preferences.create(
            [{"name": "Longjing", "kind": "taste"}, {"name": "Longjing", "kind": "topic"}]
        )
        self.assertEqual(tea.display_name, "Taste: Longjing")
        self.assertNotEqual(tea.color, golf.color)
        contact = self._create_contact(lifecycle_preference_ids=[Command.set(tea.ids)])
        found = self.partners.search(
            [("lifecycle_preference_ids", "ilike", "longj"), ("parent_id", "=", self.customer.id)]
        )
        self.assertEqual(found, contact)
        self.assertFalse(
            self.partners.search(
                [("lifecycle_preference_ids.kind", "=", "topic"), ("id", "=", contact.id)]
            )
        )

    def test_a_preference_is_there_once(self):
        preferences = self.env["crm.lifecycle.preference"]
        preferences.create({"name": "Longjing", "kind": "taste"})
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            preferences.create({"name": "Longjing", "kind": "taste"})


@tagged("post_install", "-at_install")
class TestKnowledgeQueries(QueriesCase):
    """What is known costs as many queries whatever the number of customers."""

    def test_lists_cost_a_fixed_number(self):
        user = self._create_user("knowledge_list", SALES_ALL)
        spec = {
            "lifecycle_completeness": {},
            "lifecycle_missing": {},
            "lifecycle_decider_reached": {},
            "lifecycle_threat": {},
        }
        for model, name in (
            ("res.partner", "id"),
            ("crm.lifecycle.profile", "partner_id"),
            ("crm.lead", "partner_id"),
        ):
            records = self.env[model].with_user(user)
            with self.subTest(model):
                self.assertSameCount(
                    lambda customers, records=records, name=name: records.web_search_read(
                        [(name, "in", customers.ids), ("lifecycle_completeness", "<", 100)],
                        spec,
                        limit=100,
                        order="lifecycle_completeness, id",
                    ),
                    20,
                )

    def test_trees_cost_a_fixed_number(self):
        self.env["res.partner"].create(
            [
                {"name": "Ada", "parent_id": customer.id, "lifecycle_decision_role": "decider"}
                for customer in self.customers
            ]
        )
        self.assertSameCount(lambda customers: customers.mapped("lifecycle_decision_tree"), 8)
