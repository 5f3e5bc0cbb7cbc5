from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmLifecycleAbsence(models.Model):
    """Somebody is away, and a deputy gets in touch with their customers meanwhile.

    What was planned for days before is handed over while the absence lasts; what the deputy
    has not done by its end goes back.
    """

    _name = "crm.lifecycle.absence"
    _description = "Absence"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "date_start DESC, id DESC"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who Is Away",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    deputy_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who gets the follow-ups meanwhile; empty for the leader of the sales team.",
    )
    date_start = fields.Date(string="From", required=True, default=lambda self: self._get_today())
    date_end = fields.Date(
        string="Until", required=True, default=lambda self: self._get_today(), help="Last day away."
    )
    note = fields.Char(help="Colleagues read it, too.")

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "An absence ends on the day on which it begins, or later. Correct the dates.",
    )
    _no_own_deputy = models.Constraint(
        "CHECK(deputy_id <> user_id)",
        "Nobody stands in for themselves. Choose a colleague, or leave the deputy empty.",
    )

    @api.constrains("user_id", "date_start", "date_end")
    def _check_overlap(self):
        for absence in self:
            other = self.search(
                [
                    ("id", "!=", absence.id),
                    ("user_id", "=", absence.user_id.id),
                    ("date_start", "<=", absence.date_end),
                    ("date_end", ">=", absence.date_start),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%s is away on some of these days already. Change that entry instead.",
                        absence.user_id.name,
                    )
                )

    @api.constrains("user_id", "deputy_id")
    def _check_people(self):
        for user in (self.user_id | self.deputy_id).sudo():
            if user.share:
                raise ValidationError(
                    self.env._("%s does not work here. Choose a colleague.", user.name)
                )

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            # The host asks its rules about what it was, not about what it has become.
            self.check_access("write")
        return result

    @api.model
    def _get_deputies(self, day):
        """Return who is away on a day, and who stands in: ``{user id: user id or None}``.

        :param date day: a day in the company's time zone
        """
        absences = self.sudo().search(
            Domain("date_start", "<=", day) & Domain("date_end", ">=", day)
        )
        return {absence.user_id.id: absence.deputy_id.id or None for absence in absences}
