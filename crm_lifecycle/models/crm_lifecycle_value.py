from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import (
    prepared,
    segments,
    sources,
    staging,
    standing,
    value,
    value_entries,
)


class CrmLifecycleValue(models.Model):
    """What a customer brings and costs a company, ever and in the last twelve months.

    Summed up from the ledger and from the services rendered, beside the profile and with
    it; see ``crm.lifecycle.value.entry`` for the entries behind each figure.
    """

    _name = "crm.lifecycle.value"
    _description = "Customer Value"
    _log_access = False
    _order = "contribution_12m DESC, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    profile_id = fields.Many2one(
        "crm.lifecycle.profile", required=True, readonly=True, ondelete="cascade"
    )
    # Also here, so that lists and sums need not join.
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    revenue_12m = fields.Monetary(
        string="Revenue",
        readonly=True,
        help="Product lines of posted invoices less those of refunds, without taxes, of the"
        " last twelve months by accounting date.",
    )
    margin_12m = fields.Monetary(
        string="Margin",
        readonly=True,
        help="Revenue less what was sold has cost: by the ledger where stock is valued there,"
        " else by the order line, else by the product's own cost. Lines of unknown cost count"
        " in full, see Cost Known. A cost that is changed afterwards on a"
        " product counts when the customer is looked at next, or with Rebuild History.",
    )
    service_12m = fields.Monetary(
        string="Cost to Serve",
        readonly=True,
        help="Services rendered, such as done activities, each at the company's rate for it."
        " After a change of rates everybody is looked at again, in the background.",
    )
    contribution_12m = fields.Monetary(
        string="Contribution", readonly=True, help="Margin less the cost to serve."
    )
    refund_12m = fields.Monetary(
        string="Refunded", readonly=True, help="Product lines of posted refunds."
    )
    cost_back_12m = fields.Monetary(
        string="Cost Taken Back",
        readonly=True,
        help="Cost of what was refunded: it counts no more.",
    )
    discount_back_12m = fields.Monetary(
        string="Discounts Taken Back",
        readonly=True,
        help="Discounts of what was refunded: they count no more.",
    )
    discount_12m = fields.Monetary(
        string="Discounts",
        readonly=True,
        help="What list prices were more: discounts of invoice lines and discount lines.",
    )
    costed_12m = fields.Monetary(
        string="Revenue of Known Cost",
        readonly=True,
        help="Revenue of lines whose cost is known.",
    )
    revenue_total = fields.Monetary(string="Revenue Ever", readonly=True)
    margin_total = fields.Monetary(string="Margin Ever", readonly=True)
    service_total = fields.Monetary(string="Cost to Serve Ever", readonly=True)
    contribution_total = fields.Monetary(string="Contribution Ever", readonly=True)
    refund_total = fields.Monetary(string="Refunded Ever", readonly=True)
    cost_back_total = fields.Monetary(string="Cost Taken Back Ever", readonly=True)
    discount_total = fields.Monetary(string="Discounts Ever", readonly=True)
    discount_back_total = fields.Monetary(string="Discounts Taken Back Ever", readonly=True)
    costed_total = fields.Monetary(string="Revenue of Known Cost Ever", readonly=True)
    margin_rate = fields.Float(
        compute="_compute_rates",
        help="Margin by revenue, of the last twelve months; empty without revenue.",
    )
    cost_known = fields.Float(
        compute="_compute_rates",
        help="Share of the revenue of the last twelve months whose cost is known. Where it"
        " is low, the margin is too high.",
    )
    refund_rate = fields.Float(
        string="Refund Share",
        compute="_compute_refund_rate",
        help="Refunds by what was invoiced, of the last twelve months; empty where nothing was.",
    )
    returned_much = fields.Boolean(
        compute="_compute_returned_much",
        search="_search_returned_much",
        help="Refunds, or goods that came back, make up more of what was invoiced in the last"
        " twelve months than the share that the company's rules call much.",
    )
    lapse_date = fields.Date(
        readonly=True, help="Next day on which a figure changes without a new document."
    )

    value_class = fields.Selection(related="profile_id.value_class")
    segment_id = fields.Many2one(related="profile_id.segment_id")
    customer_type = fields.Selection(related="profile_id.customer_type")
    price_sensitivity = fields.Selection(related="profile_id.price_sensitivity")
    stage_id = fields.Many2one(related="profile_id.stage_id")
    stage_color = fields.Integer(related="profile_id.stage_color")
    status = fields.Selection(related="profile_id.status")
    active = fields.Boolean(related="profile_id.active", search="_search_active")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    state_id = fields.Many2one(related="partner_id.state_id", string="Region")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    _profile_unique = models.Constraint(
        "UNIQUE(profile_id)", "A customer's profile has one set of values."
    )
    _lapse_idx = models.Index("(lapse_date) WHERE lapse_date IS NOT NULL")
    _order_idx = models.Index("(contribution_12m DESC, id) INCLUDE (company_id)")

    @api.depends("revenue_12m", "margin_12m", "costed_12m")
    def _compute_rates(self):
        for record in self:
            revenue = record.revenue_12m
            record.margin_rate = record.margin_12m / revenue if revenue > 0 else False
            record.cost_known = record.costed_12m / revenue if revenue > 0 else False

    @api.depends("revenue_12m", "refund_12m")
    def _compute_refund_rate(self):
        for record in self:
            record.refund_rate = record._get_returned_share(record.refund_12m)

    def _get_returned_share(self, amount):
        """Return an amount by what was invoiced in twelve months, False where nothing was."""
        invoiced = self.revenue_12m + self.refund_12m
        return amount / invoiced if invoiced > 0 else False

    @api.depends(lambda self: ("revenue_12m", *self._get_returned_columns()))
    def _compute_returned_much(self):
        limits = self.env["crm.lifecycle.policy"]._get_returned_shares()
        names = self._get_returned_columns()
        for record in self:
            amount = max(record[name] for name in names)
            share = record._get_returned_share(amount)
            record.returned_much = amount > 0 and (
                share is False or share > limits.get(record.company_id.id, limits[None])
            )

    @api.model
    def _search_returned_much(self, operator, value_):
        if operator != "in":
            return NotImplemented
        limits = self.env["crm.lifecycle.policy"]._get_returned_shares()
        names = self._get_returned_columns()

        def to_sql(model, alias, query):
            columns = {
                name: model._field_to_sql(alias, name, query)
                for name in ("company_id", "revenue_12m", "refund_12m", *names)
            }
            much = value.returned_much(columns, names, limits)
            return SQL("(%s) = ANY(%s)", much, list(value_))

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_active(self, operator, value_):
        return [("profile_id.active", operator, value_)]

    @api.model
    def _get_day(self):
        """Return the day that the values are of, None for today."""
        return None

    # ------------------------------------------------------------
    # SOURCES: bridges override these
    # ------------------------------------------------------------

    @api.model
    def _get_cost_bases(self):
        """Return where the cost of an invoice line may be from, what counts first first.

        :return: ``{name: SQL}``, scalar sub-queries on ``line``, ``move``, ``product``, see
            ``engine.value_entries``
        """
        bases = {"allowance": value_entries.allowance_cost()}
        if "purchase_price" in self.env["sale.order.line"]._fields:
            bases["order"] = value_entries.order_cost()
        bases["product"] = value_entries.product_cost()
        return bases

    @api.model
    def _get_sources(self, scope):
        """Return the sources of entries, ``{name: SQL}``, see ``engine.value_entries``.

        :param Scope scope: the customers wanted
        """
        return {
            "sales": value_entries.sales_lines(scope, self._get_cost_bases()),
            **{
                f"activity_{model}": value_entries.activities(scope, model)
                for model in value_entries.ACTIVITY_MODELS
            },
            "remedy": value_entries.remedies(scope),
        }

    @api.model
    def _get_figures(self):
        """Return what is summed up, ``{name: SQL on an entry}``, see ``engine.value``.

        Each is two columns of this model, ``<name>_12m`` and ``<name>_total``.
        """
        return dict(value.FIGURES)

    @api.model
    def _get_returned_columns(self):
        """Return the columns each of which tells how much a customer has returned.

        They are compared with what was invoiced in the last twelve months, see
        ``returned_much``. Whatever else customers are dissatisfied with, such as complaints,
        is a source of entries, a figure and a column here.
        """
        return ["refund_12m"]

    # ------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------

    @api.model
    def _record(self, partner_ids):
        """Sum customers up anew and write what differs, their classes and scores included.

        :param list partner_ids: ids of commercial partners
        :return: ids of the customers of whom something was written
        """
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(SQL("SET LOCAL jit = off"))
        # For customers named one by one, see crm.lifecycle.event.
        with staging.planned(cr, "seqscan", "mergejoin"):
            prepared.execute(cr, self._get_statement(), list(partner_ids), fields.Datetime.now())
            written = [partner_id for (partner_id,) in cr.fetchall()]
            self._write_classes(SQL("profile.partner_id = ANY(%s)", list(partner_ids)))
        self.env.invalidate_all(flush=False)
        return written

    @api.model
    def _write_classes(self, profiles):
        """Write segments, value classes, scores and payment bands of profiles where they differ.

        :param SQL profiles: condition on ``profile``
        :return: ids of the profiles that were written, in order
        """
        rules = self.env["crm.lifecycle.segment"]._read_rules()
        now = fields.Datetime.now()
        self.env.cr.execute(
            standing.recording(
                sources.company_cte(now),
                now,
                segments.segment_of(rules),
                profiles,
            )
        )
        return sorted(profile_id for (profile_id,) in self.env.cr.fetchall())

    @api.model
    @tools.ormcache()
    def _get_statement(self):
        scope = sources.Scope(array=prepared.CUSTOMER_IDS)
        return prepared.Statement.of(
            self.env.cr,
            "value",
            value.recording(
                sources.company_cte(prepared.NOW),
                list(self._get_sources(scope).values()),
                scope,
                self._get_figures(),
            ),
        )

    @api.model
    def _derive(self, partners=None, as_of=None):
        """Sum customers up without writing anything.

        :param partners: ids of commercial partners, None for everybody
        :param date as_of: the day to sum up for instead of today
        :return: a dict per customer and company: ``partner_id``, ``company_id`` and
            ``engine.value.columns_of`` the figures
        """
        self.env.flush_all()
        scope = sources.Scope(partners)
        return self.env.execute_query_dict(
            value.reading(
                sources.company_cte(fields.Datetime.now(), as_of),
                list(self._get_sources(scope).values()),
                scope,
                self._get_figures(),
            )
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_entries(self):
        """Open what the figures are made of, summed up anew: costs may have changed since."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._record(self.partner_id.ids)
        return self._get_entries_action(self.profile_id)

    @api.model
    def _get_entries_action(self, profile):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_value_entry_action"
        )
        return {
            **action,
            "name": self.env._("Value of %s", profile.partner_id.display_name),
            "domain": [
                ("partner_id", "=", profile.partner_id.id),
                ("company_id", "=", profile.company_id.id),
            ],
            "context": {
                "search_default_recent": True,
                "lifecycle_hide_customer": True,
                "lifecycle_partner_ids": profile.partner_id.ids,
            },
        }

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and history."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
