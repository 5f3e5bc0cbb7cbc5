"""Who buys what when: the plan that all documents are copied by, in unlogged tables.

Chance is a hash of numbers, so a size always gives the same company, dated back from the
day it is made. Purchase counts are Pareto distributed: few customers have most orders.
"""

#: First days reach back this far.
DAYS = 1826
#: Exponent of the purchase counts: P(at least n orders) = n ** -1.3 among buyers.
PARETO = 1.3

FUNCTIONS = """
-- A number from 0 to 1 that looks random and follows from its arguments alone.
CREATE FUNCTION bench.rnd(bigint, int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ((hashint8extended($1, $2) >> 12) & 4503599627370495)::float8 / 4503599627370496 $$;
-- What a unit of each company's currency is in the currency that some of its orders are in.
CREATE TABLE bench.foreign_currency AS
SELECT own.k AS rank, other.id AS currency_id, own.id AS company_id, other.rate
  FROM bench.company own
  JOIN (SELECT k - 1 AS rank, currency_id AS id, (ARRAY[1.0, 0.92, 7.8])[k] AS rate
          FROM bench.company WHERE k > 1
     UNION ALL SELECT 3, currency_id, 0.14 FROM bench.company WHERE k = 1) other ON other.rank = own.k;
"""

# i = 7 is the largest customer. Every tenth one has a child contact.
CUSTOMERS = """
CREATE UNLOGGED TABLE bench.customer AS
SELECT i, %(partner)s + i AS id,
       CASE WHEN i %% 10 = 7 THEN %(partner)s + %(customers)s + (i + 3) / 10 END AS child_id,
       bench.rnd(i, 1) < 0.6 OR i %% 10 = 7 AS is_company,
       CASE WHEN bench.rnd(i, 2) < 0.8 OR i = 7 THEN 1
            WHEN bench.rnd(i, 2) < 0.95 THEN 2 ELSE 3 END AS home,
       1 + (bench.rnd(i, 3) * %(sellers)s)::int %% %(sellers)s AS seller,
       CASE WHEN i = 7 THEN %(largest)s
            WHEN bench.rnd(i, 4) < 0.2 THEN 0
            ELSE LEAST(%(most)s, FLOOR(POWER(1 - bench.rnd(i, 5), -1 / %(pareto)s)))
       END::int AS orders,
       since.days AS since,
       -- The last order: half of the customers are still there.
       CASE WHEN i = 7 OR bench.rnd(i, 6) < 0.45 THEN 0.0
            ELSE since.days * bench.rnd(i, 7) END AS until
  FROM GENERATE_SERIES(1, %(customers)s) i
 CROSS JOIN LATERAL (
       SELECT CASE WHEN i = 7 THEN %(days)s ELSE 1 + bench.rnd(i, 8) * (%(days)s - 1) END AS days
       ) since
"""

# Numbered by time, so that a customer's documents lie scattered as they do in life.
# 5 % are in another currency than the company's.
DRAFTS = """
CREATE UNLOGGED TABLE bench.draft AS
SELECT ROW_NUMBER() OVER (ORDER BY moment, key)::int AS n, dated.*,
       COALESCE(abroad.currency_id, own.currency_id) AS currency_id,
       COALESCE(abroad.rate, 1) AS rate
  FROM (
       SELECT i * 10000::bigint + k AS key, i, id AS customer_id, seller, home,
              CASE WHEN child_id IS NOT NULL AND bench.rnd(i * 10000::bigint + k, 11) < 0.3
                   THEN child_id ELSE id END AS partner_id,
              CASE WHEN bench.rnd(i * 10000::bigint + k, 12) < 0.95 THEN home
                   ELSE 1 + home %% 3 END AS rank,
              DATE_TRUNC('second', %(now)s::timestamp - MAKE_INTERVAL(secs => 86400 * (
                  until + (since - until) * (k - 1 + bench.rnd(i * 10000::bigint + k, 13)) / orders
              ))) AS moment,
              1 + (bench.rnd(i * 10000::bigint + k, 14) * 3)::int %% 3 AS lines,
              bench.rnd(i * 10000::bigint + k, 15) AS chance
         FROM bench.customer
        CROSS JOIN GENERATE_SERIES(1, orders) k
        WHERE orders > 0
       ) dated
  JOIN bench.company own ON own.k = dated.rank
  LEFT JOIN bench.foreign_currency abroad
    ON abroad.rank = own.k AND bench.rnd(dated.key, 16) < 0.05
"""

