from odoo.tests import tagged

from .grade_common import GradeCase


@tagged("post_install", "-at_install")
class TestGradeMerge(GradeCase):
    """Merged customers: the level that survives goes on following the rules, or is by hand."""

    def setUp(self):
        super().setUp()
        self.double = self._create_customer("Park Hotel Ltd")

    def _merge(self):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.double | self.customer).ids, self.customer
        )
        self.env.invalidate_all()

    def _row(self):
        return self.sets.search([("partner_id", "=", self.customer.id)])

    def test_both_had_one_by_the_rules(self):
        agreements = self._agree() | self._agree(customer=self.double)
        self._run_job()
        self._merge()
        self.assertEqual((len(self._row()), self._row().by_hand), (1, False))
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)
        agreements.active = False
        self._run_job()
        self.assertFalse(self.customer.grade_id)

    def test_the_kept_one_lost_its_level_and_the_other_has_one(self):
        """The host would have dropped what is noted of the level that it copies."""
        lost = self._agree()
        agreement = self._agree(customer=self.double)
        self._run_job()
        lost.active = False
        self._run_job()
        self.assertFalse(self.customer.grade_id)
        self._merge()
        self.assertEqual((self.customer.grade_id, self._row().by_hand), (self.silver, False))
        agreement.active = False
        self._run_job()
        self.assertFalse(self.customer.grade_id)

    def test_the_kept_ones_level_by_hand_is_kept(self):
        agreement = self._agree(customer=self.double)
        self._run_job()
        self.customer.grade_id = self.silver
        self._merge()
        self.assertFalse(self._row())
        agreement.active = False
        self._run_job()
        self.assertEqual(self.customer.grade_id, self.silver)

    def test_what_somebody_took_away_from_one_stays_away(self):
        agreement = self._agree()
        self._agree(customer=self.double)
        self._run_job()
        agreement.active = False
        self._run_job()
        self.double.grade_id = False
        self._merge()
        self._run_job()
        self.assertFalse(self.customer.grade_id)
        self.assertTrue(self._row().by_hand)

    def test_dismissed_for_both(self):
        waivers = self.env["crm.lifecycle.grade.waiver"]
        vals = {"company_id": self.company.id, "user_id": self.env.uid}
        waivers.create(
            [
                {**vals, "partner_id": partner.id, "grade_id": grade.id}
                for partner, grade in (
                    (self.customer, self.silver),
                    (self.double, self.silver),
                    (self.double, self.gold),
                )
            ]
        )
        self._merge()
        self.assertEqual(
            waivers.search([("partner_id", "=", self.customer.id)]).grade_id,
            self.silver | self.gold,
        )
