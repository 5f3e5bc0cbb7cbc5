"""A company with many customers and every kind of document, made up from a seed.

Documents are written by SQL, as an import would, each change on its own day, so that
the same company can be lived through day by day or be found as it is at the end.
"""

import json
import random
from datetime import date, datetime, time, timedelta

from odoo.tools import SQL

START = date(2023, 1, 1)
END = date(2026, 3, 3)
_DAYS = (END - START).days


class GeneratedCompany:
    """Customers of a test's company and the dated changes that make their documents.

    :param LifecycleCase case: the test, whose company and product are used
    :param int seed: what the documents follow from
    :param int count: number of customers
    """

    def __init__(self, case, seed, count):
        self.case = case
        self.env = case.env
        self.rng = random.Random(seed)  # noqa: S311 reproducible, not secret
        self.seed = seed
        self.number = 0
        self.overridden_until = {}
        self._read_templates()
        partner = self._read("res_partner", case._create_customer().id)
        self.customer_ids = [
            self._insert("res_partner", partner, {"name": f"Customer {seed}-{index}"})
            for index in range(count)
        ]
        self.env.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)",
            [self.customer_ids],
        )
        self.changes = []
        for customer_id in self.customer_ids:
            self._make_up(customer_id)
        self.changes.sort(key=lambda change: change[0])

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _read_templates(self):
        """Make one document of each kind, whose rows the others are copies of."""
        case, customer = self.case, self.case._create_customer("Template")
        order = case._confirm_order(customer)
        order_invoice = case._invoice_order(order)
        invoice = case._post_invoice(customer)
        refund = case._refund(invoice)
        paid = case._post_invoice(customer)
        case._pay(paid)
        lead = case._create_opportunity(customer)
        rating = case._rate(order, customer, 5)
        self.env.flush_all()
        self.template = {
            "order": self._read("sale_order", order.id),
            "order_line": self._read("sale_order_line", order.order_line.id),
            "invoice": self._read("account_move", order_invoice.id),
            "invoice_line": self._read("account_move_line", order_invoice.invoice_line_ids.id),
            "receivable": self._read("account_move_line", self._receivable(order_invoice).id),
            "refund": self._read("account_move", refund.id),
            "lead": self._read("crm_lead", lead.id),
            "rating": self._read("rating_rating", rating.id),
        }
        partial = self._receivable(paid).matched_credit_ids
        self.template["partial"] = self._read("account_partial_reconcile", partial.id)
        self.confirmed = self.env.ref("sale.mt_order_confirmed").id
        self.sent = self.env.ref("sale.mt_order_sent").id
        self.state_field = self.env["ir.model.fields"]._get("sale.order", "state").id
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")

    @staticmethod
    def _receivable(move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _read(self, table, row_id):
        [[row]] = self.env.execute_query(
            SQL("SELECT to_jsonb(t) FROM %s t WHERE id = %s", SQL.identifier(table), row_id)
        )
        return row

    def _insert(self, table, template, values):
        """Insert a copy of a row with other values and return its id."""
        row = {**template, **values}
        columns = [name for name in row if name != "id"]
        [[row_id]] = self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s (%(columns)s) SELECT %(columns)s"
                " FROM jsonb_populate_record(NULL::%(table)s, %(row)s) RETURNING id",
                table=SQL.identifier(table),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                row=json.dumps(row, default=str),
            )
        )
        return row_id

    def _update(self, table, row_id, **values):
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
                ),
                row_id,
            )
        )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    def _at(self, day, customer_id, change):
        if day <= END:
            self.changes.append((day, customer_id, change))

    def _day(self, after=START):
        return after + timedelta(days=self.rng.randint(0, max(0, (END - after).days)))

    def _soon(self, day, most=60):
        return day + timedelta(days=self.rng.randint(0, most))

    def _make_up(self, customer_id):
        """Make up the documents of a customer; some have none, few have many."""
        rng = self.rng
        makers = [
            (self._lead, 2),
            (self._order, 8),
            (self._invoice, 5),
            (self._rating, 2),
            (self._agreement, 1),
            (self._mark, 1),
            (self._loss, 1),
            (self._override, 1),
            (self._complaint, 1),
        ]
        weights = [weight for _maker, weight in makers]
        rhythm = rng.choice([7, 30, 90, 200])
        day = self._day()
        for _number in range(min(40, int(rng.paretovariate(0.8)))):
            maker = rng.choices(makers, weights)[0][0]
            maker(customer_id, day)
            day += timedelta(days=max(1, int(rng.gauss(rhythm, rhythm / 4))))
            if day > END:
                break
        if rng.random() < 0.15:
            self._referral(customer_id)

    def _referral(self, customer_id):
        referrer, day = self.rng.choice(self.customer_ids), self._day()
        # A number decides who may bring whom, so that there is no circle.
        if referrer < customer_id:
            values = {
                "company_id": self.case.company.id,
                "partner_id": customer_id,
                "referrer_id": referrer,
                "referrer_customer_id": referrer,
                "date": day,
                "how": "hand",
                "state": "accepted",
            }
            self._at(day, customer_id, lambda: self._insert("crm_lifecycle_referral", {}, values))

    def _moment(self, day):
        return datetime.combine(day, time(self.rng.choice([8, 12, 20])))

    def _lead(self, customer_id, day):
        made, moment = {}, self._moment(day)
        kind = self.rng.choice(["lead", "opportunity", "opportunity"])
        revenue = self.rng.choice([0, 500, 5000])

        def create():
            made["id"] = self._insert(
                "crm_lead",
                self.template["lead"],
                {
                    "partner_id": customer_id,
                    "type": kind,
                    "create_date": moment,
                    "date_conversion": None,
                    "expected_revenue": revenue,
                },
            )

        self._at(day, customer_id, create)
        if kind == "opportunity" and self.rng.random() < 0.6:
            closed = self._soon(day)
            won = self.rng.random() < 0.5

            def close():
                self._update(
                    "crm_lead",
                    made["id"],
                    won_status="won" if won else "lost",
                    active=won,
                    date_closed=datetime.combine(closed, time(21)),
                )

            self._at(closed, customer_id, close)

    def _message(self, order_id, moment, subtype=None):
        """Write a line of the order's chatter, as the host does on a change of state."""
        [[message_id]] = self.env.execute_query(
            SQL(
                "INSERT INTO mail_message (model, res_id, message_type, subtype_id, date)"
                " VALUES ('sale.order', %s, 'notification', %s, %s) RETURNING id",
                order_id,
                subtype,
                moment,
            )
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO mail_tracking_value (mail_message_id, field_id) VALUES (%s, %s)",
                message_id,
                self.state_field,
            )
        )

    def _order(self, customer_id, day):
        made, rng = {}, self.rng
        amount = rng.choice([0, 10, 99.99, 250, 4000])
        moment = self._moment(day)
        validity = rng.choice([None, day + timedelta(days=rng.choice([5, 30]))])

        def create():
            made["id"] = self._insert(
                "sale_order",
                self.template["order"],
                {
                    "partner_id": customer_id,
                    "state": "draft",
                    "create_date": moment,
                    "date_order": moment,
                    "validity_date": validity,
                    "amount_untaxed": amount,
                    "amount_total": amount,
                    "invoice_status": "no",
                },
            )
            made["line"] = self._insert(
                "sale_order_line",
                self.template["order_line"],
                {"order_id": made["id"], "order_partner_id": customer_id, "state": "draft"},
            )

        self._at(day, customer_id, create)
        if rng.random() < 0.4:
            day = self._soon(day, 10)
            sent = self._moment(day)

            def send():
                self._update("sale_order", made["id"], state="sent")
                self._message(made["id"], sent, self.sent)

            self._at(day, customer_id, send)
        if rng.random() < 0.2:
            self._cancel(made, customer_id, self._soon(day))
            return
        day = self._soon(day, 10)
        confirmed = datetime.combine(day, time(21))

        def confirm():
            self._update("sale_order", made["id"], state="sale", date_order=confirmed)
            self._message(made["id"], confirmed, self.confirmed)

        self._at(day, customer_id, confirm)
        if rng.random() < 0.15:
            self._cancel(made, customer_id, self._soon(day) + timedelta(days=1))
        elif amount and rng.random() < 0.6:
            self._bill(customer_id, self._soon(day, 20), amount, made)

    def _cancel(self, made, customer_id, day):
        def cancel():
            self._update("sale_order", made["id"], state="cancel")
            self._message(made["id"], datetime.combine(day, time(22)))

        self._at(day, customer_id, cancel)

    def _invoice(self, customer_id, day):
        self._bill(customer_id, day, self.rng.choice([10, 99.99, 250, 4000]))

    def _bill(self, customer_id, day, amount, order=None):
        """Make up an invoice, what is refunded of it, and its payment."""
        made, rng = {}, self.rng

        def create():
            made["id"] = self._insert_move("invoice", customer_id, day, amount)
            line = self._insert(
                "account_move_line",
                self.template["invoice_line"],
                {
                    "move_id": made["id"],
                    "partner_id": customer_id,
                    "price_subtotal": amount,
                    "balance": -amount,
                    "debit": 0,
                    "credit": amount,
                    "amount_currency": -amount,
                },
            )
            made["due"] = self._insert(
                "account_move_line",
                self.template["receivable"],
                {"move_id": made["id"], "partner_id": customer_id, "full_reconcile_id": None},
            )
            if order:
                self.env.cr.execute(
                    "INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)"
                    " VALUES (%s, %s)",
                    [line, order["line"]],
                )

        self._at(day, customer_id, create)
        if rng.random() < 0.2:
            refunded_on = self._soon(day, 100)
            share = rng.choice([1, 1, 0.5])

            def refund():
                self._insert_move(
                    "refund", customer_id, refunded_on, amount * share, reversed_entry_id=made["id"]
                )

            self._at(refunded_on, customer_id, refund)
        elif rng.random() < 0.7:
            paid_on = self._soon(day, 80)

            def pay():
                self._insert(
                    "account_partial_reconcile",
                    self.template["partial"],
                    {
                        "debit_move_id": made["due"],
                        "amount": amount,
                        "max_date": paid_on,
                        "full_reconcile_id": None,
                    },
                )
                self._update("account_move", made["id"], payment_state="paid")

            self._at(paid_on, customer_id, pay)

    def _insert_move(self, kind, customer_id, day, amount, **values):
        self.number += 1
        sign = -1 if kind == "refund" else 1
        return self._insert(
            "account_move",
            self.template[kind],
            {
                "name": f"GEN{self.seed}/{self.number}",
                "sequence_prefix": f"GEN{self.seed}/",
                "sequence_number": self.number,
                "partner_id": customer_id,
                "commercial_partner_id": customer_id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day + timedelta(days=30),
                "amount_untaxed": amount,
                "amount_total": amount,
                "amount_untaxed_signed": sign * amount,
                "payment_state": "not_paid",
                "reversed_entry_id": None,
                **values,
            },
        )

    def _rating(self, customer_id, day):
        value = self.rng.choice([1, 3, 4, 5, 5])
        moment = self._moment(day)
        self._at(
            day,
            customer_id,
            lambda: self._insert(
                "rating_rating",
                self.template["rating"],
                {
                    "partner_id": customer_id,
                    "rating": value,
                    "rated_on": moment,
                    "write_date": moment,
                    "access_token": f"{customer_id}-{moment}",
                },
            ),
        )

    def _period(self, table, customer_id, day, **values):
        until = self.rng.choice([None, day + timedelta(days=self.rng.choice([0, 45, 400]))])
        self._at(
            day,
            customer_id,
            lambda: self._insert(
                table,
                {},
                {
                    "partner_id": customer_id,
                    "company_id": self.case.company.id,
                    "date_start": day,
                    "date_end": until,
                    "active": True,
                    **values,
                },
            ),
        )

    def _agreement(self, customer_id, day):
        kind = self.rng.choice(["agent", "dealer"])
        self._period("crm_lifecycle_agreement", customer_id, day, kind=kind)

    def _mark(self, customer_id, day):
        kind = self.rng.choice(["suspect", "exclusive"])
        self._period("crm_lifecycle_mark", customer_id, day, kind=kind, reason="Said so")

    def _loss(self, customer_id, day):
        self._at(
            day,
            customer_id,
            lambda: self._insert(
                "crm_lifecycle_loss",
                {},
                {
                    "partner_id": customer_id,
                    "company_id": self.case.company.id,
                    "date": day,
                    "user_id": self.env.uid,
                    "reason_id": self.env["crm.lifecycle.loss.reason"].search([], limit=1).id,
                    "active": True,
                },
            ),
        )

    def _override(self, customer_id, day):
        # The system refuses two at a time.
        if day <= self.overridden_until.get(customer_id, START - timedelta(days=1)):
            return
        self.overridden_until[customer_id] = day + timedelta(days=60)
        stage = self.rng.choice(list(self.case.stages.values()))
        self._at(
            day,
            customer_id,
            lambda: self._insert(
                "crm_lifecycle_override",
                {},
                {
                    "partner_id": customer_id,
                    "company_id": self.case.company.id,
                    "stage_id": stage.id,
                    "reason": "We know better",
                    "user_id": self.env.uid,
                    "state": "approved",
                    "date_start": day,
                    "date_effective": day,
                    "date_end": day + timedelta(days=60),
                    "active": True,
                },
            ),
        )

    def _complaint(self, customer_id, day):
        """Make up a complaint; most are solved or rejected, some of these reopened."""
        made, rng = {}, self.rng
        kind = rng.choice(["complaint", "complaint", "complaint", "question"])
        moment = self._moment(day)
        steps = self.env["crm.complaint.step"]

        def create():
            made["id"] = self._insert(
                "crm_complaint",
                {},
                {
                    "name": f"GEN{self.seed}",
                    "subject": "It squeaks",
                    "partner_id": customer_id,
                    "commercial_partner_id": customer_id,
                    "company_id": self.case.company.id,
                    "kind": kind,
                    "severity": "1",
                    "date": moment,
                    "step_id": steps._get("new").id,
                    "is_open": True,
                    "active": True,
                },
            )

        self._at(day, customer_id, create)
        if rng.random() < 0.8:
            day = self._soon(day)
            self._settle(made, customer_id, day, rng.choice(["solved", "rejected"]))
            if rng.random() < 0.3:
                self._at(
                    self._soon(day) + timedelta(days=1),
                    customer_id,
                    lambda: self._update(
                        "crm_complaint",
                        made["id"],
                        step_id=steps._get("investigating").id,
                        is_open=True,
                        solved_at=None,
                        closed_at=None,
                    ),
                )

    def _settle(self, made, customer_id, day, code):
        moment = datetime.combine(day, time(21))
        step = self.env["crm.complaint.step"]._get(code)
        column = {"solved": "solved_at", "rejected": "closed_at"}[code]
        self._at(
            day,
            customer_id,
            lambda: self._update(
                "crm_complaint", made["id"], step_id=step.id, is_open=False, **{column: moment}
            ),
        )

    # ------------------------------------------------------------
    # LIVE
    # ------------------------------------------------------------

    def live(self, look, step=None):
        """Let the changes happen in their order.

        :param look: called with a day and the customers that changed up to it
        :param int step: days from one look to the next; None to look once, at the end
        """
        due = END if step is None else START
        touched = set()
        for day, customer_id, change in self.changes:
            while day > due:
                look(due, touched)
                touched = set()
                due = min(due + timedelta(days=step), END)
            change()
            touched.add(customer_id)
        look(due, touched)
        if due < END:
            look(END, set())
