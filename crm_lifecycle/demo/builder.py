"""Makes the documents behind the demo's stories, by the host's own methods.

Documents are made today and dated back afterwards: the host dates an order's
confirmation, a chatter line or a lead by the clock, and the past is where a
customer's life takes place.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, fields
from odoo.tools import SQL

from .deals import Activity, Agreement, Bill, Deal, Lead, Mark, Rating

# Nobody is notified of what happened long ago.
QUIET = {
    "mail_activity_quick_update": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notify_force_send": False,
}
# Late in the day, so that it is day in California too where a company without a time
# zone of its own is taken to be in Europe.
OFFICE_HOUR = time(17, 30)
PAYMENT_TERM = "account.account_payment_term_30days"


def get_zone(company):
    """Return the time zone in which a company's days begin and end."""
    return ZoneInfo(company.partner_id.tz or company.resource_calendar_id.tz or "UTC")


def get_moment(day, hour, zone):
    """Return a moment of a day in a time zone, as the database has it: in UTC.

    >>> get_moment(datetime(2026, 3, 3), time(10, 0), ZoneInfo("Asia/Shanghai"))
    datetime.datetime(2026, 3, 3, 2, 0)
    """
    local = datetime.combine(day, hour, zone)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


class DemoBuilder:
    """The documents of one company."""

    def __init__(self, env, company):
        context = {**env.context, **QUIET, "allowed_company_ids": [company.id]}
        self.env = env(context=context)
        self.company = company.with_env(self.env)
        self.zone = get_zone(company)
        self.today = datetime.now(self.zone).date()
        self.last_message = 0
        self.orders = {}
        self.opportunities = {}
        self.known = {}

    def build(self, stories):
        """Make what the stories tell.

        :param dict stories: rows of ``deals`` by the customers' XML ids
        """
        self._ensure_accounting()
        self.stories = {self._ref(f"partner_{name}"): rows for name, rows in stories.items()}
        self._skip_messages()
        self._make_orders()
        self._make_leads()
        self._make_invoices()
        self._make_ratings()
        self._make_agreements_and_marks()
        self._make_activities()
        self._date_customers()

    # ------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------

    def _day(self, days_ago):
        """Return the working day so many days ago; a weekend's is the Friday before."""
        day = self.today - timedelta(days=days_ago)
        return day - timedelta(days=max(day.weekday() - 4, 0))

    def _moment(self, days_ago):
        return get_moment(self._day(days_ago), OFFICE_HOUR, self.zone)

    def _date(self, days_by_record, *columns):
        """Date records back.

        :param dict days_by_record: days ago by record, all of one model
        """
        if not days_by_record:
            return
        self.env.flush_all()
        records = list(days_by_record)
        self.env.cr.execute(
            SQL(
                "UPDATE %s document SET %s FROM UNNEST(%s, %s::timestamp[]) AS past(id, moment)"
                " WHERE document.id = past.id",
                SQL.identifier(records[0]._table),
                SQL(", ").join(SQL("%s = past.moment", SQL.identifier(name)) for name in columns),
                [record.id for record in records],
                [self._moment(days) for days in days_by_record.values()],
            )
        )
        self.env.invalidate_all()

    def _skip_messages(self):
        self.env.cr.flush()
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM mail_message")
        [self.last_message] = self.env.cr.fetchone()

    def _date_messages(self, *groups):
        """Date back what the host has logged on documents since the last call.

        The host logs moves of tracked fields at the end of the transaction.

        :param dict groups: days ago by record, one per model
        """
        self.env.cr.flush()
        for days_by_record in filter(None, groups):
            records = list(days_by_record)
            self.env.cr.execute(
                SQL(
                    "UPDATE mail_message message SET date = past.moment, author_id = past.author"
                    "  FROM UNNEST(%s, %s::timestamp[], %s) AS past(id, moment, author)"
                    " WHERE message.model = %s AND message.res_id = past.id AND message.id > %s",
                    [record.id for record in records],
                    [self._moment(days) for days in days_by_record.values()],
                    [self._get_author(record).id for record in records],
                    records[0]._name,
                    self.last_message,
                )
            )
        self._skip_messages()

    def _get_author(self, record):
        name = "invoice_user_id" if record._name == "account.move" else "user_id"
        user = record[name] if name in record._fields else self.env["res.users"]
        return user.partner_id or self.company.partner_id

    # ------------------------------------------------------------
    # PEOPLE AND GOODS
    # ------------------------------------------------------------

    def _ref(self, name):
        return self.env.ref(name if "." in name else f"crm_lifecycle.{name}")

    def _rows(self, kind):
        """Yield the rows of a kind with their customers, the oldest stories first."""
        for customer, rows in self.stories.items():
            for row in rows:
                if isinstance(row, kind):
                    yield customer, row

    def _get_contact(self, customer):
        """Return who signs for a customer: a contact of theirs, if there is one."""
        return customer.child_ids[:1] or customer

    def _get_salesperson(self, customer):
        if self.company in customer.user_id.company_ids:
            return customer.user_id
        return self._get_team().user_id or customer.user_id

    def _get_team(self):
        team = self.env["crm.team"].search([("company_id", "=", self.company.id)], limit=1)
        return team or self._ref("sales_team.team_sales_department")

    def _get_goods(self, goods):
        """Return products and quantities of goods written as "desk 24, chair 24"."""
        pairs = (item.rsplit(" ", 1) for item in goods.split(", "))
        return [(self._ref(f"product_{name}"), int(quantity)) for name, quantity in pairs]

    def _ensure_accounting(self):
        """Load a chart of accounts where there is none, and tax our goods by its default."""
        if not self.company.chart_template:
            currency = self.company.currency_id
            self.env["account.chart.template"]._load("generic_coa", self.company, False)
            # The chart brings its own country's currency.
            self.company.currency_id = currency
        tax = self.company.account_sale_tax_id
        goods = self.env["product.product"].search([("default_code", "=like", "WP-%")])
        for product in goods.filtered(lambda product: tax not in product.taxes_id):
            product.taxes_id = [Command.link(tax.id)] if tax else []
        first = self._ref("base.main_company")
        for product in goods.filtered(lambda product: not product.standard_price):
            product.standard_price = first.currency_id._convert(
                product.with_company(first).standard_price,
                self.company.currency_id,
                self.company,
                self.today,
            )

    # ------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------

    def _make_orders(self):
        """Quote, send, confirm and cancel, each with its trace in the chatter."""
        deals = sorted(self._rows(Deal), key=lambda pair: -pair[1].drafted_day)
        orders = self.env["sale.order"].create(
            [self._prepare_order(customer, deal) for customer, deal in deals]
        )
        self.orders = {
            order: (customer, deal) for order, (customer, deal) in zip(orders, deals, strict=True)
        }
        for order, (customer, deal) in self.orders.items():
            self._get_to_know(customer, deal.drafted_day)
            order.validity_date = self._day(deal.valid_day)
        self._skip_messages()

        orders.action_quotation_sent()
        self._date_messages({order: deal.sent_day for order, (_c, deal) in self.orders.items()})
        ordered = self._select_orders("ordered")
        self._join(ordered).action_confirm()
        self._date_messages(ordered)
        cancelled = self._select_orders("cancelled")
        for order in cancelled:
            order._action_cancel()
        self._date_messages(cancelled)

        self._date(
            {order: deal.drafted_day for order, (_c, deal) in self.orders.items()}, "create_date"
        )
        self._date(
            {order: deal.ordered or deal.drafted_day for order, (_c, deal) in self.orders.items()},
            "date_order",
        )

    def _select_orders(self, name):
        """Return the orders whose deals have a day of that name, with that day."""
        return {
            order: getattr(deal, name)
            for order, (_customer, deal) in self.orders.items()
            if getattr(deal, name)
        }

    @staticmethod
    def _join(records):
        """Return records of one model, of which there is at least one, as a recordset."""
        first, *others = records
        return first.union(*others)

    def _get_to_know(self, customer, days_ago):
        """Customers are in the address book some days before their first document."""
        self.known[customer] = max(self.known.get(customer, 0), days_ago + 3)

    def _date_customers(self):
        """Date the customers back, unless the other company knew them earlier."""
        known = {
            customer: days
            for customer, days in self.known.items()
            if self._moment(days) < customer.create_date
        }
        self._date(known, "create_date")
        self.last_message = 0
        self._date_messages(known)

    def _prepare_order(self, customer, deal):
        return {
            "partner_id": self._get_contact(customer).id,
            "company_id": self.company.id,
            "user_id": self._get_salesperson(customer).id,
            "team_id": self._get_team().id,
            "client_order_ref": deal.title,
            "payment_term_id": self._ref(PAYMENT_TERM).id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "discount": deal.discount,
                    }
                )
                for product, quantity in self._get_goods(deal.goods)
            ],
        }

    def _make_leads(self):
        """Make the talks, and those that came before an order together with it."""
        talks = [(customer, lead, None) for customer, lead in self._rows(Lead)]
        for order, (customer, deal) in self.orders.items():
            if deal.talked:
                talk = Lead(
                    deal.title,
                    deal.talked,
                    order.amount_untaxed,
                    opened=deal.talked - 3,
                    stage="crm.stage_lead3",
                    referrer=deal.referrer,
                )
                talks.append((customer, talk, order))
        talks.sort(key=lambda talk: -talk[1].asked)
        leads = self.env["crm.lead"].create(
            [self._prepare_lead(customer, talk) for customer, talk, _order in talks]
        )
        asked, opened, closed = {}, {}, {}
        for lead, (customer, talk, order) in zip(leads, talks, strict=True):
            self._get_to_know(customer, talk.asked)
            asked[lead] = talk.asked
            if talk.referrer:
                claims = self.env["crm.lifecycle.referral"].sudo()
                claims.search([("lead_id", "=", lead.id)]).date = self._day(talk.asked)
            if talk.opened:
                opened[lead] = talk.opened
            if order:
                self._link(order, lead)
                closed[lead] = self.orders[order][1].ordered
            elif talk.lost:
                closed[lead] = talk.lost
            elif talk.opened:
                self.opportunities[customer] = lead
        for order, (customer, deal) in self.orders.items():
            if not deal.ordered and customer in self.opportunities:
                self._link(order, self.opportunities[customer])
        self._skip_messages()
        for lead, (_customer, talk, order) in zip(leads, talks, strict=True):
            if order:
                lead.action_set_won()
            elif talk.lost:
                lead.action_set_lost(lost_reason_id=self._ref(talk.lost_reason).id)
        self._date_messages(closed)
        self._date(asked, "create_date", "date_open", "date_last_stage_update")
        self._date(opened, "date_conversion", "date_last_stage_update")
        self._date(closed, "date_closed", "date_last_stage_update")

    def _link(self, order, lead):
        """Tie a quotation to its opportunity where the host knows of such ties."""
        if "opportunity_id" in order._fields:
            order.opportunity_id = lead

    def _prepare_lead(self, customer, talk):
        return {
            "name": talk.title,
            "type": "opportunity" if talk.opened else "lead",
            "partner_id": self._get_contact(customer).id,
            "company_id": self.company.id,
            "user_id": self._get_salesperson(customer).id,
            "team_id": self._get_team().id,
            "expected_revenue": talk.revenue,
            "stage_id": self._ref(talk.stage).id,
            "lifecycle_referrer_id": (
                self._ref(f"partner_{talk.referrer}").id if talk.referrer else False
            ),
        }

    def _make_invoices(self):
        """Invoice, refund and take the payments, in the order of their days."""
        to_invoice = self._select_orders("invoiced_day")
        invoiced, paid, refunds = {}, {}, {}
        self._skip_messages()
        for invoice in self._join(to_invoice)._create_invoices(grouped=True):
            order = invoice.invoice_line_ids.sale_line_ids.order_id
            _customer, deal = self.orders[order.with_env(self.env)]
            invoiced[invoice] = deal.invoiced_day
            if deal.paid_day:
                paid[invoice] = deal.paid_day
            if deal.refunded:
                refunds[invoice] = deal
        for customer, bill in self._rows(Bill):
            invoice = self.env["account.move"].create(self._prepare_bill(customer, bill))
            self._get_to_know(customer, bill.invoiced)
            invoiced[invoice] = bill.invoiced
            if bill.paid:
                paid[invoice] = bill.paid
        for invoice, days_ago in invoiced.items():
            invoice.invoice_date = self._day(days_ago)
        self._date_messages(invoiced)
        self._join(invoiced).action_post()
        self._date_messages(invoiced)
        self._date(invoiced, "create_date")

        for invoice, deal in refunds.items():
            day = self._day(deal.refunded)
            values = {"invoice_date": day, "date": day, "ref": deal.refund_reason}
            refund = invoice._reverse_moves([values], cancel=True)
            self._date_messages({refund: deal.refunded, invoice: deal.refunded})
        self._take_payments(paid)

    def _prepare_bill(self, customer, bill):
        return {
            "move_type": "out_invoice",
            "partner_id": self._get_contact(customer).id,
            "company_id": self.company.id,
            "invoice_user_id": self._get_salesperson(customer).id,
            "ref": bill.title,
            "invoice_payment_term_id": self._ref(PAYMENT_TERM).id,
            "invoice_line_ids": [
                Command.create({"product_id": product.id, "quantity": quantity})
                for product, quantity in self._get_goods(bill.goods)
            ],
        }

    def _take_payments(self, paid):
        """Pay invoices in full.

        :param dict paid: days ago by invoice
        """
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        invoices = sorted(paid, key=lambda invoice: -paid[invoice])
        if not (bank and invoices):
            return
        payments = self.env["account.payment"].create(
            [self._prepare_payment(invoice, bank, paid[invoice]) for invoice in invoices]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                (invoice + payment.move_id).line_ids.filtered_domain(
                    [("account_id.account_type", "=", "asset_receivable")]
                )
                for invoice, payment in zip(invoices, payments, strict=True)
            ]
        )
        self._date_messages(
            paid,
            {payment: paid[invoice] for invoice, payment in zip(invoices, payments, strict=True)},
            {
                order: paid[invoice]
                for invoice in invoices
                for order in invoice.invoice_line_ids.sale_line_ids.order_id
            },
        )

    def _prepare_payment(self, invoice, bank, days_ago):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": invoice.commercial_partner_id.id,
            "amount": invoice.amount_residual,
            "currency_id": invoice.currency_id.id,
            "date": self._day(days_ago),
            "journal_id": bank.id,
            "memo": invoice.name,
            "invoice_ids": [Command.set(invoice.ids)],
        }

    # ------------------------------------------------------------
    # WHAT PEOPLE SAY
    # ------------------------------------------------------------

    def _make_ratings(self):
        given = {}
        for customer, rating in self._rows(Rating):
            order = max(
                (
                    order
                    for order, (buyer, deal) in self.orders.items()
                    if buyer == customer and deal.ordered and deal.ordered >= rating.given
                ),
                key=lambda order: order.date_order,
            )
            record = self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                    "res_id": order.id,
                    "partner_id": order.partner_id.id,
                    "rated_partner_id": order.user_id.partner_id.id,
                    "rating": rating.value,
                    "feedback": rating.feedback,
                    "consumed": True,
                }
            )
            given[record] = rating.given
        self._date(given, "create_date", "write_date", "rated_on")

    def _make_agreements_and_marks(self):
        self.env["crm.lifecycle.agreement"].create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "kind": row.kind,
                    "reference": row.reference,
                    "date_start": self._day(row.start),
                    "date_end": row.end and self._day(row.end),
                    "note": row.note,
                }
                for customer, row in self._rows(Agreement)
            ]
        )
        self.env["crm.lifecycle.mark"].create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "kind": row.kind,
                    "reason": row.reason,
                    "date_start": self._day(row.since),
                    "user_id": self._get_salesperson(customer).id,
                }
                for customer, row in self._rows(Mark)
            ]
        )
        for customer, row in self._rows((Agreement, Mark)):
            self._get_to_know(customer, row.start if isinstance(row, Agreement) else row.since)

    def _make_activities(self):
        by_customer = defaultdict(list)
        for customer, row in self._rows(Activity):
            by_customer[customer].append(row)
        done = {}
        for customer, rows in by_customer.items():
            for row in rows:
                for days_ago in row.done or (-row.due,):
                    activity = customer.activity_schedule(
                        row.kind,
                        date_deadline=fields.Date.to_date(self._day(days_ago)),
                        summary=row.summary,
                        user_id=self._get_salesperson(customer).id,
                    )
                    if row.done:
                        done[activity] = days_ago
        self._do(done)

    def _do(self, done):
        """Have activities been done.

        :param dict done: days ago by activity
        """
        self._skip_messages()
        for activity, days_ago in done.items():
            customer = self.env["res.partner"].browse(activity.res_id)
            activity.action_done()
            self._date_messages({customer: days_ago})
        self._date(done, "create_date", "date_done")
