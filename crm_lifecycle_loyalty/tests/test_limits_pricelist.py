from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL

from ..models.lifecycle_limit_mixin import LifecycleLimitMixin
from .point_common import PointCase

TRIGGER = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"


@tagged("post_install", "-at_install")
class TestPricelistLimits(PointCase):
    """Price lists for some customers only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._show_pricelists()
        lists = cls.env["product.pricelist"]
        # Those of the demo are not this test's business.
        lists._find_lifecycle_limited().lifecycle_stage_ids = False
        cls.buyer = cls._create_customer("Buyer")
        cls.everybody, cls.friends = lists.create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "sequence": sequence,
                }
                for name, sequence in (("Everybody", 2), ("Friends", 3))
            ]
        )
        cls.friends.lifecycle_stage_ids = cls.stages["first_buyer"]
        cls("_set_up_buyer")._set_up_buyer()
        cls.seller = cls._create_user("limit_seller", SALES_ALL)

    def _set_up_buyer(self):
        self._buy(self.buyer, "2026-03-01")
        with self.at("2026-03-10"):
            self._process_queue()

    def _order_of(self, customer):
        return self._create_order(customer, pricelist_id=self.friends.id)

    def test_salespeople_are_offered_what_is_for_the_customer(self):
        order = self._create_order(self.buyer)
        self.assertFalse(order.lifecycle_barred_pricelist_ids)
        order = self._create_order(self.customer)
        self.assertEqual(order.lifecycle_barred_pricelist_ids, self.friends)
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.customer
            self.assertEqual(form.lifecycle_barred_pricelist_ids[:], self.friends)

    def test_customers_are_not_told_what_is_not_for_them(self):
        portal = new_test_user(self.env, "limit_rpc_portal", "base.group_portal")
        order = self._create_order(portal.partner_id)
        order.message_subscribe(portal.partner_id.ids)
        self.assertEqual(order.lifecycle_barred_pricelist_ids, self.friends)
        [row] = order.with_user(portal).read(["lifecycle_barred_pricelist_ids"])
        self.assertEqual(row["lifecycle_barred_pricelist_ids"], [])

    def test_colleagues_cannot_confirm_with_it(self):
        with self.assertRaises(UserError) as refused:
            self._order_of(self.customer).with_user(self.seller).action_confirm()
        self.assertEqual(
            str(refused.exception),
            "Friends (EUR) is only for these customers: First-time buyer. Park Hotel is none"
            " of them. Choose another price list, and update the prices.",
        )
        order = self._order_of(self.buyer)
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_customers_and_payments_confirm_stays_as_offered(self):
        portal = new_test_user(self.env, "limit_list_portal", "base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (portal, public, self.env.ref("base.user_root")):
            with self.subTest(user.login):
                order = self._order_of(self.customer)
                order.with_user(user).sudo().action_confirm()
                self.assertEqual((order.state, order.pricelist_id), ("sale", self.friends))

    def test_it_is_nobody_elses_by_itself(self):
        self.friends.sequence = 1
        self.env.invalidate_all()
        for customer, expected in ((self.buyer, self.friends), (self.customer, self.everybody)):
            self.assertEqual(customer.property_product_pricelist, expected)
            self.assertEqual(self._create_order(customer).pricelist_id, expected)
        # Nor where somebody wrote it on the customer.
        self.customer.specific_property_product_pricelist = self.friends
        self.assertEqual(self.customer.property_product_pricelist, self.everybody)

    def test_all_of_a_list_at_once(self):
        self.friends.sequence = 1
        customers = self.buyer | self.customer | self.other
        self.env.invalidate_all()
        found = self.env["product.pricelist"]._get_partner_pricelist_multi(customers.ids)
        self.assertEqual(
            found,
            {
                self.buyer.id: self.friends,
                self.customer.id: self.everybody,
                self.other.id: self.everybody,
            },
        )

    def test_orders_go_on_where_we_cannot_tell(self):
        order = self._order_of(self.customer)
        with (
            patch.object(LifecycleLimitMixin, "_find_lifecycle_barred", side_effect=ValueError),
            mute_logger(TRIGGER),
        ):
            order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")
        self.friends.sequence = 1
        with (
            patch.object(LifecycleLimitMixin, "_find_lifecycle_limited", side_effect=ValueError),
            mute_logger(TRIGGER),
        ):
            self.env.invalidate_all()
            self.assertEqual(self.customer.property_product_pricelist, self.friends)
