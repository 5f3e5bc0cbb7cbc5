from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER

from .registration_point_common import RegistrationPointCase


@tagged("post_install", "-at_install")
class TestPointDebts(RegistrationPointCase):
    """Who spent points owes them, also where another customer has a right to them now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.points = cls.env["crm.lifecycle.point"]
        cls.manager = cls._create_user("debt_manager", SALES_MANAGER)

    def setUp(self):
        super().setUp()
        # A piece that we did not deliver may be anybody's.
        self.registration = self._register(lot_id=self._create_piece("OAK-9").id)
        self._run_job()
        self._card().points -= 7.0

    def _points_of(self, person):
        return self.points.search([("person_id", "=", person.id)])

    def _correct(self, person):
        self.registration.partner_id = person
        self._run_job()

    def test_another_customer_has_the_points_and_who_spent_them_the_debt(self):
        self._correct(self.other)
        [debt] = self._points_of(self.customer)
        [point] = self._points_of(self.other)
        for _run in range(2):
            self.assertEqual(
                (debt.state, debt.taken, debt.owed, self._card().points),
                ("taken_back", 3.0, 7.0, 0.0),
            )
            self.assertEqual(
                (point.state, point.points, point.owed, self._card(self.other).points),
                ("given", 10.0, 0.0, 10.0),
            )
            self._run_job()
        self.env.invalidate_all()
        self.assertEqual(
            (self.customer.lifecycle_points_owed, self.other.lifecycle_points_owed), (7.0, 0.0)
        )

    def test_the_history_of_the_card_tells_what_was_given(self):
        self._correct(self.other)
        self.assertEqual(
            [(line.issued, line.used) for line in self._card(self.other).history_ids],
            [(10.0, 0.0)],
        )

    def test_corrected_back_the_points_settle_the_debt(self):
        self._correct(self.other)
        self._correct(self.customer)
        self.assertEqual((self._card().points, self._card(self.other).points), (3.0, 0.0))
        self.env.invalidate_all()
        self.assertEqual(self.customer.lifecycle_points_owed, 0.0)

    def test_one_customer_after_the_other(self):
        """Each spends them, and each owes them."""
        third = self._create_customer("Lake Hotel")
        self._correct(self.other)
        self._card(self.other).points -= 10.0
        self._correct(third)
        self.assertEqual(
            [
                (self._card(person).points, sum(self._points_of(person).mapped("owed")))
                for person in (self.customer, self.other, third)
            ],
            [(0.0, 7.0), (0.0, 10.0), (10.0, 0.0)],
        )

    def test_what_was_let_go_is_no_less_for_another_customer(self):
        self.registration.active = False
        self._run_job()
        [debt] = self._points_of(self.customer)
        self.assertEqual(debt.owed, 7.0)
        debt.with_user(self.manager).action_let_go()
        self.registration.write({"active": True, "partner_id": self.other.id})
        self._run_job()
        self.assertEqual(self._card(self.other).points, 10.0)
        self.assertEqual((debt.state, debt.let_go_by_id), ("taken_back", self.manager))

    def test_a_debt_of_before_stays_when_it_holds_for_another_customer(self):
        self.registration.active = False
        self._run_job()
        self.registration.write({"active": True, "partner_id": self.other.id})
        self._run_job()
        self.assertEqual(self._points_of(self.customer).owed, 7.0)
        self.assertEqual(self._card(self.other).points, 10.0)

    def test_as_many_as_were_given(self):
        """Not what the rule gives by now."""
        self.rule.points = 25.0
        self._correct(self.other)
        self.assertEqual(self._card(self.other).points, 10.0)

    def test_within_one_customer_what_was_spent_is_spent(self):
        colleague = self._create_customer("Ann", is_company=False, parent_id=self.customer.id)
        self._correct(colleague)
        [point] = self._points_of(colleague)
        self.assertEqual((point.state, self._card(colleague).points), ("given", 3.0))
        self.assertFalse(self._points_of(self.customer))
