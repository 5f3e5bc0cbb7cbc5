from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Levels that a company starts with: days overdue, and the name of the mail's template.
FIRST_LEVELS = ((7, "friendly"), (21, "second"), (35, "last"))


class CrmLifecycleDunningLevel(models.Model):
    """How a customer is reminded of an invoice that has been overdue for some days."""

    _name = "crm.lifecycle.dunning.level"
    _description = "Level of Payment Reminders"
    _inherit = ["mail.thread", "lifecycle.default.mixin"]
    _order = "days, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    # The first records of a company come in order; the days say the same.
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    days = fields.Integer(
        string="Days Overdue",
        required=True,
        default=7,
        tracking=True,
        help="Days after the due date of the earliest instalment not paid. Between two levels"
        " pass at least as many days as lie between theirs.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Mail",
        required=True,
        ondelete="restrict",
        domain=[("model", "=", "account.move")],
        tracking=True,
        help="What the customer reads, in their language: a template of journal entries.",
    )
    notice_count = fields.Integer(
        string="Reminders", compute="_compute_notice_count", help="How many were sent of it."
    )

    _days_range = models.Constraint(
        "CHECK(days BETWEEN 1 AND 3650)",
        "Customers are reminded 1 to 3650 days after an invoice was due.",
    )
    _days_unique = models.UniqueIndex(
        "(company_id, days) WHERE active",
        "There is a level of so many days already. Choose other days, or archive that one.",
    )

    @api.constrains("template_id")
    def _check_template(self):
        for level in self:
            if level.template_id.model != "account.move":
                raise ValidationError(
                    self.env._(
                        "The template %s is not one of invoices. Choose one that applies to"
                        " journal entries.",
                        level.template_id.name,
                    )
                )

    def _compute_notice_count(self):
        counts = dict(
            self.env["crm.lifecycle.dunning.notice"]._read_group(
                [("level_id", "in", self.ids), ("state", "=", "sent")], ["level_id"], ["__count"]
            )
        )
        for level in self:
            level.notice_count = counts.get(level, 0)

    def copy_data(self, default=None):
        """Copy levels to the next days that none has: each day is one level's."""
        result = []
        for level, vals in zip(self, super().copy_data(default), strict=True):
            if "days" not in (default or {}):
                taken = self.sudo().search([("company_id", "=", level.company_id.id)])
                vals["days"] = max(taken.mapped("days"), default=0) + 7
            result.append(vals)
        return result

    @api.model
    def _prepare_default(self):
        names = {
            "friendly": self.env._("Friendly Reminder"),
            "second": self.env._("Second Reminder"),
            "last": self.env._("Last Reminder"),
        }
        found = [
            (
                days,
                names[key],
                self.env.ref(
                    f"crm_lifecycle.mail_template_dunning_{key}", raise_if_not_found=False
                ),
            )
            for days, key in FIRST_LEVELS
        ]
        return [
            {"name": name, "days": days, "template_id": template.id}
            for days, name, template in found
            # Somebody may have deleted a template.
            if template
        ]
