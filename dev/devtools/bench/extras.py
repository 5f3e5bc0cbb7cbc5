"""What only our addons know or look at, added to a generated database after their installation.

The host's documents have no discounts and no reasons for losses, and nobody has entered who
the customers are. All of it follows from the customers' numbers, like the plan itself.
"""

from .plan import FUNCTIONS

_RND = FUNCTIONS[: FUNCTIONS.index("$$;") + 3]

# The customers of the plan have a reference "B<i>".
_PREPARED = (
    """CREATE TEMPORARY TABLE bench_customer AS
       SELECT id, SUBSTR(ref, 2)::bigint AS i, is_company
         FROM res_partner WHERE ref ~ '^B[0-9]+$'""",
    "CREATE UNIQUE INDEX ON bench_customer (i)",
    "CREATE UNIQUE INDEX ON bench_customer (id); ANALYZE bench_customer",
    """CREATE TEMPORARY TABLE bench_seller AS
       SELECT id, SUBSTR(login, 14)::int AS k FROM res_users WHERE login LIKE 'bench_seller_%%'""",
    "CREATE TEMPORARY TABLE bench_industry AS"
    " SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k FROM res_partner_industry",
    """CREATE TEMPORARY TABLE bench_source AS
       SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k FROM crm_lifecycle_source source
        WHERE NOT EXISTS (SELECT FROM crm_lifecycle_source WHERE parent_id = source.id)""",
    """CREATE TEMPORARY TABLE bench_reason AS
       SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k FROM crm_lost_reason WHERE active""",
)

_CUSTOMERS = (
    # Every tenth customer was brought by one with a smaller number, so there is no circle.
    # Firms have two to 44,000 employees, most of them few.
    """UPDATE res_partner partner
          SET lifecycle_referrer_id = referrer.id,
              lifecycle_employee_count = CASE
                  WHEN own.is_company AND bench.rnd(own.i, 210) < 0.6
                  THEN FLOOR(2 * EXP(10 * POWER(bench.rnd(own.i, 211), 3)))::int END,
              lifecycle_sector = CASE
                  WHEN NOT own.is_company AND bench.rnd(own.i, 212) < 0.05 THEN 'catalogue'
                  WHEN NOT own.is_company OR bench.rnd(own.i, 212) >= 0.06 THEN NULL
                  WHEN bench.rnd(own.i, 212) < 0.01 THEN 'federal'
                  WHEN bench.rnd(own.i, 212) < 0.04 THEN 'state_local'
                  ELSE 'education' END,
              industry_id = CASE WHEN own.is_company AND bench.rnd(own.i, 213) < 0.5
                  THEN industry.id END,
              user_id = seller.id,
              lifecycle_source_id = source.id,
              phone = CASE WHEN bench.rnd(own.i, 214) < 0.7 THEN '+1 555 ' || 1000000 + own.i END
         FROM bench_customer own
         LEFT JOIN bench_customer referrer
           ON own.i > 1 AND bench.rnd(own.i, 202) < 0.1
          AND referrer.i = 1 + FLOOR((own.i - 1) * bench.rnd(own.i, 201))
         LEFT JOIN bench_industry industry
           ON industry.k = FLOOR(bench.rnd(own.i, 215) * (SELECT COUNT(*) FROM bench_industry))
         LEFT JOIN bench_seller seller
           ON seller.k = 1 + (bench.rnd(own.i, 3) * 6)::int %% 6 AND bench.rnd(own.i, 216) < 0.8
         LEFT JOIN bench_source source
           ON source.k = FLOOR(bench.rnd(own.i, 217) * (SELECT COUNT(*) FROM bench_source))
          AND bench.rnd(own.i, 218) < 0.6
        WHERE partner.id = own.id""",
    """INSERT INTO crm_lifecycle_referral (company_id, partner_id, referrer_id,
              referrer_customer_id, date, how, state, is_stale, earns_reward,
              create_uid, write_uid, create_date, write_date)
       SELECT %(company)s, own.id, partner.lifecycle_referrer_id, partner.lifecycle_referrer_id,
              '2000-01-01', 'known', 'accepted', FALSE, FALSE, 1, 1, NOW(), NOW()
         FROM bench_customer own JOIN res_partner partner ON partner.id = own.id
        WHERE partner.lifecycle_referrer_id IS NOT NULL""",
    """INSERT INTO crm_lifecycle_ownership (partner_id, user_id, cause, date_start)
       SELECT own.id, partner.user_id, 'known', CURRENT_DATE
         FROM bench_customer own JOIN res_partner partner ON partner.id = own.id
        WHERE partner.user_id IS NOT NULL""",
    """UPDATE res_partner contact
          SET lifecycle_decision_role = (ARRAY['decider', 'influencer', 'user', 'buyer'])
                                        [1 + (own.i / 10) %% 4],
              lifecycle_attitude = (ARRAY['positive', 'neutral', 'negative'])[1 + (own.i / 10) %% 3]
         FROM bench_customer own
        WHERE contact.parent_id = own.id AND bench.rnd(own.i, 220) < 0.6""",
    """UPDATE res_users
          SET lifecycle_seniority = (ARRAY['junior', 'experienced', 'senior'])[1 + seller.k %% 3]
         FROM bench_seller seller WHERE seller.id = res_users.id""",
)

