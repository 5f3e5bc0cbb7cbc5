from odoo import api, models
from odoo.exceptions import UserError


class LifecycleSegmentRuleMixin(models.AbstractModel):
    """Something of the host's that segments may ask for: tags, industries, countries.

    Deleted, a segment would ask for less without anybody having said so, if it was all that it
    asked for even match everybody. So it stays as long as a segment asks for it.
    """

    _name = "lifecycle.segment.rule.mixin"
    _description = "Asked For by Customer Segments"

    @api.model
    def _get_lifecycle_segment_field(self):
        """Return the name of the segment's field that may name these records."""
        return None

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lifecycle_rule(self):
        segments = self.env["crm.lifecycle.segment"].sudo().with_context(active_test=False)
        found = segments.search([(self._get_lifecycle_segment_field(), "in", self.ids)])
        if found:
            raise UserError(
                self.env._(
                    "These customer segments ask for it: %s. Take it out of their rules first.",
                    ", ".join(found.mapped("name")),
                )
            )
