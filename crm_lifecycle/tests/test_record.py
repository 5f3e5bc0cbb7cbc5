from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestRecord(LifecycleCase):
    """What is recorded is written where it differs, and never unwritten."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def _rows(self):
        """Return the physical rows of all profiles and moves, which an UPDATE changes."""
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT id, xmin, ctid FROM %s WHERE company_id = %s ORDER BY id",
                    SQL.identifier(table),
                    self.company.id,
                )
            )
            for table in ("crm_lifecycle_profile", "crm_lifecycle_transition")
        }

    def _refresh(self, *customers):
        ids = [customer.id for customer in customers or (self.customer,)]
        return self.env["crm.lifecycle.profile"]._refresh(ids)

    def _all_moves(self, customer=None):
        return self._profile(customer or self.customer).transition_ids.sorted("id")

    def _read_times(self, customer=None):
        """Return when each move was learned of and until when it was believed."""
        return [
            (
                move.to_stage_id.code,
                str(move.effective_date),
                str(move.known_at)[:10],
                str(move.superseded_at)[:10] if move.superseded_at else None,
            )
            for move in self._all_moves(customer)
            if move.stage_moved
        ]

    # ------------------------------------------------------------
    # NOTHING TO WRITE
    # ------------------------------------------------------------

    def test_a_second_refresh_writes_nothing(self):
        self._buy(self.customer, "2024-01-10", "2024-07-10")
        with self.at("2025-01-10"):
            self._create_opportunity(self.customer, expected_revenue=33.33)
            self._rate(self._confirm_order(self.customer, 99.99), self.customer, 5)
            self._process_queue()
            before = self._rows()
            for _time in range(2):
                self.assertEqual(self._refresh().changed_ids, [])
            self.assertEqual(self._rows(), before)

    def test_time_that_passes_without_effect_writes_nothing(self):
        self._buy(self.customer, "2024-01-10", "2024-07-10", "2025-01-10")
        with self.at("2025-01-12"):
            self._process_queue()
            review_date = self._profile(self.customer).review_date
            before = self._rows()
        with self.at("2025-03-01"):
            self.assertGreater(str(review_date), "2025-03-01")
            self.assertEqual(self._refresh().changed_ids, [])
            self.assertEqual(self._rows(), before)

    def test_a_document_without_effect_writes_nothing(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self._process_queue()
            before = self._rows()
            order.client_order_ref = "Theirs: 7"
            self.queue._mark(self.customer.ids)
            self._process_queue()
            self.assertEqual(self._rows(), before)

    def test_a_change_of_one_customer_leaves_the_others_rows(self):
        other = self._create_customer("Other")
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._confirm_order(other)
            self._process_queue()
            before = self._rows()
        with self.at("2026-03-04"):
            self._confirm_order(other)
            self._process_queue()
            self._refresh(self.customer, other)
            after = self._rows()
        others = {
            "crm_lifecycle_profile": self._profile(other).ids,
            "crm_lifecycle_transition": self._all_moves(other).ids,
        }
        for table, rows in before.items():
            with self.subTest(table):
                kept = [row for row in rows if row[0] not in others[table]]
                self.assertTrue(kept)
                self.assertLessEqual(set(kept), set(after[table]))

    # ------------------------------------------------------------
    # WHAT TIME DOES
    # ------------------------------------------------------------

    def test_the_review_date_is_the_day_on_which_the_refresh_finds_a_change(self):
        with self.at("2026-03-03"):
            quotation = self._create_order(self.customer, validity_date="2026-03-31")
            quotation.action_quotation_sent()
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(str(profile.review_date), "2026-04-01")
        before = self._rows()
        with self.at("2026-03-31"):
            self._look_again(self.customer)
            self.assertEqual(self._rows(), before)
        with self.at("2026-04-01"):
            self._look_again(self.customer)
            self.assertEqual(profile.stage_id.code, "suspect")
            self.assertFalse(profile.review_date)
        self.assertEqual(
            self._read_times(),
            [
                ("prospect", "2026-03-03", "2026-03-03", None),
                ("suspect", "2026-04-01", "2026-04-01", None),
            ],
        )

    def test_a_status_that_changes_by_itself_is_a_move_of_its_own_day(self):
        self._buy(self.customer, "2025-01-10", "2025-02-10", "2025-03-10")
        with self.at("2025-03-10"):
            self._process_queue()
        profile = self._profile(self.customer)
        due, before = str(profile.review_date), self._rows()
        with self.at(due):
            self._look_again(self.customer)
        self.assertEqual((profile.status, str(profile.status_date)), ("due", due))
        move = self._all_moves()[-1]
        self.assertEqual((str(move.effective_date), str(move.known_at)[:10]), (due, due))
        self.assertEqual((move.direction, move.cause), ("same", "time"))
        self.assertEqual((move.stage_moved, move.status_moved), (False, True))
        self.assertEqual((move.from_status, move.to_status), ("active", "due"))
        self.assertEqual(move.from_stage_id, move.to_stage_id)
        # The evidence is the latest purchase; what was recorded before stays untouched.
        self.assertEqual(move.res_id, self.customer.sale_order_ids.sorted("date_order")[-1].id)
        moves = self._rows()["crm_lifecycle_transition"]
        self.assertEqual(moves[:-1], before["crm_lifecycle_transition"])

    # ------------------------------------------------------------
    # WHAT WAS BELIEVED
    # ------------------------------------------------------------

    def test_a_document_dated_back_supersedes_and_appends(self):
        with self.at("2026-03-10"):
            self._confirm_order(self.customer)
            self._process_queue()
        [first] = self._all_moves()
        with self.at("2026-03-20"):
            self._post_invoice(self.customer, invoice_date="2026-03-01")
            self._process_queue()
        self.assertEqual(
            self._read_times(),
            [
                ("first_buyer", "2026-03-10", "2026-03-10", "2026-03-20"),
                ("first_buyer", "2026-03-01", "2026-03-20", None),
                ("repeat_buyer", "2026-03-10", "2026-03-20", None),
            ],
        )
        # The row itself stays, with all that it told.
        self.assertEqual(self._all_moves()[0], first)
        self.assertEqual((first.cause, first.purchase_count), ("order", 1))

    def test_a_superseded_move_is_never_touched_again(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            invoice.button_draft()
            self._process_queue()
        believed = self._all_moves()[0]
        for day in ("2026-03-12", "2026-03-20"):
            with self.at(day):
                self._look_again(self.customer)
        with self.at("2026-03-25"):
            invoice.action_post()
            self._process_queue()
        # What is believed again is a row of its own.
        self.assertEqual(
            self._read_times(),
            [
                ("first_buyer", "2026-03-03", "2026-03-03", "2026-03-10"),
                ("suspect", "2026-03-03", "2026-03-10", "2026-03-25"),
                ("first_buyer", "2026-03-03", "2026-03-25", None),
            ],
        )
        self.assertEqual(str(believed.superseded_at), "2026-03-10 12:00:00")

    def test_a_move_that_gets_other_evidence_stays_and_keeps_when_it_was_known(self):
        with self.at("2026-03-03"):
            self._post_invoice(self.customer)
            self._process_queue()
        [move] = self._all_moves()
        with self.at("2026-03-10"):
            self._post_invoice(self.customer, 50.0, invoice_date="2026-03-03")
            self._process_queue()
        self.assertEqual(self._all_moves(), move)
        self.assertEqual(len(move.evidence), 2)
        self.assertEqual(str(move.known_at), "2026-03-03 12:00:00")
        self.assertFalse(move.superseded_at)

    # ------------------------------------------------------------
    # MERGED CONTACTS
    # ------------------------------------------------------------

    def _merge(self, source, destination):
        self.env["base.partner.merge.automatic.wizard"].create(
            {
                "state": "selection",
                "partner_ids": [Command.set((source | destination).ids)],
                "dst_partner_id": destination.id,
            }
        ).action_merge()

    def test_merged_histories_are_one_with_both_pasts(self):
        other = self._create_customer("Other")
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-05"):
            self._confirm_order(other)
            self._process_queue()
        own, others = self._all_moves(), self._all_moves(other)
        with self.at("2026-03-10"):
            self._merge(other, self.customer)
            self.assertEqual((own | others).profile_id, self._profile(self.customer))
            self._process_queue()
            # The own first purchase is still the first; the other's is the second now.
            self.assertEqual(
                self._read_times(),
                [
                    ("first_buyer", "2026-03-03", "2026-03-03", None),
                    ("first_buyer", "2026-03-05", "2026-03-05", "2026-03-10"),
                    ("repeat_buyer", "2026-03-05", "2026-03-10", None),
                ],
            )
            self.assertEqual((own | others).partner_id, self.customer)
            before = self._rows()
            self._look_again(self.customer)
            self.assertEqual(self._rows(), before)

    def test_what_a_merged_contact_had_superseded_keeps_its_day(self):
        other = self._create_customer("Other")
        with self.at("2026-03-03"):
            invoice = self._post_invoice(other)
            self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-05"):
            invoice.button_draft()
            self._process_queue()
        with self.at("2026-03-10"):
            self._merge(other, self.customer)
            self._process_queue()
        self.assertEqual(
            sorted(self._read_times(), key=str),
            [
                ("first_buyer", "2026-03-03", "2026-03-03", "2026-03-05"),
                ("first_buyer", "2026-03-03", "2026-03-03", None),
                ("suspect", "2026-03-03", "2026-03-05", "2026-03-10"),
            ],
        )
