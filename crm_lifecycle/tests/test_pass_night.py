from odoo.tests import tagged

from .rows_common import RowsCase

LONG_AGO = "2020-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestNightlyPass(RowsCase):
    """At night are looked at: for whom a date has come, and whose rows were written."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-02"):
            self.customer = self._create_customer("Rows Ltd")
            self.other = self._create_customer("Rows Other")
            self.order = self._create_order(self.customer)
            # Its confirmation is a line of its own in the chatter.
            self.env.cr.flush()
            self.order.action_confirm()
            self._confirm_order(self.other)
            self._process_queue()
        with self.at("2026-03-10"):
            self.last_night = self._gather("night")
            self._process_queue()

    # ------------------------------------------------------------
    # A DATE HAS COME
    # ------------------------------------------------------------

    def test_who_has_a_date_is_looked_at_on_that_day_and_once(self):
        with self.at("2026-03-11"):
            quotation = self._create_order(self.customer, validity_date="2026-03-31")
            quotation.action_quotation_sent()
            self._process_queue()
            self.assertEqual(str(self._profile(self.customer).review_date), "2026-04-01")
        with self.at("2026-03-20"):
            self._gather("night")
        with self.at("2026-03-31"):
            self.assertFalse(self._found("night"))
        with self.at("2026-04-01"):
            self.assertEqual(self._found("night"), self.customer)
            self._process_queue()
            self.assertFalse(self._found("night"))
        with self.at("2026-04-02"):
            self.assertFalse(self._found("night"))

    def test_a_day_begins_at_midnight_of_the_company(self):
        east = self._create_company("Lifecycle East", "base.EUR", tz="Pacific/Auckland")
        west = self._create_company("Lifecycle West", "base.EUR", tz="America/Los_Angeles")
        customers = {}
        for company in (east, west):
            with self.at("2026-03-11"):
                customers[company] = customer = self._create_customer(f"Rows {company.name}")
                quotation = self._create_order(
                    customer, company_id=company.id, validity_date="2026-03-31"
                )
                quotation.action_quotation_sent()
                self._process_queue()
        with self.at("2026-03-20"):
            self._gather("night")
        for moment, expected in (
            ("2026-03-31 10:59:00", ()),
            ("2026-03-31 11:00:00", (east,)),
            ("2026-04-01 06:59:00", (east,)),
            ("2026-04-01 07:00:00", (east, west)),
        ):
            with self.subTest(moment), self.at(moment):
                found = self._found("night")
                self.assertEqual(set(found), {customers[company] for company in expected})

    def test_who_failed_is_tried_again_the_next_night(self):
        with self.at("2026-03-11"):
            self._create_order(self.customer, validity_date="2026-03-31").action_quotation_sent()
            self._process_queue()
        with self.at("2026-03-20"):
            self._gather("night")
        for day in ("2026-04-01", "2026-04-02"):
            with self.subTest(day), self.at(day):
                self.assertEqual(self._found("night"), self.customer)
                self.env.cr.execute("DELETE FROM crm_lifecycle_queue WHERE failed_at IS NULL")
                self._set_aside(self.customer)
        with self.at("2026-04-03"):
            self._gather("night")
            self._process_queue()
            self.assertFalse(self.queue.search([]))

    # ------------------------------------------------------------
    # A ROW WAS WRITTEN
    # ------------------------------------------------------------

    def test_who_has_no_date_and_no_new_row_is_left_alone(self):
        with self.at("2026-03-11"):
            night = self._gather("night")
            self.assertFalse({self.customer.id, self.other.id} & set(self._gathered(night)))

    def test_a_row_changed_by_sql_is_found_by_the_date_it_tells(self):
        with self.at("2026-03-11"):
            self._change_row(self.order, state="cancel", write_date="2026-03-11 09:00:00")
            self.assertEqual(self._found("night"), self.customer)
            self._process_queue()
            self.assertEqual(self._stage(self.customer), "suspect")
        with self.at("2026-03-12"):
            self.assertFalse(self._found("night"))

    def test_who_referred_a_customer_is_looked_at_together_with_them(self):
        with self.at("2026-03-10"):
            referrer = self._create_customer("Rows Referrer")
            self.customer.lifecycle_referrer_id = referrer
            self._process_queue()
            self._gather("night")
            self._process_queue()
        for kind in ("night", "week"):
            with self.subTest(kind), self.at("2026-03-11"):
                self._gather(kind)
                self._process_queue()
                self._change_row(
                    self.order,
                    amount_untaxed=100 + len(kind),
                    write_date="2026-03-11 23:00:00",
                )
                self.assertEqual(self._found(kind), self.customer | referrer)

    def test_a_row_imported_by_sql_is_found_whatever_date_it_tells(self):
        for write_date in ("2026-03-11 09:00:00", LONG_AGO, None):
            with self.subTest(write_date), self.at("2026-03-11"):
                customer = self._create_customer(f"Rows {write_date}")
                self._copy_row(
                    self.order,
                    partner_id=customer.id,
                    create_date=LONG_AGO,
                    date_order="2025-05-05 12:00:00",
                    write_date=write_date,
                )
                self.assertEqual(self._found("night"), customer)
                self._process_queue()
                profile = self._profile(customer)
                self.assertEqual(profile.stage_id.code, "first_buyer")
                self.assertEqual(str(profile.stage_date), "2025-05-05")

    def test_rows_of_every_table_are_found(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.other)
            lead = self._create_lead(self.other)
            rating = self._rate(self.order, self.other, 5)
            agreement = self._create_agreement(self.other, "2026-01-01")
            mark = self._create_mark(self.other)
            loss = self._create_loss(self.other)
            override = self._create_override(self.other)
            claim = self.env["crm.lifecycle.referral"].create(
                {
                    "referrer_id": self.other.id,
                    "partner_id": self._create_customer("Rows Referred").id,
                }
            )
            self._process_queue()
        with self.at("2026-03-10"):
            self._gather("night")
            self._process_queue()
        message = self.order.message_ids.filtered(
            lambda line: line.subtype_id == self.env.ref("sale.mt_order_confirmed")
        )[:1]
        newcomer = self._create_customer("Rows Newcomer")
        owner = {"partner_id": newcomer.id}
        for record, values, found in (
            (self.order, owner, newcomer),
            (lead, owner, newcomer),
            (
                invoice,
                {**owner, "commercial_partner_id": newcomer.id, "name": "ROWS/1"},
                newcomer,
            ),
            (rating, {**owner, "access_token": "rows"}, newcomer),
            (agreement, owner, newcomer),
            (mark, owner, newcomer),
            (loss, owner, newcomer),
            (override, owner, newcomer),
            (message, {}, self.customer),
            (claim, {"partner_id": newcomer.id}, self.other),
        ):
            with self.at("2026-03-11"), self.env.cr.savepoint() as savepoint:
                self._gather("night")
                with self.subTest(record._table, how="a new row"):
                    self._copy_row(record, **{**values, "write_date": LONG_AGO})
                    self.assertEqual(self._found("night"), found)
                savepoint.rollback()
            self.env.invalidate_all()
            with self.at("2026-03-11"), self.env.cr.savepoint() as savepoint:
                self._gather("night")
                with self.subTest(record._table, how="a changed row"):
                    owner_now = self.customer if record in (self.order, message) else self.other
                    self._change_row(record, write_date="2026-03-11 11:59:00")
                    self.assertEqual(self._found("night"), owner_now)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_row_that_shows_late_is_found_by_the_overlap(self):
        """Written before the last pass, in a transaction that was committed after it."""
        for write_date, found in (
            ("2026-03-10 10:30:00", True),
            ("2026-03-10 09:30:00", False),
        ):
            with self.subTest(write_date), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-11"):
                    self._change_row(self.order, state="cancel", write_date=write_date)
                    self.assertEqual(bool(self._found("night")), found)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_the_first_night_of_all_has_nothing_to_go_on_from(self):
        self.passes.search([]).sudo().unlink()
        with self.at("2026-03-11"):
            self._change_row(self.order, state="cancel", write_date="2026-03-11 09:00:00")
            night = self._gather("night")
            self.assertNotIn(self.customer.id, self._gathered(night))
        # It is noted where the next one begins.
        with self.at("2026-03-12"):
            self._change_row(self.order, state="sale", write_date="2026-03-12 09:00:00")
            self.assertEqual(self._found("night"), self.customer)

    def test_a_rebuild_of_everybody_is_gone_on_from(self):
        with self.at("2026-03-11 06:00:00"):
            self._change_row(self.order, state="cancel", write_date="2026-03-11 03:00:00")
            self._gather("demand")
            self._process_queue()
        with self.at("2026-03-11"):
            self.assertFalse(self._found("night"))

    def test_a_rebuild_of_one_company_leaves_the_rows_of_the_others_to_the_night(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        with self.at("2026-03-11 06:00:00"):
            self._change_row(self.order, state="cancel", write_date="2026-03-11 03:00:00")
            rebuild = self._gather("demand", company)
            self.assertEqual(self._gathered(rebuild), [])
        with self.at("2026-03-11"):
            self.assertEqual(self._found("night"), self.customer)

    def test_the_document_of_a_contact_is_its_companys(self):
        contact = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        with self.at("2026-03-11"):
            self._gather("night")
            self._copy_row(self.order, partner_id=contact.id, write_date=LONG_AGO)
            self.assertEqual(self._found("night"), self.customer)

    def test_failures_of_contacts_that_are_gone_are_forgotten(self):
        gone = self._create_customer("Rows Gone")
        self._set_aside(gone)
        self._set_aside(self.customer)
        gone.unlink()
        with self.at("2026-03-11"):
            self._gather("night")
        failed = self.queue.search([("failed_at", "!=", False)])
        self.assertEqual(failed.mapped("partner_ref"), self.customer.ids)


@tagged("post_install", "-at_install")
class TestDuePass(RowsCase):
    """Every night one pass: the check once a week, else the nightly one."""

    def assertStarted(self, moment, kind):
        """Have the job run twice, and check which pass it started, and gathered."""
        before = self.passes.search([])
        with self.at(moment):
            for _time in range(2):
                self.passes._start_due()
            started = self.passes.search([]) - before
            self.assertEqual(started.mapped("kind"), [kind] if kind else [])
            self._process_queue()
        return started

    def test_the_check_once_a_week_else_the_night(self):
        for moment, kind in (
            # Nothing is known of the documents yet.
            ("2026-03-01 01:30:00", "week"),
            ("2026-03-02 01:30:00", "night"),
            ("2026-03-07 01:30:00", "night"),
            # The job does not begin to the second.
            ("2026-03-08 01:29:00", "week"),
            ("2026-03-09 01:30:00", "night"),
            ("2026-03-14 01:30:00", "night"),
            ("2026-03-15 01:30:00", "week"),
            # The server was down.
            ("2026-03-31 01:30:00", "week"),
        ):
            with self.subTest(moment):
                self.assertStarted(moment, kind)

    def test_the_installation_counts_as_a_check(self):
        with self.at("2026-03-01 12:00:00"):
            self._gather("install")
            self._process_queue()
        self.assertStarted("2026-03-02 01:30:00", "night")
        self.assertStarted("2026-03-08 12:30:00", "week")

    def test_rebuilds_and_those_of_a_company_are_no_check(self):
        with self.at("2026-03-01 12:00:00"):
            self._gather("demand")
            self._gather("install", self.company)
            self._process_queue()
        self.assertStarted("2026-03-02 01:30:00", "week")

    def test_what_waits_or_runs_is_enough(self):
        self.assertStarted("2026-03-01 01:30:00", "week")
        for state, day, starts in (
            ("waiting", "02", False),
            ("running", "03", False),
            ("done", "04", True),
            ("paused", "05", True),
            ("replaced", "06", True),
        ):
            with self.subTest(state), self.env.cr.savepoint() as savepoint:
                with self.at(f"2026-03-{day} 00:00:00"):
                    self.passes._start("night").state = state
                with self.at(f"2026-03-{day} 01:30:00"):
                    count = self.passes.search_count([])
                    self.passes._start_due()
                    self.assertEqual(self.passes.search_count([]) - count, int(starts))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_night_under_way_does_not_put_off_the_check(self):
        self.assertStarted("2026-03-01 01:30:00", "week")
        with self.at("2026-03-07 01:30:00"):
            self.passes._start("night").state = "running"
        with self.at("2026-03-08 01:30:00"):
            self.assertEqual(self.passes._start_due().kind, "week")
