from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import ownership, segments, sources
from .crm_lifecycle_customer_type import CUSTOMER_TYPES
from .crm_lifecycle_status import STATUSES

# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date", "lifecycle_known_at")


class CrmLifecycleState(models.Model):
    """What customers were on a day, read from the histories: stage, status, type, segment, and
    who looked after them.

    Two questions are told apart by the context: ``lifecycle_date`` is the day that is
    asked about, today without; ``lifecycle_known_at`` the moment whose knowledge
    counts, a datetime in UTC, or a date for the end of that day in the time zone of
    each company. Without it the answer is what is known now, documents dated back
    included. A row has the id of the profile.
    """

    _name = "crm.lifecycle.state"
    _description = "Customer Lifecycle State on a Date"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "stage_id, partner_id, id"
    _depends = {
        "crm.lifecycle.profile": ["partner_id", "company_id", "segment_id"],
        "crm.lifecycle.transition": [
            "profile_id",
            "to_stage_id",
            "to_status",
            "stage_moved",
            "status_moved",
            "effective_date",
            "known_at",
            "superseded_at",
        ],
        "crm.lifecycle.type.move": ["profile_id", "to_type", "effective_date", "known_at"],
        "crm.lifecycle.segment.move": [
            "profile_id",
            "from_segment_id",
            "effective_date",
            "known_at",
            "was_before",
        ],
        "crm.lifecycle.ownership": ["partner_id", "user_id", "date_start", "date_end"],
    }

    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True, depends_context=_CONTEXT)
    stage_date = fields.Date(
        string="In Stage Since",
        readonly=True,
        depends_context=_CONTEXT,
        help="Day from which the stage held.",
    )
    status = fields.Selection(STATUSES, readonly=True, depends_context=_CONTEXT)
    status_date = fields.Date(
        string="In Status Since",
        readonly=True,
        depends_context=_CONTEXT,
        help="Day from which the status held.",
    )
    customer_type = fields.Selection(
        CUSTOMER_TYPES,
        readonly=True,
        depends_context=_CONTEXT,
        help="Type that was recorded by that day. Documents dated back since do not change it.",
    )
    segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        readonly=True,
        depends_context=_CONTEXT,
        help="Segment of that day. As known today, the first segment by what became known of a"
        " customer was theirs before; as known then, they were in none. New rules of segments"
        " move customers from the day on which they are made. Empty where no segment matched, or"
        " it has been deleted since.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        depends_context=_CONTEXT,
        help="Who looked after the customer at the end of that day, as the history of"
        " salespeople has it.",
    )
    user_today_id = fields.Many2one(related="partner_id.user_id", string="Salesperson Today")

    dimension = fields.Selection(related="stage_id.dimension")
    stage_color = fields.Integer(related="stage_id.color")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        # From each profile one step into the index of its history, so that a condition
        # on customers or companies looks at theirs alone. Without a CTE of its own the
        # query is merged with the one around it, which then reads the dates of the rows
        # that it shows, and not of all that it sorts.
        day = fields.Date.to_date(self.env.context.get("lifecycle_date") or None)
        asked = SQL("%s::date", day) if day else SQL("company.today")
        begun = SQL("move.profile_id = profile.id AND move.effective_date <= %s", asked)
        held = SQL("%s AND %s", begun, self._get_known_condition())
        is_then = bool(self.env.context.get("lifecycle_known_at"))
        return SQL(
            """SELECT profile.id, profile.id AS profile_id, profile.partner_id,
                      profile.company_id, held.to_stage_id AS stage_id, held.to_status AS status,
                      (SELECT MAX(move.effective_date) FROM crm_lifecycle_transition move
                        WHERE %(held)s AND move.stage_moved) AS stage_date,
                      (SELECT MAX(move.effective_date) FROM crm_lifecycle_transition move
                        WHERE %(held)s AND move.status_moved) AS status_date,
                      (SELECT move.to_type FROM crm_lifecycle_type_move move
                        WHERE %(begun)s AND %(type_known)s
                     ORDER BY move.effective_date DESC, move.id DESC
                        LIMIT 1) AS customer_type,
                      %(segment)s AS segment_id, %(owner)s AS user_id
                 FROM crm_lifecycle_profile profile
                 JOIN (WITH %(company)s
                      SELECT id, today, %(moment)s AS moment, tz FROM company) company
                   ON company.id = profile.company_id
           CROSS JOIN LATERAL (
                      SELECT move.to_stage_id, move.to_status
                        FROM crm_lifecycle_transition move
                       WHERE %(held)s
                    ORDER BY move.effective_date DESC, move.id DESC
                       LIMIT 1) held""",
            company=sources.company_cte(fields.Datetime.now()),
            moment=self._get_known_moment(),
            held=held,
            begun=begun,
            type_known=SQL("move.known_at <= company.moment") if is_then else SQL("TRUE"),
            # Both are noted on the day on which they change: of a moment before the day
            # asked about they tell what was so at that moment.
            segment=segments.held(
                SQL(
                    "%s OR %s",
                    segments.left_after(asked),
                    SQL("move.known_at > company.moment") if is_then else SQL("FALSE"),
                )
            ),
            owner=ownership.held(
                SQL("LEAST(%s, %s)", asked, sources.day(SQL("company.moment")))
                if is_then
                else asked
            ),
        )

    @api.model
    def _get_known_condition(self):
        """Return the condition that a move was believed at the moment asked about."""
        if not self.env.context.get("lifecycle_known_at"):
            return SQL("move.superseded_at IS NULL")
        return SQL(
            """move.known_at <= company.moment
           AND (move.superseded_at IS NULL OR move.superseded_at > company.moment)"""
        )

    @api.model
    def _get_known_moment(self):
        """Return the moment asked about, in UTC, of a row of ``company``."""
        known_at = self.env.context.get("lifecycle_known_at")
        if known_at and _is_day(known_at):
            return SQL(
                """((%s::date + 1)::timestamp AT TIME ZONE company.tz AT TIME ZONE 'UTC'
                    - interval '1 microsecond')""",
                fields.Date.to_date(known_at),
            )
        return SQL("%s::timestamp", fields.Datetime.to_datetime(known_at or None))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_action(self, day, known_at=None, domain=(), name=None):
        """Return the action that shows the customers in the state on a day.

        :param date day: the day asked about
        :param known_at: the day or moment whose knowledge counts; now without
        :param domain: conditions on the customers
        :param str name: what the action is called instead
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_state_action"
        )
        shown = format_date(self.env, day, date_format="long")
        if name is None:
            name = (
                self.env._("State on %s, as known then", shown)
                if known_at
                else self.env._("State on %s, as known today", shown)
            )
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": list(domain),
            "context": {
                "lifecycle_date": fields.Date.to_string(day),
                "lifecycle_known_at": known_at and str(known_at),
            },
        }

    @api.readonly
    def action_open_profile(self):
        """Open what is known of the customer today."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }


def _is_day(value):
    """Tell whether a value is a date, as text or not, without a time."""
    return len(value) == 10 if isinstance(value, str) else type(value) is date
