from odoo import api, fields, models


class CrmLifecycleGradeWaiver(models.Model):
    """That a level is not suggested for a customer any more; deleted, it is again."""

    _name = "crm.lifecycle.grade.waiver"
    _description = "Dismissed Partner Level"
    _order = "create_date DESC, id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "res.partner.grade",
        string="Partner Level",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="Dismissed By", readonly=True, ondelete="set null"
    )

    _waiver_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, grade_id)", "This level was dismissed already."
    )

    @api.model
    def _unite(self, sources, destination):
        """Leave one of what was dismissed for several of the merged contacts.

        The host deletes all of a contact's where one violates the constraint.
        """
        waivers = self.search([("partner_id", "in", (sources | destination).ids)], order="id")
        for same in waivers.grouped(lambda waiver: (waiver.company_id, waiver.grade_id)).values():
            same.sorted(lambda waiver: waiver.partner_id != destination)[1:].unlink()
