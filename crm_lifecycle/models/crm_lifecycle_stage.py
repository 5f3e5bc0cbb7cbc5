from odoo import api, fields, models, tools
from odoo.exceptions import UserError

# The eight stages from the loosest to the closest relationship. A customer is
# always in the highest one that holds.
STAGES = [
    ("suspect", "Suspect"),
    ("prospect", "Prospect"),
    ("first_buyer", "First-time buyer"),
    ("repeat_buyer", "Repeat buyer"),
    ("long_term", "Long-term customer"),
    ("advocate", "Advocate"),
    ("strategic", "Strategic customer"),
    ("partner", "Business partner"),
]
STAGE_CODES = [code for code, _label in STAGES]


class CrmLifecycleStage(models.Model):
    """One of the eight stages of a customer's relationship with the company.

    The eight records are part of the product: their names, descriptions and
    colours belong to the company, their codes and number do not.
    """

    _name = "crm.lifecycle.stage"
    _description = "Customer Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        STAGES,
        required=True,
        readonly=True,
        help="Technical name of the stage, which rules and reports build on.",
    )
    sequence = fields.Integer(
        required=True,
        readonly=True,
        help="Place in the lifecycle, 1 (suspect) to 8 (business partner).",
    )
    dimension = fields.Selection(
        [
            ("select", "Select"),
            ("acquire", "Acquire"),
            ("retain", "Retain"),
            ("extend", "Extend"),
        ],
        required=True,
        help="Task of customer management that this stage belongs to.",
    )
    color = fields.Integer(help="Colour of the stage in badges and kanban columns.")
    description = fields.Text(
        translate=True, help="When a customer is in this stage, in the company's own words."
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Each lifecycle stage exists only once.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get("install_mode"):
            raise UserError(
                self.env._("The lifecycle has eight stages; you can rename them, but not add one.")
            )
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        for name in {"code", "sequence"} & set(vals):
            if any(stage[name] != vals[name] for stage in self):
                raise UserError(
                    self.env._(
                        "Code and place of a lifecycle stage are fixed; change its name instead."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "The eight lifecycle stages cannot be deleted; rename the one that does not fit."
            )
        )

    @api.model
    def _by_code(self):
        """Return the stages as ``{code: record}``, in the order of the lifecycle."""
        codes, stage_ids = self._get_places()
        return dict(zip(codes, self.sudo().browse(stage_ids), strict=True))

    @api.model
    @tools.ormcache()
    def _get_places(self):
        """Return codes and ids in the order of the lifecycle, which no one can change."""
        stages = self.sudo().search([], limit=len(STAGES))
        return tuple(stages.mapped("code")), stages._ids
