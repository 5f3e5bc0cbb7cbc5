import logging

import psycopg2

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first

_logger = logging.getLogger(__name__)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        # The one way to done, for the transfer's button, batches and repairs alike.
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done._mark_lifecycle_customers()
        done._note_lifecycle_registrations()
        return done

    def _note_lifecycle_registrations(self):
        """Note on registrations what came back."""
        moves = self.sudo().filtered(
            lambda move: "customer" in (move.location_id.usage, move.location_dest_id.usage)
        )
        registrations = self.env["crm.lifecycle.registration"].sudo()
        with host_first(self, "registrations"):
            registrations = registrations._find_moved(moves)
        if not registrations:
            return
        # What others left to write is theirs to fail on.
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                registrations._note_returns()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            _logger.exception("Customer lifecycle: no registration tells of %s", self)

    def _mark_lifecycle_customers(self):
        """Queue those who got, or sent back, something."""
        try:
            moves = self.sudo().filtered(
                lambda move: "customer" in (move.location_id.usage, move.location_dest_id.usage)
            )
            partners = moves.picking_id.partner_id | moves.sale_line_id.order_id.partner_id
            self.env["crm.lifecycle.queue"]._mark(partners.ids)
        except psycopg2.Error:
            # The transaction is lost already, and the host tries it again.
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            _logger.exception("Customer lifecycle: customers of %s were not queued", self)
