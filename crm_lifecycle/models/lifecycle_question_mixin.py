from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS


class LifecycleQuestionMixin(models.AbstractModel):
    """A record that shows what its customer asked and nobody has answered."""

    _name = "lifecycle.question.mixin"
    _description = "Open Questions of a Customer"

    lifecycle_question_count = fields.Integer(
        string="Open Questions",
        compute="_compute_lifecycle_question_count",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="What the customer asked and nobody has answered yet.",
    )

    def _get_lifecycle_asking(self):
        """Return the customer of the record."""
        self.ensure_one()
        partner = self if self._name == "res.partner" else self.partner_id
        return partner.commercial_partner_id

    @api.depends_context("company")
    def _compute_lifecycle_question_count(self):
        customers = {record: record._get_lifecycle_asking() for record in self}
        counts = dict(
            self.env["crm.lifecycle.question"]._read_group(
                [
                    ("partner_id", "in", [partner._origin.id for partner in customers.values()]),
                    ("company_id", "=", self.env.company.id),
                    ("state", "=", "open"),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for record, customer in customers.items():
            record.lifecycle_question_count = counts.get(customer._origin, 0)

    @api.readonly
    def action_lifecycle_open_questions(self):
        """Open the customer's questions; a new one is about this document."""
        self.ensure_one()
        self.env["crm.lifecycle.question"].check_access("read")
        customer = self._get_lifecycle_asking()
        context = {"search_default_open": 1, "default_partner_id": customer.id}
        if self._name != "res.partner":
            context |= {"default_res_model": self._name, "default_res_id": self.id}
        elif self != customer:
            context["default_contact_id"] = self.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Questions: %s", customer.display_name),
            "res_model": "crm.lifecycle.question",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("partner_id", "=", customer.id)],
            "context": context,
        }
