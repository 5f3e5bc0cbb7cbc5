import logging
from datetime import datetime, timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import payment_bands
from ..engine.purchases import referral_pairs
from ..engine.sources import Scope, company_cte
from ..engine.traces import customer_fingerprints, customer_ids, record_hash
from .crm_lifecycle_pass import REBUILDS
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)

# A row written in a long transaction shows later than its date tells.
OVERLAP = timedelta(hours=2)


class CrmLifecyclePass(models.Model):
    """Whom a pass has to look at: gathered by one worker, in one transaction."""

    _inherit = "crm.lifecycle.pass"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _search_waiting(self):
        """Gather the customers of the latest pass that waits; never commits.

        Of several rebuilds, the latest one makes the others useless.

        :return: the pass, empty if there is none that another worker has not in hand
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lifecycle_pass WHERE state = 'waiting'"
                " ORDER BY id DESC LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
        )
        found = self.sudo().browse([pass_id for (pass_id,) in rows])
        if found:
            try:
                with self.env.cr.savepoint():
                    found._search_customers()
            except CONCURRENCY_ERRORS:
                raise
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                if self.env.cr.closed or self.env.cr._cnx.closed:
                    # Whoever comes next begins anew.
                    raise
                found._give_up(error)
            except Exception as error:  # noqa: BLE001 what else waits must go on
                found._give_up(error)
        return found

    def _give_up(self, error):
        """End a pass whose customers could not be gathered, with what went wrong."""
        self.ensure_one()
        _logger.error("Customer lifecycle: pass %s is given up", self.id, exc_info=error)
        self.env.invalidate_all()
        self.error = f"{type(error).__name__}: {error}"
        self._finish("failed")

    def _search_customers(self):
        """Queue the customers to look at, and replace passes that this one makes useless."""
        self.ensure_one()
        self.env.flush_all()
        queue = self.env["crm.lifecycle.queue"]
        queue._forget_deleted()
        queue._forget_replaced()
        # Compiling so wide a statement takes longer than running it.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        traces = self.env["crm.lifecycle.event"]._get_traces()
        watermarks = self._read_watermarks(traces)
        self._rebuild_changed_companies(watermarks)
        ctes = []
        if self.kind in REBUILDS:
            self._replace_former()
            customers = self._get_customers(self.company_id)
            if self.kind == "install" and not self.company_id:
                ctes = self._keep_fingerprints(traces)
        elif self.kind == "week":
            ctes = self._keep_fingerprints(traces)
            found = SQL("SELECT partner_id FROM differing")
        else:
            found = self._get_written(traces)
        if self.kind not in REBUILDS:
            looked = SQL(" UNION ").join([found, self._get_due(), self._get_failed()])
            ctes.append(SQL("looked(id) AS MATERIALIZED (%s)", looked))
            customers = SQL("SELECT id FROM looked UNION %s", self._get_concerned())
        self.total = queue._append(customers, "pass", self, ctes)
        if not self.company_id:
            # One of a single company leaves the rows of the others unread.
            self.watermarks = watermarks
        if self.total:
            self.state = "running"
            self.flush_recordset()
            self._call_workers()
        else:
            self._finish()

    # ------------------------------------------------------------
    # WHOM: queries of one column of customers' ids
    # ------------------------------------------------------------

    @api.model
    def _get_customers(self, company):
        """Return the query of all who may have, or have, a profile.

        :param company: in that company alone, empty for all
        """
        company_id = company.id
        traces = self.env["crm.lifecycle.event"]._get_traces()
        contacts = [trace.of_company(company_id) for trace in traces]
        profiles = SQL(
            "SELECT partner_id FROM crm_lifecycle_profile WHERE %s",
            SQL("company_id = %s", company_id) if company_id else SQL("TRUE"),
        )
        return customer_ids([*filter(None, contacts), profiles])

    @api.model
    def _count_everybody(self, company):
        """Return how many customers a company may have, those still to come included."""
        self.env.flush_all()
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) customer", self._get_customers(company))
        )
        return count

    @api.model
    def _is_installing(self):
        """Tell whether the first look at everybody is still going on."""
        return bool(
            self.search_count(
                [("kind", "=", "install"), ("state", "in", ("waiting", "running", "paused"))],
                limit=1,
            )
        )

    def _get_due(self):
        """Return the query of those for whom a date has come in their company."""
        return SQL(
            """SELECT DISTINCT partner.commercial_partner_id
                 FROM (SELECT company_id, partner_id, review_date AS date
                         FROM crm_lifecycle_profile
                    UNION ALL
                       SELECT company_id, partner_id, lapse_date FROM crm_lifecycle_value
                    UNION ALL
                       SELECT company_id, partner_id, type_review_date
                         FROM crm_lifecycle_profile
                    UNION ALL
                       %s
                    UNION ALL
                       %s) due
                 JOIN (WITH %s SELECT id, today FROM company) company
                   ON company.id = due.company_id AND due.date <= company.today
                 JOIN res_partner partner ON partner.id = due.partner_id""",
            payment_bands.turning_risky(),
            self._get_begun(),
            company_cte(fields.Datetime.now()),
        )

    def _get_begun(self):
        """Return the query of those with whom a meeting began since the last pass.

        The day is that of the meeting, or of the one that was planned before it.
        """
        now = fields.Datetime.now()
        return SQL(
            """SELECT profile.company_id, profile.partner_id, meeting.start::date
                 FROM calendar_event meeting
                 JOIN calendar_event_res_partner_rel invited
                   ON invited.calendar_event_id = meeting.id
                 JOIN res_partner person ON person.id = invited.res_partner_id
                 JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = person.commercial_partner_id
                WHERE meeting.active AND meeting.start BETWEEN %s AND %s""",
            now - timedelta(days=2),
            now,
        )

    def _get_failed(self):
        """Return the query of those who were set aside: what was in the way may be gone."""
        return SQL(
            """SELECT partner.commercial_partner_id
                 FROM crm_lifecycle_queue queue
                 JOIN res_partner partner ON partner.id = queue.partner_ref
                WHERE queue.failed_at IS NOT NULL"""
        )

    def _get_concerned(self):
        """Return the query of those to whom documents of those in ``looked`` belong as well.

        What referred customers buy is part of the history of who referred them; what is
        invoiced to somebody else, and refunded, of that of who ordered.
        """
        return SQL(
            """SELECT pair.referrer_id
                 FROM (%s) pair
                 JOIN looked ON looked.id = pair.referred_id
                UNION
               SELECT orderer.commercial_partner_id
                 FROM looked
                 JOIN res_partner payer ON payer.commercial_partner_id = looked.id
                 JOIN account_move move ON move.partner_id = payer.id
                 JOIN account_move_line line
                   ON line.move_id = ANY(ARRAY[move.id, move.reversed_entry_id])
                 JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
                 JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
                 JOIN sale_order so ON so.id = order_line.order_id
                 JOIN res_partner orderer
                   ON orderer.id = so.partner_id AND orderer.commercial_partner_id <> looked.id
                WHERE move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')""",
            referral_pairs(Scope()),
        )

    def _get_written(self, traces):
        """Return the query of those whose rows were written since the last pass.

        What no hook saw, such as an import by SQL.
        """
        marks = self._search_marked(before=self).watermarks
        if not marks:
            return SQL("SELECT NULL::int WHERE FALSE")
        moment = datetime.fromisoformat(marks["at"]) - OVERLAP
        return customer_ids(
            [trace.since(moment, marks["ids"].get(trace.table, 0)) for trace in traces]
        )

    @api.model
    def _search_marked(self, before=None):
        """Return the last pass that read the rows of all companies.

        :param before: the pass that goes on from there
        """
        earlier = [("id", "<", before.id)] if before else []
        return self.search([("watermarks", "!=", False), *earlier], limit=1)

    @api.model
    def _read_watermarks(self, traces):
        """Return how far the tables go by now, for the next pass."""
        tables = sorted({trace.table for trace in traces})
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL("SELECT %s, COALESCE(MAX(id), 0) FROM %s", table, SQL.identifier(table))
                for table in tables
            )
        )
        return {
            "at": fields.Datetime.now().isoformat(),
            "ids": dict(rows),
            "days": self._read_days(),
        }

    @api.model
    def _read_days(self):
        """Return by what each company tells days and amounts, ``{company id: text}``."""
        rows = self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT company.id::text,
                          CONCAT_WS(' ', company.tz, host.currency_id, company.digits)
                     FROM company
                     JOIN res_company host ON host.id = company.id""",
                company_cte(fields.Datetime.now()),
            )
        )
        return dict(rows)

    def _rebuild_changed_companies(self, watermarks):
        """Have companies rebuilt whose time zone or currency is another one since last time.

        Each of their documents may count on another day, and no row of them tells so.
        """
        if self.company_id or self.kind in REBUILDS:
            return
        former = (self._search_marked(before=self).watermarks or {}).get("days", {})
        for company_id, day in watermarks["days"].items():
            if former.get(company_id, day) != day:
                self._start("demand", self.env["res.company"].browse(int(company_id)))

    # ------------------------------------------------------------
    # WHAT DIFFERS
    # ------------------------------------------------------------

    def _keep_fingerprints(self, traces):
        """Return the CTEs that write the fingerprints of all documents where they differ.

        ``differing`` tells whose; nothing is written where nothing differs.
        """
        row_hash = record_hash(self.env.cr._cnx.server_version)
        return [
            SQL("found AS MATERIALIZED (%s)", customer_fingerprints(traces, row_hash)),
            SQL(
                """differing AS MATERIALIZED (
                    SELECT COALESCE(found.partner_id, kept.partner_ref) AS partner_id,
                           found.fingerprint, kept.partner_ref
                      FROM found
                 FULL JOIN crm_lifecycle_fingerprint kept ON kept.partner_ref = found.partner_id
                     WHERE found.fingerprint IS DISTINCT FROM kept.fingerprint
                )"""
            ),
            SQL(
                """forgotten AS (
                    DELETE FROM crm_lifecycle_fingerprint kept
                     USING differing
                     WHERE kept.partner_ref = differing.partner_ref
                       AND differing.fingerprint IS NULL
                )"""
            ),
            SQL(
                """kept_anew AS (
                    UPDATE crm_lifecycle_fingerprint kept
                       SET fingerprint = differing.fingerprint
                      FROM differing
                     WHERE kept.partner_ref = differing.partner_ref
                       AND differing.fingerprint IS NOT NULL
                )"""
            ),
            SQL(
                """kept_first AS (
                    INSERT INTO crm_lifecycle_fingerprint (partner_ref, fingerprint)
                    SELECT partner_id, fingerprint
                      FROM differing
                     WHERE partner_ref IS NULL
                )"""
            ),
        ]

    # ------------------------------------------------------------
    # REPLACE
    # ------------------------------------------------------------

    def _replace_former(self):
        """End earlier passes all of whose customers this rebuild looks at as well."""
        # One of all companies includes even a later one of a single company.
        narrower = Domain("company_id", "!=", False) & Domain("kind", "in", REBUILDS)
        earlier = Domain("id", "<", self.id)
        included = (
            earlier & Domain("company_id", "=", self.company_id.id)
            if self.company_id
            else earlier | narrower
        )
        former = self.search(Domain("state", "in", ("waiting", "running", "paused")) & included)
        if not former:
            return
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_lifecycle_queue
                    WHERE id = ANY(ARRAY(
                          SELECT id FROM crm_lifecycle_queue
                           WHERE pass_id = ANY(%s) AND pass_id > 0 AND failed_at IS NULL
                      FOR UPDATE SKIP LOCKED))""",
                former.ids,
            )
        )
        former._finish("replaced")
