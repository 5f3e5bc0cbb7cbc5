from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES, SALES_ALL, SALES_MANAGER
from .knowledge_common import KnowledgeCase


class ReviewCase(KnowledgeCase):
    """Customers with good data, looked at on a day in 2026."""

    TODAY = "2026-06-30"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reviews = cls.env["crm.lifecycle.data.review"]
        cls.seller = cls._create_user("review_sales", SALES, "base.group_partner_manager")

    def _create_known(self, name, **vals):
        """Create a customer of the company with an e-mail, who bought a while ago."""
        customer = self._create_customer(
            name, **{"email": f"{name.lower()}@{name.lower()}.example.com", **vals}
        )
        self._buy(customer, "2026-01-10")
        self._process_queue()
        self._touch(customer, "2026-06-01")
        return customer

    def _touch(self, contacts, day, user=None):
        """Date the last change of contacts, which the host does by the real clock."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = %s,"
            " create_date = LEAST(create_date, '2020-01-01'), write_uid = %s WHERE id = ANY(%s)",
            [f"{day} 12:00:00", (user or self.seller).id, contacts.ids],
        )
        self.env.invalidate_all()

    def _review(self, *customers, today=None, **context):
        """Return what is found of customers: [(reason, customer, other)]."""
        found = self.partners.union(*customers)
        with self.at(today or self.TODAY):
            self.env.flush_all()
            self.env.invalidate_all()
            rows = self.reviews.with_context(**context).search(
                [("partner_id", "in", found.ids), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(len(set(rows.ids)), len(rows))
            return sorted(
                (row.reason, row.partner_id.name, row.other_partner_id.name or "") for row in rows
            )

    def _row(self, customer, reason, today=None):
        with self.at(today or self.TODAY):
            return self.reviews.search(
                [("partner_id", "=", customer.id), ("reason", "=", reason)]
            ).ensure_one()


@tagged("post_install", "-at_install")
class TestDataReview(ReviewCase):
    """What is stale, invalid, entered twice or over."""

    def test_good_data_are_not_up_for_review(self):
        self.assertEqual(self._review(self._create_known("Good")), [])

    def test_data_become_stale_by_the_day(self):
        customer = self._create_known("Stale")
        contact = self._create_contact(customer=customer)
        self._touch(customer, "2025-01-15")
        for changed, today, stale in (
            ("2025-06-30", "2026-06-29", False),
            ("2025-06-30", "2026-06-30", True),
            ("2025-07-01", "2026-06-30", False),
        ):
            with self.subTest(changed=changed, today=today):
                self._touch(contact, changed)
                self.assertEqual(bool(self._review(customer, today=today)), stale)
        self._touch(contact, "2025-06-30")
        self.assertEqual(str(self._row(customer, "stale").since), "2025-06-30")
        self.company.lifecycle_stale_months = 13
        self.assertEqual(self._review(customer), [])

    def test_what_programs_change_confirms_nothing(self):
        customer = self._create_known("Robot")
        self._touch(customer, "2026-06-01", self.env.ref("base.user_root"))
        # The record itself is of 2020.
        self.assertEqual(self._review(customer), [("stale", "Robot", "")])

    def test_addresses(self):
        for email, contact_email, reasons in (
            ("", "", ["email_missing"]),
            ("", "ada@x.example.com", []),
            ("nonsense", "", ["email_invalid"]),
            ("a@localhost", "", ["email_invalid"]),
            ("Ada <ada@x.example.com>", "", []),
        ):
            customer = self._create_known("Address", email=email)
            contact = self._create_contact(customer=customer, email=contact_email)
            self._touch(contact, "2026-06-01")
            with self.subTest(email=email, contact=contact_email):
                self.assertEqual([row[0] for row in self._review(customer)], reasons)
            customer.active = False

    def test_who_may_be_the_same(self):
        for reason, first_vals, second_vals in (
            (
                "duplicate_registry",
                {"company_registry": "HRB 12-34"},
                {"company_registry": "hrb1234"},
            ),
            ("duplicate_vat", {"vat": "XX 12.345"}, {"vat": "xx12345"}),
            (
                "duplicate_email",
                {"email": "Same@Same.example.com"},
                {"email": "same@same.example.com"},
            ),
            (
                "duplicate_phone",
                {"phone": "+1 415 555 0123", "country_id": self.env.ref("base.us").id},
                {"phone": "(415) 555-0123", "country_id": self.env.ref("base.us").id},
            ),
        ):
            first = self._create_known("First", **first_vals)
            second = self._create_known("Second", **second_vals)
            # Known to nobody yet, but the same: named beside the one with dealings.
            third = self._create_customer("Third", **first_vals)
            with self.subTest(reason):
                rows = self._review(first, second, third)
                self.assertEqual(
                    [row for row in rows if row[0] == reason],
                    [(reason, "Second", "First"), (reason, "Third", "First")],
                )
            (first | second | third).active = False

    def test_what_is_no_duplicate(self):
        first = self._create_known("First", vat="/")
        others = (
            self._create_known("Slash", vat="/"),
            self._create_known("Archived", phone="+1 415 555 0123"),
            self._create_contact(customer=first, email=first.email),
            self._create_customer(
                "Elsewhere",
                email=first.email,
                company_id=self._create_company("Lifecycle Twin Company", "base.EUR").id,
            ),
        )
        others[1].active = False
        self._process_queue()
        self.assertEqual(self._review(first, *others), [])
        # A colleague who is a customer's namesake.
        self._create_user("review_twin", SALES, email=first.email)
        self.assertEqual(self._review(first), [])

    def test_suspects_with_whom_nothing_happens(self):
        customer = self._create_customer("Idle", email="i@idle.example.com")
        with self.at("2024-06-30"):
            self._create_mark(customer, date_start="2024-06-30")
            self._process_queue()
        self._touch(customer, "2026-06-01")
        self.assertEqual(self._review(customer, today="2026-06-29"), [])
        self.assertEqual(self._review(customer), [("idle", "Idle", "")])
        self.company.lifecycle_idle_months = 25
        self.assertEqual(self._review(customer), [])
        self.company.lifecycle_idle_months = 24
        activity = customer.activity_schedule(
            "mail.mail_activity_data_call", date_deadline="2026-07-01", user_id=self.seller.id
        )
        self.assertEqual(self._review(customer), [])
        activity.unlink()
        self.env.flush_all()
        self.assertEqual(self._review(customer), [("idle", "Idle", "")])
        # Who is no suspect is not archived for silence.
        self._set_profile(customer, stage_id=self.stages["prospect"].id)
        self.assertEqual(self._review(customer), [])

    def test_each_company_reviews_its_own(self):
        other = self._create_company("Lifecycle Review Company", "base.EUR")
        customer = self._create_known("Shared", email="")
        self.assertEqual([row[0] for row in self._review(customer)], ["email_missing"])
        self.assertFalse(
            self.reviews.sudo().search(
                [("partner_id", "=", customer.id), ("company_id", "=", other.id)]
            )
        )

    def test_the_list_costs_a_fixed_number(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Twin {number}", "is_company": True} for number in range(30)]
        )
        for customer in customers:
            self._create_mark(customer, date_start="2026-01-01")
        self._process_queue()
        spec = {
            "partner_id": {"fields": {"display_name": {}}},
            "other_partner_id": {"fields": {"display_name": {}}},
            "reason": {},
            "detail": {},
            "stage_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
        }

        def count(some):
            for _run in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = self.reviews.web_search_read(
                    [("partner_id", "in", some.ids), ("reason", "=", "email_missing")], spec
                )
                number = self.env.cr.sql_log_count - before
            self.assertEqual(found["length"], len(some))
            return number

        few, many = count(customers[:3]), count(customers)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 12)


@tagged("post_install", "-at_install")
class TestDataReviewActions(ReviewCase):
    """What is reviewed is confirmed, merged or archived."""

    def _as(self, user, rows):
        return rows.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_confirmed_data_come_back_after_the_companys_months(self):
        customer = self._create_known("Stale", user_id=self.seller.id)
        self._touch(customer, "2025-01-15")
        row = self._row(customer, "stale")
        with self.at(self.TODAY):
            self._as(self.seller, row).action_confirm()
        confirmation = self.env["crm.lifecycle.data.confirmation"].search(
            [("partner_id", "=", customer.id)]
        )
        self.assertEqual(
            (str(confirmation.date), confirmation.user_id, confirmation.reason),
            (self.TODAY, self.seller, "stale"),
        )
        self.assertEqual(self._review(customer), [])
        self.assertEqual(self._review(customer, today="2027-06-29"), [])
        self.assertEqual(self._review(customer, today="2027-06-30"), [("stale", "Stale", "")])
        # Nothing was written on the customer.
        self.env.cr.execute("SELECT write_date FROM res_partner WHERE id = %s", [customer.id])
        self.assertEqual(str(self.env.cr.fetchone()[0].date()), "2025-01-15")

    def test_who_is_no_duplicate_stays_so_whoever_is_named_first(self):
        first = self._create_known("First", email="same@same.example.com")
        second = self._create_known("Second", email="same@same.example.com")
        with self.at(self.TODAY):
            self._row(second, "duplicate_email").action_confirm()
        self.assertEqual(self._review(first, second), [])
        late = "2026-06-30"
        self._touch(first | second, late)
        self.assertEqual(self._review(first, second, today="2027-06-29"), [])
        third = self._create_known("Third", email="same@same.example.com")
        self.assertEqual(
            self._review(first, second, third), [("duplicate_email", "Third", "First")]
        )

    def test_no_duplicate_is_none_from_either_side(self):
        first = self._create_known("First", phone="+1 415 555 0123")
        second = self._create_known("Second", phone="+1 415 555 0123")
        found = [("duplicate_phone", "Second", "First")]
        self.assertEqual(self._review(first, second), found)
        confirmations = self.env["crm.lifecycle.data.confirmation"]
        for vals, expected in (
            ({"reason": "duplicate_email"}, found),
            ({"reason": "duplicate_phone"}, []),
        ):
            confirmations.create(
                {
                    "partner_id": first.id,
                    "other_partner_id": second.id,
                    "company_id": self.company.id,
                    "date": "2020-01-01",
                    **vals,
                }
            )
            with self.subTest(vals):
                self.assertEqual(self._review(first, second), expected)

    def test_the_hosts_form_merges_both(self):
        first = self._create_known("First", email="same@same.example.com")
        second = self._create_known("Second", email="same@same.example.com")
        row = self._row(second, "duplicate_email")
        action = self._as(self.seller, row).action_merge()
        self.assertEqual(set(action["context"]["active_ids"]), set((first | second).ids))
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, first | second)
        with self.assertRaisesRegex(UserError, "duplicate"):
            self.reviews.action_merge()

    def test_archiving_is_the_hosts(self):
        customer = self._create_known("Address", email="")
        row = self._row(customer, "email_missing")
        self._as(self.seller, row).action_archive_partner()
        self.assertFalse(customer.active)
        self._process_queue()
        self.assertEqual(self._review(customer), [])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_salespeople_review_their_own_customers(self):
        colleague = self._create_user("review_colleague", SALES_ALL)
        mine = self._create_known("Mine", email="", user_id=self.seller.id)
        others = self._create_known("Others", email="", user_id=colleague.id)
        nobodys = self._create_known("Nobodys", email="")
        domain = [("partner_id", "in", (mine | others | nobodys).ids)]
        with self.at(self.TODAY):
            for user, found in (
                (self.seller, mine | nobodys),
                (colleague, mine | others | nobodys),
            ):
                with self.subTest(user.login):
                    rows = self._as(user, self.reviews).search(domain)
                    self.assertEqual(set(rows.partner_id.ids), set(found.ids))
            row = self._row(others, "email_missing")
            for name in ("action_confirm", "action_merge", "action_archive_partner"):
                with self.subTest(name), self.assertRaises(UserError):
                    getattr(self._as(self.seller, row), name)()
            with self.assertRaises(AccessError):
                self._as(self.seller, self.env["crm.lifecycle.data.confirmation"]).create(
                    {"partner_id": mine.id, "user_id": colleague.id}
                )
        manager = self._create_user("review_manager", SALES_MANAGER)
        made = self._as(manager, self.env["crm.lifecycle.data.confirmation"]).create(
            {"partner_id": mine.id, "user_id": self.seller.id}
        )
        self.assertEqual(made.user_id, self.seller)
        made.unlink()

    def _confirm(self, user, customer, context=None, **vals):
        """Confirm data as a client does over the network."""
        confirmations = self.env["crm.lifecycle.data.confirmation"].with_user(user)
        context = {"allowed_company_ids": self.company.ids, **(context or {})}
        vals = {"partner_id": customer.id, "company_id": self.company.id, **vals}
        return confirmations.browse(call_kw(confirmations, "create", [vals], {"context": context}))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_confirms_in_a_colleagues_name(self):
        manager = self._create_user("review_manager", SALES_MANAGER)
        mine = self._create_customer("Mine", user_id=self.seller.id)
        in_their_name = {"default_user_id": manager.id}
        with self.assertRaises(AccessError):
            self._confirm(self.seller, mine, in_their_name)
        self.assertEqual(self._confirm(self.seller, mine).user_id, self.seller)
        in_their_name = {"default_user_id": self.seller.id}
        self.assertEqual(self._confirm(manager, mine, in_their_name).user_id, self.seller)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_names_a_duplicate_whom_they_may_not_see(self):
        manager = self._create_user("review_manager", SALES_MANAGER)
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads Secret Ltd",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Secret Ltd')]",
            }
        )
        mine = self._create_customer("Mine", user_id=self.seller.id)
        secret = self._create_customer("Secret Ltd")
        for user in (self.seller, manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._confirm(user, mine, other_partner_id=secret.id)
        made = self._confirm(manager, mine)
        with self.assertRaises(AccessError):
            made.with_user(manager).other_partner_id = secret
        elsewhere = self._create_company("Lifecycle Twin Company", "base.EUR")
        self.env.user.company_ids += elsewhere
        theirs = self._create_customer("Theirs", company_id=elsewhere.id)
        with self.assertRaises(UserError):
            self.env["crm.lifecycle.data.confirmation"].create(
                {
                    "partner_id": mine.id,
                    "other_partner_id": theirs.id,
                    "company_id": self.company.id,
                }
            )

    def test_nobody_confirms_on_a_day_to_come(self):
        mine = self._create_customer("Mine", user_id=self.seller.id)
        with self.at(self.TODAY):
            for day, allowed in (
                ("2026-06-30", True),
                ("2026-07-01", False),
                ("2999-01-01", False),
            ):
                with self.subTest(day):
                    if allowed:
                        made = self._confirm(self.seller, mine, date=day)
                        self.assertEqual(str(made.date), day)
                    else:
                        with self.assertRaisesRegex(ValidationError, "day to come"):
                            self._confirm(self.seller, mine, date=day)

    def test_a_day_is_the_companys_of_what_was_found(self):
        """Where it is tomorrow for whoever confirms, it may be today for the customer's company."""
        self.company.partner_id.tz = "UTC"
        early = self._create_company("Lifecycle Early Company", "base.EUR")
        early.partner_id.tz = "Pacific/Auckland"
        self.env.user.company_ids += early
        customer = self._create_known("Address", email="")
        row = self._row(customer, "email_missing")
        with self.at(f"{self.TODAY} 20:00:00"):
            row.with_context(allowed_company_ids=(early | self.company).ids).action_confirm()
        confirmation = self.env["crm.lifecycle.data.confirmation"].search(
            [("partner_id", "=", customer.id)]
        )
        self.assertEqual(
            (str(confirmation.date), confirmation.company_id), (self.TODAY, self.company)
        )
