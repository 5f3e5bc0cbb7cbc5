from odoo import api, fields, models
from odoo.tools import format_date

REASONS = [
    ("same", "Claimed by the same referrer already."),
    ("rival", "Somebody else claimed it before."),
    ("also", "Also claimed by somebody else."),
    ("late", "Claimed after the first purchase."),
    ("decided", "It was decided for somebody else."),
    ("removed", "The referrer was removed from the customer."),
    ("lead", "The lead names somebody else."),
    ("circle", "Nobody brings themselves."),
    ("merged", "The customers were merged."),
    ("lost", "The lead was lost."),
]


class CrmLifecycleReferral(models.Model):
    """Why a claim was rejected, waits or is lost, in the language of whoever reads it.

    What the rule found is kept as a code with whom and which day it speaks of; what a person
    wrote is kept as it was written.
    """

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    reason_code = fields.Selection(REASONS, string="Kind of Reason", readonly=True, copy=False)
    reason_partner_id = fields.Many2one(
        "res.partner",
        string="Referrer Preferred",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    reason_date = fields.Date(string="Day of the Reason", readonly=True, copy=False)
    reason_text = fields.Char(string="Reason in Words", readonly=True, copy=False, tracking=True)
    reason = fields.Char(
        compute="_compute_reason",
        compute_sudo=True,
        help="Why it was rejected, waits or is lost.",
    )

    @api.depends(
        "reason_code",
        "reason_partner_id.display_name",
        "reason_date",
        "reason_text",
        "lead_id.lost_reason_id.name",
    )
    @api.depends_context("lang")
    def _compute_reason(self):
        labels = dict(self._fields["reason_code"]._description_selection(self.env))
        for referral in self:
            referral.reason = (
                referral.reason_text
                or referral._get_reason_sentence()
                or labels.get(referral.reason_code)
            )

    def _get_reason_sentence(self):
        """Return what a reason says of whom and which day, False where it tells neither."""
        referrer, code = self.reason_partner_id.display_name, self.reason_code
        day = format_date(self.env, self.reason_date)
        if code == "rival" and referrer and day:
            return self.env._("%(referrer)s claimed it on %(date)s.", referrer=referrer, date=day)
        if code == "also" and referrer:
            return self.env._("Also claimed by %s.", referrer)
        if code == "late" and day:
            return self.env._("Claimed after the first purchase on %s.", day)
        if code == "decided" and referrer:
            return self.env._("It was decided for %s.", referrer)
        if code == "lost":
            return self.lead_id.lost_reason_id.name
        return False

    @api.model
    def _get_reason_vals(self, reason, referrer=None, date=None, in_words=False):
        """Return the values that say why.

        :param reason: a code of ``REASONS``, words of a person, or nothing
        :param bool in_words: a person wrote it, be it spelt as a code is
        """
        is_code = not in_words and reason in dict(REASONS)
        return {
            "reason_code": reason if is_code else False,
            "reason_text": False if is_code else reason,
            "reason_partner_id": referrer.id if referrer else False,
            "reason_date": date,
        }
