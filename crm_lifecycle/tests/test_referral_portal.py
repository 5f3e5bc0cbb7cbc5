from odoo import Command, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import SALES, SALES_ALL, LifecycleCase

AGREED = {"shown_name": "Ada L.", "agreed": "1"}


@tagged("post_install", "-at_install")
class TestReferralPortal(LifecycleCase, HttpCase):
    """A referrer's link and page, by who looks at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_refer_page = True
        cls.referrer = cls._create_customer("Secret Gardens Ltd", phone="+1 555 0100")
        cls.user = cls._create_portal_user("refer_own", cls.referrer)
        cls.foreign = cls._create_portal_user("refer_foreign", cls._create_customer("Brewery"))
        cls.codes = cls.env["crm.lifecycle.referral.code"]
        cls.link = cls.codes._portal_agree(cls.user.partner_id, cls.company, AGREED)

    @classmethod
    def _create_portal_user(cls, login, customer):
        user = cls.env["res.users"].create(
            {
                "name": f"{login} Secret",
                "login": login,
                "password": login,
                "email": f"{login}@secret.example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = customer
        return user

    def _post(self, url=None, **form):
        values = {"name": "Bo Friend", "email": "bo@example.com", "consent": "1", **form}
        return self.url_open(
            url or f"/refer/{self.link.code}",
            data={"csrf_token": http.Request.csrf_token(self), **values},
        )

    def _leads(self):
        return self.env["crm.lead"].search(
            [("lifecycle_referrer_id", "=", self.user.partner_id.id)]
        )

    # ------------------------------------------------------------
    # FRIENDS
    # ------------------------------------------------------------

    def test_a_friend_becomes_a_lead_with_referrer_and_source(self):
        self.authenticate(None, None)
        self.assertIn("Thank you", self._post(message="<b>Benches</b>", phone="+1 555 0101").text)
        lead = self._leads()
        self.assertRecordValues(
            lead,
            [
                {
                    "contact_name": "Bo Friend",
                    "email_from": "bo@example.com",
                    "company_id": self.company.id,
                    "user_id": False,
                    "lifecycle_source_id": self.env.ref(
                        "crm_lifecycle.crm_lifecycle_source_referral_customer"
                    ).id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;Benches", lead.description)
        claim = self.env["crm.lifecycle.referral"].search([("lead_id", "=", lead.id)])
        self.assertEqual((claim.how, claim.state, claim.code_id), ("link", "accepted", self.link))
        self.assertTrue(claim.consent_on)
        self.assertEqual(claim.referrer_customer_id, self.referrer)

    def test_nothing_of_the_referrer_shows_but_the_name(self):
        self.authenticate(None, None)
        page = self.url_open(f"/refer/{self.link.code}")
        self.assertIn("Ada L.", page.text)
        self.assertNotIn("Secret", page.text)
        self.assertNotIn("secret", page.text)
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.link.shown_name = False
        self.assertIn("One of our customers", self.url_open(f"/refer/{self.link.code}").text)

    def test_what_is_missing_comes_back(self):
        self.authenticate(None, None)
        for form, said in (
            ({"name": " "}, "tell us your name"),
            ({"email": "nonsense"}, "check your mail"),
            ({"email": ""}, "or a telephone"),
            ({"email": "", "phone": "abc"}, "check your telephone"),
            ({"consent": ""}, "agree that we contact you"),
            ({"message": "x" * 1001}, "keep it shorter"),
        ):
            with self.subTest(said):
                page = self._post(**form).text
                self.assertIn(said, page)
        self.assertFalse(self._leads())

    def test_machines_and_repetition_leave_nothing(self):
        self.authenticate(None, None)
        self.assertIn("Thank you", self._post(homepage="http://spam.example.com").text)
        self.assertFalse(self._leads())
        self._post()
        # Told the same: nobody learns whom we know.
        self.assertIn("Thank you", self._post(email="BO@example.com").text)
        self.assertEqual(len(self._leads()), 1)

    def test_one_address_makes_one_lead_however_it_is_written(self):
        self.company.country_id = self.env.ref("base.us")
        self.authenticate(None, None)
        for known, again in (
            ({"email": "", "phone": "+1 202 555 0143"}, {"email": "", "phone": "(202) 555-0143"}),
            # The host takes neither for a number of that country.
            ({"email": "", "phone": "+1 555 01 01"}, {"email": "", "phone": "001-5550101"}),
            ({"email": "cy@example.com"}, {"email": '"Cy" <CY@example.com>'}),
        ):
            before = self._leads()
            with self.subTest(again):
                self._post(**known)
                self.assertEqual(len(self._leads()), len(before) + 1)
                self.assertIn("Thank you", self._post(**again).text)
                self.assertEqual(len(self._leads()), len(before) + 1)
        self._post(email="", phone="+1 202 555 0144")
        self.assertEqual(len(self._leads()), len(before) + 2)

    def test_nobody_brings_themselves(self):
        self.company.country_id = self.env.ref("base.us")
        self.referrer.phone = "+1 202 555 0142"
        self.authenticate(None, None)
        self.assertIn("Thank you", self._post(email="", phone="(202) 555-0142").text)
        self.assertFalse(self._leads())

    def test_a_lost_lead_is_not_made_again(self):
        self.authenticate(None, None)
        self._post()
        lead = self._leads()
        for end in (lead.action_set_lost, lead.action_archive):
            with self.subTest(end.__name__):
                end()
                self.assertIn("Thank you", self._post().text)
                self.assertEqual(self._leads().with_context(active_test=False), lead[:0])
                everything = self.env["crm.lead"].with_context(active_test=False)
                self.assertEqual(
                    everything.search([("lifecycle_referrer_id", "=", self.user.partner_id.id)]),
                    lead,
                )

    def test_so_many_in_an_hour(self):
        self.company.lifecycle_refer_hourly = 2
        self.authenticate(None, None)
        for number in range(2):
            self._post(email=f"bo{number}@example.com")
        self.assertIn("try again in an hour", self._post(email="bo3@example.com").text)
        self.assertEqual(len(self._leads()), 2)

    def test_what_is_not_open_is_not_there(self):
        self.authenticate(None, None)
        self.assertEqual(self.url_open(f"/refer/{self.link.code.lower()}").status_code, 200)
        for name, values in (
            ("company", {"lifecycle_refer_page": False}),
            ("link", {"active": False}),
            ("referrer", {"active": False}),
        ):
            record = {
                "company": self.company,
                "link": self.link,
                "referrer": self.user.partner_id,
            }[name]
            if name == "referrer":
                self.user.active = False
            with self.subTest(name), mute_logger("odoo.http"):
                record.write(values)
                self.assertEqual(self.url_open(f"/refer/{self.link.code}").status_code, 404)
            record.write(dict.fromkeys(values, True))
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/refer/BBBBBBBBBB").status_code, 404)

    # ------------------------------------------------------------
    # REFERRERS
    # ------------------------------------------------------------

    def test_a_referrer_makes_changes_and_stops_a_link(self):
        self.authenticate("refer_foreign", "refer_foreign")
        self.assertNotIn("/refer/", self.url_open("/my/referrals").text)
        page = self._post("/my/referrals/link", shown_name="Bo").text
        self.assertIn("agree that your friends", page)
        page = self._post("/my/referrals/link", shown_name="Bo", agreed="1").text
        link = self.codes._find_of(self.foreign.partner_id, self.company)
        self.assertEqual((link.shown_name, len(link.code)), ("Bo", 10))
        self.assertTrue(link.agreed_on)
        self.assertIn(f"/refer/{link.code}", page)
        self.assertNotIn(self.link.code, page)
        self._post("/my/referrals/link", shown_name="Bob", agreed="1")
        self.assertEqual(link.shown_name, "Bob")
        self._post("/my/referrals/stop")
        self.assertFalse(link.active)
        self.assertTrue(self.link.active)

    def test_own_referrals_without_amounts_and_reasons(self):
        self.authenticate(None, None)
        self._post()
        claim = self.env["crm.lifecycle.referral"].search([("code_id", "=", self.link.id)])
        claim.lead_id.name = "Internal title"
        for login, sees in (("refer_own", True), ("refer_foreign", False)):
            with self.subTest(login):
                self.authenticate(login, login)
                page = self.url_open("/my/referrals").text
                self.assertEqual("Bo Friend" in page, sees)
                self.assertNotIn("Internal title", page)
        claim._reject("Brewery was first.")
        self.authenticate("refer_own", "refer_own")
        page = self.url_open("/my/referrals").text
        self.assertIn("Closed", page)
        self.assertNotIn("Brewery", page)

    def test_nothing_where_it_is_off(self):
        self.company.lifecycle_refer_page = False
        self.authenticate("refer_own", "refer_own")
        page = self.url_open("/my/referrals")
        self.assertTrue(page.url.rstrip("/").endswith("/my"), page.url)
        self.codes._find_of(self.user.partner_id, self.company).active = False
        self._post("/my/referrals/link", shown_name="Bo", agreed="1")
        self.assertFalse(self.codes._find_of(self.user.partner_id, self.company))

    def test_strangers_log_in_first(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/referrals").url)

    def test_nothing_over_the_wire(self):
        self.authenticate("refer_own", "refer_own")
        for model in (
            "crm.lifecycle.referral",
            "crm.lifecycle.referral.code",
            "crm.lifecycle.referral.reward",
            "crm.lifecycle.referral.tree",
            "crm.lifecycle.referrer",
        ):
            calls = {"search_read": [[]], "create": [[{}]]}
            if model == self.link._name:
                calls["write"] = [self.link.ids, {"active": False}]
            for method, args in calls.items():
                with (
                    self.subTest(model, method=method),
                    mute_logger("odoo.http"),
                    self.assertRaisesRegex(JsonRpcException, "AccessError"),
                ):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/{model}/{method}",
                        {"model": model, "method": method, "args": args, "kwargs": {}},
                    )

    def test_colleagues_make_links_but_neither_codes_nor_names(self):
        colleague = self._create_user("refer_sales", SALES_ALL)
        codes = self.codes.with_user(colleague)
        vals = {"partner_id": self.referrer.id, "company_id": self.company.id}
        for forged in ({"code": "AAAAAAAAAA"}, {"shown_name": "The King"}):
            with self.subTest(forged), self.assertRaises(UserError):
                codes.create({**vals, **forged})
        link = codes.create(vals)
        self.assertNotEqual(link.code, self.link.code)
        with self.assertRaises(UserError):
            link.shown_name = "The King"

    def test_defaults_draw_no_codes_and_agree_to_no_names(self):
        colleague = self._create_user("refer_forger", SALES)
        vals = {"partner_id": self.referrer.id, "company_id": self.company.id}
        forged = {
            "code": "AAAAAAAAAA",
            "shown_name": "The King",
            "agreed_on": "2026-03-10 00:00:00",
        }
        for name in ("code", "shown_name"):
            self.env["ir.default"].set(self.codes._name, name, forged[name], user_id=colleague.id)
        context = {f"default_{name}": value for name, value in forged.items()}
        first, second = self.codes.with_user(colleague).with_context(**context).create([vals] * 2)
        for link in (first, second):
            self.assertEqual((link.shown_name, link.agreed_on), (False, False))
            self.assertNotEqual(link.code, "AAAAAAAAAA")
            self.assertEqual(len(link.code), 10)
        self.assertNotEqual(first.code, second.code)

    def test_a_link_stays_whose_it_is(self):
        own = self._create_user("refer_seller", SALES)
        friend = self._create_customer("A Friend")
        for user in (own, self._create_user("refer_sales", SALES_ALL)):
            with self.subTest(user.login), self.assertRaises(UserError):
                self.link.with_user(user).partner_id = friend
        self.referrer.user_id = self._create_user("refer_owner", SALES)
        with self.assertRaises(AccessError):
            self.link.with_user(own).active = False
        self.assertEqual(self.link.partner_id, self.user.partner_id)

    def test_nobody_is_named_who_did_not_agree(self):
        claim = (
            self.env["crm.lifecycle.referral"]
            .sudo()
            .create(
                {
                    "referrer_id": self.referrer.id,
                    "partner_id": self._create_customer("Park Hotel").id,
                    "company_id": self.company.id,
                }
            )
        )
        self.authenticate("refer_own", "refer_own")
        page = self.url_open("/my/referrals").text
        self.assertIn("Somebody", page)
        self.assertNotIn("Park Hotel", page)
        template = self.env.ref("crm_lifecycle.mail_template_referral_thanks")
        body = template._render_field("body_html", claim.ids)[claim.id]
        self.assertNotIn("Park Hotel", body)

    def test_merged_referrers_keep_their_links(self):
        double = self._create_customer("Secret Gardens")
        other = self.codes.create({"partner_id": double.id, "company_id": self.company.id})
        own = self.codes.create({"partner_id": self.referrer.id, "company_id": self.company.id})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (double | self.referrer).ids, self.referrer
        )
        for link in (other, own):
            self.assertEqual(self.codes._find_open(link.code), link)
            self.assertEqual(link.partner_id, self.referrer)

    def test_a_merged_referrer_stops_all_links(self):
        double = self._create_customer("Secret Gardens")
        other = self.codes.create({"partner_id": double.id, "company_id": self.company.id})
        abroad = self._create_company("Referrals Abroad", "base.USD")
        elsewhere = self.codes.create(
            {"partner_id": self.user.partner_id.id, "company_id": abroad.id}
        )
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (double | self.user.partner_id).ids, self.user.partner_id
        )
        self.authenticate("refer_own", "refer_own")
        page = self._post("/my/referrals/stop").text
        for link in (other, self.link):
            self.assertFalse(link.active)
            self.assertNotIn(link.code, page)
        self.assertTrue(elsewhere.active)
