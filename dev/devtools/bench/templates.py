"""One document of each kind, made by the host itself; the others are copies of their rows.

Whatever a column means, a copy has a value that the host would have written. What a row
is recognised by, its dates, amounts and states are replaced; see ``documents``.
"""

from odoo import Command, fields
from odoo.tools import SQL

#: Currency of each company, in the order of their share of the customers.
CURRENCIES = ("USD", "EUR", "CNY")
PRODUCTS, CATEGORIES, SELLERS = 200, 20, 6


def make(env):
    """Create companies, people, goods and one of each document, and note their ids.

    Leaves the tables ``bench.company`` (by rank, 1 the largest), ``bench.product``,
    ``bench.seller`` and one ``bench.t_<kind>`` of template rows for each kind, with the
    company's rank in the column ``bench_rank``.
    """
    env.cr.execute("CREATE SCHEMA bench")
    companies = [_company(env, code) for code in CURRENCIES]
    env.ref("base.user_admin").write(
        {"company_ids": [Command.link(company.id) for company in companies]}
    )
    sellers = _sellers(env, companies)
    products = _products(env)
    kinds = {}
    for rank, company in enumerate(companies, 1):
        for kind, record in _documents(env, company, products[0], sellers[0]).items():
            kinds.setdefault(kind, []).append((rank, record))
    env.flush_all()
    env.cr.precommit.run()
    _traces(env, kinds)
    env.flush_all()
    _note(env, "company", [company.id for company in companies])
    env.cr.execute(
        "ALTER TABLE bench.company ADD currency_id int;"
        "UPDATE bench.company own SET currency_id = company.currency_id"
        "  FROM res_company company WHERE company.id = own.id"
    )
    _note(env, "seller", sellers.ids)
    _note(env, "product", products.ids)
    for kind, rows in kinds.items():
        _keep(env, kind, rows)
    env.cr.commit()


def _note(env, name, ids):
    table = SQL.identifier("bench", name)
    env.cr.execute(SQL("CREATE TABLE %s (k int PRIMARY KEY, id int)", table))
    env.cr.execute(
        SQL("INSERT INTO %s SELECT o, i FROM UNNEST(%s) WITH ORDINALITY u(i, o)", table, list(ids))
    )


def _keep(env, kind, rows):
    """Copy the template rows of a kind aside."""
    env.cr.execute(
        SQL(
            "CREATE TABLE %s AS SELECT own.rank AS bench_rank, row.* FROM %s row"
            " JOIN UNNEST(%s, %s) own(rank, id) ON own.id = row.id",
            SQL.identifier("bench", f"t_{kind}"),
            SQL.identifier(rows[0][1]._table),
            [rank for rank, _record in rows],
            [record.id for _rank, record in rows],
        )
    )


def _company(env, code):
    """The demo's first company for its own currency, a new one for each other."""
    currency = env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
    currency.active = True
    main = env.ref("base.main_company")
    if main.currency_id == currency:
        return main
    company = env["res.company"].create({"name": f"Bench {code}", "currency_id": currency.id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.currency_id = currency
    if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
        env["stock.warehouse"].create({"name": code, "code": code, "company_id": company.id})
    return company


def _sellers(env, companies):
    return env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"bench_seller_{number}",
                "company_id": companies[0].id,
                "company_ids": [Command.set([company.id for company in companies])],
                "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman_all_leads").id)],
            }
            for number in range(1, SELLERS + 1)
        ]
    )


def _products(env):
    categories = env["product.category"].create(
        [{"name": f"Bench category {number}"} for number in range(1, CATEGORIES + 1)]
    )
    return env["product.product"].create(
        [
            {
                "name": f"Bench product {number}",
                "type": "consu",
                "invoice_policy": "order",
                "categ_id": categories[number % CATEGORIES].id,
                "list_price": 10 * (1 + number % 37),
                "taxes_id": [Command.clear()],
            }
            for number in range(PRODUCTS)
        ]
    )


