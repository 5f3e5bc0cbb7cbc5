"""What every test of the lifecycle builds on: people, documents, and a calendar.

Each test has a company, products and customers of its own; nothing relies on
demo data. ``at`` freezes the clock of Python and of the cursor together.
"""

from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL, mute_logger

SALES = "sales_team.group_sale_salesman"
SALES_ALL = "sales_team.group_sale_salesman_all_leads"
SALES_MANAGER = "sales_team.group_sale_manager"
INVOICING = "account.group_account_invoice"
READONLY_ACCOUNTING = "account.group_account_readonly"


class LifecycleCase(TransactionCase):
    """A company of its own, in euros and UTC, with one salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company = cls._create_company("Lifecycle Test Company", "base.EUR")
        cls.env.user.write(
            {
                "company_ids": [Command.link(cls.company.id)],
                "company_id": cls.company.id,
            }
        )
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.company.id]})
        cls.company = cls.company.with_env(cls.env)
        cls.salesperson = cls._create_user("lifecycle_sales", SALES)
        cls.product = cls.env["product.product"].create(
            {
                "name": "Garden Bench",
                "type": "service",
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        cls.stages = cls.env["crm.lifecycle.stage"]._by_code()
        cls.queue = cls.env["crm.lifecycle.queue"]
        cls.passes = cls.env["crm.lifecycle.pass"]
        # Whatever the database had waiting is not this test's business.
        cls.env.flush_all()
        cls.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        cls.env.cr.execute("DELETE FROM crm_lifecycle_pass")
        cls.env.cr.execute("DELETE FROM crm_lifecycle_reclassification")

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    @classmethod
    def _create_company(cls, name, currency_xmlid, tz="UTC"):
        """Create a company with a chart of accounts for sales."""
        currency = cls.env.ref(currency_xmlid)
        currency.active = True
        company = cls.env["res.company"].create({"name": name, "currency_id": currency.id})
        company.partner_id.write({"tz": tz, "lang": "en_US"})
        cls._create_accounts(company)
        return company

    @classmethod
    def _create_accounts(cls, company):
        env = cls.env(context={**cls.env.context, "allowed_company_ids": [company.id]})
        accounts = {
            account_type: env["account.account"].create(
                {
                    "name": account_type,
                    "code": code,
                    "account_type": account_type,
                    "company_ids": [Command.link(company.id)],
                }
            )
            for code, account_type in (
                ("100001", "asset_receivable"),
                ("100002", "liability_payable"),
                ("100003", "income"),
                ("100004", "expense"),
                ("100005", "asset_cash"),
                ("100006", "asset_current"),
            )
        }
        for name, account_type in (
            ("property_account_receivable_id", "asset_receivable"),
            ("property_account_payable_id", "liability_payable"),
        ):
            env["ir.default"].set(
                "res.partner", name, accounts[account_type].id, company_id=company.id
            )
        *_journals, exchange = env["account.journal"].create(
            [
                {
                    "name": "Sales",
                    "type": "sale",
                    "code": "LSAL",
                    "company_id": company.id,
                    "default_account_id": accounts["income"].id,
                },
                {
                    "name": "Bank",
                    "type": "bank",
                    "code": "LBNK",
                    "company_id": company.id,
                    "default_account_id": accounts["asset_cash"].id,
                },
                {"name": "Exchange", "type": "general", "code": "LEXC", "company_id": company.id},
            ]
        )
        company.write(
            {
                "transfer_account_id": accounts["asset_current"].id,
                "income_currency_exchange_account_id": accounts["income"].id,
                "expense_currency_exchange_account_id": accounts["expense"].id,
                "currency_exchange_journal_id": exchange.id,
            }
        )

    @classmethod
    def _create_user(cls, login, *groups, company=None, **vals):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **vals,
        )

    @classmethod
    def _create_customer(cls, name="Ada's Garden", **vals):
        """Create a customer; who referred them, if anybody, was told long ago."""
        customer = cls.env["res.partner"].create({"name": name, "is_company": True, **vals})
        if vals.get("lifecycle_referrer_id"):
            claims = cls.env["crm.lifecycle.referral"].sudo()
            claims.search([("partner_id", "=", customer.id)]).date = "2000-01-01"
        return customer

    # ------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------

    @contextmanager
    def at(self, moment):
        """Freeze the clock, given as "2026-03-03" (noon) or "2026-03-03 23:30:00", UTC."""
        moment = datetime.fromisoformat(moment if " " in moment else f"{moment} 12:00:00")
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield

    def _create_order(self, customer, amount=100.0, **vals):
        """Create a quotation of one line."""
        company = self.env["res.company"].browse(vals.get("company_id", self.company.id))
        return (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": customer.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def _confirm_order(self, customer, amount=100.0, **vals):
        order = self._create_order(customer, amount, **vals)
        order.action_confirm()
        return order

    def _create_invoice(self, customer, amount=100.0, move_type="out_invoice", **vals):
        """Create a draft invoice that comes from no order."""
        return (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": customer.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def _post_invoice(self, customer, amount=100.0, **vals):
        invoice = self._create_invoice(customer, amount, **vals)
        invoice.action_post()
        return invoice

    def _invoice_order(self, order, final=False):
        """Invoice orders in full with one invoice, and post.

        :param bool final: down payments come off, as the host's wizard does by default
        """
        invoice = order._create_invoices(final=final)
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        return invoice

    def _invoice_down_payment(self, order, percentage):
        """Invoice a share of an order in advance, and post."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": percentage,
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        return invoice

    def _refund(self, invoice, share=1.0):
        """Refund a share of an invoice, and post."""
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        if share != 1.0:
            for line in refund.invoice_line_ids:
                line.price_unit *= share
        refund.action_post()
        return refund

    def _pay(self, invoice):
        """Pay an invoice in full, today."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"payment_date": fields.Date.today()})._create_payments()

    def _buy(self, customer, *days, amount=100.0):
        """Confirm an order on each of the days, and return the orders."""
        orders = self.env["sale.order"]
        for day in days:
            with self.at(day):
                orders |= self._confirm_order(customer, amount)
                self.env.cr.flush()
        return orders

    def _create_lead(self, customer, **vals):
        return self._create_opportunity(customer, type="lead", **vals)

    def _create_opportunity(self, customer, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Benches for the park",
                "type": "opportunity",
                "partner_id": customer.id,
                "company_id": self.company.id,
                "team_id": False,
                "expected_revenue": 1000.0,
                **vals,
            }
        )

    def _create_agreement(self, customer, start, end=False, **vals):
        return self.env["crm.lifecycle.agreement"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "date_start": start,
                "date_end": end,
                **vals,
            }
        )

    def _create_mark(self, customer, kind="suspect", **vals):
        return self.env["crm.lifecycle.mark"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "kind": kind,
                "reason": "They told us on the phone.",
                **vals,
            }
        )

    def _create_override(self, customer, stage="strategic", **vals):
        """Set a stage by hand; approved at once unless the values say otherwise."""
        return self.env["crm.lifecycle.override"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "stage_id": self.stages[stage].id,
                "reason": "Their owner says so.",
                **vals,
            }
        )

    def _create_loss(self, customer, reason="price", **vals):
        return self.env["crm.lifecycle.loss"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "reason_id": self.env.ref(f"crm_lifecycle.crm_lifecycle_loss_reason_{reason}").id,
                **vals,
            }
        )

    @classmethod
    def _create_persona(cls, *lines, name="Hotels", **vals):
        """Create a persona; each line is (kind, weight, values)."""
        return cls.env["crm.lifecycle.persona"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create({"kind": kind, "weight": weight, **values})
                    for kind, weight, values in lines
                ],
                **vals,
            }
        )

    def _create_peers(self, customer, day, companies=None):
        """Have six customers buy two things together that a comparable one does not.

        :return: the two products
        """
        products = self.env["product.product"]
        for name in ("Tables", "Lamps"):
            category = self.env["product.category"].create({"name": name})
            products |= products.create(
                {"name": name, "type": "service", "categ_id": category.id, "taxes_id": False}
            )
        customers = customer.union(*(self._create_customer(f"Peer {place}") for place in range(6)))
        with self.at(day):
            for company in companies or self.company:
                self.env["account.move"].with_company(company).create(
                    [
                        {
                            "move_type": "out_invoice",
                            "partner_id": peer.id,
                            "company_id": company.id,
                            "invoice_date": fields.Date.today(),
                            "invoice_line_ids": [
                                Command.create(
                                    {
                                        "product_id": product.id,
                                        "price_unit": 100.0,
                                        "tax_ids": [Command.clear()],
                                    }
                                )
                                for product in products
                            ],
                        }
                        for peer in customers - customer
                    ]
                ).action_post()
            self._process_queue()
        # A pass would measure them.
        self.env["crm.lifecycle.profile"].search(
            [("partner_id", "in", customers.ids)]
        ).value_class = "b"
        self.env.flush_all()
        return products

    def _rate(self, document, customer, value):
        """Rate a document as a customer does by a link in a mail."""
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "partner_id": customer.id,
                "rated_partner_id": self.salesperson.partner_id.id,
            }
        )
        rating.write({"rating": value, "consumed": True, "rated_on": fields.Datetime.now()})
        return rating

    # ------------------------------------------------------------
    # LIFECYCLE
    # ------------------------------------------------------------

    def _process_queue(self):
        """Work the queue off as the cron does, without its commits."""
        # The host logs an order's moves at the end of its transaction.
        self.env.cr.flush()
        while self.queue._process_next():
            self.env.cr.flush()

    def _measure_classes(self):
        """Measure the company's cut points, and classify everybody by them."""
        self.env["crm.lifecycle.rfm.cut"]._measure(self.company)
        self.env["crm.lifecycle.value.cut"]._measure(self.company, self.company.ids)
        while self.env["crm.lifecycle.reclassification"]._process_next():
            pass

    def _set_aside(self, customer):
        """Put a customer among those whose refresh failed."""
        with mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work"):
            self.queue._set_aside(customer.id, ValueError("test"))

    def _look_again(self, customers):
        """Go over customers as a pass does, telling nobody, and work the queue off."""
        self.queue._append(SQL("SELECT UNNEST(%s)", customers.ids), "retry")
        self._process_queue()

    def _gather(self, kind="demand", company=None):
        """Start a pass and queue its customers, without looking at them.

        :return: the pass
        """
        self.env.cr.flush()
        started = self.passes._start(kind, company)
        while self.passes._search_waiting():
            pass
        return started

    def _gathered(self, for_pass):
        """Return the ids of the customers that wait for a pass."""
        rows = self.queue.search([("pass_id", "=", for_pass.id), ("failed_at", "=", False)])
        return rows.mapped("partner_ref")

    def _stage_on(self, day, customer, company=None):
        """Return the code of a customer's stage after a look on a day."""
        with self.at(day):
            self._look_again(customer.commercial_partner_id)
            return self._stage(customer, company)

    def _profile(self, customer, company=None):
        return (
            self.env["crm.lifecycle.profile"]
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "=", customer.commercial_partner_id.id),
                    ("company_id", "=", (company or self.company).id),
                ]
            )
        )

    def _stage(self, customer, company=None):
        """Return the code of a customer's stage, False without a profile."""
        self._process_queue()
        return self._profile(customer, company).stage_id.code

    def assertPurchases(self, customer, stage, count, amount, company=None):
        """Check the stage, the number of purchases and their net amount."""
        found = self._stage(customer, company)
        profile = self._profile(customer, company)
        self.assertEqual(
            (found, profile.purchase_count, profile.purchase_amount), (stage, count, amount)
        )

    def _moves(self, customer, company=None):
        """Return a customer's moves between stages that hold, oldest first."""
        return (
            self._profile(customer, company)
            .transition_ids.filtered(lambda move: move.stage_moved and not move.superseded_at)
            .sorted(lambda move: (move.effective_date, move.id))
        )

    def _superseded(self, customer, company=None):
        """Return the moves between stages that were believed once."""
        moves = self._profile(customer, company).transition_ids.filtered(
            lambda move: move.stage_moved and move.superseded_at
        )
        return self._read_moves(moves.sorted("id"))

    def _history(self, customer, company=None):
        """Return a customer's moves, oldest first, as (from, to, effective date)."""
        return self._read_moves(self._moves(customer, company))

    @staticmethod
    def _read_moves(moves):
        return [
            (
                move.from_stage_id.code or None,
                move.to_stage_id.code,
                fields.Date.to_string(move.effective_date),
            )
            for move in moves
        ]
