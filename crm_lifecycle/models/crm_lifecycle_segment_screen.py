from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import segments


class CrmLifecycleSegment(models.Model):
    """What screens say of a segment: its rules in words, what is wrong with its place, and how
    many customers are in it."""

    _inherit = "crm.lifecycle.segment"  # pylint: disable=consider-merging-classes-inherited

    summary = fields.Char(
        string="Rules",
        compute="_compute_summary",
        help="Who is in the segment: whoever matches all of it, and none of the segments before.",
    )
    warning = fields.Char(compute="_compute_warning")
    acquisition_meaning = fields.Char(
        string="What That Means", compute="_compute_acquisition_meaning"
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
