from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import data_review, sources

REASONS = [
    ("stale", "Not confirmed for long"),
    ("email_missing", "No e-mail"),
    ("email_invalid", "Invalid e-mail"),
    ("duplicate_registry", "Same registration number"),
    ("duplicate_vat", "Same tax number"),
    ("duplicate_email", "Same e-mail"),
    ("duplicate_phone", "Same phone number"),
    ("idle", "Suspect without activity"),
]


class CrmLifecycleDataReview(models.Model):
    """Customers whose data somebody should look at, and why: see ``engine.data_review``.

    Read when somebody looks. What is confirmed leaves the list, for the company's months or,
    as for two customers that are no duplicates, for good.
    """

    _name = "crm.lifecycle.data.review"
    _description = "Data to Review"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "since, id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    other_partner_id = fields.Many2one(
        "res.partner", string="Other Record", readonly=True, help="Which this may be the same as."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    detail = fields.Char(string="Value", readonly=True, help="What is invalid, or the same.")
    since = fields.Date(
        readonly=True,
        help="Day on which the data were last confirmed or changed by somebody, or something"
        " last happened.",
    )
    profile_id = fields.Many2one("crm.lifecycle.profile", string="Lifecycle", readonly=True)
    stage_id = fields.Many2one(related="profile_id.stage_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")

    @property
    def _table_query(self):
        return data_review.reading(sources.company_cte(fields.Datetime.now()))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Note that what was found is right as it is."""
        confirmations = self.env["crm.lifecycle.data.confirmation"]
        # It may be tomorrow in another company already.
        for company, rows in self.grouped("company_id").items():
            confirmations.with_company(company).create(
                [
                    {
                        "partner_id": row.partner_id.id,
                        "other_partner_id": row.other_partner_id.id,
                        "company_id": company.id,
                        "reason": row.reason,
                    }
                    for row in rows
                ]
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.readonly
    def action_merge(self):
        """Open the host's form that merges contacts, for what may be the same."""
        duplicates = self.filtered("other_partner_id")
        partners = duplicates.partner_id | duplicates.other_partner_id
        if not duplicates:
            raise UserError(
                self.env._("Nothing here has a duplicate. Choose rows that name another record.")
            )
        self.env["base.partner.merge.automatic.wizard"].check_access("create")
        partners.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge"),
            "res_model": "base.partner.merge.automatic.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": partners.ids},
        }

    def action_archive_partner(self):
        """Archive the customers, as their own form does."""
        self.partner_id.action_archive()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.readonly
    def action_open_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
