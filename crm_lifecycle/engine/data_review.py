"""Customers' data that somebody should look at, in one statement.

- Stale: nobody of the company changed the customer's record or a contact's, or confirmed it,
  for the company's number of months.
- E-mail: the customer and its contacts have none, or the customer's is no address.
- Duplicates: another customer has the same registration number, tax number (letters and
  digits alone are compared), e-mail or phone number. Of several the one that has dealings,
  then the oldest, is named beside each of the others; so there are no more rows than records.
- Idle: a suspect with whom nothing happened for the company's number of months.

Confirmed data leave for the months of stale data, and what is no duplicate for good.
"""

from odoo.tools import SQL

from .sources import day, lapse

#: Reasons in the order of their number in a row's id.
REASON_CODES = (
    "stale",
    "email_missing",
    "email_invalid",
    "duplicate_registry",
    "duplicate_vat",
    "duplicate_email",
    "duplicate_phone",
    "idle",
)
#: By what customers are compared, NULL where there is nothing to compare.
DUPLICATE_KEYS = {
    "duplicate_registry": SQL(
        "NULLIF(UPPER(REGEXP_REPLACE(partner.company_registry, '[^[:alnum:]]', '', 'g')), '')"
    ),
    # A slash says that there is none.
    "duplicate_vat": SQL("NULLIF(UPPER(REGEXP_REPLACE(partner.vat, '[^[:alnum:]]', '', 'g')), '')"),
    "duplicate_email": SQL("NULLIF(partner.email_normalized, '')"),
    "duplicate_phone": SQL("NULLIF(partner.phone_sanitized, '')"),
}


def reading(company):
    """Return the query of everything that is up for review, in all companies.

    :param SQL company: ``sources.company_cte``
    """
    return SQL(
        """WITH %(company)s,
        customer AS (
            SELECT profile.id AS profile_id, profile.partner_id, profile.company_id,
                   profile.stage_id, profile.stage_date, company.tz, company.today,
                   setting.lifecycle_stale_months AS stale_months,
                   setting.lifecycle_idle_months AS idle_months
              FROM crm_lifecycle_profile profile
              JOIN company ON company.id = profile.company_id
              JOIN res_company setting ON setting.id = profile.company_id
             WHERE profile.active
        ),
        confirmed AS (
            SELECT partner_id, company_id, other_partner_id, %(confirmed_key)s AS key,
                   MAX(date) AS date
              FROM crm_lifecycle_data_confirmation confirmation
          GROUP BY partner_id, company_id, other_partner_id, key
        ),
        found AS (%(branches)s)
        SELECT found.partner_id::bigint * 4194304 + found.company_id::bigint * 16
                   + ARRAY_POSITION(%(reasons)s::varchar[], found.reason) AS id,
               found.profile_id, found.partner_id, found.company_id, found.reason,
               found.other_partner_id, found.detail, found.since
          FROM found
          JOIN company ON company.id = found.company_id
          JOIN res_company setting ON setting.id = found.company_id
         WHERE NOT EXISTS (
               SELECT FROM confirmed
                WHERE confirmed.key = %(found_key)s
                  AND (found.other_partner_id IS NOT NULL OR %(lapse)s > company.today))""",
        company=company,
        branches=SQL(" UNION ALL ").join(
            [_stale(), _email_missing(), _email_invalid(), *_duplicates(), _idle()]
        ),
        reasons=list(REASON_CODES),
        confirmed_key=_key("confirmation"),
        found_key=_key("found"),
        lapse=lapse(SQL("confirmed.date"), SQL("setting.lifecycle_stale_months")),
    )


def _key(alias):
    """Return by what a row is compared with what was confirmed, whoever is named first.

    One value: of several columns the planner joins by one, such as the company, and goes
    through all that was confirmed there for each row.
    """
    return SQL(
        """ARRAY[%(alias)s.company_id, ARRAY_POSITION(%(reasons)s::varchar[], %(alias)s.reason),
                 LEAST(%(alias)s.partner_id, %(alias)s.other_partner_id),
                 GREATEST(%(alias)s.partner_id, %(alias)s.other_partner_id)]""",
        alias=SQL.identifier(alias),
        reasons=list(REASON_CODES),
    )


def _stale():
    # Programs write records in their users' names as well; what cannot be told from a
    # person's change counts as one.
    return SQL(
        """SELECT customer.profile_id, customer.partner_id, customer.company_id,
                  'stale'::varchar AS reason, NULL::int AS other_partner_id,
                  NULL::varchar AS detail, touched.date AS since
             FROM customer
             JOIN (SELECT member.commercial_partner_id, MAX(member.create_date) AS created,
                          MAX(member.write_date)
                              FILTER (WHERE NOT author.share AND author.id <> 1) AS written
                     FROM res_partner member
                LEFT JOIN res_users author ON author.id = member.write_uid
                 GROUP BY member.commercial_partner_id) member
               ON member.commercial_partner_id = customer.partner_id
        LEFT JOIN (SELECT partner_id, company_id, MAX(date) AS date
                     FROM confirmed WHERE other_partner_id IS NULL
                 GROUP BY partner_id, company_id) seen
               ON seen.partner_id = customer.partner_id
              AND seen.company_id = customer.company_id
       CROSS JOIN LATERAL (
                  SELECT GREATEST(
                      (GREATEST(member.created, member.written)
                       AT TIME ZONE 'UTC' AT TIME ZONE customer.tz)::date, seen.date) AS date
                  ) touched
            WHERE %s <= customer.today""",
        lapse(SQL("touched.date"), SQL("customer.stale_months")),
    )


