from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import INVOICING, SALES_ALL, SALES_MANAGER
from .type_common import TypeCase


@tagged("post_install", "-at_install")
class TestTypeOverride(TypeCase):
    """A type set by hand wins over the rules, which go on underneath."""

    def setUp(self):
        super().setUp()
        self._buy(self.customer, "2025-12-01", "2025-12-20")

    def _types(self, day):
        profile = self._look(day)
        return (
            profile.customer_type,
            profile.rule_type,
            profile.type_cause,
            profile.type_is_contradicted,
        )

    def test_it_wins_for_its_time(self):
        self._override("relational", date_start="2026-01-10", date_end="2026-01-20")
        rules = ("transactional", "transactional", "rules", False)
        hand = ("relational", "transactional", "hand", True)
        for day, expected in (
            ("2026-01-09", rules),
            ("2026-01-10", hand),
            ("2026-01-20", hand),
            ("2026-01-21", rules),
        ):
            with self.subTest(day):
                self.assertEqual(self._types(day), expected)

    def test_without_a_last_day_until_it_is_archived(self):
        override = self._override("relational", date_start="2026-01-10")
        self.assertEqual(self._types("2028-01-10")[0], "relational")
        override.active = False
        self.assertEqual(self._types("2026-01-12")[0], "transactional")

    def test_ending_it_gives_the_customer_back_and_keeps_what_was(self):
        override = self._override("relational", date_start="2026-01-10")
        with self.at("2026-01-12"):
            self._process_queue()
            self.assertTrue(override.can_end)
            override.action_end()
            self._process_queue()
            profile = self._profile(self.customer)
            self.assertEqual((str(override.date_end), override.active), ("2026-01-11", True))
            self.assertEqual(
                (profile.customer_type, profile.type_cause), ("transactional", "rules")
            )
            with self.assertRaisesRegex(UserError, "over or archived already"):
                override.action_end()
            for day, told in (("2026-01-11", "relational"), ("2026-01-12", "transactional")):
                [row] = self.env["crm.lifecycle.profile"]._derive_types(
                    self.customer.ids, fields.Date.to_date(day)
                )
                self.assertEqual(row["customer_type"], told, day)
        with self.subTest("what held on no day before is archived"), self.at("2026-01-12"):
            fresh = self._override("hybrid", date_start="2026-01-12")
            fresh.action_end()
            self.assertFalse(fresh.active)

    def test_only_who_may_change_it_ends_it(self):
        mine = self._create_customer("Mine", user_id=self.salesperson.id)
        manager = self._create_user("type_ender", SALES_MANAGER)
        with self.at("2026-01-12"):
            own = self.env["crm.lifecycle.type.override"].with_user(self.salesperson)
            own = own.create({"partner_id": mine.id, "customer_type": "hybrid", "reason": "So"})
            others = self._override("relational").with_user(self.salesperson)
            self.assertEqual([(own | others)[n].can_end for n in range(2)], [True, False])
            self.assertTrue(others.with_user(manager).can_end)
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                others.action_end()
            own.action_end()
        self.assertFalse(own.active)

    def test_the_rules_may_agree_or_not_know(self):
        self._override("transactional", date_start="2026-01-10")
        self.assertEqual(
            self._types("2026-01-12"), ("transactional", "transactional", "hand", False)
        )
        stranger = self._create_customer("Stranger")
        with self.at("2026-01-10"):
            self._create_lead(stranger)
        self._override("hybrid", stranger, date_start="2026-01-10")
        profile = self._look("2026-01-12", stranger)
        self.assertEqual(
            (profile.customer_type, profile.rule_type, profile.type_is_contradicted),
            ("hybrid", False, False),
        )

    def test_setting_it_queues_the_customer(self):
        self._look("2026-01-10")
        with self.at("2026-01-10"):
            override = self._override("relational")
            self._process_queue()
            self.assertEqual(self._profile(self.customer).customer_type, "relational")
            override.customer_type = "hybrid"
            self._process_queue()
            self.assertEqual(self._profile(self.customer).customer_type, "hybrid")
            override.unlink()
            self._process_queue()
            self.assertEqual(self._profile(self.customer).customer_type, "transactional")

    def test_a_night_finds_its_first_day_and_the_day_after_its_last(self):
        self._override("relational", date_start="2026-01-10", date_end="2026-01-20")
        for day, review in (("2026-01-05", "2026-01-10"), ("2026-01-15", "2026-01-21")):
            with self.subTest(day):
                self.assertEqual(str(self._look(day).type_review_date), review)

    def test_the_explanation_says_who_and_why(self):
        with self.at("2026-01-10"):
            self._override("relational")
        profile = self._look("2026-01-12")
        with self.at("2026-01-12"):
            told = profile.type_explanation
        self.assertIn("Their owner says so.", told["lines"][0])
        self.assertIn("The rules say otherwise: Transactional", told["lines"][1])

    def test_two_at_a_time_are_refused(self):
        self._override("relational", date_start="2026-01-10", date_end="2026-01-20")
        self._override("hybrid", date_start="2026-01-21", date_end="2026-01-30")
        for start, end in (
            ("2026-01-20", "2026-01-20"),
            ("2026-01-01", False),
            ("2026-01-29", False),
        ):
            with self.subTest(start), self.assertRaises(ValidationError) as refused:
                self._override("hybrid", date_start=start, date_end=end)
            self.assertIn("already set", str(refused.exception))
        self._override("hybrid", date_start="2026-01-31")

    def test_of_merged_contacts_the_later_one_counts(self):
        other = self._create_customer("Other")
        self._override("relational", date_start="2026-01-10")
        self._override("hybrid", other, date_start="2026-01-05")
        other.parent_id = self.customer
        self.assertEqual(self._types("2026-01-12")[0], "relational")

    def test_a_contact_stands_for_the_customer(self):
        ada = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        self.assertEqual(self._override("hybrid", ada).partner_id, self.customer)

    @mute_logger("odoo.sql_db")
    def test_bad_input_is_refused(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._override("hybrid", date_start="2026-01-10", date_end="2026-01-09")
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._override("hybrid", reason="  ")

    def test_salespeople_set_it_for_their_customers_and_managers_for_all(self):
        mine = self._create_customer("Mine", user_id=self.salesperson.id)
        nobodys = self._create_customer("Nobody's")
        manager = self._create_user("type_manager", SALES_MANAGER)
        others = self._create_customer("Another's", user_id=manager.id)
        rich = self._create_user("type_all", SALES_ALL)
        accountant = self._create_user("type_accountant", INVOICING)
        for user, allowed in (
            (self.salesperson, mine | nobodys),
            (rich, mine | nobodys | others),
            (manager, mine | nobodys | others),
            (accountant, mine.browse()),
        ):
            overrides = self.env["crm.lifecycle.type.override"].with_user(user)
            for customer in mine | nobodys | others:
                values = {"partner_id": customer.id, "customer_type": "hybrid", "reason": "So"}
                with self.subTest(user=user.login, customer=customer.name):
                    with self.env.cr.savepoint() as savepoint:
                        if customer in allowed:
                            found = overrides.create(values)
                            self.assertEqual(found.user_id, user)
                            found.reason = "Otherwise"
                            self.env.flush_all()
                        else:
                            with (
                                self.assertRaises(AccessError),
                                mute_logger("odoo.addons.base.models.ir_rule"),
                            ):
                                overrides.create(values)
                        savepoint.rollback()

    def test_nobody_moves_what_they_said_to_a_colleagues_customer(self):
        mine = self._create_customer("Mine", user_id=self.salesperson.id)
        others = self._create_customer("Another's", user_id=self.env.uid)
        elsewhere = self._create_company("Elsewhere", "base.EUR")
        for model, values in (
            ("crm.lifecycle.type.override", {"customer_type": "hybrid", "reason": "So"}),
            ("crm.lifecycle.wallet", {"amount": 100.0}),
        ):
            said = self.env[model].with_user(self.salesperson)
            said = said.create({"partner_id": mine.id, **values})
            for change in ({"partner_id": others.id}, {"company_id": elsewhere.id}):
                with (
                    self.subTest(model, change=change),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                ):
                    said.write(change)

    def test_nobody_speaks_for_or_changes_what_a_colleague_set(self):
        mine = self._create_customer("Mine", user_id=self.salesperson.id)
        found = self._override("hybrid", mine)
        own = found.with_user(self.salesperson)
        self.assertEqual(own.reason, "Their owner says so.")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            own.reason = "Mine"
        values = {"partner_id": mine.id, "customer_type": "hybrid", "reason": "So"}
        with self.assertRaises(AccessError):
            own.create({**values, "date_start": "2020-01-01", "user_id": self.env.uid})

    def test_the_list_shows_what_the_rules_say(self):
        override = self._override("relational", date_start="2026-01-10")
        self._look("2026-01-12")
        self.assertEqual((override.rule_type, override.is_contradicted), ("transactional", True))
