from odoo import api, models
from odoo.exceptions import AccessError

# What follows from the work on a complaint, and is measured and escalated by.
MARKS = frozenset(
    {
        "answer_deadline",
        "answer_escalated_at",
        "answer_hours",
        "answered_at",
        "check_activity_id",
        "closed_at",
        "commercial_partner_id",
        "counted_from",
        "dimension",
        "duplicate_of_id",
        "email_from_normalized",
        "is_open",
        "name",
        "rating_id",
        "reopened_count",
        "solution_deadline",
        "solution_escalated_at",
        "solution_hours",
        "solved_at",
        "waited_before",
        "waited_hours",
        "waiting_since",
    }
)


class CrmComplaint(models.Model):
    """Nobody moves a deadline or makes up an answer: the work on a complaint says it."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        # The number is given anyway, whatever somebody enters.
        forged = {name for vals in vals_list for name in MARKS - {"name"} if vals.get(name)}
        self._refuse_marks(forged)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_marks(MARKS & vals.keys())
        return super().write(vals)

    @api.model
    def _refuse_marks(self, names):
        if not names or self.env.su:
            return
        labels = self.fields_get(sorted(names), ["string"])
        raise AccessError(
            self.env._(
                "This follows from the work on a complaint, and cannot be entered: %s.",
                ", ".join(label["string"] for label in labels.values()),
            )
        )
