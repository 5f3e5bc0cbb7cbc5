from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class CrmLifecycleProfile(models.Model):
    """Who is to be contacted by today, who was forgotten, and why on which day."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    is_contact_due = fields.Boolean(
        string="Contact Due",
        compute="_compute_is_contact_due",
        search="_search_is_contact_due",
        help="Somebody should get in touch today, or should have before.",
    )
    is_neglected = fields.Boolean(
        string="Neglected",
        compute="_compute_is_contact_due",
        search="_search_is_neglected",
        help="Nobody has been in contact for longer than the customer's cadence allows.",
    )
    is_opted_out = fields.Boolean(
        string="Opted Out",
        compute="_compute_is_opted_out",
        search="_search_is_opted_out",
        compute_sudo=True,
        help="The customer does not want to hear from the company.",
    )
    contact_why = fields.Text(
        string="Why This Date?",
        compute="_compute_contact_why",
        compute_sudo=True,
        help="How the day of the next contact was found, step by step.",
    )

    # ------------------------------------------------------------
    # DUE
    # ------------------------------------------------------------

    @api.depends("next_contact_date", "latest_contact_date", "company_id")
    def _compute_is_contact_due(self):
        today = self._get_days_of(self.company_id)
        for profile in self:
            day = today.get(profile.company_id)
            profile.is_contact_due = bool(
                profile.next_contact_date and profile.next_contact_date <= day
            )
            profile.is_neglected = bool(
                profile.latest_contact_date and profile.latest_contact_date < day
            )

    @api.model
    def _search_is_contact_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_passed_domain("next_contact_date", "<=")

    @api.model
    def _search_is_neglected(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_passed_domain("latest_contact_date", "<")

    @api.model
    def _get_passed_domain(self, name, operator):
        """Return the domain of those whose date has come by their company's own day."""
        days = self._get_days_of(self.env["res.company"].sudo().search(Domain.TRUE))
        by_day = {}
        for company, day in days.items():
            by_day.setdefault(day, []).append(company.id)
        return Domain.OR(
            Domain("company_id", "in", company_ids) & Domain(name, operator, day)
            for day, company_ids in by_day.items()
        )

    @api.model
    def _get_days_of(self, companies):
        """Return today of each company, as ``{company: day}``."""
        # Whoever searches, companies of others are among those that are compared.
        period = self.env["crm.lifecycle.period.mixin"].sudo()
        return {company: period.with_company(company)._get_today() for company in companies}

    @api.depends("partner_id.lifecycle_opt_out")
    def _compute_is_opted_out(self):
        for profile in self:
            profile.is_opted_out = profile.partner_id.lifecycle_opt_out

    @api.model
    def _search_is_opted_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("partner_id.lifecycle_opt_out", operator, value)

    # ------------------------------------------------------------
    # WHY
    # ------------------------------------------------------------

    @api.depends("cadence_figures", "cadence_id", "next_contact_date")
    @api.depends_context("lang")
    def _compute_contact_why(self):
        for profile in self:
            profile.contact_why = "\n".join(profile._get_contact_steps()) or False

    def _get_contact_steps(self):
        """Return how the day of the next contact was found, a sentence for each step."""
        self.ensure_one()
        figures = self.sudo().cadence_figures
        if not figures:
            return []
        if figures.get("reason"):
            return [self._say_no_contact(figures["reason"])]
        steps = [self._say_rule(), self._say_base(figures)]
        steps += self._say_rhythm(figures) + self._say_held(figures) + self._say_moved(figures)
        steps += self._say_planned(figures)
        if self.latest_contact_date:
            steps.append(
                self.env._(
                    "Without a contact until %s, the customer is neglected.",
                    self._say_day(self.latest_contact_date),
                )
            )
        return steps

    def _say_day(self, day):
        return format_date(self.env, day, date_format="full")

    def _say_no_contact(self, reason):
        """Say why nobody is to get in touch."""
        partner = self.partner_id
        if reason == "opt_out":
            said = partner.lifecycle_opt_out_reason
            if said:
                return self.env._("The customer wants no contact: %s.", said.rstrip("."))
            return self.env._("The customer wants no contact.")
        return {
            "archived": self.env._("The customer is archived."),
            "lost": self.env._("The customer is lost: nobody gets in touch until they buy again."),
            "no_rule": self.env._("No cadence is meant for this customer."),
        }[reason]

    def _say_rule(self):
        cadence = self.cadence_id
        if not cadence:
            return self.env._("The cadence has been deleted since.")
        return self.env._(
            "Cadence %(name)s, the most specific one that is meant for the customer"
            " (conditions: %(count)s).",
            name=cadence.name,
            count=cadence.condition_count,
        )

    def _say_base(self, figures):
        terms = {
            "base": self._say_day(figures["base"]),
            "days": figures["interval"],
            "due": self._say_day(figures["due"]),
        }
        if figures["is_contacted"]:
            return self.env._(
                "Last contact on %(base)s; usually the next one is %(days)s days later: %(due)s.",
                **terms,
            )
        return self.env._(
            "No contact yet; in the stage since %(base)s, and the first one is usually %(days)s"
            " days later: %(due)s.",
            **terms,
        )

    def _say_rhythm(self, figures):
        if "rhythm" not in figures:
            return []
        return [
            self.env._(
                "Earlier, because by their own rhythm they buy again about %(purchase)s: %(day)s.",
                purchase=self._say_day(figures["purchase_due"]),
                day=self._say_day(figures["rhythm"]),
            )
        ]

    def _say_held(self, figures):
        if "held_by" not in figures:
            return []
        terms = {"day": self._say_day(figures["earliest"]), "days": figures.get("gap")}
        return [
            {
                "gap_min": self.env._("Not before %(day)s: that would be too often.", **terms),
                "wish_gap": self.env._(
                    "Not before %(day)s: the customer wants %(days)s days between contacts.",
                    **terms,
                ),
                "quiet_until": self.env._(
                    "Not before %(day)s: until then the customer wants quiet.", **terms
                ),
            }[figures["held_by"]]
        ]

    def _say_moved(self, figures):
        if not self.next_contact_date:
            return [
                self.env._(
                    "There is no working day for long on which the customer may be contacted."
                )
            ]
        if "moved_to" not in figures:
            return []
        day = self._say_day(figures["moved_to"])
        if "quiet" in figures:
            return [
                self.env._("Moved to %s, a working day that is no quiet day of the customer.", day)
            ]
        return [self.env._("Moved to a working day: %s.", day)]

    def _say_planned(self, figures):
        if "planned" not in figures:
            return []
        day = self._say_day(figures["planned"])
        if figures["planned_by"] == "meeting":
            return [self.env._("A meeting is planned for %s: nothing is put on top of it.", day)]
        return [self.env._("An activity is planned for %s: nothing is put on top of it.", day)]
