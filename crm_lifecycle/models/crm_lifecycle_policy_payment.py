from odoo import fields, models

from ..engine import payment_bands


class CrmLifecyclePolicy(models.Model):
    """When a customer pays promptly, as usual, slowly, and when nobody should count on it."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    payment_prompt_days = fields.Integer(
        string="Prompt Up To",
        default=payment_bands.DEFAULTS["payment_prompt_days"],
        tracking=True,
        help="Who pays up to so many days after the due date, on the average of the last twelve"
        " months, pays promptly.",
    )
    payment_usual_days = fields.Integer(
        string="Usual Up To",
        default=payment_bands.DEFAULTS["payment_usual_days"],
        tracking=True,
        help="Up to so many days late on the average are what is usual.",
    )
    payment_slow_days = fields.Integer(
        string="Slow Up To",
        default=payment_bands.DEFAULTS["payment_slow_days"],
        tracking=True,
        help="Up to so many days late on the average are slow; who is later is risky.",
    )
    payment_risky_days = fields.Integer(
        string="Risky When Overdue For",
        default=payment_bands.DEFAULTS["payment_risky_days"],
        tracking=True,
        help="Who owes something that was due so many days ago is risky, however promptly"
        " everything else was paid.",
    )
    payment_minimum = fields.Integer(
        string="Payments Needed",
        default=payment_bands.DEFAULTS["payment_minimum"],
        tracking=True,
        help="With fewer payments in the last twelve months a customer's habit is unknown.",
    )

    _payment_days_ordered = models.Constraint(
        "CHECK(payment_prompt_days >= 0 AND payment_usual_days > payment_prompt_days"
        " AND payment_slow_days > payment_usual_days)",
        "The days late of prompt, usual and slow payers have to grow from one to the next, and"
        " begin with 0 or more.",
    )
    _payment_risky_range = models.Constraint(
        "CHECK(payment_risky_days >= 1)",
        "Something has to be overdue for a day at least to make a customer risky.",
    )
    _payment_minimum_range = models.Constraint(
        "CHECK(payment_minimum >= 1)", "A habit takes one payment at least."
    )
