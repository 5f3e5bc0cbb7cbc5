from datetime import date

from lxml import etree

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SALES
from .knowledge_common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestDeciderReached(KnowledgeCase):
    """Only what people did counts as contact with who decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls("at").at("2026-01-01"):
            cls.decider = cls._create_contact("Ada", role="decider", email="ada@parks.example.com")
            cls.buyer = cls._create_contact("Bob", role="buyer", email="bob@parks.example.com")
        cls.seller = cls._create_user("decider_sales", SALES, email="sales@us.example.com")

    def _post(self, day, author, to=None, record=None, **vals):
        """Post a message as people or the system do, on a day."""
        with self.at(day):
            message = (record or self.customer).message_post(
                body="Hello",
                author_id=author.id,
                partner_ids=(to or self.partners).ids,
                **{"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **vals},
            )
            message.date = fields.Datetime.now()
            self.env.flush_all()
        return message

    def _meet(self, day, contact, user=None, **vals):
        with self.at("2026-01-01"):
            return self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": f"{day} 10:00:00",
                    "stop": f"{day} 11:00:00",
                    "user_id": (user or self.seller).id,
                    "partner_ids": [Command.set(contact.ids)],
                    **vals,
                }
            )

    def _do(self, day, record, activity="mail.mail_activity_data_call"):
        with self.at(day):
            record.activity_schedule(activity, user_id=self.seller.id).action_feedback()
            self.env.flush_all()

    def assertReached(self, day, today="2026-12-01"):
        with self.at(today):
            self.env.invalidate_all()
            expected = date.fromisoformat(day) if day else False
            self.assertEqual(self.customer.lifecycle_decider_reached, expected)
            days = (date.fromisoformat(today) - expected).days if day else 0
            self.assertEqual(self.customer.lifecycle_decider_days, days)
            found = self.partners.search(
                [("lifecycle_decider_reached", "=", expected), ("id", "=", self.customer.id)]
            )
            self.assertEqual(found, self.customer)

    def test_without_contact_nobody_was_reached(self):
        self.assertReached(None)
        self.assertTrue(self.customer.lifecycle_has_decider)

    def test_messages_to_and_from_the_decider_count(self):
        self._post("2026-02-01", self.seller.partner_id, self.decider)
        self.assertReached("2026-02-01")
        self._post("2026-02-05", self.decider, message_type="email")
        self.assertReached("2026-02-05")
        lead = self._create_lead(self.buyer)
        self._post("2026-02-09", self.seller.partner_id, self.decider, lead)
        self.assertReached("2026-02-09")

    def test_what_is_no_contact_with_the_decider(self):
        robot = self.env.ref("base.partner_root")
        stranger = self._create_customer("Elsewhere")
        for name, arguments, values in (
            ("with somebody else", (self.seller.partner_id, self.buyer), {}),
            (
                "by the system",
                (self.seller.partner_id, self.decider),
                {"message_type": "notification"},
            ),
            (
                "by an automation",
                (self.seller.partner_id, self.decider),
                {"message_type": "auto_comment"},
            ),
            ("by a robot", (robot, self.decider), {}),
            ("between customers", (stranger, self.decider), {}),
            ("a note", (self.seller.partner_id, None), {"subtype_xmlid": "mail.mt_note"}),
        ):
            with self.subTest(name):
                self._post("2026-03-01", *arguments, **values)
                self.assertReached(None)

    def test_activities_done_with_the_decider_count(self):
        self.decider.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        self.assertReached(None)
        self._do("2026-03-01", self.decider)
        self.assertReached("2026-03-01")
        self._do("2026-03-02", self._create_lead(self.decider))
        self.assertReached("2026-03-02")
        self._do("2026-03-03", self._create_order(self.decider))
        self.assertReached("2026-03-03")
        # What one does by oneself, or with somebody else.
        self._do("2026-03-04", self.decider, "mail.mail_activity_data_todo")
        self._do("2026-03-04", self.decider, "mail.mail_activity_data_upload_document")
        self._do("2026-03-04", self.buyer)
        self.assertReached("2026-03-03")

    def test_meetings_count_once_they_have_begun(self):
        self._meet("2026-04-01", self.decider)
        self.assertReached("2026-04-01")
        self.assertReached(None, today="2026-03-31")
        self._meet("2026-05-01", self.buyer)
        self.assertReached("2026-04-01")
        declined = self._meet("2026-05-02", self.decider)
        declined.attendee_ids.state = "declined"
        cancelled = self._meet("2026-05-03", self.decider)
        cancelled.active = False
        self.assertReached("2026-04-01")

    def test_days_are_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._post("2026-02-01 20:30:00", self.decider, message_type="email")
        self.assertReached("2026-02-02")

    def test_who_decides_no_more_does_not_count(self):
        self._post("2026-02-01", self.decider, message_type="email")
        self.decider.lifecycle_decision_role = "user"
        self.assertReached(None)
        self.assertFalse(self.customer.lifecycle_has_decider)
        self.decider.lifecycle_decision_role = "decider"
        self.decider.active = False
        self.assertReached(None)

    def test_people_of_another_company_reach_nobody_for_this_one(self):
        other = self._create_company("Lifecycle Reaching Company", "base.EUR")
        stranger = self._create_user("decider_other", SALES, company=other)
        self._post("2026-02-01", stranger.partner_id, self.decider)
        self.assertReached(None)
        self.env.user.company_ids = [Command.link(other.id)]
        with self.at("2026-12-01"):
            seen = self.customer.with_company(other)
            self.assertEqual(str(seen.lifecycle_decider_reached), "2026-02-01")

    def test_reports_tell_how_many_deciders_are_known_and_were_reached(self):
        nobody = self._create_customer("Nobody decides")
        never = self._create_customer("Never")
        self._create_contact("Cid", never, role="decider")
        for customer in (self.customer, never, nobody):
            self._set_profile(customer)
        self._post("2026-02-01", self.decider, message_type="email")
        profiles = self.env["crm.lifecycle.profile"].with_context(lang="en_US")
        domain = [
            ("partner_id", "in", (self.customer | never | nobody).ids),
            ("company_id", "=", self.company.id),
        ]
        with self.at("2026-06-30"):
            self.env.invalidate_all()
            for groupby, counts in (
                ("lifecycle_has_decider", {True: 2, False: 1}),
                ("lifecycle_decider_reached:month", {"2026-02-01": 1, False: 2}),
            ):
                groups = profiles.formatted_read_group(domain, [groupby], ["__count"])
                found = {}
                for group in groups:
                    key = group[groupby]
                    found[key[0] if isinstance(key, tuple | list) else key] = group["__count"]
                    # Each group opens those whom it counts.
                    self.assertEqual(
                        profiles.search_count([*domain, *group["__extra_domain"]]),
                        group["__count"],
                    )
                with self.subTest(groupby):
                    self.assertEqual(found, counts)

    def test_filters_tell_who_was_not_reached(self):
        with self.at("2026-06-30"):
            # 90 days and 91 days ago.
            known = self._create_customer("Known")
            never, late = self.customer, self._create_customer("Late")
            nobody = self._create_customer("Nobody decides")
            on_time = self._create_contact("Cid", known, role="decider")
            too_late = self._create_contact("Dot", late, role="decider")
        self._post("2026-04-01", on_time, message_type="email", record=known)
        self._post("2026-03-31", too_late, message_type="email", record=late)
        everybody = never | known | late | nobody
        with self.at("2026-06-30"):
            self.env.invalidate_all()
            self.assertFinds([("lifecycle_has_decider", "=", False)], nobody, everybody)
            self.assertFinds([("lifecycle_decider_reached", "<", "2026-04-01")], late, everybody)
            self.assertSilent(never | late, everybody)
            ordered = self.partners.search(
                [("id", "in", (known | late).ids)], order="lifecycle_decider_reached"
            )
            self.assertEqual(ordered.ids, [late.id, known.id])
            # Of who was reached 91 days ago, they have just not passed yet.
            self.company.lifecycle_decider_days = 91
            self.assertSilent(never, everybody)
            self.company.lifecycle_decider_days = 89
            self.assertSilent(never | known | late, everybody)

    def test_profiles_go_by_their_own_companys_days_and_time_zone(self):
        other = self._create_company("Lifecycle Patient Company", "base.EUR")
        self.env.user.company_ids = [Command.link(other.id)]
        self.company.lifecycle_decider_days = 30
        other.lifecycle_decider_days = 200
        stranger = self._create_user("decider_other", SALES, company=other)
        customers = {}
        for company in self.company | other:
            with self.at("2026-01-01"):
                customer = customers[company] = self._create_customer(company.name)
                contact = self._create_contact("Cid", customer, role="decider")
                self._create_mark(customer, company_id=company.id, date_start="2026-01-01")
                self._process_queue()
            user = self.seller if company == self.company else stranger
            self._post("2026-03-01", user.partner_id, contact, customer)
        profiles = self.env["crm.lifecycle.profile"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        profiles = profiles.search(
            [("partner_id", "in", [customer.id for customer in customers.values()])]
        )
        self.assertEqual(profiles.company_id, self.company | other)
        mine = profiles.filtered(lambda profile: profile.company_id == self.company)
        for moment, silent in (
            ("2026-03-31 22:00:00", profiles.browse()),
            ("2026-04-01 00:00:00", mine),
            ("2026-09-17", mine),
            ("2026-09-18", profiles),
        ):
            with self.subTest(moment), self.at(moment):
                self.assertSilent(silent, profiles)
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2026-03-31 22:00:00"):
            self.assertSilent(mine, profiles)

    def test_filters_of_contacts_and_customers_go_by_the_setting(self):
        with self.at("2026-01-01"):
            self._set_profile()
        self._post("2026-03-01", self.decider, message_type="email")
        for view, name, model in (
            ("base.view_res_partner_filter", "lifecycle_decider_silent", "res.partner"),
            (
                "crm_lifecycle.crm_lifecycle_profile_view_search",
                "decider_silent",
                "crm.lifecycle.profile",
            ),
        ):
            records = self.env[model].with_company(self.company)
            arch = records.get_view(self.env.ref(view).id, "search")["arch"]
            [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
            domain = safe_eval(node.get("domain"))
            by_id = [("id" if model == "res.partner" else "partner_id", "=", self.customer.id)]
            for days, count in ((29, 1), (30, 0), (90, 0)):
                self.company.lifecycle_decider_days = days
                with self.subTest(model, days=days), self.at("2026-03-31"):
                    self.assertEqual(records.search_count([*by_id, *domain]), count)

    def assertSilent(self, expected, everybody):
        """Check of whom the field says and the filter finds that no decider was reached."""
        self.env.invalidate_all()
        self.assertFinds([("lifecycle_decider_silent", "=", True)], expected, everybody)
        self.assertFinds(
            [("lifecycle_decider_silent", "=", False)], everybody - expected, everybody
        )
        self.assertEqual(everybody.filtered("lifecycle_decider_silent"), expected)
