from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import INVOICING, READONLY_ACCOUNTING, SALES_ALL, SALES_MANAGER, LifecycleCase

TODAY = "2026-03-10"
SEEDED = {
    "price",
    "quality",
    "service",
    "care",
    "competitor",
    "no_need",
    "closed",
    "other",
}


@tagged("post_install", "-at_install")
class TestLossRecords(LifecycleCase):
    """Somebody declares a customer lost, once a day, and may take it back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.losses = cls.env["crm.lifecycle.loss"]
        cls.reasons = cls.env["crm.lifecycle.loss.reason"]
        cls.price = cls.env.ref("crm_lifecycle.crm_lifecycle_loss_reason_price")
        cls.customer = cls._create_customer("Parks & Co")
        cls.salesperson.name = "Sam"
        cls.colleague = cls._create_user("lifecycle_colleague", SALES_ALL, name="Alice")
        cls.manager = cls._create_user("lifecycle_manager", SALES_MANAGER, name="Maya")
        cls.accountants = [
            cls._create_user("lifecycle_invoicing", INVOICING),
            cls._create_user("lifecycle_auditor", "base.group_user", READONLY_ACCOUNTING),
        ]
        cls.portal = cls._create_user("lifecycle_portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.env.flush_all()

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _declare(self, user=None, customer=None, **vals):
        return self._as(user or self.salesperson, self.losses).create(
            {
                "partner_id": (customer or self.customer).id,
                "reason_id": self.price.id,
                **vals,
            }
        )

    def _waiting(self):
        """Return the contacts in the queue, which is empty afterwards."""
        self.env.flush_all()
        self.env.cr.flush()
        waiting = set(self.queue.search([]).mapped("partner_ref"))
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        self.env.invalidate_all()
        return waiting

    def assertRefused(self, method, *args, error=AccessError, **kwargs):
        with (
            self.assertRaises(error),
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            self.env.cr.savepoint(),
        ):
            method(*args, **kwargs)
            self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    def test_lost_is_lost_today_and_by_whom(self):
        with self.at(TODAY):
            loss = self._declare()
        self.assertEqual(
            (loss.date, loss.user_id, loss.company_id),
            (date(2026, 3, 10), self.salesperson, self.company),
        )

    def test_today_is_the_companys_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.salesperson.tz = "America/Los_Angeles"
        with self.at("2026-03-09 20:00:00"):
            self.assertEqual(str(self._declare().date), TODAY)

    def test_nobody_is_lost_from_a_day_to_come(self):
        for day, moment, refused in (
            ("2026-03-11", f"{TODAY} 12:00:00", True),
            (TODAY, f"{TODAY} 12:00:00", False),
            ("2026-03-09", f"{TODAY} 12:00:00", False),
            # In Shanghai it is the 11th already.
            ("2026-03-11", f"{TODAY} 20:00:00", False),
        ):
            with self.subTest(day=day, moment=moment), self.at(moment):
                self.company.partner_id.tz = "Asia/Shanghai"
                values = {"customer": self._create_customer(day + moment), "date": day}
                if refused:
                    with self.assertRaisesRegex(ValidationError, "from a day to come"):
                        self._declare(**values)
                else:
                    self.assertTrue(self._declare(**values))

    def test_a_day_to_come_is_the_records_companys(self):
        shanghai = self._create_company("Lifecycle Shanghai", "base.CNY", tz="Asia/Shanghai")
        self.env.user.company_ids = [Command.link(shanghai.id)]
        with self.at(f"{TODAY} 20:00:00"):
            self.assertTrue(
                self._create_loss(self.customer, company_id=shanghai.id, date="2026-03-11")
            )
            with self.assertRaises(ValidationError):
                self._create_loss(self.customer, date="2026-03-11")

    def test_once_a_day_is_enough(self):
        contact = self.env["res.partner"].create(
            {"name": "Their clerk", "parent_id": self.customer.id}
        )
        with self.at(TODAY):
            loss = self._declare(date="2026-03-09")
            for customer in (self.customer, contact):
                with self.subTest(customer.name):
                    with (
                        self.assertRaisesRegex(
                            ValidationError, "Sam has already declared Parks & Co lost on 03/09"
                        ),
                        self.env.cr.savepoint(),
                    ):
                        self._declare(self.colleague, customer, date="2026-03-09")
            second = self._declare(self.colleague)
            self.assertRefused(second.write, {"date": "2026-03-09"}, error=ValidationError)
            loss.active = False
            second.date = "2026-03-09"
            self.assertRefused(loss.write, {"active": True}, error=ValidationError)

    def test_another_company_declares_for_itself(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        with self.at(TODAY):
            own = self._declare()
            theirs = self._create_loss(self.customer, company_id=other.id)
        for user in (self.salesperson, self.manager, *self.accountants):
            with self.subTest(user.login):
                self.assertEqual(self._as(user, self.losses).search([]), own)
                self.assertRefused(self._as(user, theirs).read, ["note"])
        # Nor does a refusal tell of it.
        with self.assertRaises(ValidationError) as refusal, self.env.cr.savepoint():
            self._declare(company_id=other.id, date=theirs.date)
        self.assertNotIn("Price", str(refusal.exception))
        self.assertRefused(self._declare, company_id=other.id, customer=self._create_customer("B"))
        theirs.active = False
        self.assertRefused(self._as(self.salesperson, own).write, {"company_id": other.id})

    def test_a_contact_of_another_company_is_refused(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        theirs = self._create_customer("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            self._create_loss(theirs)

    def test_its_name_says_who_and_why(self):
        loss = self._declare(note="The owner told us")
        self.assertEqual(loss.display_name, "Parks & Co: Price")
        self.assertEqual(loss.with_context(lifecycle_evidence=True).display_name, "Price")
        for text in ("Parks", "Price", "owner told"):
            with self.subTest(text):
                found = self._as(self.salesperson, self.losses).name_search(text)
                self.assertIn(loss.id, [pair[0] for pair in found])

    def test_what_is_required(self):
        for name in ("partner_id", "company_id", "date", "reason_id"):
            with self.subTest(name), mute_logger("odoo.sql_db"):
                self.assertRefused(self._declare, **{name: False}, error=Exception)

    def test_each_change_queues_the_customer(self):
        other = self._create_customer("Gardens Ltd")
        ids = {self.customer.id}
        care = self.env.ref("crm_lifecycle.crm_lifecycle_loss_reason_care")
        with self.at(TODAY):
            loss = self._declare()
            self.assertLessEqual(ids, self._waiting())
            for name, value, expected in (
                ("date", "2026-03-05", ids),
                ("reason_id", care.id, ids),
                ("note", "They moved", set()),
                ("partner_id", other.id, ids | {other.id}),
                ("partner_id", self.customer.id, ids | {other.id}),
                ("active", False, ids),
                ("active", True, ids),
            ):
                with self.subTest(name):
                    loss.write({name: value})
                    self.assertEqual(self._waiting(), expected)
            loss.sudo().unlink()
            self.assertEqual(self._waiting(), ids)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_salespeople_take_back_what_they_declared(self):
        loss = self._declare()
        self.assertTrue(self._as(self.colleague, loss).read(["note"]))
        for values in ({"active": False}, {"note": "No"}):
            with self.subTest(values):
                self.assertRefused(self._as(self.colleague, loss).write, values)
        loss.active = False
        self.assertRefused(loss.unlink)
        self._as(self.manager, loss).active = True
        self._as(self.manager, loss).unlink()

    def test_nobody_declares_in_a_colleagues_name(self):
        self.assertRefused(self._declare, user_id=self.colleague.id)
        context = {
            "allowed_company_ids": self.company.ids,
            "default_user_id": self.colleague.id,
        }
        values = {"partner_id": self.customer.id, "reason_id": self.price.id}
        model = self.losses.with_user(self.salesperson)
        self.assertRefused(call_kw, model, "create", [[values]], {"context": context})
        loss = self._declare()
        self.assertRefused(loss.write, {"user_id": self.colleague.id})
        self._as(self.manager, loss).user_id = self.colleague
        self.assertEqual(loss.user_id, self.colleague)

    def test_accountants_read_and_portal_users_learn_nothing(self):
        loss = self._declare()
        for user in self.accountants:
            with self.subTest(user.login):
                own = self._as(user, loss)
                self.assertTrue(own.read(["note", "reason_id"]))
                self.assertRefused(own.write, {"active": False})
                self.assertRefused(self._declare, user)
        for records in (loss, self.price):
            with self.subTest(records._name):
                own = self._as(self.portal, records)
                self.assertRefused(own.read, ["display_name"])
                self.assertRefused(own.search, [])
                self.assertRefused(own.write, {"active": False})
        self.assertRefused(self._declare, self.portal)

    def test_a_customer_whom_one_may_not_read_is_refused(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads Secret Ltd",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Secret Ltd')]",
            }
        )
        secret = self._create_customer("Secret Ltd")
        self.assertRefused(self._declare, customer=secret)
        loss = self._declare()
        self.assertRefused(loss.write, {"partner_id": secret.id})

    # ------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------

    def test_the_button_on_a_customer_asks_why(self):
        contact = self.env["res.partner"].create(
            {"name": "Their clerk", "parent_id": self.customer.id}
        )
        action = self._as(self.salesperson, contact).action_lifecycle_declare_lost()
        self.assertEqual(action["target"], "new")
        [(view_id, _mode)] = action["views"]
        model = self._as(self.salesperson, self.losses).with_context(**action["context"])
        form = Form(model, view=view_id)
        form.reason_id = self.price
        form.note = "The owner told us"
        loss = form.save()
        self.assertEqual(
            (loss.partner_id, loss.user_id, loss.note),
            (self.customer, self.salesperson, "The owner told us"),
        )
        self.assertEqual(self.customer.lifecycle_loss_ids, loss.with_env(self.env))

    # ------------------------------------------------------------
    # REASONS
    # ------------------------------------------------------------

    def test_eight_reasons_are_there_from_the_start(self):
        found = {
            name
            for name in SEEDED
            if self.env.ref(f"crm_lifecycle.crm_lifecycle_loss_reason_{name}")
        }
        self.assertEqual(found, SEEDED)
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "crm.lifecycle.loss.reason")]
        )
        self.assertEqual(len(data), len(SEEDED))
        self.assertTrue(all(data.mapped("noupdate")))

    def test_a_reason_in_use_is_archived_not_deleted(self):
        reason = self._as(self.manager, self.reasons).create({"name": "Contact person left"})
        loss = self._declare(reason_id=reason.id)
        with mute_logger("odoo.sql_db"):
            self.assertRefused(reason.unlink, error=IntegrityError)
        reason.active = False
        self.assertEqual(loss.display_name, "Parks & Co: Contact person left")
        self.assertNotIn(reason, self._as(self.salesperson, self.reasons).search([]))

    def test_only_managers_keep_the_reasons(self):
        for user in (self.salesperson, self.colleague, *self.accountants):
            with self.subTest(user.login):
                own = self._as(user, self.price)
                self.assertTrue(own.read(["name", "description"]))
                self.assertRefused(own.write, {"name": "Too dear"})
                self.assertRefused(own.create, {"name": "Mine"})
                self.assertRefused(own.unlink)
