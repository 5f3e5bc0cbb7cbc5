from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..access import AMOUNT_GROUPS, MANAGER_GROUP
from ..engine.referrals import ACCEPTED

#: What became of a claim. The accepted ones are told apart by what the customer did since.
REFERRAL_STATES = [
    ("claimed", "To Decide"),
    ("accepted", "Accepted"),
    ("won", "Has Bought"),
    ("lost", "Lost"),
    ("rejected", "Rejected"),
]
REFERRAL_WAYS = [
    ("hand", "By hand"),
    ("link", "Link of the referrer"),
    ("lead", "Lead"),
    ("known", "Known before"),
]
# What people say of a claim; all else is settled by the rule or by the buttons.
ENTERED = {"referrer_id", "partner_id", "lead_id", "company_id", "date", "note"}
# What salespeople may change later, and what managers may.
CHANGEABLE = {"note"}
DECIDABLE = {"note", "date", "earns_reward"}


class CrmLifecycleReferral(models.Model):
    """That somebody brought a customer, or a lead that may become one.

    Of one customer and company one claim at most is accepted: which, when two say so, is
    settled by the company's rule, see ``crm_lifecycle_referral_settle``. The accepted one and
    the referrer on the contact say the same.
    """

    _name = "crm.lifecycle.referral"
    _description = "Referral"
    _inherit = ["crm.lifecycle.statement.mixin", "mail.thread"]
    _order = "date DESC, id DESC"
    _rec_names_search = ["partner_id", "referrer_id"]
    _check_company_auto = True
    _subject_fields = ("partner_id", "referrer_id")

    referrer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        help="The customer who brought this one, or a contact of theirs.",
    )
    referrer_customer_id = fields.Many2one(
        related="referrer_id.commercial_partner_id",
        string="Referring Customer",
        store=True,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Referred Customer",
        index="btree_not_null",
        ondelete="cascade",
        help="Who was brought; empty as long as there is but a lead.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        groups="sales_team.group_sale_salesman",
        help="Where the referral began, as long as no customer is known.",
    )
    name = fields.Char(
        string="Referred",
        compute="_compute_name",
        help="The customer, or the name on the lead for those who read leads.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        default=lambda self: self.env.user,
        copy=False,
    )
    date = fields.Date(
        string="Claimed",
        required=True,
        default=lambda self: self.env["crm.lifecycle.period.mixin"]._get_today(),
        copy=False,
        help="Day on which the referral was told. Which of two claims was first goes by it.",
    )
    how = fields.Selection(REFERRAL_WAYS, required=True, readonly=True, default="hand")
    state = fields.Selection(
        REFERRAL_STATES,
        required=True,
        readonly=True,
        default="claimed",
        copy=False,
        tracking=True,
        group_expand=True,
        help="To Decide: a person settles it. Accepted: the customer has not bought yet. Bought:"
        " their first purchase holds. Lost: their lead was lost.",
    )
    decided_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who settled it; empty where the rule did.",
    )
    decided_on = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Claimed Late",
        readonly=True,
        copy=False,
        help="Told only after the customer's first purchase.",
    )
    earns_reward = fields.Boolean(
        string="Earns a Reward",
        default=True,
        copy=False,
        help="Where the company rewards referrals; not by itself if the claim was late.",
    )
    first_date = fields.Date(
        string="First Purchase", readonly=True, copy=False, help="The first one that holds."
    )
    first_amount = fields.Monetary(
        readonly=True,
        copy=False,
        groups=AMOUNT_GROUPS,
        help="Net amount of the customer's first purchase, less what was refunded of it.",
    )
    is_stale = fields.Boolean(default=True, export_string_translation=False)
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    note = fields.Text(help="How it came about.")
    reward_ids = fields.One2many("crm.lifecycle.referral.reward", "referral_id")

    _accepted_unique = models.UniqueIndex(
        "(partner_id, company_id) WHERE state IN ('accepted', 'won', 'lost')",
        "Another referral of this customer is accepted already. Reject it first.",
    )
    _accepted_lead_unique = models.UniqueIndex(
        "(lead_id) WHERE partner_id IS NULL AND state IN ('accepted', 'won', 'lost')",
        "Another referral of this lead is accepted already. Reject it first.",
    )
    _stale_idx = models.Index("(company_id, id) WHERE is_stale")

    @api.depends("partner_id", "lead_id.partner_name", "lead_id.contact_name", "lead_id.name")
    @api.depends_context("uid", "lang")
    def _compute_name(self):
        readable = self.sudo().lead_id.with_env(self.env)._filtered_access("read")
        for referral in self:
            lead = referral.sudo().lead_id
            name = lead.partner_name or lead.contact_name or lead.name
            if lead not in readable:
                # Accountants read claims, and no leads.
                name = self.env._("a lead") if lead else False
            referral.name = referral.sudo().partner_id.display_name or name

    @api.depends("name", "referrer_id")
    @api.depends_context("lifecycle_for_referrer", "uid", "lang")
    def _compute_display_name(self):
        for referral in self:
            # The head of a mail shows it, and not every referrer may know whom they brought.
            name = (
                referral._get_portal_name()
                if self.env.context.get("lifecycle_for_referrer")
                else referral.name
            )
            referrer = referral.referrer_id.name
            # Read left to right or right to left, the arrow stands between them.
            referral.display_name = (
                f"{referrer or ''} → {name or ''}" if referrer or name else False
            )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    # Of a new one neither need be told.
    @api.constrains("referrer_id", "partner_id", "lead_id")
    def _check_referred(self):
        for referral in self.sudo():
            if not (referral.partner_id or referral.lead_id):
                raise ValidationError(
                    self.env._("Say who was referred: a customer, or a lead that may become one.")
                )

    @api.constrains("referrer_id", "partner_id", "state")
    def _check_circle(self):
        """Refuse that somebody brought themselves, be it over others."""
        claims = self.sudo().filtered(lambda claim: claim.partner_id and claim.state != "rejected")
        bringing = claims._filter_bringing(claims.partner_id.commercial_partner_id)
        for claim in claims:
            customer = claim.partner_id.commercial_partner_id
            if customer == claim.referrer_customer_id or (
                customer in bringing and customer in claim._get_chain()
            ):
                self._raise_circle(claim.referrer_id, customer)

    @api.model
    def _filter_bringing(self, customers):
        """Return the customers who brought somebody: nobody else can be part of a circle."""
        return (
            self.sudo()
            .search(
                [("referrer_customer_id", "in", customers.ids), ("state", "in", list(ACCEPTED))]
            )
            .referrer_customer_id
        )

    @api.model
    def _raise_circle(self, referrer, customer):
        raise ValidationError(
            self.env._(
                "%(referrer)s was brought by %(customer)s, or is the same customer, and so"
                " cannot have brought them. Choose somebody else.",
                referrer=referrer.display_name,
                customer=customer.display_name,
            )
        )

    @api.constrains("date")
    def _check_date(self):
        for company, referrals in self.grouped("company_id").items():
            today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
            if any(referral.date > today for referral in referrals):
                raise ValidationError(
                    self.env._("A referral cannot be claimed on a day to come. Choose another day.")
                )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._ensure_enterable(vals, ENTERED)
        is_unsettled = self.env.su and self.env.context.get("lifecycle_referral_unsettled")
        if not is_unsettled:
            claimed = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
            self._lock_customer(
                self.env["res.partner"].sudo().browse(claimed).commercial_partner_id
            )
        # Neither defaults of the call nor those of the user say what the rule settles.
        initial = self._get_initial_values()
        referrals = super().create([{**initial, **vals} for vals in vals_list])
        if not self.env.su:
            referrals._ensure_claimable()
        if not is_unsettled:
            referrals.sudo()._settle()
        return referrals

    def _get_initial_values(self):
        """Return how a claim begins, of all that people do not enter."""
        return {
            name: field.convert_to_write(field.default(self), self) if field.default else False
            for name, field in self._fields.items()
            if field.column_type
            and not (field.compute or field.related)
            and name not in ENTERED.union(models.MAGIC_COLUMNS)
            and (self.env.su or self._has_field_access(field, "write"))
        }

    def write(self, vals):
        if not self.env.su:
            manages = self.env.user.has_group(MANAGER_GROUP)
            self._ensure_enterable(vals, DECIDABLE if manages else CHANGEABLE)
            if "earns_reward" in vals:
                # What it earned, or did not, is looked at again.
                self.sudo()._mark_stale()
        result = super().write(vals)
        if "date" in vals and not self.env.su:
            # Who was first goes by it.
            self.sudo()._settle_day()
        return result

    def _ensure_enterable(self, vals, allowed):
        """Refuse to write by hand what the rule settles, or the buttons do."""
        if self.env.su:
            return
        for name in vals.keys() - allowed:
            if name in self._fields and not name.startswith(("message_", "activity_", "website_")):
                raise UserError(
                    self.env._(
                        "%s is not entered by hand. Reject this referral and enter another one, or"
                        " use its buttons.",
                        self._fields[name]._description_string(self.env),
                    )
                )

    def _ensure_claimable(self):
        """Refuse what a colleague may not claim: in the past, on others' leads, or twice."""
        manages = self.env.user.has_group(MANAGER_GROUP)
        for referral in self:
            referral.lead_id.check_access("read")
            today = (
                self.env["crm.lifecycle.period.mixin"]
                .with_company(referral.company_id)
                ._get_today()
            )
            if referral.date != today and not manages:
                raise AccessError(
                    self.env._(
                        "Only a sales manager can enter a referral for another day: who was first"
                        " goes by it."
                    )
                )
            if referral.sudo()._find_same():
                raise ValidationError(
                    self.env._(
                        "%s has claimed this already, see there.",
                        referral.referrer_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rewarded(self):
        """Keep what somebody was rewarded for: entered again, it would earn another reward."""
        if self.sudo().reward_ids._filter_paid_out():
            raise UserError(
                self.env._(
                    "A reward was given for this referral, so it stays for the record. Reject it"
                    " instead."
                )
            )

    def unlink(self):
        """End what claims led to as if they were rejected, for they come back otherwise.

        Drafted bills of their rewards are cancelled: entered again, they would be paid twice.
        """
        self.check_access("unlink")
        claims = self.sudo()
        claims.reward_ids._get_drafted_bills().button_cancel()
        claims.filtered(lambda referral: referral.state != "rejected")._reject("removed")
        claims._take_from_leads()
        return super().unlink()

    def _take_from_leads(self):
        """Have leads no longer name referrers whose claims are deleted."""
        for referral in self:
            lead = referral.lead_id
            if lead.lifecycle_referrer_id.commercial_partner_id == referral.referrer_customer_id:
                lead.lifecycle_referrer_id = False

    def _ensure_manager(self):
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(self.env._("Only a sales manager settles who brought a customer."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self):
        """Accept claims: those of others to the same customers are rejected."""
        self._ensure_manager()
        self.check_access("write")
        targets = {(claim.company_id, claim.partner_id or claim.sudo().lead_id) for claim in self}
        if len(targets) < len(self):
            raise UserError(
                self.env._(
                    "Of several referrals of the same customer only one can be accepted. Choose"
                    " one."
                )
            )
        for referral in self:
            if referral.state not in ("claimed", "rejected"):
                raise UserError(self.env._("%s is accepted already.", referral.display_name))
            referral.sudo().with_user(self.env.user).sudo()._decide_for()

    @api.readonly
    def action_reject(self):
        """Ask why claims are rejected."""
        self._ensure_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "crm.lifecycle.referral.reject",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_referral_ids": self.ids},
        }

    @api.readonly
    def action_open_customer(self):
        """Open who was referred: the customer, or the lead."""
        self.ensure_one()
        record = self.partner_id or self.lead_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
