from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """How customers get complaints in, and what is asked of them afterwards."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_complaint_portal = fields.Boolean(
        string="Complaints in the Portal",
        default=True,
        groups="base.group_user",
        help="Customers complain from their orders and invoices in the portal. Switched off, they"
        " still follow what there is.",
    )
    lifecycle_complaint_user_id = fields.Many2one(
        "res.users",
        string="Complaints of Nobody Else",
        domain=[("share", "=", False)],
        ondelete="set null",
        groups="base.group_user",
        help="Who handles what comes in by portal, mail or rating, where neither a category nor"
        " the documents nor the customer say who does.",
    )
    lifecycle_complaint_hourly = fields.Integer(
        string="Complaints an Hour",
        default=5,
        groups="base.group_user",
        help="So many complaints a customer hands in within an hour, by portal and mail together.",
    )
    lifecycle_complaint_files = fields.Integer(
        string="Files",
        default=5,
        groups="base.group_user",
        help="So many files go with a complaint, and with each message.",
    )
    lifecycle_complaint_file_size = fields.Integer(
        string="Size of a File",
        default=10,
        groups="base.group_user",
        help="Megabytes that a file of a customer has at most.",
    )
    lifecycle_complaint_reopen_days = fields.Integer(
        string="Customers Reopen Within",
        default=30,
        groups="base.group_user",
        help="Days within which a customer may reopen what was solved or closed; 0 for never.",
    )
    lifecycle_complaint_alias_id = fields.Many2one(
        "mail.alias",
        string="Mail Address for Complaints",
        ondelete="set null",
        copy=False,
        groups="base.group_user",
        help="Mails to this address become complaints.",
    )
    lifecycle_complaint_alias_name = fields.Char(
        string="Address for Complaints",
        compute="_compute_lifecycle_complaint_alias_name",
        inverse="_inverse_lifecycle_complaint_alias_name",
        compute_sudo=True,
        groups="base.group_user",
        help="Mails to this address become complaints; without one there are none by mail.",
    )
    lifecycle_complaint_ask_rating = fields.Boolean(
        string="Ask for a Rating",
        groups="base.group_user",
        help="Customers are asked by mail what they think of the solution, once a complaint is"
        " solved. A bad rating reopens it.",
    )
    lifecycle_complaint_from_rating = fields.Boolean(
        string="Complaints from Bad Ratings",
        groups="base.group_user",
        help="A bad rating of an order, a delivery or anything else becomes a complaint.",
    )
    lifecycle_complaint_bad_rating = fields.Integer(
        string="Bad Up To",
        default=2,
        groups="base.group_user",
        help="A rating of so many of 5 stars, or fewer, is a bad one.",
    )

    _lifecycle_complaint_bounds = models.Constraint(
        "CHECK(lifecycle_complaint_hourly BETWEEN 1 AND 1000"
        " AND lifecycle_complaint_files BETWEEN 0 AND 20"
        " AND lifecycle_complaint_file_size BETWEEN 1 AND 100)",
        "Customers hand in 1 to 1000 complaints an hour, each with at most 20 files of 1 to 100"
        " megabytes.",
    )
    _lifecycle_complaint_reopen_range = models.Constraint(
        "CHECK(lifecycle_complaint_reopen_days BETWEEN 0 AND 3650)",
        "Customers reopen complaints within 0 to 3650 days.",
    )
    _lifecycle_complaint_bad_range = models.Constraint(
        "CHECK(lifecycle_complaint_bad_rating BETWEEN 1 AND 4)",
        "A bad rating is one of up to 1 to 4 stars.",
    )

    @api.depends("lifecycle_complaint_alias_id.alias_name")
    def _compute_lifecycle_complaint_alias_name(self):
        for company in self:
            company.lifecycle_complaint_alias_name = company.lifecycle_complaint_alias_id.alias_name

    def _inverse_lifecycle_complaint_alias_name(self):
        """Have the address, or none; whoever may change the company may do so."""
        for company in self:
            name = (company.lifecycle_complaint_alias_name or "").strip()
            alias = company.sudo().lifecycle_complaint_alias_id
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                company.sudo().lifecycle_complaint_alias_id = (
                    self.env["mail.alias"]
                    .sudo()
                    .create(company._prepare_lifecycle_complaint_alias(name))
                )

    def _prepare_lifecycle_complaint_alias(self, name):
        self.ensure_one()
        if not self.alias_domain_id:
            raise UserError(
                self.env._(
                    "%s has no mail domain, so no mail can come in. Set one under Settings,"
                    " General Settings, Alias Domain first.",
                    self.name,
                )
            )
        return {
            "alias_name": name,
            "alias_domain_id": self.alias_domain_id.id,
            "alias_model_id": self.env["ir.model"]._get_id("crm.complaint"),
            "alias_defaults": repr({"company_id": self.id}),
            "alias_contact": "everyone",
        }
