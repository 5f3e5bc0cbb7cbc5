from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_lifecycle.engine import rules

from .common import SALES_MANAGER, LifecycleCase
from .test_access_models import AccessCase

RULESET_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_policy_ruleset"


class PolicyCase(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policies = cls.env["crm.lifecycle.policy"]
        cls.active = cls._active_policy()
        cls.manager = cls._create_user("lifecycle_manager", SALES_MANAGER)

    @classmethod
    def _active_policy(cls, company=None):
        domain = [("company_id", "=", (company or cls.company).id), ("state", "=", "active")]
        return cls.env["crm.lifecycle.policy"].search(domain)

    def _line(self, code, metric, operator=">=", value=1, **vals):
        """Return the command that adds a criterion."""
        return Command.create(
            {
                "stage_id": self.stages[code].id,
                "metric": metric,
                "operator": operator,
                "value": value,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestDefault(PolicyCase):
    """Each company has rules from its first day on."""

    def test_a_new_company_starts_on_the_default(self):
        company = self.env["res.company"].create({"name": "Lifecycle New Company"})
        policy = self._active_policy(company)
        self.assertRecordValues(policy, [{"version": 1, "parent_id": False}])
        self.assertTrue(policy.activated_at)
        self.assertEqual(policy._get_ruleset(), rules.DEFAULT)
        self.assertFalse(policy.message_ids)

    def test_they_are_named_in_the_companys_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        partner = self.env["res.partner"].create({"name": "上海", "lang": "zh_CN"})
        company = self.env["res.company"].create({"name": "上海", "partner_id": partner.id})
        self.assertEqual(self._active_policy(company).name, "默认规则")

    def test_a_defect_leaves_the_company_created(self):
        with (
            patch.object(
                self.registry["crm.lifecycle.policy"], "_create_default", side_effect=ValueError
            ),
            self.assertLogs(RULESET_LOG, "ERROR"),
        ):
            company = self.env["res.company"].create({"name": "Lifecycle New Company"})
        self.assertTrue(company.exists())
        self.assertFalse(self._active_policy(company))
        self.assertNotIn(company.id, self.policies._get_active_rulesets())
        self.policies._create_default_everywhere()
        self.assertEqual(self._active_policy(company)._get_ruleset(), rules.DEFAULT)

    def test_an_update_gives_nobody_rules_twice(self):
        self.policies._create_default_everywhere()
        before = self.policies.sudo().search([])
        self.policies._create_default_everywhere()
        self.assertEqual(self.policies.sudo().search([]), before)

    def test_the_active_rules_of_all_companies_cost_the_same_queries(self):
        counts = []
        for number in (0, 1, 5):
            companies = self.env["res.company"].create(
                [{"name": f"Lifecycle Company {number} {index}"} for index in range(number)]
            )
            self.env.flush_all()
            policies = self.policies.with_user(self.salesperson)
            # The rules of a version are read once.
            policies._get_active_rulesets()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rulesets = policies._get_active_rulesets()
            counts.append(self.env.cr.sql_log_count - before)
            for company in companies | self.company:
                policy_id, ruleset = rulesets[company.id]
                self.assertEqual(policy_id, self._active_policy(company).id)
                self.assertEqual(ruleset, rules.DEFAULT)
        self.assertEqual(counts, [1, 1, 1])

    def test_settings_become_shares_and_days(self):
        draft = self.active.copy()
        draft.write(
            {
                "basis": "paid",
                "tolerance": 12.5,
                "minimum_stay": 30,
                "company_interval": 60,
                "minimum_spread": 25,
                "lapsed_spreads": 4,
            }
        )
        self.env.invalidate_all()
        ruleset = draft._get_ruleset()
        self.assertEqual(
            (ruleset.basis, ruleset.tolerance, ruleset.minimum_stay), ("paid", 0.125, 30)
        )
        self.assertEqual(
            ruleset.status,
            rules.StatusRule(company_interval=60, minimum_spread=0.25, lapsed_spreads=4.0),
        )
        twin = self.policies.create({"name": "Twin", **self.policies._prepare_vals(ruleset)})
        self.assertEqual(twin._get_ruleset(), ruleset)


@tagged("post_install", "-at_install")
class TestStates(PolicyCase):
    """Draft, active, retired: one active at a time, and nothing is lost."""

    def test_activating_retires_the_former_version(self):
        draft = self.active.copy()
        with self.at("2026-03-03"):
            action = draft.with_user(self.manager).action_activate()
        self.assertEqual(action["tag"], "display_notification")
        self.assertRecordValues(
            self.active | draft,
            [
                {"state": "retired", "activated_by_id": False},
                {"state": "active", "activated_by_id": self.manager.id},
            ],
        )
        self.assertEqual(str(self.active.retired_at), "2026-03-03 12:00:00")
        self.assertEqual(str(draft.activated_at), "2026-03-03 12:00:00")
        self.assertEqual(draft.previous_id, self.active)
        self.assertEqual(self.policies._get_active_rulesets()[self.company.id][0], draft.id)
        # Kept, and readable.
        self.assertEqual(self.active._get_ruleset(), rules.DEFAULT)

    def test_activating_queues_the_customers_of_the_company(self):
        customer, other = self._create_customer(), self._create_customer("Elsewhere")
        company = self._create_company("Lifecycle Other Company", "base.USD")
        self._confirm_order(customer)
        self._confirm_order(other, company_id=company.id)
        self._process_queue()
        self.active.copy().action_activate()
        rebuild = self.passes.search([], limit=1)
        self.assertEqual((rebuild.kind, rebuild.company_id), ("policy", self.company))
        self.assertFalse(self.queue.search([]))
        self.passes._search_waiting()
        queued = self._gathered(rebuild)
        self.assertEqual(queued.count(customer.id), 1)
        self.assertNotIn(other.id, queued)

    def test_rolling_back_returns_to_the_version_before(self):
        second = self.active.copy()
        second.action_activate()
        third = second.copy()
        third.action_activate()
        third.action_roll_back()
        self.assertEqual(
            (self.active | second | third).mapped("state"), ["retired", "active", "retired"]
        )
        self.assertEqual(second.previous_id, third)
        self.assertFalse(second.retired_at)

    def test_what_cannot_be_activated_or_rolled_back_says_why(self):
        draft = self.active.copy()
        for action, reason in (
            (self.active.action_activate, "active already"),
            (self.active.action_roll_back, "none to return to"),
            (draft.action_roll_back, "from the active version"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(UserError, reason):
                action()

    def test_two_versions_are_never_active(self):
        draft = self.active.copy()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            draft.sudo().write({"state": "active"})
            self.env.flush_all()

    def test_bad_rules_are_refused_with_all_the_reasons(self):
        draft = self.active.copy({"criterion_ids": []})
        with self.assertRaisesRegex(ValidationError, "everybody would be a suspect"):
            draft.action_activate()
        draft.write(
            {
                "criterion_ids": [
                    self._line("first_buyer", "purchases", value=1),
                    self._line("long_term", "purchases", value=2),
                ]
            }
        )
        # What the checks of the records could not see.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_criterion SET value = value - 1 WHERE policy_id = %s", [draft.id]
        )
        self.env.invalidate_all()
        with self.assertRaises(ValidationError) as refusal:
            draft.action_activate()
        for reason in ("cannot be activated", "First-time buyer", "bought only once"):
            self.assertIn(reason, str(refusal.exception))
        self.assertEqual(self.active.state, "active")

    def test_a_retired_version_can_be_activated_again(self):
        self.active.copy().action_activate()
        self.active.action_activate()
        self.assertEqual(self._active_policy(), self.active)


@tagged("post_install", "-at_install")
class TestVersions(PolicyCase):
    """A version that has decided on customers stays as it is."""

    def test_a_copy_is_a_draft_with_the_next_number(self):
        copies = self.active.copy() | self.active.copy()
        self.assertRecordValues(
            copies,
            [
                {"state": "draft", "version": 2, "parent_id": self.active.id},
                {"state": "draft", "version": 3, "parent_id": self.active.id},
            ],
        )
        for copy in copies:
            self.assertEqual(copy._get_ruleset(), rules.DEFAULT)
            self.assertFalse(copy.activated_at)

    def test_the_button_opens_the_copy(self):
        action = self.active.with_user(self.manager).action_duplicate()
        self.assertEqual(self.policies.browse(action["res_id"]).parent_id, self.active)

    def test_companies_count_their_versions_themselves(self):
        other = self.env["res.company"].create({"name": "Lifecycle Other Company"})
        created = self.policies.create(
            [{"name": "Mine"}, {"name": "Theirs", "company_id": other.id}, {"name": "Mine too"}]
        )
        self.assertEqual(created.mapped("version"), [2, 2, 3])
        elsewhere = self.active.copy({"company_id": other.id})
        self.assertEqual((elsewhere.version, elsewhere.parent_id.id), (3, False))

    def test_a_new_version_starts_with_the_default_criteria(self):
        with Form(self.policies.with_user(self.manager)) as form:
            form.name = "Ours"
        self.assertEqual(form.record._get_ruleset(), rules.DEFAULT)
        self.assertEqual(form.record.state, "draft")

    def test_only_drafts_can_be_changed(self):
        draft = self.active.copy()
        self.active.copy().action_activate()
        now_active, retired = self._active_policy(), self.active
        for policy, state in ((now_active, "is active"), (retired, "is retired")):
            line = policy.criterion_ids[:1]
            for change in (
                lambda policy=policy: policy.write({"tolerance": 10}),
                lambda policy=policy: policy.write({"won_back_days": 10}),
                lambda policy=policy: policy.write({"criterion_ids": [Command.clear()]}),
                lambda line=line: line.write({"value": 7}),
                lambda line=line: line.copy(),
                lambda line=line: line.unlink(),
                lambda line=line: draft.criterion_ids[:1].write({"policy_id": line.policy_id.id}),
            ):
                with self.subTest(state), self.assertRaisesRegex(UserError, state):
                    change()
            with self.assertRaisesRegex(UserError, "only drafts can be deleted"):
                policy.unlink()
            # What decides nothing on customers.
            policy.write({"name": "Renamed", "description": "Told apart"})
            policy.write({"override_needs_approval": False})
        draft.write({"tolerance": 10})
        draft.criterion_ids[:1].write({"value": 7})
        draft.criterion_ids[:1].unlink()
        draft.unlink()

    def test_state_and_version_cannot_be_forged(self):
        draft = self.active.copy().with_user(self.manager)
        for values in (
            {"state": "active"},
            {"version": 77},
            {"activated_at": "2020-01-01"},
            {"previous_id": self.active.id},
        ):
            with self.subTest(values):
                with self.assertRaises(AccessError):
                    draft.write(values)
                with self.assertRaises(AccessError):
                    draft.create({"name": "Forged", **values})

    def test_a_version_stays_with_its_company(self):
        other = self.env["res.company"].create({"name": "Lifecycle Other Company"})
        draft = self.active.copy()
        with self.assertRaisesRegex(UserError, "stays with its company"):
            draft.company_id = other
        draft.write({"company_id": self.company.id})

    def test_settings_out_of_range_say_why(self):
        draft = self.active.copy()
        for values in (
            {"tolerance": 51},
            {"tolerance": -1},
            {"minimum_stay": 366},
            {"minimum_stay": -1},
            {"company_interval": 0},
            {"company_spread": -1},
            {"minimum_gaps": 1},
            {"minimum_spread": -1},
            {"at_risk_spreads": 0},
            {"at_risk_spreads": 3, "lapsed_spreads": 3},
            {"won_back_days": -1},
            {"won_back_purchases": 0},
        ):
            with self.subTest(values), mute_logger("odoo.sql_db"):
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    draft.write(values)
                    self.env.flush_all()
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRhythm(PolicyCase):
    """The company's rhythm can be measured from its orders."""

    def test_few_purchases_are_no_measure(self):
        draft = self.active.copy()
        self._buy(self._create_customer(), "2026-01-01", "2026-02-01")
        with self.assertRaisesRegex(UserError, "has 1 intervals"):
            draft.action_measure_rhythm()
        self.assertEqual((draft.company_interval, draft.company_spread), (90, 45))

    def test_median_and_spread_of_the_intervals(self):
        draft = self.active.copy()
        # 4 customers with 5 intervals each: 10, 20, 30, 40 and 50 days.
        days = ("2026-01-01", "2026-01-11", "2026-01-31", "2026-03-02", "2026-04-11", "2026-05-31")
        for number in range(4):
            customer = self._create_customer(f"Customer {number}")
            contact = self._create_customer("Buyer", parent_id=customer.id, is_company=False)
            for index, day in enumerate(days):
                # A second order of the day, and one given away, are no interval.
                self._buy(contact if index % 2 else customer, day, day)
                self._buy(customer, day, amount=0.0)
        action = draft.with_user(self.manager).action_measure_rhythm()
        self.assertIn("20 intervals", action["params"]["message"])
        self.assertEqual((draft.company_interval, draft.company_spread), (30, 20))

    def test_what_decides_is_not_measured_anew(self):
        with self.assertRaisesRegex(UserError, "is active"):
            self.active.action_measure_rhythm()


@tagged("post_install", "-at_install")
class TestPolicyAccess(AccessCase):
    """Rules are the managers' business, and everybody's evidence."""

    def test_only_managers_run_the_actions(self):
        active = self.env["crm.lifecycle.policy"].search(
            [("company_id", "=", self.company.id), ("state", "=", "active")]
        )
        second = active.copy()
        second.action_activate()
        draft = second.copy()
        for role in self.users:
            for policy, name in (
                (draft, "action_activate"),
                (active, "action_activate"),
                (second, "action_roll_back"),
                (draft, "action_duplicate"),
            ):
                with self.subTest(role=role, name=name):
                    action = getattr(self._as(role, policy), name)
                    self.assertAccess(role == "sales manager", action)
            with self.subTest(role=role, name="action_measure_rhythm"):
                own = self._as(role, draft)
                # A manager is told that there is too little to measure.
                error = UserError if role == "sales manager" else AccessError
                self.assertAccess(False, own.action_measure_rhythm, error=error)
            with self.subTest(role=role, name="compare"):
                compare = self._as(role, self.env["crm.lifecycle.policy.compare"])
                values = {"policy_id": draft.id, "other_id": active.id}
                self.assertAccess(role == "sales manager", compare.create, values)

    def test_rules_are_those_of_the_ticked_companies(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        policy = self.env["crm.lifecycle.policy"].search([("company_id", "=", company.id)])
        for role in ("own documents", "sales manager", "invoicing"):
            with self.subTest(role):
                own = self._as(role, policy)
                self.assertFalse(own.search([("company_id", "=", company.id)]))
                self.assertFalse(
                    self._as(role, policy.criterion_ids).search([("policy_id", "=", policy.id)])
                )
                self.assertAccess(False, own.read, ["name"])
                self.assertAccess(False, self._as(role, policy.criterion_ids).read, ["value"])
        foreign = self._as("sales manager", policy)
        self.assertAccess(False, foreign.action_duplicate)
        self.assertAccess(False, foreign.action_activate)
        self.assertAccess(False, foreign.create, {"name": "Theirs", "company_id": company.id})


@tagged("post_install", "-at_install")
class TestPoliciesForged(PolicyCase):
    """What is in force cannot be changed by a default in the context."""

    def test_a_default_policy_adds_no_criterion_to_rules_in_force(self):
        active = self.env["crm.lifecycle.policy"].search(
            [("company_id", "=", self.company.id), ("state", "=", "active")]
        )
        before = active._get_ruleset()
        criteria = self.env["crm.lifecycle.criterion"].with_context(default_policy_id=active.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            criteria.create(
                {
                    "stage_id": self.stages["repeat_buyer"].id,
                    "metric": "purchases",
                    "operator": ">=",
                    "value": 50,
                    "group": 7,
                }
            )
        self.env.invalidate_all()
        self.assertEqual(active._get_ruleset(), before)

    def test_a_default_state_makes_no_rules_active(self):
        manager = self._create_user("lifecycle_forger", SALES_MANAGER)
        policies = self.env["crm.lifecycle.policy"].with_user(manager)
        forged = policies.with_context(
            default_state="active", default_activated_by_id=manager.id
        ).create({"name": "Forged", "company_id": self.company.id})
        self.assertEqual(forged.state, "draft")
        self.assertFalse(forged.activated_by_id)
