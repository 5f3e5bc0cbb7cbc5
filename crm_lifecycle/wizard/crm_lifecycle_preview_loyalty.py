from odoo import api, fields, models
from odoo.tools import SQL

# What is counted of the customers' indexes, before and by the previewed rules.
_NAMES = ("before", "before_known", "after", "after_known", "higher", "lower")


class CrmLifecyclePreview(models.TransientModel):
    """What a version of the rules makes of the loyalty index."""

    _inherit = "crm.lifecycle.preview"  # pylint: disable=consider-merging-classes-inherited

    # Sums and numbers of customers by name, see _NAMES.
    loyalty_counts = fields.Json(readonly=True)
    loyalty_summary = fields.Char(compute="_compute_loyalty_summary")

    @api.model
    def _get_sql_loyalty(self):
        """Return the aggregates over ``compared``, in the order of their names."""
        return SQL(
            """SUM(from_index) AS before, COUNT(from_index) AS before_known,
               SUM(to_index) AS after, COUNT(to_index) AS after_known,
               COUNT(*) FILTER (WHERE to_index > from_index) AS higher,
               COUNT(*) FILTER (WHERE to_index < from_index) AS lower"""
        )

    def _keep_loyalty(self, rows):
        """Take what was counted of the indexes out of the rows, and keep it."""
        self.loyalty_counts = {
            name: int(sum(row.pop(name) or 0 for row in rows)) for name in _NAMES
        }

    @api.depends("loyalty_counts")
    @api.depends_context("lang")
    def _compute_loyalty_summary(self):
        for preview in self:
            counts = preview.loyalty_counts or {}
            if not counts.get("after_known"):
                preview.loyalty_summary = self.env._("Loyalty index: known of nobody.")
                continue
            after = f"{counts['after'] / counts['after_known']:.1f}"
            if not counts["before_known"]:
                # The history does not tell what it was.
                preview.loyalty_summary = self.env._(
                    "Loyalty index: %(after)s on the average of %(count)s customers.",
                    after=after,
                    count=counts["after_known"],
                )
                continue
            preview.loyalty_summary = self.env._(
                "Loyalty index: %(before)s on the average now, %(after)s by these rules; higher for"
                " %(higher)s customers, lower for %(lower)s, known of %(count)s.",
                before=f"{counts['before'] / counts['before_known']:.1f}",
                after=after,
                higher=counts["higher"],
                lower=counts["lower"],
                count=counts["after_known"],
            )
