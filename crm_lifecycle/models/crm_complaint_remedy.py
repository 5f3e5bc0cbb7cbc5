from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..access import LIFECYCLE_GROUPS

REMEDY_KINDS = [
    ("credit_note", "Credit Note"),
    ("discount", "Discount"),
    ("other", "Other"),
]
REMEDY_STATES = [
    ("draft", "Draft"),
    ("waiting", "Waiting for Approval"),
    ("approved", "To Do"),
    ("done", "Done"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# States of what is still to be made: in others nothing has to fit any more.
UNMADE = {"draft", "waiting", "approved"}


class CrmComplaintRemedy(models.Model):
    """What a customer gets for what went wrong, and what that costs.

    Whoever works on the complaint proposes it. Above an amount of the company, all remedies of
    a complaint together, a sales manager approves it. Then somebody makes it who has the right
    to: it becomes a native document, and nobody does by it what they could not do without.
    """

    _name = "crm.complaint.remedy"
    _description = "Remedy of a Complaint"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Remedy",
        required=True,
        tracking=True,
        help="What the customer gets, in a few words.",
    )
    complaint_id = fields.Many2one(
        "crm.complaint", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="complaint_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="complaint_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    kind = fields.Selection(REMEDY_KINDS, required=True, default="credit_note", tracking=True)
    state = fields.Selection(
        REMEDY_STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('id', 'in', available_move_ids)]",
        help="The invoice that is credited.",
    )
    available_move_ids = fields.Many2many(
        "account.move", compute="_compute_available_move_ids", compute_sudo=True
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('partner_id.commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('state', 'in', ('draft', 'sent'))]",
        help="The customer's quotation that the discount is put on.",
    )
    amount = fields.Monetary(
        groups=LIFECYCLE_GROUPS,
        tracking=True,
        help="What the customer gets: of a credit note including taxes, in the invoice's currency.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        groups=LIFECYCLE_GROUPS,
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
    )
    cost = fields.Monetary(
        groups=LIFECYCLE_GROUPS,
        currency_field="company_currency_id",
        tracking=True,
        help="What it costs us beside, such as goods, freight and work; it counts as cost to"
        " serve the customer. What is credited or discounted is no cost: revenue is less.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Company"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Proposed By",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        default=lambda self: self.env.user,
    )
    needs_approval = fields.Boolean(
        compute="_compute_needs_approval",
        compute_sudo=True,
        help="All remedies of the complaint together are above the company's limit.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    approved_on = fields.Date(readonly=True, copy=False)
    refuse_reason = fields.Char(string="Refused Because", copy=False, tracking=True)
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_undone = fields.Boolean(
        compute="_compute_is_undone",
        compute_sudo=True,
        help="The document that was made is deleted or cancelled: make it again, or cancel the"
        " remedy.",
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    done_on = fields.Date(readonly=True, copy=False, index="btree_not_null")

    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount, 0) >= 0 AND COALESCE(cost, 0) >= 0)",
        "Amount and cost of a remedy are not below zero.",
    )

    @api.depends("complaint_id.move_ids.state")
    def _compute_available_move_ids(self):
        for remedy in self:
            remedy.available_move_ids = remedy.complaint_id._get_invoices().filtered(
                lambda move: move.state == "posted"
            )

    @api.depends("kind", "move_id.currency_id", "order_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for remedy in self:
            document = {"credit_note": remedy.move_id, "discount": remedy.order_id}.get(remedy.kind)
            currency = document and document.currency_id
            if not currency and remedy.state != "draft" and remedy.currency_id:
                # The document is deleted: what was agreed on stays for the record.
                continue
            remedy.currency_id = currency or remedy.company_id.currency_id

    @api.depends("amount", "currency_id", "company_id")
    def _compute_amount_company(self):
        today = fields.Date.context_today(self)
        for remedy in self:
            if remedy.state != "draft" and remedy.amount_company:
                # Proposed by the rate of that day.
                continue
            company = remedy.company_id
            remedy.amount_company = (
                remedy.currency_id._convert(remedy.amount, company.currency_id, company, today)
                if remedy.currency_id and company
                else remedy.amount
            )

    @api.depends(
        "amount_company",
        "cost",
        "state",
        "complaint_id.remedy_ids.amount_company",
        "complaint_id.remedy_ids.cost",
        "complaint_id.remedy_ids.state",
    )
    def _compute_needs_approval(self):
        for remedy in self:
            # What colleagues have proposed counts as well; so nobody asks in small portions.
            others = remedy.complaint_id.sudo().remedy_ids - remedy._origin
            total = sum(
                other.amount_company + other.cost
                for other in others
                if other.state in ("waiting", "approved", "done")
            )
            total += remedy.amount_company + remedy.cost
            company = remedy.company_id.sudo()
            remedy.needs_approval = (
                company.currency_id.compare_amounts(total, company.lifecycle_remedy_limit) > 0
                if company
                else False
            )

    @api.onchange("kind", "complaint_id")
    def _onchange_kind(self):
        """Suggest the only invoice in question, and its full amount."""
        moves = self.available_move_ids
        if self.kind == "credit_note" and not self.move_id and len(moves) == 1:
            self.move_id = moves._origin
            self.amount = self.amount or moves.amount_total

    @api.constrains("kind", "move_id", "order_id", "amount", "complaint_id")
    def _check_documents(self):
        if self._is_merging():
            return
        for remedy in self.sudo().filtered(lambda remedy: remedy.state in UNMADE):
            if remedy.kind == "credit_note" and remedy.move_id:
                remedy._ensure_creditable()
            if (
                remedy.order_id
                and remedy.order_id.partner_id.commercial_partner_id != remedy.partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(order)s is of another customer than the complaint. Choose a quotation"
                        " of %(customer)s.",
                        order=remedy.order_id.name,
                        customer=remedy.partner_id.name,
                    )
                )

    def _is_merging(self):
        """Tell whether what was agreed on moves to the complaint that stays, as it is."""
        return self.env.su and self.env.context.get("lifecycle_merge")

    def _ensure_creditable(self):
        """Refuse to credit another invoice than complained about, or more than is left of it."""
        self.ensure_one()
        move = self.move_id
        if move not in self.complaint_id._get_invoices():
            raise ValidationError(
                self.env._(
                    "The complaint %(complaint)s is not about %(invoice)s. Add the invoice to the"
                    " complaint first.",
                    complaint=self.complaint_id.name,
                    invoice=move.display_name,
                )
            )
        refunds = move.reversal_move_ids.filtered(lambda refund: refund.state != "cancel")
        left = move.amount_total - sum((refunds - self.credit_move_id).mapped("amount_total"))
        if move.currency_id.compare_amounts(self.amount, max(left, 0.0)) > 0:
            raise ValidationError(
                self.env._(
                    "Of %(invoice)s no more than %(left)s can be credited. Lower the amount.",
                    invoice=move.display_name,
                    left=move.currency_id.format(max(left, 0.0)),
                )
            )
