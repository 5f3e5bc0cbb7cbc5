from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import READONLY_ACCOUNTING, SALES_ALL, LifecycleCase

MODELS = (
    "crm.lifecycle.profile",
    "crm.lifecycle.transition",
    "crm.lifecycle.state",
    "crm.lifecycle.snapshot",
    "crm.lifecycle.event",
    "crm.lifecycle.agreement",
    "crm.lifecycle.mark",
    "crm.lifecycle.override",
    "crm.lifecycle.loss",
    "crm.lifecycle.policy",
    "crm.lifecycle.criterion",
    "crm.lifecycle.persona",
    "crm.lifecycle.persona.line",
    "crm.lifecycle.segment",
    "crm.lifecycle.value",
    "crm.lifecycle.value.entry",
    "crm.lifecycle.value.cut",
    "crm.lifecycle.rfm.cut",
    "crm.lifecycle.value.asof",
    "crm.lifecycle.revenue.change",
    "crm.lifecycle.service.rate",
    "crm.lifecycle.wallet",
    "crm.lifecycle.white.space",
    "crm.lifecycle.basket.pair",
    "crm.lifecycle.type.move",
    "crm.lifecycle.segment.move",
    "crm.lifecycle.type.override",
    "crm.lifecycle.fact",
    "crm.lifecycle.competitor",
    "crm.lifecycle.competitor.presence",
    "crm.lifecycle.data.review",
    "crm.lifecycle.data.confirmation",
    "crm.lifecycle.service.level",
    "crm.lifecycle.loyalty.level",
    "crm.lifecycle.account.member",
    "crm.lifecycle.mismatch",
    "crm.lifecycle.mismatch.waiver",
    "crm.lifecycle.coverage",
    "crm.lifecycle.cadence",
    "crm.lifecycle.follow.up",
    "crm.lifecycle.question",
    "crm.lifecycle.idea",
    "crm.lifecycle.referral",
    "crm.lifecycle.referral.reward",
    "crm.lifecycle.referral.code",
    "crm.lifecycle.referral.tree",
    "crm.lifecycle.referral.share",
    "crm.lifecycle.referrer",
    "crm.lifecycle.contact",
    "crm.lifecycle.day.line",
    "crm.lifecycle.important.date",
    "crm.lifecycle.return.visit",
    "crm.lifecycle.interview.round",
    "crm.lifecycle.interview",
    "crm.lifecycle.benefit.summary",
    "crm.complaint",
    "crm.complaint.deadline",
    "crm.complaint.report",
    "crm.complaint.rate",
    "crm.complaint.complainer",
    "crm.complaint.theme",
    "crm.complaint.product",
    "crm.lifecycle.satisfaction",
    "crm.lifecycle.satisfaction.statement",
    "crm.lifecycle.indicator",
    "crm.lifecycle.indicator.entry",
    "crm.lifecycle.repurchase",
    "crm.lifecycle.satisfaction.change",
    "crm.lifecycle.switching",
    "crm.complaint.hold",
    "crm.complaint.remedy",
    "crm.lifecycle.dunning.level",
    "crm.lifecycle.dunning.notice",
)
# What those who keep the books do not read.
SALES_ONLY = ("crm.lifecycle.day.line",)
# What managers alone or nobody reach, or may concern all companies.
MANAGED = (
    "crm.lifecycle.purchase.day",
    "crm.lifecycle.pass",
    "crm.lifecycle.pass.batch",
    "crm.lifecycle.reclassification",
    "crm.lifecycle.preview",
    "crm.lifecycle.preview.line",
    "crm.lifecycle.preview.type",
    "crm.lifecycle.policy.compare",
    "crm.lifecycle.cadence.load",
    "crm.lifecycle.satisfaction.evidence",
)


