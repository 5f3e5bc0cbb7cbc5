from odoo import http
from odoo.tests import HttpCase, tagged

from .common import SALES
from .idea_common import IdeaCase


@tagged("post_install", "-at_install")
class TestIdeaPortalPages(IdeaCase, HttpCase):
    """What the pages for suggestions show and take, by who looks at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user("idea_own", cls.customer)
        cls.colleague = cls._create_portal_user("idea_colleague", cls.customer)
        cls.foreign = cls._create_portal_user("idea_foreign", cls._create_customer("Bo's Inn"))
        cls.employee = cls._create_user(
            "idea_employee", "base.group_user", password="idea_employee"
        )

    def _log_in(self, login="idea_own"):
        """Log in, or be a stranger without a login."""
        self.authenticate(login, login)

    def _post(self, url="/my/suggestions/new", **form):
        values = {
            "name": "A hook for the bag",
            "description": "Under the <b>seat</b>\nplease",
            "area": "product",
            **form,
        }
        return self.url_open(
            url,
            data={"csrf_token": http.Request.csrf_token(self), **values},
            allow_redirects=True,
        )

    def _filed(self):
        return self.ideas.search([("company_id", "=", self.company.id)])

    def test_a_customer_suggests_something_and_sees_what_becomes_of_it(self):
        self._log_in()
        self.assertIn('href="/my/suggestions"', self.url_open("/my").text)
        self.assertIn("/my/suggestions/new", self.url_open("/my/suggestions").text)
        page = self._post()
        self.assertIn("Thank you", page.text)
        idea = self._filed()
        self.assertRecordValues(
            idea,
            [
                {
                    "name": "A hook for the bag",
                    "area": "product",
                    "partner_id": self.user.partner_id.id,
                    "suggester_id": False,
                    "reviewer_id": self.leader.id,
                    "channel": "portal",
                    "state": "new",
                    "create_uid": self.user.id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;seat&lt;/b&gt;", idea.description)
        self.assertEqual(idea.activity_ids.user_id, self.leader)
        self.assertIn(self.user.partner_id, idea.message_partner_ids)
        idea.write({"state": "declined", "decline_reason": "Bags <i>scratch</i> the wood."})
        page = self.url_open(f"/my/suggestions/{idea.id}").text
        self.assertIn("Not Adopted", page)
        self.assertIn("Bags &lt;i&gt;scratch&lt;/i&gt; the wood.", page)

    def test_colleagues_of_the_customer_see_it_and_others_do_not(self):
        idea = self._suggest(partner_id=self.user.partner_id.id, description="<p>Brass</p>")
        for login, sees in (
            ("idea_own", True),
            ("idea_colleague", True),
            ("idea_foreign", False),
            ("idea_employee", False),
            (None, False),
        ):
            with self.subTest(login):
                self._log_in(login)
                page = self.url_open(f"/my/suggestions/{idea.id}").text
                self.assertEqual("Brass" in page, sees)
                if login:
                    page = self.url_open("/my/suggestions").text
                    self.assertEqual("A hook for the bag" in page, sees)
        page = self.url_open(f"/my/suggestions/{idea.id}?access_token=wrong").text
        self.assertNotIn("Brass", page)
        token = idea._portal_ensure_token()
        page = self.url_open(f"/my/suggestions/{idea.id}?access_token={token}").text
        self.assertIn("Brass", page)

    def test_a_stranger_suggests_nothing(self):
        self._log_in(None)
        self.assertNotIn("o_lifecycle_idea_form", self.url_open("/my/suggestions/new").text)
        self._post()
        self.assertFalse(self._filed())

    def test_an_employee_without_our_screens_suggests_something_too(self):
        self.company.lifecycle_idea_portal = False
        self._log_in("idea_employee")
        page = self._post(name="Gloves for the warehouse")
        idea = self._filed()
        self.assertEqual((idea.suggester_id, idea.partner_id.ids), (self.employee, []))
        self.assertIn("Gloves for the warehouse", page.text)
        # The thread is for those who have our screens.
        self.assertNotIn('id="discussion"', page.text)
        self.assertIn("Gloves for the warehouse", self.url_open("/my/suggestions").text)
        foreign = self._suggest(suggester_id=self.leader.id, name="Chairs for all")
        self.assertNotIn("Chairs for all", self.url_open(f"/my/suggestions/{foreign.id}").text)

    def test_nobody_reviews_their_own(self):
        seller = self._create_user("idea_seller", SALES, password="idea_seller")
        self.company.lifecycle_idea_user_id = seller
        self._log_in("idea_seller")
        self._post()
        self.assertFalse(self._filed().reviewer_id)

    def test_nobody_reviews_what_they_cannot_read_any_more(self):
        self.leader.group_ids = self.env.ref("base.group_user")
        self._log_in()
        self._post()
        self.assertFalse(self._filed().reviewer_id)
        self.assertFalse(self._filed().activity_ids)

    def test_a_company_that_takes_none_here(self):
        self.company.lifecycle_idea_portal = False
        self._log_in()
        self.assertNotIn("o_lifecycle_new_idea", self.url_open("/my/suggestions").text)
        self.assertNotIn("o_lifecycle_idea_form", self.url_open("/my/suggestions/new").text)
        self.assertIn("takes no suggestions here", self._post().text)
        self.assertFalse(self._filed())

    def test_what_is_missing_or_wrong_is_said_and_what_was_entered_stays(self):
        self._log_in()
        for form, said in (
            ({"name": "  "}, "in a few words"),
            ({"description": ""}, "what would be better"),
            ({"name": "a" * 151}, "within 150 characters"),
            ({"description": "a" * 10_001}, "within 10,000 characters"),
            ({"area": "secret"}, "choose what it is about"),
        ):
            with self.subTest(said):
                page = self._post(**form).text
                self.assertIn(said, page)
                self.assertIn("please" if "description" not in form else "A hook", page)
        self.assertFalse(self._filed())

    def test_nobody_drowns_in_them(self):
        self.company.lifecycle_idea_hourly = 2
        for login in ("idea_own", "idea_colleague"):
            self._log_in(login)
            self._post()
        self.assertIn("several within the last hour", self._post().text)
        self.assertEqual(len(self._filed()), 2)
        # Another customer may, and so may a colleague of ours, who has a limit of their own.
        self._log_in("idea_foreign")
        self._post()
        self._log_in("idea_employee")
        for _time in range(3):
            page = self._post()
        self.assertIn("several within the last hour", page.text)
        self.assertEqual(len(self._filed()), 5)

    def test_nobody_says_who_they_are_or_what_we_decide(self):
        self._log_in()
        self._post(
            partner_id=self.foreign.partner_id.id,
            state="adopted",
            suggester_id=self.leader.id,
            company_id=1,
            benefit=7,
        )
        self.assertRecordValues(
            self._filed(),
            [{"partner_id": self.user.partner_id.id, "state": "new", "benefit": 0.0}],
        )

    def test_the_list_is_filtered(self):
        self._suggest(partner_id=self.user.partner_id.id, name="Brass", state="done")
        self._suggest(
            partner_id=self.user.partner_id.id,
            name="Iron",
            state="declined",
            decline_reason="It rusts.",
        )
        self._log_in()
        for filtered, found in (
            ("all", {"Brass", "Iron"}),
            ("open", set()),
            ("adopted", {"Brass"}),
            ("declined", {"Iron"}),
            ("forged", {"Brass", "Iron"}),
        ):
            with self.subTest(filtered):
                page = self.url_open(f"/my/suggestions?filterby={filtered}&sortby=name").text
                self.assertEqual({name for name in ("Brass", "Iron") if name in page}, found)
