"""From figures to moves: the stage on each day, the status, and what shows it.

``state`` has a row per customer, company and day on which the stage or the status
changed; ``move`` the same with what it was before, ``evidence`` the documents behind.
"""

from odoo.tools import SQL

from . import rules

# A move keeps at most so many documents as evidence.
EVIDENCE_LIMIT = 20
# Cause of a move that no document of its day tells: a figure grew, or lapsed.
TIME = "time"
# Facts behind the status, those that say most of it first.
STATUS_FACTS = ("loss", "purchase")


def decision_ctes(program):
    """Return the CTEs from ``figure`` and ``status_run`` to ``move`` and ``evidence``."""
    return [*_staged_ctes(program), _stage_run(program), _STATE, _MOVE, *_evidence_ctes(program)]


def _staged_ctes(program):
    """Yield ``staged``: the stage by the rules on each day that may change it.

    ``source_date`` is the day of the figures that made it.
    """
    plain = SQL(
        """SELECT company_id, partner_id, date, date AS source_date, %s AS rank
             FROM figure""",
        program.stage_rank(),
    )
    if not program.is_sticky:
        yield SQL("staged AS (%s)", plain)
        return
    sticky = [number for number, rules_ in enumerate(program.rulesets) if rules_.sticky]
    yield SQL(
        """claim AS (
            SELECT company_id, partner_id, ruleset,
                   ARRAY_AGG(date ORDER BY date) AS days,
                   ARRAY_AGG(%s ORDER BY date) AS reached,
                   ARRAY_AGG(%s ORDER BY date) AS kept,
                   ARRAY_AGG(withdrawn ORDER BY date) AS withdrawn
              FROM figure
             WHERE ruleset = ANY(%s)
          GROUP BY company_id, partner_id, ruleset
        )""",
        program.stage_mask(eased=False),
        program.stage_mask(eased=True),
        sticky,
    )
    yield SQL(
        """staged AS (
            SELECT plain.* FROM (%s) plain
              JOIN company ON company.id = plain.company_id
             WHERE NOT company.ruleset = ANY(%s)
         UNION ALL
            SELECT claim.company_id, claim.partner_id, step.day, claim.days[step.source],
                   step.rank
              FROM claim
              JOIN rule USING (ruleset)
        CROSS JOIN LATERAL crm_lifecycle_keep_stage(
                   claim.days, claim.reached, claim.kept, claim.withdrawn, rule.minimum_stay
                   ) AS step(day, source, rank)
        )""",
        plain,
        sticky,
    )


def _stage_run(program):
    return SQL(
        """stage_run AS (
            SELECT turn.*, LEAD(start) OVER (
                       PARTITION BY company_id, partner_id ORDER BY start) AS until
              FROM (SELECT step.*, LAG(rank) OVER customer AS rank_before
                      FROM (SELECT staged.company_id, staged.partner_id, staged.date AS start,
                                   COALESCE(NULLIF(figure.override, 0)::int, staged.rank) AS rank,
                                   figure.ruleset, figure.policy_id, figure.purchase_count,
                                   %s AS figures
                              FROM staged
                              JOIN figure ON figure.company_id = staged.company_id
                               AND figure.partner_id = staged.partner_id
                               AND figure.date = staged.source_date) step
                    WINDOW customer AS (PARTITION BY company_id, partner_id ORDER BY start)
                   ) turn
             WHERE rank IS DISTINCT FROM rank_before
        )""",
        program.figures_json(),
    )


_STATE = SQL(
    """state AS (
        SELECT stage.company_id, stage.partner_id, GREATEST(stage.start, status.start) AS date,
               stage.rank, stage.ruleset, stage.policy_id, stage.figures, status.status,
               status.rhythm,
               CASE WHEN stage.start > status.start THEN stage.purchase_count
                    ELSE status.purchase_count END AS purchase_count
          FROM stage_run stage
          JOIN status_run status
            ON status.company_id = stage.company_id AND status.partner_id = stage.partner_id
           AND (stage.until IS NULL OR status.start < stage.until)
           AND (status.until IS NULL OR stage.start < status.until)
    )"""
)

