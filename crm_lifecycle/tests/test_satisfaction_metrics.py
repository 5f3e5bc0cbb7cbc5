from odoo.tests import tagged

from ..engine.rules import Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestSatisfactionMetrics(RuleCase):
    """Rules ask for the mean score, for the number of statements, and for the share of very
    satisfied ones, of all sources together.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_customer")._set_up_customer()

    def _set_up_customer(self):
        """A rating of 4, 5 told by a contact, and a mean of 3 people on 0 to 10."""
        cls = type(self)
        cls.contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        with self.at("2025-01-01"):
            order = self._confirm_order(self.customer)
        with self.at("2025-03-03"):
            self._rate(order, self.customer, 4)
        cls.told = self._enter("2025-04-01", 5, partner_id=cls.contact.id)
        self._enter(
            "2025-05-01",
            5,
            source="third_party",
            asked_by="An institute",
            scale="ten",
            sample_size=3,
        )

    def _enter(self, day, value, **vals):
        with self.at(day):
            statement = self.env["crm.lifecycle.satisfaction.statement"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "value": value,
                    "date": day,
                    **vals,
                }
            )
            self.env.flush_all()
        return statement

    def test_the_mean_counts_each_as_often_as_people_said_so(self):
        table = (
            ("2025-03-02", None),
            ("2025-03-03", 75),
            ("2025-04-01", 87.5),  # (75 + 100) / 2
            ("2025-05-01", 65),  # (75 + 100 + 3 * 50) / 5
        )
        self.assertFigures("satisfaction", table)
        self.assertFigures(
            "satisfaction", (("2026-03-02", 65), ("2026-03-03", 62.5), ("2026-05-01", None)), 12
        )

    def test_the_number_of_statements(self):
        self.assertFigures("satisfaction_statements", (("2025-03-02", 0), ("2025-05-01", 3)))
        self.assertFigures("satisfaction_statements", (("2026-04-01", 1),), 12)

    def test_single_opinions_alone_are_very_satisfied(self):
        table = (("2025-03-02", None), ("2025-03-03", 0), ("2025-05-01", 50))
        self.assertFigures("satisfaction_top", table)
        self.company.lifecycle_satisfaction_top = 75
        self.assertFigures("satisfaction_top", (("2025-05-01", 100),))

    def test_what_a_rule_asks_moves_the_customer(self):
        self._activate(
            self._ruleset(
                (
                    "advocate",
                    Condition("purchases", ">=", 1),
                    Condition("satisfaction_top", ">=", 60, 12),
                ),
                ("first_buyer", Condition("purchases", ">=", 1)),
            )
        )
        with self.at("2025-06-01"):
            self._look_again(self.customer)
            self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")
        self._enter("2025-06-02", 10, scale="ten")
        with self.at("2025-06-02"):
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(profile.stage_id.code, "advocate")
        self.assertEqual(profile.stage_transition_id.cause, "satisfaction")
        with self.at("2025-06-03"):
            self.told.active = False
            self._process_queue()
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")

    def test_a_return_visit_counts_from_the_day_it_is_done(self):
        order = self.customer.sale_order_ids[:1] or self._confirm_order(self.customer)
        with self.at("2025-06-10"):
            visit = self.env["crm.lifecycle.return.visit"].create(
                {"order_id": order.id, "user_id": self.salesperson.id, "satisfaction": "1"}
            )
            self.env.flush_all()
        self.assertFigures("satisfaction_statements", (("2025-06-10", 3),))
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        with self.at("2025-06-12"):
            visit.action_done()
            self.env.cr.flush()
            self.env.cr.execute("SELECT partner_ref FROM crm_lifecycle_queue")
            self.assertIn((self.customer.id,), self.env.cr.fetchall())
        self.assertFigures("satisfaction_statements", (("2025-06-11", 3), ("2025-06-12", 4)))

    def test_what_people_see_is_told_once(self):
        with self.at("2025-06-01"):
            self._look_again(self.customer)
            events = self.env["crm.lifecycle.event"].search(
                [
                    ("partner_id", "=", self.customer.id),
                    ("kind", "in", ("rating", "satisfaction")),
                ],
                order="date",
            )
        self.assertEqual(events.mapped("kind"), ["rating", "satisfaction", "satisfaction"])
        self.assertEqual(events[1].res_id, self.told.id)
