from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestHistory(LifecycleCase):
    """Each move tells when it became true, when it was known, and why."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def test_a_move_tells_from_where_when_and_why(self):
        with self.at("2026-03-02"):
            self._create_lead(self.customer)
            self._process_queue()
        with self.at("2026-03-03 09:30:00"):
            order = self._confirm_order(self.customer)
        with self.at("2026-03-05 02:00:00"):
            self._process_queue()
        move = self._moves(self.customer)[-1]
        self.assertEqual(move.partner_id, self.customer)
        self.assertEqual(move.company_id, self.company)
        self.assertEqual(move.from_stage_id, self.stages["suspect"])
        self.assertEqual(move.to_stage_id, self.stages["first_buyer"])
        self.assertEqual(move.direction, "up")
        self.assertEqual(move.cause, "order")
        self.assertEqual(move.purchase_count, 1)
        self.assertEqual(str(move.effective_date), "2026-03-03")
        self.assertEqual(str(move.known_at), "2026-03-05 02:00:00")
        self.assertFalse(move.superseded_at)
        self.assertEqual((move.stage_moved, move.status_moved), (True, True))
        self.assertEqual((move.from_status, move.to_status), ("new", "active"))
        self.assertEqual(move.display_name, "Suspect → First-time buyer")
        self.assertEqual(move.reason, f"1st purchase on March 3, 2026: {order.name}")
        self.assertEqual(
            move.evidence,
            [
                {
                    "fact": "purchase",
                    "kind": "order",
                    "ends": False,
                    "model": "sale.order",
                    "id": order.id,
                },
                {
                    "fact": "known",
                    "kind": "quotation",
                    "ends": False,
                    "model": "sale.order",
                    "id": order.id,
                },
            ],
        )
        action = move.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))

    def test_every_move_says_why_in_one_sentence(self):
        with self.at("2024-01-01"):
            opportunity = self._create_opportunity(self.customer)
            self._process_queue()
        with self.at("2024-01-02"):
            opportunity.action_set_lost()
            self._process_queue()
        with self.at("2024-01-03"):
            quotation = self._create_order(self.customer)
            self._process_queue()
            quotation.action_quotation_sent()
            self._process_queue()
        with self.at("2024-01-04"):
            quotation.action_confirm()
            self._process_queue()
        with self.at("2024-02-04"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2025-02-04"):
            third = self._create_order(self.customer)
            self.env.cr.flush()
            third.action_confirm()
            self._process_queue()
        with self.at("2025-03-01"):
            self._create_mark(self.customer, "exclusive")
            self._process_queue()
        with self.at("2025-04-01"):
            self._create_agreement(self.customer, "2025-04-01", "2025-04-30", reference="C 7")
            self._process_queue()
        self._stage_on("2025-05-01", self.customer)
        with self.at("2025-06-01"):
            refund = self._refund(invoice)
            self._process_queue()
        with self.at("2025-07-01"):
            third.action_cancel()
            self._process_queue()
        self.assertEqual(
            [(move.direction, move.cause, move.reason) for move in self._moves(self.customer)],
            [
                (
                    "new",
                    "opportunity",
                    "Opportunity opened on January 1, 2024: Benches for the park",
                ),
                (
                    "down",
                    "opportunity_lost",
                    "Opportunity lost on January 2, 2024: Benches for the park",
                ),
                (
                    "up",
                    "quotation_sent",
                    f"Quotation sent on January 3, 2024: {quotation.name}",
                ),
                ("up", "order", f"1st purchase on January 4, 2024: {quotation.name}"),
                ("up", "invoice", f"2nd purchase on February 4, 2024: {invoice.name}"),
                ("up", "order", f"3rd purchase on February 4, 2025: {third.name}"),
                ("up", "mark", "Mark on March 1, 2025: Buys from us alone"),
                ("up", "agreement", "Agreement on April 1, 2025: Dealer, C 7"),
                (
                    "down",
                    "agreement_ended",
                    "Agreement ended on May 1, 2025: Dealer, C 7",
                ),
                ("down", "refund", f"Refund on June 1, 2025: {refund.display_name}"),
                ("down", "order_cancelled", f"Order cancelled on July 1, 2025: {third.name}"),
            ],
        )

    def test_the_reason_of_the_profile_is_that_of_its_latest_move(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(profile.stage_reason, f"1st purchase on March 3, 2026: {order.name}")
        action = profile.action_open_stage_document()
        self.assertEqual(action["res_id"], order.id)

    def test_a_refund_brings_back_and_both_moves_stay(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            self._refund(invoice)
            self._process_queue()
        self.assertEqual(
            self._history(self.customer),
            [(None, "first_buyer", "2026-03-03"), ("first_buyer", "suspect", "2026-03-10")],
        )
        self.assertEqual(self._moves(self.customer).mapped("purchase_count"), [1, 0])

    def test_a_cancellation_brings_back_and_both_moves_stay(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-04"):
            order.action_confirm()
            self._process_queue()
        with self.at("2026-03-10"):
            order.action_cancel()
            self._process_queue()
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "suspect", "2026-03-03"),
                ("suspect", "first_buyer", "2026-03-04"),
                ("first_buyer", "suspect", "2026-03-10"),
            ],
        )

    def test_confirmed_and_cancelled_on_one_day_is_no_move_in_the_end(self):
        with self.at("2026-03-02"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-03 09:00:00"):
            order.action_confirm()
            self._process_queue()
        with self.at("2026-03-03 17:00:00"):
            order.action_cancel()
            self._process_queue()
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-02")])
        self.assertEqual(
            self._superseded(self.customer), [("suspect", "first_buyer", "2026-03-03")]
        )
        believed = self._profile(self.customer).transition_ids.filtered("superseded_at")
        self.assertEqual(str(believed.known_at), "2026-03-03 09:00:00")
        self.assertEqual(str(believed.superseded_at), "2026-03-03 17:00:00")

    def test_confirmed_and_cancelled_before_anybody_looked_is_no_move(self):
        with self.at("2026-03-02"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-03"):
            order.action_confirm()
            self.env.cr.flush()
            order.action_cancel()
            self._process_queue()
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-02")])
        self.assertEqual(self._superseded(self.customer), [])

    def test_a_late_pass_tells_the_days_on_which_it_happened(self):
        with self.at("2026-03-02"):
            order = self._create_order(self.customer)
            self.env.cr.flush()
        with self.at("2026-03-04"):
            order.action_confirm()
            self.env.cr.flush()
        with self.at("2026-03-10"):
            order.action_cancel()
            self.env.cr.flush()
        with self.at("2026-03-20"):
            self._process_queue()
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "suspect", "2026-03-02"),
                ("suspect", "first_buyer", "2026-03-04"),
                ("first_buyer", "suspect", "2026-03-10"),
            ],
        )
        self.assertEqual(
            {str(moment) for moment in self._moves(self.customer).mapped("known_at")},
            {"2026-03-20 12:00:00"},
        )

    def test_a_document_dated_back_moves_on_its_own_day(self):
        for name, until, before, superseded in (
            ("after the last move", "2026-03-02", "prospect", []),
            # Who has bought by then is no prospect any more.
            (
                "before the last move",
                "2026-03-12",
                "suspect",
                [("suspect", "prospect", "2026-03-12")],
            ),
        ):
            with self.subTest(name):
                self.customer = self._create_customer(name)
                with self.at("2026-03-01"):
                    self._create_lead(self.customer)
                    self._process_queue()
                with self.at(until):
                    self._create_opportunity(self.customer)
                    self._process_queue()
                earlier = self._moves(self.customer)
                with self.at("2026-03-20"):
                    invoice = self._post_invoice(self.customer, invoice_date="2026-03-05")
                    self._process_queue()
                    self._look_again(self.customer)
                moves = self._moves(self.customer)
                move = moves[-1]
                self.assertEqual(
                    (move.from_stage_id.code, move.to_stage_id.code), (before, "first_buyer")
                )
                self.assertEqual(str(move.effective_date), "2026-03-05")
                self.assertEqual(str(move.known_at), "2026-03-20 12:00:00")
                self.assertEqual(move.reason, f"1st purchase on March 5, 2026: {invoice.name}")
                # What happened before that day stays as it was recorded.
                self.assertEqual(
                    moves - move, earlier.filtered(lambda other: not other.superseded_at)
                )
                self.assertEqual(self._superseded(self.customer), superseded)
                self.assertEqual(
                    [str(other.superseded_at) for other in earlier if other.superseded_at],
                    ["2026-03-20 12:00:00"] * len(superseded),
                )
                profile = self._profile(self.customer)
                self.assertEqual(str(profile.stage_date), "2026-03-05")
                self.assertEqual(profile.stage_transition_id, move)

    def test_an_earlier_purchase_found_later_numbers_the_known_one_anew(self):
        with self.at("2026-03-10"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-20"):
            self._post_invoice(self.customer, invoice_date="2026-03-01")
            self._process_queue()
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "first_buyer", "2026-03-01"),
                ("first_buyer", "repeat_buyer", "2026-03-10"),
            ],
        )
        self.assertEqual(self._superseded(self.customer), [(None, "first_buyer", "2026-03-10")])
        self.assertEqual(
            self._moves(self.customer)[-1].reason, f"2nd purchase on March 10, 2026: {order.name}"
        )

    def test_the_evidence_of_a_deleted_document_says_so(self):
        with self.at("2026-03-02"):
            lead = self._create_lead(self.customer)
            self._process_queue()
        with self.at("2026-03-03"):
            self._create_mark(self.customer)
            lead.unlink()
            self._process_queue()
        # The mark alone holds; that there was a lead is what was believed.
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        [believed] = self._profile(self.customer).transition_ids.filtered("superseded_at")
        self.assertEqual(str(believed.superseded_at), "2026-03-03 12:00:00")
        self.assertEqual(believed.reason, "Lead on March 2, 2026: a deleted document")

    def test_a_second_refresh_writes_nothing(self):
        referred = self._create_customer("Referred", lifecycle_referrer_id=self.customer.id)
        with self.at("2023-12-01"):
            opportunity = self._create_opportunity(self.customer)
            self.env.flush_all()
        with self.at("2023-12-05"):
            opportunity.action_set_lost()
        self._buy(self.customer, "2024-01-10", "2024-07-10")
        self._buy(referred, "2024-08-10")
        with self.at("2025-01-10"):
            self._create_opportunity(self.customer, expected_revenue=123.45)
            order = self._confirm_order(self.customer, 33.33)
            self._rate(order, self.customer, 5)
            self._create_order(self.customer, validity_date="2025-01-20").action_quotation_sent()
            self._process_queue()
            before = self._rows()
            for _time in range(2):
                self._look_again(self.customer | referred)
            self.assertEqual(self._rows(), before)
        with self.at("2025-01-12"):
            self._look_again(self.customer | referred)
            self.assertEqual(self._rows(), before)
            self.env.cr.flush()
            self.assertEqual(self.queue._count_waiting(), 0)
        # Two profiles and the moves of both, all written once: of stages and of status alone.
        self.assertEqual([len(rows) for rows in before.values()], [2, 13])
        moves = self._moves(self.customer) | self._moves(referred)
        self.assertEqual(len(moves), 6)
        self.assertEqual(self._superseded(self.customer), [])

    def _rows(self):
        """Return the physical rows of all profiles and moves, which an UPDATE changes."""
        self.env.flush_all()
        rows = {}
        for table in ("crm_lifecycle_profile", "crm_lifecycle_transition"):
            self.env.cr.execute(
                f"SELECT id, xmin, ctid FROM {table} WHERE company_id = %s ORDER BY id",
                [self.company.id],
            )
            rows[table] = self.env.cr.fetchall()
        return rows
