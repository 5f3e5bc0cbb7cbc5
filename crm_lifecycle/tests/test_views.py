from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase

SEARCH_VIEWS = {
    "base.view_res_partner_filter": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm.view_crm_case_leads_filter": (SALES,),
    "crm.view_crm_case_opportunities_filter": (SALES,),
    "sale.view_sales_order_filter": (SALES, INVOICING),
    "account.view_account_invoice_filter": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_profile_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_transition_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_state_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_snapshot_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_event_view_search": (SALES_ALL, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_agreement_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_mark_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_override_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_loss_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_loss_reason_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_stage_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_persona_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_policy_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_pass_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_preview_line_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_value_view_search": (SALES_ALL, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_value_entry_view_search": (
        SALES_ALL,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_value_cut_view_search": (
        SALES_ALL,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_rfm_cut_view_search": (
        SALES_ALL,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_value_asof_view_search": (
        SALES_ALL,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_revenue_change_view_search": (
        SALES_ALL,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_wallet_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_white_space_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_basket_pair_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_service_rate_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_segment_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_type_move_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_segment_move_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_type_override_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_preview_type_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_fact_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_preference_view_search": (SALES, SALES_MANAGER),
    "crm_lifecycle.crm_lifecycle_source_view_search": (SALES, SALES_MANAGER),
    "crm_lifecycle.crm_lifecycle_competitor_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_competitor_presence_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_data_review_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_data_confirmation_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_cadence_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_service_level_view_search": (SALES, SALES_MANAGER, INVOICING),
    "crm_lifecycle.crm_lifecycle_loyalty_level_view_search": (SALES, SALES_MANAGER, INVOICING),
    "crm_lifecycle.crm_lifecycle_loyalty_month_view_search": (SALES, SALES_MANAGER, INVOICING),
    "crm_lifecycle.crm_lifecycle_account_role_view_search": (SALES, SALES_MANAGER),
    "crm_lifecycle.crm_lifecycle_account_member_view_search": (SALES, SALES_MANAGER, INVOICING),
    "crm_lifecycle.crm_lifecycle_mismatch_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_mismatch_waiver_view_search": (SALES, SALES_MANAGER),
    "crm_lifecycle.crm_lifecycle_ownership_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_day_line_view_search": (SALES, SALES_ALL, SALES_MANAGER),
    "crm_lifecycle.crm_lifecycle_referral_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_referral_reward_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_referral_code_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_referral_tree_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_referral_share_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_referrer_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_important_date_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_important_date_kind_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_return_visit_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_interview_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_interview_round_view_search": (SALES_MANAGER,),
    "crm_lifecycle.crm_lifecycle_benefit_summary_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_idea_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_complaint_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_complaint_category_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_complaint_cause_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_complaint_step_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_complaint_deadline_view_search": (SALES, SALES_MANAGER),
    "crm_lifecycle.crm_complaint_report_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_complaint_rate_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_complaint_complainer_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_complaint_theme_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_complaint_product_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_satisfaction_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_indicator_view_search": (SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_indicator_entry_view_search": (SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_repurchase_view_search": (SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_satisfaction_change_view_search": (SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_switching_view_search": (SALES_ALL, INVOICING),
    "crm_lifecycle.crm_lifecycle_satisfaction_statement_view_search": (SALES, SALES_ALL, INVOICING),
    "crm_lifecycle.crm_complaint_hold_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_complaint_remedy_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
    "crm_lifecycle.crm_lifecycle_dunning_level_view_search": (SALES, INVOICING),
    "crm_lifecycle.crm_lifecycle_dunning_notice_view_search": (
        SALES,
        INVOICING,
        READONLY_ACCOUNTING,
    ),
    "crm_lifecycle.crm_lifecycle_coverage_view_search": (SALES, INVOICING, READONLY_ACCOUNTING),
}

# What phones show as cards, since their columns do not fit.
CARDS = (
    "crm_lifecycle_satisfaction_action",
    "crm_lifecycle_satisfaction_change_action",
    "crm_lifecycle_switching_action",
    "crm_lifecycle_referral_tree_action",
    "crm_lifecycle_referrer_action",
    "crm_lifecycle_referral_code_action",
    "crm_lifecycle_loyalty_level_action",
)


@tagged("post_install", "-at_install")
class TestViews(LifecycleCase):
    """Screens open, and their filters and groups work, for everybody who may see them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: cls._create_user(f"lifecycle_view_{number}", group)
            for number, group in enumerate(
                (SALES, SALES_ALL, SALES_MANAGER, INVOICING, READONLY_ACCOUNTING)
            )
        }

    def _make_buyers(self, number):
        for index in range(number):
            self._post_invoice(self._create_customer(f"Customer {index}"))
        self._process_queue()

    def test_every_menu_opens_for_everybody_who_sees_it(self):
        root = self.env.ref("crm_lifecycle.crm_lifecycle_menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        for group, user in self.users.items():
            visible = menus.with_user(user)._filter_visible_menus()
            actions = [menu.action for menu in visible.sudo() if menu.action]
            actions = [action for action in actions if action._name == "ir.actions.act_window"]
            self.assertIn("crm.lifecycle.profile", [action.res_model for action in actions])
            for action in actions:
                with self.subTest(group=group, action=action.name):
                    views = [(view_id, mode) for view_id, mode in action.views] + [
                        (False, "search")
                    ]
                    model = self.env[action.res_model].with_user(user)
                    self.assertTrue(model.get_views(views)["views"])
                    model.search(safe_eval(action.domain or "[]"), limit=1)

    def test_phones_get_cards(self):
        for name in CARDS:
            action = self.env.ref(f"crm_lifecycle.{name}")
            modes = [mode for _view_id, mode in action.views]
            for group in (SALES_ALL, SALES_MANAGER, READONLY_ACCOUNTING):
                model = self.env[action.res_model].with_user(self.users[group])
                with self.subTest(action=name, group=group):
                    self.assertEqual(modes[:2], ["list", "kanban"])
                    arch = etree.fromstring(model.get_view(view_type="kanban")["arch"])
                    self.assertTrue(arch.xpath("//t[@t-name='card']//field"))

    def test_charts_are_on_the_menus_of_those_who_may_see_them(self):
        root = self.env.ref("crm_lifecycle.crm_lifecycle_menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        for group, user in self.users.items():
            with self.subTest(group=group):
                visible = menus.with_user(user)._filter_visible_menus().sudo()
                tags = {
                    menu.action.tag
                    for menu in visible
                    if menu.action and menu.action._name == "ir.actions.client"
                }
                amounts = {"lifecycle_whale_curve", "lifecycle_pareto"}
                self.assertEqual(
                    tags,
                    {"lifecycle_rfm_grid", "lifecycle_type_chart"}
                    | (set() if group == SALES else amounts),
                )

    def test_only_managers_configure(self):
        configuration = self.env.ref("crm_lifecycle.crm_lifecycle_menu_configuration")
        for group, user in self.users.items():
            with self.subTest(group=group):
                self.assertEqual(
                    bool(configuration.with_user(user)._filter_visible_menus()),
                    group == SALES_MANAGER,
                )

    def test_every_filter_and_group_works(self):
        self._make_buyers(1)
        for xmlid, groups in SEARCH_VIEWS.items():
            view = self.env.ref(xmlid)
            for group in groups:
                self._check_search_view(view, group)

    def _check_search_view(self, view, group):
        user = self.users[group]
        model = self.env[view.model].with_user(user)
        arch = etree.fromstring(model.get_view(view.id, "search")["arch"])
        ours = view.model.startswith(("crm.lifecycle.", "crm.complaint"))
        for node in arch.iter("filter"):
            if not ours and "lifecycle" not in node.get("name", ""):
                continue
            with self.subTest(view=view.key, group=group, filter=node.get("name")):
                domain = safe_eval(node.get("domain") or "[]", {"uid": user.id})
                model.search_count(domain)
                if node.get("date"):
                    model.search_count([(node.get("date"), ">=", fields.Date.today())])
                groupby = safe_eval(node.get("context") or "{}").get("group_by")
                if groupby:
                    model.formatted_read_group(domain, [groupby], ["__count"])
        for node in arch.iter("field"):
            name = node.get("name")
            if not ours and "lifecycle" not in name:
                continue
            with self.subTest(view=view.key, group=group, field=name):
                operator = node.get("operator") or "ilike"
                words = {"date": "2026-03-03", "integer": 3}
                entered = words.get(model._fields[name].type, "Repeat")
                domain = node.get("filter_domain")
                model.search_count(
                    safe_eval(domain, {"self": entered}) if domain else [(name, operator, entered)]
                )

    def test_a_list_costs_the_same_queries_for_few_and_for_many(self):
        user = self.users[SALES_ALL]
        Profile = self.env["crm.lifecycle.profile"].with_user(user)
        arch = etree.fromstring(Profile.get_view(view_type="list")["arch"])
        specification = {
            node.get("name"): {"fields": {"display_name": {}}}
            if Profile._fields[node.get("name")].relational
            else {}
            for node in arch.iter("field")
        }
        domain = [("company_id", "=", self.company.id)]
        counts = []
        for more, total in ((2, 2), (0, 2), (18, 20)):
            self._make_buyers(more)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records = Profile.web_search_read(domain, specification)["records"]
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(records), total)
        _cold, few, many = counts
        self.assertEqual(many, few)
