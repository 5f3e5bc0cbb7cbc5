from odoo.tests import tagged

from .common import LifecycleCase

MOVE_COLUMNS = (
    "partner_id, company_id, from_stage_id, to_stage_id, direction, from_status, to_status,"
    " stage_moved, status_moved, effective_date, cause, purchase_count, policy_id, res_model,"
    " res_id, evidence, figures"
)


@tagged("post_install", "-at_install")
class TestHistoryRebuilt(LifecycleCase):
    """Profiles and histories can be dropped and rebuilt from the documents.

    That is what an installation on a database with documents does.
    """

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        self.referred = self._create_customer("Referred", lifecycle_referrer_id=self.customer.id)
        self.customers = self.customer | self.referred

    def _recorded(self):
        """Return profiles and the moves that hold, without ids and when each was known."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT (to_jsonb(profile) - 'id') FROM crm_lifecycle_profile profile"
            " WHERE company_id = %s ORDER BY partner_id",
            [self.company.id],
        )
        profiles = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            f"SELECT {MOVE_COLUMNS} FROM crm_lifecycle_transition"
            " WHERE company_id = %s AND superseded_at IS NULL"
            " ORDER BY partner_id, effective_date, id",
            [self.company.id],
        )
        return profiles, self.env.cr.fetchall()

    def _rebuild(self):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lifecycle_transition")
        self.env.cr.execute("DELETE FROM crm_lifecycle_profile")
        self.env.invalidate_all()
        self._gather("install")
        self._process_queue()

    def _live(self, day, act=None):
        """Live through a day: a document changes, the queue runs, at night the pass."""
        with self.at(day):
            result = act() if act else None
            self._process_queue()
            self._look_again(self.customers)
            return result

    def assertRebuilt(self, day):
        lived = self._recorded()
        with self.at(day):
            self._rebuild()
        profiles, moves = self._recorded()
        self.assertEqual(profiles, lived[0])
        self.assertEqual(moves, lived[1])

    def test_a_life_reads_the_same_rebuilt_as_lived(self):
        customer = self.customer
        lead = self._live("2023-01-02", lambda: self._create_lead(customer))
        self._live("2023-01-05", lambda: lead.convert_opportunity(customer))
        first = self._live("2023-01-09", lambda: self._create_order(customer))
        self._live("2023-01-11", first.action_quotation_sent)
        self._live("2023-01-20", first.action_confirm)
        self._live("2023-01-21", lead.action_set_won)
        invoice = self._live("2023-01-31", lambda: self._invoice_order(first))
        self._live("2023-02-10", lambda: self._refund(invoice))
        second = self._live("2023-03-01", lambda: self._create_order(customer, 250.0))
        self._live("2023-03-03", second.action_confirm)
        cancelled = self._live("2023-04-01", lambda: self._create_order(customer))
        self._live("2023-04-03", cancelled.action_confirm)
        self._live("2023-04-20", cancelled.action_cancel)
        self._live("2023-06-01", lambda: self._post_invoice(customer, 80.0))
        expiring = self._live(
            "2023-07-01", lambda: self._create_order(customer, validity_date="2023-07-15")
        )
        self._live("2023-07-02", expiring.action_quotation_sent)
        self._live("2023-07-16")
        third = self._live("2024-03-02", lambda: self._create_order(customer))
        self._live("2024-03-04", third.action_confirm)
        self._live("2024-04-01", lambda: self._rate(third, customer, 5))
        referred = self._live("2024-05-01", lambda: self._create_order(self.referred))
        self._live("2024-05-02", referred.action_confirm)
        self._live(
            "2024-06-01", lambda: self._create_agreement(customer, "2024-06-01", "2024-12-31")
        )
        self._live("2025-01-01")
        self._live("2025-02-01", referred.action_cancel)
        self._live("2025-04-01")
        self._live(
            "2025-05-01", lambda: self._create_mark(customer, "exclusive", date_end="2025-05-31")
        )
        self._live("2025-06-01")
        self.assertEqual(
            self._history(customer),
            [
                (None, "suspect", "2023-01-02"),
                ("suspect", "prospect", "2023-01-05"),
                ("prospect", "first_buyer", "2023-01-20"),
                ("first_buyer", "suspect", "2023-02-10"),
                ("suspect", "first_buyer", "2023-03-03"),
                ("first_buyer", "repeat_buyer", "2023-04-03"),
                ("repeat_buyer", "first_buyer", "2023-04-20"),
                ("first_buyer", "repeat_buyer", "2023-06-01"),
                ("repeat_buyer", "long_term", "2024-03-04"),
                ("long_term", "advocate", "2024-04-01"),
                ("advocate", "strategic", "2024-05-02"),
                ("strategic", "partner", "2024-06-01"),
                ("partner", "strategic", "2025-01-01"),
                ("strategic", "advocate", "2025-02-01"),
                ("advocate", "long_term", "2025-04-01"),
                ("long_term", "advocate", "2025-05-01"),
                ("advocate", "long_term", "2025-06-01"),
            ],
        )
        self.assertRebuilt("2025-06-01")

    def test_an_invoice_of_the_orders_day_changes_nothing(self):
        order = self._live("2026-03-02", lambda: self._create_order(self.customer))
        self._live("2026-03-03 08:00:00", order.action_confirm)
        self._live("2026-03-03 09:00:00", lambda: self._invoice_order(order))
        self.assertRebuilt("2026-03-03 10:00:00")

    def test_refund_and_invoice_again_reads_the_same(self):
        order = self._live("2026-03-02", lambda: self._create_order(self.customer))
        self._live("2026-03-03", order.action_confirm)
        invoice = self._live("2026-03-05", lambda: self._invoice_order(order))
        self._live("2026-03-09", lambda: self._refund(invoice, 0.5))
        self._live("2026-03-10", lambda: self._refund(invoice, 0.5))
        again = self._live("2026-03-15", lambda: self._invoice_order(order))
        self._live("2026-03-20", lambda: self._refund(again))
        self._live("2026-03-25", order.action_cancel)
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "suspect", "2026-03-02"),
                ("suspect", "first_buyer", "2026-03-03"),
                ("first_buyer", "suspect", "2026-03-10"),
                ("suspect", "first_buyer", "2026-03-15"),
                ("first_buyer", "suspect", "2026-03-20"),
            ],
        )
        self.assertRebuilt("2026-03-25")

    def test_a_late_pass_records_what_daily_work_would_have(self):
        order = self._live("2026-03-02", lambda: self._create_order(self.customer))
        with self.at("2026-03-04"):
            order.action_confirm()
            self.env.cr.flush()
        with self.at("2026-03-10"):
            order.action_cancel()
            self.env.cr.flush()
        self._live("2026-03-20")
        self.assertRebuilt("2026-03-20")

    def test_moves_within_a_day_are_one_move(self):
        order = self._live("2026-03-03 08:00:00", lambda: self._create_order(self.customer))
        self._live("2026-03-03 09:00:00", order.action_quotation_sent)
        self._live("2026-03-03 10:00:00", order.action_confirm)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertEqual(
            self._superseded(self.customer),
            [(None, "suspect", "2026-03-03"), (None, "prospect", "2026-03-03")],
        )
        self.assertRebuilt("2026-03-03 11:00:00")

    def test_what_was_undone_without_a_trace_changes_the_past(self):
        """An invoice back in draft: there never was a purchase, though one was believed."""
        invoice = self._live("2026-03-03", lambda: self._post_invoice(self.customer))
        self._live("2026-03-10", invoice.button_draft)
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertRebuilt("2026-03-11")

    def test_a_document_deleted_changes_the_past(self):
        self._live("2026-03-03", lambda: self._create_lead(self.customer))
        opportunity = self._live("2026-03-05", lambda: self._create_opportunity(self.customer))
        self._live("2026-03-10", opportunity.unlink)
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [("suspect", "prospect", "2026-03-05")])
        self.assertRebuilt("2026-03-11")

    def test_an_order_confirmed_again_counts_from_then_on(self):
        order = self._live("2026-03-02", lambda: self._create_order(self.customer))
        self._live("2026-03-03", order.action_confirm)
        self._live("2026-03-05", order.action_cancel)
        self._live("2026-03-06", order.action_draft)
        self._live("2026-03-09", order.action_confirm)
        self.assertEqual(
            self._history(self.customer),
            [(None, "suspect", "2026-03-02"), ("suspect", "first_buyer", "2026-03-09")],
        )
        self.assertEqual(
            self._superseded(self.customer),
            [("suspect", "first_buyer", "2026-03-03"), ("first_buyer", "suspect", "2026-03-05")],
        )
        self.assertRebuilt("2026-03-10")

    def test_a_document_dated_back_reads_the_same(self):
        self._live("2026-03-01", lambda: self._create_lead(self.customer))
        self._live("2026-03-12", lambda: self._create_opportunity(self.customer))
        self._live(
            "2026-03-20", lambda: self._post_invoice(self.customer, invoice_date="2026-03-05")
        )
        self.assertEqual(
            self._history(self.customer),
            [(None, "suspect", "2026-03-01"), ("suspect", "first_buyer", "2026-03-05")],
        )
        self.assertEqual(self._superseded(self.customer), [("suspect", "prospect", "2026-03-12")])
        self.assertRebuilt("2026-03-20")
