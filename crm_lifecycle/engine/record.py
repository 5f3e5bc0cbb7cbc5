"""What was derived, written where it differs from what is recorded.

One statement changes profiles and history: rows that are right are left alone, so that
a second run writes nothing. A move that the documents no longer tell is not deleted:
it is superseded, and keeps from when until when it was believed.
"""

from odoo.tools import SQL

from .purchase_days import keeping
from .sources import Scope
from .timeline import FIGURES, cause

# Columns of a profile besides its key, as ``derived`` names them.
_PROFILE_COLUMNS = (
    "stage_id",
    "stage_date",
    "rule_stage_id",
    "is_overridden",
    "is_contradicted",
    "status",
    "status_date",
    "review_date",
    "policy_id",
    "figures",
    "lapses",
    "active",
    *FIGURES,
)
# What tells two moves of one customer and day apart.
_MOVE_IDENTITY = SQL(
    """move.partner_id = recorded.partner_id AND move.company_id = recorded.company_id
   AND move.date = recorded.effective_date AND move.to_stage_id = recorded.to_stage_id
   AND move.from_stage_id IS NOT DISTINCT FROM recorded.from_stage_id
   AND move.status = recorded.to_status
   AND move.status_before IS NOT DISTINCT FROM recorded.from_status"""
)
# What is behind a move whatever the rules; the rules' own figures besides.
_PROOF_COLUMNS = ("purchase_count", "evidence")
_EVIDENCE_COLUMNS = ("cause", "purchase_count", "res_model", "res_id", "evidence", "figures")


def _columns(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )


def _in_scope(scope, contact):
    """Return the condition on what was recorded: its contact's customer is in scope.

    A contact that became somebody's child still has a profile of its own.

    :param SQL contact: the column that names it
    """
    if scope == Scope():
        return SQL("TRUE")
    return SQL(
        "%s = ANY(ARRAY(SELECT partner.id FROM res_partner partner WHERE %s))",
        contact,
        scope.of(SQL("partner.commercial_partner_id")),
    )


