from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES, SALES_ALL, LifecycleCase


@tagged("post_install", "-at_install")
class TestAccessWizards(LifecycleCase):
    """What somebody looks at in a wizard is nobody else's: the host itself shows it to all."""

    def test_every_wizard_is_ones_own(self):
        rules = self.env["ir.rule"].with_user(self.salesperson)
        for name, model in self.env.items():
            if not model._transient or not name.startswith(("crm.lifecycle.", "crm.complaint.")):
                continue
            for mode in ("read", "write", "create", "unlink"):
                with self.subTest(name, mode=mode):
                    self.assertIn("create_uid", str(rules._compute_domain(name, mode)))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_loyalty_by_month_is_for_who_opened_it_in_the_company(self):
        customer = self._create_customer()
        self._buy(customer, "2025-01-10", "2025-02-10")
        self._process_queue()
        profile = self._profile(customer)
        elsewhere = self._create_company("Elsewhere", "base.EUR")
        colleague = self._create_user("wizard_colleague", SALES_ALL)
        stranger = self._create_user("wizard_stranger", SALES, company=elsewhere)
        both = self._create_user("wizard_both", SALES_ALL)
        both.company_ids += elsewhere
        with self.at("2025-03-31"):
            action = profile.with_user(both).action_open_loyalty()
        months = self.env["crm.lifecycle.loyalty.month"]
        [(_field, _operator, opened)] = action["domain"]
        self.assertEqual(len(opened), 3)
        for user, company, count in (
            (both, self.company, 3),
            (both, elsewhere, 0),
            (colleague, self.company, 0),
            (stranger, elsewhere, 0),
        ):
            with self.subTest(user.login, company=company.name):
                rows = months.with_user(user).with_context(allowed_company_ids=company.ids)
                self.assertEqual(
                    [row["partner_id"][0] for row in rows.search_read(action["domain"])],
                    customer.ids * count,
                )
                with self.assertRaises(AccessError):
                    rows.create({"profile_id": profile.id, "date": "2025-03-31"})
                if not count:
                    with self.assertRaises(AccessError):
                        rows.browse(opened[0]).read(["index"])
