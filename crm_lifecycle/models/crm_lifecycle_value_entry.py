from odoo import fields, models
from odoo.tools import SQL

from ..engine import sources


class CrmLifecycleValueEntry(models.Model):
    """What a customer's value is made of: each amount with its document.

    A read-only view without a table. An invoice line is up to three entries: its revenue,
    what was sold has cost, and, for information, the discount, which the revenue is
    without already.
    """

    _name = "crm.lifecycle.value.entry"
    _description = "Customer Value Entry"
    _inherit = ["crm.lifecycle.document.mixin"]
    _auto = False
    _log_access = False
    _order = "date DESC, id DESC"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(
        readonly=True, help="Accounting date of the invoice; day on which a service was done."
    )
    kind = fields.Selection(
        [
            ("revenue", "Revenue"),
            ("refund", "Refund"),
            ("cost", "Cost of goods"),
            ("service", "Cost to serve"),
            ("discount", "Discount"),
            ("return", "Return"),
        ],
        readonly=True,
        help="Revenue, refunds and cost of goods make the margin, with the cost to serve the"
        " contribution. Discounts and returned goods are for information: revenue is without"
        " the former, and what the latter were refunded is a refund.",
    )
    cost_basis = fields.Selection(
        [
            ("deposit", "Down payment, earns with the final invoice"),
            ("discount", "Discount, no cost"),
            ("allowance", "Price lowered, nothing came back"),
            ("order", "Order line"),
            ("product", "Product, cost of today"),
            ("unknown", "Not known"),
        ],
        string="Cost By",
        readonly=True,
        help="Where the cost is from.",
    )
    service_kind = fields.Selection(
        lambda self: [
            *self.env["crm.lifecycle.service.rate"]._fields["kind"].selection,
            # Costs what it costs, not a rate.
            ("remedy", self.env._("Remedy")),
        ],
        string="Service",
        readonly=True,
    )
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(related="product_id.categ_id", string="Product Category")
    amount = fields.Monetary(
        readonly=True,
        help="In the company's currency; what the customer brings is above zero, what they"
        " cost, or get back, is below. Of discounts the amount given, of returned goods what"
        " they were sold for.",
    )
    contribution = fields.Monetary(
        readonly=True, help="What the entry adds to the customer's contribution."
    )

    @property
    def _table_query(self):
        # Who knows the customers says so: a row by its id would be looked for among all.
        partners = self.env.context.get("lifecycle_partner_ids")
        scope = sources.Scope([int(partner) for partner in partners] if partners else None)
        found = self.env["crm.lifecycle.value"]._get_sources(scope)
        names = sorted(found)
        selects = SQL(" UNION ALL ").join(
            SQL("SELECT %s AS number, source.* FROM (%s) source", number, found[name])
            for number, name in enumerate(names)
        )
        return SQL(
            """WITH %(company)s
               SELECT ((entry.key * %(count)s + entry.number) * 8 + part.part) AS id,
                      entry.company_id, entry.partner_id, entry.date, part.kind,
                      CASE WHEN part.kind = 'cost' THEN COALESCE(entry.cost_basis, 'unknown')
                           END AS cost_basis,
                      entry.service_kind, entry.product_id, part.amount,
                      CASE WHEN part.kind IN ('discount', 'return') THEN 0 ELSE part.amount END
                          AS contribution,
                      entry.res_model, entry.res_id
                 FROM (%(selects)s) entry
                 JOIN company ON company.id = entry.company_id AND entry.date <= company.today
           CROSS JOIN LATERAL (VALUES
                      (0, CASE WHEN entry.is_refund THEN 'refund' ELSE 'revenue' END,
                       entry.revenue, entry.service_kind IS NULL AND entry.returned IS NULL),
                      (1, 'cost', -COALESCE(entry.cost, 0),
                       entry.service_kind IS NULL AND entry.returned IS NULL),
                      (2, 'discount', entry.discount, entry.discount <> 0),
                      (3, 'service', -entry.service, entry.service_kind IS NOT NULL),
                      (4, 'return', entry.returned, entry.returned IS NOT NULL)
                      ) part(part, kind, amount, is_there)
                WHERE part.is_there""",
            company=sources.company_cte(fields.Datetime.now()),
            count=len(names),
            selects=selects,
        )
