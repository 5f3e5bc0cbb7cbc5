from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_lifecycle_queue_work import MAX_RETRIES
from .common import SALES_MANAGER
from .rows_common import RowsCase

SEARCH_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_pass_search"
QUEUE_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work"


class FaultsCase(RowsCase):
    """Two customers who have been looked at, and whose documents a check has seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        cls = type(self)
        with self.at("2026-03-02"):
            cls.customer, cls.other = (
                self._create_customer(name) for name in ("Rows Ltd", "Rows Other")
            )
            cls.order = self._confirm_order(self.customer)
            self._confirm_order(self.other)
            self._process_queue()
            self._gather("week")
            self._process_queue()

    def _change_amount(self, order=None):
        self._change_row(order or self.order, amount_untaxed=250.0, amount_total=250.0)


@tagged("post_install", "-at_install")
class TestUnclaimedContacts(FaultsCase):
    """A contact that the host has not given to any customer, as after an import by SQL."""

    def setUp(self):
        super().setUp()
        self.contact = self._create_customer("Rows Import")
        self._confirm_order(self.contact)
        self._change_row(self.contact, commercial_partner_id=None)

    def test_it_keeps_no_pass_from_its_end(self):
        for kind in ("night", "week", "demand", "install"):
            with self.subTest(kind), self.at("2026-03-03"):
                started = self._gather(kind)
                self.assertNotIn(self.contact.id, self._gathered(started))
                self._process_queue()
                self.assertEqual(started.state, "done")

    def test_it_does_not_stand_before_others_in_the_queue(self):
        with self.at("2026-03-03"):
            self.queue._mark(self.contact.ids)
            self._change_amount()
            self.queue._mark(self.customer.ids)
            self._process_queue()
        self.assertFalse(self.queue.search([]))
        self.assertEqual(self._profile(self.customer).purchase_amount, 250.0)


@tagged("post_install", "-at_install")
class TestGathering(FaultsCase):
    """What goes wrong when customers are gathered stops nothing else."""

    def _break_gathering(self):
        events = self.env.registry["crm.lifecycle.event"]
        return patch.object(events, "_get_traces", side_effect=ValueError("a broken bridge"))

    def test_documents_come_first(self):
        with self.at("2026-03-03"):
            self.passes._start("demand")
            self._change_amount()
            self.queue._mark(self.customer.ids)
            self.env.cr.flush()
            self.assertEqual(self.queue._process_next(), 1)
            self.assertEqual(self._profile(self.customer).purchase_amount, 250.0)
            self.assertEqual(self.passes.search([], limit=1).state, "waiting")

    def test_a_pass_that_cannot_gather_is_given_up_with_the_error(self):
        with self.at("2026-03-03"):
            started = self.passes._start("demand")
            self._change_amount()
            self.queue._mark(self.customer.ids)
            with self._break_gathering(), mute_logger(SEARCH_LOG):
                self._process_queue()
        self.assertRecordValues(
            started, [{"state": "failed", "error": "ValueError: a broken bridge"}]
        )
        self.assertTrue(started.finished_at)
        self.assertEqual(self._profile(self.customer).purchase_amount, 250.0)

    def test_the_next_night_tries_it_again(self):
        with self.at("2026-03-10"):
            check = self.passes._start_due()
            self.assertEqual(check.kind, "week")
            with self._break_gathering(), mute_logger(SEARCH_LOG):
                self._process_queue()
            self.assertEqual(check.state, "failed")
            self._change_amount()
        with self.at("2026-03-11"):
            again = self.passes._start_due()
            self.assertEqual(again.kind, "week")
            self._process_queue()
            self.assertEqual(again.state, "done")
        self.assertEqual(self._profile(self.customer).purchase_amount, 250.0)

    def test_collisions_are_counted_for_each_batch(self):
        """A long pass has more of them than one batch may have."""
        results = [SerializationFailure(), 1] * (MAX_RETRIES + 2) + [0]
        queue = self.env.registry["crm.lifecycle.queue"]
        with (
            patch.object(queue, "_process_next", side_effect=results) as process,
            patch.object(queue, "_count_waiting", return_value=1),
            patch.object(self.env.registry["ir.cron"], "_commit_progress", return_value=60.0),
            patch.object(self.env.cr, "rollback"),
        ):
            self.queue._cron_process()
        self.assertEqual(process.call_count, len(results))


@tagged("post_install", "-at_install")
class TestSetAside(FaultsCase):
    """Whatever was in the way of a customer may be gone the next time."""

    def test_each_pass_tries_them_again(self):
        for kind in ("night", "week", "demand"):
            with self.subTest(kind), self.at("2026-03-03"):
                self._set_aside(self.customer)
                started = self._gather(kind)
                self.assertIn(self.customer.id, self._gathered(started))
                self._process_queue()
                self.assertFalse(self.queue.search([("failed_at", "!=", False)]))

    def test_whoever_fails_each_time_is_one_row(self):
        events = self.env.registry["crm.lifecycle.event"]
        record, broken = events._record, self.customer.id

        def _record(self, partner_ids):
            if broken in partner_ids:
                raise ValueError("for ever")
            return record(self, partner_ids)

        for day in ("2026-03-03", "2026-03-04"):
            with (
                self.at(day),
                patch.object(events, "_record", _record),
                mute_logger(QUEUE_LOG),
            ):
                self._set_aside(self.customer)
                self._gather("night")
                self._process_queue()
        self.assertEqual(
            self.queue.search([("failed_at", "!=", False)]).mapped("partner_ref"),
            self.customer.ids,
        )


@tagged("post_install", "-at_install")
class TestReplaced(FaultsCase):
    """Of several rebuilds only what none of the others does is left."""

    def test_what_is_left_of_a_replaced_pass_is_dropped(self):
        with self.at("2026-03-03"):
            former = self._gather("demand")
            # A worker had these rows in hand when the pass was replaced, and was killed.
            former.state = "replaced"
            self.env.flush_all()
            self.assertTrue(self._gathered(former))
            self._gather("night")
            self.assertFalse(self._gathered(former))

    def test_one_of_all_companies_includes_a_later_one_of_a_single_company(self):
        with self.at("2026-03-03"):
            everywhere = self.passes._start("demand")
            single = self.passes._start("policy", self.company)
            while self.passes._search_waiting():
                pass
            self.assertEqual((everywhere.state, single.state), ("running", "replaced"))
            self._process_queue()
            self.assertEqual(everywhere.state, "done")


@tagged("post_install", "-at_install")
class TestConcerned(FaultsCase):
    """A document of somebody else's, or of the company, may concern a customer as well."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-02"):
            self.payer = self._create_customer("Rows Payer")
            order = self._confirm_order(self.customer, partner_invoice_id=self.payer.id)
            invoice = self._invoice_order(order)
            self.refund = self._refund(invoice)
            self._process_queue()
        # Long after: a night also looks at what was written shortly before the last pass.
        with self.at("2026-03-02 20:00:00"):
            self._gather("week")
            self._process_queue()

    def test_who_ordered_is_found_by_a_refund_to_who_was_invoiced(self):
        with self.env.cr.savepoint() as savepoint, self.at("2026-03-03"):
            self._change_row(self.refund, amount_untaxed=40.0)
            self.assertEqual(self._found("week"), self.customer | self.payer)
            savepoint.rollback()
        self.env.invalidate_all()
        with self.at("2026-03-03"):
            self._copy_row(self.refund, name="RINV/IMPORT", write_date=None)
            self.assertEqual(self._found("night"), self.customer | self.payer)

    def test_a_company_that_moved_to_another_time_zone_is_rebuilt(self):
        for kind in ("night", "week"):
            with self.subTest(kind), self.at("2026-03-03"), self.env.cr.savepoint() as savepoint:
                self._gather(kind)
                self._process_queue()
                self._change_row(self.company.partner_id, tz="Asia/Shanghai")
                last = self.passes.search([], limit=1)
                self._gather(kind)
                rebuilds = self.passes.search([("id", ">", last.id), ("kind", "=", "demand")])
                self.assertEqual(rebuilds.company_id, self.company)
                self._process_queue()
                last = self.passes.search([], limit=1)
                self._gather(kind)
                self.assertFalse(
                    self.passes.search([("id", ">", last.id), ("kind", "=", "demand")])
                )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_team_that_moves_to_another_company_takes_its_customers_along(self):
        team = self.env["crm.team"].create({"name": "Rows", "company_id": self.company.id})
        lead = self._create_opportunity(self.other, team_id=team.id)
        self._change_row(lead, company_id=None)
        with self.at("2026-03-03"):
            self._gather("week")
            self._process_queue()
            company = self._create_company("Lifecycle Other Company", "base.USD")
            self._change_row(team, company_id=company.id)
            self.assertEqual(self._found("week"), self.other)


