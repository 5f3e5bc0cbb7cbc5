from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Scales by their names: the ends of each.
SCALES = {"five": (1, 5), "ten": (0, 10), "percent": (0, 100)}
SCALE_NAMES = [("five", "1 to 5"), ("ten", "0 to 10"), ("percent", "0 to 100")]
ENTERED_SOURCES = [("told", "Told"), ("third_party", "Third Party")]


class CrmLifecycleSatisfactionStatement(models.Model):
    """How satisfied a customer said they are, or many are, by a third party.

    What ratings and visits tell is read from there and entered nowhere else.
    """

    _name = "crm.lifecycle.satisfaction.statement"
    _description = "Entered Satisfaction"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "crm.lifecycle.period.mixin",
        "crm.lifecycle.trigger.mixin",
        "mail.thread",
    ]
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "asked_by"]
    _check_company_auto = True
    _in_own_name = True

    active = fields.Boolean(default=True, tracking=True)
    source = fields.Selection(
        ENTERED_SOURCES,
        required=True,
        default="told",
        tracking=True,
        help="Told: a customer said so to somebody. Third party: somebody else asked customers,"
        " and reports the result.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Who Said So",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        help="A customer, or a contact of theirs. Empty where a result is of no single customer.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Date(required=True, tracking=True, default=lambda self: self._get_today())
    scale = fields.Selection(
        SCALE_NAMES,
        required=True,
        default="five",
        tracking=True,
        help="What the value lies between; the higher the better.",
    )
    scale_min = fields.Float(compute="_compute_scale_ends", store=True, digits=(16, 2))
    scale_max = fields.Float(compute="_compute_scale_ends", store=True, digits=(16, 2))
    value = fields.Float(
        required=True, tracking=True, digits=(16, 2), aggregator=None, help="As it was said."
    )
    score = fields.Float(
        compute="_compute_score",
        digits=(16, 1),
        help="Where the value lies between the ends of its scale, 0 to 100.",
    )
    is_on_scale = fields.Boolean(compute="_compute_score", export_string_translation=False)
    sample_size = fields.Integer(
        string="Opinions",
        required=True,
        default=1,
        tracking=True,
        help="How many people were asked, where a third party reports their mean.",
    )
    asked_by = fields.Char(tracking=True, help="Who asked, such as an institute or a magazine.")
    url = fields.Char(string="Found At", help="Where the result is published.")
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        help="Where it is about one product alone.",
    )
    note = fields.Text(string="What Was Said")

    _sample_size_positive = models.Constraint(
        "CHECK(sample_size >= 1)", "At least one person said so. Enter 1 or more opinions."
    )

    @api.depends("source", "partner_id.display_name", "asked_by", "date")
    def _compute_display_name(self):
        for statement in self:
            who = (
                statement.asked_by or statement.partner_id.display_name
                if statement.source == "third_party"
                else statement.partner_id.display_name
            )
            # A day alone says nothing: the screen calls it new, then.
            parts = (who, who and statement.date and str(statement.date))
            statement.display_name = ", ".join(part for part in parts if part)

    @api.depends("scale")
    def _compute_scale_ends(self):
        for statement in self:
            statement.scale_min, statement.scale_max = self._get_scale_ends(statement.scale)

    @api.model
    def _get_scale_ends(self, scale):
        """Return the lowest and the highest end of a scale, for bridges to add their own."""
        return SCALES.get(scale, (0, 0))

    @api.depends("value", "scale_min", "scale_max")
    def _compute_score(self):
        for statement in self:
            lowest, highest = statement.scale_min, statement.scale_max
            statement.is_on_scale = lowest < highest and lowest <= statement.value <= highest
            statement.score = (
                100 * (statement.value - lowest) / (highest - lowest)
                if statement.is_on_scale
                else False
            )

    @api.onchange("source")
    def _onchange_source(self):
        if self.source == "told":
            self.sample_size = 1

    @api.constrains("value", "scale")
    def _check_value(self):
        for statement in self:
            if not statement.is_on_scale:
                raise ValidationError(
                    self.env._(
                        "%(value)s does not lie between %(lowest)s and %(highest)s. Enter the"
                        " value on its scale, or choose another scale.",
                        value=f"{statement.value:g}",
                        lowest=f"{statement.scale_min:g}",
                        highest=f"{statement.scale_max:g}",
                    )
                )

    @api.constrains("source", "partner_id", "sample_size", "asked_by")
    def _check_source(self):
        for statement in self:
            if statement.source == "told":
                if not statement.partner_id:
                    raise ValidationError(self.env._("Choose the customer who said so."))
                if statement.sample_size != 1:
                    raise ValidationError(
                        self.env._(
                            "What one customer told is one opinion. Choose Third Party where"
                            " somebody asked many."
                        )
                    )
            elif statement.source == "third_party" and not (statement.asked_by or "").strip():
                raise ValidationError(self.env._("Enter who asked under Asked By."))

    @api.constrains("date", "company_id")
    def _check_date(self):
        for company, statements in self.grouped("company_id").items():
            today = statements.with_company(company)._get_today()
            if any(statement.date > today for statement in statements):
                raise ValidationError(
                    self.env._("Nobody has said anything yet on a day to come. Change the date.")
                )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def _with_customers(self, vals_list):
        """Keep the contact: who said so is told beside the customer."""
        return vals_list

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"date", "value", "scale", "sample_size"}
