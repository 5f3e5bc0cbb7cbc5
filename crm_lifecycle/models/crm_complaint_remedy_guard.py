from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What the buttons alone write.
PROTECTED = {
    "state",
    "user_id",
    "approved_by_id",
    "approved_on",
    "credit_move_id",
    "done_by_id",
    "done_on",
}
# What was agreed on, and is no more changed afterwards.
TERMS = {"complaint_id", "kind", "move_id", "order_id", "amount", "cost"}


class CrmComplaintRemedy(models.Model):
    """Who may change what of a remedy: terms until they are proposed, the rest by its buttons."""

    _inherit = "crm.complaint.remedy"  # pylint: disable=consider-merging-classes-inherited

    def _get_terms(self):
        """Return the names of what is no more changed once it was proposed."""
        return TERMS

    def _get_protected(self):
        """Return the names of what the buttons alone write."""
        return PROTECTED

    def _get_derived(self):
        """Return the names of what follows from the terms, and is stored.

        The ORM would take it from everybody: an amount of 0, say, which nobody has to approve.
        """
        return {name for name, field in self._fields.items() if field.store and field.compute}

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        protected, derived = self._get_protected(), self._get_derived()
        start = {"state": "draft", "user_id": self.env.uid}
        for vals in vals_list:
            if not derived.isdisjoint(vals) or any(
                vals[name] and vals[name] != start.get(name) for name in protected & set(vals)
            ):
                raise AccessError(self._get_forged_text())
        # Given, so that no default is looked for: those of the context and of users are anybody's.
        given = {**dict.fromkeys(protected, False), **start}
        remedies = super().create([{**vals, **given} for vals in vals_list])
        remedies._derive()
        return remedies

    def _derive(self):
        """Compute anew what follows from the terms, whatever was stored."""
        for name in self._get_derived():
            self.env.add_to_compute(self._fields[name], self)
        self.invalidate_recordset(["needs_approval"])

    def write(self, vals):
        if not self.env.su and not (self._get_protected() | self._get_derived()).isdisjoint(vals):
            raise AccessError(self._get_forged_text())
        # Merging complaints moves what was agreed on to the one that stays.
        merged = self._is_merging() and set(vals) == {"complaint_id"}
        agreed = any(remedy.state != "draft" for remedy in self)
        if agreed and not merged and not self._get_terms().isdisjoint(vals):
            raise UserError(
                self.env._(
                    "A remedy that was proposed is not changed. Cancel it, and propose another."
                )
            )
        return super().write(vals)

    def _get_forged_text(self):
        return self.env._("What becomes of a remedy is said by its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for remedy in self:
            if remedy.state == "done":
                raise UserError(
                    self.env._("%s was done already: it stays for the record.", remedy.display_name)
                )
