from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import users

from .common import SALES
from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestFollowUpPeople(FollowUpCase):
    """Whose a follow-up is, while people come, go and are away."""

    def _create_absence(self, user, start, end, deputy=None):
        return self.env["crm.lifecycle.absence"].create(
            {
                "user_id": user.id,
                "deputy_id": deputy.id if deputy else False,
                "date_start": start,
                "date_end": end,
            }
        )

    def test_who_gets_in_touch(self):
        owned = {}
        for responsible, user in (
            ("salesperson", self.senior),
            ("leader", self.leader),
            ("sponsor", self.manager),
            ("role", self.junior),
        ):
            self.cadence.write({"responsible": responsible, "role_id": self.service_role.id})
            customer = self._create_due(responsible)
            self._create_member(customer, self.manager, self.sponsor_role)
            self._create_member(customer, self.junior)
            owned[customer] = user
            with self.subTest(responsible):
                self._schedule()
                self.assertEqual(self._open(customer).user_id, user)
            self._open(customer)._close("dropped")

    def test_where_the_wanted_one_is_missing_it_is_the_salesperson(self):
        self.cadence.responsible = "sponsor"
        customer = self._create_due()
        self._schedule()
        self.assertEqual(self._open(customer).user_id, self.senior)

    def test_of_nobody_nothing_is_planned(self):
        customer = self._create_due()
        customer.user_id = False
        self._schedule()
        self.assertFalse(self._open(customer))

    def test_a_new_salesperson_gets_it(self):
        customer = self._create_due()
        self._schedule()
        customer.user_id = self.junior
        self._schedule("2026-03-11")
        follow_up = self._open(customer)
        self.assertEqual(follow_up.user_id, self.junior)
        self.assertEqual(follow_up.activity_id.user_id, self.junior)

    def test_what_was_handed_over_by_hand_stays_there(self):
        customer = self._create_due()
        self._schedule()
        self._open(customer).activity_id.user_id = self.junior
        self._schedule("2026-03-11")
        self.assertEqual(self._open(customer).user_id, self.junior)
        self.assertEqual(self._open(customer).activity_id.user_id, self.junior)

    def test_the_deputy_gets_it_meanwhile_and_gives_back_what_is_left(self):
        customer = self._create_due()
        self._schedule()
        self._create_absence(self.senior, "2026-03-11", "2026-03-13", self.junior)
        self._schedule("2026-03-11")
        follow_up = self._open(customer)
        self.assertEqual(follow_up.user_id, self.junior)
        self.assertEqual(follow_up.for_user_id, self.senior)
        self._schedule("2026-03-14")
        self.assertEqual(follow_up.user_id, self.senior)
        self.assertFalse(follow_up.for_user_id)

    def test_without_a_deputy_or_if_that_is_away_the_leader_gets_it(self):
        absence = self._create_absence(self.senior, "2026-03-09", "2026-03-13")
        first = self._create_due("First")
        self._schedule()
        self.assertEqual(self._open(first).user_id, self.leader)
        absence.deputy_id = self.junior
        self._create_absence(self.junior, "2026-03-10", "2026-03-10", self.senior)
        second = self._create_due("Second")
        self._schedule()
        self.assertEqual(self._open(second).user_id, self.leader)

    def test_who_left_leaves_nothing_behind(self):
        customer = self._create_due()
        self._schedule()
        follow_up = self._open(customer)
        self.senior.action_archive()
        self.assertFalse(follow_up.activity_id.exists())
        self._schedule("2026-03-11")
        self.assertEqual(self._open(customer), follow_up)
        self.assertEqual(follow_up.user_id, self.leader)
        self.assertEqual(follow_up.activity_id.user_id, self.leader)

    def test_of_who_left_it_waits_for_somebody_else(self):
        self.team.user_id = False
        customer = self._create_due()
        self._schedule()
        self.senior.action_archive()
        self._schedule("2026-03-11")
        follow_up = self._open(customer)
        self.assertFalse(follow_up.activity_id)
        customer.user_id = self.junior
        self._schedule("2026-03-12")
        self.assertEqual((follow_up.user_id, follow_up.activity_id.user_id), (self.junior,) * 2)

    def test_it_counts_for_the_company_that_asked(self):
        person = self._create_user(
            "follow_up_traveller", SALES, company=self._create_company("Home", "base.EUR")
        )
        person.company_ids = [Command.link(self.company.id)]
        customer = self._create_due(owner=person)
        self._schedule()
        with self.at("2026-03-10 13:00:00"):
            activity = self._open(customer).activity_id.with_user(person)
            activity.with_company(self.company).action_feedback()
            self._process_queue()
        self.assertEqual(self._profile(customer).last_contact_date, self._day("2026-03-10"))

    def test_absences_are_read_in_the_own_companies(self):
        stranger = self._create_user(
            "follow_up_stranger", SALES, company=self._create_company("Other", "base.EUR")
        )
        there = self._create_absence(stranger, "2026-03-10", "2026-03-12")
        here = self._create_absence(self.junior, "2026-03-10", "2026-03-12")
        found = here.with_user(self.senior).search([("date_start", "=", "2026-03-10")])
        self.assertIn(here, found)
        self.assertNotIn(there, found)

    def test_absences_of_one_person_do_not_overlap(self):
        self._create_absence(self.senior, "2026-03-09", "2026-03-13")
        with self.assertRaises(ValidationError):
            self._create_absence(self.senior, "2026-03-13", "2026-03-14")
        self._create_absence(self.senior, "2026-03-14", "2026-03-14")

    def test_nobody_makes_their_absence_a_colleagues(self):
        absence = self._create_absence(self.senior, "2026-03-10", "2026-03-12")
        with self.assertRaises(AccessError):
            absence.with_user(self.senior).write(
                {"user_id": self.junior.id, "deputy_id": self.senior.id}
            )

    @users("service_senior")
    def test_people_enter_their_own_absence_alone(self):
        absences = self.env["crm.lifecycle.absence"]
        absences.create({"user_id": self.env.uid})
        with self.assertRaises(AccessError):
            absences.create({"user_id": self.junior.id})
