"""What tells a customer's type: documents of some months, and figures kept already.

``known`` has a row per customer and company with what the profile and the value know;
``fact`` whatever else there is to count, each thing once: a product category, somebody on
a document, a channel, a quotation lost for its price. How many months of documents count is
the policy's choice; figures kept already are of twelve, as everybody reads them.
"""

from dataclasses import dataclass

from odoo.tools import SQL

from . import segments
from .documents import INVOICE, LEAD, ORDER
from .sources import customer, day, lapse
from .value_entries import IS_SALE, SALES

# How far back documents count.
_MONTHS = SQL("company.type_months")
# What is counted, and the columns of the counts.
COUNTED = {
    "category": "categories",
    "contact": "people",
    "channel": "channels",
    "lost": "lost",
}
_KNOWN_VALUES = ("revenue_12m", "discount_12m", "paid_count", "days_to_pay", "days_late")
_KNOWN_FIGURES = (
    "purchase_count",
    "purchase_count_12m",
    "purchase_interval",
    "purchase_spread",
    "last_purchase_date",
)


@dataclass(frozen=True)
class HostColumns:
    """Columns of the host that only some of its modules add.

    :param SQL quotation_lead: id of a quotation's opportunity, of ``so``
    :param SQL is_delivery: whether an order line, ``line``, is what the delivery costs
    """

    quotation_lead: SQL = SQL("NULL::int")
    is_delivery: SQL = SQL("FALSE")


def _known(tables, figures, values, segment):
    columns = [
        *(SQL("%s.%s", figures, SQL.identifier(name)) for name in _KNOWN_FIGURES),
        *(SQL("%s.%s", values, SQL.identifier(name)) for name in _KNOWN_VALUES),
    ]
    return SQL(
        """known AS MATERIALIZED (
            SELECT profile.id, %(figures)s.partner_id, %(figures)s.company_id, TRUE AS is_known,
                   segment.default_type, %(columns)s
              FROM %(tables)s
         LEFT JOIN crm_lifecycle_segment segment ON segment.id = %(segment)s
        )""",
        figures=figures,
        segment=segment,
        columns=SQL(", ").join(columns),
        tables=tables,
    )


def known_recorded(profiles):
    """Return the CTE ``known`` of what is recorded.

    :param SQL profiles: condition on ``profile``
    """
    return _known(
        SQL(
            """(SELECT * FROM crm_lifecycle_profile profile WHERE %s) profile
          LEFT JOIN crm_lifecycle_value value ON value.profile_id = profile.id""",
            profiles,
        ),
        SQL("profile"),
        SQL("value"),
        SQL("profile.segment_id"),
    )


def known_derived(values):
    """Return the CTE ``known`` of what is derived for a day, or by other rules.

    Uses the CTE ``derived``. The segment is that of the day, as far as it was known.

    :param SQL values: ``value.reading``
    """
    return _known(
        SQL(
            """derived
          LEFT JOIN crm_lifecycle_profile profile
                 ON profile.partner_id = derived.partner_id
                AND profile.company_id = derived.company_id
          LEFT JOIN (%s) former ON former.profile_id = profile.id
          LEFT JOIN (%s) value
                 ON value.partner_id = derived.partner_id
                AND value.company_id = derived.company_id""",
            segments.left_since(),
            values,
        ),
        SQL("derived"),
        SQL("value"),
        SQL(
            """CASE WHEN former.profile_id IS NULL THEN profile.segment_id
                    ELSE former.segment_id END"""
        ),
    )


