from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from ..engine.revenue_change import PARTS
from .test_access_models import AccessCase

VALUE_AMOUNTS = (
    *(
        f"{name}_{span}"
        for name in (
            "revenue",
            "margin",
            "service",
            "contribution",
            "refund",
            "cost_back",
            "discount",
            "discount_back",
            "costed",
        )
        for span in ("12m", "total")
    ),
    "receivable",
    "unallocated",
    "overdue",
    "overdue_30",
    "overdue_60",
    "overdue_90",
    "overdue_older",
)
# Where the host itself restricts it.
CREDIT = ("credit_limit",)
AMOUNTS = {
    "crm.lifecycle.profile": (
        "purchase_amount",
        "purchase_amount_12m",
        "purchase_average",
        "opportunity_revenue",
    ),
    "crm.lifecycle.event": ("amount",),
    "crm.lifecycle.value": (*VALUE_AMOUNTS, *CREDIT, "wallet_amount"),
    "crm.lifecycle.value.asof": (*VALUE_AMOUNTS, *CREDIT, "wallet_amount"),
    "crm.lifecycle.revenue.change": ("previous", "current", "difference", *PARTS),
    "crm.lifecycle.white.space": ("median_amount",),
    "crm.lifecycle.value.entry": ("amount", "contribution"),
    "crm.lifecycle.value.cut": ("total", "cut_a", "cut_b"),
    "crm.lifecycle.rfm.cut": ("monetary_1", "monetary_2", "monetary_3", "monetary_4"),
    "crm.lifecycle.service.rate": ("amount",),
}
# Amounts that Inventory's bridge adds.
BRIDGED = {"return_12m", "return_total"}
SALES_ROLES = ("own documents", "all documents", "sales manager")
ACCOUNTING_ROLES = ("invoicing", "auditor")

# Who reads the stage on which of the host's records; the rest is refused it.
READERS = {
    "res.partner": (*SALES_ROLES, *ACCOUNTING_ROLES),
    "crm.lead": SALES_ROLES,
    "sale.order": (*SALES_ROLES, *ACCOUNTING_ROLES),
    "account.move": (*SALES_ROLES, *ACCOUNTING_ROLES),
}
# What a customer owes is for those who keep the books.
OWED = (
    "lifecycle_currency_id",
    "lifecycle_receivable",
    "lifecycle_overdue",
    "lifecycle_days_to_pay",
    "lifecycle_paid_count",
)
# What the database itself can sort and group by.
COLUMNS = (
    "lifecycle_stage_id",
    "lifecycle_stage_date",
    "lifecycle_status",
    "lifecycle_value_class",
    "lifecycle_payment_band",
    "lifecycle_customer_type",
    "lifecycle_price_sensitivity",
    "lifecycle_receivable",
    "lifecycle_overdue",
    "lifecycle_days_to_pay",
    "lifecycle_referrer_id",
    "lifecycle_employee_count",
    "lifecycle_fit_persona_id",
    "lifecycle_segment_id",
    "lifecycle_sector",
    "lifecycle_acquisition_policy",
    "lifecycle_registry",
    "lifecycle_source_id",
    "lifecycle_decision_role",
    "lifecycle_attitude",
    "lifecycle_reports_to_id",
    "lifecycle_decider_reached",
    "lifecycle_threat",
)
# What can be sorted by, too.
SORTED = (
    "lifecycle_fit",
    "lifecycle_fits",
    "lifecycle_completeness",
    "lifecycle_has_decider",
)


