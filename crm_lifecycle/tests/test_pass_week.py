from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import purchases, rules, sources, traces
from .rows_common import RowsCase

TABLES = (
    "crm_lifecycle_fingerprint",
    "crm_lifecycle_profile",
    "crm_lifecycle_transition",
    "crm_lifecycle_purchase_day",
)

# Columns that the engine reads and the check does not, with the reason.
UNTRACED = {
    "crm_lifecycle_stage": "The eight stages do not change.",
    "stock_location": "Between which kinds of places goods move does not change.",
    "mail_tracking_value": "The order's own state and dates tell that it was moved.",
    "account_move_line": "The invoice's amounts tell of its lines.",
    "account_partial_reconcile": "The invoice's residual amount and state tell of payments.",
    "sale_order_line": "The order's amount tells of its lines.",
    "res_company": "A changed limit of satisfaction has everybody looked at again.",
    "crm_complaint_product_product_rel": "Which product was rated is no figure of the customer.",
    "crm_complaint_sale_order_line_rel": "Which product was rated is no figure of the customer.",
    "sale_order_line_invoice_rel": "An invoice is made with what it bills.",
}


class WeekCase(RowsCase):
    """A customer with every kind of document, and another one with the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        cls = type(self)
        with self.at("2026-03-02"):
            cls.customer, cls.other = (
                self._create_customer(name) for name in ("Rows Ltd", "Rows Other")
            )
            _others, cls.documents = (
                self._create_documents(customer) for customer in (self.other, self.customer)
            )
            cls.referred = self._create_customer("Referred", lifecycle_referrer_id=self.customer.id)
            cls.documents["crm_lifecycle_referral"] = self.env["crm.lifecycle.referral"].search(
                [("partner_id", "=", cls.referred.id)]
            )
            self._process_queue()
            self._gather("week")
            self._process_queue()

    def _create_documents(self, customer):
        """Create a document of each kind, by the name of its table."""
        order = self._create_order(customer)
        self.env.cr.flush()
        order.action_quotation_sent()
        self.env.cr.flush()
        order.action_confirm()
        self.env.cr.flush()
        invoice = self._post_invoice(customer)
        activity = customer.activity_schedule("mail.mail_activity_data_call")
        activity.action_feedback()
        return {
            "crm_lead": self._create_opportunity(customer),
            "mail_activity": activity,
            "sale_order": order,
            "mail_message": order.message_ids.filtered(
                lambda line: line.subtype_id == self.env.ref("sale.mt_order_confirmed")
            )[:1],
            "account_move": invoice,
            "refund": self._refund(self._post_invoice(customer)),
            "rating_rating": self._rate(order, customer, 5),
            "crm_lifecycle_agreement": self._create_agreement(customer, "2026-01-01"),
            "crm_lifecycle_mark": self._create_mark(customer),
            "crm_lifecycle_loss": self._create_loss(customer),
            "crm_lifecycle_override": self._create_override(customer),
        }

    def _check(self):
        """Have a weekly check gather, and return the customers of the test it found."""
        with self.at("2026-03-02"):
            return self._found("week")

    def assertFound(self, customers, change, *args, **values):
        """Check whom a change concerns, which is undone then."""
        with self.env.cr.savepoint() as savepoint:
            change(*args, **values)
            self.assertEqual(self._check(), customers)
            # Known from now on.
            self.assertFalse(self._check())
            savepoint.rollback()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWeeklyCheck(WeekCase):
    """Once a week everybody whose documents differ is found, and nobody else."""

    def test_where_nothing_changed_nobody_is_queued_and_nothing_is_written(self):
        before = self._read_rows(*TABLES, "crm_lifecycle_queue")
        with self.at("2026-03-02"):
            check = self._gather("week")
        self.assertRecordValues(check, [{"total": 0, "looked": 0, "state": "done"}])
        self.assertEqual(self._read_rows(*TABLES, "crm_lifecycle_queue"), before)

    def _get_other_value(self, record, name):
        """Return another value for a column, that its table accepts."""
        field = record._fields[name]
        column = SQL.identifier(name)
        if field.type == "many2one":
            others = self.env[field.comodel_name].with_context(active_test=False)
            return others.search([("id", "!=", record[name].id)], limit=1).id
        if field.type == "selection":
            return next(
                value for value in field.get_values(self.env) if value and value != record[name]
            )
        if field.type == "boolean":
            return not record[name]
        if field.type in ("date", "datetime"):
            return SQL("COALESCE(%s, '2030-01-01') + INTERVAL '1 day'", column)
        if field.type == "char":
            return SQL("%s || '.other'", column)
        return SQL("COALESCE(%s, 10) - 1", column)

    def test_a_change_of_any_column_is_found(self):
        changed = set()
        for trace in self.env["crm.lifecycle.event"]._get_traces():
            record = self.documents.get(trace.table)
            if not record:
                # A bridge's own, which it tests.
                continue
            for name in trace.columns:
                if not isinstance(name, str):
                    continue
                changed.add((trace.table, name))
                with self.subTest(table=trace.table, column=name):
                    value = self._get_other_value(record, name)
                    self.assertFound(self.customer, self._change_row, record, **{name: value})
        self.assertGreater(len(changed), 30)

    def test_what_only_some_rows_depend_on_is_found(self):
        lead, order = self.documents["crm_lead"], self.documents["sale_order"]
        written = {"write_date": "2026-02-02 12:00:00"}
        for record, values in (
            # The host does not tell when it was closed, or cancelled, but by that date.
            (lead, {"won_status": "lost", "date_closed": None}),
            (lead, {"active": False, "date_closed": None}),
            (order, {"state": "cancel"}),
            (order, {"state": "draft"}),
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self._change_row(record, **values)
                self._check()
                self.assertFound(self.customer, self._change_row, record, **written)
                savepoint.rollback()
            self.env.invalidate_all()
        for record in (lead, order, self.documents["account_move"]):
            with self.subTest(record=record, open=True), self.env.cr.savepoint() as savepoint:
                self._change_row(record, **written)
                self.assertFalse(self._check())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_no_figure_depends_on_is_not_looked_at(self):
        for record, values in (
            (self.documents["sale_order"], {"client_order_ref": "42"}),
            (self.documents["crm_lead"], {"name": "Other"}),
            (self.documents["account_move"], {"ref": "Theirs"}),
            (self.documents["rating_rating"], {"feedback": "Fine"}),
            (self.customer, {"phone": "+32 2 290 34 90"}),
        ):
            with self.subTest(record._name), self.env.cr.savepoint() as savepoint:
                self._change_row(record, **values)
                self.assertFalse(self._check())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_an_import_is_found_and_looked_at(self):
        newcomer = self._create_customer("Rows Newcomer")
        self._copy_row(
            self.documents["sale_order"],
            partner_id=newcomer.id,
            write_date=None,
            date_order="2025-05-05 12:00:00",
        )
        self.assertEqual(self._check(), newcomer)
        with self.at("2026-03-02"):
            self._process_queue()
        self.assertEqual(self._profile(newcomer).stage_id.code, "first_buyer")

    def test_a_deleted_row_is_found(self):
        for name in (
            "crm_lead",
            "mail_activity",
            "mail_message",
            "rating_rating",
            "crm_lifecycle_agreement",
            "crm_lifecycle_mark",
            "crm_lifecycle_loss",
            "crm_lifecycle_override",
            "account_move",
        ):
            with self.subTest(name):
                self.assertFound(self.customer, self._delete_row, self.documents[name])

    def test_who_has_no_document_left_is_found_and_forgotten(self):
        customer = self._create_customer("Rows Lead")
        with self.at("2026-03-02"):
            lead = self._create_lead(customer)
            self._process_queue()
            self._gather("week")
            self._process_queue()
            fingerprints = self.env["crm.lifecycle.fingerprint"]
            known = fingerprints.search([("partner_ref", "=", customer.id)])
            self.assertTrue(known and self._profile(customer))
            self._delete_row(lead)
            self.assertEqual(self._found("week"), customer)
            self.env.invalidate_all()
            self.assertFalse(known.exists())
            self._process_queue()
            self.assertFalse(self._profile(customer))
            self.assertFalse(self._found("week"))

    def test_a_document_that_moves_concerns_both_customers(self):
        self.assertFound(
            self.customer | self.other,
            self._change_row,
            self.documents["crm_lead"],
            partner_id=self.other.id,
        )

    def test_an_archived_customer_is_found(self):
        self.assertFound(self.customer, self._change_row, self.customer, active=False)
        with self.env.cr.savepoint() as savepoint:
            self._change_row(self.customer, active=False)
            self._check()
            self.assertFound(self.customer, self._change_row, self.customer, active=True)
            savepoint.rollback()

    def test_a_referral_that_moves_concerns_both_referrers(self):
        claim = self.documents["crm_lifecycle_referral"]
        values = {"referrer_customer_id": self.other.id}
        self.assertFound(self.customer | self.other, self._change_row, claim, **values)
        self.assertFound(self.customer, self._change_row, claim, state="rejected")

    def test_a_referred_contact_that_joins_another_company_is_found(self):
        self.assertFound(
            self.customer,
            self._change_row,
            self.referred,
            parent_id=self.other.id,
            commercial_partner_id=self.other.id,
        )

    def test_the_documents_of_a_contact_are_its_companys(self):
        contact = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        with self.env.cr.savepoint() as savepoint:
            self._change_row(self.documents["sale_order"], partner_id=contact.id)
            # The same documents of the same customer.
            self.assertFalse(self._check())
            self.assertFound(
                self.customer,
                self._change_row,
                self.documents["sale_order"],
                amount_untaxed=SQL("amount_untaxed + 1"),
            )
            self.assertFound(
                self.customer | self.other,
                self._change_row,
                contact,
                parent_id=self.other.id,
                commercial_partner_id=self.other.id,
            )
            savepoint.rollback()

    def test_who_is_due_is_looked_at_as_well(self):
        with self.at("2026-03-02"):
            self._create_order(self.customer, validity_date="2026-03-31").action_quotation_sent()
            self._process_queue()
            self._gather("week")
            self._process_queue()
        with self.at("2026-04-01"):
            self.assertIn(self.customer, self._found("week"))

    def test_the_installation_keeps_what_the_first_check_compares_with(self):
        self.env.cr.execute("DELETE FROM crm_lifecycle_fingerprint")
        with self.at("2026-03-02"):
            self._gather("install")
            self._process_queue()
            self.assertFalse(self._found("week"))

    def test_other_passes_keep_no_fingerprints(self):
        """A rebuild of some, or a night, would hide what it did not look at."""
        before = self._read_rows("crm_lifecycle_fingerprint")
        self._change_row(self.documents["crm_lead"], type="lead")
        with self.at("2026-03-02"):
            for kind, company in (
                ("night", None),
                ("demand", None),
                ("policy", self.company),
                ("install", self.company),
            ):
                self._gather(kind, company)
        self.assertEqual(self._read_rows("crm_lifecycle_fingerprint"), before)
        self.assertEqual(self._check(), self.customer)


@tagged("post_install", "-at_install")
class TestTraces(WeekCase):
    """The check reads the columns that the engine reads."""

    def _read_columns(self, query):
        """Return the columns that a query reads, as PostgreSQL notes them of a view."""
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(SQL("CREATE TEMP VIEW lifecycle_read AS %s", query))
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT class.relname, attribute.attname
                         FROM pg_rewrite rewrite
                         JOIN pg_depend depend ON depend.objid = rewrite.oid
                          AND depend.classid = 'pg_rewrite'::regclass
                          AND depend.refclassid = 'pg_class'::regclass
                         JOIN pg_class class ON class.oid = depend.refobjid
                         JOIN pg_attribute attribute ON attribute.attrelid = depend.refobjid
                          AND attribute.attnum = depend.refobjsubid
                        WHERE rewrite.ev_class = 'lifecycle_read'::regclass
                          AND depend.refobjsubid > 0"""
                )
            )
            savepoint.rollback()
        return set(rows)

    def test_whatever_the_engine_reads_is_traced(self):
        events = self.env["crm.lifecycle.event"]
        scope = sources.Scope()
        company = SQL(
            "company AS (SELECT 1 AS id, 'UTC'::varchar AS tz, 2 AS digits,"
            " CURRENT_DATE AS today, 'confirmed'::varchar AS basis)"
        )
        selects = [
            *events._get_fact_sources(scope).values(),
            *(source for _fact, source in events._get_figure_sources(scope).values()),
            *events._get_purchase_sources(scope, set(rules.BASES)).values(),
            purchases.billed_customers(scope),
        ]
        read = self._read_columns(
            SQL(
                "WITH %s %s",
                company,
                SQL(" UNION ALL ").join(
                    SQL("SELECT key, company_id, partner_id, date, amount FROM (%s) s", select)
                    for select in selects
                ),
            )
        )
        row_hash = traces.record_hash(self.env.cr._cnx.server_version)
        traced = self._read_columns(traces.customer_fingerprints(events._get_traces(), row_hash))
        self.assertTrue(traced - read)
        missing = {
            (table, column)
            for table, column in read - traced
            if table not in UNTRACED and column != "id"
        }
        self.assertEqual(missing, set())

    def test_each_table_is_one_of_the_hosts_or_ours(self):
        for trace in self.env["crm.lifecycle.event"]._get_traces():
            with self.subTest(trace.table):
                self.assertIn(trace.table, [model._table for model in self.env.values()])

    def test_records_have_a_hash_before_postgresql_14(self):
        """Where there is no hash of a record, that of its text serves."""
        found = self.env["crm.lifecycle.event"]._get_traces()

        def read():
            return dict(
                self.env.execute_query(
                    traces.customer_fingerprints(found, traces.record_hash(130000))
                )
            )

        before = read()
        self.assertIn(self.customer.id, before)
        self.assertEqual(read(), before)
        self._change_row(self.documents["crm_lead"], type="lead")
        changed = {key for key, value in read().items() if before.get(key) != value}
        self.assertEqual(changed, {self.customer.id})
