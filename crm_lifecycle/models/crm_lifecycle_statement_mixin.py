from odoo import api, models
from odoo.exceptions import AccessError

from ..access import MANAGER_GROUP


class CrmLifecycleStatementMixin(models.AbstractModel):
    """Something that a colleague enters of a customer whom they may read.

    It is of the customer, also where a contact of theirs was chosen.
    """

    _name = "crm.lifecycle.statement.mixin"
    _description = "Statement about a Customer"

    # Whether ``user_id`` is who says so: then only managers enter it for somebody else.
    _in_own_name = False
    # The fields that say of whom it is.
    _subject_fields = ("partner_id",)

    @api.model_create_multi
    def create(self, vals_list):
        if self._in_own_name:
            self._ensure_own_name(vals["user_id"] for vals in vals_list if "user_id" in vals)
        statements = super().create(self._with_customers(vals_list))
        if self._in_own_name:
            # Defaults may have said who, too.
            self._ensure_own_name(statement.user_id.id for statement in statements)
        statements._ensure_partners_readable()
        return statements

    def write(self, vals):
        # Before the rule on one's own, which looks at what is there already.
        if self._in_own_name and "user_id" in vals:
            self._ensure_own_name([vals["user_id"]])
        [vals] = self._with_customers([vals])
        result = super().write(vals)
        if not vals.keys().isdisjoint(self._subject_fields):
            self._ensure_partners_readable()
        if not {"partner_id", "company_id", "user_id"}.isdisjoint(vals):
            # The host asks its rules about what it was, not about what it has become.
            self.check_access("write")
        return result

    @api.model
    def _with_customers(self, vals_list):
        """Return values with the customers instead of contacts of theirs."""
        contacts = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        customers = {
            contact.id: contact.commercial_partner_id.id
            for contact in self.env["res.partner"].sudo().browse(contacts)
        }
        return [
            {**vals, "partner_id": customers[vals["partner_id"]]}
            if vals.get("partner_id")
            else vals
            for vals in vals_list
        ]

    @api.model
    def _ensure_own_name(self, user_ids):
        """Refuse to speak in somebody else's name."""
        if (
            any(user_id != self.env.uid for user_id in user_ids)
            and not self.env.su
            and not self.env.user.has_group(MANAGER_GROUP)
        ):
            raise AccessError(
                self.env._("Only a sales manager can enter this on behalf of somebody else.")
            )

    def _ensure_partners_readable(self):
        """Refuse customers whom the user may not read: the host checks no references."""
        for name in self._subject_fields:
            self[name].check_access("read")
