from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, html2plaintext, mute_logger

from odoo.addons.crm_lifecycle.models.account_move import AccountMove
from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue import CrmLifecycleQueue

from .common import SALES_MANAGER, LifecycleCase

QUEUE_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue"
WORK_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work"
HOOK_LOGS = (
    "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin",
    "odoo.addons.crm_lifecycle.models.account_move",
    "odoo.addons.crm_lifecycle.models.res_partner",
    QUEUE_LOG,
)


class QueueCase(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Parks & Co")
        cls.manager = cls._create_user("lifecycle_manager", SALES_MANAGER)
        cls.env["account.journal"].create(
            {
                "name": "Bills",
                "type": "purchase",
                "code": "LBIL",
                "company_id": cls.company.id,
                "default_account_id": cls.env["account.account"]
                .search([("code", "=", "100004")], limit=1)
                .id,
            }
        )
        cls.env.cr.flush()
        cls.env.cr.execute("DELETE FROM crm_lifecycle_queue")

    def _waiting(self):
        """Return the contacts that wait, one per row, in the order of the table."""
        self.env.cr.flush()
        return self.queue.search([("failed_at", "=", False)]).mapped("partner_ref")

    def _empty_queue(self):
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        self.env.invalidate_all()

    @contextmanager
    def failing(self, *customers):
        """Make the derivation of some customers fail."""
        events = self.env.registry["crm.lifecycle.event"]
        record = events._record

        def _record(self, partner_ids):
            if set(partner_ids) & {customer.id for customer in customers}:
                raise ValueError("a figure that cannot be")
            return record(self, partner_ids)

        with patch.object(events, "_record", _record), mute_logger(WORK_LOG):
            yield


@tagged("post_install", "-at_install")
class TestProduce(QueueCase):
    """Changes of documents append to the queue, at the end of their transaction."""

    def assertCostsQueries(self, count, create, change):
        """Assert how many queries more a change of a fresh document takes with the hooks."""
        counts = {}
        for name in ("warm", "without", "with"):
            document = create(self.customer)
            self.env.cr.flush()
            self.env.invalidate_all()
            with ExitStack() as stack:
                if name == "without":
                    stack.enter_context(
                        patch.object(CrmLifecycleQueue, "_mark", lambda self, partner_ids: None)
                    )
                    stack.enter_context(
                        patch.object(AccountMove, "_mark_lifecycle_moves", lambda self: None)
                    )
                before = self.env.cr.sql_log_count
                change(document)
                self.env.flush_all()
                self.env.cr.flush()
                counts[name] = self.env.cr.sql_log_count - before
        self.assertEqual(counts["with"] - counts["without"], count)

    def test_a_confirmation_costs_one_query_more(self):
        self.assertCostsQueries(1, self._create_order, lambda order: order.action_confirm())

    def test_posting_an_invoice_costs_two_queries_more(self):
        """Whose orders it bills is asked as well."""
        self.assertCostsQueries(2, self._create_invoice, lambda invoice: invoice.action_post())

    def test_each_transaction_with_a_change_wakes_a_worker(self):
        # However short the time between them: a transaction cannot see whether a
        # worker has used up the trigger of the one before.
        cron = self.env.ref("crm_lifecycle.ir_cron_process_queue")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        for count in (1, 2):
            with self.subTest(count), self.at("2026-03-03 12:00:00"):
                self.queue._mark(self.customer.ids)
                self.env.cr.flush()
                found = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
                self.assertEqual(found, count)

    def test_a_burst_of_changes_notifies_the_workers_once_a_second(self):
        cron = self.env.ref("crm_lifecycle.ir_cron_process_queue")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        for moment, notified in (
            ("2026-03-03 12:00:00", 1),
            ("2026-03-03 12:00:00", 0),
            ("2026-03-03 12:00:01", 1),
        ):
            with self.subTest(moment), self.at(moment):
                before = len(self.env.cr.postcommit)
                self.queue._mark(self.customer.ids)
                self.env.cr.flush()
                self.assertEqual(len(self.env.cr.postcommit) - before, notified)

    def test_nothing_to_queue_wakes_nobody(self):
        cron = self.env.ref("crm_lifecycle.ir_cron_process_queue")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.queue._append(SQL("SELECT id FROM res_partner WHERE FALSE"), "retry")
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_each_change_of_a_document_queues_its_customer_once(self):
        order = self._create_order(self.customer)
        lead = self._create_lead(self.customer)
        invoice = self._create_invoice(self.customer)
        posted = self._post_invoice(self.customer)
        agreement = self._create_agreement(self.customer, "2030-01-01")
        mark = self._create_mark(self.customer)
        referred = self._create_customer("Referred", lifecycle_referrer_id=self.customer.id)
        contact = self.env["res.partner"].create({"name": "Grace", "parent_id": self.customer.id})
        for name, change in (
            ("quotation", lambda: self._create_order(self.customer)),
            ("sent", order.action_quotation_sent),
            ("amount", lambda: order.order_line.write({"price_unit": 7.0})),
            ("confirmation", order.action_confirm),
            ("cancellation", order._action_cancel),
            ("lead", lambda: self._create_lead(self.customer)),
            ("conversion", lambda: lead.write({"type": "opportunity"})),
            ("revenue", lambda: lead.write({"expected_revenue": 7.0})),
            ("won", lead.action_set_won),
            ("deleted lead", lead.unlink),
            ("posting", invoice.action_post),
            ("payment", lambda: self._pay(posted)),
            ("refund", lambda: self._refund(posted)),
            ("draft again", invoice.button_draft),
            ("deleted invoice", invoice.unlink),
            ("rating", lambda: self._rate(order, self.customer, 5)),
            ("agreement", lambda: agreement.write({"date_start": "2026-01-01"})),
            ("deleted agreement", agreement.unlink),
            ("mark", lambda: mark.write({"active": False})),
            ("archive", lambda: self.customer.write({"active": False})),
            ("unarchive", lambda: self.customer.write({"active": True})),
            ("referral ends", lambda: referred.write({"lifecycle_referrer_id": False})),
            ("contact leaves", lambda: contact.write({"parent_id": False})),
        ):
            with self.subTest(name):
                self._empty_queue()
                change()
                self.env.flush_all()
                self.assertEqual(self._waiting().count(self.customer.id), 1)

    def test_what_changes_nothing_queues_nobody(self):
        order = self._confirm_order(self.customer)
        lead = self._create_lead(self.customer)
        for name, change in (
            ("note on an order", lambda: order.write({"client_order_ref": "42"})),
            ("chatter", lambda: order.message_post(body="Hello")),
            ("lead's name", lambda: lead.write({"name": "Other"})),
            ("contact's phone", lambda: self.customer.write({"phone": "+32 2 290 34 90"})),
            (
                "vendor's bill",
                lambda: self._create_invoice(self.customer, move_type="in_invoice").action_post(),
            ),
            ("new contact", lambda: self._create_customer("Nobody yet")),
        ):
            with self.subTest(name):
                self._empty_queue()
                change()
                self.env.flush_all()
                self.assertEqual(self._waiting(), [])

    def test_a_change_that_is_undone_takes_its_row_with_it(self):
        self._empty_queue()
        with self.env.cr.savepoint() as savepoint:
            self._confirm_order(self.customer)
            self.env.flush_all()
            self.env.cr.flush()
            self.assertIn(self.customer.id, self._waiting())
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertEqual(self._waiting(), [])
        # Not yet appended when it was undone.
        with self.env.cr.savepoint() as savepoint:
            self.queue._mark(self.customer.ids)
            savepoint.rollback()
        self.assertEqual(self._waiting(), [])

    def test_a_defect_in_the_hooks_leaves_the_documents_alone(self):
        invoice = self._create_invoice(self.customer)
        order = self._create_order(self.customer)
        paid = self._post_invoice(self.customer)
        for model, name in (
            (CrmLifecycleQueue, "_mark"),
            (CrmLifecycleQueue, "_append"),
            (AccountMove, "_mark_lifecycle_moves"),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with (
                    patch.object(model, name, side_effect=ValueError("broken")),
                    mute_logger(*HOOK_LOGS),
                ):
                    order.action_confirm()
                    invoice.action_post()
                    self._pay(paid)
                    lead = self._create_opportunity(self.customer)
                    lead.action_set_won()
                    self.customer.write({"is_company": False})
                    self.env.flush_all()
                    self.env.cr.flush()
                self.env.invalidate_all()
                self.assertEqual(order.state, "sale")
                self.assertEqual(invoice.state, "posted")
                self.assertEqual(paid.payment_state, "paid")
                self.assertEqual(lead.won_status, "won")
                savepoint.rollback()

    def test_a_defect_in_the_hooks_is_logged(self):
        for name, log in (("_mark", HOOK_LOGS[0]), ("_append", QUEUE_LOG)):
            order = self._create_order(self.customer)
            self.env.cr.flush()
            with self.subTest(name), self.assertLogs(log, "ERROR") as logs:
                with patch.object(CrmLifecycleQueue, name, side_effect=ValueError("broken")):
                    with mute_logger(*(other for other in HOOK_LOGS if other != log)):
                        order.action_confirm()
                        self.env.flush_all()
                        self.env.cr.flush()
                self.assertIn("broken", logs.output[0])
                self.assertIn("were not queued", logs.output[0])

    def test_an_error_of_the_database_in_the_hooks_is_not_hidden(self):
        """The host knows what to do with it: the transaction is lost, and tried again."""
        order = self._create_order(self.customer)
        self.env.cr.flush()
        for act in (order.action_confirm, lambda: self.customer.write({"is_company": False})):
            with (
                patch.object(CrmLifecycleQueue, "_mark", side_effect=SerializationFailure()),
                self.assertRaises(SerializationFailure),
            ):
                act()

    def test_the_nightly_pass_makes_up_for_a_defect_in_the_hooks(self):
        self._gather("night")
        with patch.object(CrmLifecycleQueue, "_mark", lambda self, partner_ids: None):
            self._confirm_order(self.customer)
            self.env.flush_all()
            self.env.cr.flush()
        self._process_queue()
        self.assertFalse(self._profile(self.customer))
        self._gather("night")
        self._process_queue()
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")


@tagged("post_install", "-at_install")
class TestConsume(QueueCase):
    """The queue is worked off in batches, and a failure stops nobody else."""

    def _append(self, customer, reason, times=1):
        self.queue.create(
            [
                {
                    "partner_ref": customer.id,
                    "reason": reason,
                    "queued_at": fields.Datetime.now(),
                }
            ]
            * times
        )
        self.env.flush_all()

    def test_a_customer_who_waits_many_times_is_taken_once(self):
        self._create_order(self.customer)
        self._empty_queue()
        self._append(self.customer, "document", times=3)
        refreshed = []
        profiles = self.env.registry["crm.lifecycle.profile"]
        refresh = profiles._refresh

        def _refresh(self, partner_ids, announce=False):
            refreshed.extend(partner_ids)
            return refresh(self, partner_ids, announce)

        with patch.object(profiles, "_refresh", _refresh):
            self.assertEqual(self.queue._process_batch(), 3)
        self.assertEqual(refreshed, self.customer.ids)
        self.assertEqual(self._waiting(), [])

    def test_contacts_of_one_company_are_one_customer(self):
        contacts = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.customer.id} for name in ("Ada", "Grace")]
        )
        self._empty_queue()
        for contact in contacts | self.customer:
            self._append(contact, "document")
        _pass_id, [(customer, reason, rows)] = self.queue._take(10)
        self.assertEqual((customer, reason, rows), (self.customer.id, "document", 3))

    def test_changes_come_first_and_nights_before_rebuilds(self):
        for customer in (known := self._create_customer("Known"), self.customer):
            self._confirm_order(customer)
        self._process_queue()
        rebuild, night = self._gather("demand", self.company), self.passes._start("night")
        night.write({"state": "running"})
        retried, live = self._create_customer("Retried"), self._create_customer("Live")
        self.queue._append(SQL("SELECT %s", known.id), "pass", night)
        self._append(retried, "retry", times=2)
        self._append(live, "document")
        taken = [self.queue._take(1) for _number in range(5)]
        self.assertEqual(
            taken[:4],
            [
                (None, [(live.id, "document", 1)]),
                (None, [(retried.id, "retry", 1)]),
                (None, [(retried.id, "retry", 1)]),
                (night.id, [(known.id, "pass", 1)]),
            ],
        )
        self.assertEqual(taken[4][0], rebuild.id)

    def test_a_failing_customer_is_set_aside_and_the_rest_goes_on(self):
        others = self.env["res.partner"].union(
            *(self._create_customer(f"Customer {number}") for number in range(6))
        )
        for customer in (*others, self.customer):
            self._confirm_order(customer)
        self._empty_queue()
        for customer in (*others[:3], self.customer, *others[3:]):
            self._append(customer, "document")
        with self.failing(self.customer):
            self._process_queue()
        self.assertEqual(
            [self._profile(other).stage_id.code for other in others], ["first_buyer"] * 6
        )
        self.assertFalse(self._profile(self.customer))
        self.assertRecordValues(
            self.queue.search([]),
            [
                {
                    "partner_ref": self.customer.id,
                    "partner_id": self.customer.id,
                    "error": "ValueError: a figure that cannot be",
                }
            ],
        )
        self.assertTrue(self.queue.search([]).failed_at)

    def test_a_failure_is_logged_with_its_trace(self):
        self._confirm_order(self.customer)
        self.env.cr.flush()
        with self.assertLogs(WORK_LOG, "ERROR") as logs:
            with patch.object(
                self.env.registry["crm.lifecycle.event"], "_record", side_effect=ValueError("odd")
            ):
                self.queue._process_batch()
        self.assertEqual(len(logs.output), 1)
        self.assertIn(f"customer {self.customer.id} is set aside", logs.output[0])
        self.assertIn("Traceback", logs.output[0])

    def test_a_failure_in_the_database_is_set_aside_too(self):
        self._confirm_order(self.customer)
        other = self._create_customer("Other")
        self._confirm_order(other)
        profiles = self.env.registry["crm.lifecycle.profile"]
        refresh = profiles._refresh

        def _refresh(model, partner_ids, announce=False):
            if self.customer.id in partner_ids:
                model.env.cr.execute("SELECT 1 / 0")
            return refresh(model, partner_ids, announce)

        with patch.object(profiles, "_refresh", _refresh), mute_logger(WORK_LOG, "odoo.sql_db"):
            self._process_queue()
        self.assertEqual(self._profile(other).stage_id.code, "first_buyer")
        self.assertIn("division by zero", self.queue.search([]).error)

    def test_a_second_failure_leaves_one_row(self):
        self._confirm_order(self.customer)
        with self.failing(self.customer):
            self._process_queue()
            first = self.queue.search([])
            self._append(self.customer, "document")
            self._process_queue()
        self.assertEqual(len(self.queue.search([])), 1)
        self.assertNotEqual(self.queue.search([]), first)

    def test_trying_again_works_once_the_cause_is_gone(self):
        self._confirm_order(self.customer)
        with self.failing(self.customer):
            self._process_queue()
        failed = self.queue.search([("failed_at", "!=", False)])
        action = failed.with_user(self.manager).action_retry()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(self._waiting(), self.customer.ids)
        self._process_queue()
        self.assertFalse(self.queue.search([]))
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")

    def test_the_next_success_clears_the_failure(self):
        self._confirm_order(self.customer)
        with self.failing(self.customer):
            self._process_queue()
        self.assertTrue(self.queue.search([("failed_at", "!=", False)]))
        self._create_lead(self.customer)
        self._process_queue()
        self.assertFalse(self.queue.search([]))

    def test_a_row_of_nobody_is_dropped(self):
        gone = self._create_customer("Gone")
        gone_id = gone.id
        gone.unlink()
        self._empty_queue()
        self.queue._append_marked()
        self.env["crm.lifecycle.queue"].create(
            {"partner_ref": gone_id, "reason": "document", "queued_at": fields.Datetime.now()}
        )
        self.assertEqual(self.queue._process_batch(), 1)
        self.assertFalse(self.queue.search([]))

    def test_a_manager_finds_rows_by_customer(self):
        self._append(self.customer, "document")
        queue = self.queue.with_user(self.manager)
        for domain, found in (
            ([("partner_id", "=", self.customer.id)], True),
            ([("partner_id", "in", self.customer.ids)], True),
            ([("partner_id", "ilike", "parks")], True),
            ([("partner_id", "ilike", "gardens")], False),
            ([("partner_id.name", "=", "Parks & Co")], True),
            ([("partner_id", "!=", self.customer.id)], False),
            ([("partner_id", "not ilike", "parks")], False),
        ):
            with self.subTest(domain):
                self.assertEqual(bool(queue.search(domain)), found)


