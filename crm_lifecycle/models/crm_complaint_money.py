from odoo import api, fields, models
from odoo.exceptions import UserError

# What a change of may put an invoice on hold, or release it.
HOLD_FIELDS = {"kind", "move_ids"}
# Ends after which a complaint that is open (again) holds its invoices again.
PASSING = ("closed", "rejected", "archived", "merged", "removed")


class CrmComplaint(models.Model):
    """Invoices that a complaint keeps from being followed up, as long as it is open."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    hold_ids = fields.One2many(
        "crm.complaint.hold", "complaint_id", string="Invoices on Hold", readonly=True
    )
    hold_count = fields.Integer(
        string="On Hold",
        compute="_compute_hold_count",
        compute_sudo=True,
        help="How many invoices are not followed up because of it.",
    )

    remedy_ids = fields.One2many("crm.complaint.remedy", "complaint_id", string="Remedies")
    remedy_amount = fields.Monetary(
        string="Given for It",
        compute="_compute_remedy_amount",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="What the customer got, or will get, for it, and what that costs.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the Company"
    )

    @api.depends("remedy_ids.amount_company", "remedy_ids.cost", "remedy_ids.state")
    def _compute_remedy_amount(self):
        for complaint in self:
            agreed = complaint.remedy_ids.filtered(
                lambda remedy: remedy.state in ("waiting", "approved", "done")
            )
            complaint.remedy_amount = sum(remedy.amount_company + remedy.cost for remedy in agreed)

    @api.depends("hold_ids.is_holding")
    def _compute_hold_count(self):
        for complaint in self:
            complaint.hold_count = len(complaint.hold_ids.filtered("is_holding"))

    def write(self, vals):
        result = super().write(vals)
        if not HOLD_FIELDS.isdisjoint(vals):
            self._sync_holds()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_remedied(self):
        """Keep complaints that something was done for: it stays on record, and costs."""
        for complaint in self:
            if "done" in complaint.sudo().remedy_ids.mapped("state"):
                raise UserError(
                    self.env._(
                        "Something was done for %s already: archive it instead.",
                        complaint.display_name,
                    )
                )

    def _on_open(self):
        super()._on_open()
        self._sync_holds(reopened=True)

    def _on_close(self):
        super()._on_close()
        with self._with_all_links() as complaints:
            for complaint in complaints:
                complaint.hold_ids._release(complaint._get_release_cause())

    def _get_release_cause(self):
        """Return why a complaint holds nothing any more, see ``RELEASE_CAUSES``."""
        self.ensure_one()
        if self.is_counted:
            # Nothing has changed: it is about to be deleted.
            return "deleted"
        if self.duplicate_of_id:
            return "merged"
        if not self.active:
            return "archived"
        return "rejected" if self.step_id.code == "rejected" else "closed"

    def _get_held_invoices(self):
        """Return the invoices that are not followed up while the complaint is open.

        A question or a request is no reason not to pay.
        """
        self.ensure_one()
        if not self.is_counted or self.kind != "complaint":
            return self.env["account.move"]
        return self._get_invoices()

    def _sync_holds(self, reopened=False):
        """Hold the invoices that complaints are about, and release those that they are not.

        As the superuser: whoever takes up a complaint need not see the books.

        :param bool reopened: what had expired is held again
        """
        passing = (*PASSING, "expired") if reopened else PASSING
        with self._with_all_links() as complaints:
            for complaint in complaints:
                complaint._sync_own_holds(complaint._get_held_invoices(), passing)

    def _sync_own_holds(self, wanted, passing):
        """Hold invoices, and release the others; as the superuser.

        :param tuple passing: causes of a release after which an invoice is held again
        """
        self.ensure_one()
        holds = self.hold_ids
        holds.filtered(lambda hold: hold.move_id not in wanted)._release("removed")
        again = holds.filtered(
            lambda hold: (
                hold.state == "released"
                and hold.release_cause in passing
                and hold.move_id in wanted
            )
        )
        today = holds.with_company(self.company_id)._get_today()
        new = holds.create(
            [
                {
                    "complaint_id": self.id,
                    "move_id": move.id,
                    "date_from": today,
                    "reason": self.subject,
                    # Until the flag is set: what holds the invoice already is another one.
                    "state": "released",
                }
                for move in wanted - holds.move_id
            ]
        )
        (again | new)._activate()

    def _merge_into(self, target):
        """Hand what was decided on invoices over to the complaint that stays."""
        duplicates = self - target
        with (duplicates | target)._with_all_links():
            duplicates.sudo()._move_holds_to(target.sudo())
            result = super()._merge_into(target)
            # What was agreed on is agreed on with the customer, however often they told us.
            duplicates.sudo().remedy_ids.with_context(lifecycle_merge=True).write(
                {"complaint_id": target.id}
            )
        target._sync_holds()
        return result

    def _move_holds_to(self, target):
        """Give holds to the complaint that stays; as the superuser."""
        for hold in self.hold_ids:
            move = hold.move_id
            own = target.hold_ids.filtered(lambda own, move=move: own.move_id == move)
            if not own:
                hold.complaint_id = target
            elif hold.state == "active" and own.state == "released":
                # They complained again after the last day of the first hold.
                own._activate()
                own.date_to = hold.date_to

    @api.readonly
    def action_open_holds(self):
        """Open the invoices that are, or were, on hold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices on Hold"),
            "res_model": "crm.complaint.hold",
            "views": [(False, "list"), (False, "form")],
            "domain": [("complaint_id", "=", self.id)],
        }
