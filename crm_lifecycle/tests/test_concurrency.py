import logging
from unittest.mock import ANY, patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron

from .connections_common import ConnectionsCase


@tagged("post_install", "-at_install")
class TestConcurrency(ConnectionsCase):
    """Several transactions at once: workers, users and administrators."""

    def test_two_workers_take_different_customers(self):
        customers = self._create_customers(6)
        with self._transaction() as first, self._transaction() as second:
            _pass_id, one = first["crm.lifecycle.queue"]._take(3)
            _pass_id, other = second["crm.lifecycle.queue"]._take(100)
            self.assertEqual(sorted(customer for customer, *_rest in one), customers[:3])
            self.assertEqual(sorted(customer for customer, *_rest in other), customers[3:])

    def test_two_workers_refresh_side_by_side(self):
        customers = self._create_customers(4)
        with self._transaction() as first, self._transaction() as second:
            self.assertEqual(first["crm.lifecycle.queue"]._process_batch(2), 2)
            self.assertEqual(second["crm.lifecycle.queue"]._process_batch(100), 2)
            second.cr.commit()
            first.cr.commit()
        with self._transaction() as env:
            self.assertEqual(self._profiles(env).partner_id.ids, customers)
            self.assertEqual(self._waiting(env), [])

    def test_a_worker_that_is_undone_leaves_its_rows(self):
        customers = self._create_customers(2)
        with self._transaction() as first:
            first["crm.lifecycle.queue"]._process_batch()
            first.cr.rollback()
        with self._transaction() as env:
            self.assertEqual(self._waiting(env), customers)
            self.assertFalse(self._profiles(env))

    def test_a_customer_in_hand_of_another_worker_stays_in_the_queue(self):
        [customer] = self._create_customers(1)
        self._queue_again(customer)
        with self._transaction() as first, self._transaction() as second:
            taken = (None, [(customer, "document", 1)])
            self.assertEqual(first["crm.lifecycle.queue"]._take(1), taken)
            self.assertEqual(second["crm.lifecycle.queue"]._take(100), (None, []))
            self.assertEqual(second["crm.lifecycle.queue"]._process_batch(), 0)
            second.cr.commit()
            first.cr.commit()
            # Free again with the end of the other one's transaction.
            self.assertEqual(second["crm.lifecycle.queue"]._take(100), taken)

    def test_a_worker_that_comes_too_late_tries_again(self):
        customers = self._create_customers(2)
        with self._transaction() as first, self._transaction() as second:
            # The second one's view of the database is older than the first one's work.
            self.assertEqual(self._waiting(second), customers)
            first["crm.lifecycle.queue"]._process_batch()
            first.cr.commit()
            self._queue_again(customers[0])
            with self.assertLogs(
                "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work", logging.INFO
            ) as logs:
                second["crm.lifecycle.queue"]._cron_process()
            self.assertIn("another worker was faster", logs.output[0])
        with self._transaction() as env:
            self.assertEqual(self._profiles(env).partner_id.ids, customers)
            self.assertEqual(self._waiting(env), [])

    def test_a_worker_who_finds_nothing_to_take_reports_nothing_left(self):
        [customer] = self._create_customers(1)
        self._queue_again(customer)
        with self._transaction() as first, self._transaction() as second:
            first["crm.lifecycle.queue"]._take(1)
            with patch.object(
                IrCron, "_commit_progress", autospec=True, return_value=1.0
            ) as commit:
                second["crm.lifecycle.queue"]._cron_process()
            commit.assert_called_once_with(ANY, 0, remaining=0)

    def test_a_change_during_a_refresh_is_not_lost(self):
        [customer] = self._create_customers(1)
        with self._transaction() as worker:
            worker["crm.lifecycle.queue"]._process_batch()
            # Neither waits for the other.
            with self._commit() as seller:
                seller["crm.lead"].create(
                    {"name": "Opportunity", "type": "opportunity", "partner_id": customer}
                )
            worker.cr.commit()
        with self._commit() as env:
            self.assertEqual(self._profiles(env).stage_id.code, "suspect")
            self.assertEqual(self._waiting(env), [customer])
            env["crm.lifecycle.queue"]._process_batch()
            self.assertEqual(self._profiles(env).stage_id.code, "prospect")

    def test_two_orders_of_one_customer_are_confirmed_at_once(self):
        [customer] = self._create_customers(1)
        with self._commit() as env:
            product = env["product.product"].create({"name": "Concurrent", "type": "service"})
            self.product_ids += product.ids
            orders = env["sale.order"].create(
                [
                    {
                        "partner_id": customer,
                        "order_line": [
                            Command.create({"product_id": product.id, "price_unit": 10.0})
                        ],
                    }
                    for _number in range(2)
                ]
            )
            ids = orders.ids
        with self._transaction() as first, self._transaction() as second:
            # Both look before either writes, so that each would notice the other.
            for env in (first, second):
                self.assertTrue(self._waiting(env))
            first["sale.order"].browse(ids[0]).action_confirm()
            second["sale.order"].browse(ids[1]).action_confirm()
            for env in (first, second):
                env.flush_all()
                env.cr.flush()
            first.cr.commit()
            second.cr.commit()
        with self._commit() as env:
            self.assertEqual(set(env["sale.order"].browse(ids).mapped("state")), {"sale"})
            env["crm.lifecycle.queue"]._cron_process()
            self.assertEqual(self._profiles(env).purchase_count, 1)
            self.assertEqual(self._profiles(env).purchase_amount, 20.0)

    def test_an_order_is_confirmed_while_its_customer_is_refreshed(self):
        [customer] = self._create_customers(1)
        with self._commit() as env:
            order_id = env["sale.order"].create({"partner_id": customer}).id
        with self._transaction() as worker, self._transaction() as seller:
            order = seller["sale.order"].browse(order_id)
            self.assertEqual(order.state, "draft")
            worker["crm.lifecycle.queue"]._process_batch()
            worker.cr.commit()
            order.action_quotation_sent()
            seller.cr.commit()
        with self._transaction() as env:
            self.assertEqual(self._waiting(env), [customer])

    def test_of_two_versions_activated_at_once_one_becomes_active(self):
        """The other transaction fails, and the host tries it again on what it then sees."""
        with self._commit() as env:
            former = env["crm.lifecycle.policy"].search([("state", "=", "active")], limit=1)
            former_id, draft_ids = former.id, [former.copy().id, former.copy().id]
            company_id = former.company_id.id
        self.addCleanup(self._return_to_policy, former_id, draft_ids)
        with self._transaction() as first, self._transaction() as second:
            for env in (first, second):
                env["crm.lifecycle.policy"].browse(former_id).read(["state"])
            first["crm.lifecycle.policy"].browse(draft_ids[0]).action_activate()
            first.cr.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                second["crm.lifecycle.policy"].browse(draft_ids[1]).action_activate()
            second.cr.rollback()
            second.invalidate_all()
            second["crm.lifecycle.policy"].browse(draft_ids[1]).action_activate()
            second.cr.commit()
        with self._transaction() as env:
            active = env["crm.lifecycle.policy"].search(
                [("company_id", "=", company_id), ("state", "=", "active")]
            )
            self.assertEqual(active.ids, draft_ids[1:])
            self.assertEqual(active.previous_id.id, draft_ids[0])

    def _return_to_policy(self, policy_id, other_ids):
        with self._commit() as env:
            policies = env["crm.lifecycle.policy"]
            policies.browse(other_ids).write({"state": "draft"})
            env.flush_all()
            policies.browse(policy_id).write({"state": "active", "retired_at": False})
            env["crm.lifecycle.pass"].search([("policy_id", "in", other_ids)]).unlink()
            policies.browse(other_ids).unlink()
