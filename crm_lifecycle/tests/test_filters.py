from ast import literal_eval

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SALES_MANAGER
from .knowledge_common import KnowledgeCase
from .service_common import ServiceCase

CUSTOMERS = "crm_lifecycle.crm_lifecycle_profile_view_search"
CONTACTS = "base.view_res_partner_filter"
LEADS = "crm.view_crm_case_leads_filter"
OPPORTUNITIES = "crm.view_crm_case_opportunities_filter"
HOSTS = (CONTACTS, LEADS, OPPORTUNITIES)
# What a profile has that a filter finds, and what one has that it does not find; the filter's
# name in each search.
BY_COLUMNS = [
    *(
        (
            {"customer_type": code},
            {"customer_type": other},
            {CUSTOMERS: f"type_{code}", **dict.fromkeys(HOSTS, f"lifecycle_{code}")},
        )
        for code, other in (
            ("one_time", "transactional"),
            ("transactional", "hybrid"),
            ("hybrid", "relational"),
            ("relational", False),
        )
    ),
    ({"customer_type": False}, {"customer_type": "hybrid"}, {CUSTOMERS: "type_none"}),
    ({"type_cause": "hand"}, {"type_cause": "rules"}, {CUSTOMERS: "type_by_hand"}),
    (
        {"type_is_contradicted": True},
        {"type_is_contradicted": False},
        {CUSTOMERS: "type_contradicted"},
    ),
    (
        {"price_sensitivity": "sensitive"},
        {"price_sensitivity": "moderate"},
        {
            CUSTOMERS: "price_sensitive",
            **dict.fromkeys(HOSTS, "lifecycle_price_sensitive"),
        },
    ),
    (
        {"price_sensitivity": "insensitive"},
        {"price_sensitivity": False},
        {CUSTOMERS: "price_insensitive"},
    ),
]


