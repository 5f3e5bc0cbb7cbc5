from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPolicyActivated(LifecycleCase):
    """Between activating rules and looking at a customer by them, nothing false is said."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        self._buy(self.customer, "2024-01-10", "2024-07-10", "2025-02-10")
        with self.at("2026-03-03"):
            self._process_queue()
        self.active = self.env["crm.lifecycle.policy"].search(
            [("company_id", "=", self.company.id), ("state", "=", "active")]
        )

    def _activate_windows(self):
        """Activate rules that count the purchases of a long-term customer for a year."""
        draft = self.active.copy()
        draft.criterion_ids.filtered(
            lambda criterion: (
                criterion.stage_id.code == "long_term" and criterion.metric == "purchases"
            )
        ).months = 12
        draft.action_activate()
        return draft

    def test_a_waiting_customer_is_explained_by_the_rules_that_decided(self):
        with self.at("2026-03-03"):
            self._activate_windows()
            told = self._profile(self.customer).explanation
            self.assertEqual(told["stage"], "long_term")
            self.assertEqual(
                [line["text"] for line in told["met"]],
                ["purchases: 3", "397 days between first and last purchase"],
            )
            self.assertIn(
                "New rules are in force; they have yet to look at this customer.", told["notes"]
            )
            self.assertEqual(told["kept"], "")
            self._process_queue()
            told = self._profile(self.customer).explanation
            self.assertEqual(told["stage"], "repeat_buyer")
            self.assertNotIn(
                "New rules are in force; they have yet to look at this customer.", told["notes"]
            )

    def test_wrong_evidence_is_mended_whichever_version_decided(self):
        with self.at("2026-03-03"):
            self.active.copy().action_activate()
            self._process_queue()
            move = self._moves(self.customer)[-1]
            right = move.evidence, move.purchase_count, move.res_id
            move.write({"evidence": [], "purchase_count": 99, "res_id": 0})
            self._look_again(self.customer)
            self.assertEqual((move.evidence, move.purchase_count, move.res_id), right)

    def test_status_moves_keep_the_rhythm_that_they_were_judged_by(self):
        moves = self._profile(self.customer).transition_ids.filtered("status_moved")
        at_risk = moves.filtered(lambda move: move.to_status == "at_risk").sudo()
        # 182 and 215 days: median 199 (198.5), quartiles 190.25 and 206.75.
        self.assertEqual(
            at_risk.sorted("effective_date")[-1].figures,
            {
                "usual_gap": 199,
                "gap_spread": 99.5,
                "is_own": True,
                "last_purchase_date": "2025-02-10",
            },
        )
