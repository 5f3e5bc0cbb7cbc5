from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_source_required = fields.Boolean(
        string="Source Required",
        groups="base.group_user",
        help="Salespeople say where each new customer and lead comes from.",
    )
    lifecycle_stale_months = fields.Integer(
        string="Data Stale After",
        default=12,
        groups="base.group_user",
        help="Months without anybody changing or confirming a customer's data, after which"
        " they are up for review.",
    )
    lifecycle_idle_months = fields.Integer(
        string="Suspect Idle After",
        default=24,
        groups="base.group_user",
        help="Months without anything happening, after which archiving a suspect is proposed.",
    )

    lifecycle_decider_days = fields.Integer(
        string="Decider Silent After",
        default=90,
        groups="base.group_user",
        help="Days without any contact with who decides at a customer, after which their decider"
        " counts as not reached.",
    )
    lifecycle_talk_minimum = fields.Integer(
        string="Least Answers and Deliveries",
        default=3,
        groups="base.group_user",
        help="Of fewer answers or deliveries a talk card tells no rate, but how many there are.",
    )
    lifecycle_dismissal_months = fields.Integer(
        string="Mismatch Dismissed For",
        default=3,
        groups="base.group_user",
        help="Months for which a mismatch is dismissed, unless whoever does it enters another day.",
    )
    lifecycle_override_months = fields.Integer(
        string="Stage Set by Hand For",
        default=6,
        groups="base.group_user",
        help="Months for which a stage is set by hand, unless whoever does it enters another day.",
    )
    lifecycle_weight_a = fields.Integer(
        string="Weight of Class A",
        default=3,
        groups="base.group_user",
        help="How much looking after a customer of class A weighs beside others, where it is"
        " suggested who gets whom.",
    )
    lifecycle_weight_b = fields.Integer(
        string="Weight of Class B",
        default=2,
        groups="base.group_user",
        help="How much looking after a customer of class B weighs beside others.",
    )
    lifecycle_weight_other = fields.Integer(
        string="Weight of Others",
        default=1,
        groups="base.group_user",
        help="How much a customer of class C, or of none, weighs beside others.",
    )

    lifecycle_follow_ups = fields.Boolean(
        string="Plan Follow-ups",
        groups="base.group_user",
        help="Contacts that the cadences ask for are planned as activities of those who look"
        " after the customers.",
    )
    lifecycle_renewed_inquiry = fields.Boolean(
        string="Follow Up Renewed Inquiries",
        groups="base.group_user",
        help="A known customer who asks again gets a second follow-up of the salesperson.",
    )
    lifecycle_digest = fields.Boolean(
        string="Digest of New Follow-ups",
        groups="base.group_user",
        help="Whoever got new follow-ups is told so by one message a day.",
    )

    _lifecycle_months_range = models.Constraint(
        "CHECK(lifecycle_stale_months BETWEEN 1 AND 120"
        " AND lifecycle_idle_months BETWEEN 1 AND 120)",
        "Data are reviewed after 1 to 120 months.",
    )
    _lifecycle_terms_range = models.Constraint(
        "CHECK(lifecycle_dismissal_months BETWEEN 1 AND 120"
        " AND lifecycle_override_months BETWEEN 1 AND 120)",
        "What is set by hand or dismissed holds for 1 to 120 months.",
    )
    _lifecycle_decider_days_range = models.Constraint(
        "CHECK(lifecycle_decider_days BETWEEN 1 AND 3650)",
        "Enter 1 to 3650 days after which a decider counts as not reached.",
    )
    _lifecycle_talk_minimum_positive = models.Constraint(
        "CHECK(lifecycle_talk_minimum > 0)",
        "Nothing is told of no answers at all: enter 1 or more.",
    )
    _lifecycle_weights_ordered = models.Constraint(
        "CHECK(lifecycle_weight_other > 0 AND lifecycle_weight_b >= lifecycle_weight_other"
        " AND lifecycle_weight_a >= lifecycle_weight_b AND lifecycle_weight_a <= 100)",
        "Customers weigh 1 to 100, those of class A no less than those of class B, and these no"
        " less than others.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Start new companies on the default rules, segments, levels and facts."""
        companies = super().create(vals_list)
        self.env["crm.lifecycle.policy"]._try_create_default(companies)
        self.env["crm.lifecycle.segment"]._try_create_default(companies)
        self.env["crm.lifecycle.fact"]._try_create_default(companies)
        self.env["crm.lifecycle.service.level"]._try_create_default(companies)
        self.env["crm.lifecycle.loyalty.level"]._try_create_default(companies)
        self.env["crm.lifecycle.cadence"]._try_create_default(companies)
        self.env["crm.lifecycle.dunning.level"]._try_create_default(companies)
        self.env["crm.complaint.deadline"]._try_create_default(companies)
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            # Other days are working days.
            self.env["crm.lifecycle.reclassification"]._start(self)
        return result
