from odoo import api, fields, models


class CrmLifecycleSegmentMove(models.Model):
    """A customer left a segment, by what became known of them or by new rules.

    A log of what became known when, which nothing else tells: what people enter of customers
    has no history. Somebody who is in a segment for the first time has not moved; what became
    known of them then was so before. See ``engine.segments.on_day``.
    """

    _name = "crm.lifecycle.segment.move"
    _description = "Customer Segment Move"
    _log_access = False
    _order = "known_at DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    profile_id = fields.Many2one(
        "crm.lifecycle.profile", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    from_segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        string="From",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty where the segment has been deleted since.",
    )
    to_segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        string="To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty where no segment matched any more.",
    )
    effective_date = fields.Date(
        string="Date", readonly=True, help="Day in the company's time zone from which it holds."
    )
    known_at = fields.Datetime(
        readonly=True, help="When the system learned of it: the moment of the look."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    _profile_idx = models.Index("(profile_id, effective_date, id)")

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
