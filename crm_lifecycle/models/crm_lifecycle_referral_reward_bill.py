from odoo import Command, api, fields, models

from ..access import ACCOUNTING_GROUPS


class CrmLifecycleReferralReward(models.Model):
    """The bills of the referrer that pay a reward.

    It knows all that were ever drafted for it: a cancelled one may be posted again.
    """

    _inherit = "crm.lifecycle.referral.reward"  # pylint: disable=consider-merging-classes-inherited

    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=ACCOUNTING_GROUPS,
        help="Vendor bill of the referrer that pays it once it is posted.",
    )
    bill_ids = fields.Many2many(
        "account.move",
        "crm_lifecycle_referral_reward_bill_rel",
        "reward_id",
        "move_id",
        string="All Bills",
        readonly=True,
        copy=False,
        groups=ACCOUNTING_GROUPS,
        help="All that were ever drafted for it: a cancelled one may be posted again.",
    )
    settled_bill_ids = fields.Many2many(
        "account.move",
        "crm_lifecycle_referral_reward_settled_bill_rel",
        "reward_id",
        "move_id",
        string="Settled Bills",
        readonly=True,
        copy=False,
        groups=ACCOUNTING_GROUPS,
        help="Posted ones whose money is back, or was let go.",
    )

    def action_make_bill(self):
        """Draft the vendor bill by which a reward is paid, or open the one that was drafted."""
        self.ensure_one()
        self.check_access("write")
        reward = self.sudo()
        bill = reward._get_drafted_bills()[:1]
        if not bill:
            reward._ensure_givable()
            bill = (
                self.env["account.move"]
                .with_company(reward.company_id)
                .create(reward._prepare_bill_vals())
            )
            reward.write({"move_id": bill.id, "bill_ids": [Command.link(bill.id)]})
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

    @api.model
    def _follow_bills(self, moves):
        """Have rewards follow from the bills that pay them: given once posted, not before."""
        for reward in self.search([("bill_ids", "in", moves.ids)]):
            reward._follow_own_bills()

    def _get_paying_bills(self):
        """Return the bills by which the referrer has the money, the first one first.

        A reversed one pays nothing; what came of settled ones is dealt with.
        """
        bills = self.bill_ids - self.settled_bill_ids
        return bills.filtered(
            lambda bill: bill.state == "posted" and bill.payment_state != "reversed"
        ).sorted("id")

    def _get_drafted_bills(self):
        return self.bill_ids.filtered(lambda bill: bill.state == "draft")

    def _follow_own_bills(self):
        """Have a reward say what its bills do: pay it, pay it twice, or no more."""
        self.ensure_one()
        reset = self.settled_bill_ids.filtered(lambda bill: bill.state != "posted")
        if reset:
            # Posted again, they pay again.
            self.settled_bill_ids -= reset
        getattr(self, f"_follow_bills_{self.state}")(self._get_paying_bills())

    def _follow_bills_due(self, paying):
        if paying:
            self._note_given(paying[0])
            self._follow_bills_given(paying)

    def _follow_bills_given(self, paying):
        if self.move_id and self.move_id not in paying:
            if not paying:
                self._note_not_given()
                return
            self.move_id = paying[0]
        # One is enough, and none where it was given by hand.
        self.to_recover = bool(paying - self.move_id)

    def _follow_bills_taken_back(self, paying):
        if self._was_given_by_hand():
            # That is to be recovered, or was let go, whatever is paid besides.
            self.to_recover = bool(paying) or not self.is_written_off
            return
        if paying and not (self.given_on and self.move_id in paying):
            self.write(self._get_given_vals(paying[0]))
        self.to_recover = bool(paying)
        if self.is_written_off and self.move_id.state != "posted":
            # Nothing is out any more that was let go.
            self.is_written_off = False

    def _was_given_by_hand(self):
        return self.given_on and not self.move_id and not self.recovered_on

    def _note_not_given(self):
        """Note that what paid a reward pays it no more, so that it is due again."""
        self.write(
            {
                "state": "due",
                "given_on": False,
                "given_by_id": False,
                "to_recover": False,
            }
        )
        # The purchase may hold no longer.
        self.referral_id._mark_stale()
