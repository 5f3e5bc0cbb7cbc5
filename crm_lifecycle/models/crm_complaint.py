from odoo import api, fields, models
from odoo.fields import Domain

from .crm_complaint_step import CLOSED_CODES
from .crm_lifecycle_channel import CHANNELS

KINDS = [
    ("complaint", "Complaint"),
    ("request", "Service Request"),
    ("feedback", "Feedback"),
    ("question", "Question"),
]
SEVERITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Critical")]


class CrmComplaint(models.Model):
    """What a customer is not content with, asks for or tells us, until somebody has solved it.

    Steps and deadlines are in ``crm_complaint_work``. Others hang on whether it is open: they
    override ``_on_open`` and ``_on_close``.
    """

    _name = "crm.complaint"
    _description = "Complaint"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "lifecycle.portal.thread.mixin",
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "rating.mixin",
    ]
    _order = "severity DESC, date DESC, id DESC"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("Not Numbered Yet"),
        index="trigram",
    )
    subject = fields.Char(required=True, tracking=True, help="What it is about, in a few words.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="set null",
        tracking=True,
        check_company=True,
        help="Who complained: the customer, or a contact of theirs.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Company of the Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index=True,
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="complaint",
        index=True,
        tracking=True,
        help="Only complaints pause sales follow-ups and show as a warning on documents.",
    )
    category_id = fields.Many2one(
        "crm.complaint.category", index="btree_not_null", ondelete="restrict", tracking=True
    )
    dimension = fields.Selection(related="category_id.dimension", store=True)
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="1",
        tracking=True,
        help="How much it matters to the customer; deadlines hang on it.",
    )
    channel = fields.Selection(CHANNELS, help="How the customer told us.")
    description = fields.Html(
        sanitize_attributes=True,
        sanitize_form=True,
        help="What happened, in the customer's words. Customers read this in the portal; what is"
        " for colleagues alone goes into a note.",
    )
    date = fields.Datetime(
        string="Reported",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        index=True,
        help="When the customer told us; deadlines count from here.",
    )
    step_id = fields.Many2one(
        "crm.complaint.step",
        required=True,
        index=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        default=lambda self: self.env["crm.complaint.step"].search([("code", "=", "new")], limit=1),
        group_expand="_group_expand_step_id",
    )
    step_code = fields.Selection(related="step_id.code", string="Kind of Step")
    is_open = fields.Boolean(
        string="Open",
        compute="_compute_is_open",
        store=True,
        help="Not solved, closed or rejected yet.",
    )
    is_counted = fields.Boolean(
        compute="_compute_is_counted", help="Open, and not archived: it has effects on others."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain=[("share", "=", False)],
        compute="_compute_responsible",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="Who sees to it that it is solved.",
    )
    team_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        compute="_compute_responsible",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="Its leader is told when a deadline is missed.",
    )
    order_ids = fields.Many2many("sale.order", string="Orders", check_company=True, copy=False)
    order_line_ids = fields.Many2many("sale.order.line", string="Order Lines", copy=False)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain=[("move_type", "in", ("out_invoice", "out_refund"))],
        check_company=True,
        copy=False,
    )
    lead_ids = fields.Many2many(
        "crm.lead",
        string="Leads",
        check_company=True,
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    product_ids = fields.Many2many(
        "product.product", string="Products", check_company=True, copy=False
    )
    cause_id = fields.Many2one(
        "crm.complaint.cause",
        string="Root Cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        copy=False,
        help="Why it happened, as found out.",
    )

    _open_idx = models.Index("(commercial_partner_id, company_id) WHERE is_open AND active")

    @api.depends("step_id.code")
    def _compute_is_open(self):
        for complaint in self:
            complaint.is_open = complaint.step_id.code not in CLOSED_CODES

    @api.depends("is_open", "active")
    def _compute_is_counted(self):
        for complaint in self:
            complaint.is_counted = complaint.is_open and complaint.active

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = " ".join(filter(None, (complaint.name, complaint.subject)))

    @api.depends("category_id")
    def _compute_responsible(self):
        """Suggest who handles the category, else whoever enters it or looks after the customer;
        keep who was chosen.
        """
        for complaint in self:
            category = complaint.category_id
            complaint.user_id = (
                complaint.user_id or category.user_id or complaint._get_default_handler()
            )
            complaint.team_id = complaint.team_id or category.team_id or complaint._get_own_team()

    def _get_own_team(self):
        """Return the sales team of whoever is responsible, in the complaint's company."""
        companies = (self.env["res.company"], self.company_id)
        return self.user_id.sudo().crm_team_ids.filtered(lambda team: team.company_id in companies)[
            :1
        ]

    @api.model
    def _group_expand_step_id(self, steps, _domain):
        return steps.search(Domain.TRUE)

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def _with_customers(self, vals_list):
        """Keep the contact: it is they who complained, and they who get an answer."""
        return vals_list

    @api.model_create_multi
    def create(self, vals_list):
        sequences = self.env["ir.sequence"].sudo()
        numbered = []
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            number = sequences.with_company(company_id).next_by_code(self._name)
            numbered.append({**vals, "name": number or self.env._("Not Numbered Yet")})
        complaints = super().create(numbered)
        complaints.filtered("is_counted")._on_open()
        return complaints

    def write(self, vals):
        before = self.filtered("is_counted")
        result = super().write(vals)
        if not {"step_id", "active"}.isdisjoint(vals):
            after = self.filtered("is_counted")
            (after - before)._on_open()
            (before - after)._on_close()
        return result

    def _note(self, vals):
        """Write what follows from something else, such as a deadline; nothing follows from it."""
        models.Model.write(self, vals)

    def unlink(self):
        self.filtered("is_counted")._on_close()
        return super().unlink()

    def _on_open(self):
        """Do what hangs on complaints that have just become open; overridden."""

    def _on_close(self):
        """Do what hangs on complaints that are open no longer, or about to be deleted."""
