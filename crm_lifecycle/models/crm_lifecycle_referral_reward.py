from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..access import AMOUNT_GROUPS, MANAGER_GROUP

REWARD_STATES = [("due", "Due"), ("given", "Given"), ("taken_back", "Taken Back")]
TAKEN_BACK_REASONS = [
    ("rejected", "The referral was rejected."),
    ("unearned", "It earns no reward after all."),
    ("undone", "The first purchase was cancelled or refunded."),
]
# What people enter; all else follows from the referral, or is said by the buttons.
ENTERED = {"reference", "note"}


class CrmLifecycleReferralReward(models.Model):
    """What a referrer gets for a customer: once, when the first purchase holds.

    It follows the referral: what no longer holds is taken back, and what was given already is
    listed for who keeps the books. A bridge gives something else than money by overriding
    ``_give`` and ``_take_back``.
    """

    _name = "crm.lifecycle.referral.reward"
    _description = "Referral Reward"
    _inherit = ["mail.thread"]
    _order = "date_due DESC, id DESC"
    _rec_name = "referral_id"
    _rec_names_search = ["referrer_customer_id", "partner_id", "reference"]

    referral_id = fields.Many2one(
        "crm.lifecycle.referral", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="referral_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    referrer_customer_id = fields.Many2one(
        related="referral_id.referrer_customer_id", string="Referrer", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="referral_id.partner_id", string="Referred Customer", store=True, index=True
    )
    first_date = fields.Date(related="referral_id.first_date", string="First Purchase")
    amount = fields.Monetary(
        readonly=True, groups=AMOUNT_GROUPS, help="As the company's settings said when it was due."
    )
    percent = fields.Float(
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="Of the first purchase's net amount, which a refund lowers until it is given; 0 for"
        " a fixed amount.",
    )
    state = fields.Selection(
        REWARD_STATES,
        required=True,
        readonly=True,
        default="due",
        tracking=True,
        group_expand=True,
        help="Taken Back: the purchase was cancelled or refunded, or somebody else brought the"
        " customer.",
    )
    date_due = fields.Date(string="Due Since", required=True, readonly=True)
    given_on = fields.Date(readonly=True)
    given_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reference = fields.Char(tracking=True, help="What it was given by, such as a payment.")
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Vendor bill of the referrer that was drafted for it.",
    )
    taken_back_on = fields.Date(readonly=True)
    taken_back_code = fields.Selection(
        TAKEN_BACK_REASONS, string="Kind of Reason", readonly=True, copy=False
    )
    taken_back_text = fields.Char(
        string="Reason in Words",
        readonly=True,
        copy=False,
        help="As it was written before reasons were told in the reader's language.",
    )
    taken_back_reason = fields.Char(compute="_compute_taken_back_reason", compute_sudo=True)
    to_recover = fields.Boolean(
        readonly=True, help="Taken back after it was given: somebody has to ask for it."
    )
    recovered_on = fields.Date(readonly=True)
    is_written_off = fields.Boolean(
        string="Let Go",
        readonly=True,
        copy=False,
        help="Given for a purchase that did not hold, and nobody asks for it any more. It counts"
        " as given if the customer buys again.",
    )
    note = fields.Text()

    _referral_unique = models.Constraint(
        "UNIQUE(referral_id)", "This referral has its reward already."
    )

    @api.depends("taken_back_code", "taken_back_text", "referral_id.reason")
    @api.depends_context("lang")
    def _compute_taken_back_reason(self):
        labels = dict(self._fields["taken_back_code"]._description_selection(self.env))
        for reward in self:
            reason = reward.taken_back_text or labels.get(reward.taken_back_code)
            if reward.taken_back_code == "rejected":
                reason = reward.referral_id.reason or reason
            reward.taken_back_reason = reason

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and not vals.keys() <= ENTERED | {"message_follower_ids"}:
            raise UserError(
                self.env._(
                    "Of a reward only the reference and a note are entered by hand; the rest is"
                    " said by its buttons."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        if self._filter_paid_out():
            raise UserError(self.env._("What was given stays for the record."))

    def _filter_paid_out(self):
        """Return those that somebody has, or had: given, or paid by a bill."""
        return self.filtered(
            lambda reward: (
                reward.state == "given"
                or reward.to_recover
                or reward.recovered_on
                or reward.is_written_off
                or reward.sudo().move_id.state == "posted"
            )
        )

    # ------------------------------------------------------------
    # FOLLOWING THE REFERRAL
    # ------------------------------------------------------------

    @api.model
    def _follow(self, referrals):
        """Have the rewards follow from what became of referrals."""
        rewards = self.search([("referral_id", "in", referrals.ids)]).grouped("referral_id")
        for referral in referrals:
            reward = rewards.get(referral, self.browse())
            holds = referral.state == "won" and referral.earns_reward
            if not reward:
                if holds:
                    self._earn(referral)
            elif not holds:
                if reward.state != "taken_back":
                    reward._take_back(reward._get_reason(referral))
            elif reward.state == "taken_back":
                reward._restore()
            elif reward.state == "due" and reward.percent:
                amount = self._get_amount(referral, reward.percent)
                if amount != reward.amount:
                    reward._change_amount(amount)

    @api.model
    def _earn(self, referral):
        """Note that a referral earns its reward, where the company rewards it."""
        company = referral.company_id.sudo()
        if (
            not company.lifecycle_reward
            or not company.lifecycle_reward_since
            or referral.first_date < company.lifecycle_reward_since
            or referral._find_rivals(("claimed",))
        ):
            return self.browse()
        by_percent = company.lifecycle_reward_kind == "percent"
        percent = company.lifecycle_reward_percent if by_percent else 0.0
        amount = (
            self._get_amount(referral, percent) if by_percent else company.lifecycle_reward_amount
        )
        if company.currency_id.compare_amounts(amount, 0) <= 0:
            return self.browse()
        return self.create(
            {
                "referral_id": referral.id,
                "amount": amount,
                "percent": percent,
                "date_due": referral._get_today_of(),
            }
        )

    @api.model
    def _get_amount(self, referral, percent):
        return referral.company_id.currency_id.round(referral.first_amount * percent / 100)

    def _get_reason(self, referral):
        if referral.state == "rejected":
            return "rejected"
        return "undone" if referral.earns_reward else "unearned"

    def _change_amount(self, amount):
        """Change what is due, also on the bill that is drafted for it."""
        self.amount = amount
        bill = self.move_id
        if bill.state == "draft":
            bill.invoice_line_ids[:1].price_unit = amount

    def _take_back(self, reason):
        """Take rewards back; those given already are to be recovered, drafted bills cancelled.

        :param str reason: a code of ``TAKEN_BACK_REASONS``
        """
        for reward in self:
            reward.write(
                {
                    "state": "taken_back",
                    "taken_back_on": reward.referral_id._get_today_of(),
                    "taken_back_code": reason,
                    "to_recover": reward.state == "given",
                }
            )
            if reward.move_id.state == "draft":
                reward.move_id.button_cancel()

    def _restore(self):
        """Have rewards hold again that were taken back: a purchase of the customer holds."""
        for reward in self:
            cleared = {
                "taken_back_on": False,
                "taken_back_code": False,
                "taken_back_text": False,
                "to_recover": False,
                "is_written_off": False,
            }
            if reward.to_recover or reward.is_written_off:
                # They still have it.
                reward.write({"state": "given", **cleared})
                continue
            amount = reward.amount
            if reward.percent:
                amount = self._get_amount(reward.referral_id, reward.percent)
            reward.write(
                {
                    "state": "due",
                    "amount": amount,
                    "date_due": reward.referral_id._get_today_of(),
                    "given_on": False,
                    "given_by_id": False,
                    "recovered_on": False,
                    **cleared,
                }
            )

    # ------------------------------------------------------------
    # GIVING
    # ------------------------------------------------------------

    def _ensure_giver(self):
        """Refuse those who neither keep the books nor lead sales."""
        user = self.env.user
        if not (user.has_group("account.group_account_invoice") or user.has_group(MANAGER_GROUP)):
            raise AccessError(
                self.env._("Rewards are given by accountants and sales managers. Ask one of them.")
            )
        self.check_access("write")

    def action_give(self):
        """Note that rewards are given."""
        self._ensure_giver()
        self.sudo()._ensure_givable()
        self.sudo()._give()

    def _ensure_givable(self):
        """Refuse to give what is not due, or may not be a minute later."""
        for reward in self:
            if reward.state != "due":
                raise UserError(self.env._("Only a reward that is due can be given."))
            if reward.referral_id.state != "won" or reward.referral_id.is_stale:
                # A refund of this minute may be about to take it back.
                raise UserError(
                    self.env._(
                        "The purchases of %s have just changed. Try again in some minutes.",
                        reward.partner_id.display_name,
                    )
                )
            if reward.move_id.state in ("draft", "posted"):
                raise UserError(
                    self.env._(
                        "A bill was drafted for it, and pays it once it is posted. Cancel the bill"
                        " to give something else."
                    )
                )
            if reward.referral_id._find_rivals(("claimed",)):
                raise UserError(
                    self.env._(
                        "Somebody else claims to have brought %s, too. Settle it first.",
                        reward.partner_id.display_name,
                    )
                )

    def _give(self):
        """Give rewards: here by hand, so it is only noted. Bridges override it."""
        self._note_given()

    def _note_given(self):
        for reward in self:
            reward.write(
                {
                    "state": "given",
                    "given_on": reward.referral_id._get_today_of(),
                    "given_by_id": self.env.uid,
                }
            )

    def action_make_bill(self):
        """Draft the vendor bill by which a reward is paid."""
        self.ensure_one()
        self.check_access("write")
        reward = self.sudo()
        reward._ensure_givable()
        bill = (
            self.env["account.move"]
            .with_company(reward.company_id)
            .create(reward._prepare_bill_vals())
        )
        reward.move_id = bill
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": bill.id,
            "views": [(False, "form")],
        }

    def _prepare_bill_vals(self):
        label = self.env._("Reward for bringing %s", self.partner_id.display_name)
        return {
            "move_type": "in_invoice",
            "partner_id": self.referrer_customer_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "ref": label,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": label,
                        "quantity": 1,
                        "price_unit": self.amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def action_recovered(self):
        """Note that what was given is back; it can be earned again."""
        self._ensure_recoverable()
        for reward in self.sudo():
            reward.write({"to_recover": False, "recovered_on": reward.referral_id._get_today_of()})

    def action_write_off(self):
        """Let go what was given; nobody gets it twice for that."""
        self._ensure_recoverable()
        self.sudo().write({"to_recover": False, "is_written_off": True})

    def _ensure_recoverable(self):
        self._ensure_giver()
        if any(not reward.to_recover for reward in self.sudo()):
            raise UserError(self.env._("Nothing of this reward is to be recovered."))

    # ------------------------------------------------------------
    # BILLS
    # ------------------------------------------------------------

    @api.model
    def _follow_bills(self, moves):
        """Have rewards follow from the bills that pay them: given once posted, not before."""
        for reward in self.search([("move_id", "in", moves.ids)]):
            is_posted = reward.move_id.state == "posted"
            if is_posted and reward.state == "due":
                reward._note_given()
            elif not is_posted and reward.state == "given":
                reward.write({"state": "due", "given_on": False, "given_by_id": False})
                # The purchase may hold no longer.
                reward.referral_id._mark_stale()
            elif not is_posted and reward.to_recover:
                # Nothing is out any more.
                reward.to_recover = False
