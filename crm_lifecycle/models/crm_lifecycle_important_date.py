from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..engine import dates

# What an agreement says of its end; people change it there.
AGREEMENT_FIELDS = {
    "active",
    "partner_id",
    "company_id",
    "kind_id",
    "date",
    "is_yearly",
    "calendar",
    "lunar_month",
    "lunar_day",
    "lunar_leap",
    "agreement_id",
}


class CrmLifecycleImportantDate(models.Model):
    """A day that matters to a customer, or to a person there, and of which somebody is reminded.

    Birthdays, anniversaries, the end of a contract: once, or each year by our calendar or by the
    Chinese one. The ends of agreements stand here by themselves.
    """

    _name = "crm.lifecycle.important.date"
    _description = "Important Date"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "next_date NULLS LAST, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "kind_id", "note"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer or Person",
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
    kind_id = fields.Many2one(
        "crm.lifecycle.important.date.kind",
        string="Occasion",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["crm.lifecycle.important.date.kind"].search([], limit=1),
    )
    date = fields.Date(
        help="The day itself, such as that of birth. By the Chinese calendar, month and day are"
        " enough."
    )
    is_yearly = fields.Boolean(
        string="Every Year",
        compute="_compute_from_kind",
        store=True,
        readonly=False,
        precompute=True,
        help="It comes round each year; 29 February counts as 28 February in other years.",
    )
    calendar = fields.Selection(
        [("gregorian", "Gregorian"), ("lunar", "Chinese")],
        required=True,
        default="gregorian",
        help="By which calendar it comes round.",
    )
    lunar_month = fields.Integer(
        string="Chinese Month",
        compute="_compute_lunar",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="1 to 12; found from the date where one is entered.",
    )
    lunar_day = fields.Integer(
        string="Chinese Day",
        compute="_compute_lunar",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="1 to 30; in a month of 29 days the 30th counts as its last.",
    )
    lunar_leap = fields.Boolean(
        string="Leap Month",
        compute="_compute_lunar",
        store=True,
        readonly=False,
        precompute=True,
        help="In years without this leap month the month of the same number counts.",
    )
    lead_days = fields.Integer(
        string="Remind Before (Days)",
        compute="_compute_from_kind",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Remind",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who is reminded; empty for the salesperson. Of who is away or has left, the"
        " deputy, the salesperson or the leader of the sales team is.",
    )
    note = fields.Char(help="What to think of, such as a present.")
    next_date = fields.Date(
        string="Next",
        compute="_compute_next_date",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="When it comes next; empty once it is over.",
    )
    reminded_for = fields.Date(
        readonly=True, copy=False, help="The last day of which somebody was reminded."
    )
    activity_id = fields.Many2one(
        "mail.activity",
        string="Reminder",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    reminded_user_id = fields.Many2one(
        "res.users", string="Reminded", readonly=True, copy=False, ondelete="set null"
    )
    agreement_id = fields.Many2one(
        "crm.lifecycle.agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The agreement that ends on this day.",
    )
    salesperson_id = fields.Many2one(
        related="partner_id.commercial_partner_id.user_id", string="Salesperson"
    )

    _date_given = models.Constraint(
        "CHECK(date IS NOT NULL OR calendar = 'lunar')", "Enter the date."
    )
    _lunar_range = models.Constraint(
        "CHECK(calendar <> 'lunar' OR lunar_month BETWEEN 1 AND 12 AND lunar_day BETWEEN 1 AND 30)",
        "By the Chinese calendar there are months 1 to 12 and days 1 to 30. Enter both, or the"
        " date.",
    )
    _lunar_yearly = models.Constraint(
        "CHECK(calendar <> 'lunar' OR is_yearly)",
        "A date by the Chinese calendar comes round each year. For a single day, choose the"
        " Gregorian one.",
    )
    _lead_days_range = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 365)", "People are reminded 0 to 365 days before a date."
    )
    _agreement_unique = models.UniqueIndex(
        "(agreement_id) WHERE agreement_id IS NOT NULL", "The end of an agreement stands here once."
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("kind_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for important in self:
            parts = (important.kind_id.name, important.partner_id.display_name)
            important.display_name = ", ".join(part for part in parts if part)

    @api.depends("kind_id")
    def _compute_from_kind(self):
        for important in self:
            important.is_yearly = important.kind_id.is_yearly or important.calendar == "lunar"
            important.lead_days = important.kind_id.lead_days

    @api.depends("calendar", "date")
    def _compute_lunar(self):
        for important in self:
            if important.calendar != "lunar":
                important.update({"lunar_month": 0, "lunar_day": 0, "lunar_leap": False})
            elif important.date:
                self._ensure_lunar()
                try:
                    month, day, is_leap = dates.to_lunar(important.date)
                except ValueError as error:
                    raise UserError(
                        self.env._("Chinese dates are known from 1900 to 2100 alone.")
                    ) from error
                important.update({"lunar_month": month, "lunar_day": day, "lunar_leap": is_leap})
            else:
                # Month and day were entered by hand.
                for name in ("lunar_month", "lunar_day", "lunar_leap"):
                    important[name] = important[name]

    @api.depends(
        "date",
        "is_yearly",
        "calendar",
        "lunar_month",
        "lunar_day",
        "lunar_leap",
        "company_id",
    )
    def _compute_next_date(self):
        for company, importants in self.grouped("company_id").items():
            today = self.with_company(company or self.env.company)._get_today()
            for important in importants:
                important.next_date = important._find_next(today)

    def _find_next(self, today):
        """Return the next day from today on, False without one."""
        self.ensure_one()
        if self.calendar == "lunar":
            if not (1 <= self.lunar_month <= 12 and 1 <= self.lunar_day <= 30):
                return False
            self._ensure_lunar()
            return (
                dates.next_lunar(self.lunar_month, self.lunar_day, self.lunar_leap, today) or False
            )
        if not self.date:
            return False
        if self.is_yearly:
            return dates.next_yearly(self.date, today)
        return self.date if self.date >= today else False

    @api.model
    def _ensure_lunar(self):
        """Refuse dates by the Chinese calendar where they cannot be reckoned with."""
        if not dates.has_lunar():
            raise UserError(
                self.env._(
                    "Dates by the Chinese calendar need the Python library borax, which is not"
                    " installed here. Ask your administrator to install it, or enter the date by"
                    " the Gregorian calendar."
                )
            )

    @api.onchange("calendar")
    def _onchange_calendar(self):
        if self.calendar == "lunar":
            self._ensure_lunar()
            self.is_yearly = True

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    @api.constrains("calendar")
    def _check_lunar(self):
        if any(important.calendar == "lunar" for important in self):
            self._ensure_lunar()

    @api.constrains("user_id")
    def _check_user(self):
        for important in self:
            if important.user_id.sudo().share:
                raise ValidationError(
                    self.env._(
                        "%s does not work here. Choose a colleague.", important.user_id.sudo().name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        importants = super().create(vals_list)
        # The host checks no references.
        importants.partner_id.check_access("read")
        return importants

    def write(self, vals):
        self._ensure_no_agreement(AGREEMENT_FIELDS & vals.keys())
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        if not {"partner_id", "company_id", "user_id"}.isdisjoint(vals):
            # The host asks its rules about what it was, not about what it has become.
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_agreement(self):
        self._ensure_no_agreement(AGREEMENT_FIELDS)

    def _ensure_no_agreement(self, names):
        """Refuse to change by hand what an agreement says."""
        if names and not self.env.su and self.sudo().agreement_id:
            raise UserError(
                self.env._("This is the end of an agreement. Change the agreement instead.")
            )

    # ------------------------------------------------------------
    # OTHERS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_partner(self):
        """Open whom the date is about."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    @api.model
    def _note_agreements(self, agreements):
        """Have the ends of agreements stand among the dates; those without an end have none.

        :param agreements: ``crm.lifecycle.agreement``
        """
        # As the superuser: whoever ends an agreement may not see all dates of the customer.
        noted = (
            self.sudo()
            .with_context(active_test=False)
            .search([("agreement_id", "in", agreements.ids)])
        ).grouped("agreement_id")
        kind = self._get_agreement_kind()
        vals_list = []
        for agreement in agreements.sudo():
            vals = {
                "partner_id": agreement.partner_id.id,
                "company_id": agreement.company_id.id,
                "date": agreement.date_end,
                "is_yearly": False,
                "active": agreement.active,
            }
            important = noted.get(agreement)
            if not agreement.date_end:
                if important:
                    important.unlink()
            elif important:
                important.write(vals)
            elif kind:
                vals_list.append({**vals, "kind_id": kind.id, "agreement_id": agreement.id})
        return self.sudo().create(vals_list)

    @api.model
    def _get_agreement_kind(self):
        """Return what the end of an agreement is; without one no ends are noted."""
        return self.env.ref(
            "crm_lifecycle.crm_lifecycle_important_date_kind_agreement", raise_if_not_found=False
        )

    @api.model
    def _unite(self, src_partners, dst_partner):
        """Leave one of dates that are the same once customers are merged, with all notes."""
        importants = (
            self.with_context(active_test=False)
            .search(
                Domain("partner_id", "in", (src_partners | dst_partner).ids)
                & Domain("agreement_id", "=", False),
                order="id",
            )
            .sorted(lambda important: important.partner_id != dst_partner)
        )
        for same in importants.grouped(lambda important: important._get_sameness()).values():
            kept = same[0]
            if same[1:]:
                kept.write(
                    {
                        "note": ", ".join(dict.fromkeys(filter(None, same.mapped("note")))),
                        "active": any(same.mapped("active")),
                        "reminded_for": max(
                            filter(None, same.mapped("reminded_for")), default=False
                        ),
                    }
                )
                # Somebody who has left is nobody to remind, nor a reason not to merge.
                colleagues = same.user_id.filtered(lambda user: user.active and not user.share)
                if not kept.user_id and colleagues:
                    kept.user_id = colleagues[0]
                same[1:].unlink()

    def _get_sameness(self):
        """Return what two entries of the same day of the same person have in common."""
        self.ensure_one()
        return (
            self.company_id.id,
            self.kind_id.id,
            self.calendar,
            self.is_yearly,
            (self.lunar_month, self.lunar_day, self.lunar_leap)
            if self.calendar == "lunar"
            else self.date,
        )
