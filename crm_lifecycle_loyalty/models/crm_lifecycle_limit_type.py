from odoo import fields, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_customer_type import CUSTOMER_TYPES


class CrmLifecycleLimitType(models.Model):
    """A customer type, so that several can be chosen."""

    _name = "crm.lifecycle.limit.type"
    _description = "Customer Type to Choose"
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Selection(CUSTOMER_TYPES, string="Customer Type", required=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("UNIQUE(code)", "This type is there already.")

    def _compute_display_name(self):
        names = dict(self._fields["code"]._description_selection(self.env))
        for record in self:
            record.display_name = names.get(record.code)