class FieldAccessCase(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Documents of one's own, so that the group on the field is all that matters.
        cls.own = cls.users["own documents"]
        cls.lead.user_id = cls.order.user_id = cls.own
        cls.invoice.invoice_user_id = cls.own
        # The portal user follows their order and invoice, as customers do.
        cls.order.message_subscribe(cls.users["portal"].partner_id.ids)
        cls.env.flush_all()

    def _get_documents(self):
        return (self.customer, self.lead, self.order, self.invoice)


@tagged("post_install", "-at_install")
class TestHostFieldAccess(FieldAccessCase):
    """The stage on contacts and documents, by every way in which it can be read."""

    def _get_ways(self, record, name):
        """Return every way of reading a field."""
        field = record._fields[name]
        spec = {name: {"fields": {"display_name": {}}} if field.relational else {}}
        by_id = [("id", "in", record.ids)]
        ways = {
            "read": lambda: record.read([name]),
            "web_read": lambda: record.web_read(spec),
            "search_read": lambda: record.search_read(by_id, [name]),
            "web_search_read": lambda: record.web_search_read(by_id, spec),
            "export": lambda: record.export_data([name]),
        }
        if field.search or field.store:
            domain = [(name, "!=", False)]
            ways |= {
                "search": lambda: record.search(domain),
                "count": lambda: record.search_count(domain),
                "name_search": lambda: record.name_search("", domain),
                "filter groups": lambda: record.formatted_read_group(domain, [], ["__count"]),
            }
        if name in COLUMNS:
            group = f"{name}:month" if field.type == "date" else name
            ways |= {
                "group": lambda: record.formatted_read_group(by_id, [group], ["__count"]),
                "web_read_group": lambda: record.web_read_group(by_id, [group], ["__count"]),
                "sort": lambda: record.search(by_id, order=name),
                "sort down": lambda: record.search_read(by_id, ["id"], order=f"{name} DESC"),
                "aggregate": lambda: record._read_group(by_id, [], [f"{name}:count_distinct"]),
            }
        if name in SORTED:
            ways |= {
                "sort": lambda: record.search(by_id, order=name),
                "sort down": lambda: record.search_read(by_id, ["id"], order=f"{name} DESC"),
            }
        if name == "lifecycle_profile_id":
            ways["path"] = lambda: record.search([(f"{name}.stage_id.code", "=", "suspect")])
            ways["any"] = lambda: record.search([(name, "any", [("purchase_count", ">", 0)])])
        return ways

    def test_the_stage_is_read_by_those_who_sell_and_account(self):
        """Refused by every way to each role; granted by every way to the first who may."""
        for record in self._get_documents():
            names = [name for name in record._fields if name.startswith("lifecycle_")]
            self.assertIn("lifecycle_stage_id", names)
            tried = set()
            for role in self.users:
                for name in names:
                    readers = ACCOUNTING_ROLES if name in OWED else READERS[record._name]
                    allowed = role in readers
                    ways = self._get_ways(self._as(role, record), name)
                    if allowed and name in tried:
                        ways = {"read": ways["read"]}
                    tried |= {name} if allowed else set()
                    for way, read in ways.items():
                        with self.subTest(model=record._name, role=role, field=name, way=way):
                            self.assertReads(allowed, read)

    def test_each_field_on_contacts_has_groups(self):
        for model in ("res.partner", "sale.order", "account.move"):
            for name, field in self.env[model]._fields.items():
                if name.startswith("lifecycle_"):
                    with self.subTest(model=model, field=name):
                        self.assertTrue(field.groups)

    def test_a_portal_user_learns_nothing_of_themselves(self):
        partner = self._as("portal", self.customer)
        self.assertEqual(partner.read(["name"])[0]["name"], "Parks & Co")
        self.assertFalse({name for name in partner.fields_get() if name.startswith("lifecycle_")})
        for values in (
            {"lifecycle_referrer_id": self.customer.id},
            {"lifecycle_mark_ids": [(0, 0, {"reason": "me", "kind": "exclusive"})]},
            {"lifecycle_decision_role": "decider"},
            {"lifecycle_attitude": "positive"},
            {"lifecycle_preference_ids": [(0, 0, {"name": "Free goods", "kind": "gift"})]},
            {"lifecycle_source_id": False},
        ):
            with self.subTest(values):
                self.assertAccess(False, partner.write, values)
        self.assertAccess(
            False,
            lambda: partner.with_context(default_lifecycle_referrer_id=self.customer.id).create(
                {"name": "Me too"}
            ),
        )

    def test_the_stage_shows_without_a_right_on_profiles_of_the_company(self):
        # A sudo computation must not show companies that the user is not in.
        other_company = self._create_company("Lifecycle Other Company", "base.USD")
        order = self._confirm_order(self.customer, company_id=other_company.id)
        self._process_queue()
        self.assertEqual(order.lifecycle_stage_id.code, "first_buyer")
        for role in ("own documents", "invoicing", "auditor"):
            partner = self.customer.with_user(self.users[role]).with_context(
                allowed_company_ids=other_company.ids
            )
            for name in ("lifecycle_stage_id", "lifecycle_profile_id", "lifecycle_stage_reason"):
                with self.subTest(role=role, field=name):
                    self.assertAccess(False, partner.read, [name])
            self.assertAccess(False, partner.search, [("lifecycle_stage_id", "!=", False)])
            self.assertAccess(False, partner.formatted_read_group, [], ["lifecycle_stage_id"])


@tagged("post_install", "-at_install")
class TestAmountAccess(FieldAccessCase):
    """What a customer spends is not for salespeople with documents of their own."""

    def _get_ways(self, record, name):
        by_id = [("id", "in", record.ids)]
        domain = [(name, ">", 0)]
        ways = {
            "read": lambda: record.read([name]),
            "web_read": lambda: record.web_read({name: {}}),
            "search_read": lambda: record.search_read(by_id, [name]),
            "export": lambda: record.export_data([name]),
        }
        if not record._fields[name].store:
            return ways
        return ways | {
            "search": lambda: record.search(domain),
            "negated": lambda: record.search(["!", (name, "<", 0)]),
            "count": lambda: record.search_count(domain),
            "name_search": lambda: record.name_search("", domain),
            "sort": lambda: record.search(by_id, order=name),
            "web sort": lambda: record.web_search_read(by_id, {"id": {}}, order=f"{name} DESC"),
            "sum": lambda: record.formatted_read_group(by_id, [], [f"{name}:sum"]),
            "group": lambda: record.formatted_read_group(by_id, [name], ["__count"]),
            "having": lambda: record.formatted_read_group(
                by_id, ["company_id"], ["__count"], having=[(f"{name}:sum", ">", 0)]
            ),
            "group order": lambda: record.formatted_read_group(
                by_id, ["company_id"], ["__count"], order=f"{name}:sum DESC"
            ),
            "web_read_group": lambda: record.web_read_group(by_id, ["company_id"], [f"{name}:max"]),
        }

    def test_amounts_are_for_those_who_see_all_documents_and_the_books(self):
        """Refused by every way, whichever amount; granted by every way for one of a model."""
        event = self.env["crm.lifecycle.event"].search(
            [("kind", "=", "order"), ("partner_id", "=", self.customer.id)]
        )
        richer = ("all documents", "sales manager", *ACCOUNTING_ROLES)
        for role in self.users:
            for record in (
                self.profile,
                event,
                self.value,
                self.entry,
                self.cut,
                self.rfm_cut,
                self.rate,
                self.asof,
                self.change,
                self.opening,
            ):
                own = self._as(role, record)
                tried = False
                for name in self._get_amounts(record):
                    allowed = role in (ACCOUNTING_ROLES if name in CREDIT else richer)
                    ways = self._get_ways(own, name)
                    if allowed and tried:
                        # Each computes the figures of a past date anew.
                        ways = {"read": ways["read"]}
                    tried = tried or allowed
                    for way, read in ways.items():
                        with self.subTest(role=role, field=name, way=way):
                            self.assertReads(allowed, read)

    def _get_amounts(self, record):
        return [name for name, field in record._fields.items() if field.type == "monetary"]

    def test_every_amount_is_on_the_list(self):
        for model, names in AMOUNTS.items():
            bridged = BRIDGED & self.env[model]._fields.keys()
            found = set(self._get_amounts(self.env[model]))
            self.assertEqual(found, {*names, *bridged})

    def test_no_path_leads_to_an_amount(self):
        partner = self._as("own documents", self.customer)
        order = self._as("own documents", self.order)
        move = self._as("own documents", self.order_move)
        rich = [("purchase_amount", ">", 100)]
        paths = {
            "partner, path": lambda: partner.search(
                [("lifecycle_profile_id.purchase_amount", ">", 100)]
            ),
            "partner, any": lambda: partner.search([("lifecycle_profile_id", "any", rich)]),
            "partner, not any": lambda: partner.search([("lifecycle_profile_id", "not any", rich)]),
            "order, path": lambda: order.search(
                [("lifecycle_profile_id.purchase_amount", ">", 100)]
            ),
            "order, over the partner": lambda: order.search(
                [("partner_id.lifecycle_profile_id.purchase_amount", ">", 100)]
            ),
            "move, path": lambda: move.search([("profile_id.purchase_amount", ">", 100)]),
            "move, any": lambda: move.search([("profile_id", "any", rich)]),
            "move, group": lambda: move.formatted_read_group(
                [], ["profile_id.purchase_amount"], ["__count"]
            ),
            "partner, export": lambda: partner.export_data(
                ["lifecycle_profile_id/purchase_amount"]
            ),
            "partner, web_read": lambda: partner.web_read(
                {"lifecycle_profile_id": {"fields": {"purchase_amount": {}}}}
            ),
            "partner, web_read of the figures": lambda: partner.web_read(
                {"lifecycle_profile_ids": {"fields": {"purchase_amount": {}}}}
            ),
            "move, web_read": lambda: move.web_read(
                {"profile_id": {"fields": {"purchase_amount": {}}}}
            ),
            "partner, mapped": lambda: partner.mapped("lifecycle_profile_id.purchase_amount"),
            "partner, filtered": lambda: partner.filtered_domain(
                [("lifecycle_profile_id.purchase_amount", ">", 100)]
            ),
        }
        for name, path in paths.items():
            with self.subTest(name):
                self.assertAccess(False, path)
        with self.subTest("the same for a manager"):
            manager = self._as("sales manager", self.customer)
            self.assertEqual(
                manager.search(
                    Domain("lifecycle_profile_id.purchase_amount", ">", 100)
                    & Domain("id", "=", self.customer.id)
                ),
                self.customer,
            )

    def test_salespeople_read_counts_and_dates(self):
        [figures] = self._as("own documents", self.profile).read()
        self.assertEqual(figures["purchase_count"], 1)
        self.assertEqual(str(figures["last_purchase_date"]), "2026-03-03")
        self.assertFalse(figures.keys() & set(AMOUNTS["crm.lifecycle.profile"]))


@tagged("post_install", "-at_install")
class TestEvidenceAccess(FieldAccessCase):
    """Accountants, who have no right on leads, learn no lead's name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("_create_prospect")
        case._create_prospect()

    def _create_prospect(self):
        cls = type(self)
        cls.prospect = self._create_customer("Prospect Ltd")
        with self.at("2026-03-05"):
            cls.secret = self._create_opportunity(self.prospect, name="Secret takeover")
            self._process_queue()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _read_everything(self, role):
        """Return all that a role can read of the prospect, as one text."""
        profile = self._as(role, self._profile(self.prospect))
        partner = self._as(role, self.prospect)
        texts = [
            partner.read(["lifecycle_stage_reason", "lifecycle_stage_id"]),
            profile.read(),
            profile.transition_ids.read(),
            profile.web_read(
                {"stage_reason": {}, "transition_ids": {"fields": {"reason": {}, "evidence": {}}}}
            ),
            partner.web_read(
                {"lifecycle_transition_ids": {"fields": {"reason": {}, "document_name": {}}}}
            ),
            profile.export_data(
                ["stage_reason", "stage_transition_id/document_name", "transition_ids/reason"]
            ),
            partner.message_ids.mapped("body"),
        ]
        if role != "own documents":
            texts.append(
                self._as(role, self.env["crm.lifecycle.event"]).search_read(
                    [("partner_id", "=", self.prospect.id)]
                )
            )
        return repr(texts)

    def test_a_lead_is_named_to_those_alone_who_have_a_right_on_leads(self):
        for role, named in (
            ("own documents", True),
            ("all documents", True),
            ("sales manager", True),
            ("invoicing", False),
            ("auditor", False),
        ):
            # In one transaction, so that nobody gets what another one's rights computed.
            with self.subTest(role):
                (self.assertIn if named else self.assertNotIn)(
                    "Secret takeover", self._read_everything(role)
                )

    def test_accountants_read_kind_and_date_instead(self):
        for role, reason in (
            ("auditor", "Opportunity opened on March 5, 2026"),
            ("own documents", "Opportunity opened on March 5, 2026: Secret takeover"),
        ):
            with self.subTest(role):
                partner = self._as(role, self.prospect)
                self.assertEqual(partner.lifecycle_stage_reason, reason)
                profile = self._as(role, self._profile(self.prospect))
                self.assertEqual(profile.stage_reason, reason)
                self.assertEqual(profile.stage_transition_id.reason, reason)

    def test_orders_and_invoices_are_named_to_everybody_who_reads_the_stage(self):
        for role in (*SALES_ROLES, *ACCOUNTING_ROLES):
            with self.subTest(role):
                self.assertEqual(
                    self._as(role, self.customer).lifecycle_stage_reason,
                    f"1st purchase on March 3, 2026: {self.order.name}",
                )

    def test_a_deleted_document_is_told_from_a_hidden_one(self):
        profile = self._profile(self.prospect)
        auditor = self._as("auditor", profile.stage_transition_id)
        self.assertTrue(auditor.document_hidden)
        with self.assertRaises(AccessError):
            auditor.action_open_document()
        self.secret.unlink()
        self.env.invalidate_all()
        self.assertFalse(auditor.document_hidden)
        self.assertIn("a deleted document", auditor.reason)

    def test_the_chatter_names_no_lead(self):
        buyer = self._create_customer("Buyer Ltd")
        self._create_agreement(buyer, "2026-03-06", "2026-03-06", reference="A-42")
        with self.at("2026-03-06"):
            self._process_queue()
        with self.at("2026-03-07"):
            self._create_opportunity(buyer, name="Secret takeover")
            self._process_queue()
        bodies = " ".join(buyer.message_ids.mapped("body"))
        self.assertIn("Business partner", bodies)
        self.assertIn("Prospect", bodies)
        self.assertIn("A-42", bodies)
        self.assertNotIn("Secret takeover", bodies)

    def test_a_rating_of_a_lead_does_not_name_it_either(self):
        rating = self._rate(self.secret, self.prospect, 5)
        self.assertIn("Secret takeover", rating.display_name)
        move = self._profile(self.prospect).stage_transition_id
        self.env.cr.execute(
            "UPDATE crm_lifecycle_transition SET res_model = 'rating.rating', res_id = %s"
            " WHERE id = %s",
            [rating.id, move.id],
        )
        self.env.invalidate_all()
        for role, named in (("own documents", True), ("auditor", False)):
            with self.subTest(role):
                name = self._as(role, move).document_name or ""
                self.assertEqual("Secret takeover" in name, named)
