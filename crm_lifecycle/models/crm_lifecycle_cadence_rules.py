import logging
from ast import literal_eval
from datetime import datetime, time

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from odoo.tools.lru import LRU

from ..engine.cadence import CONDITIONS, TERMS, Rule
from ..engine.workdays import Workdays, distances

_logger = logging.getLogger(__name__)

# Working days are known from the beginning of the year so many months ago, for so many months.
MONTHS_BEFORE = 13
MONTHS = 13 + 11 + 27
# By what working times say and from when on: it takes long to find, and does not depend on the
# rest of a database.
_found_workdays = LRU(256)


class CrmLifecycleCadence(models.Model):
    """The rules, and on which days people work, as the engine reads them."""

    _inherit = "crm.lifecycle.cadence"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    @api.model
    def _read_rules(self, companies=None):
        """Return the rules in use.

        :param companies: of these alone, None for all
        :return: list of ``engine.cadence.Rule``
        """
        domain = [("company_id", "in", companies.ids)] if companies else []
        return self.search(domain)._get_rules()

    def _get_rules(self):
        """Return the records as ``engine.cadence.Rule``; who cannot be read is left out."""
        conditions = dict.fromkeys(self)
        for cadence in self.filtered("has_domain"):
            try:
                with self.env.cr.savepoint(flush=False):
                    conditions[cadence] = cadence._get_extra_condition()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:  # noqa: BLE001 the others go on; a field of a bridge may be gone
                _logger.exception("Customer lifecycle: conditions of %s do not hold", cadence)
                del conditions[cadence]
        return [
            Rule(
                cadence.id,
                cadence.company_id.id,
                cadence._get_wanted(),
                extra,
                cadence.sequence,
                cadence._get_terms(),
            )
            for cadence, extra in conditions.items()
        ]

    def _get_wanted(self):
        """Return what the customers' own columns have to be, as ``{name: value}``."""
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in CONDITIONS
            if self[name]
        }

    def _get_terms(self):
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name] for name in TERMS
        }

    def _get_domain(self):
        """Return the further conditions; raises what is wrong with them."""
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def _get_extra_condition(self):
        """Return the condition on ``profile`` that the domain says, None without one."""
        self.ensure_one()
        domain = self._get_domain()
        if domain.is_true():
            return None
        profiles = self.env["crm.lifecycle.profile"].sudo().with_company(self.company_id)
        query = profiles.with_context(active_test=False)._search(domain)
        # One customer is looked up by id, many at once are found together.
        query.add_where(SQL("%s = profile.id", SQL.identifier(query.table, "id")))
        return SQL("EXISTS %s", query.subselect(SQL("1")))

    # ------------------------------------------------------------
    # WORKING DAYS
    # ------------------------------------------------------------

    @api.model
    def _get_free_days(self, wanted):
        """Return the first working days on which customers are to be reached.

        :param list wanted: ``(partner, calendar, day)``: from which day on; without a working
            time it is the company's
        :return: a day for each
        """
        own = self.env.company.resource_calendar_id
        calendars = [calendar or own for _partner, calendar, _day in wanted]
        calendar_ids = {calendar.id for calendar in calendars if calendar}
        workdays = {row.calendar_id: row for row in self._read_workdays(calendar_ids)}
        return [
            workdays[calendar.id].next_free(day, partner._is_lifecycle_quiet_day)
            if calendar
            else day
            for (partner, _calendar, day), calendar in zip(wanted, calendars, strict=True)
        ]

    @api.model
    def _read_workdays(self, calendar_ids):
        """Return the working days of working times, and of the companies' own.

        They are kept as long as nobody changes working times or leaves.

        :return: list of ``engine.workdays.Workdays``
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT calendar.id, MD5(CONCAT_WS('|', calendar.tz, calendar.flexible_hours,
                          calendar.company_id,
                          (SELECT STRING_AGG(CONCAT_WS(' ', line.dayofweek, line.week_type,
                                                       line.hour_from, line.hour_to,
                                                       line.day_period, line.display_type,
                                                       line.duration_hours),
                                             ',' ORDER BY line.id)
                             FROM resource_calendar_attendance line
                            WHERE line.calendar_id = calendar.id),
                          (SELECT STRING_AGG(CONCAT_WS(' ', leave.date_from, leave.date_to,
                                                       leave.time_type, leave.company_id),
                                             ',' ORDER BY leave.id)
                             FROM resource_calendar_leaves leave
                            WHERE leave.resource_id IS NULL
                              AND (leave.calendar_id = calendar.id
                                   OR leave.calendar_id IS NULL))))
                     FROM resource_calendar calendar
                    WHERE calendar.id = ANY(%s)
                       OR calendar.id IN (SELECT resource_calendar_id FROM res_company)
                 ORDER BY calendar.id""",
                sorted(calendar_ids),
            )
        )
        start = self._get_first_workday()
        return [
            Workdays(calendar_id, *self._get_workdays(calendar_id, digest, start))
            for calendar_id, digest in rows
        ]

    @api.model
    def _get_first_workday(self):
        """Return from which day on working days are known; dates before it are not moved."""
        day = fields.Date.today() - relativedelta(months=MONTHS_BEFORE)
        return day.replace(month=1, day=1)

    @api.model
    def _get_workdays(self, calendar_id, digest, start):
        """Return the first day, and of each day how far the next and last working day are.

        :param str digest: what the calendar says; another one is looked up anew
        """
        found = _found_workdays.get((digest, start))
        if not found:
            found = self._find_workdays(calendar_id, start)
            _found_workdays[digest, start] = found
        return found

    @api.model
    def _find_workdays(self, calendar_id, start):
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id)
        zone = pytz.timezone(calendar.tz or "UTC")
        end = start + relativedelta(months=MONTHS)
        unusual = calendar._get_unusual_days(
            zone.localize(datetime.combine(start, time.min)),
            zone.localize(datetime.combine(end, time.max)),
            calendar.company_id,
        )
        works = [not is_unusual for _day, is_unusual in sorted(unusual.items())]
        return (start, *distances(works))
