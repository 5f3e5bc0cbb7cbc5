from odoo.tests import Form, tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGradeCompanies(GradeCase):
    """A contact is shared by companies that do not read each other's records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls._create_company("Other Company", "base.EUR")
        cls.elsewhere.lifecycle_grade_mode = "set"
        cls.stranger = cls._create_user("grade_stranger", SALES_MANAGER, company=cls.elsewhere)

    def test_levels_that_the_host_brings_are_for_all_companies(self):
        """They are of the first company, and the form has no company to change it."""
        shipped = self.env.ref("partnership.res_partner_grade_data_silver")
        shipped.active = True
        self.assertNotIn(shipped.company_id, (self.elsewhere, self.elsewhere.browse()))
        rules = self.env["crm.lifecycle.grade.rule"].with_user(self.stranger)
        with Form(rules.with_context(allowed_company_ids=self.elsewhere.ids)) as form:
            form.grade_id = shipped
            form.agreement_kind = "dealer"
        rule = form.record
        self.assertEqual(rule.company_id, self.elsewhere)
        self._agree(company_id=self.elsewhere.id)
        self._run_job()
        self.assertEqual(self.customer.grade_id, shipped)

    def test_the_contact_tells_nothing_of_a_company(self):
        self._agree()
        self._run_job()
        self.assertEqual(self._notes(), ["Partner level Silver, by the rules"])
        for word in (self.company.name, "Dealer", "agreement"):
            self.assertNotIn(word, self._notes()[0])

    def test_a_price_list_of_another_company_stays_there(self):
        """An order here could not have it."""
        of_gold = self.env["product.pricelist"].create(
            {"name": "Gold", "company_id": self.company.id}
        )
        self.gold.default_pricelist_id = of_gold
        self._create_rule(self.gold, self.elsewhere, agreement_kind="dealer")
        own = self.env["product.pricelist"].create({"name": "Own", "company_id": self.elsewhere.id})
        there = self.customer.with_company(self.elsewhere)
        there.specific_property_product_pricelist = own
        self._agree(company_id=self.elsewhere.id)
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.gold)
        self.assertEqual(there.specific_property_product_pricelist, own)

    def test_in_the_companys_language(self):
        """Jobs have none."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.lang = "zh_CN"
        self.silver.with_context(lang="zh_CN").name = "银级"
        self._agree()
        self._run_job()
        row = self.sets.search([("partner_id", "=", self.customer.id)])
        kinds = self.env["crm.lifecycle.agreement"].with_context(lang="zh_CN")._fields["kind"]
        dealer = dict(kinds._description_selection(self.env(context={"lang": "zh_CN"})))["dealer"]
        self.assertIn(dealer, row.reason)
        self.assertNotIn("agreement", row.reason)
        message = self.customer.message_ids.filtered(lambda message: "银级" in (message.body or ""))
        self.assertNotIn("by the rules", message[0].body)
