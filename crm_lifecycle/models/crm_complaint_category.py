from odoo import api, fields, models
from odoo.exceptions import ValidationError

DIMENSIONS = [
    ("price", "Price"),
    ("quality", "Quality"),
    ("service", "Service"),
    ("delivery", "Delivery"),
]


class CrmComplaintCategory(models.Model):
    """What a complaint is about, as a tree; the dimension tells what loyalty hangs on."""

    _name = "crm.complaint.category"
    _description = "Complaint Category"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_names_search = ["name", "complete_name"]
    _order = "complete_name, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", recursive=True, store=True
    )
    parent_id = fields.Many2one(
        "crm.complaint.category",
        string="Parent Category",
        index="btree_not_null",
        ondelete="restrict",
        help="The wider category that this one belongs to.",
    )
    parent_path = fields.Char(index=True)
    dimension = fields.Selection(
        DIMENSIONS,
        compute="_compute_dimension",
        store=True,
        readonly=False,
        recursive=True,
        help="Which of the four things that customers stay or leave for is concerned; that of"
        " the parent category unless you choose another.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who Handles It",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Gets new complaints of this category that nobody else was chosen for.",
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="set null",
        help="Team that new complaints of this category go to; its leader is told of late ones.",
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for category in self:
            parent = category.parent_id.complete_name
            category.complete_name = f"{parent} / {category.name}" if parent else category.name

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Show the whole path in the user's language; the stored one is for sorting."""
        for category in self:
            names, place = [], category
            while place:
                names.append(place.name or "")
                place = place.parent_id
            category.display_name = " / ".join(reversed(names))

    @api.depends("parent_id.dimension")
    def _compute_dimension(self):
        for category in self:
            category.dimension = category.parent_id.dimension or category.dimension

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A category cannot be part of itself. Choose another parent.")
            )
