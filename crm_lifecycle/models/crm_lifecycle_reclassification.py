from odoo import api, fields, models
from odoo.tools import SQL

# Customers compared in one transaction. Each reads what is planned with everybody, so it takes
# more at once while few of them differ; and fewer where types are derived from documents, too.
CLASSIFIED_AT_ONCE = 20_000
CLASSIFIED_AT_MOST = 200_000
TYPED_AT_ONCE = 5_000

_MARKED = "crm_lifecycle.reclassified_companies"


class CrmLifecycleReclassification(models.Model):
    """A company whose customers are to be classified anew, by rules that somebody changed or by
    value classes that begin elsewhere.

    Stages, status and values stay as they are. Rows are appended only, so that people who change
    rules at once do not wait for each other; the latest of a company counts.
    """

    _name = "crm.lifecycle.reclassification"
    _description = "Customers to Classify Anew"
    _log_access = False
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    classified_up_to = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="Profile up to which customers are classified.",
    )
    with_types = fields.Boolean(
        default=True,
        readonly=True,
        help="Derive customer types as well; cut points of value classes do not change them.",
    )
    next_count = fields.Integer(
        readonly=True, aggregator=None, help="How many customers are compared next, at most."
    )

    _company_idx = models.Index("(company_id, id)")

    @api.model
    def _start(self, companies):
        """Have the customers of companies classified and typed anew, once this transaction is
        through."""
        if not companies:
            return
        precommit = self.env.cr.precommit
        if _MARKED not in precommit.data:
            precommit.data[_MARKED] = set()
            precommit.add(self.sudo()._append_marked)
        precommit.data[_MARKED] |= set(companies.ids)

    @api.model
    def _append_marked(self):
        company_ids = self.env.cr.precommit.data.pop(_MARKED, None)
        if company_ids:
            self.env["crm.lifecycle.queue"]._execute_and_wake(
                self._get_appending(company_ids, with_types=True)
            )

    @api.model
    def _get_appending(self, company_ids, with_types):
        """Return the statement that has customers of companies classified anew, if there are any.

        :param bool with_types: derive their types as well
        """
        return SQL(
            """INSERT INTO crm_lifecycle_reclassification
                           (company_id, classified_up_to, with_types)
                    SELECT company.id, 0, %s
                      FROM res_company company
                     WHERE company.id = ANY(%s)
                       AND EXISTS (SELECT FROM crm_lifecycle_profile profile
                                    WHERE profile.company_id = company.id)
                  ORDER BY company.id
                 RETURNING id""",
            with_types,
            sorted(company_ids),
        )

    @api.model
    def _process_next(self, limit=None):
        """Classify the next customers of a company; never commits.

        :param int limit: how many at most, without types or with
        :return: number of customers compared, or 1 at the end, 0 if all are classified
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id, company_id, classified_up_to,
                          -- What an earlier one has still to do is done from the beginning.
                          EXISTS (SELECT FROM crm_lifecycle_reclassification any_of
                                   WHERE any_of.company_id = latest.company_id
                                     AND any_of.with_types),
                          COALESCE(next_count, %s)
                     FROM crm_lifecycle_reclassification latest
                    WHERE NOT EXISTS (SELECT FROM crm_lifecycle_reclassification later
                                       WHERE later.company_id = latest.company_id
                                         AND later.id > latest.id)
                 ORDER BY id
                    LIMIT 1
               FOR UPDATE SKIP LOCKED""",
                CLASSIFIED_AT_ONCE,
            )
        )
        if not rows:
            return 0
        [[row_id, company_id, begin, with_types, next_count]] = rows
        limit = limit or (TYPED_AT_ONCE if with_types else next_count)
        count, written, end = self.env["crm.lifecycle.profile"]._classify_after(
            company_id, begin, limit, with_types
        )
        if written is None and limit > CLASSIFIED_AT_ONCE:
            # Those whom nothing is wrong with are classified next, a few at a time.
            end = begin
        self._move_on(row_id, company_id, end, with_types, _count_next(limit, written))
        return max(count, 1)

    @api.model
    def _move_on(self, row_id, company_id, end, with_types, next_count):
        """Note how far a company is, None at its end, and forget what that makes useless."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_lifecycle_reclassification
                    WHERE id = ANY(ARRAY(
                          SELECT id FROM crm_lifecycle_reclassification
                           WHERE company_id = %s AND (id < %s OR id = %s AND %s)
                      FOR UPDATE SKIP LOCKED))""",
                company_id,
                row_id,
                row_id,
                end is None,
            )
        )
        if end is not None:
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_lifecycle_reclassification
                          SET classified_up_to = %s, with_types = %s, next_count = %s
                        WHERE id = %s""",
                    end,
                    with_types,
                    next_count,
                    row_id,
                )
            )
        self.invalidate_model()


def _count_next(count, written):
    """Return how many customers to compare next, at most.

    Where many differ, a transaction is kept short: it holds all of them until its end.

    :param int count: how many were compared at most
    :param int written: how many of them differed, None where something went wrong
    """
    if written is None or written > CLASSIFIED_AT_ONCE // 4:
        return CLASSIFIED_AT_ONCE
    return min(max(count, CLASSIFIED_AT_ONCE) * 5, CLASSIFIED_AT_MOST)
