from odoo.tests import tagged

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestPeople(SurveyCase):
    """What becomes of requests whose people move, are merged or deleted."""

    def test_a_contact_moves_to_another_customer(self):
        request = self._asked()
        other = self._create_customer("Other")
        self.contact.parent_id = other
        self.assertEqual(request.partner_id, other)

    def test_a_contact_is_merged_into_one_of_another_customer(self):
        request = self._asked()
        self._answer(request, 9)
        other = self._create_customer("Other")
        kept = self._create_contact("Bo", "bo@other.example", other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.contact | kept).ids, kept, extra_checks=False)
        self.assertEqual((request.person_id, request.partner_id), (kept, other))
        self.assertEqual(request.verdict, "promoter")

    def test_customers_are_merged(self):
        request = self._asked()
        other = self._create_customer("Other")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other, extra_checks=False)
        self.assertEqual((request.person_id, request.partner_id), (self.contact, other))

    def test_a_person_who_is_deleted(self):
        self._create_round("nps", "loss", delay_days=0)
        person = self._create_customer("Leaving", email="leaving@c.example")
        with self.at("2026-03-02"):
            self._create_loss(person)
        request = self._run("2026-03-02")
        self.assertEqual((request.state, request.person_id), ("asked", person))
        person.unlink()
        self.assertFalse(request.exists())
