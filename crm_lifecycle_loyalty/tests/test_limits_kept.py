from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestLimitsKept(PointCase):
    """What is for some customers only does not become everybody's by other ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._show_pricelists()
        cls.env["product.pricelist"].search([]).active = False
        cls.friends = cls.env["product.pricelist"].create(
            {"name": "Friends", "company_id": cls.company.id}
        )
        cls.level = cls.env["crm.lifecycle.loyalty.level"].create(
            {"name": "Dear", "minimum": 90, "company_id": cls.company.id}
        )

    # ------------------------------------------------------------
    # DELETED LEVELS
    # ------------------------------------------------------------

    def test_levels_that_limit_something_cannot_be_deleted(self):
        promotion = self._create_program("Promotion", "promotion", applies_on="current")
        for record in (promotion, self.friends):
            with self.subTest(record.name):
                record.lifecycle_level_ids = self.level
                record.active = False
                with self.assertRaises(UserError) as refused:
                    self.level.unlink()
                self.assertEqual(
                    str(refused.exception),
                    f"Dear cannot be deleted: {record.display_name} would be for everybody."
                    " Archive it, or choose other levels there first.",
                )
                record.lifecycle_level_ids = False
        self.level.unlink()
        self.assertFalse(self.level.exists())

    def test_nor_together_with_its_company(self):
        self.friends.lifecycle_level_ids = self.level
        self.env.flush_all()
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "DELETE FROM crm_lifecycle_loyalty_level WHERE id = %s", [self.level.id]
            )
        self.assertEqual(self.friends.lifecycle_level_ids, self.level)

    # ------------------------------------------------------------
    # SUBSTITUTES
    # ------------------------------------------------------------

    def test_the_settings_price_list_is_no_substitute_where_it_is_limited_itself(self):
        """Without any other one, the host falls back on that of its settings."""
        self.friends.lifecycle_stage_ids = self.stages["partner"]
        self.env["ir.config_parameter"].set_param(
            f"res.partner.property_product_pricelist_{self.company.id}", self.friends.id
        )
        self.env.invalidate_all()
        customer = self.customer.with_company(self.company)
        self.assertFalse(customer.property_product_pricelist)
        self.assertFalse(self._create_order(self.customer).pricelist_id)

    def test_it_is_where_it_suits_the_customer(self):
        self._buy(self.customer, "2026-03-01")
        with self.at("2026-03-10"):
            self._process_queue()
        first = self.stages["first_buyer"]
        special = self.friends.copy({"name": "Special"})
        special.lifecycle_stage_ids = self.stages["partner"]
        self.friends.lifecycle_stage_ids = first
        self.customer.specific_property_product_pricelist = special
        self.env["ir.config_parameter"].set_param(
            f"res.partner.property_product_pricelist_{self.company.id}", self.friends.id
        )
        self.env.invalidate_all()
        customer = self.customer.with_company(self.company)
        self.assertEqual(customer.property_product_pricelist, self.friends)

    # ------------------------------------------------------------
    # WEBSITES
    # ------------------------------------------------------------

    def test_the_form_warns_where_a_website_gives_it_to_everybody(self):
        lists = type(self.env["product.pricelist"])
        self.assertFalse(self.friends.lifecycle_is_open)
        # As with eCommerce, whose fields we do not know.
        with patch.object(lists, "_get_lifecycle_open_fields", lambda self: ["name"]):
            self.env.invalidate_all()
            self.assertFalse(self.friends.lifecycle_is_open)
            self.friends.lifecycle_type_ids = [
                Command.link(self.env["crm.lifecycle.limit.type"].search([], limit=1).id)
            ]
            self.env.invalidate_all()
            self.assertTrue(self.friends.lifecycle_is_open)
        arch = self.friends.get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertIn("not lifecycle_is_open", arch)
