from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_lifecycle.access import MANAGER_GROUP


class CrmLifecyclePoint(models.Model):
    """Points that somebody got for a document by a rule: once, and as long as it holds.

    The host's card and its history are what the customer has and sees; this says why, and what
    is owed where points were spent before they were taken back.
    """

    _name = "crm.lifecycle.point"
    _description = "Points Given"
    _order = "date DESC, id DESC"
    _rec_name = "rule_id"
    _rec_names_search = ["person_id", "rule_id"]

    rule_id = fields.Many2one(
        "crm.lifecycle.point.rule",
        string="For",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # Goes with the programme as its rules do, in whichever order the database takes them.
    program_id = fields.Many2one(
        related="rule_id.program_id", store=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    person_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="On whose card the points are.",
    )
    # Not stored: contacts are merged, and move to another customer.
    partner_id = fields.Many2one(related="person_id.commercial_partner_id", string="Customer")
    card_id = fields.Many2one(
        "loyalty.card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        export_string_translation=False,
    )
    date = fields.Date(required=True, readonly=True, help="Day of what they were given for.")
    given_on = fields.Date(readonly=True)
    points = fields.Float(required=True, readonly=True)
    point_name = fields.Char(related="program_id.portal_point_name", string="Unit")
    state = fields.Selection(
        [("given", "Given"), ("taken_back", "Taken Back")],
        required=True,
        readonly=True,
        default="given",
        help="Taken Back: what they were given for no longer holds, as the purchase was refunded"
        " or cancelled, or the piece returned.",
    )
    taken_back_on = fields.Date(readonly=True)
    taken = fields.Float(
        string="Taken from the Card", readonly=True, help="So many the card had, and gave back."
    )
    owed = fields.Float(
        string="To Recover",
        readonly=True,
        help="Spent before they were taken back. Later points of the same programme make up for"
        " it, or a manager lets it go.",
    )
    let_go_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    key = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, export_string_translation=False
    )

    _rule_key_unique = models.Constraint("UNIQUE(rule_id, key)", "These points were given already.")
    _owed_idx = models.Index("(company_id, id) WHERE owed > 0")

    @api.depends("rule_id", "person_id", "points", "point_name")
    def _compute_display_name(self):
        for point in self:
            point.display_name = (
                f"{point.person_id.name or ''}: {point.points:g} {point.point_name or ''}".strip()
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        raise UserError(self.env._("What was given stays for the record."))

    def action_let_go(self):
        """Let go what somebody owes."""
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(self.env._("Only a sales manager lets go what customers owe."))
        self.check_access("read")
        if any(not point.owed for point in self):
            raise UserError(self.env._("Nothing of these points is to be recovered."))
        self.sudo().write({"owed": 0.0, "let_go_by_id": self.env.uid})

    @api.readonly
    def action_open_document(self):
        """Open what the points were given for, by the rights of whoever asks."""
        self.ensure_one()
        record = (
            self.env[self.res_model].browse(self.res_id) if self.res_model in self.env else None
        )
        if not record or not record.exists():
            raise UserError(self.env._("It is no longer there."))
        return record._get_records_action()
