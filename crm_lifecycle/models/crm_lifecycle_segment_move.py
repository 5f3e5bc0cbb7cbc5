from odoo import fields, models


class CrmLifecycleSegmentMove(models.Model):
    """A customer left a segment, by what became known of them or by new rules.

    A log of what became known when, which nothing else tells: what people enter of customers
    has no history. Somebody who is in a segment for the first time has not moved; what became
    known of them then was so before. See ``engine.segments``.
    """

    _name = "crm.lifecycle.segment.move"
    _description = "Customer Segment Move"
    _inherit = ["lifecycle.move.mixin"]
    _log_access = False
    _order = "known_at DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    # In the index below.
    profile_id = fields.Many2one(index=False)
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

    _profile_idx = models.Index("(profile_id, effective_date, id)")
