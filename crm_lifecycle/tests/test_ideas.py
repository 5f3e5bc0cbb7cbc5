from lxml import etree
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

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

    def test_it_says_something_and_was_suggested_already(self):
        with self.at("2026-03-02"):
            for vals, said in (({"name": " "}, "a few words"), ({"date": "2099-01-01"}, "to come")):
                with (
                    self.subTest(vals),
                    self.assertRaisesRegex(ValidationError, said),
                    self.env.cr.savepoint(),
                ):
                    self._suggest(**vals)

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
        ):
            with self.assertRaisesRegex(AccessError, "Somebody else decides"):
                decide()
        self.env.invalidate_all()
        idea.with_user(self.leader).action_adopt()
        self.assertEqual(idea.state, "adopted")
        idea = self._suggest(suggester_id=self.leader.id)
        idea.with_user(self.leader).action_adopt()
        self.assertEqual(idea.state, "adopted")

    def test_nobody_decides_on_what_they_suggested_as_a_contact(self):
        idea = self._suggest(partner_id=self.salesperson.partner_id.id)
        mine = idea.with_user(self.salesperson)
        mine.action_review()
        for decide in (
            mine.action_adopt,
            lambda: mine.write({"partner_id": self.customer.id, "state": "adopted"}),
            lambda: mine.write({"partner_id": self.customer.id}),
        ):
            with self.assertRaisesRegex(AccessError, "Somebody else decides"):
                decide()
        self.env.invalidate_all()
        idea.with_user(self.leader).action_adopt()
        self.assertEqual(idea.state, "adopted")

    def test_it_begins_as_new(self):
        mine = self.ideas.with_user(self.salesperson)
        vals = {"name": "Hooks", "partner_id": self.customer.id, "company_id": self.company.id}
        for state in ("review", "adopted", "done", "declined"):
            with self.subTest(state), self.assertRaisesRegex(UserError, "not entered by hand"):
                mine.create({**vals, "state": state})
        self.assertEqual(mine.create({**vals, "state": "new"}).state, "new")

    def test_defaults_settle_nothing(self):
        forged = {
            "state": "adopted",
            "adopted_on": "2020-01-01",
            "channel": "portal",
            "thanks_note": "Thanked by mail.",
        }
        vals = {"name": "Hooks", "partner_id": self.customer.id, "company_id": self.company.id}
        mine = self.ideas.with_user(self.salesperson)
        by_context = mine.with_context(
            **{f"default_{name}": value for name, value in forged.items()}
        ).create(vals)
        for name, value in {**forged, "thanks_badge_ref": 5}.items():
            self.env["ir.default"].set(mine._name, name, value, user_id=self.salesperson.id)
        by_default = mine.create(vals)
        for idea in (by_context.sudo(), by_default.sudo()):
            self.assertRecordValues(
                idea,
                [
                    {
                        "state": "new",
                        "adopted_on": False,
                        "channel": False,
                        "thanks_note": False,
                        "thanks_badge_ref": 0,
                    }
                ],
            )
        with self.at("2026-03-09"):
            by_context.action_adopt()
        self.assertEqual(by_context.adopted_on, fields.Date.to_date("2026-03-09"))
        self.assertTrue(by_context.thanks_note)

    def test_what_follows_is_not_written_by_hand(self):
        idea = self._suggest()
        for user in (self.salesperson, self.leader):
            for vals in ({"thanks_note": "Thanked by mail."}, {"channel": "portal"}):
                with self.subTest(user.login, vals=vals), self.assertRaises(UserError):
                    idea.with_user(user).write(vals)
        with self.assertRaises(UserError):
            self.ideas.with_user(self.leader).create(
                {"name": "Hooks", "partner_id": self.customer.id, "channel": "portal"}
            )

    def test_who_suggested_what_is_adopted_stays(self):
        idea = self._suggest(suggester_id=self.salesperson.id)
        idea.with_user(self.leader).suggester_id = self.leader
        idea.suggester_id = self.salesperson
        idea.with_user(self.leader).action_adopt()
        for vals in (
            {"suggester_id": self.leader.id},
            {"suggester_id": False, "partner_id": self.customer.id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "Review it again"):
                idea.with_user(self.leader).write(vals)
        # The form sends what has not changed as well.
        idea.with_user(self.leader).write({"suggester_id": self.salesperson.id, "name": "Hook"})
        idea.with_user(self.leader).action_review()
        idea.with_user(self.leader).suggester_id = self.leader
        self.assertEqual(idea.suggester_id, self.leader)

    def test_a_reviewer_can_read_what_is_suggested(self):
        elsewhere = self._create_company("Other Company", "base.EUR")
        for login, group, company in (
            ("reviewer_internal", "base.group_user", self.company),
            ("reviewer_elsewhere", SALES, elsewhere),
        ):
            user = self._create_user(login, group, company=company)
            with self.subTest(login), self.assertRaisesRegex(ValidationError, "cannot read"):
                self.company.lifecycle_idea_user_id = user
        for login, group in (("reviewer_sales", SALES), ("reviewer_books", INVOICING)):
            user = self._create_user(login, group)
            with self.subTest(login):
                self.company.lifecycle_idea_user_id = user
                self.assertEqual(self.company.lifecycle_idea_user_id, user)

    def test_the_settings_offer_such_reviewers(self):
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]
        [field] = etree.fromstring(arch).xpath("//field[@name='lifecycle_idea_user_id']")
        domain = safe_eval(field.get("domain"), {"company_id": self.company.id})
        internal = self._create_user("reviewer_internal", "base.group_user")
        offered = self.env["res.users"].search(domain)
        self.assertLessEqual(self.salesperson | self.leader, offered)
        self.assertNotIn(internal, offered)

    def test_the_day_of_adoption_is_nobodys_to_choose(self):
        with self.at("2026-03-09"):
            idea = self._suggest(adopted_on="2020-01-01")
            self.assertFalse(idea.adopted_on)
            idea.write({"state": "adopted", "adopted_on": "2020-01-01"})
        self.assertEqual(idea.adopted_on, fields.Date.to_date("2026-03-09"))

    def test_what_is_archived_counts_no_longer_and_keeps_its_day(self):
        def count():
            self.env.flush_all()
            return self.env["crm.lifecycle.event"].search_count(
                [("partner_id", "=", self.customer.id), ("res_model", "=", self.ideas._name)]
            )

        with self.at("2026-03-02"):
            idea = self._suggest(state="adopted")
        with self.at("2026-03-09"):
            self.assertEqual(count(), 1)
            idea.active = False
            self.assertEqual((idea.adopted_on, count()), (fields.Date.to_date("2026-03-02"), 0))
            idea.active = True
            self.assertEqual((idea.adopted_on, count()), (fields.Date.to_date("2026-03-02"), 1))

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