LINES = """
CREATE UNLOGGED TABLE bench.line AS
SELECT priced.*, ROUND(price * quantity, 2) AS subtotal,
       ROUND(ROUND(price * quantity, 2) / rate, 2) AS balance
  FROM (
       SELECT draft.n, draft.rate, k, 3 * (draft.n - 1) + k AS slot,
              1 + (POWER(bench.rnd(draft.key, 20 + k), 2) * 199)::int AS product,
              1 + (bench.rnd(draft.key, 30 + k) * 4)::int AS quantity,
              ROUND((8 * EXP(3 * bench.rnd(draft.key, 40 + k)) * (0.5 + bench.rnd(draft.i, 9)))
                    ::numeric, 2) AS price
         FROM bench.draft
        CROSS JOIN GENERATE_SERIES(1, lines) k
       ) priced
"""

# 84 % are confirmed; of the others the old ones are mostly cancelled, some of them
# after they were confirmed.
ORDERS = """
CREATE UNLOGGED TABLE bench.orders AS
SELECT n, i, customer_id, partner_id, seller, rank, moment, key, currency_id, rate, state,
       state = 'sale' OR state = 'cancel' AND bench.rnd(key, 51) < 0.4 AS was_confirmed,
       state = 'sent' OR state <> 'draft' AND bench.rnd(key, 52) < 0.35 AS was_sent,
       -- Days from the quotation to the order.
       CASE WHEN state = 'sale' THEN FLOOR(20 * POWER(bench.rnd(key, 53), 2))::int ELSE 0 END AS wait,
       bench.rnd(key, 54) < 0.6 AS is_traced,
       state = 'sale' AND bench.rnd(key, 55) < 0.75
           AND moment + MAKE_INTERVAL(days => 1 + (bench.rnd(key, 56) * 6)::int) < %(now)s
           AS is_delivered,
       moment + MAKE_INTERVAL(days => 1 + (bench.rnd(key, 56) * 6)::int) AS delivered_at,
       state = 'sale' AND bench.rnd(key, 57) < 0.88
           AND (moment + MAKE_INTERVAL(days => (bench.rnd(key, 58) * 14)::int))::date <= %(now)s::date
           AS is_invoiced,
       (moment + MAKE_INTERVAL(days => (bench.rnd(key, 58) * 14)::int))::date AS invoice_date,
       amount, balance
  FROM (
       SELECT draft.*,
              CASE WHEN chance < 0.84 THEN 'sale'
                   WHEN moment < %(now)s::timestamp - INTERVAL '90 days' AND chance < 0.95 THEN 'cancel'
                   WHEN chance < 0.86 THEN 'cancel'
                   WHEN chance < 0.93 THEN 'sent' ELSE 'draft' END AS state
         FROM bench.draft
       ) stated
  JOIN (SELECT n, SUM(subtotal) AS amount, SUM(balance) AS balance
          FROM bench.line GROUP BY n) total USING (n)
"""

