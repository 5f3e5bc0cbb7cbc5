from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import INVOICING, SALES, SALES_ALL
from .knowledge_common import KnowledgeCase


class TalkCardCase(KnowledgeCase):
    """A customer with purchases, a discount, a credit note and answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_dealings")._set_up_dealings()

    def _set_up_dealings(self):
        cls = type(self)
        cls.seller = self._create_user("talk_sales", SALES)
        cls.richer = self._create_user("talk_all", SALES_ALL)
        with self.at("2026-02-01"):
            invoice = self._create_invoice(self.customer, 100.0)
            invoice.invoice_line_ids.discount = 20.0
            invoice.action_post()
            self._process_queue()
        with self.at("2026-02-10"):
            second = self._post_invoice(self.customer, 50.0)
            self._refund(second, 0.5)
            self._process_queue()
        cls.contact = self._create_contact()
        cls.competitor = self._create_competitor(
            weaknesses="Delivers in six weeks\n\nNo spare parts"
        )
        cls.presence = self._create_presence(
            cls.competitor, threat="high", gain="Own fitters", risk="Moves abroad\nNew owner"
        )
        self.env.flush_all()

    def _ask_and_answer(self, *hours, day="2026-03-01"):
        """Have the customer write once for each number of hours until the answer."""
        lead = self._create_lead(self.contact)
        for place, wait in enumerate(hours):
            for author, hour in ((self.contact, 0), (self.seller.partner_id, wait)):
                if hour is None:
                    continue
                moment = f"2026-03-{place + 1:02} {hour:02}:00:00"
                with self.at(moment):
                    message = lead.message_post(
                        body="Hello",
                        author_id=author.id,
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                    )
                    message.date = moment
        self.env.flush_all()

    def _get_facts(self, user):
        with self.at("2026-04-01"):
            talk = self.env["crm.lifecycle.talk.card"].with_user(user)
            talk = talk.with_context(allowed_company_ids=self.company.ids)
            [card] = talk._get_cards(self.customer.with_env(talk.env))
        return {fact["code"]: fact["text"] for fact in card["facts"]}, card


@tagged("post_install", "-at_install")
class TestTalkCard(TalkCardCase):
    """With us, outside us: what the customer's own documents say."""

    def test_facts_have_their_numbers_and_periods(self):
        facts, card = self._get_facts(self.richer)
        self.assertEqual(list(facts), ["purchases", "savings", "returns"])
        for code, pattern in (
            ("purchases", r"^Customer since 02/01/2026, purchases so far: 2$"),
            # 20 % of 100.
            ("savings", r"^20\.00.€ saved by discounts since 02/01/2026 \(invoice lines: 1\)$"),
            ("returns", r"^1 in the last 12 months \(invoices: 2\)$"),
        ):
            self.assertRegex(facts[code], pattern)
        [competitor] = card["competitors"]
        self.assertEqual(
            (competitor["gain"], competitor["risk"], competitor["threat"]),
            (
                ["Own fitters", "Delivers in six weeks", "No spare parts"],
                ["Moves abroad", "New owner"],
                "High",
            ),
        )

    def test_savings_are_for_those_who_see_amounts(self):
        self.assertNotIn("savings", self._get_facts(self.seller)[0])
        self.assertIn("purchases", self._get_facts(self.seller)[0])
        self.assertIn("savings", self._get_facts(self._create_user("talk_inv", INVOICING))[0])

    def test_answers_are_measured_from_three_on(self):
        self._ask_and_answer(2, 4)
        facts, card = self._get_facts(self.seller)
        self.assertNotIn("answers", facts)
        self.assertIn("Answers (2 of at least 3)", card["too_little"])
        self.company.lifecycle_talk_minimum = 2
        facts, card = self._get_facts(self.seller)
        self.assertIn("2 of 2 messages answered", facts["answers"])
        self.assertNotIn("Answers", card["too_little"])
        # Hours 2, 4, 10 and one that nobody answered: half of those answered within 4.
        self._ask_and_answer(2, 4, 10, None)
        lead = self.env["crm.lead"].search([("partner_id", "=", self.contact.id)], limit=1)
        self.assertTrue(lead)
        self.company.lifecycle_talk_minimum = 6
        facts, card = self._get_facts(self.seller)
        self.assertNotIn("answers", facts)
        self.assertIn("Answers (5 of at least 6)", card["too_little"])
        self.company.lifecycle_talk_minimum = 5
        facts, card = self._get_facts(self.seller)
        self.assertNotIn("Answers", card["too_little"])
        # Five answered of six: 2, 4, 2, 4, 10 hours.
        self.assertEqual(
            facts["answers"],
            "5 of 6 messages answered in the last 12 months, half of them within 4 hours",
        )

    def test_notes_and_the_system_answer_nothing(self):
        lead = self._create_lead(self.contact)
        self._ask_and_answer(1, 1, 1)
        for author, values in (
            (self.contact, {"subtype_xmlid": "mail.mt_comment"}),
            (self.seller.partner_id, {"subtype_xmlid": "mail.mt_note"}),
            (self.env.ref("base.partner_root"), {"subtype_xmlid": "mail.mt_comment"}),
        ):
            with self.at("2026-03-20"):
                lead.message_post(
                    body="Hello", author_id=author.id, message_type="comment", **values
                ).date = "2026-03-20 12:00:00"
        self.env.flush_all()
        self.assertIn("3 of 4 messages", self._get_facts(self.seller)[0]["answers"])

    def test_what_is_not_known_is_left_out(self):
        nobody = self._create_customer("Nobody yet")
        [card] = self.env["crm.lifecycle.talk.card"]._get_cards(nobody)
        self.assertEqual((card["facts"], card["competitors"]), ([], []))
        self.assertIn("Answers (0 of at least 3)", card["too_little"])
        page = self._render("crm_lifecycle.action_report_talk_card_html", nobody, self.richer)
        for text in ("that tells something", "Too little to tell yet", "Answers (0 of at least 3)"):
            self.assertIn(text, page)
        page = self._render(
            "crm_lifecycle.action_report_talk_card_presence_html",
            self._create_presence(self._create_competitor("Silent")),
            self.richer,
        )
        self.assertIn("Nobody has noted yet", page)

    def test_cards_speak_the_readers_language(self):
        languages = dict(self.env["res.lang"].get_installed())
        if "zh_CN" not in languages:
            self.skipTest("Chinese is not installed")
        for lang, texts in (
            ("en_US", ("With us", "Outside us", "Purchases", "Customer since")),
            ("zh_CN", ("天使", "魔鬼", "购买")),
        ):
            page = self._render(
                "crm_lifecycle.action_report_talk_card_html", self.customer, self.richer, lang
            )
            for text in texts:
                with self.subTest(text):
                    self.assertIn(text, page)

    def test_the_printed_report_is_the_page(self):
        for name, record in (
            ("action_report_talk_card", self.customer),
            ("action_report_talk_card_presence", self.presence),
        ):
            report = self.env.ref(f"crm_lifecycle.{name}")
            self.assertEqual(report.paperformat_id.format, "A4")
            # Without a printer of PDF, tests get the page itself.
            content, _kind = report._render_qweb_pdf(report.report_name, record.ids)
            self.assertIn("Own fitters", content.decode())

    def _render(self, xmlid, record, user, lang="en_US"):
        report = self.env.ref(xmlid)
        reports = self.env["ir.actions.report"].with_user(user)
        reports = reports.with_context(allowed_company_ids=self.company.ids, lang=lang)
        html, kind = reports._render_qweb_html(report.report_name, record.ids)
        self.assertEqual(kind, "html")
        return html.decode()

    def test_cards_are_pages(self):
        other = self._create_presence(self._create_competitor("Beta"), gain="Cheaper in the end")
        for xmlid, record, wanted, unwanted in (
            ("action_report_talk_card_html", self.customer, ("Own fitters", "Cheaper"), ()),
            ("action_report_talk_card_presence_html", other, ("Cheaper",), ("Own fitters",)),
        ):
            page = self._render(f"crm_lifecycle.{xmlid}", record, self.richer)
            for text in ("Parks &amp; Co", "With us", "Outside us", *wanted):
                self.assertIn(text, page)
            for text in unwanted:
                self.assertNotIn(text, page)

    def test_buttons_open_pages_with_or_without_a_printer_of_pdf(self):
        with patch(
            "odoo.addons.base.models.ir_actions_report.get_wkhtmltopdf_state",
            lambda: "install",
            create=True,
        ):
            for action in (
                self.customer.action_lifecycle_talk_card(),
                self.presence.action_talk_card(),
            ):
                self.assertEqual(action["report_type"], "qweb-html")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_sees_no_stage_prints_no_card(self):
        for login, group in (
            ("talk_internal", "base.group_user"),
            ("talk_portal", "base.group_portal"),
        ):
            user = self._create_user(login, group)
            with self.subTest(group), self.assertRaises(AccessError):
                self._render("crm_lifecycle.action_report_talk_card_html", self.customer, user)


@tagged("post_install", "-at_install")
class TestTalkCardHttp(HttpCase):
    """The page opens in the browser's way, too."""

    def test_the_page_is_served(self):
        partner = self.env["res.partner"].create({"name": "Parks & Co", "is_company": True})
        self.authenticate("admin", "admin")
        page = self.url_open(f"/report/html/crm_lifecycle.report_talk_card/{partner.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("With us", page.text)
        user = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "talk_http_portal",
                "password": "talk_http_portal",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate(user.login, user.login)
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_model"):
            page = self.url_open(f"/report/html/crm_lifecycle.report_talk_card/{partner.id}")
        self.assertNotIn("With us", page.text)