def recording(derivation_, scope, stage_ids, now):
    """Return the statement that records a derivation.

    Columns of the result: ``partner_id``, ``company_id``, ``transition_id`` of a stage move
    that was added to a customer whose stage has changed, or ``flipped`` where somebody
    began, or ceased, to be a buyer; and one row, without a company, for everybody of whom
    anything was written.

    :param SQL derivation_: ``timeline.derivation``
    :param Scope scope: whose profiles and histories are to agree with it
    :param list stage_ids: ids of the stages in the order of their ranks
    :param datetime now: moment at which it becomes known, in UTC
    """
    return SQL(
        """%(derivation)s,
        target AS MATERIALIZED (
            SELECT derived.partner_id, derived.company_id,
                   (%(stage_ids)s::int[])[stage_rank] AS stage_id,
                   (%(stage_ids)s::int[])[rule_rank] AS rule_stage_id,
                   stage_date, is_overridden, is_overridden AND rule_rank <> stage_rank
                       AS is_contradicted, status, status_date, review_date, policy_id,
                   figures, lapses, COALESCE(partner.active, TRUE) AS active, %(figures)s
              FROM derived
              JOIN res_partner partner
                ON partner.id = derived.partner_id
               AND partner.id = ANY(ARRAY(SELECT partner_id FROM derived))
        ),
        profile AS MATERIALIZED (
            SELECT profile.*
              FROM crm_lifecycle_profile profile
             WHERE %(in_scope)s
        ),
        updated AS (
            UPDATE crm_lifecycle_profile written
               SET (%(columns)s) = ROW(%(target_columns)s)
              FROM target
              JOIN profile USING (partner_id, company_id)
             WHERE written.id = profile.id
               AND written.id = ANY(ARRAY(SELECT id FROM profile))
               AND (%(profile_columns)s) IS DISTINCT FROM (%(target_columns)s)
         RETURNING profile.partner_id
        ),
        inserted AS (
            INSERT INTO crm_lifecycle_profile (partner_id, company_id, %(columns)s)
            SELECT partner_id, company_id, %(columns)s
              FROM target
             WHERE NOT EXISTS (
                   SELECT FROM profile
                    WHERE profile.partner_id = target.partner_id
                      AND profile.company_id = target.company_id)
          ORDER BY partner_id, company_id
         RETURNING id, partner_id, company_id
        ),
        removed AS (
            DELETE FROM crm_lifecycle_profile gone
             USING profile
             WHERE gone.id = profile.id
               AND gone.id = ANY(ARRAY(SELECT id FROM profile))
               AND NOT EXISTS (
                   SELECT FROM target
                    WHERE target.partner_id = profile.partner_id
                      AND target.company_id = profile.company_id)
         RETURNING profile.partner_id, profile.company_id, profile.purchase_count
        ),
        told AS MATERIALIZED (
            SELECT move.company_id, move.partner_id, move.date, move.status, move.status_before,
                   move.stage_moved, move.status_moved, move.purchase_count, move.policy_id,
                   COALESCE(CASE WHEN move.stage_moved THEN move.figures END, '{}'::jsonb)
                       || COALESCE(CASE WHEN move.status_moved THEN move.rhythm END, '{}'::jsonb)
                       AS figures,
                   %(cause)s AS cause,
                   COALESCE(evidence.documents, '[]'::jsonb) AS evidence,
                   evidence.documents->0->>'model' AS res_model,
                   (evidence.documents->0->>'id')::int AS res_id,
                   (%(stage_ids)s::int[])[move.rank] AS to_stage_id,
                   (%(stage_ids)s::int[])[move.rank_before] AS from_stage_id,
                   CASE WHEN move.rank_before IS NULL THEN 'new'
                        WHEN move.rank > move.rank_before THEN 'up'
                        WHEN move.rank < move.rank_before THEN 'down'
                        ELSE 'same' END AS direction
              FROM move
         LEFT JOIN evidence USING (company_id, partner_id, date)
        ),
        recorded AS MATERIALIZED (
            SELECT transition.*
              FROM crm_lifecycle_transition transition
              JOIN target
                ON target.partner_id = transition.partner_id
               AND target.company_id = transition.company_id
             WHERE transition.superseded_at IS NULL
               AND transition.partner_id = ANY(ARRAY(SELECT partner_id FROM target))
        ),
        superseded AS (
            UPDATE crm_lifecycle_transition transition
               SET superseded_at = %(now)s
              FROM recorded
             WHERE transition.id = recorded.id
               AND transition.id = ANY(ARRAY(SELECT id FROM recorded))
               AND NOT EXISTS (SELECT FROM told move WHERE %(same)s)
         RETURNING recorded.partner_id
        ),
        proven AS (
            UPDATE crm_lifecycle_transition transition
               SET (policy_id, %(evidence_columns)s)
                   = ROW(move.policy_id, %(move_evidence_columns)s)
              FROM recorded
              JOIN told move ON %(same)s
             WHERE transition.id = recorded.id
               AND transition.id = ANY(ARRAY(SELECT id FROM recorded))
               AND ((%(recorded_evidence_columns)s) IS DISTINCT FROM (%(move_evidence_columns)s)
                    -- Another version may ask for other figures: what decided stays.
                    AND recorded.policy_id IS NOT DISTINCT FROM move.policy_id
                    OR (%(recorded_proof_columns)s) IS DISTINCT FROM (%(move_proof_columns)s)
                    OR recorded.figures IS NULL)
         RETURNING recorded.partner_id
        ),
        appended AS (
            INSERT INTO crm_lifecycle_transition (
                   profile_id, partner_id, company_id, from_stage_id, to_stage_id, direction,
                   from_status, to_status, stage_moved, status_moved, effective_date, known_at,
                   policy_id, %(evidence_columns)s)
            SELECT COALESCE(profile.id, inserted.id), move.partner_id, move.company_id,
                   move.from_stage_id, move.to_stage_id, move.direction, move.status_before,
                   move.status, move.stage_moved, move.status_moved, move.date, %(now)s,
                   move.policy_id, %(move_evidence_columns)s
              FROM told move
         LEFT JOIN profile
                ON profile.partner_id = move.partner_id AND profile.company_id = move.company_id
         LEFT JOIN inserted
                ON inserted.partner_id = move.partner_id
               AND inserted.company_id = move.company_id
             WHERE NOT EXISTS (SELECT FROM recorded WHERE %(same)s)
          ORDER BY move.partner_id, move.company_id, move.date
         RETURNING id, partner_id, company_id, stage_moved
        ),
        %(purchase_days)s
        SELECT partner_id, company_id, appended.id AS transition_id, FALSE AS flipped
          FROM appended
         WHERE stage_moved
           AND NOT EXISTS (
               SELECT FROM profile
                 JOIN target USING (partner_id, company_id)
                WHERE profile.partner_id = appended.partner_id
                  AND profile.company_id = appended.company_id
                  AND profile.stage_id = target.stage_id)
     UNION ALL
        SELECT target.partner_id, target.company_id, NULL, TRUE
          FROM target
     LEFT JOIN profile USING (partner_id, company_id)
         WHERE (target.purchase_count > 0) <> (COALESCE(profile.purchase_count, 0) > 0)
     UNION ALL
        SELECT partner_id, company_id, NULL, TRUE FROM removed WHERE purchase_count > 0
     UNION ALL
        SELECT partner_id, NULL, NULL, FALSE
          FROM (SELECT partner_id FROM updated
                 UNION SELECT partner_id FROM inserted
                 UNION SELECT partner_id FROM removed
                 UNION SELECT partner_id FROM superseded
                 UNION SELECT partner_id FROM proven
                 UNION SELECT partner_id FROM appended
                 UNION SELECT partner_id FROM day_written) written
      ORDER BY transition_id""",
        derivation=derivation_,
        stage_ids=stage_ids,
        figures=_columns(FIGURES),
        in_scope=_in_scope(scope, SQL("profile.partner_id")),
        columns=_columns(_PROFILE_COLUMNS),
        target_columns=_columns(_PROFILE_COLUMNS, "target"),
        profile_columns=_columns(_PROFILE_COLUMNS, "profile"),
        cause=cause(),
        same=_MOVE_IDENTITY,
        evidence_columns=_columns(_EVIDENCE_COLUMNS),
        move_evidence_columns=_columns(_EVIDENCE_COLUMNS, "move"),
        recorded_evidence_columns=_columns(_EVIDENCE_COLUMNS, "recorded"),
        move_proof_columns=_columns(_PROOF_COLUMNS, "move"),
        recorded_proof_columns=_columns(_PROOF_COLUMNS, "recorded"),
        now=now,
        purchase_days=keeping(_in_scope(scope, SQL("kept.partner_id"))),
    )
