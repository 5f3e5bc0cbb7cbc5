"""What the same figures cost by the ORM: by its aggregates, and customer by customer."""

import datetime

from .contender import Contender

# Customers that are looked at one by one, and by the ORM's aggregates.
ONE_BY_ONE = 300
BY_AGGREGATES = 20_000


def _customers(env, count):
    """Some customers, as ids, spread over all."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE ref ~ '^B[0-9]+$' ORDER BY MD5(id::text) LIMIT %s",
        [count],
    )
    return [partner_id for (partner_id,) in env.cr.fetchall()]


def _stage(count, last, today):
    """A rule of the kind that everybody writes first."""
    if not count:
        return "lead"
    if last and (today - last).days > 365:
        return "lost"
    return "repeat" if count > 1 else "first"


class Aggregates(Contender):
    """``_read_group`` for each document, the rule in Python, what differs written.

    Simpler than ours: no history, no evidence, no status, orders instead of purchases.

    :param float share: of the customers, to be taken as changed and written
    """

    def __init__(self, key, label, env, customers, share=0.0):
        super().__init__(key, label, env)
        self.ids = _customers(env, min(customers, BY_AGGREGATES))
        self.scale = customers / len(self.ids)
        self.share = share

    def run(self):
        env, ids = self.env, self.ids
        today = datetime.date.today()
        ago = today - datetime.timedelta(days=365)
        mine = ("partner_id.commercial_partner_id", "in", ids)
        customer = {}

        def add(model, domain, by, aggregates):
            for partner, company, *values in env[model]._read_group(
                domain, [by, "company_id"], aggregates
            ):
                key = (partner.commercial_partner_id.id, company.id)
                customer.setdefault(key, {})[(model, str(domain[1:]))] = values

        sold = ("state", "=", "sale")
        add(
            "sale.order",
            [mine, sold],
            "partner_id",
            ["__count", "amount_untaxed:sum", "date_order:min", "date_order:max"],
        )
        add(
            "sale.order",
            [mine, sold, ("date_order", ">=", ago)],
            "partner_id",
            ["amount_untaxed:sum"],
        )
        add("sale.order", [mine, ("state", "in", ("draft", "sent"))], "partner_id", ["__count"])
        billed = ("commercial_partner_id", "in", ids)
        for types in (("out_invoice", "out_receipt"), ("out_refund",)):
            add(
                "account.move",
                [billed, ("state", "=", "posted"), ("move_type", "in", types)],
                "commercial_partner_id",
                ["__count", "amount_untaxed_signed:sum", "invoice_date:max"],
            )
        add(
            "crm.lead",
            [mine, ("won_status", "=", "pending")],
            "partner_id",
            ["__count", "expected_revenue:sum", "create_date:max"],
        )
        add("crm.lead", [mine, ("won_status", "=", "won")], "partner_id", ["__count"])
        env["rating.rating"]._read_group(
            [("partner_id", "in", ids), ("consumed", "=", True)], ["partner_id"], ["rating:avg"]
        )
        profiles = env["crm.lifecycle.profile"].search([("partner_id", "in", ids)])
        profiles.fetch(
            ["partner_id", "company_id", "purchase_count", "purchase_amount", "stage_id"]
        )
        differing = 0
        for profile in profiles:
            facts = customer.get((profile.partner_id.id, profile.company_id.id), {})
            count, amount, first, last = facts.get(
                ("sale.order", str([sold])), (0, 0.0, None, None)
            )
            _stage(count, last and last.date(), today)
            differing += (count, amount) != (profile.purchase_count, profile.purchase_amount)
            # Which of them differ is not decided by the simpler rule, but by the share.
            if profile.id % 100 < 100 * self.share:
                profile.write(
                    {
                        "purchase_count": count + 1,
                        "purchase_interval": count,
                        "first_purchase_date": first,
                        "last_purchase_date": last,
                        "status_date": today,
                    }
                )
        env.flush_all()
        return len(ids)


class OneByOne(Contender):
    """Code per customer, as a first version of every such addon has it."""

    def __init__(self, key, label, env, customers):
        super().__init__(key, label, env, rounds=1)
        self.ids = _customers(env, min(customers // 10, ONE_BY_ONE))
        self.scale = customers / len(self.ids)

    def run(self):
        env = self.env
        today = datetime.date.today()
        for partner in env["res.partner"].browse(self.ids):
            mine = ("partner_id", "child_of", partner.id)
            orders = env["sale.order"].search([mine, ("state", "=", "sale")])
            quotations = env["sale.order"].search_count([mine, ("state", "in", ("draft", "sent"))])
            invoices = env["account.move"].search(
                [
                    mine,
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_receipt", "out_refund")),
                ]
            )
            leads = env["crm.lead"].search([mine])
            ratings = env["rating.rating"].search([mine, ("consumed", "=", True)])
            amount = sum(order.amount_untaxed / (order.currency_rate or 1) for order in orders)
            amount -= sum(
                move.amount_untaxed for move in invoices if move.move_type == "out_refund"
            )
            last = max(orders.mapped("date_order"), default=None)
            _stage(len(orders), last and last.date(), today)
            profile = env["crm.lifecycle.profile"].search([("partner_id", "=", partner.id)])
            profile.write(
                {
                    "purchase_count": len(orders),
                    "purchase_interval": int(amount) % 1000,
                    "last_purchase_date": last,
                    "opportunity_count": len(leads) + quotations + len(ratings),
                }
            )
            env.flush_all()
        return len(self.ids)
