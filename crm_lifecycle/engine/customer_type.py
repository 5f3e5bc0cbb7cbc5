"""Customer type: how much of a relationship a customer wants, by points.

Each kind of evidence gives its weight to one type, or says nothing. The type with most
points wins; of two with as many, the more relational one. With too few purchases or points
it is the segment's usual type, else none. What somebody set by hand comes before all that.

A single purchase is one-time only once nobody would still expect the second one.
"""

from odoo.tools import SQL

from . import price_sensitivity
from .sold_lines import sold_ctes
from .type_evidence import fact_ctes, known_derived, known_recorded
from .type_rules import KINDS, TELLS, TYPES

#: Columns of the profile that are derived here.
COLUMNS = (
    "customer_type",
    "rule_type",
    "type_cause",
    "type_is_contradicted",
    "type_figures",
    "type_review_date",
    "price_elasticity",
    "price_sample",
    "price_sensitivity",
)


def typing(company, known, scope, host):
    """Return the query of everybody's type: a row a customer and company of ``known``.

    Columns: ``id`` of the profile, ``partner_id``, ``company_id``, ``today``, ``COLUMNS``.

    :param SQL company: ``type_rules.settings_cte``
    :param SQL known: the CTE of what is known already, see ``type_evidence``
    :param Scope scope: the customers
    :param HostColumns host: see ``type_evidence``
    """
    return SQL(
        """WITH %(company)s, %(known)s, %(sold)s, %(facts)s, %(elasticity)s, %(hand)s,
        gathered AS (
            -- FULL JOINs are hash joins, whatever number of rows the planner expects.
            SELECT joined.*,
                   CASE WHEN discount_12m > 0 AND revenue_12m + discount_12m > 0
                        THEN ROUND(discount_12m / (revenue_12m + discount_12m), 4)
                        WHEN revenue_12m > 0 THEN 0 END AS discount_share
              FROM (SELECT known.*, COALESCE(counted.categories, 0) AS categories,
                           COALESCE(counted.people, 0) AS people,
                           COALESCE(counted.channels, 0) AS channels,
                           COALESCE(counted.lost, 0) AS lost, counted.lapse AS counted_lapse,
                           elasticity.price_sample, elasticity.price_elasticity,
                           elasticity.lapse AS price_lapse,
                           hand.type AS hand_type, hand.lapse AS hand_lapse
                      FROM known
                 FULL JOIN counted USING (company_id, partner_id)
                 FULL JOIN elasticity USING (company_id, partner_id)
                 FULL JOIN hand USING (company_id, partner_id)
                    OFFSET 0) joined
        ),
        told AS (
            SELECT gathered.*, company.today, one_time.date AS one_time_date, %(tells)s,
                   company.type_minimum_purchases, company.type_minimum_points, %(weights)s,
                   %(band)s AS price_sensitivity
              FROM gathered
              JOIN company ON company.id = gathered.company_id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN gathered.purchase_count = 1
                               THEN gathered.last_purchase_date + CEIL(
                                        company.company_interval * company.type_one_time_intervals
                                    )::int END AS date) one_time
        ),
        pointed AS (
            SELECT told.*, %(points)s
              FROM told
        ),
        ruled AS (
            SELECT pointed.*,
                   CASE WHEN purchase_count >= type_minimum_purchases
                        THEN CASE WHEN best >= type_minimum_points THEN winner END
                        WHEN tells_purchases = 'one_time' THEN 'one_time' END AS by_points
              FROM pointed
        CROSS JOIN LATERAL (SELECT GREATEST(%(point_names)s) AS best) best
        CROSS JOIN LATERAL (SELECT CASE %(winner)s END AS winner) winner
        )
        SELECT id, partner_id, company_id, today,
               COALESCE(hand_type, by_points, default_type) AS customer_type,
               COALESCE(by_points, default_type) AS rule_type,
               CASE WHEN hand_type IS NOT NULL THEN 'hand'
                    WHEN by_points IS NOT NULL THEN 'rules'
                    WHEN default_type IS NOT NULL THEN 'segment' END AS type_cause,
               COALESCE(hand_type <> COALESCE(by_points, default_type), FALSE)
                   AS type_is_contradicted,
               %(figures)s AS type_figures,
               LEAST(CASE WHEN one_time_date > today THEN one_time_date END,
                     counted_lapse, price_lapse, hand_lapse) AS type_review_date,
               price_elasticity, price_sample, price_sensitivity
          FROM ruled
         WHERE is_known""",
        company=company,
        known=known,
        sold=sold_ctes(scope, host),
        facts=fact_ctes(scope, host),
        elasticity=price_sensitivity.elasticity_ctes(),
        hand=_hand(scope),
        tells=SQL(", ").join(
            SQL("%s AS %s", tells, SQL.identifier(f"tells_{kind}")) for kind, tells in TELLS.items()
        ),
        weights=SQL(", ").join(
            SQL("company.%s", SQL.identifier(f"type_weight_{kind}")) for kind in KINDS
        ),
        band=price_sensitivity.band(SQL("gathered.price_elasticity")),
        points=SQL(", ").join(_points(name) for name in TYPES),
        point_names=SQL(", ").join(map(_point_name, TYPES)),
        winner=SQL(" ").join(
            SQL("WHEN %s = best THEN %s", _point_name(name), name) for name in reversed(TYPES)
        ),
        figures=_figures(),
    )


def _point_name(name):
    return SQL.identifier(f"points_{name}")


