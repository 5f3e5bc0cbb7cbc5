from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_lifecycle_stock.tests.goods_common import GoodsCase


@tagged("post_install", "-at_install")
class TestDeliveryRounds(GoodsCase):
    """Customers are asked after deliveries."""

    def setUp(self):
        super().setUp()
        self.customer.email = "garden@ada.example"
        self.survey = self.env.ref("crm_lifecycle_survey.survey_nps")
        self.round = self.env["crm.lifecycle.survey.round"].create(
            {
                "name": "After a delivery",
                "event": "delivery",
                "company_id": self.company.id,
                "survey_id": self.survey.id,
                "date_start": "2026-01-01",
                "delay_days": 3,
            }
        )

    def _run(self, day):
        job = self.env["crm.lifecycle.survey.job"]
        with self.at(day):
            for step in job._get_steps():
                job._work_off(self.company, step)
            self.env.flush_all()
        return self.round.request_ids

    def test_a_delivery(self):
        request = self._run("2026-01-06")
        self.assertRecordValues(
            request,
            [
                {
                    "res_model": "stock.picking",
                    "res_id": self.delivery.id,
                    "person_id": self.customer.id,
                    "date_event": fields.Date.to_date("2026-01-05"),
                    "date_due": fields.Date.to_date("2026-01-08"),
                    "state": "due",
                }
            ],
        )
        self.assertEqual(self._run("2026-01-08").state, "asked")

    def test_what_is_not_delivered_yet(self):
        with self.at("2026-01-05"):
            self.delivery.copy({"state": "assigned"})
        self.assertEqual(self._run("2026-01-06").res_id, self.delivery.id)

    def test_what_comes_back_is_no_delivery(self):
        with self.at("2026-01-06"):
            back = self.delivery.copy(
                {
                    "location_id": self.delivery.location_dest_id.id,
                    "location_dest_id": self.delivery.location_id.id,
                }
            )
            back.write({"date_done": fields.Datetime.now()})
            self.env.flush_all()
            self.env.cr.execute("UPDATE stock_picking SET state = 'done' WHERE id = %s", [back.id])
        self.assertEqual(self._run("2026-01-06").res_id, self.delivery.id)

    def test_the_index_serves(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname ="
            " 'stock_picking_lifecycle_survey_done_idx'"
        )
        [[definition]] = self.env.cr.fetchall()
        self.assertIn("(company_id, date_done) WHERE", definition)

    def test_without_the_bridge_rounds_are_retired_and_answers_stay(self):
        request = self._run("2026-01-08")
        field = self.env["ir.model.fields"]._get("crm.lifecycle.survey.round", "event")
        value = field.selection_ids.filtered(lambda selection: selection.value == "delivery")
        value.with_context(force_delete=True)._process_ondelete()
        self.assertRecordValues(self.round, [{"event": "purchase", "active": False}])
        self.assertTrue(request.exists())
        self.assertEqual((request.state, request.res_model), ("asked", "stock.picking"))
