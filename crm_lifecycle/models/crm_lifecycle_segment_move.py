from odoo import fields, models


class CrmLifecycleSegmentMove(models.Model):
    """A customer moved to another segment, by what became known of them or by new rules.

    A log of what became known when, which nothing else tells: what people enter of customers
    has no history. What the first look at a customer finds is no move. A segment that somebody
    comes into for the first time by what became known was theirs before: such a move counts for
    what was known when. See ``engine.segments``.
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
        help="Empty where no segment had matched, or the segment has been deleted since.",
    )
    to_segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        string="To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty where no segment matched any more.",
    )
    was_before = fields.Boolean(
        string="Was So Before",
        readonly=True,
        help="The first segment of a customer of whom something became known, such as the number"
        " of employees. As known today the customer was in it before, too; as known then, from"
        " this day. Where new rules are the cause it holds from this day.",
    )

    _profile_idx = models.Index("(profile_id, effective_date, id)")
