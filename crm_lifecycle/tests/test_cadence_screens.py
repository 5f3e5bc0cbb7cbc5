from datetime import date

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .cadence_common import CadenceCase
from .common import INVOICING, READONLY_ACCOUNTING, SALES


@tagged("post_install", "-at_install")
class TestCadenceScreens(CadenceCase):
    """What people see of cadences: why, who is due, who is neglected, what it makes."""

    def test_why_is_said_step_by_step_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._create_cadence(interval=60)
        customer = self._create_buyer(lifecycle_contact_gap=70)
        self._date(customer)
        steps = self._profile(customer).contact_why.split("\n")
        self.assertEqual(len(steps), 4)
        for step, words in zip(
            steps,
            ("Monthly", "March 3, 2026", "70 days between contacts", "June 1, 2026"),
            strict=True,
        ):
            self.assertIn(words, step)
        french = self._profile(customer).with_context(lang="fr_FR").contact_why
        self.assertIn("mars 2026", french)
        # The contact says the same.
        self.assertEqual(customer.lifecycle_contact_why, "\n".join(steps))
        self.assertEqual(
            customer.lifecycle_next_contact_date, self._profile(customer).next_contact_date
        )
        self.assertIn(
            customer,
            customer.search([("lifecycle_next_contact_date", "=", "2026-05-12")]),
        )

    def test_who_is_due_and_who_is_neglected(self):
        self._create_cadence()
        customer = self._create_buyer()
        out = self._create_buyer("Out", lifecycle_opt_out=True)
        self._date(customer, out)
        of_company = [("company_id", "=", self.company.id)]
        for day, due, neglected in (
            ("2026-04-01", False, False),
            ("2026-04-02", True, False),
            ("2026-06-01", True, False),
            ("2026-06-02", True, True),
        ):
            with self.subTest(day), self.at(day):
                self.env.invalidate_all()
                profile = self._profile(customer)
                self.assertEqual((profile.is_contact_due, profile.is_neglected), (due, neglected))
                for name, expected in (("is_contact_due", due), ("is_neglected", neglected)):
                    found = self.profiles.search([*of_company, (name, "=", True)])
                    self.assertEqual(found, profile if expected else found.browse())
                    others = self.profiles.search([*of_company, (name, "=", False)])
                    self.assertEqual(profile in others, not expected)
                    self.assertIn(self._profile(out), others)
        self.assertEqual(
            self.profiles.search([*of_company, ("is_opted_out", "=", True)]), self._profile(out)
        )
        self.assertTrue(self._profile(out).is_opted_out)
        self.assertFalse(self._profile(customer).is_opted_out)

    def test_days_are_those_of_the_company_in_three_zones(self):
        """At one moment it is another day east and west."""
        for zone, due in (
            ("Pacific/Kiritimati", True),
            ("UTC", False),
            ("America/Los_Angeles", False),
        ):
            with self.subTest(zone):
                company = self._create_company(f"Company in {zone}", "base.EUR", tz=zone)
                self.cadences.search([("company_id", "=", company.id)]).unlink()
                self.cadences.create(
                    {
                        "name": "Monthly",
                        "company_id": company.id,
                        "gap_min": 7,
                        "interval": 30,
                        "gap_max": 90,
                    }
                )
                self.env.user.company_ids = [Command.link(company.id)]
                customer = self._create_customer(zone)
                with self.at("2026-03-03"):
                    self._confirm_order(customer, company_id=company.id)
                    self._process_queue()
                self._contact(customer, "2026-03-03", company)
                profile = self._profile(customer, company)
                self.assertEqual(profile.next_contact_date, date(2026, 4, 2))
                with self.at("2026-04-01 20:00:00"):
                    self.assertEqual(profile.is_contact_due, due)
                    found = self.profiles.with_context(allowed_company_ids=company.ids).search(
                        [("id", "=", profile.id), ("is_contact_due", "=", True)]
                    )
                    self.assertEqual(bool(found), due)

    def test_meetings_fall_on_the_companys_day(self):
        self._create_cadence()
        customer = self._create_buyer()
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2026-03-10"):
            self.env["calendar.event"].create(
                {
                    "name": "Late call",
                    "user_id": self.salesperson.id,
                    "start": "2026-03-20 17:00:00",
                    "stop": "2026-03-20 18:00:00",
                    "partner_ids": [Command.set(customer.ids)],
                }
            )
            self._date(customer)
        self.assertEqual(self._profile(customer).planned_contact_date, date(2026, 3, 21))

    # ------------------------------------------------------------
    # LOAD
    # ------------------------------------------------------------

    def _open_load(self, rule):
        action = rule.with_user(self.manager).action_preview_load()
        return self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])

    def test_the_load_of_the_rules_by_person_and_week(self):
        rule = self._create_cadence(interval=70, minutes=60)
        self._create_buyer("One", user_id=self.salesperson.id)
        self._create_buyer("Two", user_id=self.salesperson.id)
        self._create_buyer("Nobody's")
        self._create_buyer("Out", user_id=self.salesperson.id, lifecycle_opt_out=True)
        load = self._open_load(rule)
        before = load._measure(load._get_rules())
        customers, contacts, hours = before[self.salesperson.id]
        self.assertEqual(customers, 2)
        self.assertAlmostEqual(contacts, 0.2)
        self.assertAlmostEqual(hours, 0.2)
        self.assertEqual(before[None][0], 1)
        with Form(load) as form:
            form.draft_interval = 14
            form.draft_minutes = 30
            self.assertIn(self.salesperson.name, form.load)
        _customers, contacts, hours = load._measure(load._get_draft_rules())[self.salesperson.id]
        self.assertAlmostEqual(contacts, 1.0)
        self.assertAlmostEqual(hours, 0.5)
        # Nothing is written before it is applied.
        self.assertEqual(rule.interval, 70)
        load.action_apply()
        self.assertEqual((rule.interval, rule.minutes), (14, 30))
        load.draft_interval = 3
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            load.action_apply()

    def test_an_archived_rule_is_tried_before_it_is_used(self):
        rule = self._create_cadence(active=False)
        self._create_buyer("One", user_id=self.salesperson.id)
        load = self._open_load(rule)
        self.assertFalse(load._measure(load._get_rules()))
        self.assertEqual(load._measure(load._get_draft_rules())[self.salesperson.id][0], 1)
        load.draft_active = False
        self.assertFalse(load._measure(load._get_draft_rules()))
        # Of the whole set, from the list.
        self.assertTrue(self._open_load(self.cadences).load)

    def test_who_the_rule_names_has_the_load(self):
        sponsor = self._create_user("cadence_sponsor", SALES)
        leader = self._create_user("cadence_leader", SALES)
        self.env["crm.team"].create(
            {
                "name": "Parks",
                "company_id": self.company.id,
                "user_id": leader.id,
                "member_ids": [Command.set(self.salesperson.ids)],
            }
        )
        customer = self._create_buyer(user_id=self.salesperson.id)
        role = self.env.ref("crm_lifecycle.crm_lifecycle_account_role_sponsor")
        member = self.env["crm.lifecycle.account.member"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "user_id": sponsor.id,
                "role_id": role.id,
                "date_start": fields.Date.today(),
            }
        )
        rule = self._create_cadence()
        load = self._open_load(rule)
        for vals, person in (
            ({"responsible": "salesperson"}, self.salesperson),
            ({"responsible": "sponsor"}, sponsor),
            ({"responsible": "role", "role_id": role.id}, sponsor),
            ({"responsible": "leader"}, leader),
        ):
            with self.subTest(vals):
                rule.write(vals)
                self.assertEqual(list(load._measure(load._get_rules())), person.ids)
        member.unlink()
        rule.responsible = "sponsor"
        self.assertEqual(list(load._measure(load._get_rules())), self.salesperson.ids)
        self.salesperson.active = False
        self.assertEqual(list(load._measure(load._get_rules())), leader.ids)

    def test_who_may_preview(self):
        rule = self._create_cadence()
        for group in (SALES, INVOICING, READONLY_ACCOUNTING):
            user = self._create_user(f"cadence_{group.split('.')[1]}", group)
            with self.subTest(group), self.assertRaises(AccessError):
                rule.with_user(user).action_preview_load()
            # Whom it is meant for everybody may see who sees customers.
            self.assertTrue(rule.with_user(user).action_open_customers())

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    def test_the_composer_warns(self):
        self._create_cadence()
        customer = self._create_buyer(email="ada@example.com")
        lead = self._create_opportunity(customer)

        def compose(document, **vals):
            return (
                self.env["mail.compose.message"]
                .with_user(self.manager)
                .with_context(
                    default_model=document._name,
                    default_res_ids=document.ids,
                    default_composition_mode="comment",
                )
                .create({"body": "Hello", **vals})
            )

        with self.at("2026-03-05"):
            for document in (customer, lead, self._create_order(customer)):
                with self.subTest(document._name):
                    warning = compose(document).lifecycle_contact_warning
                    self.assertIn("cadence leaves 7 days", warning)
            colleague = compose(
                customer, partner_ids=[Command.set(self.salesperson.partner_id.ids)]
            )
            self.assertFalse(colleague.lifecycle_contact_warning)
        with self.at("2026-03-20"):
            self.assertFalse(compose(lead).lifecycle_contact_warning)

    def test_rules_are_in_the_history(self):
        rule = self._create_cadence()
        self.env.cr.flush()
        for name, value in {
            "sequence": 3,
            "status": "due",
            "value_class": "a",
            "domain": "[('purchase_count', '>', 1)]",
            "gap_min": 3,
            "interval": 31,
            "gap_max": 91,
            "responsible": "leader",
            "minutes": 3,
            "active": False,
        }.items():
            with self.subTest(name):
                before = rule.message_ids
                rule[name] = value
                self.env.cr.flush()
                lines = (rule.message_ids - before).tracking_value_ids
                self.assertIn(name, lines.field_id.mapped("name"))
