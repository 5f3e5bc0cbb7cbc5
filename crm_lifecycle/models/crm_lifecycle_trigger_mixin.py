import logging
from contextlib import contextmanager

import psycopg2

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


@contextmanager
def host_first(records, what="documents"):
    """Log what goes wrong with queueing: the host's transaction comes first.

    :param str what: whose customers are queued, of ``records``
    """
    try:
        yield
    except psycopg2.Error:
        # The transaction is lost already, and the host tries it again.
        raise
    except Exception:  # noqa: BLE001 the nightly pass makes up for it
        _logger.exception("Customer lifecycle: %s of %s were not queued", what, records)


@contextmanager
def behind_savepoint(records, what):
    """Do what follows from the host's documents so that nothing of it can fail these.

    Whatever goes wrong is undone and logged, errors of the database as well; what the host
    tries again by itself is raised.

    :param str what: what follows, of ``records``
    """
    # What others left to write is theirs to fail on.
    records.env.flush_all()
    try:
        with records.env.cr.savepoint():
            yield
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception:  # noqa: BLE001 the host's transaction comes first
        _logger.exception("Customer lifecycle: %s of %s were left as they were", what, records)


def write_if_accepted(news, what):
    """Write what a document tells on other records; what is refused is logged and left out.

    A constraint refuses what stands in the cache already, and would be saved all the same if
    the refusal were swallowed. So all is written behind a savepoint, and one value by one if
    something is refused.

    :param dict news: ``{record: values}``
    :param str what: what is told
    """
    if not news:
        return
    env = next(iter(news)).env
    # What others left to write is theirs to fail on.
    env.flush_all()
    try:
        # One that flushes would also do what is due at the end of the transaction, and so
        # tell in the chatter of changes that belong to the document's creation.
        with env.cr.savepoint(flush=False):
            for record, values in news.items():
                record.write(values)
            env.flush_all()
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception:  # noqa: BLE001 the document is saved without
        env.transaction.clear()
        single = [
            (record, {name: value})
            for record, values in news.items()
            for name, value in values.items()
        ]
        if len(single) == 1:
            _logger.exception("Customer lifecycle: %s of %s were refused", what, list(news))
            return
        for record, values in single:
            write_if_accepted({record: values}, what)


class CrmLifecycleTriggerMixin(models.AbstractModel):
    """A document whose changes call for another look at its customer.

    Inherited by host models and by our own. Nothing here may ever make the host's
    transaction fail: a defect is logged, and the nightly pass makes up for it.
    """

    _name = "crm.lifecycle.trigger.mixin"
    _description = "Customer Lifecycle Trigger"

    @api.model
    def _get_lifecycle_trigger_fields(self):
        """Return the names of the fields whose change calls for another look."""
        return {"partner_id", "company_id", "active"}

    def _get_lifecycle_partner_ids(self):
        """Return the ids of the contacts that the documents belong to."""
        return self.sudo().partner_id.ids

    def _mark_lifecycle_customers(self):
        """Queue the documents' customers at the end of the transaction."""
        with host_first(self):
            self.env["crm.lifecycle.queue"]._mark(self._get_lifecycle_partner_ids())

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._mark_lifecycle_customers()
        return records

    def write(self, vals):
        triggered = not self._get_lifecycle_trigger_fields().isdisjoint(vals)
        if triggered and "partner_id" in vals:
            # The former customer has a document less.
            self._mark_lifecycle_customers()
        result = super().write(vals)
        if triggered:
            self._mark_lifecycle_customers()
        return result

    def unlink(self):
        self._mark_lifecycle_customers()
        return super().unlink()
