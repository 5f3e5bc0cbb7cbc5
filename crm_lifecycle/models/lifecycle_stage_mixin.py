from odoo import api, fields, models
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_customer_type import CUSTOMER_TYPES, PRICE_SENSITIVITIES
from .crm_lifecycle_payment_band import PAYMENT_BANDS
from .crm_lifecycle_status import STATUSES
from .crm_lifecycle_value_class import VALUE_CLASSES


class LifecycleStageMixin(models.AbstractModel):
    """A contact or document of the host that shows stage and status of its customer.

    Nothing is stored on the host's record: the fields join the profile, in SQL
    too, so that they can be filtered, sorted and grouped like columns.
    """

    _name = "lifecycle.stage.mixin"
    _inherit = ["lifecycle.column.mixin"]
    _description = "Customer's Lifecycle Stage"

    # Where the record's customer is found.
    _lifecycle_customer_field = "partner_id.commercial_partner_id"
    # Whose profile of the customer counts: the record's company, or the user's.
    _lifecycle_company_field = "company_id"
    # Which column of the profile stands behind which field.
    _lifecycle_columns = {
        "lifecycle_profile_id": "id",
        "lifecycle_stage_id": "stage_id",
        "lifecycle_status": "status",
        "lifecycle_value_class": "value_class",
        "lifecycle_payment_band": "payment_band",
        "lifecycle_segment_id": "segment_id",
        "lifecycle_customer_type": "customer_type",
        "lifecycle_price_sensitivity": "price_sensitivity",
    }

    lifecycle_profile_id = fields.Many2one(
        "crm.lifecycle.profile",
        string="Customer Lifecycle",
        compute="_compute_lifecycle_profile_id",
        search="_search_lifecycle_profile_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Customer Stage",
        compute="_compute_lifecycle_stage_id",
        search="_search_lifecycle_stage_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_stage_color = fields.Integer(
        compute="_compute_lifecycle_stage_id",
        compute_sudo=True,
        export_string_translation=False,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_status = fields.Selection(
        STATUSES,
        string="Customer Status",
        compute="_compute_lifecycle_status",
        search="_search_lifecycle_status",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Whether the customer is alive, judged against the customer's own rhythm.",
    )
    lifecycle_value_class = fields.Selection(
        VALUE_CLASSES,
        string="Customer Class",
        compute="_compute_lifecycle_value_class",
        search="_search_lifecycle_value_class",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="What the customer is worth: A, B or C by share of the margin of twelve months.",
    )
    lifecycle_payment_band = fields.Selection(
        PAYMENT_BANDS,
        string="Payment Habit",
        compute="_compute_lifecycle_payment_band",
        search="_search_lifecycle_payment_band",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How the customer pays: by how late on the average of twelve months, and whether"
        " something is overdue for long.",
    )
    lifecycle_segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        string="Customer Segment",
        compute="_compute_lifecycle_segment_id",
        search="_search_lifecycle_segment_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="The first of the company's segments that matches what is known of the customer now:"
        " employees, sector, country, industry and tags.",
    )
    lifecycle_customer_type = fields.Selection(
        CUSTOMER_TYPES,
        string="Customer Type",
        compute="_compute_lifecycle_customer_type",
        search="_search_lifecycle_customer_type",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How much of a relationship the customer wants: by points for what is known of"
        " them, or set by hand.",
    )
    lifecycle_price_sensitivity = fields.Selection(
        PRICE_SENSITIVITIES,
        string="Price Sensitivity",
        compute="_compute_lifecycle_price_sensitivity",
        search="_search_lifecycle_price_sensitivity",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How much more the customer buys when prices are lower, over their own order"
        " lines; empty where too few tell.",
    )
    lifecycle_sensitivity_reason = fields.Char(
        string="Price Sensitivity Told By",
        compute="_compute_lifecycle_sensitivity_reason",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_type_explanation = fields.Json(
        compute="_compute_lifecycle_type_explanation",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )
    lifecycle_stage_reason = fields.Char(
        string="Why This Stage",
        compute="_compute_lifecycle_stage_reason",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    lifecycle_explanation = fields.Json(
        compute="_compute_lifecycle_explanation",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )
    lifecycle_stage_missing = fields.Char(
        string="For the Next Stage",
        compute="_compute_lifecycle_explanation",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    def _get_lifecycle_company(self):
        self.ensure_one()
        company_field = self._lifecycle_company_field
        return (self[company_field] if company_field else False) or self.env.company

    @api.depends(
        lambda self: (
            [
                name
                for name in (self._lifecycle_customer_field, self._lifecycle_company_field)
                if name
            ]
            if not self._abstract
            else []
        )
    )
    @api.depends_context("company")
    def _compute_lifecycle_profile_id(self):
        profiles = (
            self.env["crm.lifecycle.profile"]
            .with_context(active_test=False)
            .search([("partner_id", "in", self.mapped(self._lifecycle_customer_field).ids)])
        )
        by_customer = {(profile.partner_id, profile.company_id): profile for profile in profiles}
        for record in self:
            customer = record.mapped(self._lifecycle_customer_field)
            record.lifecycle_profile_id = by_customer.get(
                (customer._origin, record._get_lifecycle_company()._origin)
            )

    @api.depends("lifecycle_profile_id.stage_id")
    @api.depends_context("company")
    def _compute_lifecycle_stage_id(self):
        for record in self:
            record.lifecycle_stage_id = record.lifecycle_profile_id.stage_id
            record.lifecycle_stage_color = record.lifecycle_stage_id.color

    @api.depends("lifecycle_profile_id.status")
    @api.depends_context("company")
    def _compute_lifecycle_status(self):
        for record in self:
            record.lifecycle_status = record.lifecycle_profile_id.status

    @api.depends("lifecycle_profile_id.value_class")
    @api.depends_context("company")
    def _compute_lifecycle_value_class(self):
        for record in self:
            record.lifecycle_value_class = record.lifecycle_profile_id.value_class

    @api.depends("lifecycle_profile_id.payment_band")
    @api.depends_context("company")
    def _compute_lifecycle_payment_band(self):
        for record in self:
            record.lifecycle_payment_band = record.lifecycle_profile_id.payment_band

    @api.depends("lifecycle_profile_id.segment_id")
    @api.depends_context("company")
    def _compute_lifecycle_segment_id(self):
        for record in self:
            record.lifecycle_segment_id = record.lifecycle_profile_id.segment_id

    @api.depends("lifecycle_profile_id.customer_type")
    @api.depends_context("company")
    def _compute_lifecycle_customer_type(self):
        for record in self:
            record.lifecycle_customer_type = record.lifecycle_profile_id.customer_type

    @api.depends("lifecycle_profile_id.price_sensitivity")
    @api.depends_context("company")
    def _compute_lifecycle_price_sensitivity(self):
        for record in self:
            record.lifecycle_price_sensitivity = record.lifecycle_profile_id.price_sensitivity

    @api.depends("lifecycle_profile_id.sensitivity_reason")
    @api.depends_context("company", "lang")
    def _compute_lifecycle_sensitivity_reason(self):
        for record in self:
            record.lifecycle_sensitivity_reason = record.lifecycle_profile_id.sensitivity_reason

    @api.depends("lifecycle_profile_id.type_explanation")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_type_explanation(self):
        for record in self:
            record.lifecycle_type_explanation = record.lifecycle_profile_id.type_explanation

    @api.depends("lifecycle_profile_id.stage_reason")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_stage_reason(self):
        for record in self:
            record.lifecycle_stage_reason = record.lifecycle_profile_id.stage_reason

    @api.depends("lifecycle_profile_id.explanation")
    @api.depends_context("company", "lang", "uid")
    def _compute_lifecycle_explanation(self):
        for record in self:
            profile = record.lifecycle_profile_id
            record.lifecycle_explanation = profile.explanation
            record.lifecycle_stage_missing = profile.stage_missing

    # ------------------------------------------------------------
    # SQL: filter, sort and group
    # ------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        column = self._lifecycle_columns.get(field_expr)
        if column and query is not None:
            # Sorting and grouping get here without any other check of the groups.
            self._check_field_access(self._fields[field_expr], "read")
            profile_alias = self._join_lifecycle_profile(alias, query)
            profile_field = self.env["crm.lifecycle.profile"]._fields[column]
            return SQL.identifier(
                profile_alias, column, to_flush=profile_field if column != "id" else None
            )
        return super()._field_to_sql(alias, field_expr, query)

    def _join_lifecycle_profile(self, alias, query):
        """Join the customer's profile to a query and return its alias."""
        # What was written a moment ago counts, so each column says what to flush.
        holder, holder_alias = self, alias
        *path, customer_name = self._lifecycle_customer_field.split(".")
        for name in path:
            # As the host does it, who joins the same to sort by a contact, say.
            holder, holder_alias = holder._fields[name].join(holder, holder_alias, query)
        customer = SQL.identifier(
            holder_alias, customer_name, to_flush=holder._fields[customer_name]
        )
        profile_alias = query.make_alias(alias, "lifecycle_profile")
        company = SQL("%s", self.env.company.id)
        if self._lifecycle_company_field:
            company = SQL(
                "COALESCE(%s, %s)",
                SQL.identifier(
                    alias,
                    self._lifecycle_company_field,
                    to_flush=self._fields[self._lifecycle_company_field],
                ),
                company,
            )
        query.add_join(
            "LEFT JOIN",
            profile_alias,
            "crm_lifecycle_profile",
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(profile_alias, "partner_id"),
                customer,
                SQL.identifier(profile_alias, "company_id"),
                company,
            ),
        )
        return profile_alias

    @api.model
    def _search_lifecycle_profile_id(self, operator, value):
        return self._search_lifecycle_column("lifecycle_profile_id", operator, value)

    @api.model
    def _search_lifecycle_stage_id(self, operator, value):
        return self._search_lifecycle_column("lifecycle_stage_id", operator, value)

    @api.model
    def _search_lifecycle_status(self, operator, value):
        return self._search_lifecycle_column("lifecycle_status", operator, value)

    @api.model
    def _search_lifecycle_value_class(self, operator, value):
        return self._search_lifecycle_column("lifecycle_value_class", operator, value)

    @api.model
    def _search_lifecycle_payment_band(self, operator, value):
        return self._search_lifecycle_column("lifecycle_payment_band", operator, value)

    @api.model
    def _search_lifecycle_segment_id(self, operator, value):
        return self._search_lifecycle_column("lifecycle_segment_id", operator, value)

    @api.model
    def _search_lifecycle_customer_type(self, operator, value):
        return self._search_lifecycle_column("lifecycle_customer_type", operator, value)

    @api.model
    def _search_lifecycle_price_sensitivity(self, operator, value):
        return self._search_lifecycle_column("lifecycle_price_sensitivity", operator, value)
