from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..access import AMOUNT_GROUPS, MANAGER_GROUP

REWARD_STATES = [("due", "To Give"), ("given", "Given"), ("taken_back", "Taken Back")]
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
        readonly=True,
        help="Taken back after it was given, or paid twice: somebody has to ask for it.",
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
                or "posted" in reward.sudo().bill_ids.mapped("state")
            )
        )

    # ------------------------------------------------------------
    # FOLLOWING THE REFERRAL
    # ------------------------------------------------------------

    @api.model
    def _follow(self, referrals):
        """Have the rewards follow from what became of referrals."""
        rewards = self.search([("referral_id", "in", referrals.ids)]).grouped("referral_id")
        holding = referrals.filtered(
            lambda referral: referral.state == "won" and referral.earns_reward
        )
        self._earn(holding.filtered(lambda referral: referral not in rewards))
        for referral, reward in rewards.items():
            if referral in holding:
                reward._hold()
            elif reward.state != "taken_back":
                reward._take_back(reward._get_reason(referral))

    @api.model
    def _earn(self, referrals):
        """Note that referrals earn their rewards, where the company rewards them."""
        rewarded = referrals.filtered(lambda referral: self._is_rewarded(referral))
        rewarded -= rewarded._filter_contested()
        vals_list = [self._prepare_vals(referral) for referral in rewarded]
        return self.create(
            [
                vals
                for referral, vals in zip(rewarded, vals_list, strict=True)
                if self._is_anything(referral, vals["amount"])
            ]
        )

    @api.model
    def _is_anything(self, referral, amount):
        """Tell whether an amount is above zero in the company's currency."""
        return referral.company_id.currency_id.compare_amounts(amount, 0) > 0

    @api.model
    def _is_rewarded(self, referral):
        """Tell whether the company rewards referrals whose first purchase was that day."""
        company = referral.company_id.sudo()
        return bool(
            company.lifecycle_reward
            and company.lifecycle_reward_since
            and referral.first_date >= company.lifecycle_reward_since
        )

    @api.model
    def _prepare_vals(self, referral):
        company = referral.company_id.sudo()
        by_percent = company.lifecycle_reward_kind == "percent"
        percent = company.lifecycle_reward_percent if by_percent else 0.0
        return {
            "referral_id": referral.id,
            "amount": self._get_amount(referral, percent)
            if by_percent
            else company.lifecycle_reward_amount,
            "percent": percent,
            "date_due": referral._get_today_of(),
        }

    @api.model
    def _get_amount(self, referral, percent):
        return referral.company_id.currency_id.round(referral.first_amount * percent / 100)

    def _get_reason(self, referral):
        if referral.state == "rejected":
            return "rejected"
        return "undone" if referral.earns_reward else "unearned"

    def _hold(self):
        """Have a reward hold, as the purchase does: due, or given."""
        self.ensure_one()
        if self.state == "taken_back" and self._is_held_by_referrer():
            self._restore_given()
        elif self.state != "given":
            amount = (
                self._get_amount(self.referral_id, self.percent) if self.percent else self.amount
            )
            if not self._is_anything(self.referral_id, amount):
                # Next to nothing is left of the purchase.
                if self.state == "due":
                    self._take_back("undone")
            elif self.state == "taken_back":
                self._restore_due(amount)
            elif amount != self.amount:
                self._change_amount(amount)

    def _change_amount(self, amount):
        """Change what is due, also on the bill that is drafted for it."""
        self.amount = amount
        for bill in self._get_drafted_bills():
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
                    "to_recover": reward.state == "given" or bool(reward._get_paying_bills()),
                }
            )
        self._get_drafted_bills().button_cancel()

    def _is_held_by_referrer(self):
        """Tell whether the referrer still has what was given for a purchase that did not hold."""
        return self.to_recover or self.is_written_off

    def _get_restored_vals(self):
        return {
            "taken_back_on": False,
            "taken_back_code": False,
            "taken_back_text": False,
            "to_recover": False,
            "recovered_on": False,
            "is_written_off": False,
        }

    def _restore_given(self):
        """Have a reward hold again that the referrer still has."""
        self.write(
            {
                "state": "given",
                # What was let go pays it again.
                "settled_bill_ids": [Command.unlink(bill.id) for bill in self.move_id],
                **self._get_restored_vals(),
            }
        )
        self._follow_own_bills()

    def _restore_due(self, amount):
        """Have a reward be due again that nobody has."""
        self.write(
            {
                "state": "due",
                "amount": amount,
                "date_due": self.referral_id._get_today_of(),
                "given_on": False,
                "given_by_id": False,
                # What it was given by once is no answer to what is due now.
                "move_id": self._get_drafted_bills()[:1].id,
                **self._get_restored_vals(),
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
            if (
                reward.referral_id.state != "won"
                or reward.referral_id.is_stale
                or reward.referral_id._filter_waiting()
            ):
                # A refund of this minute may be about to take it back.
                raise UserError(
                    self.env._(
                        "The purchases of %s have just changed. Try again in some minutes.",
                        reward.partner_id.display_name,
                    )
                )
            if reward._get_drafted_bills() or reward._get_paying_bills():
                raise UserError(
                    self.env._(
                        "A bill was drafted for it, and pays it once it is posted. Cancel the bill"
                        " to give something else."
                    )
                )
            if reward.referral_id._filter_contested():
                raise UserError(
                    self.env._(
                        "Somebody else claims to have brought %s, too. Settle it first.",
                        reward.partner_id.display_name,
                    )
                )

    def _give(self):
        """Give rewards: here by hand, so it is only noted. Bridges override it."""
        self._note_given()

    def _note_given(self, bill=None):
        """Note that rewards are given.

        :param bill: by which, nothing if it was by hand
        """
        for reward in self:
            reward.write({"state": "given", **reward._get_given_vals(bill)})

    def _get_given_vals(self, bill=None):
        return {
            "given_on": self.referral_id._get_today_of(),
            "given_by_id": self.env.uid,
            "move_id": bill.id if bill else False,
        }

    def action_recovered(self):
        """Note that what was given is back; it can be earned again."""
        self._ensure_recoverable()
        for reward in self.sudo():
            vals = reward._get_asked_vals()
            if reward.state == "taken_back":
                vals["recovered_on"] = reward.referral_id._get_today_of()
            reward.write(vals)

    def action_write_off(self):
        """Let go what was given; nobody gets it twice for that."""
        self._ensure_recoverable()
        for reward in self.sudo():
            vals = reward._get_asked_vals()
            if reward.state == "taken_back":
                vals["is_written_off"] = True
            reward.write(vals)

    def _get_asked_vals(self):
        """Return that nobody has to ask any more for what is to be recovered."""
        bills = self._get_paying_bills()
        if self.state == "given":
            # One pays it; what is to be recovered is what was paid besides.
            bills -= self.move_id
        return {
            "to_recover": False,
            "settled_bill_ids": [Command.link(bill.id) for bill in bills],
        }

    def _ensure_recoverable(self):
        self._ensure_giver()
        if any(not reward.to_recover for reward in self.sudo()):
            raise UserError(self.env._("Nothing of this reward is to be recovered."))
