from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import INVOICING, SALES
from .idea_common import IdeaCase


@tagged("post_install", "-at_install")
class TestIdeas(IdeaCase):
    """What is suggested is looked into, and adopted, or not for a reason."""

    def test_from_the_first_look_to_the_end(self):
        with self.at("2026-03-02"):
            idea = self._suggest()
            self.assertRecordValues(
                idea,
                [
                    {
                        "state": "new",
                        "date": fields.Date.to_date("2026-03-02"),
                        "suggester_name": "Ada's Garden",
                        "adopted_on": False,
                    }
                ],
            )
            idea.with_user(self.salesperson).action_review()
        self.assertEqual((idea.state, idea.reviewer_id), ("review", self.salesperson))
        with self.at("2026-03-09"):
            idea.with_user(self.salesperson).action_adopt()
        with self.at("2026-03-20"):
            idea.with_user(self.salesperson).action_done()
        self.assertEqual((idea.state, idea.adopted_on), ("done", fields.Date.to_date("2026-03-09")))
        idea.action_review()
        self.assertEqual((idea.state, idea.adopted_on), ("review", False))

    def test_the_form_of_a_customer(self):
        form = Form(
            self.ideas.with_user(self.salesperson).with_context(
                **self.customer.action_lifecycle_open_ideas()["context"]
            )
        )
        form.name = "A hook for the bag"
        form.product_ids.add(self.product)
        idea = form.save()
        self.assertEqual(idea.partner_id, self.customer)
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_idea_count, 1)

    def test_it_is_of_a_customer_or_of_a_colleague(self):
        colleague = self._suggest(suggester_id=self.salesperson.id)
        self.assertEqual(colleague.suggester_name, self.salesperson.name)
        for vals in (
            {"suggester_id": False, "partner_id": False},
            {"suggester_id": self.salesperson.id, "partner_id": self.customer.id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, "who suggests"):
                self._suggest(**vals)

    def test_a_no_needs_a_reason(self):
        idea = self._suggest()
        for reason in (False, "  "):
            idea.decline_reason = reason
            with (
                self.subTest(reason),
                self.assertRaisesRegex(ValidationError, "Why Not"),
                self.env.cr.savepoint(),
            ):
                idea.action_decline()
        idea.decline_reason = "Bags scratch the wood."
        idea.action_decline()
        self.assertEqual(idea.state, "declined")
        idea.action_review()
        self.assertFalse(idea.decline_reason)

    def test_nobody_decides_on_their_own(self):
        idea = self._suggest(suggester_id=self.salesperson.id)
        mine = idea.with_user(self.salesperson)
        mine.action_review()
        for decide in (
            mine.action_adopt,
            lambda: mine.write({"state": "done"}),
            lambda: mine.write({"suggester_id": False, "partner_id": 1, "state": "adopted"}),
            lambda: mine.create(
                {"name": "Mine", "suggester_id": self.salesperson.id, "state": "adopted"}
            ),
        ):
            with self.assertRaisesRegex(AccessError, "Somebody else decides"):
                decide()
        self.env.invalidate_all()
        idea.with_user(self.leader).action_adopt()
        self.assertEqual(idea.state, "adopted")
        idea = self._suggest(suggester_id=self.leader.id)
        idea.with_user(self.leader).action_adopt()
        self.assertEqual(idea.state, "adopted")

    def test_the_day_of_adoption_is_nobodys_to_choose(self):
        with self.at("2026-03-09"):
            idea = self._suggest(adopted_on="2020-01-01")
            self.assertFalse(idea.adopted_on)
            idea.write({"state": "adopted", "adopted_on": "2020-01-01"})
        self.assertEqual(idea.adopted_on, fields.Date.to_date("2026-03-09"))

    def test_what_is_archived_is_adopted_no_longer(self):
        idea = self._suggest(state="adopted")
        self.assertTrue(idea.adopted_on)
        idea.active = False
        self.assertFalse(idea.adopted_on)
        idea.active = True
        self.assertTrue(idea.adopted_on)

    @mute_logger("odoo.sql_db")
    def test_a_benefit_is_no_loss(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._suggest(benefit=-1.0)

    def test_the_benefit_is_for_those_who_see_amounts(self):
        idea = self._suggest(benefit=500.0, reviewer_id=self.salesperson.id)
        with self.assertRaises(AccessError):
            idea.with_user(self.salesperson).read(["benefit"])
        accountant = self._create_user("idea_accountant", "base.group_user", INVOICING)
        self.assertEqual(idea.with_user(accountant).benefit, 500.0)

    def test_salespeople_see_those_of_their_customers_and_what_they_review(self):
        stranger = self._create_user("idea_stranger", SALES)
        theirs = self._suggest(reviewer_id=self.leader.id)
        nobodys = self._suggest(partner_id=self._create_customer("Bo's Inn").id)
        mine = self._suggest(suggester_id=stranger.id, reviewer_id=self.leader.id)
        everything = theirs | nobodys | mine
        for user, found in (
            (self.salesperson, theirs | nobodys),
            (stranger, nobodys | mine),
            (self.leader, everything),
        ):
            with self.subTest(user.login):
                seen = self.ideas.with_user(user).search([("id", "in", everything.ids)])
                self.assertEqual(seen, found)
