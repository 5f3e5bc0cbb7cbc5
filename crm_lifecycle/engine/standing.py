"""What a customer is by the company's own lines: segment, value class, RFM scores, payment band."""

from odoo.tools import SQL

from . import payment_bands, rfm, value_classes


def recording(company, now, segment, profiles):
    """Return the statement that writes what customers are where it differs, and who moved from
    which segment to which.

    Classes and scores are found by the latest cut points, so that a single customer costs no
    more than a look at these. The segment that the first look at a customer finds is no move;
    types are derived right after it, so whoever has figures of these was looked at before.

    :param SQL company: ``sources.company_cte``
    :param datetime now: moment at which it becomes known, in UTC
    :param SQL segment: segment of the ``customer`` of ``profile``, see ``segments``
    :param SQL profiles: condition on ``profile``
    :return: statement whose rows are ``(profile id,)`` of what was written
    """
    found = {
        "segment_id": segment,
        "value_class": value_classes.class_of(),
        **rfm.scores(),
        "payment_band": payment_bands.band_of(),
    }
    return SQL(
        """WITH %(company)s,
           target AS MATERIALIZED (
               SELECT profile.id, profile.partner_id, profile.company_id, company.today,
                      profile.segment_id AS former_segment_id,
                      profile.type_figures IS NOT NULL AS was_looked_at, %(named)s
                 FROM crm_lifecycle_profile profile
                 JOIN res_partner customer ON customer.id = profile.partner_id
                 JOIN company ON company.id = profile.company_id
            LEFT JOIN crm_lifecycle_value value ON value.profile_id = profile.id
            LEFT JOIN crm_lifecycle_policy policy
                   ON policy.company_id = profile.company_id AND policy.state = 'active'
            LEFT JOIN (%(cuts)s) cut ON cut.company_id = profile.company_id
            LEFT JOIN (%(rfm_cuts)s) rfm_cut ON rfm_cut.company_id = profile.company_id
                WHERE %(profiles)s
                  AND (%(kept)s) IS DISTINCT FROM (%(found)s)
           ),
           moved AS (
               INSERT INTO crm_lifecycle_segment_move (
                      profile_id, partner_id, company_id, from_segment_id, to_segment_id,
                      effective_date, known_at, was_before)
               SELECT id, partner_id, company_id, former_segment_id, segment_id, today, %(now)s,
                      %(was_before)s
                 FROM target
                WHERE former_segment_id IS DISTINCT FROM segment_id
                  AND (former_segment_id IS NOT NULL OR was_looked_at)
             ORDER BY id
           )
           UPDATE crm_lifecycle_profile profile
              SET (%(names)s) = ROW(%(targets)s)
             FROM target
            WHERE profile.id = target.id
        RETURNING profile.id""",
        company=company,
        names=rfm.columns(found),
        targets=rfm.columns(found, "target"),
        kept=rfm.columns(found, "profile"),
        named=SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in found.items()
        ),
        found=SQL(", ").join(found.values()),
        cuts=_latest("crm_lifecycle_value_cut"),
        rfm_cuts=_latest("crm_lifecycle_rfm_cut"),
        profiles=profiles,
        was_before=_was_before(),
        now=now,
    )


def _was_before():
    """Return the condition that who comes into a segment, as a row of ``target``, was in it before.

    That is so where something has become known of somebody who has never been in one, and not
    where new rules, which have not come to this customer yet, may be the cause.
    """
    return SQL(
        """(target.former_segment_id IS NULL
             AND NOT EXISTS (SELECT FROM crm_lifecycle_segment_move move
                              WHERE move.profile_id = target.id)
             AND NOT EXISTS (SELECT FROM crm_lifecycle_reclassification made
                              WHERE made.company_id = target.company_id AND made.with_types
                                AND made.classified_up_to < target.id))"""
    )


def _latest(table):
    return SQL(
        """SELECT cut.*
             FROM res_company company
       CROSS JOIN LATERAL (SELECT *
                             FROM %s
                            WHERE company_id = company.id
                         ORDER BY date DESC
                            LIMIT 1) cut""",
        SQL.identifier(table),
    )
