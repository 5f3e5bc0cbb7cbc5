from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_lifecycle.access import MANAGER_GROUP

from ..engine import grades
from .crm_lifecycle_grade_set import Decision


class CrmLifecycleGradeSuggestion(models.Model):
    """A level that a customer has a right to, or no longer, where the company has them suggested.

    Derived anew each time: what no longer holds, or was accepted, is gone by itself.
    """

    _name = "crm.lifecycle.grade.suggestion"
    _description = "Suggested Partner Level"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _order = "partner_id, id"
    _depends = {
        "crm.lifecycle.agreement": [
            "active",
            "company_id",
            "date_end",
            "date_start",
            "kind",
            "partner_id",
        ],
        "crm.lifecycle.grade.rule": [
            "active",
            "agreement_kind",
            "company_id",
            "grade_id",
            "level_id",
        ],
        "crm.lifecycle.grade.set": ["company_id", "grade_id", "partner_id"],
        "crm.lifecycle.grade.waiver": ["company_id", "grade_id", "partner_id"],
        "crm.lifecycle.loyalty.level": ["active", "company_id", "minimum", "stage_ids"],
        "crm.lifecycle.profile": ["company_id", "partner_id", "stage_id"],
        "res.company": ["lifecycle_grade_mode"],
        "res.partner": ["active", "commercial_partner_id", "grade_id"],
        "res.partner.grade": ["active", "sequence"],
    }

    kind = fields.Selection(
        [("give", "Give"), ("take", "Take Away")], string="Suggestion", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    rule_id = fields.Many2one("crm.lifecycle.grade.rule", string="Because", readonly=True)
    grade_id = fields.Many2one("res.partner.grade", string="Suggested Level", readonly=True)
    current_grade_id = fields.Many2one("res.partner.grade", string="Current Level", readonly=True)
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @property
    def _table_query(self):
        level = self.env["crm.lifecycle.grade.job"]._get_level_sql()
        return grades.suggestions(fields.Datetime.now(), level)

    def _ensure_manager(self):
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(self.env._("Only a sales manager decides on partner levels."))
        self.check_access("read")
        if self.search_count([("id", "in", self.ids)]) != len(self):
            raise UserError(self.env._("This has changed meanwhile. Load the list again."))

    def action_accept(self):
        """Give the customers the levels, or take them away."""
        self._ensure_manager()
        levels = self.env["crm.lifecycle.grade.set"].sudo()
        # Of several of a customer the one counts that stands first in the list of levels.
        ordered = self.sudo().sorted(
            lambda suggestion: (
                not suggestion.grade_id,
                suggestion.grade_id.sequence,
                suggestion.grade_id.id,
            ),
            reverse=True,
        )
        levels._set_grades(
            {
                suggestion.partner_id: Decision(
                    suggestion.grade_id,
                    suggestion.company_id,
                    suggestion.rule_id,
                    levels._say_why(suggestion.company_id, suggestion.rule_id, user=self.env.user),
                )
                for suggestion in ordered
            }
        )

    def action_dismiss(self):
        """Suggest these levels no more; what was to be taken away is kept by hand."""
        self._ensure_manager()
        taken = self.filtered(lambda suggestion: suggestion.kind == "take")
        self.env["crm.lifecycle.grade.set"].sudo().search(
            [("partner_id", "in", taken.partner_id.ids)]
        )._keep_by_hand(self.env.user)
        self.env["crm.lifecycle.grade.waiver"].sudo().create(
            [
                {
                    "partner_id": suggestion.partner_id.id,
                    "company_id": suggestion.company_id.id,
                    "grade_id": suggestion.grade_id.id,
                    "user_id": self.env.uid,
                }
                for suggestion in self - taken
            ]
        )
