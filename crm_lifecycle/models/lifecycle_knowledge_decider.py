from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS
from ..engine import deciders


class LifecycleKnowledgeMixin(models.AbstractModel):
    """Whether it is known who decides at the customer, and when they were reached.

    ``engine.deciders`` says what counts as contact.
    """

    _inherit = "lifecycle.knowledge.mixin"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_has_decider = fields.Boolean(
        string="Decider Known",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_has_decider",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="A contact of the customer is known to decide.",
    )
    lifecycle_decider_reached = fields.Date(
        string="Decider Reached",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_decider_reached",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Day on which a colleague last had contact with somebody who decides: a message"
        " to or from them, a call or visit done, a meeting. Automated mail does not count.",
    )
    lifecycle_decider_days = fields.Integer(
        string="Days Since Decider",
        compute="_compute_lifecycle_knowledge",
        compute_sudo=True,
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
    )

    def _show_lifecycle_knowledge(self, row):
        super()._show_lifecycle_knowledge(row)
        reached = row.get("decider_reached")
        today = fields.Date.context_today(self)
        self.lifecycle_has_decider = row.get("has_decider", False)
        self.lifecycle_decider_reached = reached
        self.lifecycle_decider_days = (today - reached).days if reached else 0

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_knowledge_columns(self, values, query):
        return {
            **super()._get_lifecycle_knowledge_columns(values, query),
            "has_decider": self._get_sql_lifecycle_has_decider(values, query),
            "decider_reached": self._get_sql_lifecycle_decider_reached(values, query),
        }

    def _get_sql_lifecycle_has_decider(self, values, query):
        contacts = self.env["res.partner"]._fields
        return deciders.has_role(
            values["customer"],
            "decider",
            to_flush=[contacts["lifecycle_decision_role"], contacts["active"]],
        )

    def _get_sql_lifecycle_decider_reached(self, values, query):
        own_type = self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
        return deciders.reached(
            values["customer"],
            values["owner"],
            fields.Datetime.now(),
            own_type or None,
            to_flush=[
                self.env["res.partner"]._fields["lifecycle_decision_role"],
                self.env["mail.activity"]._fields["active"],
                self.env["calendar.event"]._fields["active"],
                self.env["calendar.attendee"]._fields["state"],
                self.env["mail.message"]._fields["date"],
            ],
        )

    @api.model
    def _search_lifecycle_has_decider(self, operator, value):
        return self._search_lifecycle_column("lifecycle_has_decider", operator, value)

    @api.model
    def _search_lifecycle_decider_reached(self, operator, value):
        return self._search_lifecycle_column("lifecycle_decider_reached", operator, value)
