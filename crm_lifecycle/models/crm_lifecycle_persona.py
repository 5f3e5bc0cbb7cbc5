from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLifecyclePersona(models.Model):
    """What a company's ideal customer looks like.

    Each line is one trait with a weight. The fit of somebody is the weight of the
    traits that they have, in percent of the weight of all. Nobody becomes a suspect
    by that alone: people look for suspects, and choose whom they take up.
    """

    _name = "crm.lifecycle.persona"
    _description = "Persona"
    _order = "sequence, id"

    name = fields.Char(required=True, help="Whom this describes, e.g. Hotels on the west coast.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of two personas that fit equally well, the upper one is shown."
    )
    description = fields.Text(
        help="Who these customers are, what they need and where to meet them."
    )
    minimum_fit = fields.Integer(
        string="Minimum Fit (%)",
        required=True,
        default=60,
        help="From which fit on somebody counts as matching, in percent.",
    )
    line_ids = fields.One2many(
        "crm.lifecycle.persona.line", "persona_id", string="Traits", copy=True
    )

    _minimum_fit_percent = models.Constraint(
        "CHECK(minimum_fit BETWEEN 1 AND 100)",
        "The minimum fit is a percentage: enter a number from 1 to 100.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_fits()
        return super().create(vals_list)

    def write(self, vals):
        self._forget_fits()
        return super().write(vals)

    def unlink(self):
        self._forget_fits()
        return super().unlink()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for persona, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", persona.name)
        return vals_list

    def _forget_fits(self):
        """Drop the fits that this transaction has computed: they follow from the personas."""
        for model in ("res.partner", "crm.lead"):
            self.env[model]._forget_lifecycle_fit()

    # ------------------------------------------------------------
    # FIT
    # ------------------------------------------------------------

    def _get_fit(self, conditions):
        """Return the fit in percent, rounded, as SQL.

        :param conditions: {line: SQL that is true where the line matches}
        """
        self.ensure_one()
        points = SQL(" + ").join(
            SQL("CASE WHEN %s THEN %s ELSE 0 END", condition, line.weight)
            for line, condition in conditions.items()
        )
        return SQL("ROUND(100.0 * (%s) / %s)::int", points, sum(self.line_ids.mapped("weight")))

    def _describe_fit(self, fit, matched):
        """Return what a fit consists of, in words.

        :param int fit: percent
        :param matched: the lines that match
        :return: (the kinds that match, one sentence, one line per trait)
        """
        self.ensure_one()
        kinds = ", ".join(dict.fromkeys(line._get_label() for line in matched))
        if matched:
            summary = self.env._(
                "Matches persona %(persona)s: %(fit)s%% (%(traits)s)",
                persona=self.name,
                fit=fit,
                traits=kinds,
            )
        else:
            summary = self.env._("Matches nothing of persona %s", self.name)
        parts = [
            self.env._(
                "✓ %(trait)s: %(weight)s of %(weight)s points",
                trait=line._describe(),
                weight=line.weight,
            )
            if line in matched
            else self.env._(
                "✗ %(trait)s: 0 of %(weight)s points", trait=line._describe(), weight=line.weight
            )
            for line in self.line_ids
        ]
        return kinds, summary, "\n".join(parts)

    # ------------------------------------------------------------
    # SUSPECTS
    # ------------------------------------------------------------

    def _ensure_can_find_suspects(self):
        """Raise unless the user may take up suspects for this persona."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.lifecycle.mark"].check_access("create")
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%s has no traits yet, so that nobody can match it. Add at least one trait.",
                    self.name,
                )
            )
        if self.company_id != self.env.company:
            raise UserError(
                self.env._(
                    "%(persona)s belongs to %(company)s. Choose that company first in the"
                    " switcher at the top, then look for its suspects.",
                    persona=self.name,
                    company=self.company_id.name,
                )
            )

    def _get_suspects_domain(self):
        """Return who may be taken up: customers to be, without any dealings, who match."""
        self.ensure_one()
        marked = Domain("kind", "=", "suspect") & Domain("company_id", "=", self.company_id.id)
        return (
            Domain("lifecycle_profile_id", "=", False)
            & Domain("lifecycle_fit", ">=", self.minimum_fit)
            & (Domain("parent_id", "=", False) | Domain("is_company", "=", True))
            & Domain("company_id", "in", [False, self.company_id.id])
            # Neither our own companies nor our own people.
            & Domain("partner_share", "=", True)
            & Domain("ref_company_ids", "=", False)
            & Domain("lifecycle_mark_ids", "not any", marked)
        )

    @api.readonly
    def action_find_suspects(self):
        """Open the contacts that match this persona and have no dealings yet."""
        self._ensure_can_find_suspects()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspects: %s", self.name),
            "res_model": "res.partner",
            "views": [
                (self.env.ref("crm_lifecycle.res_partner_view_list_suspects").id, "list"),
                (False, "form"),
            ],
            "domain": list(self._get_suspects_domain()),
            "context": {"lifecycle_persona_id": self.id, "active_test": True},
            "help": self.env._(
                '<p class="o_view_nocontent_smiling_face">Nobody new matches this persona</p>'
                "<p>Whoever matches is in the lifecycle already. Lower the minimum fit, or"
                " enter the industry, country and employees of more contacts.</p>"
            ),
        }
