from odoo import Command, api, fields, models


class CrmComplaintMerge(models.TransientModel):
    """Ask into which of some complaints the others are merged."""

    _name = "crm.complaint.merge"
    _description = "Merge Complaints"

    complaint_ids = fields.Many2many("crm.complaint", string="Complaints", required=True)
    target_id = fields.Many2one(
        "crm.complaint",
        string="Stays",
        required=True,
        domain="[('id', 'in', complaint_ids)]",
        ondelete="cascade",
        help="Gets the messages, files, followers and links of the others, which close.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        complaints = self.env["crm.complaint"]
        if self.env.context.get("active_model") == complaints._name:
            complaints = complaints.browse(self.env.context.get("active_ids"))
        if complaints and "complaint_ids" in fields_list:
            values["complaint_ids"] = [Command.set(complaints.ids)]
            values["target_id"] = complaints._get_merge_target(complaints).id
        return values

    def action_apply(self):
        """Merge, and open the complaint that stays."""
        self.ensure_one()
        self.complaint_ids._merge_into(self.target_id)
        return self.target_id._get_records_action()
