from datetime import date

from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from .common import INVOICING, SALES
from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestStatePeople(SegmentCase):
    """On a past day: which segment and type a customer was of, and who looked after them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = (
            cls._create_user(f"lifecycle_{name}", SALES) for name in ("first", "second")
        )
        cls.small, cls.preferred = cls.named["small"], cls.named["preferred"]

    def _states(self, day=None, known_at=None, user=None):
        """Return the model as it is asked for a day, as somebody sees it."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        return (
            self.env["crm.lifecycle.state"]
            .with_user(user or self.env.user)
            .with_context(
                allowed_company_ids=self.company.ids,
                lifecycle_date=day,
                lifecycle_known_at=known_at,
            )
        )

    def _state(self, customer, day=None, known_at=None, user=None):
        return self._states(day, known_at, user).search([("partner_id", "=", customer.id)])

    def _live(self, name="Parks Ltd"):
        """Make a customer who grows on the 10th and is handed over on the 20th."""
        with self.at("2026-03-02"):
            customer = self._create_prospect(
                name, lifecycle_employee_count=399, user_id=self.first.id
            )
            self.env.cr.flush()
        with self.at("2026-03-10"):
            customer.lifecycle_employee_count = 400
            self._process_queue()
        with self.at("2026-03-20"):
            customer.user_id = self.second
            self.env.flush_all()
            self.env.cr.flush()
        return customer

    def test_they_are_of_the_day(self):
        customer = self._live()
        for day, segment, kind, owner in (
            ("2026-03-02", self.small, "transactional", self.first),
            ("2026-03-09", self.small, "transactional", self.first),
            ("2026-03-10", self.preferred, "relational", self.first),
            ("2026-03-19", self.preferred, "relational", self.first),
            ("2026-03-20", self.preferred, "relational", self.second),
            (None, self.preferred, "relational", self.second),
        ):
            # At the end of a day nobody knew more of that day than is known of it today.
            for known_at in (None, day):
                with self.subTest(day=day, known_at=known_at), self.at("2026-04-01"):
                    state = self._state(customer, day, known_at)
                    self.assertEqual(
                        (state.segment_id, state.customer_type, state.user_id),
                        (segment, kind, owner),
                    )
                    self.assertEqual(state.user_today_id, self.second)

    def test_as_known_before_the_day(self):
        customer = self._live()
        for known_at, segment, owner in (
            ("2026-03-05", self.small, self.first),
            ("2026-03-10 11:59:59", self.small, self.first),
            ("2026-03-10 12:00:00", self.preferred, self.first),
            ("2026-03-19", self.preferred, self.first),
            ("2026-03-20", self.preferred, self.second),
        ):
            with self.subTest(known_at), self.at("2026-04-01"):
                state = self._state(customer, "2026-03-25", known_at)
                self.assertEqual((state.segment_id, state.user_id), (segment, owner))

    def test_today_they_are_those_of_the_customer(self):
        self._live()
        self._live("Gardens Ltd")
        for state in self._states().search([("company_id", "=", self.company.id)]):
            self.assertEqual(state.segment_id, state.profile_id.segment_id)
            self.assertEqual(state.user_id, state.partner_id.user_id)

    def test_nobody_looked_after_the_customer(self):
        customer = self._live()
        with self.at("2026-03-25"):
            customer.user_id = False
            self.env.flush_all()
            self.env.cr.flush()
        other = self._create_prospect("Alone Ltd")
        self.assertEqual(self._state(customer, "2026-03-24").user_id, self.second)
        self.assertFalse(self._state(customer, "2026-03-25").user_id)
        self.assertFalse(self._state(other).user_id)

    def test_of_two_changes_on_a_day_the_last_counts(self):
        customer = self._live()
        with self.at("2026-03-25"):
            for user in (self.first, self.env.user):
                customer.user_id = user
                self.env.flush_all()
                self.env.cr.flush()
        self.assertEqual(self._state(customer, "2026-03-24").user_id, self.second)
        self.assertEqual(self._state(customer, "2026-03-25").user_id, self.env.user)

    def test_filters_and_groups_go_by_the_day(self):
        customer, other = self._live(), self._live("Gardens Ltd")
        with self.at("2026-03-15"):
            lone = self._create_prospect("Lone Ltd", lifecycle_employee_count=20)
        everybody = customer | other | lone
        by_company = [("company_id", "=", self.company.id)]
        for day, field, counts in (
            ("2026-03-09", "segment_id", {self.small: 2}),
            ("2026-03-15", "segment_id", {self.small: 1, self.preferred: 2}),
            ("2026-03-09", "user_id", {self.first: 2}),
            ("2026-03-15", "user_id", {self.first: 2, self.first.browse(): 1}),
            ("2026-03-20", "user_id", {self.second: 2, self.first.browse(): 1}),
            ("2026-03-15", "customer_type", {"transactional": 1, "relational": 2}),
        ):
            with self.subTest(day=day, field=field):
                states = self._states(day)
                found = dict(states._read_group(by_company, [field], ["__count"]))
                self.assertEqual(found, counts)
                for value, count in counts.items():
                    wanted = value if isinstance(value, str) else value.id
                    rows = states.search([*by_company, (field, "=", wanted)])
                    self.assertEqual(len(rows), count)
                    self.assertLessEqual(rows.partner_id, everybody)

    def test_the_screens_show_and_ask_for_them(self):
        customer, other = self._live(), self._live("Gardens Ltd")
        with self.at("2026-03-15"):
            # Without employees no segment, and so no type.
            lone = self._create_prospect("Lone Ltd")
        states = self._states("2026-03-15", user=self.second)
        shown = etree.fromstring(states.get_view(view_type="list")["arch"])
        self.assertLessEqual(
            {"customer_type", "segment_id", "user_id", "user_today_id"},
            {node.get("name") for node in shown.iter("field")},
        )
        search = etree.fromstring(states.get_view(view_type="search")["arch"])
        filters = {node.get("name"): node for node in search.iter("filter")}
        for name, expected in (
            ("type_relational", customer | other),
            ("type_transactional", lone.browse()),
            ("type_none", lone),
            ("segment_none", lone),
            ("my_customers", lone.browse()),
            ("my_customers_today", customer | other),
        ):
            with self.subTest(name):
                domain = safe_eval(filters[name].get("domain"), {"uid": self.second.id})
                found = states.search([("company_id", "=", self.company.id), *domain])
                self.assertEqual(found.partner_id, expected)
        # What a pivot can be broken down by.
        groups = {safe_eval(node.get("context") or "{}").get("group_by") for node in search.iter()}
        self.assertLessEqual({"customer_type", "segment_id", "user_id"}, groups)

    def test_a_deleted_segment_is_empty_and_not_the_next_one(self):
        customer = self._live()
        self.small.active = False
        self._process_queue()
        self.small.unlink()
        self.assertFalse(self._state(customer, "2026-03-05").segment_id)
        self.assertEqual(self._state(customer, "2026-03-10").segment_id, self.preferred)
        [typed] = self.env["crm.lifecycle.profile"]._derive_types(customer.ids, date(2026, 3, 5))
        self.assertIsNone(typed["customer_type"])

    def test_who_sees_a_customer_does_not_follow_from_the_day(self):
        customer = self._live()
        accountant = self._create_user("lifecycle_state_books", "base.group_user", INVOICING)
        for user in (self.first, self.second, accountant):
            with self.subTest(user.login):
                # As today: whoever reads the profile, whoever had the customer then.
                for day in ("2026-03-05", "2026-03-25", None):
                    state = self._state(customer, day, user=user)
                    self.assertEqual(
                        state.profile_id,
                        self.env["crm.lifecycle.profile"]
                        .with_user(user)
                        .with_context(allowed_company_ids=self.company.ids)
                        .search([("partner_id", "=", customer.id)]),
                    )
                    self.assertTrue(state.segment_id.display_name)
                    self.assertTrue(state.user_id.display_name)
        mine = {
            name: [
                len(self._states(day, user=user).search([(name, "=", user.id)]))
                for user in (self.first, self.second)
            ]
            for name, day in (("user_id", "2026-03-05"), ("user_today_id", "2026-03-05"))
        }
        self.assertEqual(mine, {"user_id": [1, 0], "user_today_id": [0, 1]})

    def test_another_company_does_not_see_it(self):
        customer = self._live()
        other = self._create_company("Lifecycle Other Company", "base.USD")
        stranger = self._create_user("lifecycle_stranger", SALES, company=other)
        states = self._states("2026-03-05", user=stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(states.search([("partner_id", "=", customer.id)]))

    def test_a_page_costs_the_same_queries_for_few_and_for_many(self):
        specification = {
            name: {"fields": {"display_name": {}}}
            for name in ("partner_id", "segment_id", "user_id")
        } | {"customer_type": {}, "status": {}}
        domain = [("company_id", "=", self.company.id)]
        counts = []
        for number in (2, 0, 10):
            for place in range(number):
                self._live(f"Parks {len(counts)} {place}")
            states = self._states("2026-03-15", "2026-03-15")
            before = self.env.cr.sql_log_count
            found = states.web_search_read(domain, specification)
            states.formatted_read_group(domain, ["segment_id", "user_id"], ["__count"])
            counts.append((self.env.cr.sql_log_count - before, found["length"]))
        self.assertEqual([length for _queries, length in counts], [2, 2, 12])
        self.assertEqual(counts[1][0], counts[2][0])

    def test_histories_are_read_by_their_indexes(self):
        customer = self._live()
        for known_at in (None, "2026-03-15"):
            query = SQL(
                "EXPLAIN SELECT segment_id, customer_type, user_id FROM (%s) state"
                " WHERE partner_id = %s",
                self._states("2026-03-15", known_at)._table_query,
                customer.id,
            )
            # On the few rows of a test it would read tables through.
            self.env.cr.execute("SET LOCAL enable_seqscan = off")
            self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
            self.env.cr.execute("SET LOCAL enable_sort = off")
            plan = "\n".join(line for (line,) in self.env.execute_query(query))
            for index, column in (
                ("crm_lifecycle_segment_move_profile_idx", "profile_id"),
                ("crm_lifecycle_ownership_partner_idx", "partner_id"),
                ("crm_lifecycle_type_move_", "profile_id"),
            ):
                with self.subTest(known_at=known_at, index=index):
                    _before, found, after = plan.partition(index)
                    self.assertTrue(found, plan)
                    self.assertRegex(after.split("->")[0], rf"Index Cond: .*{column} = ")
