from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class CrmLifecycleAccountMember(models.Model):
    """Somebody who looks after a customer beside the salesperson, in a role and for a time."""

    _name = "crm.lifecycle.account.member"
    _description = "Account Team Member"
    _inherit = ["crm.lifecycle.statement.mixin", "crm.lifecycle.period.mixin"]
    _order = "partner_id, date_end DESC NULLS FIRST, role_id, id"
    _rec_name = "user_id"
    _rec_names_search = ["user_id", "partner_id", "role_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Member",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    role_id = fields.Many2one(
        "crm.lifecycle.account.role",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["crm.lifecycle.account.role"].search([], limit=1),
    )
    is_sponsor = fields.Boolean(related="role_id.is_sponsor")
    date_start = fields.Date(
        string="From", required=True, copy=False, default=lambda self: self._get_today()
    )
    date_end = fields.Date(
        string="Until", copy=False, help="Last day in the team; empty for an open end."
    )
    note = fields.Char(help="What the member looks after in particular.")
    executor_id = fields.Many2one(
        "res.partner",
        string="Carried Out By",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="Another firm that does the work, such as installing; the member stays responsible"
        " to the customer.",
    )
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    is_open = fields.Boolean(
        string="In the Team",
        compute="_compute_is_open",
        search="_search_is_open",
        help="Is in the team today.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "Nobody leaves a team before they join it. Check the two dates.",
    )
    _open_unique = models.UniqueIndex(
        "(partner_id, company_id, user_id, role_id) WHERE date_end IS NULL",
        "This person has that role already. End the earlier entry first.",
    )

    @api.depends("user_id", "role_id")
    def _compute_display_name(self):
        for member in self:
            parts = (member.user_id.name, member.role_id.name)
            member.display_name = ", ".join(part for part in parts if part)

    @api.depends("date_start", "date_end")
    def _compute_is_open(self):
        today = self._get_today()
        for member in self:
            member.is_open = bool(
                member.date_start
                and member.date_start <= today
                and (not member.date_end or member.date_end >= today)
            )

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._get_today()
        return Domain("date_start", "<=", today) & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", today)
        )

    def _find_overlapping(self):
        """Return another entry of the same person in the same role at the same time."""
        self.ensure_one()
        return self.search(
            self._get_overlap_domain()
            & Domain("user_id", "=", self.user_id.id)
            & Domain("role_id", "=", self.role_id.id),
            limit=1,
        )

    @api.constrains("partner_id", "company_id", "user_id", "role_id", "date_start", "date_end")
    def _check_overlap(self):
        """Refuse one person twice in one role at the same time."""
        for member in self:
            other = member._find_overlapping()
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s is in the team of %(customer)s in this role already, since"
                        " %(date)s. End that entry first, or choose other dates.",
                        user=member.user_id.name,
                        customer=member.partner_id.display_name,
                        date=format_date(self.env, other.date_start),
                    )
                )

    @api.constrains("partner_id", "company_id", "role_id", "date_start", "date_end")
    def _check_sponsor(self):
        """Refuse two sponsors at a time: the customer knows whom to turn to."""
        for member in self.filtered("is_sponsor"):
            other = member._find_other_sponsor()
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s is the executive sponsor of %(customer)s already, since"
                        " %(date)s. End that entry first, or choose other dates.",
                        user=other.user_id.name,
                        customer=member.partner_id.display_name,
                        date=format_date(self.env, other.date_start),
                    )
                )

    def _find_other_sponsor(self):
        """Return another sponsor of the customer at the same time; who has left is none."""
        self.ensure_one()
        return self.search(
            self._get_overlap_domain()
            & Domain("role_id.is_sponsor", "=", True)
            & Domain("user_id.active", "=", True),
            limit=1,
        )

    @api.constrains("user_id")
    def _check_user(self):
        for member in self:
            if member.user_id.sudo().share:
                raise ValidationError(
                    self.env._(
                        "%s is no colleague. Choose somebody who works here, and name another"
                        " firm under Carried Out By.",
                        member.user_id.sudo().name,
                    )
                )

    @api.model
    def _unite(self, src_partners, dst_partner):
        """Leave each person once in a role of customers that are merged.

        The host moves entries in SQL, and does not know of an index that is unique in part.
        """
        partners = src_partners | dst_partner
        members = self.search(
            [("partner_id", "in", partners.ids), ("date_end", "=", False)], order="id"
        ).sorted(lambda member: member.partner_id != dst_partner)
        for same in members.grouped(
            lambda member: (member.company_id, member.user_id, member.role_id)
        ).values():
            same[1:].unlink()