@tagged("post_install", "-at_install")
class TestFilters(ServiceCase, KnowledgeCase):
    """Each filter finds whom it names, and not whom it does not name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("lifecycle_filters", SALES_MANAGER)
        cls.source = cls.env["crm.lifecycle.source"].create({"name": "Fair"})
        cls("_set_up_customers")._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        cls.one = self._create_buyer("One", self.senior)
        cls.other = self._create_buyer("Other", self.senior)
        leads = [self._create_lead(customer) for customer in (self.one, self.other)]
        deals = [self._create_opportunity(customer) for customer in (self.one, self.other)]
        # Per search: the record that is found, and the one that is not.
        cls.records = {
            CUSTOMERS: [self._profile(customer) for customer in (self.one, self.other)],
            CONTACTS: [self.one, self.other],
            LEADS: leads,
            OPPORTUNITIES: deals,
        }

    def _get_filter(self, xmlid, name):
        """Return the model and the domain of a filter, as the user gets it."""
        view = self.env.ref(xmlid)
        model = self.env[view.model].with_user(self.user)
        arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
        [node] = [node for node in arch.iter("filter") if node.get("name") == name]
        return model, safe_eval(node.get("domain"), {"uid": self.user.id})

    def assertFilters(self, xmlid, name, one=None, other=None):
        """Check that a filter finds the one record and not the other."""
        if one is None:
            one, other = self.records[xmlid]
        self.env.flush_all()
        self.env.invalidate_all()
        model, domain = self._get_filter(xmlid, name)
        with self.subTest(view=xmlid, filter=name):
            found = model.search([*domain, ("id", "in", (one | other).ids)])
            self.assertEqual(found.ids, one.ids)

    def test_filters_on_columns_of_the_profile(self):
        one, other = self.records[CUSTOMERS]
        for values, other_values, filters in BY_COLUMNS:
            one.write(values)
            other.write(other_values)
            for xmlid, name in filters.items():
                self.assertFilters(xmlid, name)

    def test_segments_and_how_new_customers_are_pursued(self):
        one, other = self.records[CUSTOMERS]
        segments = self.env["crm.lifecycle.segment"]
        policies = ("pursue", "per_deal", "avoid")
        by_policy = {
            policy: segments.create(
                {
                    "name": policy,
                    "company_id": self.company.id,
                    "sequence": 1,
                    "acquisition_policy": policy,
                    "employees_from": 100 * place,
                    "employees_to": 100 * place + 1,
                }
            )
            for place, policy in enumerate(policies, start=1)
        }
        for place, policy in enumerate(policies, start=1):
            another = policies[place % 3]
            one.segment_id = by_policy[policy]
            other.segment_id = by_policy[another]
            # Contacts and leads tell it from what is known now.
            self.one.lifecycle_employee_count = 100 * place
            self.other.lifecycle_employee_count = 100 * (place % 3 + 1)
            self.assertFilters(CUSTOMERS, f"acquisition_{policy}")
            for xmlid in (LEADS, OPPORTUNITIES):
                self.assertFilters(xmlid, f"lifecycle_{policy}")
        one.segment_id = False
        self.assertFilters(CUSTOMERS, "no_segment")

    def test_who_looks_after_them(self):
        self._create_level("Class A", value_class="a", seniority="senior")
        profiles = self.env["crm.lifecycle.profile"].union(*self.records[CUSTOMERS])
        profiles.value_class = "a"
        self.one.user_id = self.junior
        for xmlid in (CUSTOMERS, *HOSTS):
            name = "mismatched" if xmlid == CUSTOMERS else "lifecycle_mismatched"
            self.assertFilters(xmlid, name)
        self.records[CUSTOMERS][0].value_class = "b"
        self.assertFilters(CUSTOMERS, "no_service_level")
        self.one.user_id = False
        self.assertFilters(CUSTOMERS, "unassigned")

    def test_what_is_known(self):
        self._create_fact("email")
        self.other.email = "other@parks.example.com"
        for xmlid in (CUSTOMERS, *HOSTS):
            name = "incomplete" if xmlid == CUSTOMERS else "lifecycle_incomplete"
            self.assertFilters(xmlid, name)
        self.other.lifecycle_source_id = self.source
        self.assertFilters(CUSTOMERS, "no_source")

    def test_who_decides(self):
        self._create_contact("Ada", self.other, "decider")
        self.assertFilters(CUSTOMERS, "no_decider")
        self.assertFilters(CONTACTS, "lifecycle_no_decider")
        # Of the other nobody knows who would have to be reached.
        decider, buyer = (
            self._create_contact("Grace", self.one, "decider"),
            self._create_contact("Joan", self.one, "buyer"),
        )
        self.assertFilters(CONTACTS, "lifecycle_decider", decider, buyer)
        self.other.child_ids.lifecycle_decision_role = "buyer"
        self.assertFilters(CUSTOMERS, "decider_silent")
        self.assertFilters(CONTACTS, "lifecycle_decider_silent")

    def test_competitors(self):
        for customer, threat in ((self.one, "high"), (self.other, "medium")):
            self._create_presence(self._create_competitor(), customer, threat=threat)
        for xmlid in (CUSTOMERS, *HOSTS):
            name = "threatened" if xmlid == CUSTOMERS else "lifecycle_threatened"
            self.assertFilters(xmlid, name)

    def test_coverage(self):
        self._create_level("Class A", value_class="a", seniority="senior")
        one, other = self.records[CUSTOMERS]
        one.value_class, other.value_class = "a", "b"
        self.one.user_id = self.junior
        self.env.flush_all()
        coverage = self.env["crm.lifecycle.coverage"].search(
            [("company_id", "=", self.company.id), ("value_class", "!=", False)],
            order="value_class",
        )
        class_a, class_b = coverage
        view = "crm_lifecycle.crm_lifecycle_coverage_view_search"
        self.assertFilters(view, "wrong", class_a, class_b)
        self.assertFilters(view, "class_a", class_a, class_b)

    def test_mismatches_by_kind(self):
        self._create_level("Class A", value_class="a", member_minimum=2)
        for profile in self.records[CUSTOMERS]:
            profile.value_class = "a"
        self._create_member(self.other, self.senior)
        self._create_member(self.other, self.junior)
        self.other.user_id = False
        self.env.flush_all()
        [too_few] = self._mismatches(self.one)
        [unowned] = self._mismatches(self.other)
        view = "crm_lifecycle.crm_lifecycle_mismatch_view_search"
        self.assertFilters(view, "unowned", unowned, too_few)
        self.assertFilters(view, "account_team", too_few, unowned)


@tagged("post_install", "-at_install")
class TestActionContexts(KnowledgeCase):
    """What an action's context asks of a pivot, a chart or a search is there."""

    def test_measures_and_groups_are_fields(self):
        user = self._create_user("lifecycle_contexts", SALES_MANAGER, "base.group_system")
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        seen = set()
        for action in actions.filtered("context"):
            try:
                context = literal_eval(action.context)
            except ValueError:
                # Depends on the record that it is opened from.
                continue
            model = self.env[action.res_model].with_user(user)
            described = model.fields_get(attributes=["groupable", "aggregator"])
            measures = [*context.get("pivot_measures", ()), context.get("graph_measure")]
            for name in filter(None, measures):
                with self.subTest(action=action.name, measure=name):
                    self.assertTrue(name == "__count" or described[name]["aggregator"])
                    seen.add(name)
            for key in ("pivot_row_groupby", "pivot_column_groupby", "graph_groupbys"):
                for name in context.get(key, ()):
                    with self.subTest(action=action.name, group=name):
                        self.assertTrue(described[name.partition(":")[0]]["groupable"])
                        seen.add(name)
            view = model.get_view(action.search_view_id.id, "search")["arch"]
            names = {node.get("name") for node in etree.fromstring(view).iter("filter", "field")}
            for key in context:
                if key.startswith("search_default_"):
                    with self.subTest(action=action.name, default=key):
                        self.assertIn(key.removeprefix("search_default_"), names)
        self.assertLessEqual({"lifecycle_completeness", "customer_type", "source_id"}, seen)
