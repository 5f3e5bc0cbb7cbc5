from odoo import fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS


class ProductTemplate(models.Model):
    _inherit = "product.template"

    lifecycle_warranty_months = fields.Integer(
        string="Warranty",
        groups=f"{LIFECYCLE_GROUPS},stock.group_stock_user",
        help="Months from the delivery within which we mend or replace it; 0 for no warranty. What"
        " is registered already keeps its day.",
    )

    _lifecycle_warranty_months_range = models.Constraint(
        "CHECK(COALESCE(lifecycle_warranty_months, 0) BETWEEN 0 AND 600)",
        "A warranty lasts 1 to 600 months; enter 0 for none.",
    )