class CompaniesCase(LifecycleCase):
    """Two companies, in euros and in dollars, that share customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_usd = cls._create_company("Lifecycle Dollar Company", "base.USD")
        cls.both = cls.company | cls.company_usd
        cls.env.user.company_ids = [Command.link(cls.company_usd.id)]
        cls.customer = cls._create_customer("Shared Ltd")
        cls.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": cls.env.ref("base.USD").id,
                "company_id": cls.company.id,
                "rate": 2.0,
            }
        )

    def _in(self, companies, records):
        return records.with_context(allowed_company_ids=companies.ids)


@tagged("post_install", "-at_install")
class TestSharedCustomers(CompaniesCase):
    """A customer has a profile of its own in each company."""

    def test_two_companies_keep_two_profiles_in_their_currencies(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer, 100.0)
            self._confirm_order(self.customer, 30.0, company_id=self.company_usd.id)
        with self.at("2026-03-04"):
            self._confirm_order(self.customer, 50.0, company_id=self.company_usd.id)
            self._process_queue()
        euros, dollars = (
            self._profile(self.customer),
            self._profile(self.customer, self.company_usd),
        )
        self.assertEqual(
            [
                (profile.stage_id.code, profile.purchase_amount, profile.currency_id.name)
                for profile in (euros, dollars)
            ],
            [("first_buyer", 100.0, "EUR"), ("repeat_buyer", 80.0, "USD")],
        )

    def test_a_contacts_fields_follow_the_current_company(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._create_opportunity(self.customer, company_id=self.company_usd.id)
            self._process_queue()
        partners = self.env["res.partner"]
        third = self._create_company("Lifecycle Third Company", "base.EUR")
        self.env.user.company_ids = [Command.link(third.id)]
        for company, stage in (
            (self.company, "first_buyer"),
            (self.company_usd, "prospect"),
            (third, False),
        ):
            with self.subTest(company.name):
                # The first company of the switcher is the current one.
                companies = company | self.both
                partner = self._in(companies, self.customer)
                self.assertEqual(partner.lifecycle_stage_id.code, stage)
                self.assertEqual(
                    partner.lifecycle_profile_id.company_id.ids, company.ids[: bool(stage)]
                )
                wanted = self.stages[stage].id if stage else False
                found = self._in(companies, partners).search(
                    [("lifecycle_stage_id", "=", wanted), ("id", "=", partner.id)]
                )
                self.assertEqual(found, partner)
                [[grouped, count]] = self._in(companies, partners)._read_group(
                    [("id", "=", partner.id)], ["lifecycle_stage_id"], ["__count"]
                )
                self.assertEqual((grouped.code, count), (stage, 1))

    def test_a_document_shows_the_stage_in_its_own_company(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            lead = self._create_opportunity(self.customer, company_id=self.company_usd.id)
            self._process_queue()
        for company in self.both:
            with self.subTest(company.name):
                companies = company | self.both
                self.assertEqual(self._in(companies, order).lifecycle_stage_id.code, "first_buyer")
                self.assertEqual(self._in(companies, lead).lifecycle_stage_id.code, "prospect")
                self.assertEqual(
                    self._in(companies, order).search(
                        [("lifecycle_stage_id", "=", "First-time buyer"), ("id", "=", order.id)]
                    ),
                    order,
                )

    def test_a_lead_without_a_company_belongs_to_who_deals_with_it(self):
        team = self.env["crm.team"].create({"name": "Dollars", "company_id": self.company_usd.id})
        nobodys_team = self.env["crm.team"].create({"name": "All", "company_id": False})
        seller = self._create_user("lifecycle_usd", SALES_ALL, company=self.company_usd)
        author = self._create_user("lifecycle_author", SALES_ALL, company=self.company_usd)
        nobody = {"company_id": False, "team_id": False, "user_id": False}
        for name, creator, values, company in (
            ("its own", self.env.user, {"company_id": self.company.id, "team_id": False}, "EUR"),
            ("its team's", self.env.user, {**nobody, "team_id": team.id}, "USD"),
            ("its salesperson's", self.env.user, {**nobody, "user_id": seller.id}, "USD"),
            (
                "its salesperson's, the team having none",
                self.env.user,
                {**nobody, "team_id": nobodys_team.id, "user_id": seller.id},
                "USD",
            ),
            ("its author's", author, nobody, "USD"),
        ):
            with self.subTest(name):
                customer = self._create_customer(name)
                leads = self.env["crm.lead"].with_user(creator).sudo()
                lead = leads.create(
                    {"name": name, "type": "lead", "partner_id": customer.id, **nobody}
                )
                # The host fills in, or refuses, what older data may well have.
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE crm_lead SET company_id = %s, team_id = %s, user_id = %s WHERE id = %s",
                    [
                        values.get("company_id") or None,
                        values.get("team_id") or None,
                        values.get("user_id") or None,
                        lead.id,
                    ],
                )
                self.env.invalidate_all()
                self._process_queue()
                profiles = (
                    self.env["crm.lifecycle.profile"]
                    .sudo()
                    .search([("partner_id", "=", customer.id)])
                )
                self.assertEqual(profiles.company_id.currency_id.name, company)

    def test_agreements_and_marks_hold_in_their_company_alone(self):
        self._create_agreement(self.customer, "2026-01-01", company_id=self.company_usd.id)
        self._create_mark(self.customer, date_start="2026-01-01")
        with self.at("2026-03-03"):
            self._process_queue()
        self.assertEqual(self._profile(self.customer).stage_id.code, "suspect")
        self.assertEqual(self._profile(self.customer, self.company_usd).stage_id.code, "partner")

    def test_a_referral_counts_where_the_referred_customer_buys(self):
        referred = self._create_customer("Referred", lifecycle_referrer_id=self.customer.id)
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._confirm_order(self.customer, company_id=self.company_usd.id)
            self._confirm_order(referred, company_id=self.company_usd.id)
            self._process_queue()
            # What the contact says counts wherever nobody says otherwise.
            self.env["crm.lifecycle.referral.job"]._work_off(self.company_usd, "unclaimed")
            self._process_queue()
        self.assertEqual(self._profile(self.customer).stage_id.code, "first_buyer")
        self.assertEqual(self._profile(self.customer, self.company_usd).stage_id.code, "strategic")


@tagged("post_install", "-at_install")
class TestCompanyRules(CompaniesCase):
    """Nobody sees what belongs to a company that they are not in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_records")._set_up_records()

    def _set_up_records(self):
        cls = type(self)
        for company in self.both:
            self._create_agreement(self.customer, "2026-01-01", company_id=company.id)
            self._create_mark(self.customer, company_id=company.id, date_start="2026-01-01")
            self._create_override(
                self.customer,
                company_id=company.id,
                date_start="2025-01-01",
                date_end="2025-01-31",
            )
            self._create_loss(self.customer, company_id=company.id, date="2025-01-01")
            # From its day on the customer is of another type, which is a move.
            self.env["crm.lifecycle.type.override"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "customer_type": "hybrid",
                    "reason": "Met",
                    "date_start": "2026-03-01",
                    "date_end": "2026-03-31",
                }
            )
            self.env["crm.lifecycle.persona"].create(
                {
                    "name": "Gardens",
                    "company_id": company.id,
                    "line_ids": [
                        Command.create({"kind": "domain", "domain": "[('is_company', '=', True)]"})
                    ],
                }
            )
        with self.at("2026-03-02"):
            friend, newcomer = self._create_customer("Friend"), self._create_customer("Newcomer")
            for company in self.both:
                self.env["crm.lifecycle.referral.code"].create(
                    {"partner_id": self.customer.id, "company_id": company.id}
                )
                for referrer, customer in ((friend, self.customer), (self.customer, newcomer)):
                    claim = self.env["crm.lifecycle.referral"].create(
                        {
                            "referrer_id": referrer.id,
                            "partner_id": customer.id,
                            "company_id": company.id,
                        }
                    )
                    self.env["crm.lifecycle.referral.reward"].create(
                        {"referral_id": claim.id, "amount": 5.0, "date_due": "2026-03-02"}
                    )
        with self.at("2026-03-03"):
            for company in self.both:
                order = self._confirm_order(self.customer, company_id=company.id)
                self._invoice_order(order.with_company(company))
            self.env["crm.lifecycle.service.rate"].create(
                [{"company_id": company.id, "amount": 10.0} for company in self.both]
            )
            # From a small business they grow into a preferred account.
            for employees in (100, 500):
                self.customer.lifecycle_employee_count = employees
                self._process_queue()
        self.env["crm.lifecycle.value.cut"].search([]).unlink()
        self.env["crm.lifecycle.value.cut"].create(
            [
                {"company_id": company.id, "date": "2026-03-03", "basis": "margin"}
                for company in self.both
            ]
        )
        self.env["crm.lifecycle.rfm.cut"].search([]).unlink()
        self.env["crm.lifecycle.rfm.cut"].create(
            [{"company_id": company.id, "date": "2026-03-03"} for company in self.both]
        )
        today = fields.Date.today()
        self.env["crm.lifecycle.wallet"].create(
            [
                {"partner_id": self.customer.id, "company_id": company.id, "amount": 900.0}
                for company in self.both
            ]
        )
        for company in self.both:
            competitor = self.env["crm.lifecycle.competitor"].create(
                {"name": "Acme", "company_id": company.id}
            )
            for model, values in (
                ("competitor.presence", {"competitor_id": competitor.id}),
                ("data.confirmation", {"reason": "stale"}),
            ):
                self.env[f"crm.lifecycle.{model}"].create(
                    {"partner_id": self.customer.id, "company_id": company.id, **values}
                )
        for company in self.both:
            cadence = self.env["crm.lifecycle.cadence"].create(
                {"name": "Monthly", "company_id": company.id}
            )
            for model, values in (
                ("follow.up", {"cadence_id": cadence.id, "date_due": today}),
                ("question", {"name": "Which colour?"}),
                *(
                    ("satisfaction.statement", {"value": 4, "date": today - timedelta(days=days)})
                    for days in (400, 200, 0)
                ),
                ("idea", {"name": "Hooks"}),
            ):
                self.env[f"crm.lifecycle.{model}"].create(
                    {"partner_id": self.customer.id, "company_id": company.id, **values}
                )
            orders = self.env["sale.order"].search(
                [("partner_id", "=", self.customer.id), ("company_id", "=", company.id)]
            )
            orders.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
            interviews = self.env["crm.lifecycle.interview.round"].create(
                {"company_id": company.id}
            )
            for model, values in (
                ("important.date", {"partner_id": self.customer.id, "date": today}),
                ("return.visit", {"order_id": orders[:1].id}),
                ("benefit.summary", {"order_id": orders[:1].id}),
                ("interview", {"partner_id": self.customer.id, "round_id": interviews.id}),
            ):
                self.env[f"crm.lifecycle.{model}"].with_company(company).create(values)
            with self.at((today - timedelta(days=500)).isoformat()):
                self._post_invoice(self.customer, company_id=company.id)
            invoice = self.env["account.move"].search(
                [
                    ("partner_id", "=", self.customer.id),
                    ("company_id", "=", company.id),
                    ("move_type", "=", "out_invoice"),
                ],
                limit=1,
            )
            complaint = (
                self.env["crm.complaint"]
                .with_company(company)
                .create(
                    {
                        "subject": "It creaks",
                        "partner_id": self.customer.id,
                        "move_ids": invoice.ids,
                        "product_ids": self.product.ids,
                    }
                )
            )
            self.env["crm.complaint.remedy"].create(
                {"name": "Oil", "kind": "other", "complaint_id": complaint.id}
            )
            level = self.env["crm.lifecycle.dunning.level"].search(
                [("company_id", "=", company.id)], limit=1
            )
            self.env["crm.lifecycle.dunning.notice"].create(
                {
                    "move_id": invoice.id,
                    "level_id": level.id,
                    "date": today,
                    "state": "skipped",
                }
            )
        self._create_peers(self.customer, today.isoformat(), self.both)
        role = self.env.ref("crm_lifecycle.crm_lifecycle_account_role_service")
        person = self._create_user("lifecycle_member", SALES_ALL)
        person.company_ids = [Command.set(self.both.ids)]
        for company in self.both:
            self._create_order(self.customer, company_id=company.id).activity_schedule(
                "mail.mail_activity_data_call", user_id=person.id
            ).action_feedback()
        self.env["crm.lifecycle.account.member"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "user_id": person.id,
                    "role_id": role.id,
                }
                for company in self.both
            ]
        )
        self.env["crm.lifecycle.mismatch.waiver"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "kind": "team",
                    "reason": "Met",
                }
                for company in self.both
            ]
        )
        self.env.flush_all()
        cls.users = {
            "sales": self._create_user("lifecycle_eur", SALES_ALL),
            "auditor": self._create_user(
                "lifecycle_auditor", "base.group_user", READONLY_ACCOUNTING
            ),
        }

    def _records(self, model, company):
        records = self.env[model].with_context(allowed_company_ids=self.both.ids)
        return records.search([*self._get_domain(model), ("company_id", "=", company.id)])

    def _get_domain(self, model):
        """Return what finds this test's records, in both companies."""
        if "partner_id" in self.env[model]._fields:
            return [("partner_id", "=", self.customer.id)]
        return [("company_id", "in", self.both.ids)]

    def test_every_model_with_a_company_is_on_the_list(self):
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith(("crm.lifecycle.", "crm.complaint"))
            and "company_id" in model._fields
            # Bridges test their own.
            and model._original_module == "crm_lifecycle"
        }
        self.assertEqual(ours, {*MODELS, *MANAGED})

    def test_each_model_has_a_global_rule_on_its_own_company(self):
        for model in MODELS:
            with self.subTest(model):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model), ("groups", "=", False)]
                )
                self.assertEqual(
                    rules.mapped("domain_force"), ["[('company_id', 'in', company_ids)]"]
                )

    def test_what_managers_reach_is_kept_to_the_ticked_companies_too(self):
        for model in MANAGED:
            with self.subTest(model):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model), ("groups", "=", False)]
                )
                self.assertTrue(any("company_ids" in rule.domain_force for rule in rules))

    def test_each_model_shows_ones_own_company_alone(self):
        for role, user in self.users.items():
            for model in MODELS:
                if role == "auditor" and model in SALES_ONLY:
                    continue
                own = self._records(model, self.company)
                foreign = self._records(model, self.company_usd)
                self.assertTrue(own and foreign)
                # Any other rule out of the way, so that each is tested by itself.
                with self.subTest(role=role, model=model):
                    mine = self.env[model].with_user(user)
                    mine = mine.with_context(allowed_company_ids=self.company.ids)
                    domain = self._get_domain(model)
                    self.assertEqual(mine.search(domain), own)
                    [[count]] = mine._read_group(domain, [], ["__count"])
                    self.assertEqual(count, len(own))
                    with self.assertRaises(AccessError):
                        mine.browse(foreign.ids).read(["company_id"])
                    with self.assertRaises(AccessError):
                        mine.with_context(allowed_company_ids=self.both.ids).search(domain)

    def test_the_switcher_decides_for_those_in_both(self):
        user = self._create_user("lifecycle_both", SALES_ALL)
        user.company_ids = [Command.set(self.both.ids)]
        for model in MODELS:
            for companies in (self.company, self.company_usd, self.both):
                with self.subTest(model=model, companies=companies.mapped("name")):
                    mine = self.env[model].with_user(user)
                    mine = mine.with_context(allowed_company_ids=companies.ids)
                    found = mine.search(self._get_domain(model))
                    self.assertEqual(found.company_id, companies)

    def test_writing_across_companies_is_refused(self):
        manager = self._create_user("lifecycle_manager", "sales_team.group_sale_manager")
        for model, values in (
            ("crm.lifecycle.agreement", {"kind": "agent"}),
            ("crm.lifecycle.mark", {"reason": "Met", "kind": "exclusive"}),
            (
                "crm.lifecycle.override",
                {"reason": "Met", "stage_id": self.stages["partner"].id},
            ),
            (
                "crm.lifecycle.loss",
                {"reason_id": self.env["crm.lifecycle.loss.reason"].search([], limit=1).id},
            ),
            ("crm.lifecycle.type.override", {"reason": "Met", "customer_type": "hybrid"}),
        ):
            mine = self.env[model].with_user(manager)
            mine = mine.with_context(allowed_company_ids=self.company.ids)
            values = {"partner_id": self.customer.id, **values}
            record = mine.create(values)
            self.assertEqual(record.company_id, self.company)
            with self.subTest(model), self.assertRaises(AccessError):
                mine.create({**values, "company_id": self.company_usd.id})
            with self.subTest(model), self.assertRaises(AccessError):
                self._records(model, self.company_usd).with_env(mine.env).write(values)

    def test_a_contact_of_one_company_has_no_agreement_with_another(self):
        ours = self._create_customer("Ours", company_id=self.company.id)
        for model in ("crm.lifecycle.agreement", "crm.lifecycle.mark"):
            with self.subTest(model), self.assertRaisesRegex(Exception, "compan"):
                self.env[model].create(
                    {
                        "partner_id": ours.id,
                        "company_id": self.company_usd.id,
                        **({"reason": "Met"} if model.endswith("mark") else {}),
                    }
                )

    def test_branches_keep_to_themselves(self):
        branch = self.env["res.company"].create(
            {"name": "Lifecycle Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids = [Command.link(branch.id)]
        other = self._create_customer("Bought at the branch")
        with self.at("2026-03-03"):
            self._confirm_order(other, company_id=branch.id)
            self._confirm_order(self.customer, company_id=branch.id)
            self._process_queue()
        self.assertEqual(self._profile(self.customer, branch).purchase_count, 1)
        for company, expected in (
            (branch, {branch}),
            (self.company, {self.company}),
        ):
            user = self._create_user(f"lifecycle_in_{company.id}", SALES_ALL, company=company)
            for model in (
                "crm.lifecycle.profile",
                "crm.lifecycle.transition",
                "crm.lifecycle.event",
            ):
                with self.subTest(company=company.name, model=model):
                    mine = self.env[model].with_user(user)
                    mine = mine.with_context(allowed_company_ids=company.ids)
                    found = mine.search([("partner_id", "in", (self.customer | other).ids)])
                    self.assertEqual(set(found.company_id), expected)
            with self.subTest(company=company.name, field="stage"):
                partner = other.with_user(user).with_context(allowed_company_ids=company.ids)
                self.assertEqual(
                    partner.lifecycle_stage_id.code,
                    "first_buyer" if company == branch else False,
                )
