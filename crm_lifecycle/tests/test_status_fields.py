from odoo.tests import tagged

from ..engine.rules import StatusRule
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestStatusFields(LifecycleCase):
    """The status on contacts and documents filters, sorts and groups like a column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """Somebody new, active, at risk, and without a profile, with documents of each."""
        cls = type(self)
        cls.partners, cls.hosts = {}, []
        documents = {"crm.lead": {}, "sale.order": {}, "account.move": {}}
        for status in ("new", "active", "at_risk", False):
            cls.partners[status] = self._create_customer(f"Customer {status}")
        cls.regular = self.partners["active"]
        self._buy(self.regular, "2026-01-01", "2026-02-10", "2026-03-20")
        self._buy(self.partners["at_risk"], "2025-10-01")
        with self.at("2026-03-25"):
            for status, partner in self.partners.items():
                if status:
                    documents["crm.lead"][status] = self._create_lead(partner)
                    documents["sale.order"][status] = self._create_order(partner)
                documents["account.move"][status] = self._create_invoice(partner)
            self._process_queue()
        documents["crm.lead"][False] = self._create_lead(self.env["res.partner"])
        documents["sale.order"][False] = self.env["sale.order"]
        cls.hosts = [self.partners, *documents.values()]
        self.env.flush_all()

    def _union(self, by_status, statuses=("new", "active", "at_risk", False)):
        return by_status["new"].browse().union(*(by_status[status] for status in statuses))

    def test_the_status_shows(self):
        for by_status in self.hosts:
            for status, record in by_status.items():
                if record:
                    with self.subTest(model=record._name, status=status):
                        self.assertEqual(record.lifecycle_status, status)

    def test_every_operator_finds_what_the_field_shows(self):
        for operator, value, found in (
            ("=", "active", {"active"}),
            ("!=", "active", {"new", "at_risk", False}),
            ("in", ["active", "at_risk"], {"active", "at_risk"}),
            ("not in", ["active", "at_risk"], {"new", False}),
            ("in", ["active", False], {"active", False}),
            ("=", False, {False}),
            ("!=", False, {"new", "active", "at_risk"}),
            ("=", "won_back", set()),
        ):
            condition = [("lifecycle_status", operator, value)]
            for by_status in self.hosts:
                records = self._union(by_status)
                expected = self._union(by_status, found)
                with self.subTest(model=records._name, condition=condition):
                    by_id = [("id", "in", records.ids)]
                    self.assertEqual(set(records.search(condition + by_id)), set(expected))
                    self.assertEqual(
                        set(records.search(["!", *condition, *by_id])), set(records - expected)
                    )
                    self.assertEqual(set(records.filtered_domain(condition)), set(expected))

    def test_groups_are_what_the_field_shows(self):
        for by_status in self.hosts:
            records = self._union(by_status)
            by_id = [("id", "in", records.ids)]
            with self.subTest(records._name):
                groups = records._read_group(by_id, ["lifecycle_status"], ["id:recordset"])
                self.assertEqual(
                    dict(groups), {status: record for status, record in by_status.items() if record}
                )
                for group in records.formatted_read_group(by_id, ["lifecycle_status"], ["__count"]):
                    domain = [*group["__extra_domain"], *by_id]
                    self.assertEqual(records.search_count(domain), group["__count"])

    def test_sorting_works(self):
        for by_status in self.hosts:
            records = self._union(by_status)
            with self.subTest(records._name):
                found = records.search([("id", "in", records.ids)], order="lifecycle_status, id")
                statuses = [record.lifecycle_status or "~" for record in found]
                self.assertEqual(statuses, sorted(statuses))

    def test_nothing_is_stored_on_the_hosts_tables(self):
        for by_status in self.hosts:
            field = by_status["new"]._fields["lifecycle_status"]
            self.assertFalse(field.store)
            self.assertTrue(field.groups)

    def test_the_rhythm_is_told_in_words(self):
        regular = self._profile(self.regular)
        self.assertEqual(regular.rhythm, "Usual gap 39 days, spread 1 days")
        company = "The company's rhythm of 90 days: too few purchases for a rhythm of its own"
        self.assertEqual(self._profile(self.partners["at_risk"]).rhythm, company)
        self.assertFalse(self._profile(self.partners["new"]).rhythm)
        # Three purchases make two gaps.
        self.assertEqual(regular._get_rhythm(StatusRule(minimum_gaps=3)), company)


@tagged("post_install", "-at_install")
class TestStatusReasons(LifecycleCase):
    """Each move says why, those that time alone brought about included."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def _reasons(self):
        """Return (date, name, reason) of the moves that hold, oldest first."""
        moves = self._profile(self.customer).current_transition_ids.sorted("effective_date")
        return [(str(move.effective_date), move.display_name, move.reason) for move in moves]

    def test_time_moves_the_status_and_names_the_latest_purchase(self):
        order = self._buy(self.customer, "2025-01-01")
        with self.at("2026-01-01"):
            self._process_queue()
        self.assertEqual(
            self._reasons(),
            [
                (
                    "2025-01-01",
                    "First-time buyer",
                    f"1st purchase on January 1, 2025: {order.name}",
                ),
                (
                    "2025-04-01",
                    "Active → Due",
                    f"Usual moment to buy again came on April 1, 2025; last purchase: {order.name}",
                ),
                (
                    "2025-05-16",
                    "Due → At risk",
                    f"Silent for longer than usual on May 16, 2025; last purchase: {order.name}",
                ),
                (
                    "2025-08-14",
                    "At risk → Lapsed",
                    "Silent for far longer than usual on August 14, 2025;"
                    f" last purchase: {order.name}",
                ),
            ],
        )

    def test_a_purchase_that_moves_the_status_alone_is_named(self):
        orders = self._buy(self.customer, "2025-01-01", "2025-01-20", "2025-06-30")
        with self.at("2025-06-30"):
            self._process_queue()
        self.assertEqual(
            self._reasons()[-1],
            ("2025-06-30", "At risk → Active", f"Bought again on June 30, 2025: {orders[-1].name}"),
        )

    def test_a_refund_that_moves_the_status_back_is_named(self):
        self._buy(self.customer, "2025-01-01", "2025-01-20")
        with self.at("2025-06-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2025-06-02"):
            refund = self._refund(invoice)
            self._process_queue()
        day, name, reason = self._reasons()[-1]
        self.assertEqual(day, "2025-06-02")
        self.assertTrue(name.startswith("Active → "), name)
        self.assertEqual(reason, f"Refund on June 2, 2025: {refund.name}")

    def test_a_stage_that_time_takes_says_so(self):
        move = self._move_by_time(self._buy(self.customer, "2025-01-01"), stage_moved=True)
        self.assertEqual(
            move.reason, f"Time passed on May 16, 2025; last purchase: {move.document_name}"
        )

    def test_without_a_purchase_time_alone_is_told(self):
        move = self._move_by_time(self._buy(self.customer, "2025-01-01"), res_model=None)
        self.assertEqual(move.reason, "Time passed on May 16, 2025")

    def test_who_was_won_back_is_told_by_the_purchase(self):
        order = self._buy(self.customer, "2025-01-01")
        move = self._move_by_time(order, cause="order", to_status="won_back")
        self.assertEqual(move.reason, f"Won back on May 16, 2025: {order.name}")

    def _move_by_time(self, order, **values):
        """Return the move to at risk, as if it had been another one."""
        with self.at("2025-06-01"):
            self._process_queue()
        move = self._profile(order.partner_id).current_transition_ids.filtered(
            lambda move: move.to_status == "at_risk"
        )
        move.write(values)
        return move

    def test_forms_list_what_holds_only(self):
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer)
            self._create_lead(self.customer)
            self._process_queue()
        with self.at("2026-01-20"):
            invoice.button_draft()
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(len(profile.transition_ids), 2)
        self.assertEqual(profile.current_transition_ids.to_stage_id.code, "suspect")
        self.assertEqual(self.customer.lifecycle_transition_ids, profile.current_transition_ids)
        action = profile.action_open_transitions()
        self.assertEqual(action["context"], {"search_default_current": True})
