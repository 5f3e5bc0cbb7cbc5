from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentPasses(SegmentCase):
    """Profiles follow what is known of customers, and the rules, in the background."""

    def _versions(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, xmin::text, ctid::text FROM crm_lifecycle_profile")
        return self.env.cr.fetchall()

    def test_what_people_enter_queues_the_customer(self):
        special = self._create_segment(
            country_ids=self.us, industry_ids=self.hotels, category_ids=self.fair
        )
        customer = self._create_prospect()
        for values, segment in (
            ({"lifecycle_employee_count": 500}, self.named["preferred"]),
            ({"lifecycle_sector": "education"}, self.named["education"]),
            ({"lifecycle_sector": False, "is_company": False}, self.named["individual"]),
            ({"country_id": self.us.id}, self.named["individual"]),
            ({"industry_id": self.hotels.id}, self.named["individual"]),
            ({"category_id": [Command.link(self.fair_2026.id)]}, special),
            ({"category_id": [Command.clear()]}, self.named["individual"]),
        ):
            with self.subTest(values):
                customer.write(values)
                self._process_queue()
                self.assertEqual(self._profile(customer).segment_id, segment)

    def test_other_fields_queue_nobody(self):
        customer = self._create_prospect()
        self.env.cr.flush()
        customer.write({"phone": "+1 415 555 0100", "comment": "Nice people"})
        self.env.cr.flush()
        self.assertFalse(self.queue.search([]))

    def test_new_rules_move_customers_in_the_background(self):
        customers = self.env["res.partner"].union(
            *(
                self._create_prospect(f"C {number}", lifecycle_employee_count=20)
                for number in range(5)
            )
        )
        profiles = self.env["crm.lifecycle.profile"].search([("partner_id", "in", customers.ids)])
        runs = self.env["crm.lifecycle.reclassification"]
        self.named["small"].employees_to = 20
        self.named["small"].employees_to = 15
        self.env.flush_all()
        self.env.cr.flush()
        # Not in the transaction of whoever changes them, and asked for once.
        self.assertEqual(set(profiles.segment_id), {self.named["small"]})
        self.assertEqual(runs.search([]).company_id, self.company)
        self.assertEqual(len(runs.search([])), 1)
        self.assertEqual(self.queue._count_waiting(), 1)
        # A few at a time.
        self.assertEqual(runs._process_next(limit=2), 2)
        self.assertEqual(len(profiles.filtered("segment_id")), 3)
        # Whoever changes them meanwhile has it begin anew.
        self.named["small"].employees_to = 400
        self.env.cr.flush()
        self.assertEqual(len(runs.search([])), 2)
        self._process_queue()
        self.assertEqual(set(profiles.segment_id), {self.named["small"]})
        self.assertEqual(len(profiles.filtered("segment_id")), 5)
        self.assertFalse(runs.search([]))

    def test_each_change_of_the_rules_counts(self):
        customer = self._create_prospect(lifecycle_employee_count=20, country_id=self.us.id)
        small, preferred = self.named["small"], self.named["preferred"]
        for segment, values, expected in (
            (small, {"sector_education": True}, None),
            (small, {"sector_education": False}, small),
            (small, {"country_ids": [Command.set(self.cn.ids)]}, None),
            (small, {"country_ids": [Command.clear()]}, small),
            (small, {"active": False}, None),
            (small, {"active": True}, small),
            (preferred, {"employees_from": 5}, preferred),
            (preferred, {"sequence": 500}, small),
            (small, {"name": "Tiny", "universe_size": 7}, small),
        ):
            with self.subTest(segment=segment.name, values=values):
                segment.write(values)
                self._process_queue()
                self.assertEqual(self._profile(customer).segment_id, expected or small.browse())
        special = self._create_segment(country_ids=self.us)
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, special)

    def test_customer_types_follow_the_usual_type_of_a_segment(self):
        small = self.named["small"]
        inside = self._create_prospect(lifecycle_employee_count=20)
        outside = self._create_prospect(lifecycle_sector="education")
        for usual in ("relational", False, "hybrid"):
            with self.subTest(usual):
                small.default_type = usual
                self._process_queue()
                self.assertEqual(self._profile(inside).customer_type, usual)
                self.assertEqual(self._profile(outside).customer_type, "hybrid")
        # Moved to another segment, its usual type.
        small.active = False
        self._create_segment("Others", default_type="relational", employees_from=2)
        self._process_queue()
        self.assertEqual(self._profile(inside).customer_type, "relational")

    def test_customers_of_other_segments_are_not_written(self):
        self._create_prospect(lifecycle_employee_count=20)
        other = self._create_prospect(lifecycle_sector="education")
        of_other = [row for row in self._versions() if row[0] == self._profile(other).id]
        with self.env.cr.savepoint():
            self.named["small"].default_type = "relational"
            self._process_queue()
        self.assertLessEqual(set(of_other), set(self._versions()))

    def test_what_decides_nothing_starts_nothing(self):
        self._create_prospect(lifecycle_employee_count=20)
        self.named["small"].write({"name": "Tiny", "universe_size": 7, "seniority": "senior"})
        self.env.cr.flush()
        self.assertFalse(self.env["crm.lifecycle.reclassification"].search([]))

    def test_a_company_without_customers_has_nothing_to_do(self):
        self.named["small"].employees_to = 300
        self.env.cr.flush()
        self.assertFalse(self.env["crm.lifecycle.reclassification"].search([]))

    def test_a_second_time_writes_nothing(self):
        customers = self.env["res.partner"].union(
            *(
                self._create_prospect(f"C {number}", lifecycle_employee_count=number * 300)
                for number in range(4)
            )
        )
        self._process_queue()
        before = self._versions()
        with self.env.cr.savepoint():
            self.env["crm.lifecycle.profile"]._refresh(customers.ids)
            self.env["crm.lifecycle.reclassification"]._start(self.company)
            self._process_queue()
        self.assertEqual(self._versions(), before)

    def test_profiles_dropped_and_rebuilt_have_the_same_segments(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        self._profile(customer).unlink()
        self._look_again(customer)
        self.assertEqual(self._profile(customer).segment_id, self.named["small"])

    def test_archived_customers_follow_too(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        customer.active = False
        customer.lifecycle_employee_count = 500
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, self.named["preferred"])

    def test_who_cannot_be_classified_does_not_keep_others_waiting(self):
        customers = self.env["res.partner"].union(
            *(
                self._create_prospect(f"C {number}", lifecycle_employee_count=20)
                for number in range(4)
            )
        )
        profiles = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "in", customers.ids)], order="id"
        )
        self.named["small"].employees_to = 15
        self.env.flush_all()
        self.env.cr.flush()
        runs = self.env["crm.lifecycle.reclassification"]
        record = type(profiles)._record_types

        def record_or_fail(model, partner_ids):
            if profiles[0].partner_id.id in partner_ids:
                raise ValueError
            return record(model, partner_ids)

        with (
            patch.object(type(profiles), "_record_types", record_or_fail),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_profile_classify"),
        ):
            while runs._process_next(limit=2):
                self.env.flush_all()
        self.assertFalse(runs.search([]))
        small = self.named["small"]
        self.assertEqual(
            profiles.mapped(lambda profile: profile.segment_id == small).count(True), 2
        )
        self.assertEqual(profiles[0].segment_id, small)

    def test_the_number_of_queries_is_fixed(self):
        """Whatever the number of customers: one to read the rules, one to write."""
        customers = self.env["res.partner"].create(
            [{"name": f"C {number}", "is_company": True} for number in range(40)]
        )
        for customer in customers:
            self._create_lead(customer)
        self._process_queue()
        segments = self.env["crm.lifecycle.segment"]
        runs = self.env["crm.lifecycle.reclassification"]
        counts = []
        for some in (customers[:4], customers):
            # As the host writes a whole selection.
            some.lifecycle_employee_count = 500 + len(some)
            self.env.flush_all()
            self.env.cr.flush()
            before = self.env.cr.sql_log_count
            with patch.object(type(segments), "flush_model", lambda *args: None):
                runs._start(self.company)
                self.env.cr.flush()
                runs._process_next()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertEqual(
            set(
                self.env["crm.lifecycle.profile"]
                .search([("partner_id", "in", customers.ids)])
                .segment_id
            ),
            {self.named["preferred"]},
        )


