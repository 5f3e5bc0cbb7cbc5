from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STEP_CODES = [
    ("new", "Received"),
    ("confirmed", "Confirmed"),
    ("investigating", "Investigating"),
    ("waiting", "Waiting for Customer"),
    ("solved", "Solved"),
    ("closed", "Closed"),
    ("rejected", "Rejected"),
]
#: What is over: nobody has to do anything about it any more.
CLOSED_CODES = ("solved", "closed", "rejected")


class CrmComplaintStep(models.Model):
    """Where a complaint stands; several steps may be of one kind, which says what it means."""

    _name = "crm.complaint.step"
    _description = "Complaint Step"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        STEP_CODES,
        string="Kind",
        required=True,
        help="What the step means: deadlines pause while waiting for the customer; solved, closed"
        " and rejected complaints are no longer open.",
    )
    sequence = fields.Integer(default=10, help="Place on the board, from left to right.")
    fold = fields.Boolean(string="Folded", help="Folded on the board.")
    description = fields.Text(translate=True, help="What is done in this step.")
    active = fields.Boolean(default=True)

    @api.model
    def _get(self, code):
        """Return the first step of a kind.

        :raise UserError: if there is none
        """
        step = self.search([("code", "=", code)], limit=1)
        if not step:
            raise UserError(
                self.env._(
                    "There is no step of the kind “%s”. Add one under Configuration, Complaint"
                    " Steps.",
                    dict(self._fields["code"]._description_selection(self.env))[code],
                )
            )
        return step

    def write(self, vals):
        if "code" in vals and any(step.code != vals["code"] for step in self):
            used = self.env["crm.complaint"].sudo().with_context(active_test=False)
            if used.search_count([("step_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "The kind of a step that complaints are in cannot be changed: they would"
                        " be closed, or opened, unseen. Add another step and move them there."
                    )
                )
        result = super().write(vals)
        if not {"active", "code"}.isdisjoint(vals):
            self._ensure_kinds_left(self.browse())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last(self):
        self._ensure_kinds_left(self)

    @api.model
    def _ensure_kinds_left(self, gone):
        """Refuse to leave a kind without a step: buttons would lead nowhere."""
        left = set(self.search([("id", "not in", gone.ids)]).mapped("code"))
        missing = [
            label
            for code, label in self._fields["code"]._description_selection(self.env)
            if code not in left
        ]
        if missing:
            raise ValidationError(
                self.env._(
                    "At least one step of each kind has to stay. Missing: %s.", ", ".join(missing)
                )
            )