def _email_missing():
    return SQL(
        """SELECT customer.profile_id, customer.partner_id, customer.company_id,
                  'email_missing', NULL::int, NULL::varchar, NULL::date
             FROM customer
            WHERE NOT EXISTS (
                  SELECT FROM res_partner member
                   WHERE member.commercial_partner_id = customer.partner_id AND member.active
                     AND COALESCE(member.email, '') <> '')"""
    )


def _email_invalid():
    return SQL(
        """SELECT customer.profile_id, customer.partner_id, customer.company_id,
                  'email_invalid', NULL::int, partner.email, NULL::date
             FROM customer
             JOIN res_partner partner ON partner.id = customer.partner_id
            WHERE COALESCE(partner.email, '') <> ''
              AND COALESCE(partner.email_normalized, '') !~ '^[^@[:space:]]+@[^@.]+(\\.[^@.]+)+$'"""
    )


def _duplicates():
    """Return a query for each way in which customers may be the same."""
    for reason, key in DUPLICATE_KEYS.items():
        yield SQL(
            """SELECT twin.profile_id, twin.partner_id, twin.company_id, %(reason)s,
                      twin.first_id, twin.key, NULL::date
                 FROM (SELECT customer.profile_id, alike.id AS partner_id,
                              company.id AS company_id, alike.key,
                              FIRST_VALUE(alike.id) OVER same AS first_id,
                              FIRST_VALUE(customer.profile_id) OVER same AS first_profile_id
                         FROM (SELECT partner.id, partner.company_id, %(key)s AS key,
                                      COUNT(*) OVER (PARTITION BY %(key)s) AS number
                                 FROM res_partner partner
                                WHERE partner.active
                                  AND partner.commercial_partner_id = partner.id
                                  AND %(key)s IS NOT NULL) alike
                         JOIN company
                           ON alike.company_id IS NULL OR alike.company_id = company.id
                    LEFT JOIN customer ON customer.partner_id = alike.id
                          AND customer.company_id = company.id
                        WHERE alike.number > 1
                          AND NOT EXISTS (SELECT FROM res_users colleague
                                           WHERE colleague.partner_id = alike.id
                                             AND NOT colleague.share)
                          AND NOT EXISTS (SELECT FROM res_company own
                                           WHERE own.partner_id = alike.id)
                       WINDOW same AS (
                              PARTITION BY company.id, alike.key
                              ORDER BY customer.profile_id IS NULL, alike.id)) twin
                WHERE twin.first_id <> twin.partner_id AND twin.first_profile_id IS NOT NULL""",
            reason=reason,
            key=key,
        )


def _idle():
    """Return the query of suspects with whom nothing happened for long.

    What happens is a lead or quotation, a message that a person wrote, an activity done or
    to be done, the record itself, and what made them a suspect.
    """
    return SQL(
        """SELECT customer.profile_id, customer.partner_id, customer.company_id,
                  'idle', NULL::int, NULL::varchar, latest.date
             FROM customer
             JOIN crm_lifecycle_stage stage ON stage.id = customer.stage_id
       CROSS JOIN LATERAL (SELECT customer.tz AS tz) company
       CROSS JOIN LATERAL (
                  SELECT MAX(happened.date) AS date
                    FROM res_partner member
              CROSS JOIN LATERAL (
                         SELECT %(created)s AS date
                      UNION ALL
                         SELECT %(lead_created)s FROM crm_lead lead
                          WHERE lead.partner_id = member.id
                      UNION ALL
                         SELECT %(order_created)s FROM sale_order so
                          WHERE so.partner_id = member.id
                      UNION ALL
                         SELECT %(written)s FROM mail_message message
                          WHERE message.model = 'res.partner' AND message.res_id = member.id
                            AND message.message_type IN ('comment', 'email')
                      UNION ALL
                         SELECT COALESCE(activity.date_done, activity.date_deadline)
                           FROM mail_activity activity
                          WHERE activity.res_model = 'res.partner'
                            AND activity.res_id = member.id
                         ) happened
                   WHERE member.commercial_partner_id = customer.partner_id) happening
       CROSS JOIN LATERAL (
                  SELECT GREATEST(happening.date, customer.stage_date) AS date) latest
            WHERE stage.code = 'suspect' AND %(lapse)s <= customer.today""",
        created=day(SQL("member.create_date")),
        lead_created=day(SQL("lead.create_date")),
        order_created=day(SQL("so.create_date")),
        written=day(SQL("message.date")),
        lapse=lapse(SQL("latest.date"), SQL("customer.idle_months")),
    )