_KNOWLEDGE = (
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
    """INSERT INTO crm_lifecycle_preference_partner_rel (partner_id, preference_id)
       SELECT own.id, preference.id
         FROM bench_customer own
         JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k
                 FROM crm_lifecycle_preference) preference
           ON preference.k = FLOOR(bench.rnd(own.i, 230)
                                   * (SELECT COUNT(*) FROM crm_lifecycle_preference))
        WHERE bench.rnd(own.i, 231) < 0.3""",
    """INSERT INTO crm_lifecycle_competitor (name, company_id, active,
              create_uid, write_uid, create_date, write_date)
       SELECT 'Bench competitor ' || k, %(company)s, TRUE, 1, 1, NOW(), NOW()
         FROM GENERATE_SERIES(1, 20) k""",
    """INSERT INTO crm_lifecycle_competitor_presence (partner_id, competitor_id, company_id,
              threat, threat_rank, share, date_start, active,
              create_uid, write_uid, create_date, write_date)
       SELECT own.id, competitor.id, %(company)s, (ARRAY['low', 'medium', 'high'])[rank], rank,
              bench.rnd(own.i, 232), CURRENT_DATE - 100, TRUE, 1, 1, NOW(), NOW()
         FROM bench_customer own
        CROSS JOIN LATERAL (SELECT 1 + (own.i %% 3)::int AS rank) threat
         JOIN crm_lifecycle_competitor competitor
           ON competitor.name = 'Bench competitor ' || 1 + FLOOR(20 * bench.rnd(own.i, 233))
        WHERE bench.rnd(own.i, 234) < 0.03""",
    """INSERT INTO crm_lifecycle_account_member (partner_id, company_id, user_id, role_id,
              date_start, create_uid, write_uid, create_date, write_date)
       SELECT own.id, %(company)s, seller.id, role.id, CURRENT_DATE - 100, 1, 1, NOW(), NOW()
         FROM bench_customer own
         JOIN bench_seller seller ON seller.k = 1 + own.i %% 6
        CROSS JOIN (SELECT MIN(id) AS id FROM crm_lifecycle_account_role
                     WHERE is_sponsor IS NOT TRUE) role
        WHERE bench.rnd(own.i, 235) < 0.01""",
)

