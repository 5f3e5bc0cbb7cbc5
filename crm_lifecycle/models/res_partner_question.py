from odoo import models

from .crm_lifecycle_trigger_mixin import host_first


class ResPartner(models.Model):
    """What a contact asked before it became part of a customer is the customer's question."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            with host_first(self, "questions"):
                self._move_lifecycle_questions()
        return result

    def _move_lifecycle_questions(self):
        # As the superuser: they are the customer's, whoever may read them.
        asked = self.env["crm.lifecycle.question"].sudo().search([("partner_id", "in", self.ids)])
        for question in asked:
            customer = question.partner_id.commercial_partner_id
            if customer != question.partner_id:
                question.write(
                    {
                        "partner_id": customer.id,
                        "contact_id": (question.contact_id or question.partner_id).id,
                    }
                )
