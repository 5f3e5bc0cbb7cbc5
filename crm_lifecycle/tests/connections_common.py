"""What tests on real connections build on."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase


class ConnectionsCase(TransactionCase):
    """Several transactions at once, on real connections and committed data.

    Each test says which statement comes after which; a transaction that has to wait
    for another one fails at once instead of hanging.
    """

    def setUp(self):
        super().setUp()
        self.partner_ids, self.product_ids, self.pass_ids = [], [], []
        with self._commit() as env:
            # What the database has waiting is set aside for the test.
            env.cr.execute(
                "UPDATE crm_lifecycle_queue SET failed_at = now(), error = 'parked'"
                " WHERE failed_at IS NULL"
            )
            env.cr.execute(
                "UPDATE crm_lifecycle_pass SET state = 'parked ' || state"
                " WHERE state IN ('waiting', 'running')"
            )
        self.addCleanup(self._clean_up)

    @contextmanager
    def _transaction(self):
        """A connection of its own, undone at the end."""
        with self.registry.cursor() as cr:
            cr.execute("SET lock_timeout = '3s'")
            try:
                yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            finally:
                # The connection goes back to the pool.
                cr.rollback()
                cr.execute("RESET lock_timeout")
                # A connection of the test's own, so nobody else's work is committed.
                cr.commit()  # pylint: disable=invalid-commit

    @contextmanager
    def _commit(self):
        with self._transaction() as env:
            yield env
            env.cr.commit()

    def _clean_up(self):
        with self._commit() as env:
            partners = env["res.partner"].browse(self.partner_ids)
            orders = env["sale.order"].search([("partner_id", "in", partners.ids)])
            orders._action_cancel()
            orders.unlink()
            env["crm.lead"].search([("partner_id", "in", partners.ids)]).unlink()
            partners.unlink()
            env["product.product"].browse(self.product_ids).unlink()
            env["crm.lifecycle.pass"].browse(self.pass_ids).exists().unlink()
            env.flush_all()
            env.cr.flush()
            env.cr.execute(
                "DELETE FROM crm_lifecycle_queue WHERE partner_ref = ANY(%s)", [self.partner_ids]
            )
            env.cr.execute(
                "UPDATE crm_lifecycle_queue SET failed_at = NULL, error = NULL"
                " WHERE error = 'parked'"
            )
            env.cr.execute(
                "UPDATE crm_lifecycle_pass SET state = substr(state, 8) WHERE state LIKE 'parked %'"
            )

    def _create_customers(self, count):
        """Create customers with a lead each, which queues them."""
        with self._commit() as env:
            partners = env["res.partner"].create(
                [{"name": f"Concurrent {number}"} for number in range(count)]
            )
            self.partner_ids += partners.ids
            env["crm.lead"].create(
                [{"name": "Lead", "type": "lead", "partner_id": partner.id} for partner in partners]
            )
        return partners.ids

    def _queue_again(self, partner_id):
        with self._commit() as env:
            env["crm.lifecycle.queue"]._mark([partner_id])

    def _waiting(self, env):
        env.cr.execute(
            "SELECT partner_ref FROM crm_lifecycle_queue WHERE failed_at IS NULL ORDER BY id"
        )
        return [partner_id for (partner_id,) in env.cr.fetchall()]

    def _profiles(self, env):
        profiles = env["crm.lifecycle.profile"]
        return profiles.search([("partner_id", "in", self.partner_ids)], order="partner_id")
