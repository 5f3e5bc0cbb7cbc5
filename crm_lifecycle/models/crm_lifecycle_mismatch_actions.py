from odoo import api, models
from odoo.exceptions import UserError

from ..engine.mismatches import OWNER_KINDS


class CrmLifecycleMismatch(models.Model):
    """What people do about mismatches."""

    _inherit = "crm.lifecycle.mismatch"  # pylint: disable=consider-merging-classes-inherited

    def action_assign(self):
        """Give each customer to whom is suggested; the mismatch is the reason.

        Open leads and activities of the former salesperson go along.
        """
        self.check_access("read")
        found = self.filtered("suggested_user_id")
        if not found:
            raise UserError(
                self.env._(
                    "Nobody is suggested: no salesperson of the wanted team is experienced"
                    " enough. Choose somebody with Transfer, or change the service level."
                )
            )
        transfers = self.env["crm.lifecycle.transfer"]
        count = 0
        for company, rows in found.grouped("company_id").items():
            plan = [
                (user, mine.partner_id, self.env._("As suggested. %s", reason))
                for (user, reason), mine in rows.grouped(
                    lambda row: (row.suggested_user_id, row.reason)
                ).items()
            ]
            count += transfers.with_company(company)._transfer(plan)
        return transfers._say_done(count)

    @api.readonly
    def action_transfer(self):
        """Ask to whom the customers go, and why; as suggested unless somebody is chosen."""
        self.check_access("read")
        suggested = any(row.suggested_user_id for row in self)
        return self.env["crm.lifecycle.transfer"]._open(
            self.partner_id, "suggested" if suggested else "chosen"
        )

    @api.readonly
    def action_dismiss(self):
        """Ask why it is right as it is, and until when."""
        self.ensure_one()
        self.check_access("read")
        waivers = self.env["crm.lifecycle.mismatch.waiver"].with_company(self.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "crm.lifecycle.mismatch.waiver",
            "views": [
                (
                    self.env.ref("crm_lifecycle.crm_lifecycle_mismatch_waiver_view_form_dialog").id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_kind": self.kind,
                "default_date_end": waivers._get_default_date_end(),
            },
        }

    @api.readonly
    def action_add_member(self):
        """Ask who joins the customer's account team, a sponsor where one is missing."""
        self.ensure_one()
        self.check_access("read")
        roles = self.env["crm.lifecycle.account.role"]
        role = roles.search([("is_sponsor", "=", self.kind == "sponsor")], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to the Account Team"),
            "res_model": "crm.lifecycle.account.member",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_role_id": role.id,
            },
        }

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and history."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_suggestions(self, partners, company):
        """Return who is suggested for customers of a company, ``{user: partners}``."""
        rows = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
                ("kind", "in", OWNER_KINDS),
                ("suggested_user_id", "!=", False),
            ]
        )
        return {user: mine.partner_id for user, mine in rows.grouped("suggested_user_id").items()}
