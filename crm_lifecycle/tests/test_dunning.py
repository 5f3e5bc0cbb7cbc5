from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .dunning_common import DunningCase


@tagged("post_install", "-at_install")
class TestDunning(DunningCase):
    """An overdue invoice is reminded of once by each level, in their order."""

    def test_each_level_once(self):
        invoice = self._invoice()
        days = []
        for number in range(60):
            day = fields.Date.add(fields.Date.to_date("2026-03-02"), days=number).isoformat()
            before = len(self._notices(invoice))
            self._send(day)
            self._send(day)
            if len(self._notices(invoice)) > before:
                days.append(number)
        self.assertEqual(days, [7, 21, 35])
        self.assertEqual(
            self._told(invoice), [(7, "sent", False), (21, "sent", False), (35, "sent", False)]
        )
        mails = self._mails(invoice)
        self.assertEqual(len(mails), 3)
        self.assertEqual(mails.recipient_ids, self.customer)
        self.assertIn(invoice.name, mails[0].subject)
        self.assertEqual(invoice.lifecycle_dunning_count, 3)

    def test_not_before_the_due_date(self):
        with self.at("2026-03-02"):
            invoice = self._post_invoice(
                self.customer,
                invoice_payment_term_id=self._create_instalments(30).id,
            )
        self._send("2026-04-07")
        self.assertFalse(self._notices(invoice))
        self._send("2026-04-08")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])

    def test_an_old_invoice_starts_with_the_first_level(self):
        invoice = self._invoice(day="2025-12-01")
        self._send("2026-03-02")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])
        # As long as between the two levels.
        self._send("2026-03-15")
        self.assertEqual(len(self._notices(invoice)), 1)
        self._send("2026-03-16")
        self.assertEqual(self._told(invoice), [(7, "sent", False), (21, "sent", False)])

    def test_what_is_written_down(self):
        invoice = self._invoice(amount=120.0)
        with self.at("2026-03-05"):
            self._pay_part(invoice, 20.0)
        self._send("2026-03-10")
        notice = self._notices(invoice)
        self.assertEqual(
            (
                notice.date,
                notice.days,
                notice.amount,
                notice.partner_id,
                notice.recipient_id,
                notice.company_id,
                notice.mail_state,
            ),
            (
                fields.Date.to_date("2026-03-10"),
                8,
                100.0,
                self.customer,
                self.customer,
                self.company,
                "outgoing",
            ),
        )
        self.assertIn("100.00", self._mails(invoice).body_html)
        self.assertIn(self._mails(invoice).mail_message_id, invoice.message_ids)

    def test_other_documents_are_left_alone(self):
        refund = self._create_invoice(self.customer, move_type="out_refund")
        with self.at("2026-03-02"):
            refund.action_post()
            draft = self._create_invoice(self.customer)
        self._send("2026-05-02")
        self.assertFalse(self._notices(refund, draft))

    def test_switched_off_nothing_is_sent(self):
        self.assertFalse(self.env["res.company"].create({"name": "New"}).lifecycle_dunning)
        self.company.lifecycle_dunning = False
        invoice = self._invoice()
        self._send("2026-05-02")
        self.assertFalse(self._notices(invoice))
        self.assertFalse(self._mails(invoice))

    def test_an_archived_level_is_left_out(self):
        self.levels[0].active = False
        invoice = self._invoice()
        self._send("2026-03-10")
        self.assertFalse(self._notices(invoice))
        self._send("2026-03-23")
        self.assertEqual(self._told(invoice), [(21, "sent", False)])

    def test_a_level_added_below_what_was_sent_is_not_sent(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        self._send("2026-03-24")
        self._create_level(10)
        self._send("2026-03-26")
        self.assertEqual(self._told(invoice), [(7, "sent", False), (21, "sent", False)])

    def test_pages_reach_everybody(self):
        invoices = [self._invoice() for _number in range(5)]
        self._send("2026-03-10", limit=2)
        self.assertEqual(self._told(*invoices), [(7, "sent", False)] * 5)

    def test_one_that_fails_does_not_hold_up_the_rest(self):
        first, second, third = (self._invoice() for _number in range(3))
        template = type(self.env["mail.template"])
        send = template.send_mail_batch

        def fail(records, res_ids, **kwargs):
            if second.id in res_ids:
                raise ValueError("No such field")
            return send(records, res_ids, **kwargs)

        with (
            patch.object(template, "send_mail_batch", fail),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_dunning"),
        ):
            self._send("2026-03-10")
        self.assertEqual(
            self._told(first, second, third),
            [(7, "sent", False), (7, "skipped", "no_template"), (7, "sent", False)],
        )
        self.assertEqual(self._notices(second).reason_note, "No such field")
        self._send("2026-03-11")
        self.assertEqual(self._told(second), [(7, "sent", False)])

    def test_by_day_alone(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        for moment, is_day in (
            ("2026-03-02 22:30:00", False),
            ("2026-03-02 23:30:00", True),
            ("2026-03-03 08:30:00", True),
            ("2026-03-03 09:30:00", False),
        ):
            with self.subTest(moment), self.at(moment):
                self.assertIs(self.dunning.with_company(self.company)._is_daytime(), is_day)

    def test_the_job_commits_page_by_page(self):
        invoices = [self._invoice() for _number in range(3)]
        others = self.env["res.company"].search([("lifecycle_dunning", "=", True)])
        (others - self.company).lifecycle_dunning = False
        cron = self.env.ref("crm_lifecycle.ir_cron_dunning")
        commits = []
        cron_model = type(self.env["ir.cron"])
        self.env.flush_all()
        with (
            self.at("2026-03-10"),
            patch.object(
                cron_model,
                "_commit_progress",
                lambda _self, count, remaining=None: commits.append((count, remaining)) or 1.0,
            ),
        ):
            work_off = type(self.dunning)._work_off
            with patch.object(
                type(self.dunning),
                "_work_off",
                lambda records, company, step, begin: work_off(
                    records, company, step, begin, limit=2
                ),
            ):
                self.dunning._cron_send()
        self.assertTrue(cron.active)
        self.assertEqual(commits, [(2, 1), (1, 1), (0, 0)])
        self.env.invalidate_all()
        self.assertEqual(len(self._notices(*invoices)), 3)

    def test_levels_that_make_no_sense(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_level(0)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._create_level(7)
        with self.assertRaises(ValidationError):
            self._create_level(
                9, template_id=self.env.ref("crm_lifecycle.mail_template_benefit_summary").id
            )
        self.assertEqual(self.levels[0].copy().days, 42)

    def test_a_company_starts_with_three_levels(self):
        company = self.env["res.company"].create({"name": "Fresh"})
        levels = self.env["crm.lifecycle.dunning.level"].search([("company_id", "=", company.id)])
        self.assertEqual(levels.mapped("days"), [7, 21, 35])
        self.assertEqual(levels[0].name, "Friendly Reminder")
        levels.unlink()
        levels._create_default(company)
        self.assertEqual(levels.search_count([("company_id", "=", company.id)]), 3)

    def test_what_was_sent_keeps_its_level(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        self.assertEqual(self.levels[0].notice_count, 1)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.levels[0].unlink()
            self.env.flush_all()
        self.assertTrue(self._notices(invoice).exists())


@tagged("post_install", "-at_install")
class TestDunningLanguages(DunningCase):
    """Customers read mails in their language, in the currency of the invoice."""

    def test_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("crm_lifecycle.mail_template_dunning_friendly")
        template.with_context(lang="fr_FR").subject = "Rappel : {{ object.name }}"
        french = self._create_customer("Hotel Lac", email="lac@example.com", lang="fr_FR")
        invoice, other = self._invoice(french), self._invoice()
        self._send("2026-03-10")
        self.assertEqual(self._mails(invoice).subject, f"Rappel : {invoice.name}")
        self.assertEqual(self._mails(other).subject, f"Reminder: invoice {other.name} is due")

    def test_the_invoices_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        invoice = self._invoice(amount=80.0, currency_id=dollar.id)
        self._send("2026-03-10")
        notice = self._notices(invoice)
        self.assertEqual((notice.amount, notice.currency_id), (80.0, dollar))
        self.assertIn("$", self._mails(invoice).body_html)


@tagged("post_install", "-at_install")
class TestDunningCompanies(DunningCase):
    """Each company reminds by its own levels, if it wants to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company("Lifecycle Other Company", "base.USD")
        cls.env.user.company_ids = [Command.link(cls.other.id)]

    def _invoice_of_other(self):
        self.product.company_id = False
        with self.at("2026-03-02"):
            invoice = (
                self.env["account.move"]
                .with_company(self.other)
                .with_context(allowed_company_ids=[self.other.id])
                .create(
                    {
                        "move_type": "out_invoice",
                        "partner_id": self.customer.id,
                        "invoice_date": fields.Date.today(),
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "product_id": self.product.id,
                                    "price_unit": 60.0,
                                    "tax_ids": [Command.clear()],
                                }
                            )
                        ],
                    }
                )
            )
            invoice.action_post()
        return invoice

    def test_one_reminds_and_the_other_does_not(self):
        mine, others = self._invoice(), self._invoice_of_other()
        for company in self.company | self.other:
            self._send("2026-03-10", company)
        self.assertEqual(self._told(mine), [(7, "sent", False)])
        self.assertFalse(self.notices.sudo().search([("move_id", "=", others.id)]))

    def test_each_by_its_own_levels(self):
        self.other.lifecycle_dunning = True
        levels = self.env["crm.lifecycle.dunning.level"].sudo()
        levels.search([("company_id", "=", self.other.id)]).active = False
        self._create_level(14, self.other)
        others = self._invoice_of_other()
        for company in self.company | self.other:
            self._send("2026-03-10", company)
        self.assertFalse(self.notices.sudo().search([("move_id", "=", others.id)]))
        for company in self.company | self.other:
            self._send("2026-03-16", company)
        notice = self.notices.sudo().search([("move_id", "=", others.id)])
        self.assertEqual((notice.level_id.days, notice.company_id), (14, self.other))
