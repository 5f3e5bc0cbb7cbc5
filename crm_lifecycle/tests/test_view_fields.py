from lxml import etree

from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase

SALESPEOPLE = (SALES, SALES_ALL, SALES_MANAGER)
EVERYBODY = (*SALESPEOPLE, INVOICING, READONLY_ACCOUNTING)
# Who the customer is, how well known, and who looks after them, by view: what shows at once,
# what a list offers beside it, and filters. A field that is not needed for anything else.
CUSTOMERS = "crm_lifecycle.crm_lifecycle_profile_view"
ON_LEADS = {
    "lifecycle_stage_id",
    "lifecycle_segment_id",
    "lifecycle_customer_type",
    "lifecycle_acquisition_policy",
}
SHOWN = {
    (f"{CUSTOMERS}_list", "list", EVERYBODY): {
        "stage_id",
        "segment_id",
        "value_class",
        "customer_type",
        "price_sensitivity",
        "lifecycle_completeness",
        "user_id",
        "mismatch",
    },
    (f"{CUSTOMERS}_kanban", "kanban", EVERYBODY): {
        "segment_id",
        "customer_type",
        "price_sensitivity",
        "loyalty_index",
        "loyalty_level_id",
        "lifecycle_completeness",
        "lifecycle_threat",
        "mismatch",
    },
    (f"{CUSTOMERS}_form", "form", EVERYBODY): {
        "segment_id",
        "customer_type",
        "type_explanation",
        "loyalty_index",
        "loyalty_level_id",
        "loyalty_explanation",
        "price_sensitivity",
        "sensitivity_reason",
        "lifecycle_completeness",
        "lifecycle_missing",
        "lifecycle_has_decider",
        "lifecycle_decider_reached",
        "lifecycle_threat",
        "source_id",
        "preference_ids",
        "service_level_id",
        "mismatch",
    },
    ("base.view_partner_form", "form", EVERYBODY): {
        "lifecycle_stage_id",
        "lifecycle_segment_id",
        "lifecycle_customer_type",
        "lifecycle_loyalty_level_id",
        "lifecycle_loyalty_index",
        "lifecycle_price_sensitivity",
        "lifecycle_sector",
        "lifecycle_employee_count",
        "lifecycle_completeness",
        "lifecycle_missing",
        "lifecycle_decider_reached",
        "lifecycle_threat",
        "lifecycle_source_id",
        "lifecycle_mismatch",
    },
    ("crm.crm_lead_view_form", "form", SALESPEOPLE): ON_LEADS
    | {
        "lifecycle_acquisition_meaning",
        "lifecycle_suggested_type",
        "lifecycle_suggested_user_id",
        "lifecycle_sector",
        "lifecycle_employee_count",
        "lifecycle_registry",
        "lifecycle_completeness",
        "lifecycle_missing",
        "lifecycle_decider_reached",
        "lifecycle_threat",
        "lifecycle_source_id",
        "lifecycle_mismatch",
    },
    ("crm.crm_case_kanban_view_leads", "kanban", SALESPEOPLE): ON_LEADS,
    ("crm.view_crm_lead_kanban", "kanban", SALESPEOPLE): ON_LEADS,
    ("crm.crm_case_tree_view_leads", "list", SALESPEOPLE): {
        "lifecycle_stage_id",
        "lifecycle_acquisition_policy",
    },
    ("crm.crm_case_tree_view_oppor", "list", SALESPEOPLE): {
        "lifecycle_stage_id",
        "lifecycle_acquisition_policy",
    },
}
OFFERED = {
    (f"{CUSTOMERS}_list", "list", EVERYBODY): {
        "acquisition_policy",
        "loyalty_index",
        "loyalty_level_id",
        "service_level_id",
        "mismatch_kind",
        "lifecycle_missing",
        "lifecycle_decider_reached",
        "lifecycle_threat",
        "source_id",
    },
    ("base.view_partner_tree", "list", EVERYBODY): {
        "lifecycle_segment_id",
        "lifecycle_customer_type",
        "lifecycle_price_sensitivity",
        "lifecycle_loyalty_index",
        "lifecycle_loyalty_level_id",
        "lifecycle_completeness",
        "lifecycle_mismatch",
    },
    **{
        (f"crm.crm_case_tree_view_{kind}", "list", SALESPEOPLE): {
            "lifecycle_segment_id",
            "lifecycle_customer_type",
            "lifecycle_completeness",
            "lifecycle_mismatch",
        }
        for kind in ("leads", "oppor")
    },
}
ON_HOSTS = {
    "lifecycle_segment_id",
    "lifecycle_one_time",
    "lifecycle_transactional",
    "lifecycle_hybrid",
    "lifecycle_relational",
    "lifecycle_price_sensitive",
    "lifecycle_incomplete",
    "lifecycle_threatened",
    "lifecycle_mismatched",
    "lifecycle_source_id",
    "group_lifecycle_segment",
    "group_lifecycle_type",
    "group_lifecycle_sensitivity",
    "group_lifecycle_source",
}
SEARCHED = {
    (f"{CUSTOMERS}_search", "search", EVERYBODY): {
        "segment_id",
        "loyalty_index",
        "loyalty_level_id",
        "no_loyalty",
        "group_loyalty_level",
        "service_level_id",
        "source_id",
        "type_one_time",
        "type_transactional",
        "type_hybrid",
        "type_relational",
        "type_none",
        "price_sensitive",
        "price_insensitive",
        "acquisition_pursue",
        "acquisition_per_deal",
        "acquisition_avoid",
        "incomplete",
        "threatened",
        "mismatched",
        "no_service_level",
        "group_segment",
        "group_type",
        "group_sensitivity",
        "group_acquisition",
        "group_service_level",
        "group_mismatch",
        "group_source",
        "group_threat",
    },
    ("base.view_res_partner_filter", "search", EVERYBODY): ON_HOSTS
    | {"lifecycle_loyalty_index", "lifecycle_loyalty_level_id", "group_lifecycle_loyalty"},
    **{
        (f"crm.view_crm_case_{kind}_filter", "search", SALESPEOPLE): ON_HOSTS
        | {
            "lifecycle_pursue",
            "lifecycle_per_deal",
            "lifecycle_avoid",
            "group_lifecycle_acquisition",
        }
        for kind in ("leads", "opportunities")
    },
}
AMOUNTS = {"purchase_amount", "purchase_amount_12m", "purchase_average"}