def _points(name):
    """Return the points of a type."""
    parts = (
        SQL(
            "CASE WHEN told.%s = %s THEN told.%s ELSE 0 END",
            SQL.identifier(f"tells_{kind}"),
            name,
            SQL.identifier(f"type_weight_{kind}"),
        )
        for kind in KINDS
    )
    return SQL("%s AS %s", SQL(" + ").join(parts), _point_name(name))


def _figures():
    """Return what explains a type: figures, and what each kind told; no amounts."""
    figures = {
        "purchases": SQL("purchase_count"),
        "purchases_12m": SQL("purchase_count_12m"),
        "interval": SQL("purchase_interval"),
        "spread": SQL("purchase_spread"),
        "one_time": SQL("one_time_date"),
        "categories": SQL("categories"),
        "discount": SQL("discount_share"),
        "lost": SQL("lost"),
        "paid": SQL("paid_count"),
        "days_to_pay": SQL("days_to_pay"),
        "days_late": SQL("days_late"),
        "people": SQL("people"),
        "channels": SQL("channels"),
    }
    told = {
        kind: SQL(
            "CASE WHEN %(tells)s IS NOT NULL THEN JSONB_BUILD_ARRAY(%(tells)s, %(weight)s) END",
            tells=SQL.identifier(f"tells_{kind}"),
            weight=SQL.identifier(f"type_weight_{kind}"),
        )
        for kind in KINDS
    }
    points = {name: _point_name(name) for name in TYPES}
    return SQL(
        "JSONB_STRIP_NULLS(%s || JSONB_BUILD_OBJECT('told', %s, 'points', %s))",
        _object(figures),
        _object(told),
        _object(points),
    )


def _object(values):
    return SQL(
        "JSONB_BUILD_OBJECT(%s)",
        SQL(", ").join(SQL("%s::text, %s", name, value) for name, value in values.items()),
    )


def _hand(scope):
    """Return the CTE ``hand``: what people set; of two at a time, the later one."""
    in_force = SQL(
        "override.date_start <= company.today"
        " AND (override.date_end IS NULL OR override.date_end >= company.today)"
    )
    return SQL(
        """hand AS (
            SELECT override.company_id, partner.commercial_partner_id AS partner_id,
                   (ARRAY_AGG(override.customer_type
                              ORDER BY override.date_start DESC, override.id DESC)
                       FILTER (WHERE %(in_force)s))[1] AS type,
                   LEAST(MIN(override.date_start)
                             FILTER (WHERE override.date_start > company.today),
                         MIN(override.date_end + 1)
                             FILTER (WHERE override.date_end >= company.today)) AS lapse
              FROM crm_lifecycle_type_override override
              JOIN res_partner partner ON partner.id = override.partner_id
              JOIN company ON company.id = override.company_id
             WHERE override.active AND %(customer)s
          GROUP BY override.company_id, partner.commercial_partner_id
        )""",
        in_force=in_force,
        customer=scope.of(SQL("partner.commercial_partner_id")),
    )


def _columns(names, alias):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def recording(company, scope, host, now):
    """Return the statement that writes types of profiles where they differ, and the moves.

    :param SQL company: ``type_rules.settings_cte``
    :param Scope scope: the customers
    :param HostColumns host: see ``type_evidence``
    :param datetime now: moment at which it becomes known, in UTC
    :return: statement whose rows are ``(partner_id,)`` of what was written
    """
    return SQL(
        """WITH typed AS MATERIALIZED (%(typing)s),
        kept AS MATERIALIZED (
            SELECT profile.*
              FROM crm_lifecycle_profile profile
             WHERE %(profiles)s
        ),
        -- As above, a hash join.
        compared AS MATERIALIZED (
            SELECT id, typed.partner_id, typed.company_id, typed.today, %(typed)s,
                   kept.customer_type AS former_type,
                   (%(kept)s) IS DISTINCT FROM (%(typed)s) AS differs
              FROM typed
         FULL JOIN kept USING (id)
        ),
        updated AS (
            UPDATE crm_lifecycle_profile written
               SET (%(names)s) = ROW(%(compared)s)
              FROM compared
             WHERE written.id = compared.id AND compared.differs
         RETURNING written.partner_id
        ),
        moved AS (
            INSERT INTO crm_lifecycle_type_move (
                   profile_id, partner_id, company_id, from_type, to_type, effective_date,
                   known_at, cause, figures)
            SELECT id, partner_id, company_id, former_type, customer_type, today, %(now)s,
                   type_cause, type_figures
              FROM compared
             WHERE differs AND former_type IS DISTINCT FROM customer_type
          ORDER BY partner_id, company_id
        )
        SELECT partner_id FROM updated""",
        typing=typing(company, known_recorded(scope.of(SQL("profile.partner_id"))), scope, host),
        profiles=scope.of(SQL("profile.partner_id")),
        names=SQL(", ").join(map(SQL.identifier, COLUMNS)),
        typed=_columns(COLUMNS, "typed"),
        kept=_columns(COLUMNS, "kept"),
        compared=_columns(COLUMNS, "compared"),
        now=now,
    )


def reading(company, derivation, values, scope, host):
    """Return the query of types as of a day, or by other rules.

    :param SQL company: ``type_rules.settings_cte``
    :param SQL derivation: ``timeline.derivation`` of the same day
    :param SQL values: ``value.reading`` of the same day
    :param Scope scope: the customers
    """
    return SQL(
        "%s SELECT * FROM (%s) typed ORDER BY partner_id, company_id",
        derivation,
        typing(company, known_derived(values), scope, host),
    )
