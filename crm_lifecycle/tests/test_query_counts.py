import json
from unittest.mock import patch

from odoo.api import Environment
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import staging
from .common import INVOICING, SALES_ALL, LifecycleCase

FEW, MANY = 8, 80


class QueriesCase(LifecycleCase):
    """As many customers as a list shows, half of them buyers, half of them with leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_customers")._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        cls.customers = self.env["res.partner"].create(
            [{"name": f"Customer {number:03}", "is_company": True} for number in range(MANY)]
        )
        with self.at("2026-03-03"):
            orders = self.env["sale.order"].union(
                *(self._create_order(customer) for customer in cls.customers[::2])
            )
            orders.action_confirm()
            self.env["crm.lead"].create(
                [
                    {
                        "name": "Lead",
                        "type": "lead",
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "team_id": False,
                    }
                    for customer in cls.customers[1::2]
                ]
            )
            self._process_queue()
        self.env.flush_all()
        self.env.cr.execute("ANALYZE crm_lifecycle_profile, crm_lifecycle_transition")

    def _count(self, action):
        """Return the number of queries of an action, done once before to fill the caches
        of the registry.
        """
        for _run in range(2):
            self.env.flush_all()
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
        return count

    def _get_list_fields(self, model, user, prefix=""):
        views = self.env[model].with_user(user).get_views([(False, "list")])
        names = views["models"][model]["fields"]
        arch = views["views"]["list"]["arch"]
        return {
            name: {"fields": {"display_name": {}}} if names[name].get("relation") else {}
            for name in names
            if f'name="{name}"' in arch and name.startswith(prefix)
        }

    def assertSameCount(self, action, at_most):
        """Whatever the number of customers, an action takes as many queries."""
        few = self._count(lambda: action(self.customers[:FEW]))
        many = self._count(lambda: action(self.customers))
        self.assertEqual(few, many)
        self.assertLessEqual(many, at_most)


@tagged("post_install", "-at_install")
class TestQueryCounts(QueriesCase):
    """Costs that do not grow with the number of customers."""

    def test_a_refresh_that_changes_nothing_costs_a_fixed_number(self):
        profiles = self.env["crm.lifecycle.profile"]
        with self.at("2026-03-04"):
            # 53 at the time of writing, most of them settings of the planner; 10 of them sum
            # up what the customers are worth, classify and score them, 2 find their segments,
            # 8 their types, one their last contacts, 8 their next ones, one new owners, one their
            # referrals.
            self.assertSameCount(lambda customers: profiles._refresh(customers.ids), 53)

    def test_a_refresh_that_writes_everything_costs_a_fixed_number(self):
        profiles = self.env["crm.lifecycle.profile"]

        def refresh(customers):
            self.env.cr.execute(
                "DELETE FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)", [customers.ids]
            )
            moves = profiles._refresh(customers.ids).moves
            self.assertGreaterEqual(len(moves), len(customers))

        with self.at("2026-03-04"):
            # 56 at the time of writing, 10 of them for the value, 2 for the segments, 8 for
            # the types, one for the last contacts, 8 for the next ones, one for owners, one
            # for the referrals.
            self.assertSameCount(refresh, 56)

    def test_a_refresh_that_changes_nothing_writes_nothing(self):
        profiles = self.env["crm.lifecycle.profile"]
        tables = (
            "crm_lifecycle_profile",
            "crm_lifecycle_transition",
            "crm_lifecycle_value",
            "crm_lifecycle_type_move",
            "crm_lifecycle_segment_move",
            "res_partner",
        )

        def versions():
            return [
                self.env.execute_query(
                    SQL("SELECT id, xmin, ctid FROM %s ORDER BY id", SQL.identifier(table))
                )
                for table in tables
            ]

        before = versions()
        with self.at("2026-03-04"):
            moves, changed = profiles._refresh(self.customers.ids)
            self.assertFalse(moves)
            self.assertEqual(changed, [])
            self.env.flush_all()
        self.assertEqual(versions(), before)

    def test_a_list_of_profiles_costs_a_fixed_number(self):
        # Of these 5 for what is known of the customers, 4 for who looks after them.
        for role, group, at_most in (("sales", SALES_ALL, 29), ("accounting", INVOICING, 28)):
            user = self._create_user(f"lifecycle_{role}_list", "base.group_user", group)
            spec = self._get_list_fields("crm.lifecycle.profile", user)
            spec["stage_reason"] = {}
            self.assertGreater(len(spec), 8)
            profiles = self.env["crm.lifecycle.profile"].with_user(user)
            with self.subTest(role):
                self.assertSameCount(
                    lambda customers, profiles=profiles, spec=spec: profiles.web_search_read(
                        [("partner_id", "in", customers.ids)], spec, limit=MANY + 1
                    ),
                    at_most,
                )

    def test_a_list_of_contacts_costs_a_fixed_number(self):
        user = self._create_user("lifecycle_sales_all", SALES_ALL)
        spec = {
            "lifecycle_stage_id": {"fields": {"display_name": {}}},
            "lifecycle_profile_id": {"fields": {"display_name": {}}},
            "lifecycle_stage_date": {},
            "lifecycle_stage_color": {},
            "lifecycle_stage_reason": {},
            "lifecycle_referred_count": {},
        }
        partners = self.env["res.partner"].with_user(user)
        self.assertSameCount(
            lambda customers: partners.web_search_read(
                [("id", "in", customers.ids)], spec, limit=MANY + 1
            ),
            20,
        )

    def test_what_contacts_owe_costs_a_fixed_number(self):
        user = self._create_user("lifecycle_accountant_list", "base.group_user", INVOICING)
        partners = self.env["res.partner"].with_user(user)
        names = ("lifecycle_payment_band", "lifecycle_overdue", "lifecycle_days_to_pay")

        def read(customers):
            partners.web_search_read(
                [("id", "in", customers.ids), ("lifecycle_overdue", "<=", 0)],
                dict.fromkeys(names, {}),
                limit=MANY + 1,
                order="lifecycle_overdue DESC",
            )

        self.assertSameCount(read, 10)

    def test_a_list_of_values_costs_a_fixed_number(self):
        user = self._create_user("lifecycle_values_list", "base.group_user", INVOICING)
        with self.at("2026-03-05"):
            self.customers[::2].sale_order_ids._create_invoices()
            self.customers.invoice_ids.action_post()
            self._process_queue()
        spec = self._get_list_fields("crm.lifecycle.value", user)
        # On the form alone, but nobody should pay for it by the row.
        spec |= {"credit_limit": {}, "credit_used": {}}
        values = self.env["crm.lifecycle.value"].with_user(user)
        self.company.account_use_credit_limit = True
        self.customers.credit_limit = 1000.0

        def read(customers):
            found = values.web_search_read(
                [("partner_id", "in", customers.ids)], spec, limit=MANY + 1
            )
            self.assertEqual(found["length"], len(customers) / 2)

        self.assertSameCount(read, 30)

    def test_documents_show_the_stage_at_a_fixed_cost(self):
        orders = self.env["sale.order"]
        self.assertSameCount(
            lambda customers: orders.search([("partner_id", "in", customers.ids)]).mapped(
                "lifecycle_stage_reason"
            ),
            20,
        )

    def test_the_end_of_a_pass_costs_a_fixed_number(self):
        with self.at("2026-03-04"):
            # The rules, the cut points of classes and of scores, the customers, and when these
            # are contacted next; and that none of it is compiled.
            self.assertLessEqual(self._count(self._measure_classes), 19)

    def test_the_grid_costs_a_fixed_number(self):
        profiles = self.env["crm.lifecycle.profile"]
        self.assertLessEqual(self._count(profiles.get_rfm_grid), 8)

    def test_the_columns_of_the_kanban_take_one_query_each(self):
        profiles = self.env["crm.lifecycle.profile"]

        def read_columns(customers):
            profiles.formatted_read_group(
                [("partner_id", "in", customers.ids)],
                ["stage_id"],
                ["__count", "purchase_amount:sum"],
            )

        self.assertSameCount(read_columns, 6)


@tagged("post_install", "-at_install")
class TestIndexes(QueriesCase):
    """One customer's events are found by indexes, not by reading tables through."""

    TABLES = (
        "sale_order",
        "sale_order_line",
        "account_move",
        "account_move_line",
        "account_partial_reconcile",
        "crm_lead",
        "mail_activity",
        "mail_message",
        "product_value",
        "rating_rating",
        "crm_lifecycle_agreement",
        "crm_lifecycle_mark",
        "crm_lifecycle_referral",
        "res_partner",
        "stock_picking",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # With a handful of rows PostgreSQL has no reason to prefer one way to another.
        cls("_set_up_others")._set_up_others()

    def _set_up_others(self):
        """Make other people's documents, many of each kind."""
        customer = self.customers[0]
        lead = self._create_lead(customer)
        invoice = self._create_invoice(customer)
        rating = self._rate(customer.sale_order_ids[:1], customer, 3)
        self._pay(invoice)
        due = invoice.line_ids.filtered("matched_credit_ids")
        self.env.flush_all()
        people = self._multiply(customer, "commercial_partner_id")
        order = customer.sale_order_ids[:1]
        for document, column in (
            (lead, "partner_id"),
            (order, "partner_id"),
            (order.order_line, "order_partner_id"),
            (invoice, "commercial_partner_id"),
            (invoice.line_ids[:1], "partner_id"),
            (rating, "partner_id"),
        ):
            self._multiply(document, column, people)
        items = self._multiply(due, "partner_id", people)
        self._multiply(due.matched_credit_ids, "debit_move_id", items)
        self.env.cr.execute(
            "ANALYZE res_partner, crm_lead, sale_order, sale_order_line, account_move,"
            " account_move_line, account_partial_reconcile, rating_rating"
        )

    def _multiply(self, record, column, values=None, count=2000):
        """Copy a row many times; a column gets one of the values each, or the row's id.

        :return: the ids of the copies
        """
        table = SQL.identifier(record._table)
        sequence = f"{record._table}_id_seq"
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO %(table)s
                   SELECT (JSONB_POPULATE_RECORD(
                               NULL::%(table)s, TO_JSONB(model_row) || copy.change)).*
                     FROM %(table)s model_row
               CROSS JOIN (
                          SELECT JSONB_BUILD_OBJECT('id', fresh.id, %(column)s::text,
                                     COALESCE((%(values)s::int[])[fresh.number], fresh.id)
                                 ) AS change
                            FROM (SELECT number, NEXTVAL(%(sequence)s) AS id
                                    FROM GENERATE_SERIES(1, %(count)s) number) fresh) copy
                    WHERE model_row.id = %(id)s
                RETURNING id""",
                table=table,
                column=column,
                values=values,
                sequence=sequence,
                count=count,
                id=record.id,
            )
        )
        return [row_id for (row_id,) in rows]

    # It holds refunds alone: of these there are so few here that reading the index to its end
    # costs less than looking each up.
    SHORT_INDEXES = ("account_move__reversed_entry_id_index",)

    def _get_scans(self, query, *without):
        """Return the scans that PostgreSQL cannot do by a condition on an index.

        On the few rows of a test it would read tables through, so it may not.

        :param without: ways of running a statement that it may not go besides
        :return: list of (table, type of scan, filter)
        """
        switches = ("seqscan", *(without or ("hashjoin", "mergejoin")))
        for switch in ("seqscan", "nestloop", "hashjoin", "mergejoin"):
            value = SQL("off" if switch in switches else "on")
            self.env.cr.execute(SQL("SET LOCAL %s = %s", SQL.identifier(f"enable_{switch}"), value))
        [[plan]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        if isinstance(plan, str):
            plan = json.loads(plan)
        scans, nodes = [], [plan[0]["Plan"]]
        for node in nodes:
            nodes += node.get("Plans", [])
            table = node.get("Relation Name")
            if node.get("Index Name") in self.SHORT_INDEXES:
                continue
            if table in self.TABLES and not ("Index Cond" in node or "Recheck Cond" in node):
                scans.append((table, node["Node Type"], node.get("Filter")))
        return scans

    def test_the_events_of_one_customer_are_found_by_indexes(self):
        events = self.env["crm.lifecycle.event"]
        for domain in (
            [("partner_id", "=", self.customers[0].id)],
            [
                ("partner_id", "=", self.customers[0].id),
                ("company_id", "=", self.company.id),
            ],
        ):
            with self.subTest(domain):
                query = events._search(domain)
                self.assertEqual(self._get_scans(query.select()), [])

    def test_what_records_reads_by_indexes_where_loops_are_switched_off(self):
        """As it does: a hash join would read a table of the host from end to end."""
        events = self.env["crm.lifecycle.event"]
        policies = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        gathering, writing = events._get_recording_statements(tuple(policies.items()))
        staging.empty_stage(self.env.cr)
        self.env.cr.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        value = self.env["crm.lifecycle.value"]._get_statement()
        typed = self.env["crm.lifecycle.profile"]._get_type_statement()
        for statement, without in (
            (gathering, ("mergejoin",)),
            (writing, staging.DERIVING),
            (value, ()),
            (typed, ()),
        ):
            with self.subTest(statement.purpose):
                text = SQL(statement.text.replace("%", "%%"))
                self.env.cr.execute(SQL("PREPARE lifecycle_plan AS %s", text))
                # Statements outlive their transaction.
                try:
                    query = SQL("EXECUTE lifecycle_plan(%s, NOW()::timestamp)", self.customers.ids)
                    scans = self._get_scans(query, *without)
                    # Our own tables are empty here: reading them first is as good.
                    hosts = [scan for scan in scans if not scan[0].startswith("crm_lifecycle_")]
                    self.assertEqual(hosts, [])
                finally:
                    self.env.cr.execute("DEALLOCATE lifecycle_plan")

    def test_the_refresh_of_one_customer_reads_by_indexes(self):
        asked = []
        with patch.object(
            Environment, "execute_query_dict", lambda env, query: asked.append(query)
        ):
            self.env["crm.lifecycle.event"]._derive(self.customers[0].ids)
        self.assertEqual(len(asked), 1)
        self.assertEqual(self._get_scans(asked[0]), [])

    def test_the_value_of_one_customer_is_summed_up_by_indexes(self):
        asked = []
        with patch.object(
            Environment, "execute_query_dict", lambda env, query: asked.append(query)
        ):
            self.env["crm.lifecycle.value"]._derive(self.customers[0].ids)
        self.assertEqual(len(asked), 1)
        self.assertEqual(self._get_scans(asked[0]), [])

    def test_the_profile_of_one_contact_is_found_by_an_index(self):
        for model in ("crm.lifecycle.profile", "crm.lifecycle.transition"):
            with self.subTest(model):
                self.env.cr.execute("SET LOCAL enable_seqscan = off")
                query = self.env[model]._search([("partner_id", "=", self.customers[0].id)])
                [[plan]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query.select()))
                self.assertIn("Index Cond", json.dumps(plan))

    def test_columns_of_the_board_and_pages_of_the_list_are_read_in_order(self):
        profiles = self.env["crm.lifecycle.profile"]
        for domain in ([], [("stage_id", "=", self.stages["first_buyer"].id)]):
            with self.subTest(domain):
                for switch in ("seqscan", "sort", "incremental_sort"):
                    self.env.cr.execute(
                        SQL("SET LOCAL %s = off", SQL.identifier(f"enable_{switch}"))
                    )
                page = profiles._search(domain, order=profiles._order, limit=80)
                [[plan]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", page.select()))
                self.assertNotIn("Sort Key", json.dumps(plan))

    def test_the_hosts_lookup_of_invoices_has_an_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["account.move"]._search(
            [("commercial_partner_id", "=", self.customers[0].id)]
        )
        self.assertEqual(self._get_scans(query.select()), [])
