from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGradeSuggestions(GradeCase):
    """Where the settings say so, levels are suggested, and a manager decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_grade_mode = "suggest"

    def _suggested(self):
        self._process_queue()
        self.env.invalidate_all()
        return self.env["crm.lifecycle.grade.suggestion"].with_user(self.manager).search([])

    def test_phones_get_cards(self):
        self._agree()
        self._suggested()
        for name in ("suggestion", "set", "rule", "waiver"):
            with self.subTest(name):
                action = self.env.ref(
                    f"crm_lifecycle_partnership.crm_lifecycle_grade_{name}_action"
                )
                self.assertEqual([mode for _id, mode in action.views][:2], ["list", "kanban"])
                model = self.env[action.res_model].with_user(self.manager)
                arch = etree.fromstring(model.get_view(view_type="kanban")["arch"])
                names = {node.get("name") for node in arch.iter("field")}
                self.assertIn("grade_id", names)
                model.web_search_read([], {field: {} for field in names})

    def test_nothing_is_set(self):
        self._agree()
        self._run_job()
        self.assertFalse(self.customer.grade_id)
        suggestion = self._suggested()
        self.assertEqual(
            (suggestion.partner_id, suggestion.grade_id, suggestion.rule_id),
            (self.customer, self.silver, self.by_dealer),
        )

    def test_accepted(self):
        self._agree()
        suggestion = self._suggested()
        suggestion.action_accept()
        self.assertEqual(self.customer.grade_id, self.silver)
        self.assertEqual(self._notes(), ["Partner level Silver, by the rules"])
        self.assertEqual(
            self.sets.search([("partner_id", "=", self.customer.id)]).reason,
            f"Lifecycle Test Company, agreement: Dealer, accepted by {self.manager.name}",
        )
        self.assertFalse(self._suggested())
        with self.assertRaises(UserError):
            suggestion.action_accept()

    def test_of_several_accepted_at_once_the_first_of_the_list_counts(self):
        other = self._create_company("Other Company", "base.EUR")
        other.lifecycle_grade_mode = "suggest"
        self._create_rule(self.bronze, other, agreement_kind="dealer")
        self._agree()
        self._agree(company_id=other.id)
        self._process_queue()
        suggestions = self.env["crm.lifecycle.grade.suggestion"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(len(suggestions), 2)
        suggestions.action_accept()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_dismissed(self):
        self._agree()
        self._suggested().action_dismiss()
        self.assertFalse(self._suggested())
        self.assertFalse(self.customer.grade_id)
        # Another level is another question.
        self._agree("shareholder")
        self.assertEqual(self._suggested().grade_id, self.gold)
        waivers = self.env["crm.lifecycle.grade.waiver"].with_user(self.manager)
        waivers.search([]).unlink()
        self.assertEqual(self._suggested().grade_id, self.gold)

    def test_also_instead_of_what_was_set_by_hand(self):
        self.customer.grade_id = self.bronze
        self._agree()
        suggestion = self._suggested()
        self.assertEqual(
            (suggestion.current_grade_id, suggestion.grade_id), (self.bronze, self.silver)
        )

    def test_not_lower_than_what_was_set_by_hand(self):
        self.customer.grade_id = self.gold
        self._agree()
        self.assertFalse(self._suggested())
        # What the rules gave goes down by the rules.
        share = self._agree("shareholder")
        self.customer.grade_id = False
        self._suggested().action_accept()
        self.assertEqual(self.customer.grade_id, self.gold)
        share.active = False
        self.assertEqual(self._suggested().grade_id, self.silver)

    def test_others_do_not_decide(self):
        seller = self._create_user("grade_seller", SALES_ALL)
        self._agree()
        suggestion = self._suggested()
        for method in ("action_accept", "action_dismiss"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(suggestion.with_user(seller), method)()

    def test_nothing_is_suggested_where_levels_are_by_hand(self):
        self._agree()
        self.company.lifecycle_grade_mode = "off"
        self.assertFalse(self._suggested())
