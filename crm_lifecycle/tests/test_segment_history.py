from datetime import date

from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentHistory(SegmentCase):
    """Who left which segment, and in which one a customer was on a past day."""

    def _moves(self, customer):
        return [
            (move.effective_date, move.from_segment_id, move.to_segment_id)
            for move in self._profile(customer).segment_move_ids.sorted("id")
        ]

    def _on(self, day, customer):
        states = self.env["crm.lifecycle.state"].with_context(lifecycle_date=day)
        return states.search([("partner_id", "=", customer.id)]).segment_id

    def _move_through(self):
        small, preferred = self.named["small"], self.named["preferred"]
        with self.at("2026-03-02"):
            customer = self._create_prospect(lifecycle_employee_count=399)
        with self.at("2026-03-10"):
            customer.lifecycle_employee_count = 400
            self._process_queue()
        with self.at("2026-03-20"):
            customer.lifecycle_employee_count = 0
            self._process_queue()
        return customer, small, preferred

    def test_each_move_has_its_day(self):
        customer, small, preferred = self._move_through()
        self.assertEqual(
            self._moves(customer),
            [
                (date(2026, 3, 10), small, preferred),
                (date(2026, 3, 20), preferred, self.segments.browse()),
            ],
        )

    def test_on_a_past_day(self):
        customer, small, preferred = self._move_through()
        none = self.segments.browse()
        for day, segment in (
            ("2026-03-02", small),
            ("2026-03-09", small),
            ("2026-03-10", preferred),
            ("2026-03-19", preferred),
            ("2026-03-20", none),
            ("2026-03-25", none),
        ):
            with self.subTest(day):
                self.assertEqual(self._on(day, customer), segment)

    def test_what_became_known_later_was_so_before(self):
        with self.at("2026-03-02"):
            customer = self._create_prospect()
        with self.at("2026-03-10"):
            customer.lifecycle_employee_count = 400
            self._process_queue()
        self.assertEqual(self._moves(customer), [])
        self.assertEqual(self._on("2026-03-03", customer), self.named["preferred"])

    def test_new_rules_move_from_the_day_on_which_they_are_made(self):
        with self.at("2026-03-02"):
            customer = self._create_prospect(lifecycle_employee_count=399)
        with self.at("2026-03-10"):
            self.named["preferred"].employees_from = 399
            self.named["small"].employees_to = 399
            self._process_queue()
            self._process_queue()
        self.assertEqual(
            self._moves(customer),
            [(date(2026, 3, 10), self.named["small"], self.named["preferred"])],
        )
        self.assertEqual(self._on("2026-03-09", customer), self.named["small"])

    def test_the_type_of_a_past_day_goes_by_the_segment_of_that_day(self):
        customer, _small, _preferred = self._move_through()
        profiles = self.env["crm.lifecycle.profile"]
        with self.at("2026-03-25"):
            for day, customer_type in (
                ("2026-03-09", "transactional"),
                ("2026-03-15", "relational"),
                ("2026-03-22", None),
            ):
                with self.subTest(day):
                    [typed] = profiles._derive_types(customer.ids, date.fromisoformat(day))
                    self.assertEqual(typed["customer_type"], customer_type)

    def test_merged_customers_keep_both_histories(self):
        customer, _small, _preferred = self._move_through()
        kept = self._create_prospect("Kept")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((customer | kept).ids, kept)
        self._process_queue()
        moves = self._profile(kept).segment_move_ids
        self.assertEqual(len(moves), 2)
        self.assertEqual(moves.partner_id, kept)

    def test_a_deleted_segment_leaves_the_move(self):
        customer, small, preferred = self._move_through()
        small.active = False
        self._process_queue()
        small.unlink()
        self.assertEqual(self._moves(customer)[0], (date(2026, 3, 10), small.browse(), preferred))

    def test_the_profile_opens_its_history(self):
        customer, _small, _preferred = self._move_through()
        action = self._profile(customer).action_open_segment_moves()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self._profile(customer).segment_move_ids)
        self.assertEqual(len(found), 2)
