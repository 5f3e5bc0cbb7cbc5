from odoo import fields, models


class ResCompany(models.Model):
    """How much of the working time is for customers, and how long contacts take."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_day_share = fields.Integer(
        string="Share of the Day for Customers (%)",
        default=50,
        groups="base.group_user",
        help="How much of their working time people have for what My Day lists.",
    )
    lifecycle_minutes_mail = fields.Integer(
        string="Minutes of a Mail",
        default=5,
        groups="base.group_user",
        help="How long writing a message takes, by mail or chat.",
    )
    lifecycle_minutes_call = fields.Integer(
        string="Minutes of a Call",
        default=10,
        groups="base.group_user",
        help="How long a call takes, with its preparation.",
    )
    lifecycle_minutes_meeting = fields.Integer(
        string="Minutes of a Meeting",
        default=60,
        groups="base.group_user",
        help="How long a meeting takes, with its preparation.",
    )
    lifecycle_minutes_visit = fields.Integer(
        string="Minutes of a Visit",
        default=120,
        groups="base.group_user",
        help="How long a visit takes, with the way there and back.",
    )
    lifecycle_minutes_other = fields.Integer(
        string="Minutes of Other Tasks",
        default=15,
        groups="base.group_user",
        help="How long anything else takes that somebody does for a customer.",
    )

    _lifecycle_day_share_range = models.Constraint(
        "CHECK(lifecycle_day_share BETWEEN 1 AND 100)",
        "People have 1 to 100 % of their working time for customers.",
    )
    _lifecycle_minutes_positive = models.Constraint(
        "CHECK(lifecycle_minutes_mail > 0 AND lifecycle_minutes_call > 0"
        " AND lifecycle_minutes_meeting > 0 AND lifecycle_minutes_visit > 0"
        " AND lifecycle_minutes_other > 0)",
        "Everything takes some time: enter 1 minute or more.",
    )