_MOVE = SQL(
    """move AS MATERIALIZED (
        SELECT *, rank IS DISTINCT FROM rank_before AS stage_moved,
               status IS DISTINCT FROM status_before AS status_moved,
               rank < rank_before AS is_down,
               GREATEST(rank, rank_before) AS proven_rank
          FROM (SELECT state.*, LAG(state.rank) OVER customer AS rank_before,
                       LAG(state.status) OVER customer AS status_before
                  FROM state
                  JOIN company ON company.id = state.company_id AND state.date <= company.today
                WINDOW customer AS (
                       PARTITION BY state.company_id, state.partner_id ORDER BY state.date)
               ) step
    )"""
)


def _evidence_ctes(program):
    """Yield ``evidence``: the documents behind each move, the deciding one first.

    On the way up that is what began and belongs to the new stage's facts, on the way
    down what the old stage's facts have lost. A move that no such document of its day
    explains was brought about by time; then the latest purchase stands behind it.
    """
    yield SQL(
        """-- The purchase that was the latest one on the day of each move. Read before the
        -- documents, or all moves of a customer would be paired with all documents.
        move_purchase AS MATERIALIZED (
            SELECT moved.company_id, moved.partner_id, moved.date, state.last_purchase_date
              FROM (SELECT company_id, partner_id, date, is_move,
                           MAX(step_date) OVER (
                               PARTITION BY company_id, partner_id ORDER BY date) AS step_date
                      FROM (SELECT company_id, partner_id, date, TRUE AS is_move,
                                   NULL::date AS step_date
                              FROM move
                         UNION ALL
                            SELECT company_id, partner_id, date, FALSE, date
                              FROM purchase_state) day
                   ) moved
              JOIN purchase_state state
                ON state.company_id = moved.company_id AND state.partner_id = moved.partner_id
               AND state.date = moved.step_date
             WHERE moved.is_move
        )"""
    )
    yield SQL(
        """proof AS (
            SELECT move.company_id, move.partner_id, move.date, move.is_down, TRUE AS is_of_day,
                   CASE WHEN event.fact = 'override' THEN -1
                        WHEN move.stage_moved THEN fact_place.place
                        ELSE ARRAY_POSITION(%(status_facts)s::varchar[], event.fact)
                        END AS place,
                   event.fact, event.kind, COALESCE(event.delta, event.amount) < 0 AS ends,
                   event.res_model, event.res_id
              FROM move
              JOIN event USING (company_id, partner_id, date)
         LEFT JOIN fact_place
                ON fact_place.ruleset = move.ruleset AND fact_place.rank = move.proven_rank
               AND fact_place.fact = event.fact
             WHERE event.fact = ANY(%(facts)s::varchar[])
         UNION ALL
            SELECT move_purchase.company_id, move_purchase.partner_id, move_purchase.date,
                   FALSE, FALSE, 0, event.fact, event.kind, FALSE, event.res_model, event.res_id
              FROM move_purchase
              JOIN event
                ON event.company_id = move_purchase.company_id
               AND event.partner_id = move_purchase.partner_id
               AND event.date = move_purchase.last_purchase_date
               AND event.purchase_date = event.date
             WHERE event.fact = 'purchase' AND event.amount > 0
        )""",
        status_facts=list(STATUS_FACTS),
        facts=sorted(program.stage_facts),
    )
    yield SQL(
        """evidence AS (
            SELECT company_id, partner_id, date, is_explained,
                   JSONB_PATH_QUERY_ARRAY(CASE WHEN is_explained THEN of_day ELSE of_purchase END,
                                          %(limit)s::jsonpath) AS documents
              FROM (SELECT company_id, partner_id, date,
                           BOOL_OR(is_of_day AND place IS NOT NULL) AS is_explained,
                           JSONB_AGG(%(document)s ORDER BY %(order)s) FILTER (WHERE is_of_day)
                               AS of_day,
                           JSONB_AGG(%(document)s ORDER BY %(order)s) FILTER (WHERE NOT is_of_day)
                               AS of_purchase
                      FROM (SELECT DISTINCT * FROM proof) proof
                  GROUP BY company_id, partner_id, date) explained
        )""",
        document=SQL(
            """JSONB_BUILD_OBJECT('fact', fact, 'kind', kind, 'ends', ends,
                                  'model', res_model, 'id', res_id)"""
        ),
        order=SQL(
            """CASE WHEN is_down THEN 0 ELSE ends::int END, COALESCE(place, 99),
               CASE WHEN is_down THEN (NOT ends)::int ELSE 0 END, kind, res_model, res_id"""
        ),
        limit=f"$[0 to {EVIDENCE_LIMIT - 1}]",
    )


