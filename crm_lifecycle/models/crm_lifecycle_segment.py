from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import segments
from .crm_lifecycle_customer_type import (
    ACQUISITION_POLICIES,
    CUSTOMER_TYPES,
    SENIORITIES,
)

# Fields that decide on who is in a segment, or on what follows from being in it.
DECISIVE_FIELDS = {
    "active",
    "sequence",
    "company_id",
    "employees_from",
    "employees_to",
    "country_ids",
    "industry_ids",
    "category_ids",
    "default_type",
    *(f"sector_{name}" for name in segments.SECTORS),
}


class CrmLifecycleSegment(models.Model):
    """A group of customers by what they are: the first whose rules match is a customer's.

    By what is known today of the organisation. Customers are moved in the background where
    somebody changes the rules; ``crm.lifecycle.segment.move`` has who left which, and when.
    """

    _name = "crm.lifecycle.segment"
    _description = "Customer Segment"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, help="What you call these customers, e.g. Education."
    )
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        # A new one leaves everybody where they are until somebody drags it to its place.
        default=1000,
        tracking=True,
        help="The first segment in order that matches is the customer's: put what is special,"
        " such as Education, before sizes.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )

    employees_from = fields.Integer(
        tracking=True,
        help="Smallest number of employees; this number counts. Customers whose number is not"
        " known are in no segment that asks for one.",
    )
    employees_to = fields.Integer(
        string="Employees below",
        tracking=True,
        help="Number of employees that is too large already; 0 for no limit.",
    )
    sector_company = fields.Boolean(
        string="Company (Sector)",
        tracking=True,
        help="Organisations whose sector nobody has entered are companies, too.",
    )
    sector_federal = fields.Boolean(string="Federal government", tracking=True)
    sector_state_local = fields.Boolean(string="State and local government", tracking=True)
    sector_education = fields.Boolean(string="Education", tracking=True)
    sector_individual = fields.Boolean(
        string="Individual",
        tracking=True,
        help="People who are no company and belong to none are individuals, too.",
    )
    sector_catalogue = fields.Boolean(string="Catalogue", tracking=True)
    country_ids = fields.Many2many(
        "res.country",
        "crm_lifecycle_segment_country_rel",
        "segment_id",
        "country_id",
        ondelete="restrict",
        string="Countries",
        tracking=True,
    )
    industry_ids = fields.Many2many(
        "res.partner.industry",
        "crm_lifecycle_segment_industry_rel",
        "segment_id",
        "industry_id",
        ondelete="restrict",
        string="Industries",
        tracking=True,
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "crm_lifecycle_segment_category_rel",
        "segment_id",
        "category_id",
        ondelete="restrict",
        string="Tags",
        help="A tag stands for the tags below it, too.",
        tracking=True,
    )

    default_type = fields.Selection(
        CUSTOMER_TYPES,
        tracking=True,
        help="How much of a relationship customers of this segment usually want. Where a"
        " customer's own purchases say more, these count.",
    )
    acquisition_policy = fields.Selection(
        ACQUISITION_POLICIES,
        tracking=True,
        help="How hard new customers are pursued, as leads show it.",
    )
    seniority = fields.Selection(
        SENIORITIES,
        string="Wanted Seniority",
        help="Who should look after these customers.",
        tracking=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Wanted Team",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Which team should look after these customers.",
        tracking=True,
    )
    universe_size = fields.Integer(
        string="Universe",
        aggregator=None,
        help="How many such organisations or people there are in your market, customers or"
        " not; 0 where you do not know. Penetration is measured against it.",
        tracking=True,
    )

    _employees_range = models.Constraint(
        "CHECK(employees_from >= 0 AND employees_to >= 0"
        " AND (employees_to = 0 OR employees_to > employees_from))",
        "No number of employees is in this range. Enter an upper limit above the lower one, or 0"
        " for no limit, and nothing below zero.",
    )
    _universe_positive = models.Constraint(
        "CHECK(universe_size >= 0)",
        "The size of the universe cannot be below zero; enter 0 if you do not know it.",
    )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created._reclassify()
        return created

    def write(self, vals):
        if DECISIVE_FIELDS.isdisjoint(vals):
            self._forget_segments()
            return super().write(vals)
        self._reclassify()
        result = super().write(vals)
        self._reclassify()
        return result

    def unlink(self):
        self._reclassify()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Refuse to delete what customers are in: that would move them here and now."""
        for segment, count in (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .with_context(active_test=False)
            ._read_group([("segment_id", "in", self.ids)], ["segment_id"], ["__count"])
        ):
            raise UserError(
                self.env._(
                    "%(count)s customers are in the segment %(segment)s. Archive it first: they"
                    " are moved in the background, and then it can be deleted.",
                    count=count,
                    segment=segment.name,
                )
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for segment, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", segment.name)
        return vals_list

    def _reclassify(self):
        """Have the customers of the companies find their segments anew, in the background."""
        self._forget_segments()
        self.env["crm.lifecycle.reclassification"]._start(self.company_id)

    def _forget_segments(self):
        """Drop what this transaction has found: it follows from the rules."""
        for model in ("res.partner", "crm.lead"):
            self.env[model]._forget_lifecycle_segments()

    # ------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------

    @api.model
    def _read_rules(self, company=None):
        """Return the rules of all segments in use, the first to match first.

        :param company: of that company alone
        :return: list of ``engine.segments.Rules``
        """
        self.flush_model()
        found = [segments.Rules(*row) for row in self.env.execute_query(segments.reading())]
        return [rule for rule in found if not company or rule.company_id == company.id]
