from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL, SALES_MANAGER
from odoo.addons.crm_lifecycle.tests.rights_common import RightsCase
from odoo.addons.crm_lifecycle.tests.screens import Screens

from .grade_common import GradeCase

# What each role may do: r(ead), w(rite), c(reate), d(elete).
RIGHTS = {
    #                                 own  all  manager invoicing auditor internal portal
    "crm.lifecycle.grade.rule": ("r", "r", "rwcd", "r", "r", "", ""),
    "crm.lifecycle.grade.set": ("", "", "r", "", "", "", ""),
    "crm.lifecycle.grade.suggestion": ("", "", "r", "", "", "", ""),
    "crm.lifecycle.grade.waiver": ("", "", "rd", "", "", "", ""),
}


@tagged("post_install", "-at_install")
class TestGradeAccess(RightsCase, GradeCase):
    """Who reads and changes what, and of which company."""

    def test_models(self):
        self.assertRights(RIGHTS)

    def test_others_see_nothing_of_the_company(self):
        self._agree()
        self._run_job()
        elsewhere = self._create_company("Other Company", "base.EUR")
        stranger = self._create_user("grade_stranger", SALES_MANAGER, company=elsewhere)
        self.company.lifecycle_grade_mode = "suggest"
        self._agree("shareholder")
        self._process_queue()
        self._dismiss()
        for model in RIGHTS:
            with self.subTest(model):
                self.assertTrue(self.env[model].with_user(self.manager).search_count([]))
                found = self.env[model].with_user(stranger)
                self.assertFalse(
                    found.with_context(allowed_company_ids=elsewhere.ids).search(
                        [("company_id", "=", self.company.id)]
                    )
                )

    def _dismiss(self):
        """Leave one suggestion, and one that was dismissed."""
        other = self._create_customer("Other")
        self._agree(customer=other)
        self._process_queue()
        suggestions = self.env["crm.lifecycle.grade.suggestion"].with_user(self.manager)
        suggestions.search([("partner_id", "=", other.id)]).action_dismiss()

    def test_only_managers_hand_over(self):
        self._agree()
        self._run_job()
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        seller = self._create_user("grade_other_seller", SALES_ALL)
        with self.assertRaises(AccessError):
            row.with_user(seller).action_follow_again()

    def test_screens_open(self):
        """Each with a record to show, in all its views, as the web client opens it."""
        self._agree()
        self._run_job()
        self.company.lifecycle_grade_mode = "suggest"
        self._agree("shareholder")
        self._process_queue()
        self._dismiss()
        self.env.invalidate_all()
        # The client exports what a list shows.
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        context = {
            "uid": self.manager.id,
            "lang": "en_US",
            "allowed_company_ids": self.company.ids,
        }
        screens = Screens(self._call, context)
        for name in ("rule", "set", "suggestion", "waiver"):
            model = f"crm.lifecycle.grade.{name}"
            [action] = self.env["ir.actions.act_window"].search([("res_model", "=", model)])
            with self.subTest(model):
                opened = screens.open(action._get_action_dict())
                mine = self.env[model].with_user(self.manager).search([], limit=1)
                self.assertIn(mine.id, opened)

    def _call(self, model, method, *args, **kwargs):
        return call_kw(self.env[model].with_user(self.manager), method, args, kwargs)

    def test_a_level_shows_its_rules(self):
        form = Form(self.silver.with_user(self.manager))
        self.assertEqual(form.lifecycle_rule_ids.ids, self.by_dealer.ids)
