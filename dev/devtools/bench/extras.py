"""What only our addons know, added to a generated database after they were installed."""

from .plan import FUNCTIONS

_RND = FUNCTIONS[: FUNCTIONS.index("$$;") + 3]

# The customers of the plan have a reference "B<i>".
STATEMENTS = (
    """CREATE TEMPORARY TABLE bench_customer AS
       SELECT id, SUBSTR(ref, 2)::bigint AS i FROM res_partner WHERE ref ~ '^B[0-9]+$'""",
    "CREATE UNIQUE INDEX ON bench_customer (i); ANALYZE bench_customer",
    # Every tenth customer was brought by one with a smaller number, so there is no circle.
    """UPDATE res_partner partner
          SET lifecycle_referrer_id = referrer.id
         FROM bench_customer own
         JOIN bench_customer referrer ON referrer.i = 1 + FLOOR((own.i - 1) * bench.rnd(own.i, 201))
        WHERE partner.id = own.id AND own.i > 1 AND bench.rnd(own.i, 202) < 0.1""",
    """INSERT INTO crm_lifecycle_agreement (partner_id, company_id, kind, date_start, date_end,
              active, create_uid, write_uid, create_date, write_date)
       SELECT id, %(company)s, (ARRAY['agent', 'dealer', 'shareholder'])[1 + i %% 3],
              start, CASE WHEN i %% 4 = 0 THEN start + 365 END, TRUE, 1, 1,
              start, start
         FROM bench_customer
        CROSS JOIN LATERAL (
              SELECT CURRENT_DATE - 1 - (bench.rnd(i, 203) * 1500)::int AS start) since
        WHERE bench.rnd(i, 204) < 0.005""",
    """INSERT INTO crm_lifecycle_mark (partner_id, company_id, kind, reason, date_start, user_id,
              active, create_uid, write_uid, create_date, write_date)
       SELECT id, %(company)s, CASE WHEN i %% 5 = 0 THEN 'exclusive' ELSE 'suspect' END,
              'Told on the phone', start, 2, TRUE, 1, 1, start, start
         FROM bench_customer
        CROSS JOIN LATERAL (
              SELECT CURRENT_DATE - 1 - (bench.rnd(i, 205) * 1500)::int AS start) since
        WHERE bench.rnd(i, 206) < 0.01""",
)


def add(cr):
    """Add referrers (10 % of the customers), agreements (0.5 %) and marks (1 %).

    :param cr: a cursor, of psycopg2 or of Odoo; nothing is committed
    """
    cr.execute("SELECT MIN(id) FROM res_company")
    known = {"company": cr.fetchone()[0]}
    cr.execute("CREATE SCHEMA bench")
    cr.execute(_RND)
    for statement in STATEMENTS:
        cr.execute(statement, known)
    cr.execute("DROP TABLE bench_customer; DROP SCHEMA bench CASCADE")
