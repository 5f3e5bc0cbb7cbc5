from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import READONLY_ACCOUNTING, SALES, SALES_ALL
from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestBenefitSummary(ReminderCase):
    """What an order brought the customer is drafted from facts, and sent after a look."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.summaries = cls.env["crm.lifecycle.benefit.summary"]
        cls.customer.email = "hotel@example.com"
        cls.senior.email = "senior@example.com"

    def _order(self, discount=0.0, **vals):
        with self.at("2026-03-02"):
            order = self._create_order(self.customer, **{"user_id": self.senior.id, **vals})
            order.order_line.discount = discount
            order.action_confirm()
        with self.at("2026-03-03"):
            self._invoice_order(order)
            self.env.flush_all()
        return order

    def _draft(self, **vals):
        with self.at("2026-03-04"):
            return self.summaries._draft_for(self._order(**vals))

    def test_it_is_drafted_from_facts(self):
        summary = self._draft(discount=20.0)
        self.assertIn(summary.order_id.name, summary.body)
        self.assertIn("Garden Bench", summary.body)
        self.assertIn("03/02/2026", summary.body)
        self.assertEqual((summary.amount_ordered, summary.amount_saved), (80.0, 20.0))
        self.assertNotIn("80", summary.body)
        self.assertEqual((summary.state, summary.sent_at), ("draft", False))
        self.assertEqual((summary.contact_id, summary.user_id), (self.customer, self.senior))

    def test_answers_since_the_order_are_told(self):
        order = self._order()
        with self.at("2026-03-03 08:00:00"):
            order.message_post(
                body="When?",
                author_id=self.customer.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        with self.at("2026-03-03 10:00:00"):
            order.with_user(self.senior).message_post(
                body="Soon", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET date = CASE WHEN author_id = %s THEN"
            " '2026-03-03 08:00:00'::timestamp ELSE '2026-03-03 10:00:00'::timestamp END"
            " WHERE model = 'sale.order' AND res_id = %s",
            [self.customer.id, order.id],
        )
        self.env.invalidate_all()
        with self.at("2026-03-04"):
            summary = self.summaries._draft_for(order)
        self.assertIn("Messages answered since: 1, half of them within 2 hours", summary.body)

    def test_there_is_one_of_an_order(self):
        summary = self._draft()
        order = summary.order_id
        action = order.with_user(self.senior).action_lifecycle_benefit_summary()
        self.assertEqual(action["res_id"], summary.id)
        self.assertEqual(self.summaries.search([("order_id", "=", order.id)]), summary)

    def test_a_salesperson_drafts_one_of_an_own_order(self):
        order = self._order()
        action = order.with_user(self.senior).action_lifecycle_benefit_summary()
        summary = self.summaries.browse(action["res_id"])
        self.assertEqual(summary.amount_ordered, 100.0)

    def test_a_quotation_brought_nothing_yet(self):
        with self.assertRaises(UserError):
            self._create_order(self.customer).action_lifecycle_benefit_summary()

    def test_it_comes_with_the_return_visit_where_wanted(self):
        self.company.lifecycle_return_visit_days = 14
        for wanted in (False, True):
            self.company.lifecycle_benefit_summary = wanted
            order = self._order()
            self._remind("2026-03-04")
            self._remind("2026-03-04")
            with self.subTest(wanted):
                found = self.summaries.search([("order_id", "=", order.id)])
                self.assertEqual(len(found), int(wanted))
        self.assertEqual(found.state, "draft")
        self.assertFalse(
            self.env["mail.mail"].search([("model", "=", "crm.lifecycle.benefit.summary")])
        )

    def _open_mail(self, summary, printer):
        """Open the mail of a summary in a database whose host can print, or cannot."""
        reports = type(self.env["ir.actions.report"])
        with patch.object(reports, "get_wkhtmltopdf_state", lambda _report: printer):
            action = summary.action_send()
        return action, Form(
            self.env["mail.compose.message"]
            .with_user(self.senior)
            .with_context(**action["context"], allowed_company_ids=self.company.ids)
        ).save()

    def test_without_a_printer_the_mail_says_it_all(self):
        summary = self._draft().with_user(self.senior)
        summary.body = "<p>Look at this</p>"
        _action, composer = self._open_mail(summary, "install")
        self.assertIn("Look at this", composer.body)
        self.assertIn(summary.display_name, composer.subject)
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertFalse(composer.attachment_ids)
        composer.action_send_mail()
        self.assertEqual(summary.state, "sent")

    def test_it_is_sent_after_a_look_and_that_is_recorded(self):
        summary = self._draft().with_user(self.senior)
        summary.body = "<p>Look at this</p>"
        action, composer = self._open_mail(summary, "ok")
        self.assertEqual(action["res_model"], "mail.compose.message")
        self.assertEqual(summary.state, "draft")
        self.assertIn("Look at this", composer.body)
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertTrue(composer.attachment_ids)
        with self.at("2026-03-05"):
            composer.action_send_mail()
        self.assertEqual((summary.state, summary.sent_by_id), ("sent", self.senior))
        self.assertEqual(str(summary.sent_at), "2026-03-05 12:00:00")
        self.assertIn("Look at this", summary.message_ids[:1].body)
        with self.assertRaises(UserError):
            summary.action_redraft()

    def test_a_note_does_not_send_it(self):
        summary = self._draft()
        summary.with_user(self.senior).message_post(body="Nice")
        self.assertEqual(summary.state, "draft")
        with self.assertRaises(UserError):
            summary.with_user(self.senior).state = "sent"

    def test_who_may_not_change_it_does_not_send_it(self):
        summary = self._draft()
        claimed = {"lifecycle_mark_sent": True}
        reader = self._create_user("summary_reader", READONLY_ACCOUNTING)
        for user, partners in ((reader, self.customer), (self.senior, self.customer.browse())):
            summary.with_user(user).with_context(**claimed).message_post(
                body="Sent", partner_ids=partners.ids
            )
            with self.subTest(user.login):
                self.assertEqual(summary.state, "draft")

    def test_it_stays_of_its_order(self):
        summary = self._draft().with_user(self.senior)
        for vals in (
            {"company_id": self._create_company("Other", "base.EUR").id},
            {"partner_id": self.senior.partner_id.id},
        ):
            with self.subTest(*vals), self.assertRaises(UserError):
                summary.write(vals)

    def test_without_an_address_it_says_so(self):
        summary = self._draft()
        self.customer.email = False
        with self.assertRaises(UserError):
            summary.action_send()

    def test_it_can_be_drafted_anew(self):
        summary = self._draft().with_user(self.senior)
        summary.body = "<p>Mine</p>"
        summary.action_redraft()
        self.assertIn("Garden Bench", summary.body)

    def test_what_speaks_against_writing_is_told(self):
        summary = self._draft()
        self.assertFalse(summary.contact_warning)
        self.customer.lifecycle_opt_out = True
        self.env.invalidate_all()
        self.assertIn("wants no contact", summary.contact_warning)

    def test_it_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.assertIn("02/03/2026", self._draft().body)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_amounts_are_for_those_who_may_see_them(self):
        summary = self._draft(discount=20.0)
        report = self.env["ir.actions.report"]
        name = "crm_lifecycle.report_benefit_summary"
        for number, (group, sees) in enumerate(
            ((SALES, False), (SALES_ALL, True), (READONLY_ACCOUNTING, True))
        ):
            user = self._create_user(f"summary_{number}", group)
            summary.user_id = user if group == SALES else self.senior
            mine = summary.with_user(user)
            with self.subTest(group):
                html, _type = (
                    report.with_user(user)
                    .with_context(allowed_company_ids=self.company.ids)
                    ._render_qweb_html(name, summary.ids)
                )
                self.assertEqual(b"Saved by discounts" in html, sees)
                self.assertIn(b"Garden Bench", html)
                self.assertEqual("amount_saved" in mine.fields_get(), sees)
                if not sees:
                    with self.assertRaises(AccessError):
                        mine.read(["amount_saved"])

    def test_own_summaries_alone(self):
        summary = self._draft()
        outsider = self._create_user("summary_seller", SALES)
        self.assertFalse(self.summaries.with_user(outsider).search([]))
        with self.assertRaises(AccessError):
            summary.with_user(outsider).action_send()
        self.assertIn(summary, self.summaries.with_user(self.senior).search([]))

    def test_merged_customers_keep_their_summaries(self):
        other = self._create_customer("Moor Hotel", email="moor@example.com")
        first = self._draft()
        with self.at("2026-03-02"):
            second = self.summaries._draft_for(self._confirm_order(other))
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual((first | second).partner_id, self.customer)
        self.assertEqual((first | second).contact_id, self.customer)

    def test_amounts_are_in_the_companys_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": usd.id, "company_id": self.company.id, "rate": 2}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        with self.at("2026-03-02"):
            order = self._create_order(self.customer, pricelist_id=pricelist.id)
            order.order_line = [
                Command.update(order.order_line.id, {"price_unit": 100.0, "discount": 0.0})
            ]
            order.action_confirm()
            summary = self.summaries._draft_for(order)
        self.assertEqual(order.currency_id, usd)
        self.assertEqual(summary.amount_ordered, 50.0)