def fact_ctes(scope, host):
    """Return the CTEs up to ``counted``: how much there is of each kind, per customer.

    :param Scope scope: the customers
    :param HostColumns host: columns that not every host has
    """
    return SQL(
        """document AS MATERIALIZED (%(documents)s),
        fact AS (
            SELECT company_id, partner_id, 'category' AS kind, categ_id::bigint AS key, date
              FROM sold
         UNION ALL
            %(billed)s
         UNION ALL
            SELECT company_id, partner_id, 'contact', contact_id, date
              FROM document
             WHERE is_person
         UNION ALL
            -- A document that names no medium counts by its sales team.
            SELECT company_id, partner_id, 'channel',
                   COALESCE(2 * medium_id::bigint, 2 * team_id::bigint + 1), date
              FROM document
             WHERE medium_id IS NOT NULL OR team_id IS NOT NULL
         UNION ALL
            %(lost)s
        ),
        counted AS (
            SELECT company_id, partner_id, %(counts)s, MIN(lapse) AS lapse
              FROM (SELECT fact.company_id, fact.partner_id, fact.kind, fact.key,
                           MAX(%(lapse)s) AS lapse
                      FROM fact
                      JOIN company ON company.id = fact.company_id
                     WHERE fact.date <= company.today AND %(lapse)s > company.today
                  GROUP BY fact.company_id, fact.partner_id, fact.kind, fact.key) fact
          GROUP BY company_id, partner_id
        )""",
        documents=_documents(scope),
        billed=_billed(scope),
        lost=_lost(scope, host),
        counts=SQL(", ").join(
            SQL("COUNT(*) FILTER (WHERE kind = %s)::int AS %s", kind, SQL.identifier(name))
            for kind, name in COUNTED.items()
        ),
        lapse=lapse(SQL("fact.date"), _MONTHS),
    )


def _documents(scope):
    """Leads, quotations, orders and invoices: whose they are, and through which channel."""
    sources = (
        (LEAD, "lead", day(SQL("lead.create_date")), SQL("TRUE")),
        (
            ORDER,
            "so",
            SQL(
                "CASE WHEN so.state = 'sale' THEN LEAST(%(created)s, %(ordered)s)"
                " ELSE %(created)s END",
                created=day(SQL("so.create_date")),
                ordered=day(SQL("so.date_order")),
            ),
            SQL("TRUE"),
        ),
        (
            INVOICE,
            "move",
            SQL("move.invoice_date"),
            SQL("move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')"),
        ),
    )
    return SQL(" UNION ALL ").join(
        SQL(
            """SELECT company.id AS company_id, partner.commercial_partner_id AS partner_id,
                      partner.id AS contact_id,
                      partner.is_company IS NOT TRUE AND partner.type = 'contact' AS is_person,
                      %(alias)s.medium_id, %(alias)s.team_id, %(date)s AS date
                 FROM %(tables)s
                WHERE %(where)s AND %(customer)s""",
            alias=SQL(alias),
            date=date,
            tables=tables,
            where=where,
            customer=customer(scope),
        )
        for tables, alias, date, where in sources
    )


def _billed(scope):
    """Categories of invoice lines that come from no order, less those of its refunds."""
    return SQL(
        """SELECT company.id, partner.commercial_partner_id, 'category', template.categ_id,
                  MIN(line.date) FILTER (WHERE move.move_type <> 'out_refund')
             FROM %(tables)s
             JOIN res_company host_company ON host_company.id = company.id
             JOIN product_product product ON product.id = line.product_id
             JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE %(is_sale)s AND line.date <= company.today AND %(lapse)s > company.today
              AND line.is_downpayment IS NOT TRUE
              AND line.product_id IS DISTINCT FROM host_company.sale_discount_product_id
              AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel bill
                               WHERE bill.invoice_line_id = line.id)
              AND %(customer)s
         GROUP BY company.id, partner.commercial_partner_id, template.categ_id,
                  CASE WHEN move.move_type = 'out_refund' THEN move.reversed_entry_id
                       ELSE move.id END
           HAVING SUM(line.balance) < 0""",
        tables=SALES,
        is_sale=IS_SALE,
        lapse=lapse(SQL("line.date"), _MONTHS),
        customer=customer(scope),
    )


def _lost(scope, host):
    """Quotations not ordered whose opportunity was lost for the price, on the day of that.

    The host leaves quotations open, or sent, where an opportunity is lost.
    """
    return SQL(
        """SELECT company.id, quotation.partner_id, 'lost', quotation.id, %(day)s
             FROM (SELECT so.id, so.company_id, partner.commercial_partner_id AS partner_id,
                          %(lead)s AS lead_id
                     FROM %(tables)s
                    WHERE so.state <> 'sale' AND %(customer)s
                   -- Each customer's quotations first: few of them belong to a lost lead.
                   OFFSET 0) quotation
             JOIN company ON company.id = quotation.company_id
             JOIN crm_lead lead ON lead.id = quotation.lead_id
             JOIN crm_lost_reason reason ON reason.id = lead.lost_reason_id
            WHERE reason.lifecycle_is_price AND lead.won_status = 'lost'""",
        day=day(SQL("COALESCE(lead.date_closed, lead.write_date)")),
        tables=ORDER,
        lead=host.quotation_lead,
        customer=customer(scope),
    )
