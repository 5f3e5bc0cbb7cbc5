from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Which of the host's UTM sources stand for which of ours at first.
UTM_SOURCES = {
    "online_search": ("search_engine",),
    "advertisement": ("mailing", "newsletter", "facebook", "twitter", "linkedin"),
    "referral": ("referral",),
}


class CrmLifecycleSource(models.Model):
    """Where customers and leads come from: one tree for all companies.

    The host's UTM sources tell campaigns apart; each may stand for one place in this tree,
    so that what comes over the web site has its source without anybody choosing it.
    """

    _name = "crm.lifecycle.source"
    _description = "Source of Customers"
    _parent_store = True
    _rec_names_search = ["name", "code"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
    code = fields.Char(help="Short name for imports and interfaces, such as REF.")
    sequence = fields.Integer(default=10, help="Place in the list of sources.")
    active = fields.Boolean(default=True)
    is_brand = fields.Boolean(
        string="Knew the Brand",
        help="Who comes from here looked for the company itself: brand awareness is the share of"
        " these among new customers.",
    )
    description = fields.Text(translate=True, help="When to choose this source.")
    parent_id = fields.Many2one(
        "crm.lifecycle.source", string="Part Of", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.lifecycle.source", "parent_id", string="Parts")
    utm_source_ids = fields.Many2many(
        "utm.source",
        string="UTM Sources",
        help="Leads with one of these get this source by themselves.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another source has this code. Choose one of its own."
    )

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for source in self:
            parts = (source.parent_id.display_name, source.name)
            source.display_name = " / ".join(part for part in parts if part)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A source cannot be a part of itself. Choose another one above it.")
            )

    @api.constrains("utm_source_ids", "active")
    def _check_utm_source_ids(self):
        """Refuse a UTM source that stands for two places."""
        for source in self.filtered("active"):
            other = self.search(
                [
                    ("id", "!=", source.id),
                    ("utm_source_ids", "in", source.utm_source_ids.ids),
                ],
                limit=1,
            )
            if other:
                shared = source.utm_source_ids & other.utm_source_ids
                raise ValidationError(
                    self.env._(
                        "%(utm)s stands for %(other)s already. Remove it there first.",
                        utm=shared[:1].name,
                        other=other.display_name,
                    )
                )

    @api.model
    def _get_by_utm(self):
        """Return which source each UTM source stands for: {UTM source: source}."""
        sources = (
            self.sudo().with_context(active_test=True).search([("utm_source_ids", "!=", False)])
        )
        return {utm: source for source in sources for utm in source.utm_source_ids}

    @api.model
    def _link_utm_sources(self):
        """Called by the addon's data when it is installed."""
        for name, utm_names in UTM_SOURCES.items():
            source = self.env.ref(f"crm_lifecycle.crm_lifecycle_source_{name}")
            for utm_name in utm_names:
                # The host's may have been deleted long ago.
                source.utm_source_ids |= (
                    self.env.ref(f"utm.utm_source_{utm_name}", raise_if_not_found=False)
                    or self.env["utm.source"]
                )
