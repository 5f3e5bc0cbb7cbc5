from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import explanation, rules
from ..models.crm_lifecycle_status import STATUSES


class CrmLifecyclePreviewLine(models.TransientModel):
    """A customer whose stage or status would be another one, see the preview."""

    _name = "crm.lifecycle.preview.line"
    _description = "Customer in a Lifecycle Preview"
    _order = "from_stage_id, to_stage_id, id"
    _rec_name = "partner_id"

    preview_id = fields.Many2one(
        "crm.lifecycle.preview", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="preview_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    from_stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True, ondelete="cascade")
    to_stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True, ondelete="cascade")
    from_status = fields.Selection(STATUSES, readonly=True)
    to_status = fields.Selection(STATUSES, readonly=True)
    direction = fields.Selection(
        [
            ("new", "New"),
            ("up", "Up"),
            ("down", "Down"),
            ("same", "Same stage"),
            ("gone", "No customer"),
        ],
        required=True,
        readonly=True,
        help="Same stage: the status alone would be another one.",
    )
    is_overridden = fields.Boolean(string="Set by Hand", readonly=True)
    last_purchase_date = fields.Date(
        string="Last Purchase", readonly=True, help="By what counts as a purchase in these rules."
    )
    # Figures under the previewed rules, as a profile keeps them.
    figures = fields.Json(readonly=True, groups="base.group_system")
    reason = fields.Char(compute="_compute_reason", help="Why, by the previewed rules.")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.depends("figures", "from_stage_id", "to_stage_id")
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        metrics = self.env["crm.lifecycle.criterion"]._get_metrics()
        names = {
            code: stage.name for code, stage in self.env["crm.lifecycle.stage"]._by_code().items()
        }
        for preview, lines in self.grouped("preview_id").items():
            ruleset = preview.policy_id._get_ruleset()
            for line in lines:
                line.reason = line._get_reason(ruleset, metrics, names)

    def _get_reason(self, ruleset, metrics, names):
        """Say in one sentence why the rules have the customer where they have.

        :param engine.rules.RuleSet ruleset: the previewed rules
        :param dict metrics: the registry of figures
        :param dict names: names of the stages by code
        """
        self.ensure_one()
        if self.direction == "gone":
            return self.env._("By these rules there is nothing that makes a customer.")
        if self.direction == "same":
            return self.last_purchase_date and self.env._(
                "Last purchase on %s",
                format_date(self.env, self.last_purchase_date, date_format="long"),
            )
        if self.is_overridden:
            return self.env._("The stage is set by hand.")
        if self.direction == "down":
            return self._get_loss(ruleset, metrics, names)
        return self._get_gain(ruleset, metrics, names)

    def _get_gain(self, ruleset, metrics, names):
        """Say which conditions hold of the stage that the customer would be in."""
        say = self.env["crm.lifecycle.explanation"]
        code = self.to_stage_id.code
        found = self._explain(code, ruleset, metrics)
        return say._say_kept(found.kept, ruleset, names[code]) or ", ".join(
            say._say_finding(finding, metrics, self.company_id)["text"] for finding in found.met
        )

    def _get_loss(self, ruleset, metrics, names):
        """Say what is missing for the stage that the customer is in before."""
        say = self.env["crm.lifecycle.explanation"]
        code = self.from_stage_id.code
        # What is missing for a stage is told to who is in the one below.
        found = self._explain(rules.STAGES[rules.RANK[code] - 2], ruleset, metrics)
        if found.next_stage != code:
            return self.env._("These rules have no conditions for %s.", names[code])
        return say._say_next(found, metrics, names, self.company_id)

    def _explain(self, code, ruleset, metrics):
        figures = self.sudo().figures or {}
        return explanation.explain(ruleset, metrics, code, figures, self.preview_id.date)

    @api.readonly
    def action_open_customer(self):
        """Open the customer's profile, or the contact of who has none."""
        self.ensure_one()
        profile = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        )
        record = profile or self.partner_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
