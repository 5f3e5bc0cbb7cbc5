"""What tells of customer types: weights and limits of the rules, and what each kind of evidence
says by them."""

from odoo.tools import SQL

from . import payment_bands, price_sensitivity, rules
from .sources import company_cte

#: The least relational first.
TYPES = ("one_time", "transactional", "hybrid", "relational")
#: What may say something about the type.
KINDS = (
    "segment",
    "purchases",
    "breadth",
    "discount",
    "lost",
    "payment",
    "people",
    "channels",
)
#: Weights and limits where a company has no rules in force: fields of the rules.
DEFAULTS = {
    "type_months": 12,  # of documents: categories, lost quotations, people, channels
    "type_weight_segment": 2,
    "type_weight_purchases": 3,
    "type_weight_breadth": 2,
    "type_weight_discount": 2,
    "type_weight_lost": 2,
    "type_weight_payment": 1,
    "type_weight_people": 2,
    "type_weight_channels": 1,
    "type_minimum_purchases": 2,
    "type_minimum_points": 3,
    "type_one_time_intervals": 2.0,  # usual intervals of the company
    "type_hybrid_purchases": 3,  # in twelve months, as the profile counts them
    "type_relational_purchases": 6,
    "type_regular_spread": 50.0,  # % of the interval
    "type_hybrid_breadth": 2,
    "type_relational_breadth": 4,
    "type_discount_share": 10.0,  # % of list prices
    "type_lost_quotations": 2,
    "type_prompt_days": 7,  # from the invoice to the payment
    "type_term_days": 30,
    "type_hybrid_people": 2,
    "type_relational_people": 3,
    "type_hybrid_channels": 2,
    "type_relational_channels": 3,
}
#: Settings of other parts of the rules that these go by.
OTHERS = {
    "company_interval": rules.StatusRule.company_interval,
    "payment_minimum": payment_bands.DEFAULTS["payment_minimum"],
    "payment_usual_days": payment_bands.DEFAULTS["payment_usual_days"],
}


def settings_cte(now, as_of=None, policies=None):
    """Return the CTE ``company`` with the weights and limits of each company.

    :param datetime now: in UTC
    :param date as_of: the day that counts as today instead
    :param dict policies: ``{company id: policy id}`` to go by instead of the rules in force
    """
    settings = {**DEFAULTS, **price_sensitivity.DEFAULTS, **OTHERS}
    in_force = SQL("policy.state = 'active'")
    if policies:
        in_force = SQL(
            "CASE WHEN c.id = ANY(%s) THEN policy.id = ANY(%s) ELSE %s END",
            list(policies),
            list(policies.values()),
            in_force,
        )
    return company_cte(
        now,
        as_of,
        SQL(
            ", %s",
            SQL(", ").join(
                SQL("COALESCE(policy.%(name)s, %(default)s) AS %(name)s", name=name, default=value)
                for name, value in ((SQL.identifier(key), settings[key]) for key in settings)
            ),
        ),
        SQL("LEFT JOIN crm_lifecycle_policy policy ON policy.company_id = c.id AND %s", in_force),
    )


def _levels(figure, hybrid, relational, below="NULL"):
    """Return the type that a count tells, by the limits of two types."""
    return SQL(
        """CASE WHEN %(figure)s >= company.%(relational)s THEN 'relational'
                WHEN %(figure)s >= company.%(hybrid)s THEN 'hybrid'
                WHEN %(figure)s > 0 THEN %(below)s END""",
        figure=figure,
        hybrid=SQL.identifier(hybrid),
        relational=SQL.identifier(relational),
        below=SQL(below),
    )


#: Which type each kind of evidence tells, NULL where it says nothing: expressions on the rows
#: of ``customer_type.typing``.
TELLS = {
    "segment": SQL("gathered.default_type"),
    "purchases": SQL(
        """CASE WHEN gathered.purchase_count = 1
                THEN CASE WHEN one_time.date <= company.today THEN 'one_time' END
                WHEN gathered.purchase_count_12m >= company.type_relational_purchases
                     AND gathered.purchase_interval > 0
                     AND gathered.purchase_spread
                         <= gathered.purchase_interval * company.type_regular_spread / 100
                THEN 'relational'
                WHEN gathered.purchase_count_12m >= company.type_hybrid_purchases THEN 'hybrid'
                WHEN gathered.purchase_count > 1 THEN 'transactional' END"""
    ),
    "breadth": _levels(
        SQL("gathered.categories"),
        "type_hybrid_breadth",
        "type_relational_breadth",
        "'transactional'",
    ),
    "discount": SQL(
        """CASE WHEN gathered.discount_share > 0
                 AND gathered.discount_share >= company.type_discount_share / 100
                THEN 'transactional' END"""
    ),
    "lost": SQL(
        """CASE WHEN gathered.lost >= company.type_lost_quotations THEN 'transactional' END"""
    ),
    # Who pays much later than agreed says nothing of what was agreed.
    "payment": SQL(
        """CASE WHEN gathered.paid_count < company.payment_minimum
                     OR gathered.days_late > company.payment_usual_days THEN NULL
                WHEN gathered.days_to_pay <= company.type_prompt_days THEN 'transactional'
                WHEN gathered.days_to_pay >= company.type_term_days THEN 'relational'
                WHEN gathered.days_to_pay IS NOT NULL THEN 'hybrid' END"""
    ),
    "people": _levels(SQL("gathered.people"), "type_hybrid_people", "type_relational_people"),
    "channels": _levels(
        SQL("gathered.channels"), "type_hybrid_channels", "type_relational_channels"
    ),
}
