from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointQueries(PointCase):
    """As many queries for many as for one; what fails does not hold up the rest."""

    def _earn(self, count, prefix):
        for number in range(count):
            referrer = self._create_customer(f"{prefix} Referrer {number}")
            customer = self._create_customer(f"{prefix} Customer {number}")
            self._refer(referrer, customer)
            self._buy(customer, "2026-03-10")
        self._follow()

    def _count(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._run_job()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_giving_and_taking_back(self):
        # What is looked up once only is in the cache from now on.
        self._earn(1, "Warm")
        self._count()
        self._earn(1, "One")
        one = self._count()
        self._earn(5, "Many")
        self.assertEqual(self._count(), one)
        orders = self.env["sale.order"].search(
            [("partner_id.name", "=like", "% Customer %"), ("company_id", "=", self.company.id)]
        )
        orders[0]._action_cancel()
        self._follow()
        one = self._count()
        orders[1:6]._action_cancel()
        self._follow()
        self.assertEqual(self._count(), one)

    def test_nothing_to_do(self):
        self._earn(1, "Few")
        self._run_job()
        few = self._count()
        self._earn(5, "Many")
        self._run_job()
        self.assertEqual(self._count(), few)

    def test_lists_of_contacts(self):
        self._earn(6, "Listed")
        self._run_job()
        referrers = self.env["res.partner"].search([("name", "=like", "Listed Referrer%")])

        def count(partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(partners.mapped("lifecycle_points")), {50.0})
            return self.env.cr.sql_log_count - before

        count(referrers)
        self.assertEqual(count(referrers), count(referrers[:1]))

    def test_what_fails_does_not_hold_up_the_rest(self):
        self._earn(2, "Failing")
        [first, second] = self.referrals.search([("company_id", "=", self.company.id)], order="id")
        points = type(self.points)
        give = points._give

        def fail(self, rows):
            if first.id in [row["res_id"] for row in rows]:
                raise ValueError("broken")
            return give(self, rows)

        with (
            patch.object(points, "_give", fail),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
        ):
            self._run_job()
        given = self.points.search([("company_id", "=", self.company.id)])
        self.assertEqual(given.res_id, second.id)

    def test_merging_goes_on_where_our_part_fails(self):
        self._earn(2, "Merged")
        self._run_job()
        one, other = self.env["res.partner"].search([("name", "=like", "Merged Referrer%")])
        with (
            patch.object(type(self.points), "_unite", side_effect=ValueError),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            self._merge(other, one)
        self.assertFalse(other.exists())
        self.assertEqual(self._card(one).points, 100.0)
