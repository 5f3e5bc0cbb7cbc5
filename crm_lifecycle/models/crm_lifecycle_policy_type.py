from odoo import fields, models

from ..engine import price_sensitivity, type_rules

_DEFAULTS = {**type_rules.DEFAULTS, **price_sensitivity.DEFAULTS}


class CrmLifecyclePolicy(models.Model):
    """What makes a customer one-time, transactional, hybrid or relational, and how price
    sensitivity is told.
    """

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    type_months = fields.Integer(
        string="Documents Of",
        default=_DEFAULTS["type_months"],
        tracking=True,
        help="How many months of documents tell product categories, people, channels and lost"
        " quotations. Purchases, discounts and payments are those of twelve months, as the"
        " customer shows them.",
    )
    type_weight_segment = fields.Integer(
        string="Points of the Segment",
        default=_DEFAULTS["type_weight_segment"],
        tracking=True,
        help="For the type that is usual in the customer's segment.",
    )
    type_weight_purchases = fields.Integer(
        string="Points of Purchases",
        default=_DEFAULTS["type_weight_purchases"],
        tracking=True,
        help="For what number and rhythm of purchases tell.",
    )
    type_weight_breadth = fields.Integer(
        string="Points of Breadth",
        default=_DEFAULTS["type_weight_breadth"],
        tracking=True,
        help="For what the number of product categories tells that were bought.",
    )
    type_weight_discount = fields.Integer(
        string="Points of Discounts",
        default=_DEFAULTS["type_weight_discount"],
        tracking=True,
        help="For transactional, where discounts are a large share of list prices.",
    )
    type_weight_lost = fields.Integer(
        string="Points of Lost Quotations",
        default=_DEFAULTS["type_weight_lost"],
        tracking=True,
        help="For transactional, where quotations were lost for their price.",
    )
    type_weight_payment = fields.Integer(
        string="Points of Payments",
        default=_DEFAULTS["type_weight_payment"],
        tracking=True,
        help="For what the days from invoice to payment tell.",
    )
    type_weight_people = fields.Integer(
        string="Points of People",
        default=_DEFAULTS["type_weight_people"],
        tracking=True,
        help="For what the number of people tells whose names are on documents.",
    )
    type_weight_channels = fields.Integer(
        string="Points of Channels",
        default=_DEFAULTS["type_weight_channels"],
        tracking=True,
        help="For what the number of channels tells that documents came through.",
    )
    type_minimum_purchases = fields.Integer(
        string="Purchases for a Type",
        default=_DEFAULTS["type_minimum_purchases"],
        tracking=True,
        help="With fewer purchases the type is what is usual in the segment, else empty; or"
        " one-time, once nobody expects a second purchase.",
    )
    type_minimum_points = fields.Integer(
        string="Points for a Type",
        default=_DEFAULTS["type_minimum_points"],
        tracking=True,
        help="If no type gets as many points, it is what is usual in the segment, else empty.",
    )
    type_one_time_intervals = fields.Float(
        string="One-time After",
        digits=(16, 2),
        default=_DEFAULTS["type_one_time_intervals"],
        tracking=True,
        help="Who has bought once is one-time when so many of the company's usual intervals"
        " have passed without a second purchase; before that nobody knows.",
    )
    type_hybrid_purchases = fields.Integer(
        string="Hybrid From Purchases",
        default=_DEFAULTS["type_hybrid_purchases"],
        tracking=True,
        help="Purchases in twelve months that tell a hybrid customer. Fewer tell a"
        " transactional one.",
    )
    type_relational_purchases = fields.Integer(
        string="Relational From Purchases",
        default=_DEFAULTS["type_relational_purchases"],
        tracking=True,
        help="Purchases in twelve months that tell a relational customer, if they are regular.",
    )
    type_regular_spread = fields.Float(
        string="Regular Up To",
        default=_DEFAULTS["type_regular_spread"],
        tracking=True,
        help="Purchases are regular while the gaps between them vary by no more than this share"
        " of the usual gap.",
    )
    type_hybrid_breadth = fields.Integer(
        string="Hybrid From Categories",
        default=_DEFAULTS["type_hybrid_breadth"],
        tracking=True,
        help="Product categories bought that tell a hybrid customer. Fewer tell a transactional"
        " one.",
    )
    type_relational_breadth = fields.Integer(
        string="Relational From Categories",
        default=_DEFAULTS["type_relational_breadth"],
        tracking=True,
        help="Product categories bought that tell a relational customer.",
    )
    type_discount_share = fields.Float(
        string="Much Discount From",
        default=_DEFAULTS["type_discount_share"],
        tracking=True,
        help="Share of list prices that discounts of twelve months make up, from which on they"
        " tell a transactional customer.",
    )
    type_lost_quotations = fields.Integer(
        string="Quotations Lost for Price",
        default=_DEFAULTS["type_lost_quotations"],
        tracking=True,
        help="Quotations that were not ordered, and whose opportunity was lost for a reason that"
        " says so, from which on they tell a transactional customer.",
    )
    type_prompt_days = fields.Integer(
        string="Deal by Deal Up To",
        default=_DEFAULTS["type_prompt_days"],
        tracking=True,
        help="Who pays so few days after the invoice, on the average, settles each deal by"
        " itself: transactional.",
    )
    type_term_days = fields.Integer(
        string="On Account From",
        default=_DEFAULTS["type_term_days"],
        tracking=True,
        help="Who pays so many days after the invoice, on the average, and not late, has an"
        " account with us: relational. In between is hybrid.",
    )
    type_hybrid_people = fields.Integer(
        string="Hybrid From People",
        default=_DEFAULTS["type_hybrid_people"],
        tracking=True,
        help="People of the customer on leads, quotations, orders and invoices.",
    )
    type_relational_people = fields.Integer(
        string="Relational From People",
        default=_DEFAULTS["type_relational_people"],
        tracking=True,
        help="People of the customer on leads, quotations, orders and invoices.",
    )
    type_hybrid_channels = fields.Integer(
        string="Hybrid From Channels",
        default=_DEFAULTS["type_hybrid_channels"],
        tracking=True,
        help="Media of leads, quotations, orders and invoices; what names none counts by its"
        " sales team.",
    )
    type_relational_channels = fields.Integer(
        string="Relational From Channels",
        default=_DEFAULTS["type_relational_channels"],
        tracking=True,
        help="Media of leads, quotations, orders and invoices; what names none counts by its"
        " sales team.",
    )

    sensitivity_months = fields.Integer(
        string="Order Lines Of",
        default=_DEFAULTS["sensitivity_months"],
        tracking=True,
        help="How far back confirmed order lines tell how quantities answer to prices.",
    )
    sensitivity_minimum = fields.Integer(
        string="Order Lines Needed",
        default=_DEFAULTS["sensitivity_minimum"],
        tracking=True,
        help="With fewer lines of products bought at two prices or more, price sensitivity"
        " stays empty.",
    )
    sensitivity_variation = fields.Float(
        string="Prices Vary By",
        default=_DEFAULTS["sensitivity_variation"],
        tracking=True,
        help="Where net prices of the same product vary by less, as a standard deviation,"
        " price sensitivity stays empty: nobody can tell.",
    )
    sensitivity_moderate = fields.Float(
        string="Moderate From",
        digits=(16, 2),
        default=_DEFAULTS["sensitivity_moderate"],
        tracking=True,
        help="By how many per cent a customer buys more, at least, when prices are 1 % lower.",
    )
    sensitivity_sensitive = fields.Float(
        string="Sensitive From",
        digits=(16, 2),
        default=_DEFAULTS["sensitivity_sensitive"],
        tracking=True,
        help="By how many per cent a customer buys more, at least, when prices are 1 % lower.",
    )

    _type_weights_range = models.Constraint(
        "CHECK(LEAST(type_weight_segment, type_weight_purchases, type_weight_breadth,"
        " type_weight_discount, type_weight_lost, type_weight_payment, type_weight_people,"
        " type_weight_channels) >= 0)",
        "Points of the customer type are 0 or more; 0 leaves a kind of evidence out.",
    )
    _type_months_range = models.Constraint(
        "CHECK(type_months BETWEEN 1 AND 120)",
        "The customer type takes documents of 1 to 120 months.",
    )
    _type_minimum_range = models.Constraint(
        "CHECK(type_minimum_purchases >= 1 AND type_minimum_points >= 1)",
        "A customer type takes one purchase and one point at least.",
    )
    _type_intervals_range = models.Constraint(
        "CHECK(type_one_time_intervals > 0 AND type_one_time_intervals <= 100)",
        "Nobody is one-time before the first interval has begun: it takes more than 0 intervals,"
        " and 100 at most.",
    )
    _type_limits_ordered = models.Constraint(
        "CHECK(type_hybrid_purchases >= 2 AND type_relational_purchases > type_hybrid_purchases"
        " AND type_hybrid_breadth >= 2 AND type_relational_breadth > type_hybrid_breadth"
        " AND type_hybrid_people >= 1 AND type_relational_people > type_hybrid_people"
        " AND type_hybrid_channels >= 1 AND type_relational_channels > type_hybrid_channels)",
        "A relational customer takes more than a hybrid one: more purchases, categories, people"
        " and channels. A hybrid one takes two purchases and two categories at least.",
    )
    _type_shares_range = models.Constraint(
        "CHECK(type_discount_share > 0 AND type_discount_share <= 100"
        " AND type_regular_spread >= 0 AND type_regular_spread <= 1000)",
        "The share of discounts is above 0 % and 100 % at most; the spread of regular purchases"
        " is 0 % to 1000 % of their gap.",
    )
    _type_lost_range = models.Constraint(
        "CHECK(type_lost_quotations >= 1)",
        "One quotation at least has to be lost for its price to tell something.",
    )
    _type_days_ordered = models.Constraint(
        "CHECK(type_prompt_days >= 0 AND type_term_days > type_prompt_days)",
        "Who pays on account pays later than who settles each deal by itself, which is 0 days"
        " or more.",
    )
    _sensitivity_range = models.Constraint(
        "CHECK(sensitivity_months BETWEEN 1 AND 120 AND sensitivity_minimum >= 3"
        " AND sensitivity_variation > 0)",
        "Price sensitivity takes order lines of 1 to 120 months, three lines at least, and"
        " prices that vary at all.",
    )
    _sensitivity_ordered = models.Constraint(
        "CHECK(sensitivity_moderate > 0 AND sensitivity_sensitive > sensitivity_moderate)",
        "A sensitive customer answers more to prices than a moderate one, who answers at all.",
    )

    def _has_other_types(self, other):
        """Tell whether types may be others by this version than by another one.

        What counts as a purchase and which payments tell something are evidence, too.

        :param other: a version of the same company, empty for the product's own rules
        """
        return self._differs(other, (*type_rules.DEFAULTS, *type_rules.OTHERS, "basis"))

    def _has_other_sensitivity(self, other):
        """Tell the same of price sensitivity."""
        return self._differs(other, price_sensitivity.DEFAULTS)

    def _differs(self, other, names):
        self.ensure_one()
        other = other or self.new(self.default_get(list(names)))
        return any(self[name] != other[name] for name in names)
