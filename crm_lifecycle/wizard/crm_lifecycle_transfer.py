from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..models.crm_lifecycle_ownership import REASON, TransferReason

# Customers written in one go.
BATCH_SIZE = 1000
# One notice tells of all of them.
QUIET = {
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
}


class CrmLifecycleTransfer(models.TransientModel):
    """Somebody gives customers to another salesperson, with a reason.

    Everything is written with the rights of whoever does it.
    """

    _name = "crm.lifecycle.transfer"
    _description = "Transfer of Customers"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        compute="_compute_partner_ids",
        store=True,
        readonly=False,
    )
    from_user_id = fields.Many2one(
        "res.users",
        string="All Customers Of",
        help="Choose a salesperson to transfer all of their customers, for example before they"
        " leave.",
    )
    recipient = fields.Selection(
        [
            ("chosen", "Somebody I choose"),
            ("suggested", "Whom the mismatches suggest"),
            ("former", "Whoever had them before"),
        ],
        string="To Whom",
        required=True,
        default="chosen",
        help="As suggested: each customer goes to whom the list of mismatches suggests. Before:"
        " each goes back to the last other salesperson who is still there. Customers of whom"
        " neither is known stay where they are.",
    )
    user_id = fields.Many2one(
        "res.users", string="To", domain=[("share", "=", False)], help="The new salesperson."
    )
    reason = fields.Char(help="Stands in the history of each customer and in the notices.")
    with_leads = fields.Boolean(
        string="Open Leads and Opportunities",
        default=True,
        help="Those of the customers that the former salesperson has, or nobody where there was"
        " none.",
    )
    with_activities = fields.Boolean(
        string="Open Activities",
        default=True,
        help="What the former salesperson has still to do for the customers and their leads.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")
    note = fields.Char(compute="_compute_note")

    @api.depends("from_user_id")
    def _compute_partner_ids(self):
        for wizard in self:
            if wizard.from_user_id:
                wizard.partner_ids = wizard.env["res.partner"].search(
                    [
                        ("user_id", "=", wizard.from_user_id.id),
                        "|",
                        ("parent_id", "=", False),
                        ("is_company", "=", True),
                    ]
                )
            else:
                wizard.partner_ids = wizard.partner_ids

    @api.depends("partner_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.partner_ids)

    @api.depends("partner_ids", "recipient")
    @api.depends_context("lang", "company")
    def _compute_note(self):
        for wizard in self:
            wizard.note = wizard._get_note()

    def _get_note(self):
        """Say how many of the customers go to whom."""
        self.ensure_one()
        if self.recipient == "chosen":
            return False
        shares = self._get_shares()
        parts = [
            self.env._("%(user)s: %(count)s", user=user.name, count=len(partners))
            for user, partners in shares.items()
        ]
        rest = len(self.partner_ids) - sum(map(len, shares.values()))
        if rest:
            parts.append(self.env._("stay where they are: %s", rest))
        return ", ".join(parts)

    def _get_shares(self):
        """Return who gets which of the customers, ``{user: partners}``."""
        self.ensure_one()
        partners = self.partner_ids._origin
        match self.recipient:
            case "suggested":
                mismatches = self.env["crm.lifecycle.mismatch"]
                return mismatches._get_suggestions(partners, self.env.company)
            case "former":
                former = self.env["crm.lifecycle.ownership"]._get_former(partners)
                return {
                    user: mine
                    for user, mine in partners.commercial_partner_id.grouped(
                        lambda partner: self.env["res.users"].browse(former.get(partner.id))
                    ).items()
                    if user
                }
        return {self.user_id: partners}

    @api.model
    def _open(self, partners, recipient="chosen"):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer Customers"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_ids": [Command.set(partners.ids)],
                "default_recipient": recipient,
            },
        }

    # ------------------------------------------------------------
    # TRANSFER
    # ------------------------------------------------------------

    def action_apply(self):
        """Give the customers to whom was chosen, or is suggested."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the reason stands in each customer's history."))
        if not self.partner_ids:
            raise UserError(self.env._("There is no customer to transfer. Choose at least one."))
        if self.recipient == "chosen" and not self.user_id:
            raise UserError(self.env._("Choose to whom the customers go."))
        shares = self._get_shares()
        if not shares:
            raise UserError(
                self.env._(
                    "Nobody is suggested for these customers, or had them before and is still"
                    " there. Choose a salesperson instead."
                )
            )
        reason = self.reason.strip()
        count = self._transfer(
            [(user, partners, reason) for user, partners in shares.items()],
            self.with_leads,
            self.with_activities,
        )
        return self._say_done(count)

    @api.model
    def _say_done(self, count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Customers transferred: %s.", count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _transfer(self, plan, with_leads=True, with_activities=True):
        """Give customers to salespeople and tell these, and who had the customers before.

        :param plan: ``[(user, partners, reason)]``
        :return: number of customers that went
        """
        received, given = defaultdict(list), defaultdict(list)
        done = self.env["res.partner"]
        for user, partners, reason in plan:
            customers = partners.commercial_partner_id - done
            done |= customers
            customers = customers.filtered(lambda partner, user=user: partner.user_id != user)
            self._ensure_may_transfer(customers)
            self._ensure_may_receive(customers, user)
            for owner, mine in customers.grouped("user_id").items():
                for ids in split_every(BATCH_SIZE, mine.ids):
                    part = mine.browse(ids)
                    self._hand_over(part, owner, user, reason, with_leads, with_activities)
                received[user] += [(partner, reason) for partner in mine]
                given[owner] += [(partner, user.sudo().name) for partner in mine]
        self._notify(received, given)
        return sum(map(len, received.values()))

    @api.model
    def _hand_over(self, partners, owner, user, reason, with_leads, with_activities):
        """Write customers of one salesperson, and what follows them, on another one."""
        context = {**QUIET, REASON: TransferReason(reason)}
        leads = self._get_leads(partners, owner, user) if with_leads else self.env["crm.lead"]
        if with_activities and owner:
            activities = self._get_activities(partners, owner, leads)
            activities.with_context(**context).write({"user_id": user.id})
        leads.with_context(**context).write({"user_id": user.id})
        partners.with_context(**context).write({"user_id": user.id})

    @api.model
    def _ensure_may_transfer(self, partners):
        """Refuse those who see their own documents alone to give away others' customers."""
        if self.env.su or self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            return
        others = partners.filtered(lambda partner: partner.user_id != self.env.user)
        if others:
            raise AccessError(
                self.env._(
                    "You can give away customers of your own alone. Ask a sales manager to"
                    " transfer %s.",
                    others[:1].display_name,
                )
            )

    @api.model
    def _ensure_may_receive(self, partners, user):
        """Refuse a salesperson who is gone, or who does not work where the customers are."""
        receiver = user.sudo()
        if not receiver.active or receiver.share:
            raise UserError(
                self.env._("%s is no active colleague. Choose somebody else.", receiver.name)
            )
        companies = partners.company_id
        if any(not partner.company_id for partner in partners):
            companies |= self.env.company
        missing = companies - receiver.company_ids
        if missing:
            raise UserError(
                self.env._(
                    "%(user)s does not work for %(company)s. Choose somebody who does.",
                    user=receiver.name,
                    company=missing[:1].sudo().name,
                )
            )

    @api.model
    def _get_leads(self, partners, owner, user):
        """Return the open leads and opportunities of customers that a salesperson has.

        Those of companies for which the new one does not work stay.
        """
        return self.env["crm.lead"].search(
            [
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("won_status", "=", "pending"),
                ("user_id", "=", owner.id),
                ("company_id", "in", [False, *user.sudo().company_ids.ids]),
            ]
        )

    @api.model
    def _get_activities(self, partners, owner, leads):
        """Return what a salesperson has still to do for customers, and for their leads."""
        contacts = self.env["res.partner"]._search([("commercial_partner_id", "in", partners.ids)])
        mine = Domain("user_id", "=", owner.id)
        return self.env["mail.activity"].search(
            mine
            & (
                (Domain("res_model", "=", "res.partner") & Domain("res_id", "in", contacts))
                | (Domain("res_model", "=", "crm.lead") & Domain("res_id", "in", leads.ids))
            )
        )