@tagged("post_install", "-at_install")
class TestViewFields(LifecycleCase):
    """Who the customer is shows where people look, to everybody who may know it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: cls._create_user(f"lifecycle_fields_{number}", group)
            for number, group in enumerate((*EVERYBODY, "base.group_user"))
        }

    def _get_nodes(self, xmlid, view_type, group):
        """Return the nodes of a view with a name, as somebody gets it."""
        view = self.env.ref(xmlid)
        model = self.env[view.model].with_user(self.users[group])
        arch = etree.fromstring(model.get_view(view.id, view_type)["arch"])
        return [node for node in arch.iter("field", "filter") if node.get("name")]

    def _is_shown(self, node):
        return (
            node.get("optional") != "hide"
            and node.get("column_invisible") not in ("1", "True")
            and node.get("invisible") not in ("1", "True")
        )

    def test_fields_show_without_a_click(self):
        for (xmlid, view_type, groups), expected in SHOWN.items():
            for group in groups:
                with self.subTest(view=xmlid, group=group):
                    nodes = self._get_nodes(xmlid, view_type, group)
                    shown = {node.get("name") for node in nodes if self._is_shown(node)}
                    self.assertFalse(expected - shown)

    def test_lists_offer_more_columns(self):
        for (xmlid, view_type, groups), expected in OFFERED.items():
            for group in groups:
                with self.subTest(view=xmlid, group=group):
                    nodes = self._get_nodes(xmlid, view_type, group)
                    offered = {node.get("name") for node in nodes if node.get("optional")}
                    self.assertFalse(expected - offered)

    def test_searches_filter_and_group(self):
        for (xmlid, view_type, groups), expected in SEARCHED.items():
            for group in groups:
                with self.subTest(view=xmlid, group=group):
                    names = {node.get("name") for node in self._get_nodes(xmlid, view_type, group)}
                    self.assertFalse(expected - names)

    def test_pivots_group_and_measure(self):
        for group in EVERYBODY:
            profiles = self.env["crm.lifecycle.profile"].with_user(self.users[group])
            described = profiles.fields_get(attributes=["groupable", "sortable", "aggregator"])
            for name in (
                "segment_id",
                "customer_type",
                "price_sensitivity",
                "acquisition_policy",
                "loyalty_level_id",
                "service_level_id",
                "mismatch_kind",
                "lifecycle_has_decider",
                "lifecycle_threat",
                "source_id",
            ):
                with self.subTest(group=group, field=name):
                    self.assertTrue(described[name]["groupable"])
                    self.assertTrue(described[name]["sortable"])
            with self.subTest(group=group, field="lifecycle_completeness"):
                self.assertEqual(described["lifecycle_completeness"]["aggregator"], "avg")

    def test_whoever_may_see_no_amounts_is_offered_none(self):
        for group in EVERYBODY:
            with self.subTest(group):
                nodes = self._get_nodes(f"{CUSTOMERS}_list", "list", group)
                names = {node.get("name") for node in nodes}
                self.assertEqual(AMOUNTS & names, set() if group == SALES else AMOUNTS)

    def test_others_are_shown_nothing(self):
        for xmlid, view_type in (
            ("base.view_partner_form", "form"),
            ("base.view_partner_tree", "list"),
            ("base.view_res_partner_filter", "search"),
        ):
            with self.subTest(xmlid):
                nodes = self._get_nodes(xmlid, view_type, "base.group_user")
                self.assertTrue(nodes)
                self.assertFalse([node for node in nodes if "lifecycle" in node.get("name")])
