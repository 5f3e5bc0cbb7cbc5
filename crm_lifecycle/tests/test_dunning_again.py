from odoo.tests import tagged

from .dunning_common import DunningCase


@tagged("post_install", "-at_install")
class TestDunningAgain(DunningCase):
    """What was sent of another instalment, or did not reach anybody, does not count."""

    def test_an_instalment_that_is_overdue(self):
        with self.at("2026-03-02"):
            invoice = self._post_invoice(
                self.customer,
                invoice_payment_term_id=self._create_instalments(10, 60).id,
            )
        self._send("2026-03-19")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])
        notice = self._notices(invoice)
        self.assertEqual((notice.amount, str(notice.date_due)), (50.0, "2026-03-12"))
        body = self._mails(invoice).body_html
        for text, is_told in (("50.00", True), ("03/12/2026", True), ("100.00", False)):
            self.assertEqual(text in body, is_told, text)
        self._send("2026-04-02")
        with self.at("2026-04-03"):
            self._pay_part(invoice, 50.0)
        # The second one is due on the first of May: its first reminder is the friendly one.
        self._send("2026-05-07")
        self.assertEqual(len(self._notices(invoice)), 2)
        self._send("2026-05-08")
        told = [(7, "sent", False), (21, "sent", False), (7, "sent", False)]
        self.assertEqual(self._told(invoice), told)
        self._send("2026-05-21")
        self.assertEqual(self._told(invoice), told)
        self._send("2026-05-22")
        self.assertEqual(self._told(invoice), [*told, (21, "sent", False)])

    def test_an_instalment_paid_before_the_mail_leaves(self):
        with self.at("2026-03-02"):
            invoice = self._post_invoice(
                self.customer,
                invoice_payment_term_id=self._create_instalments(10, 60).id,
            )
        self._send("2026-03-19")
        with self.at("2026-03-19 17:00:00"):
            self._pay_part(invoice, 50.0)
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "settled")])

    def test_a_mail_that_is_not_delivered(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        mail = self._mails(invoice)
        mail.write({"state": "exception", "failure_reason": "Mailbox full"})
        self._send("2026-03-25")
        # Nobody was reminded yet, so there is no second reminder; and Retry sends nothing.
        self.assertEqual(self._told(invoice), [(7, "skipped", "failed")])
        self.assertEqual(self._notices(invoice).reason_note, "Mailbox full")
        self.assertEqual(mail.state, "cancel")
        self._send("2026-03-26")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])
        self.assertEqual(self._mails(invoice).mapped("state"), ["cancel", "outgoing"])
        self._mails(invoice)[1].state = "exception"
        with self.at("2026-03-27"):
            self._pay(invoice)
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.assertEqual(self._mails(invoice).mapped("state"), ["cancel", "cancel"])
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "settled")])

    def test_what_was_not_sent_is_tried_once_a_day(self):
        self.customer.email = False
        invoice = self._invoice()
        triggers = self.env["ir.cron.trigger"]
        jobs = [("cron_id", "=", self.env.ref("mail.ir_cron_mail_scheduler_action").id)]
        before = triggers.search_count(jobs)
        with self.at("2026-03-10 08:00:00"):
            self.assertEqual(self.dunning._work_off(self.company, "due")[0], 1)
            self.assertEqual(self.dunning._work_off(self.company, "due")[0], 0)
        self.assertEqual(triggers.search_count(jobs), before)
        self.customer.email = "moor@example.com"
        with self.at("2026-03-11 08:00:00"):
            self.assertEqual(self.dunning._work_off(self.company, "due")[0], 1)
        self.assertEqual(triggers.search_count(jobs), before + 1)
        self.assertEqual(self._told(invoice), [(7, "sent", False)])
