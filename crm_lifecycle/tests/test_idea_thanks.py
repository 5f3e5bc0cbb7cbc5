from unittest.mock import patch

from odoo.tests import tagged

from ..models import crm_lifecycle_idea_thanks
from .idea_common import IdeaCase


@tagged("post_install", "-at_install")
class TestIdeaThanks(IdeaCase):
    """Whoever suggested what is adopted is thanked once, and not where that is unwanted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_idea_thank = True

    def _mails(self, idea):
        return self.env["mail.mail"].search([("model", "=", idea._name), ("res_id", "=", idea.id)])

    def test_a_customer_gets_a_mail(self):
        idea = self._suggest()
        idea.with_user(self.salesperson).action_adopt()
        mail = self._mails(idea)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("A hook for the bag", mail.body_html)
        self.assertIn(f"/my/suggestions/{idea.id}", mail.body_html)
        self.assertEqual(idea.thanks_note, "Thanked by mail.")
        idea.action_done()
        self.assertEqual(self._mails(idea), mail)

    def test_the_thanks_are_taken_back_as_long_as_the_mail_has_not_left(self):
        idea = self._suggest(state="adopted")
        mail = self._mails(idea)
        idea.action_review()
        self.assertFalse(mail.exists())
        self.assertFalse(idea.thanks_note)
        idea.action_adopt()
        self.assertEqual(len(self._mails(idea)), 1)

    def test_nobody_is_thanked_twice(self):
        idea = self._suggest(state="adopted")
        self._mails(idea).state = "sent"
        idea.action_review()
        self.assertFalse(idea.thanks_note)
        idea.action_adopt()
        self.assertEqual(len(self._mails(idea)), 1)
        self.assertEqual(idea.thanks_note, "Thanked by mail already.")

    def test_who_is_not_thanked_and_why(self):
        wishless = self._create_customer("Bo's Inn")
        unwilling = self._create_customer(
            "Cy's Club", email="cy@example.com", lifecycle_opt_out=True
        )
        for vals, switch, note in (
            ({}, False, "sends no mails"),
            ({"partner_id": wishless.id}, True, "no e-mail address"),
            ({"partner_id": unwilling.id}, True, "wants no contact"),
        ):
            with self.subTest(note):
                self.company.lifecycle_idea_thank = switch
                idea = self._suggest(**vals, state="adopted")
                self.assertFalse(self._mails(idea))
                self.assertIn(note, idea.thanks_note)

    def test_a_colleague_gets_nothing_where_there_are_no_badges(self):
        idea = self._suggest(suggester_id=self.salesperson.id)
        with patch.object(crm_lifecycle_idea_thanks, "BADGE", "crm_lifecycle.no_badge"):
            idea.with_user(self.leader).action_adopt()
        self.assertFalse(self._mails(idea))
        self.assertEqual(idea.thanks_note, "Not thanked: there are no badges here.")