@tagged("post_install", "-at_install")
class TestEverybodys(FaultsCase):
    """A pass over the customers of all companies is nobody's of a single one."""

    def test_who_works_for_some_companies_cannot_pause_it(self):
        with self.at("2026-03-03"):
            started = self._gather("demand")
        some = self._create_user("lifecycle_some", SALES_MANAGER)
        everywhere = self._create_user("lifecycle_everywhere", SALES_MANAGER)
        everywhere.company_ids = [Command.set(self.env["res.company"].search([]).ids)]
        with self.assertRaises(AccessError):
            started.with_user(some).action_pause()
        self.assertEqual(started.state, "running")
        started.with_user(everywhere).action_pause()
        self.assertEqual(started.state, "paused")
        with self.assertRaises(AccessError):
            started.with_user(some).action_resume()
        started.with_user(everywhere).action_resume()
        self.assertEqual(started.state, "running")

    def test_checks_of_long_ago_are_forgotten(self):
        with self.at("2026-03-03"):
            former = self._gather("week") | self._gather("night")
            failed = self.passes._start("night")
            failed._finish("failed")
            self._process_queue()
        with self.at("2026-12-03"):
            last = self._gather("week") | self._gather("night")
            self._process_queue()
            self.passes._gc_nights()
        self.assertFalse((former | failed).exists())
        self.assertEqual(last.exists(), last)