KEEP_STAGE_FUNCTION = SQL(
    """
    CREATE OR REPLACE FUNCTION crm_lifecycle_keep_stage(
        days date[], reached int[], kept int[], withdrawn boolean[], minimum_stay int
    ) RETURNS TABLE(day date, source int, rank int)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $function$
    -- The stage on each day, where it depends on the stage before: each stage begins to
    -- hold once its conditions are reached, and ends once they are not even kept with
    -- tolerance, but not before the minimum stay is over, unless evidence was withdrawn.
    -- Masks have a bit per rank. Ends of minimum stays that are yet to come are returned
    -- too.
    DECLARE
        held int := 0;
        since date[] := ARRAY_FILL(NULL::date, ARRAY[%(ranks)s]);
        stage_bit int;
        leaving date;
        next_leaving date;
    BEGIN
        FOR i IN 1 .. ARRAY_LENGTH(days, 1) + 1 LOOP
            -- Stays that run out before the next day.
            LOOP
                EXIT WHEN i = 1;
                next_leaving := NULL;
                FOR s IN 2 .. %(ranks)s LOOP
                    stage_bit := 1 << s;
                    IF held & stage_bit <> 0 AND kept[i - 1] & stage_bit = 0 THEN
                        leaving := since[s] + minimum_stay;
                        next_leaving := LEAST(next_leaving, leaving);
                    END IF;
                END LOOP;
                EXIT WHEN next_leaving IS NULL OR next_leaving >= days[i];
                FOR s IN 2 .. %(ranks)s LOOP
                    stage_bit := 1 << s;
                    IF held & stage_bit <> 0 AND kept[i - 1] & stage_bit = 0
                       AND since[s] + minimum_stay <= next_leaving THEN
                        held := held & ~stage_bit;
                    END IF;
                END LOOP;
                day := next_leaving;
                source := i - 1;
                rank := 1;
                FOR s IN 2 .. %(ranks)s LOOP
                    IF held & (1 << s) <> 0 THEN rank := s; END IF;
                END LOOP;
                RETURN NEXT;
            END LOOP;
            EXIT WHEN i > ARRAY_LENGTH(days, 1);
            FOR s IN 2 .. %(ranks)s LOOP
                stage_bit := 1 << s;
                IF held & stage_bit = 0 THEN
                    IF reached[i] & stage_bit <> 0 THEN
                        held := held | stage_bit;
                        since[s] := days[i];
                    END IF;
                ELSIF kept[i] & stage_bit = 0
                      AND (withdrawn[i] OR since[s] + minimum_stay <= days[i]) THEN
                    held := held & ~stage_bit;
                END IF;
            END LOOP;
            day := days[i];
            source := i;
            rank := 1;
            FOR s IN 2 .. %(ranks)s LOOP
                IF held & (1 << s) <> 0 THEN rank := s; END IF;
            END LOOP;
            RETURN NEXT;
        END LOOP;
    END
    $function$
    """,
    ranks=len(rules.STAGES),
)
