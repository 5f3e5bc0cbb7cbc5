from datetime import date

from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentHistory(SegmentCase):
    """Who moved from which segment to which, and in which one a customer was on a past day."""

    def _moves(self, customer):
        return [
            (move.effective_date, move.from_segment_id, move.to_segment_id)
            for move in self._profile(customer).segment_move_ids.sorted("id")
        ]

    def _first_known(self, customer):
        """Tell of each move whether the customer was in the segment before."""
        return self._profile(customer).segment_move_ids.sorted("id").mapped("was_before")

    def _on(self, day, customer, known_at=None):
        states = self.env["crm.lifecycle.state"].with_context(
            lifecycle_date=day, lifecycle_known_at=known_at
        )
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
        small, preferred = self.named["small"], self.named["preferred"]
        none = self.segments.browse()
        with self.at("2026-03-02"):
            customer = self._create_prospect()
        for day, employees in (("2026-03-10", 20), ("2026-03-20", 400)):
            with self.at(day):
                customer.lifecycle_employee_count = employees
                self._process_queue()
        self.assertEqual(
            self._moves(customer),
            [(date(2026, 3, 10), none, small), (date(2026, 3, 20), small, preferred)],
        )
        self.assertEqual(self._first_known(customer), [True, False])
        for day, known_at, segment in (
            ("2026-03-03", None, small),
            ("2026-03-03", "2026-03-03", none),
            ("2026-03-03", "2026-03-09", none),
            # The moment before the look, and that of the look.
            ("2026-03-03", "2026-03-10 11:59:59", none),
            ("2026-03-03", "2026-03-10 12:00:00", small),
            ("2026-03-03", "2026-03-25", small),
            ("2026-03-10", "2026-03-10", small),
            ("2026-03-19", None, small),
            # Nothing was known of the day yet, nor of the customer's size.
            ("2026-03-25", "2026-03-05", none),
            ("2026-03-25", "2026-03-15", small),
            ("2026-03-25", "2026-03-25", preferred),
            ("2026-03-25", None, preferred),
        ):
            with self.subTest(day=day, known_at=known_at):
                self.assertEqual(self._on(day, customer, known_at), segment)
        [typed] = self.env["crm.lifecycle.profile"]._derive_types(customer.ids, date(2026, 3, 3))
        self.assertEqual(typed["customer_type"], "transactional")

    def test_as_known_then_type_and_segment_agree(self):
        with self.at("2026-03-02"):
            customer = self._create_prospect()
        with self.at("2026-03-10"):
            customer.lifecycle_employee_count = 400
            self._process_queue()
        for day, expected in (
            ("2026-03-09", (False, self.segments.browse())),
            ("2026-03-10", ("relational", self.named["preferred"])),
        ):
            with self.subTest(day):
                state = (
                    self.env["crm.lifecycle.state"]
                    .with_context(lifecycle_date=day, lifecycle_known_at=day)
                    .search([("partner_id", "=", customer.id)])
                )
                self.assertEqual((state.customer_type, state.segment_id), expected)

    def test_a_time_without_a_segment_stays_one(self):
        customer, _small, preferred = self._move_through()
        with self.at("2026-03-30"):
            customer.lifecycle_employee_count = 500
            self._process_queue()
        none = self.segments.browse()
        self.assertEqual(self._moves(customer)[2:], [(date(2026, 3, 30), none, preferred)])
        self.assertEqual(self._first_known(customer), [False, False, False])
        for day, segment in (
            ("2026-03-19", preferred),
            ("2026-03-20", none),
            ("2026-03-29", none),
            ("2026-03-30", preferred),
        ):
            for known_at in (None, day):
                with self.subTest(day=day, known_at=known_at):
                    self.assertEqual(self._on(day, customer, known_at), segment)
        with self.at("2026-03-31"):
            profiles = self.env["crm.lifecycle.profile"]
            [typed] = profiles._derive_types(customer.ids, date(2026, 3, 25))
        self.assertIsNone(typed["customer_type"])

    def test_new_rules_take_in_who_was_in_none_from_the_day_on_which_they_are_made(self):
        small, none = self.named["small"], self.segments.browse()
        with self.at("2026-03-02"):
            customers = self.env["res.partner"].union(
                *(self._create_prospect(name, lifecycle_employee_count=1) for name in ("A", "B"))
            )
        with self.at("2026-03-10"):
            small.employees_from = 1
            self.env.flush_all()
            self.env.cr.flush()
            # Somebody is looked at for another reason before the new rules come to them.
            self.env["crm.lifecycle.profile"]._refresh(customers[1].ids)
            self.assertEqual(self._profile(customers[1]).segment_id, small)
            self._process_queue()
        for customer in customers:
            with self.subTest(customer.name):
                self.assertEqual(self._moves(customer), [(date(2026, 3, 10), none, small)])
                self.assertEqual(self._first_known(customer), [False])
                for day, segment in (("2026-03-09", none), ("2026-03-10", small)):
                    for known_at in (None, day):
                        self.assertEqual(self._on(day, customer, known_at), segment)

    def test_once_new_rules_have_come_what_becomes_known_was_so_before(self):
        with self.at("2026-03-02"):
            customer = self._create_prospect()
        with self.at("2026-03-10"):
            self.named["small"].employees_from = 1
            self._process_queue()
        self.assertEqual(self._moves(customer), [])
        with self.at("2026-03-12"):
            customer.lifecycle_employee_count = 1
            self._process_queue()
        self.assertEqual(self._first_known(customer), [True])

    def test_new_rules_of_another_company_do_not_date_anything(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        with self.at("2026-03-02"):
            customer = self._create_prospect()
            self._create_lead(customer, company_id=other.id)
            self._process_queue()
        with self.at("2026-03-10"):
            self.env["crm.lifecycle.segment"].search(
                [("company_id", "=", other.id), ("employees_from", "=", 2)]
            ).employees_from = 1
            customer.lifecycle_employee_count = 20
            self.env.flush_all()
            self.env.cr.flush()
            self.env["crm.lifecycle.profile"]._refresh(customer.ids)
        moves = self.env["crm.lifecycle.segment.move"].search([("partner_id", "=", customer.id)])
        self.assertEqual(
            {move.company_id: move.was_before for move in moves}, {self.company: True, other: False}
        )

    def test_the_first_look_is_no_move(self):
        """Whoever is looked at while new rules are on their way is in a segment as well."""
        with self.at("2026-03-02"):
            self._create_prospect()
            self.named["small"].employees_to = 300
            self.env.flush_all()
            self.env.cr.flush()
            customer = self._create_prospect("Second Ltd", lifecycle_employee_count=20)
        self.assertEqual(self._profile(customer).segment_id, self.named["small"])
        self.assertEqual(self._moves(customer), [])

    def test_a_second_look_finds_no_move(self):
        customer, _small, _preferred = self._move_through()
        lone = self._create_prospect("Lone Ltd")
        lone.lifecycle_employee_count = 20
        self._process_queue()
        before = self._moves(customer), self._moves(lone)
        self.assertEqual(len(before[1]), 1)
        self.env["crm.lifecycle.profile"]._refresh((customer | lone).ids)
        self.env["crm.lifecycle.reclassification"]._start(self.company)
        self._process_queue()
        self.assertEqual((self._moves(customer), self._moves(lone)), before)

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