@tagged("post_install", "-at_install")
class TestChatter(QueueCase):
    """People are told of what they care about, once."""

    def _lines(self, customer=None):
        bodies = (customer or self.customer).message_ids.sorted("id").mapped("body")
        return [html2plaintext(body) for body in bodies if "lifecycle" in body]

    def test_a_move_to_a_buyers_stage_is_one_line(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        self.assertEqual(
            self._lines(),
            [f"Customer lifecycle: First-time buyer. 1st purchase on March 3, 2026: {order.name}."],
        )
        with self.at("2026-03-04"):
            order._action_cancel()
            self._process_queue()
            self.queue._mark(self.customer.ids)
            self._process_queue()
        self.assertEqual(len(self._lines()), 2)
        self.assertIn("First-time buyer → Suspect", self._lines()[1])

    def test_what_was_announced_and_never_was_true_is_one_line_more(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-05"):
            refund = self._refund(invoice)
            self._process_queue()
        self.assertIn("First-time buyer → Suspect. Refund on March 5", self._lines()[1])
        # No move is added to the history: the purchase has held all along.
        with self.at("2026-03-09"):
            refund.button_draft()
            self._process_queue()
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertEqual(
            self._lines()[2:],
            [
                "Customer lifecycle: Suspect → First-time buyer."
                f" 1st purchase on March 3, 2026: {invoice.name}."
            ],
        )

    def test_a_document_dated_back_is_one_line_about_today(self):
        with self.at("2026-03-10"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-20"):
            self._post_invoice(self.customer, invoice_date="2026-03-01")
            self._process_queue()
        # Two moves were added to the history; people know of the first purchase.
        self.assertEqual(len(self._history(self.customer)), 2)
        self.assertEqual(
            self._lines()[1:],
            [
                "Customer lifecycle: First-time buyer → Repeat buyer."
                f" 2nd purchase on March 10, 2026: {order.name}."
            ],
        )

    def test_a_correction_of_the_past_alone_is_no_news(self):
        with self.at("2026-03-10"):
            self._post_invoice(self.customer, invoice_date="2026-03-10")
            self._process_queue()
        with self.at("2026-03-20"):
            self._confirm_order(self.customer)
            self._process_queue()
        lines = self._lines()
        self.assertEqual(len(lines), 2)
        with self.at("2026-03-21"):
            self._create_opportunity(self.customer)
            self._post_invoice(self.customer, invoice_date="2026-03-01")
            self._process_queue()
        self.assertEqual(len(self._superseded(self.customer)), 2)
        self.assertEqual(self._stage(self.customer), "repeat_buyer")
        self.assertEqual(self._lines(), lines)

    def test_a_change_of_the_status_alone_is_no_news(self):
        with self.at("2025-03-03"):
            self._confirm_order(self.customer)
            self._process_queue()
        lines = self._lines()
        with self.at("2026-03-03"):
            self.queue._mark(self.customer.ids)
            self._process_queue()
        self.assertEqual(self._profile(self.customer).status, "lapsed")
        self.assertEqual(self._lines(), lines)

    def test_suspects_and_prospects_are_no_news(self):
        with self.at("2026-03-03"):
            self._create_lead(self.customer)
            self._process_queue()
        with self.at("2026-03-04"):
            self._create_opportunity(self.customer)
            self._process_queue()
        self.assertEqual(len(self._history(self.customer)), 2)
        self.assertEqual(self._lines(), [])

    def test_passes_and_further_tries_are_no_news(self):
        self._gather("night")
        for kind in ("install", "demand", "policy", "night", "week", "retry"):
            with self.subTest(kind), self.at("2026-03-03"):
                customer = self._create_customer(kind)
                self._confirm_order(customer)
                self._empty_queue()
                if kind == "retry":
                    self.queue._append(SQL("SELECT %s", customer.id), "retry")
                else:
                    self._gather(kind)
                self._process_queue()
                self.assertEqual(self._profile(customer).stage_id.code, "first_buyer")
                self.assertEqual(self._lines(customer), [])

    def test_nobody_is_subscribed_or_notified(self):
        followers = self.customer.message_follower_ids
        self._confirm_order(self.customer)
        self._process_queue()
        line = self.customer.message_ids.filtered(lambda message: "lifecycle" in message.body)
        self.assertEqual(self.customer.message_follower_ids, followers)
        self.assertFalse(line.notification_ids)
        self.assertTrue(line.is_internal)


@tagged("post_install", "-at_install")
class TestCrons(QueueCase):
    """Both jobs may run at any time, as often as anybody likes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.env.ref("crm_lifecycle.ir_cron_process_queue")
        cls.sweep = cls.env.ref("crm_lifecycle.ir_cron_sweep")

    def _run(self, *crons):
        # What was marked is appended when the transaction ends.
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            for cron in crons:
                cron.method_direct_trigger()

    def _dump(self):
        self.env.invalidate_all()
        return (
            self._profile(self.customer).read(),
            self._history(self.customer),
            len(self.customer.message_ids),
        )

    def test_the_queue_is_worked_off(self):
        self._confirm_order(self.customer)
        self._run(self.process)
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")
        self.assertEqual(self._waiting(), [])
        before = self._dump()
        self._run(self.process, self.process)
        self.assertEqual(self._dump(), before)

    def test_a_queue_of_several_batches_is_worked_off_in_one_go(self):
        customers = [self._create_customer(f"Customer {number}") for number in range(5)]
        for customer in customers:
            self._create_lead(customer)
        queue = self.env.registry["crm.lifecycle.queue"]
        take = queue._take_documents
        with patch.object(queue, "_take_documents", lambda self, limit: take(self, 2)):
            self._run(self.process)
        self.assertTrue(all(self._profile(customer) for customer in customers))
        self.assertEqual(self._waiting(), [])

    def test_the_sweep_only_notes_that_a_pass_is_due(self):
        # Whatever else the database holds is known.
        self._gather("week")
        self._process_queue()
        self.passes.search([]).unlink()
        self._confirm_order(self.customer)
        self._process_queue()
        before = self._dump()
        self._run(self.sweep, self.sweep)
        self.assertRecordValues(self.passes.search([]), [{"state": "waiting", "total": 0}])
        self.assertEqual(self._waiting(), [])
        self._run(self.process)
        self.assertRecordValues(self.passes.search([]), [{"state": "done", "looked": 1}])
        self.assertEqual(self._dump(), before)

    def test_a_pass_leaves_out_who_is_no_customer(self):
        nobody = self._create_customer("Only in the address book")
        vendor = self._create_customer("Vendor")
        self._create_invoice(vendor, move_type="in_invoice").action_post()
        self._gather("night")
        self._empty_queue()
        for kind in ("demand", "week", "night"):
            with self.subTest(kind):
                self._gather(kind)
                self.assertFalse({nobody.id, vendor.id} & set(self._waiting()))

    def test_a_defect_in_the_engine_leaves_the_order_confirmed(self):
        order = self._create_order(self.customer)
        with self.failing(self.customer):
            order.action_confirm()
            self.env.flush_all()
            self._run(self.process)
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        row = self.queue.search([("partner_ref", "=", self.customer.id)])
        self.assertIn("a figure that cannot be", row.error)
        # Mended, the pass finds who was set aside.
        self._run(self.sweep, self.process)
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")
        self.assertFalse(self.queue.search([]))

    def test_a_broken_consumer_leaves_the_row_in_the_queue(self):
        self._confirm_order(self.customer)
        self.env.flush_all()
        self.env.cr.flush()
        waiting = self._waiting()
        self.assertTrue(waiting)
        queue = self.env.registry["crm.lifecycle.queue"]
        with patch.object(queue, "_take_from", side_effect=ValueError("broken")):
            with self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR") as logs:
                self._run(self.process)
        self.assertIn("broken", "".join(logs.output))
        self.env.invalidate_all()
        self.assertEqual(self._waiting(), waiting)
        self.assertEqual(self.customer.sale_order_ids.state, "sale")
