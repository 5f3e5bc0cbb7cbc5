from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import LIFECYCLE_GROUPS
from ..engine import lead_suggestions
from .crm_lifecycle_customer_type import CUSTOMER_TYPES

# What a suggestion is made from, of records that people change.
WANTED = {
    "crm.lifecycle.segment": ["default_type", "seniority", "team_id"],
    "crm.lifecycle.service.level": None,
    "crm.team": ["active", "company_id"],
    "crm.team.member": ["active", "crm_team_id", "user_id"],
    "res.users": ["active", "share", "lifecycle_seniority"],
    "crm.lead": ["active", "won_status", "user_id"],
}


class CrmLead(models.Model):
    """What kind of customer a lead is likely to become, and who should take it.

    For leads whose customer nobody has looked at yet by the segment alone. Told on the screen
    and not stored: it follows from segments, service levels and teams.
    """

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_suggested_type = fields.Selection(
        CUSTOMER_TYPES,
        string="Likely Customer Type",
        compute="_compute_lifecycle_suggestion",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="The customer's own type, else what is usual in the segment.",
    )
    lifecycle_suggested_user_id = fields.Many2one(
        "res.users",
        string="Suggested Salesperson",
        compute="_compute_lifecycle_suggestion",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Who looks after the customer, else a salesperson of the wanted team who is"
        " experienced enough: the one with the fewest open leads and opportunities.",
    )
    lifecycle_suggestion = fields.Json(
        string="Why This Suggestion",
        compute="_compute_lifecycle_suggestion",
        compute_sudo=True,
        exportable=False,
        groups=LIFECYCLE_GROUPS,
    )

    @api.depends(
        "partner_id.commercial_partner_id.user_id",
        "lifecycle_segment_id",
        "lifecycle_customer_type",
        "lifecycle_value_class",
        "lifecycle_stage_id",
        "user_id",
        "company_id",
        "active",
        "won_status",
    )
    @api.depends_context("company", "lang")
    def _compute_lifecycle_suggestion(self):
        found = self._find_lifecycle_suggestions()
        for lead in self:
            # Where nothing is known, anybody would do: that is no suggestion.
            is_known = lead.lifecycle_segment_id or lead.lifecycle_customer_type
            wanted = found.get(lead) if is_known else None
            lead.lifecycle_suggested_type = lead._get_lifecycle_likely_type()
            lead.lifecycle_suggested_user_id = wanted and wanted["user"]
            lead.lifecycle_suggestion = wanted and lead._say_lifecycle_suggestion(wanted)

    def _get_lifecycle_likely_type(self):
        self.ensure_one()
        return self.lifecycle_customer_type or self.lifecycle_segment_id.default_type

    def _find_lifecycle_suggestions(self):
        """Find what is wanted for open leads and who fits, all at once.

        :return: ``{lead: {"level", "team", "seniority", "user", "open_count"}}``; whoever
            looks after the customer has no count
        """
        asking = self.filtered(lambda lead: lead.active and lead.won_status == "pending")
        if not asking:
            return {}
        for model, names in WANTED.items():
            self.env[model].flush_model(names)
        query = lead_suggestions.reading(
            [lead._ask_lifecycle_suggestion(number) for number, lead in enumerate(asking)]
        )
        found = {}
        for number, level_id, team_id, seniority, user_id, count in self.env.execute_query(query):
            lead = asking[number]
            owner = lead._get_lifecycle_customer_owner()
            found[lead] = {
                "level": self.env["crm.lifecycle.service.level"].browse(level_id),
                "team": self.env["crm.team"].browse(team_id),
                "seniority": seniority,
                "user": owner or owner.browse(user_id),
                "open_count": None if owner else count,
            }
        return found

    def _ask_lifecycle_suggestion(self, number):
        self.ensure_one()
        return lead_suggestions.Asking(
            number=number,
            lead_id=self._origin.id or None,
            company_id=(self.company_id or self.env.company).id,
            user_id=self.user_id.id or None,
            value_class=self.lifecycle_value_class or None,
            customer_type=self._get_lifecycle_likely_type() or None,
            segment_id=self.lifecycle_segment_id.id or None,
            stage_id=self.lifecycle_stage_id.id or None,
        )

    def _get_lifecycle_customer_owner(self):
        """Return who looks after the customer, if that is somebody who works for the company."""
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id.user_id
        company = self.company_id or self.env.company
        return owner.filtered(lambda user: user.active and company in user.company_ids)

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _say_lifecycle_suggestion(self, wanted):
        """Return title and lines that explain a suggestion, see ``static/src/value_why``."""
        self.ensure_one()
        return {
            "title": self.env._("Suggestion"),
            "lines": [
                self._say_lifecycle_likely_type(),
                self._say_lifecycle_wanted(wanted),
                self._say_lifecycle_fitting(wanted),
            ],
        }

    def _say_lifecycle_likely_type(self):
        names = dict(self._fields["lifecycle_suggested_type"]._description_selection(self.env))
        segment = self.lifecycle_segment_id
        if self.lifecycle_customer_type:
            return self.env._(
                "%s, by what is known of the customer.", names[self.lifecycle_customer_type]
            )
        if segment.default_type:
            return self.env._(
                "%(type)s: usual in the segment %(segment)s.",
                type=names[segment.default_type],
                segment=segment.name,
            )
        return self.env._("No customer type is usual in the segment %s.", segment.name)

    def _say_lifecycle_wanted(self, wanted):
        """Say which team and seniority are wanted, and who says so."""
        names = dict(
            self.env["res.users"]._fields["lifecycle_seniority"]._description_selection(self.env)
        )
        terms = {
            "seniority": names.get(wanted["seniority"]),
            "team": wanted["team"].name,
            "level": wanted["level"].name or self.lifecycle_segment_id.name,
        }
        if terms["team"] and terms["seniority"]:
            return self.env._(
                "Wanted: %(seniority)s at least, of the team %(team)s (%(level)s).", **terms
            )
        if terms["team"]:
            return self.env._("Wanted: anybody of the team %(team)s (%(level)s).", **terms)
        if terms["seniority"]:
            return self.env._("Wanted: %(seniority)s at least, of any team (%(level)s).", **terms)
        return self.env._("Anybody may look after these customers.")

    def _say_lifecycle_fitting(self, wanted):
        user = wanted["user"]
        if not user:
            return self.env._(
                "Nobody is suggested: no member of the wanted team is experienced enough."
                " Managers enter the seniority of each member on the sales team."
            )
        if wanted["open_count"] is None:
            return self.env._("%s looks after the customer.", user.name)
        if user == self.user_id:
            return self.env._("%s has the lead, and fits.", user.name)
        return self.env._(
            "%(user)s has the fewest open leads and opportunities of all who fit: %(count)s.",
            user=user.name,
            count=wanted["open_count"],
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_lifecycle_assign(self):
        """Give the lead to whom is suggested, in the wanted team; the chatter tells why."""
        self.ensure_one()
        self.check_access("write")
        wanted = self.sudo()._find_lifecycle_suggestions().get(self.sudo())
        explanation = self.lifecycle_suggestion
        if not (explanation and wanted["user"]):
            raise UserError(
                self.env._(
                    "Nobody is suggested: the lead is closed, has no segment, or no member of the"
                    " wanted team is experienced enough. Choose the salesperson yourself."
                )
            )
        vals = {"user_id": wanted["user"].id}
        if wanted["team"] and wanted["open_count"] is not None:
            vals["team_id"] = wanted["team"].id
        self.write(vals)
        self.sudo()._message_log(
            body=self.env._("Assigned as suggested. %s", " ".join(explanation["lines"]))
        )
