from odoo.tests import tagged

from ..engine import traces
from ..engine.rules import Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestIdeaMetrics(RuleCase):
    """Rules can ask how many suggestions of a customer were adopted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_customer")._set_up_customer()

    def _set_up_customer(self):
        with self.at("2025-01-01"):
            self._create_lead(self.customer)

    def _suggest(self, day, customer=None, **vals):
        with self.at(day):
            return self.env["crm.lifecycle.idea"].create(
                {
                    "name": "A hook",
                    "company_id": self.company.id,
                    "partner_id": (customer or self.customer).id,
                    **vals,
                }
            )

    def test_adopted_ones_count_from_their_day(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        idea = self._suggest("2025-03-01")
        self._suggest("2025-03-02", state="review")
        self._suggest("2025-03-03", contact, state="done")
        self._suggest("2025-03-03", self._create_customer("Somebody else"), state="done")
        with self.at("2025-03-10"):
            idea.action_adopt()
            self.env.flush_all()
        self.assertFigures(
            "ideas_adopted", (("2025-03-02", 0), ("2025-03-03", 1), ("2025-03-10", 2))
        )
        self.assertFigures("ideas_adopted", (("2026-03-03", 1), ("2026-03-10", 0)), 12)
        self.assertMeets(
            Condition("ideas_adopted", ">=", 2), (("2025-03-09", False), ("2025-03-10", True))
        )

    def test_what_is_withdrawn_has_never_been(self):
        idea = self._suggest("2025-03-03", state="adopted")
        self._suggest("2025-03-04", state="adopted", active=False)
        self.assertFigures("ideas_adopted", (("2025-03-05", 1),))
        with self.at("2025-04-01"):
            idea.action_review()
        self.assertFigures("ideas_adopted", (("2025-03-05", 0), ("2025-04-02", 0)))

    def test_it_is_an_event_of_the_customer_who_is_looked_at_again(self):
        self._process_queue()
        idea = self._suggest("2025-03-03")
        self._process_queue()
        idea.action_adopt()
        self.env.cr.flush()
        self.assertEqual(self.queue.search([]).mapped("partner_ref"), self.customer.ids)
        events = self.env["crm.lifecycle.event"].search(
            [("partner_id", "=", self.customer.id), ("kind", "=", "idea")]
        )
        self.assertEqual((events.res_model, events.res_id), (idea._name, idea.id))
        self.assertEqual(events.company_id, self.company)

    def test_an_adoption_changes_the_fingerprint(self):
        before = self._fingerprint()
        idea = self._suggest("2025-03-03")
        self.assertEqual(self._fingerprint(), before)
        idea.action_adopt()
        self.assertNotEqual(self._fingerprint(), before)

    def _fingerprint(self):
        self.env.flush_all()
        query = traces.customer_fingerprints(
            self.events._get_traces(), traces.record_hash(self.env.cr._cnx.server_version)
        )
        return dict(self.env.execute_query(query)).get(self.customer.id)
