from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .goods_common import GoodsCase


@tagged("post_install", "-at_install")
class TestComplaintPortalDeliveries(GoodsCase, HttpCase):
    """Customers say in the portal which delivery they complain about."""

    def _complain(self, **form):
        return self.env["crm.complaint"]._portal_file(
            self.customer,
            self.company,
            {"subject": "It wobbles", "description": "The left leg", **form},
            document=self.order,
        )

    def test_a_delivery_is_chosen(self):
        complaint = self._complain(delivery_id=str(self.delivery.id))
        self.assertEqual((complaint.order_ids, complaint.picking_ids), (self.order, self.delivery))
        self.assertIn(
            (self.delivery.name, f"/my/picking/pdf/{self.delivery.id}"),
            complaint._get_portal_documents(),
        )
        self.assertFalse(self._complain(delivery_id="").picking_ids)

    def test_of_another_order_it_is_refused(self):
        with self.at("2026-01-06"):
            _order, foreign = self._deliver(self._create_customer("Bo's Inn"))
        for wrong in (str(foreign.id), "0 OR 1=1"):
            with self.assertRaisesRegex(UserError, "one of the deliveries"):
                self._complain(delivery_id=wrong)

    def test_the_order_s_page_leads_to_it(self):
        self.authenticate(None, None)
        page = self.url_open(self.order.get_portal_url()).text
        self.assertIn("o_lifecycle_complain_delivery", page)
        url = self.order.get_portal_url(
            suffix="/complain", query_string=f"&delivery_id={self.delivery.id}"
        )
        form = self.url_open(url).text
        self.assertRegex(form, rf'value="{self.delivery.id}"[^>]*selected')
