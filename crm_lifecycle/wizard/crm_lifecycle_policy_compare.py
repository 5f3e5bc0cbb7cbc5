from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_TABLE = Markup(
    '<table class="table table-sm"><thead><tr><th></th><th>{old}</th><th>{new}</th></tr></thead>'
    "<tbody>{rows}</tbody></table>"
)
_ROW = Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>")


class CrmLifecyclePolicyCompare(models.TransientModel):
    """Two versions of a company's rules side by side."""

    _name = "crm.lifecycle.policy.compare"
    _description = "Compare Customer Lifecycle Rules"

    policy_id = fields.Many2one(
        "crm.lifecycle.policy", string="Rules", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    other_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Compared With",
        required=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id), ('id', '!=', policy_id)]",
    )
    differences = fields.Html(compute="_compute_differences", help="What differs, line by line.")

    @api.constrains("policy_id", "other_id")
    def _check_company(self):
        for compare in self:
            if compare.policy_id.company_id != compare.other_id.company_id:
                raise ValidationError(
                    self.env._(
                        "Rules of two companies are not compared: their amounts are in"
                        " currencies of their own."
                    )
                )

    @api.depends("policy_id", "other_id")
    @api.depends_context("lang")
    def _compute_differences(self):
        for compare in self:
            policy, other = compare.policy_id, compare.other_id
            if not (policy and other):
                compare.differences = False
                continue
            rows = policy._get_differences(other)
            compare.differences = (
                _TABLE.format(
                    old=other.display_name,
                    new=policy.display_name,
                    rows=Markup().join(_ROW.format(*(cell or "–" for cell in row)) for row in rows),
                )
                if rows
                else Markup("<p>{}</p>").format(self.env._("Both decide the same."))
            )
