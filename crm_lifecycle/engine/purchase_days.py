"""Purchase days as they became known, kept for those who read everybody's at once.

Deriving a customer finds what each day's purchases amount to, and on which later days a refund
or a cancellation changed that. A row tells by how much the net amount of a day changed, and
from when on; so one adds up what held on any date without reading a document.
"""

from odoo.tools import SQL

from .staging import STAGE_TABLE

_KEY = SQL("(company_id, partner_id, purchase_date, date)")


def keeping(in_scope):
    """Return the CTEs that keep the staged purchases of customers where they differ.

    The last one, ``day_written``, has the ``partner_id`` of each row that was written.

    :param SQL in_scope: the condition on ``kept.partner_id``
    """
    return SQL(
        """bought AS MATERIALIZED (
            SELECT company_id, partner_id, purchase_date, date, SUM(amount) AS amount
              FROM %(stage)s
             WHERE fact = 'purchase' AND purchase_date IS NOT NULL
          GROUP BY company_id, partner_id, purchase_date, date
            HAVING SUM(amount) <> 0
        ),
        day_kept AS MATERIALIZED (
            SELECT kept.*
              FROM crm_lifecycle_purchase_day kept
             WHERE %(in_scope)s
        ),
        day_changed AS (
            UPDATE crm_lifecycle_purchase_day changed
               SET amount = bought.amount
              FROM day_kept
              JOIN bought USING %(key)s
             WHERE changed.id = day_kept.id
               AND changed.id = ANY(ARRAY(SELECT id FROM day_kept))
               AND day_kept.amount <> bought.amount
         RETURNING changed.partner_id
        ),
        day_dropped AS (
            DELETE FROM crm_lifecycle_purchase_day gone
             USING day_kept
         LEFT JOIN bought USING %(key)s
             WHERE gone.id = day_kept.id
               AND gone.id = ANY(ARRAY(SELECT id FROM day_kept))
               AND bought.amount IS NULL
         RETURNING gone.partner_id
        ),
        day_added AS (
            INSERT INTO crm_lifecycle_purchase_day (
                   company_id, partner_id, purchase_date, date, amount)
            SELECT company_id, partner_id, purchase_date, date, bought.amount
              FROM bought
         LEFT JOIN day_kept USING %(key)s
             WHERE day_kept.id IS NULL
          ORDER BY partner_id, company_id, purchase_date, date
         RETURNING partner_id
        ),
        day_written AS (
            SELECT partner_id FROM day_changed
             UNION SELECT partner_id FROM day_dropped
             UNION SELECT partner_id FROM day_added
        )""",
        stage=STAGE_TABLE,
        in_scope=in_scope,
        key=_KEY,
    )


def purchase_days(scope):
    """Return the CTE ``purchase_day`` of the purchases that hold today, after ``company``.

    Columns: ``company_id``, ``partner_id``, ``date``, and ``net`` in the company's currency.
    Today may be a past day.

    :param Scope scope: the customers
    """
    return SQL(
        """purchase_day AS MATERIALIZED (
            SELECT known.company_id, known.partner_id, known.purchase_date AS date,
                   ROUND(SUM(known.amount), MIN(company.digits)) AS net
              FROM crm_lifecycle_purchase_day known
              JOIN company ON company.id = known.company_id
             WHERE known.date <= company.today AND %s
          GROUP BY known.company_id, known.partner_id, known.purchase_date
            HAVING ROUND(SUM(known.amount), MIN(company.digits)) > 0
        )""",
        scope.of(SQL("known.partner_id")),
    )