def _documents(env, company, product, seller):
    """One record of each kind, as ``{kind: record}``."""
    env = env(
        context={
            **env.context,
            "allowed_company_ids": company.ids,
            "tracking_disable": False,
        }
    )
    person = env["res.partner"].create({"name": "Bench person", "email": "person@example.com"})
    firm = env["res.partner"].create(
        {"name": "Bench firm", "is_company": True, "email": "firm@example.com"}
    )
    child = env["res.partner"].create({"name": "Bench contact", "parent_id": firm.id})
    order = env["sale.order"].create(
        {
            "partner_id": firm.id,
            "user_id": seller.id,
            "company_id": company.id,
            "order_line": [
                Command.create(
                    {"product_id": product.id, "product_uom_qty": 1, "tax_ids": [Command.clear()]}
                )
            ],
        }
    )
    env.cr.flush()
    order.action_quotation_sent()
    env.cr.flush()
    order.action_confirm()
    env.cr.flush()
    picking = _deliver(order.picking_ids)
    wizard = env["stock.return.picking"].create({"picking_id": picking.id})
    for line in wizard.product_return_moves:
        line.quantity = 1
    returned = _deliver(wizard._create_return())
    invoice = order._create_invoices()
    invoice.invoice_date = fields.Date.today()
    invoice.action_post()
    unpaid = invoice.copy({"invoice_date": fields.Date.today()})
    unpaid.action_post()
    refund = unpaid._reverse_moves([{"invoice_date": fields.Date.today()}])
    refund.action_post()
    deposit, credit = _deposit(env, company, invoice)
    lead = env["crm.lead"].create(
        {
            "name": "Bench opportunity",
            "type": "opportunity",
            "partner_id": firm.id,
            "company_id": company.id,
            "user_id": seller.id,
            "expected_revenue": 1000,
        }
    )
    rating = env["rating.rating"].create(
        {
            "res_model_id": env["ir.model"]._get_id("sale.order"),
            "res_id": order.id,
            "partner_id": firm.id,
            "rated_partner_id": seller.partner_id.id,
        }
    )
    rating.write({"rating": 5, "consumed": True, "rated_on": fields.Datetime.now()})
    due = _receivable(invoice)
    return {
        "person": person,
        "firm": firm,
        "child": child,
        "order": order,
        "order_line": order.order_line,
        "picking": picking,
        "move": picking.move_ids,
        "return": returned,
        "return_move": returned.move_ids,
        "invoice": invoice,
        "invoice_line": invoice.invoice_line_ids,
        "due": due,
        "refund": refund,
        "refund_line": refund.invoice_line_ids,
        "refund_due": _receivable(refund),
        "deposit": deposit,
        "deposit_debit": deposit.line_ids - credit,
        "deposit_credit": credit,
        "partial": due.matched_credit_ids,
        "full": due.full_reconcile_id,
        "lead": lead,
        "activity": firm.activity_schedule("mail.mail_activity_data_call", user_id=seller.id),
        "rating": rating,
        "note": firm.message_post(body="Bench note", subtype_xmlid="mail.mt_note"),
    }


def _deliver(picking):
    picking.move_ids.quantity = 1
    picking.move_ids.picked = True
    picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
    return picking


def _receivable(move):
    return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")


def _deposit(env, company, invoice):
    """The day's takings at the bank, with a line for the invoice that they settle."""
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    due = _receivable(invoice)
    move = env["account.move"].create(
        {
            "journal_id": journal.id,
            "date": fields.Date.today(),
            "line_ids": [
                Command.create({"account_id": account.id, "partner_id": partner, **side})
                for account, partner, side in (
                    (journal.default_account_id, False, {"debit": due.balance}),
                    (due.account_id, due.partner_id.id, {"credit": due.balance}),
                )
            ],
        }
    )
    move.action_post()
    credit = _receivable(move)
    (due + credit).reconcile()
    return move, credit


def _traces(env, kinds):
    """Add the lines that the host wrote into the orders' chatter, with what they tracked."""
    env.cr.flush()
    state = env["ir.model.fields"]._get("sale.order", "state")
    for rank, order in list(kinds["order"]):
        for kind in ("sent", "confirmed"):
            subtype = env.ref(f"sale.mt_order_{kind}")
            [message] = [line for line in order.message_ids if line.subtype_id == subtype]
            tracking = (
                env["mail.tracking.value"]
                .sudo()
                .search([("mail_message_id", "=", message.id), ("field_id", "=", state.id)])
            )
            kinds.setdefault(f"{kind}_message", []).append((rank, message))
            kinds.setdefault(f"{kind}_tracking", []).append((rank, tracking))
