import doctest

from odoo.tests import BaseCase, TransactionCase, tagged

from ..demo import builder, deals
from ..engine.revenue_change import PARTS
from ..engine.type_rules import TYPES
from ..models.crm_lifecycle_stage import STAGE_CODES


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo company: customers in all eight stages, in both companies."""

    def setUp(self):
        super().setUp()
        self.shanghai = self.env.ref("crm_lifecycle.company_shanghai", raise_if_not_found=False)
        if not self.shanghai:
            self.skipTest("The database has no demo data")
        self.companies = self.env.ref("base.main_company") | self.shanghai

    def _get_demo_profiles(self, company):
        customers = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "res.partner")]
        )
        return self.env["crm.lifecycle.profile"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", customers.mapped("res_id")),
            ]
        )

    def test_all_eight_stages_occur_in_both_companies(self):
        for company in self.companies:
            with self.subTest(company=company.name):
                stages = self._get_demo_profiles(company).stage_id.mapped("code")
                self.assertEqual(stages and sorted(stages), sorted(STAGE_CODES))

    def test_companies_differ_in_currency_and_share_customers(self):
        main, shanghai = self.companies
        self.assertNotEqual(main.currency_id, shanghai.currency_id)
        shared = (
            self._get_demo_profiles(main).partner_id & self._get_demo_profiles(shanghai).partner_id
        )
        self.assertTrue(shared)

    def test_every_move_has_a_document(self):
        for company in self.companies:
            for move in self._get_demo_profiles(company).transition_ids:
                with self.subTest(customer=move.partner_id.name, move=move.display_name):
                    self.assertTrue(move.document_name)
                    self.assertFalse(move.superseded_at)

    def test_moves_lie_in_the_past_and_go_both_ways(self):
        for company in self.companies:
            moves = self._get_demo_profiles(company).transition_ids
            stage_moves = moves.filtered("stage_moved")
            with self.subTest(company=company.name):
                self.assertGreater(len(set(stage_moves.mapped("effective_date"))), 30)
                self.assertEqual(set(stage_moves.mapped("direction")), {"new", "up", "down"})
                self.assertEqual(set((moves - stage_moves).mapped("direction")), {"same"})

    def test_customers_have_a_value_and_a_class(self):
        for company in self.companies:
            profiles = self._get_demo_profiles(company)
            values = self.env["crm.lifecycle.value"].search([("profile_id", "in", profiles.ids)])
            with self.subTest(company=company.name):
                self.assertEqual(set(filter(None, profiles.mapped("value_class"))), set("abc"))
                self.assertTrue(any(values.mapped("service_12m")))
                # Goods cost something everywhere.
                self.assertTrue(all(value.costed_total == value.revenue_total for value in values))

    def test_customers_are_of_all_types_and_some_are_sensitive_to_prices(self):
        main = self._get_demo_profiles(self.companies[0])
        self.assertEqual(set(filter(None, main.mapped("customer_type"))), set(TYPES))
        self.assertEqual(set(filter(None, main.mapped("type_cause"))), {"rules", "segment", "hand"})
        self.assertLessEqual({"sensitive", False}, set(main.mapped("price_sensitivity")))

    def test_somebody_costs_more_than_they_bring(self):
        main = self.companies[0]
        value = self.env["crm.lifecycle.value"].search(
            [
                ("partner_id", "=", self.env.ref("crm_lifecycle.partner_cardenas").id),
                ("company_id", "=", main.id),
            ]
        )
        self.assertGreater(value.margin_12m, 0)
        self.assertGreater(value.discount_12m, 0)
        self.assertLess(value.contribution_12m, 0)

    def test_every_payment_habit_occurs(self):
        main, shanghai = self.companies
        bands = {
            company: set(filter(None, self._get_demo_profiles(company).mapped("payment_band")))
            for company in self.companies
        }
        self.assertEqual(bands[main], {"prompt", "usual", "slow", "risky", "unknown"})
        self.assertLessEqual({"risky", "unknown"}, bands[shanghai])
        for name, band in (
            ("harborview", "prompt"),
            ("willow_creek", "usual"),
            ("desert_bloom", "slow"),
            ("ridgeline", "risky"),
            ("juniper", "unknown"),
        ):
            with self.subTest(name):
                profile = self._get_demo_profiles(main).filtered(
                    lambda profile, name=name: (
                        profile.partner_id == self.env.ref(f"crm_lifecycle.partner_{name}")
                    )
                )
                self.assertEqual(profile.payment_band, band)

    def test_losses_have_several_causes(self):
        profiles = self._get_demo_profiles(self.companies[0])
        values = self.env["crm.lifecycle.value"].search([("profile_id", "in", profiles.ids)])
        causes = set(filter(None, values.mapped("loss_cause")))
        self.assertLessEqual({"discount", "refund", "service"}, causes)
        curve = self.env["crm.lifecycle.value"].with_company(self.companies[0]).get_whale_curve()
        self.assertLess(curve["peak"], curve["customers"])

    def test_customers_have_scores_and_some_are_core(self):
        for company in self.companies:
            profiles = self._get_demo_profiles(company)
            with self.subTest(company=company.name):
                self.assertTrue(any(profiles.mapped("is_core")))
                self.assertTrue(any(profiles.mapped("rfm_code")))

    def test_revenue_changes_for_every_reason(self):
        main, shanghai = self.companies
        for company, parts in (
            (main, PARTS),
            (shanghai, ("new", "won_back", "expanded", "lost")),
        ):
            changes = self.env["crm.lifecycle.revenue.change"].search(
                [("company_id", "=", company.id)]
            )
            for part in parts:
                with self.subTest(company=company.name, part=part):
                    self.assertTrue(any(changes.mapped(part)))

    def test_there_is_something_to_sell(self):
        for company in self.companies:
            mine = [("company_id", "=", company.id)]
            with self.subTest(company=company.name):
                shares = self.env["crm.lifecycle.value"].search(mine).mapped("wallet_share")
                self.assertGreater(len(list(filter(None, shares))), 1)
                self.assertTrue(self.env["crm.lifecycle.basket.pair"].search(mine, limit=1))
        openings = self.env["crm.lifecycle.white.space"].search(
            [("company_id", "=", self.companies[0].id)]
        )
        sam = self.env.ref("crm_lifecycle.user_sam")
        self.assertTrue(openings.filtered(lambda opening: opening.user_id == sam))

    def test_mismatches_of_all_kinds(self):
        main, shanghai = self.companies
        rows = self.env["crm.lifecycle.mismatch"].search([("company_id", "in", self.companies.ids)])
        kinds = {
            company: set(
                rows.filtered(lambda row, company=company: row.company_id == company).mapped("kind")
            )
            for company in self.companies
        }
        self.assertEqual(
            kinds[main], {"unowned", "left", "seniority", "team", "members", "sponsor"}
        )
        self.assertLessEqual({"outsider", "seniority"}, kinds[shanghai])
        self.assertTrue(rows.suggested_user_id)
        dismissed = self.env.ref("crm_lifecycle.partner_cardenas")
        self.assertFalse(rows.filtered(lambda row: row.partner_id == dismissed))
        history = self.env.ref("crm_lifecycle.partner_redwood").lifecycle_ownership_ids
        self.assertEqual(history.user_id.mapped("name"), ["Nora Feld", "Sam Rivera"])
        self.assertEqual(history[-1].cause, "known")

    def test_somebody_has_returned_much(self):
        for company in self.companies:
            with self.subTest(company=company.name):
                self.assertTrue(
                    self.env["crm.lifecycle.value"].search(
                        [("company_id", "=", company.id), ("returned_much", "=", True)]
                    )
                )

    def test_customers_are_in_many_segments_and_penetration_is_known(self):
        for company in self.companies:
            segments = self._get_demo_profiles(company).segment_id
            with self.subTest(company=company.name):
                self.assertGreater(len(segments), 4)
                self.assertEqual(segments.company_id, company)
                self.assertTrue(any(segments.mapped("penetration")))
        for name, policy in (("waterways", "pursue"), ("home_desk", "avoid")):
            with self.subTest(name):
                lead = self.env.ref(f"crm_lifecycle.lead_{name}")
                self.assertEqual(lead.lifecycle_acquisition_policy, policy)
        waterways = self.env.ref("crm_lifecycle.lead_waterways")
        self.assertEqual(waterways.lifecycle_suggested_type, "relational")
        self.assertTrue(waterways.lifecycle_suggested_user_id)

    def test_some_customers_have_grown_into_another_segment(self):
        for company in self.companies:
            with self.subTest(company=company.name):
                moves = self._get_demo_profiles(company).segment_move_ids
                self.assertTrue(moves.from_segment_id)
                self.assertTrue(moves.to_segment_id)

    def test_customers_are_known_more_or_less(self):
        main = self.companies[0]
        profiles = self._get_demo_profiles(main).with_company(main)
        self.assertGreater(len(set(profiles.mapped("lifecycle_completeness"))), 1)
        self.assertTrue(any(profiles.mapped("lifecycle_decider_reached")))
        self.assertLessEqual({"low", "medium", "high"}, set(profiles.mapped("lifecycle_threat")))
        self.assertGreater(len(profiles.source_id), 5)
        willow = self.env.ref("crm_lifecycle.partner_willow_creek")
        levels = [node["level"] for node in willow.lifecycle_decision_tree["nodes"]]
        self.assertEqual(levels, [1, 2, 3, 2])

    def test_some_data_are_up_for_review(self):
        found = self.env["crm.lifecycle.data.review"].search(
            [("company_id", "=", self.companies[0].id)]
        )
        self.assertLessEqual(
            {"stale", "email_invalid", "duplicate_phone"}, set(found.mapped("reason"))
        )

    def test_complaints_stand_at_all_kinds_of_steps(self):
        found = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "crm.complaint")]
        )
        complaints = self.env["crm.complaint"].browse(found.mapped("res_id"))
        self.assertEqual(
            set(complaints.mapped("step_code")),
            {"new", "investigating", "waiting", "solved", "closed"},
        )
        self.assertTrue(complaints.move_ids)
        self.assertTrue(complaints.move_ids.filtered("no_followup"))
        self.assertLessEqual({"waiting", "done"}, set(complaints.remedy_ids.mapped("state")))
        self.assertTrue(complaints.filtered("is_late"))
        self.assertTrue(complaints.check_activity_id)
        self.assertTrue(all(complaint.solution_deadline for complaint in complaints))

    def test_suggestions_are_in_all_states(self):
        found = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "crm.lifecycle.idea")]
        )
        ideas = self.env["crm.lifecycle.idea"].browse(found.mapped("res_id"))
        self.assertEqual(
            set(ideas.mapped("state")), {"new", "review", "adopted", "done", "declined"}
        )
        self.assertTrue(ideas.suggester_id and ideas.partner_id)

    def test_late_referrals_wait_as_the_company_wishes(self):
        claims = self.env["crm.lifecycle.referral"].search(
            [
                ("company_id", "in", self.companies.ids),
                ("state", "=", "claimed"),
                ("reason_code", "=", "late"),
            ]
        )
        self.assertTrue(claims)
        self.assertEqual(set(claims.company_id.mapped("lifecycle_referral_late")), {"decide"})
        self.assertTrue(all(claim.is_late and claim.reason_date for claim in claims))

    def test_satisfaction_is_worth_something_in_both_companies(self):
        for company in self.companies:
            evidence = self.env["crm.lifecycle.satisfaction.evidence"].create(
                {"company_id": company.id}
            )
            for text in ("top_text", "satisfied_text", "odds_text", "correlation_text"):
                with self.subTest(company=company.name, text=text):
                    self.assertNotIn("Too few", evidence[text])
            heard = self.env["crm.lifecycle.repurchase"].search([("company_id", "=", company.id)])
            for opinion in ("top", "satisfied"):
                with self.subTest(company=company.name, opinion=opinion):
                    said = heard.filtered(lambda row, opinion=opinion: row.opinion == opinion)
                    self.assertGreaterEqual(len(said), 5)

    def test_the_chinese_company_has_chinese_names(self):
        if "zh_CN" not in dict(self.env["res.lang"].get_installed()):
            self.skipTest("The database has no Chinese")
        policies = self.env["crm.lifecycle.policy"].search(
            [("company_id", "=", self.shanghai.id), ("state", "=", "active")]
        )
        self.assertEqual(policies.mapped("name"), ["默认规则"])

    def test_revenue_moved_to_competitors_in_both_ways(self):
        moved = self.env["crm.lifecycle.switching"].search(
            [("company_id", "in", self.companies.ids), ("moved", ">", 0)]
        )
        self.assertEqual(moved.company_id, self.companies)
        self.assertEqual(set(moved.mapped("how")), {"lost", "category"})

    def test_nobody_is_set_aside(self):
        self.assertFalse(self.env["crm.lifecycle.queue"].search([("failed_at", "!=", False)]))

    def test_looking_again_changes_nothing(self):
        for company in self.companies:
            profiles = self._get_demo_profiles(company)
            before = profiles.read(), profiles.transition_ids.read()
            moves, _changed = self.env["crm.lifecycle.profile"]._refresh(profiles.partner_id.ids)
            self.assertFalse(moves)
            self.assertEqual((profiles.read(), profiles.transition_ids.read()), before)


@tagged("post_install", "-at_install")
class TestDemoDoctests(BaseCase):
    """The examples in the demo's docstrings are true."""

    def test_the_examples_of_the_demo_hold(self):
        for module in (builder, deals):
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
