"""What a customer is beside the others of the company: value class and RFM scores."""

from odoo.tools import SQL

from . import rfm, value_classes


def recording(profiles):
    """Return the statement that writes classes and scores of profiles where they differ.

    Both are found by the latest cut points, so that a single customer costs no more than a
    look at these.

    :param SQL profiles: condition on ``profile``
    """
    found = {"value_class": value_classes.class_of(), **rfm.scores()}
    return SQL(
        """UPDATE crm_lifecycle_profile profile
              SET (%(names)s) = ROW(%(targets)s)
             FROM (SELECT profile.id, %(found)s
                     FROM crm_lifecycle_profile profile
                LEFT JOIN crm_lifecycle_value value ON value.profile_id = profile.id
                LEFT JOIN (%(cuts)s) cut ON cut.company_id = profile.company_id
                LEFT JOIN (%(rfm_cuts)s) rfm_cut ON rfm_cut.company_id = profile.company_id
                    WHERE %(profiles)s) target
            WHERE profile.id = target.id
              AND (%(kept)s) IS DISTINCT FROM (%(targets)s)""",
        names=rfm.columns(found),
        targets=rfm.columns(found, "target"),
        kept=rfm.columns(found, "profile"),
        found=SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name)) for name, value in found.items()
        ),
        cuts=_latest("crm_lifecycle_value_cut"),
        rfm_cuts=_latest("crm_lifecycle_rfm_cut"),
        profiles=profiles,
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
