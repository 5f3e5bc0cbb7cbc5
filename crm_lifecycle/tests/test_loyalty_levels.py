from dataclasses import replace

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SALES_MANAGER
from .rules_common import RuleCase
from .test_loyalty_index import QUARTERS


@tagged("post_install", "-at_install")
class TestLoyaltyLevels(RuleCase):
    """Levels follow from the index, and can be filtered and grouped by like a column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels = cls.env["crm.lifecycle.loyalty.level"]
        cls("_set_up_levels")._set_up_levels()

    def _set_up_levels(self):
        cls = type(self)
        self._activate(replace(self._default_rules(), loyalty=QUARTERS))
        cls.fan, cls.loyal, cls.attached, cls.occasional = cls.levels.search(
            [("company_id", "=", cls.company.id)]
        )
        cls.seldom = self._create_customer("Seldom")
        self._buy(self.customer, "2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01")
        self._buy(self.seldom, "2024-06-01")
        cls.prospect = self._create_customer("Prospect")
        with self.at("2024-06-01"):
            self._create_opportunity(cls.prospect)
        for customer in (self.customer, self.seldom, self.prospect):
            self._look_on("2024-12-01", customer)

    def _level(self, customer):
        return self._profile(customer).loyalty_level_id

    def test_companies_start_with_levels(self):
        self.assertEqual(
            (self.fan | self.loyal | self.attached | self.occasional).mapped("minimum"),
            [85, 65, 40, 0],
        )
        self.assertTrue(self.fan.benefits)

    def test_the_highest_that_is_reached(self):
        self.assertEqual(self._profile(self.customer).loyalty_index, 56)
        self.assertEqual(self._level(self.customer), self.attached)
        self.assertEqual(self._level(self.seldom), self.occasional)
        self.assertFalse(self._level(self.prospect))

    def test_changed_levels_hold_at_once(self):
        self.loyal.minimum = 50
        self.env.invalidate_all()
        self.assertEqual(self._level(self.customer), self.loyal)
        self.loyal.active = False
        self.env.invalidate_all()
        self.assertEqual(self._level(self.customer), self.attached)

    def test_in_some_stages_alone(self):
        stages = self.env["crm.lifecycle.stage"]._by_code()
        self.attached.stage_ids = stages["partner"]
        self.env.invalidate_all()
        self.assertEqual(self._level(self.customer), self.occasional)
        self.attached.stage_ids |= self._profile(self.customer).stage_id
        self.env.invalidate_all()
        self.assertEqual(self._level(self.customer), self.attached)

    def test_the_search_of_customers_and_of_contacts_knows_the_index(self):
        for xmlid, prefix, customers in (
            ("crm_lifecycle.crm_lifecycle_profile_view_search", "", self.customer),
            ("base.view_res_partner_filter", "lifecycle_", self.customer),
        ):
            with self.subTest(xmlid):
                view = self.env.ref(xmlid)
                model = self.env[view.model]
                arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
                [node] = arch.xpath(f"//field[@name='{prefix}loyalty_index']")
                found = model.search(safe_eval(node.get("filter_domain"), {"self": 50}))
                ours = found if view.model == "res.partner" else found.partner_id
                everybody = self.customer | self.seldom | self.prospect
                self.assertEqual(ours & everybody, customers)

    def test_a_filter_finds_who_has_no_index(self):
        view = self.env.ref("crm_lifecycle.crm_lifecycle_profile_view_search")
        profiles = self.env["crm.lifecycle.profile"]
        arch = etree.fromstring(profiles.get_view(view.id, "search")["arch"])
        [node] = arch.xpath("//filter[@name='no_loyalty']")
        found = profiles.search(
            [("company_id", "=", self.company.id), *safe_eval(node.get("domain"))]
        )
        self.assertEqual(found.partner_id, self.prospect)

    def test_levels_of_several_companies_show_whose_they_are(self):
        manager = self._create_user("level_manager", SALES_MANAGER)
        manager.company_ids |= self._create_company("Other Company", "base.EUR")
        arch = etree.fromstring(self.levels.with_user(manager).get_view(view_type="list")["arch"])
        [node] = arch.xpath("//field[@name='company_id']")
        self.assertNotEqual(node.get("optional"), "hide")

    def test_filtered_grouped_and_sorted(self):
        profiles = self.env["crm.lifecycle.profile"]
        ours = [("company_id", "=", self.company.id)]
        for domain, customers in (
            ([("loyalty_level_id", "=", self.attached.id)], self.customer),
            ([("loyalty_level_id", "in", (self.fan | self.loyal).ids)], self.env["res.partner"]),
            ([("loyalty_level_id", "!=", self.attached.id)], self.seldom | self.prospect),
            ([("loyalty_level_id", "=", False)], self.prospect),
            ([("loyalty_level_id.name", "=", "Attached")], self.customer),
            ([("loyalty_index", ">=", 50)], self.customer),
        ):
            with self.subTest(domain):
                found = profiles.search(ours + domain)
                self.assertEqual(found.partner_id, customers)
                self.assertEqual(found, profiles.search(ours).filtered_domain(domain))
        counts = profiles._read_group(ours, ["loyalty_level_id"], ["__count", "loyalty_index:avg"])
        self.assertEqual(
            {level.name: (count, index) for level, count, index in counts},
            {"Attached": (1, 56.0), "Occasional": (1, 8.0), False: (1, False)},
        )
        self.assertEqual(self.attached.customer_count, 1)
        self.assertEqual(
            profiles.search(self.attached.action_open_customers()["domain"]).partner_id,
            self.customer,
        )

    def test_on_the_contact(self):
        person = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        partners = self.env["res.partner"].with_company(self.company)
        for partner in (self.customer, person):
            shown = partners.browse(partner.id)
            self.assertEqual(
                (shown.lifecycle_loyalty_index, shown.lifecycle_loyalty_level_id),
                (56, self.attached),
            )
        found = partners.search(
            [
                ("lifecycle_loyalty_level_id", "=", self.attached.id),
                ("lifecycle_loyalty_index", ">", 50),
            ]
        )
        self.assertEqual(found, self.customer | person)

    def test_of_ones_own_company(self):
        other = self._create_company("Other", "base.EUR")
        theirs = self.levels.search([("company_id", "=", other.id)])
        self.assertEqual(len(theirs), 4)
        theirs.minimum = 1
        self.env.invalidate_all()
        self.assertEqual(self._level(self.customer), self.attached)
