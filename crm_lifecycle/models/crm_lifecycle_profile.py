from odoo import api, fields, models
from odoo.tools import SQL

from ..access import AMOUNT_GROUPS


class CrmLifecycleProfile(models.Model):
    """What the company knows of one customer, derived from its documents.

    One row per commercial partner and company. Rows are written by the queue
    alone (see ``crm.lifecycle.queue``) and can be dropped and rebuilt at any
    time; dates are stored, never ages, so that a quiet customer's row is not
    rewritten every night.
    """

    _name = "crm.lifecycle.profile"
    _description = "Customer Lifecycle Profile"
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "last_purchase_date DESC NULLS LAST, id DESC"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(readonly=True, help="Archived together with the contact.")

    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        required=True,
        readonly=True,
        ondelete="restrict",
        group_expand="_group_expand_stages",
    )
    stage_date = fields.Date(
        string="In Stage Since", readonly=True, help="Day from which the current stage holds."
    )
    dimension = fields.Selection(related="stage_id.dimension")
    stage_color = fields.Integer(related="stage_id.color")
    transition_ids = fields.One2many("crm.lifecycle.transition", "profile_id", string="History")
    stage_transition_id = fields.Many2one(
        "crm.lifecycle.transition", compute="_compute_stage_transition_id", string="Latest Move"
    )
    stage_document_readable = fields.Boolean(
        compute="_compute_stage_document_readable", help="The user may open the document."
    )
    stage_reason = fields.Char(
        string="Why",
        compute="_compute_stage_reason",
        help="The document or event that brought the customer into the current stage.",
    )

    purchase_count = fields.Integer(
        string="Purchases",
        readonly=True,
        help="Days on which the customer bought something that was neither cancelled nor"
        " fully refunded.",
    )
    first_purchase_date = fields.Date(string="First Purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True)
    purchase_amount = fields.Monetary(
        string="Purchased",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="All purchases so far, without taxes and less what was refunded, in the"
        " company's currency at the rate of the purchase.",
    )
    purchase_amount_12m = fields.Monetary(
        string="Purchased in 12 Months",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="The same for purchases of the last twelve months.",
    )
    purchase_average = fields.Monetary(
        string="Average Purchase",
        readonly=True,
        groups=AMOUNT_GROUPS,
        aggregator="avg",
        help="Purchased amount divided by the number of purchases.",
    )
    opportunity_count = fields.Integer(string="Open Opportunities", readonly=True)
    opportunity_revenue = fields.Monetary(
        string="Expected Revenue", readonly=True, groups=AMOUNT_GROUPS
    )

    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    category_id = fields.Many2many(related="partner_id.category_id")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    activity_ids = fields.One2many(related="partner_id.activity_ids")
    next_activity_date = fields.Date(
        related="partner_id.activity_date_deadline", string="Next Activity"
    )

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one lifecycle profile per company."
    )
    _company_stage_idx = models.Index("(company_id, stage_id)")

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.model
    def _group_expand_stages(self, stages, _domain):
        """Show all eight stages as columns, even those without a customer."""
        return stages.browse(stages.sudo()._search([], order=stages._order))

    @api.depends("transition_ids", "stage_id", "stage_date")
    def _compute_stage_transition_id(self):
        """Find the move into the current stage, which merged histories may have later
        moves than.
        """
        self.flush_model(["stage_id", "stage_date"])
        latest = dict(
            self.env.execute_query(
                SQL(
                    """SELECT profile.id, MAX(move.id)
                         FROM crm_lifecycle_profile profile
                         JOIN crm_lifecycle_transition move
                           ON move.profile_id = profile.id
                          AND move.effective_date = profile.stage_date
                          AND move.to_stage_id = profile.stage_id
                        WHERE profile.id = ANY(%s)
                     GROUP BY profile.id""",
                    self.ids,
                )
            )
        )
        for profile in self:
            profile.stage_transition_id = latest.get(profile.id, False)

    @api.depends("stage_transition_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_stage_document_readable(self):
        for profile in self:
            profile.stage_document_readable = profile.stage_transition_id.document_readable

    @api.depends("stage_transition_id")
    @api.depends_context("lang", "uid")
    def _compute_stage_reason(self):
        for profile in self:
            profile.stage_reason = profile.stage_transition_id.reason

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_stage_document(self):
        """Open the document that brought the customer into the current stage."""
        self.ensure_one()
        return self.stage_transition_id.action_open_document()

    def action_open_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_open_transitions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.transition",
            "view_mode": "list,form",
            "domain": [("profile_id", "=", self.id)],
        }

    def action_open_events(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Events of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.event",
            "view_mode": "list",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
