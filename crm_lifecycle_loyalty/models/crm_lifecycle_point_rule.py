from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What is the same for all points that a rule gave.
FIXED = {"source", "program_id", "company_id"}


class CrmLifecyclePointRule(models.Model):
    """For what customers get points, how many, and on the card of which programme."""

    _name = "crm.lifecycle.point.rule"
    _description = "Rule for Points"
    _order = "company_id, source, id"
    _check_company_auto = True

    name = fields.Char(
        string="Shown to Customers",
        required=True,
        translate=True,
        help="What customers read in the history of their card, such as: Thank you for your"
        " recommendation.",
    )
    source = fields.Selection(
        lambda self: self._get_source_selection(),
        string="Points For",
        required=True,
        default="referral",
        help="A referral counts while the first purchase of the referred customer holds, and"
        " earns points where the settings say that referrals are rewarded by points. A"
        " registered purchase counts while the piece was neither returned nor refunded, an"
        " answered survey while the answer is there.",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('program_type', '=', 'loyalty')]",
        help="The points go on the customer's card of this programme, where they are spent.",
    )
    points = fields.Float(required=True, default=10.0, help="How many each time.")
    since = fields.Date(
        required=True,
        default=lambda self: self.env["crm.lifecycle.period.mixin"]._get_today(),
        help="What was before that day earns nothing.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    given_count = fields.Integer(string="Times Given", compute="_compute_given_count")

    _points_positive = models.Constraint(
        "CHECK(points > 0)", "Enter how many points are given each time: more than 0."
    )

    @api.model
    def _get_source_selection(self):
        """Return for what points are given; bridges add theirs."""
        sources = [("referral", self.env._("Referral that bought"))]
        if "crm.lifecycle.registration" in self.env:
            sources.append(("registration", self.env._("Registered purchase")))
        return sources

    def _compute_given_count(self):
        counts = dict(
            self.env["crm.lifecycle.point"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "given")], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.given_count = counts.get(rule._origin, 0)

    @api.constrains("program_id")
    def _check_program(self):
        for rule in self.sudo():
            if rule.program_id.program_type != "loyalty":
                raise ValidationError(
                    self.env._(
                        "%s has no cards that keep points. Choose a programme of loyalty cards.",
                        rule.program_id.display_name,
                    )
                )

    def write(self, vals):
        changed = [name for name in FIXED & vals.keys() if self._changes(name, vals[name])]
        if changed and self._has_points():
            raise UserError(
                self.env._(
                    "Points were given by this rule already. Archive it, and add another one."
                )
            )
        return super().write(vals)

    def _changes(self, name, value):
        field = self._fields[name]
        return any(field.convert_to_write(rule[name], rule) != value for rule in self)

    def _has_points(self):
        points = self.env["crm.lifecycle.point"].sudo()
        return bool(points.search_count([("rule_id", "in", self.ids)], limit=1))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self._has_points():
            raise UserError(self.env._("Points were given by this rule. Archive it instead."))

    @api.readonly
    def action_open_points(self):
        """Open what was given by the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle_loyalty.crm_lifecycle_point_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