# One for each invoiced order, and one without an order for some customers.
INVOICES = """
CREATE UNLOGGED TABLE bench.invoice AS
SELECT seq, %(move)s + seq AS id, order_n, i, customer_id, partner_id, seller, rank, currency_id,
       rate, amount, balance, date, key,
       CASE WHEN bench.rnd(key, 61) < 0.87 AND date + late.days <= %(now)s::date
            THEN date + late.days END AS paid_on
  FROM (
       SELECT ROW_NUMBER() OVER (ORDER BY date, key)::int AS seq, *
         FROM (
              SELECT n AS order_n, i, customer_id, partner_id, seller, rank, currency_id, rate,
                     amount, balance, invoice_date AS date, key
                FROM bench.orders
               WHERE is_invoiced
           UNION ALL
              SELECT NULL, i, customer.id, COALESCE(child_id, customer.id), seller, home,
                     company.currency_id, 1, ROUND((20 + 500 * bench.rnd(i, 62))::numeric, 2),
                     ROUND((20 + 500 * bench.rnd(i, 62))::numeric, 2),
                     (%(now)s::timestamp - MAKE_INTERVAL(
                         days => (until + (since - until) * bench.rnd(i, 63))::int))::date,
                     i * 10000::bigint
                FROM bench.customer
                JOIN bench.company ON company.k = home
               WHERE bench.rnd(i, 64) < 0.08
              ) document
       ) numbered
 CROSS JOIN LATERAL (SELECT (75 * POWER(bench.rnd(key, 65), 2))::int AS days) late
"""

# 6 % of the invoices, in full or by half; of an unpaid one in full, which settles it.
# Some were written by hand and name no order line.
REFUNDS = """
CREATE UNLOGGED TABLE bench.refund AS
SELECT ROW_NUMBER() OVER (ORDER BY back.date, key)::int AS seq, seq AS invoice_seq, id AS invoice_id,
       order_n, i, customer_id, partner_id, seller, rank, currency_id, back.date, key,
       paid_on IS NULL AS settles,
       order_n IS NOT NULL AND bench.rnd(key, 71) < 0.7 AS is_linked,
       CASE WHEN paid_on IS NULL OR bench.rnd(key, 72) < 0.6 THEN amount
            ELSE ROUND(amount / 2, 2) END AS amount,
       CASE WHEN paid_on IS NULL OR bench.rnd(key, 72) < 0.6 THEN balance
            ELSE ROUND(balance / 2, 2) END AS balance
  FROM bench.invoice
 CROSS JOIN LATERAL (SELECT date + 1 + (bench.rnd(key, 73) * 60)::int AS date) back
 WHERE bench.rnd(key, 74) < 0.06 AND back.date <= %(now)s::date
"""

# The day's takings of a company are one entry of the bank.
DEPOSITS = """
CREATE UNLOGGED TABLE bench.deposit AS
SELECT ROW_NUMBER() OVER (ORDER BY paid_on, rank)::int AS seq, paid_on AS date, rank,
       SUM(balance) AS balance
  FROM bench.invoice
 WHERE paid_on IS NOT NULL
 GROUP BY paid_on, rank
"""

INDEXES = """
CREATE INDEX ON bench.line (n);
CREATE UNIQUE INDEX ON bench.orders (n);
CREATE UNIQUE INDEX ON bench.invoice (seq);
CREATE INDEX ON bench.customer (i);
ANALYZE bench.customer; ANALYZE bench.orders; ANALYZE bench.line;
ANALYZE bench.invoice; ANALYZE bench.refund; ANALYZE bench.deposit;
"""

STEPS = (CUSTOMERS, DRAFTS, LINES, ORDERS, INVOICES, REFUNDS, DEPOSITS, INDEXES)


def make(cr, size, now):
    """Lay the plan for a size; returns the numbers that the statements of ``documents`` need.

    :param cr: a cursor of psycopg2
    :param Size size: how many customers
    :param datetime now: the moment that documents are dated back from, UTC
    """
    known = {
        "customers": size.customers,
        "largest": size.largest,
        "most": size.most,
        "pareto": PARETO,
        "days": DAYS,
        "now": now,
    }
    for name, query in (
        ("sellers", "SELECT COUNT(*) FROM bench.seller"),
        ("partner", "SELECT MAX(id) FROM res_partner"),
        ("move", "SELECT MAX(id) FROM account_move"),
    ):
        cr.execute(query)
        known[name] = cr.fetchone()[0]
    cr.execute(FUNCTIONS)
    for step in STEPS:
        cr.execute(step, known)
    for name, table in (("orders", "draft"), ("invoices", "invoice"), ("refunds", "refund")):
        cr.execute(f"SELECT COUNT(*) FROM bench.{table}")
        known[name] = cr.fetchone()[0]
    cr.execute("DROP TABLE bench.draft")
    return known