@tagged("post_install", "-at_install")
class TestSegmentMoves(SegmentCase):
    """A customer's chatter tells of the move to another segment."""

    def _lines(self, customer):
        bodies = (
            self.env["mail.message"]
            .search([("model", "=", "res.partner"), ("res_id", "=", customer.id)], order="id")
            .mapped("body")
        )
        return [str(body) for body in bodies if "Customer segment" in body]

    def test_moves_are_told_and_first_segments_are_not(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        self.assertEqual(self._lines(customer), [])
        customer.lifecycle_employee_count = 500
        self._process_queue()
        self.assertEqual(
            self._lines(customer),
            ["<span>Customer segment: Small business → Preferred account.</span>"],
        )
        customer.lifecycle_employee_count = 0
        self._process_queue()
        self.assertIn("Preferred account → none", self._lines(customer)[-1])
        customer.lifecycle_employee_count = 500
        customer.phone = "+1 415 555 0100"
        self._process_queue()
        self.assertEqual(len(self._lines(customer)), 2)

    def test_telling_costs_the_same_whatever_the_number(self):
        """Where nobody has moved: each line of the chatter has a cost of its own."""
        profiles = self.env["crm.lifecycle.profile"]
        for number in range(12):
            profiles |= self._profile(
                self._create_prospect(f"C {number}", lifecycle_employee_count=20)
            )
        counts = []
        for some in (profiles[:2], profiles[:2], profiles):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._announce_segments(dict.fromkeys(some, self.named["small"]))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_new_rules_are_told_in_the_segment_and_not_to_everybody(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        self.named["small"].employees_to = 10
        self._process_queue()
        self.assertFalse(self._profile(customer).segment_id)
        self.assertEqual(self._lines(customer), [])
        self.env.cr.flush()
        tracked = self.named["small"].message_ids.tracking_value_ids
        self.assertIn("employees_to", tracked.field_id.mapped("name"))
