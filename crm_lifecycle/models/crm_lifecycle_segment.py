from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import segments, sources
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
    summary = fields.Char(
        string="Rules",
        compute="_compute_summary",
        help="Who is in the segment: whoever matches all of it, and none of the segments before.",
    )
    warning = fields.Char(compute="_compute_warning")

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
    acquisition_meaning = fields.Char(
        string="What That Means", compute="_compute_acquisition_meaning"
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
    customer_count = fields.Integer(
        string="Customers",
        compute="_compute_counts",
        help="Customers and customers to be: beyond a suspect, and not lost.",
    )
    buyer_count = fields.Integer(
        string="Buyers",
        compute="_compute_counts",
        help="Those of them who have bought at least once.",
    )
    penetration = fields.Float(
        compute="_compute_counts",
        help="Buyers divided by the universe: how much of this market buys from you. Empty while"
        " the size of the universe is not known.",
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
    # SCREEN
    # ------------------------------------------------------------

    @api.depends("acquisition_policy")
    @api.depends_context("lang")
    def _compute_acquisition_meaning(self):
        meanings = {
            "pursue": self.env._("Win them, with effort before the first deal."),
            "per_deal": self.env._("Compete for each purchase, without courting them in between."),
            "avoid": self.env._("Serve who comes, spend nothing on winning more."),
        }
        for segment in self:
            segment.acquisition_meaning = meanings.get(segment.acquisition_policy)

    @api.depends(
        "employees_from",
        "employees_to",
        "country_ids",
        "industry_ids",
        "category_ids",
        *(f"sector_{name}" for name in segments.SECTORS),
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for segment in self:
            parts = [segment._describe_sectors(), segment._describe_employees()]
            parts += [
                ", ".join(segment[name].mapped("display_name"))
                for name in ("country_ids", "industry_ids", "category_ids")
            ]
            segment.summary = "; ".join(filter(None, parts)) or self.env._("Everybody")

    def _describe_sectors(self):
        self.ensure_one()
        # As contacts show them.
        labels = self.env["res.partner"]._fields["lifecycle_sector"]
        return ", ".join(
            label
            for name, label in labels._description_selection(self.env)
            if self[f"sector_{name}"]
        )

    def _describe_employees(self):
        self.ensure_one()
        low, high = self.employees_from, self.employees_to
        if not low and not high:
            return ""
        if not high:
            return self.env._("%s or more employees", low)
        if not low:
            return self.env._("fewer than %s employees", high)
        return self.env._("%(low)s to %(high)s employees", low=low, high=high - 1)

    def _has_rules(self):
        self.ensure_one()
        # Not the rule's own words, which a form has before they are saved.
        return bool(
            self.employees_from
            or self.employees_to
            or self.country_ids
            or self.industry_ids
            or self.category_ids
            or any(self[f"sector_{name}"] for name in segments.SECTORS)
        )

    @api.depends("summary", "active", "sequence", "company_id")
    @api.depends_context("lang")
    def _compute_warning(self):
        """Warn where a segment without rules leaves nobody to those behind it.

        It is not refused: dragged into another place it may be what is wanted, for everybody
        who is in no other segment.
        """
        others = self.search([("company_id", "in", self.company_id.ids)])
        for segment in self:
            peers = others.filtered(lambda peer, of=segment: peer.company_id == of.company_id)
            segment.warning = segment.active and segment._get_warning(peers)

    def _get_warning(self, peers):
        """Say what is wrong with the place of a segment, False if nothing is.

        :param peers: the company's segments in order
        """
        before = [peer for peer in peers if peer._get_place() < self._get_place()]
        catch_all = next((peer for peer in before if not peer._has_rules()), None)
        if catch_all:
            return self.env._(
                "Nobody gets here: %s is before it and matches everybody. Move this one up.",
                catch_all.name,
            )
        if not self._has_rules() and any(peer._get_place() > self._get_place() for peer in peers):
            return self.env._(
                "Without a rule it matches everybody, so that nobody gets to the segments behind"
                " it. Enter a rule, or move it to the end."
            )
        return False

    def _get_place(self):
        """Return where the segment is in the order; a new one comes behind its equals."""
        return (self.sequence, self._origin.id or float("inf"))

    @api.depends("universe_size")
    def _compute_counts(self):
        """Count as the coverage does, see ``crm.lifecycle.coverage``."""
        profiles = self.env["crm.lifecycle.profile"]
        domain = profiles._get_cared_domain() & Domain("segment_id", "in", self._origin.ids)
        customers, buyers = (
            dict(profiles._read_group(domain & which, ["segment_id"], ["__count"]))
            for which in (Domain.TRUE, Domain("purchase_count", ">", 0))
        )
        for segment in self:
            segment.customer_count = customers.get(segment._origin, 0)
            segment.buyer_count = bought = buyers.get(segment._origin, 0)
            universe = segment.universe_size
            segment.penetration = bought / universe if universe else False

    @api.readonly
    def action_open_customers(self):
        """Open the customers in the segment, by stage."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_profile_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": list(
                Domain("segment_id", "=", self.id)
                & self.env["crm.lifecycle.profile"]._get_cared_domain()
            ),
            "context": {},
        }

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

    @api.model
    def _get_segments_on(self, profiles, day):
        """Return in which segments customers were on a day, as far as it was known.

        What became known for the first time later was so before; other rules are told from
        the day on which they were made.

        :return: ``{profile id: segment id}``, None where no segment matched
        """
        self.env.flush_all()
        company = sources.company_cte(fields.Datetime.now(), day)
        which = SQL("profile.id = ANY(%s)", profiles.ids)
        return dict(self.env.execute_query(segments.on_day(company, which)))