# One in twenty has complained; four of five complaints are solved within three weeks.
_COMPLAINTS = (
    """INSERT INTO crm_complaint (name, subject, active, company_id, partner_id,
              commercial_partner_id, kind, severity, date, step_id, is_open, user_id,
              answered_at, solved_at, create_uid, write_uid, create_date, write_date)
       SELECT 'BC' || own.i, 'It squeaks', TRUE, %(company)s, own.id, own.id,
              CASE WHEN own.i %% 10 = 0 THEN 'question' ELSE 'complaint' END,
              (own.i %% 4)::varchar, told.moment, step.id, NOT told.is_solved, seller.id,
              told.moment + INTERVAL '5 hours',
              CASE WHEN told.is_solved THEN told.solved END, 1, 1, told.moment,
              CASE WHEN told.is_solved THEN told.solved ELSE told.moment END
         FROM bench_customer own
        CROSS JOIN LATERAL (
              SELECT moment, bench.rnd(own.i, 252) < 0.8 AND solved < NOW() AS is_solved, solved
                FROM (SELECT NOW()::timestamp(0) - MAKE_INTERVAL(
                                 secs => 86400 * 900 * bench.rnd(own.i, 251)) AS moment) reported
               CROSS JOIN LATERAL (
                     SELECT moment + MAKE_INTERVAL(
                                secs => 86400 * 21 * bench.rnd(own.i, 253)) AS solved) ended
              ) told
         JOIN (SELECT code, MIN(id) AS id FROM crm_complaint_step GROUP BY code) step
           ON step.code = CASE WHEN told.is_solved THEN 'solved' ELSE 'new' END
         LEFT JOIN bench_seller seller ON seller.k = 1 + own.i %% 6
        WHERE bench.rnd(own.i, 250) < 0.05""",
)

# Three in ten customers get a discount on half of what they buy, and a third of the lost
# opportunities of all were lost to the price.
_DISCOUNT = "(ARRAY[5, 10, 20])[1 + line.id %% 3]"
_DOCUMENTS = (
    f"""UPDATE sale_order_line line
           SET discount = {_DISCOUNT},
               price_unit = ROUND(line.price_subtotal / line.product_uom_qty
                                  * 100 / (100 - {_DISCOUNT}), 2)
          FROM bench_customer own
         WHERE line.order_partner_id = own.id AND bench.rnd(own.i, 240) < 0.3
           AND line.product_uom_qty > 0 AND bench.rnd(line.id, 241) < 0.5""",
    f"""UPDATE account_move_line line
           SET discount = {_DISCOUNT},
               price_unit = ROUND(line.price_subtotal / line.quantity
                                  * 100 / (100 - {_DISCOUNT}), 2)
          FROM bench_customer own
         WHERE line.partner_id = own.id AND bench.rnd(own.i, 240) < 0.3
           AND line.display_type = 'product' AND line.product_id IS NOT NULL
           AND line.quantity > 0 AND bench.rnd(line.id, 241) < 0.5""",
    """UPDATE crm_lead lead
          SET lost_reason_id = reason.id
         FROM bench_reason reason
        WHERE lead.won_status = 'lost'
          AND reason.k = FLOOR(bench.rnd(lead.id, 242) * (SELECT COUNT(*) FROM bench_reason))""",
)

STATEMENTS = (*_PREPARED, *_CUSTOMERS, *_KNOWLEDGE, *_COMPLAINTS, *_DOCUMENTS)

#: Tables of which rows were changed or added.
CHANGED = (
    "res_partner",
    "sale_order_line",
    "account_move_line",
    "crm_lead",
    "crm_lifecycle_referral",
    "crm_lifecycle_ownership",
    "crm_lifecycle_agreement",
    "crm_lifecycle_mark",
    "crm_lifecycle_competitor_presence",
    "crm_lifecycle_account_member",
    "crm_lifecycle_preference_partner_rel",
    "crm_complaint",
)


def add(cr):
    """Add who the customers are, whom they know us by, what is agreed, discounts and losses.

    :param cr: a cursor, of psycopg2 or of Odoo; nothing is committed
    """
    cr.execute("SELECT MIN(id) FROM res_company")
    known = {"company": cr.fetchone()[0]}
    cr.execute("CREATE SCHEMA bench")
    cr.execute(_RND)
    for statement in STATEMENTS:
        cr.execute(statement, known)
    cr.execute(
        "DROP TABLE bench_customer, bench_seller, bench_industry, bench_source, bench_reason;"
        "DROP SCHEMA bench CASCADE"
    )
