from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import day_lines, sources
from .crm_lifecycle_channel import CHANNELS
from .crm_lifecycle_status import STATUSES
from .crm_lifecycle_value_class import VALUE_CLASSES

BANDS = [
    ("today", "Today"),
    ("1-3", "1 to 3 Days Overdue"),
    ("4-7", "4 to 7 Days Overdue"),
    ("8+", "8 Days Overdue or More"),
    ("coming", "Coming"),
]
ALL_GROUP = "sales_team.group_sale_salesman_all_leads"


class CrmLifecycleDayLine(models.Model):
    """Something that somebody has to do for a customer: an open activity, with all that one
    should know before getting in touch.

    Read when somebody looks, see ``engine.day_lines``. A line has the id of its activity.
    """

    _name = "crm.lifecycle.day.line"
    _description = "Line of My Day"
    _auto = False
    _log_access = False
    _rec_name = "name"
    _rec_names_search = ["name", "partner_id", "summary"]
    _order = "position, user_id, id"
    _inherit = ["crm.lifecycle.period.mixin"]
    _depends = {
        "mail.activity": [
            "active",
            "user_id",
            "res_model",
            "res_id",
            "activity_type_id",
            "summary",
            "date_deadline",
            "date_done",
            "lifecycle_outcome",
            "lifecycle_minutes",
            "lifecycle_first_due",
            "lifecycle_hand_over_reason",
        ],
        "mail.activity.type": ["lifecycle_channel"],
        "crm.lead": [
            "active",
            "partner_id",
            "company_id",
            "name",
            "partner_name",
            "contact_name",
            "phone",
            "email_from",
        ],
        "sale.order": ["partner_id", "company_id"],
        "res.partner": [
            "active",
            "company_id",
            "commercial_partner_id",
            "name",
            "phone",
            "email",
            "lifecycle_decision_role",
            "lifecycle_opt_out",
        ],
        "res.users": ["company_id"],
        "crm.lifecycle.profile": [
            "partner_id",
            "company_id",
            "stage_id",
            "status",
            "value_class",
            "last_contact_date",
            "last_contact_channel",
        ],
        "crm.lifecycle.follow.up": ["activity_id", "cadence_id", "state"],
        "crm.lifecycle.cadence": ["minutes"],
        "crm.lifecycle.question": [
            "name",
            "partner_id",
            "company_id",
            "state",
            "asked_on",
            "postponed_until",
        ],
        "crm.complaint": [
            "name",
            "subject",
            "commercial_partner_id",
            "company_id",
            "kind",
            "severity",
            "date",
            "is_open",
            "active",
        ],
        "res.company": [
            "lifecycle_weight_a",
            "lifecycle_weight_b",
            "lifecycle_weight_other",
            "lifecycle_minutes_mail",
            "lifecycle_minutes_call",
            "lifecycle_minutes_meeting",
            "lifecycle_minutes_visit",
            "lifecycle_minutes_other",
        ],
    }

    name = fields.Char(string="Who", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True)
    user_id = fields.Many2one("res.users", string="Assigned To", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    person_id = fields.Many2one(
        "res.partner",
        string="Contact Person",
        readonly=True,
        help="Whom to get in touch with: the person that the activity names, else who decides"
        " at the customer.",
    )
    phone = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    no_contact = fields.Boolean(
        readonly=True, help="The customer does not want to hear from the company."
    )
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    value_class = fields.Selection(VALUE_CLASSES, string="Class", readonly=True)
    activity_type_id = fields.Many2one("mail.activity.type", readonly=True)
    summary = fields.Char(readonly=True)
    hand_over_reason = fields.Char(readonly=True)
    follow_up_id = fields.Many2one("crm.lifecycle.follow.up", readonly=True)
    cadence_id = fields.Many2one("crm.lifecycle.cadence", readonly=True)
    why = fields.Char(
        string="Why Now",
        compute="_compute_why",
        help="What is to be done, and the rule that asks for it.",
    )
    date_deadline = fields.Date(string="Due On", readonly=True)
    first_due = fields.Date(
        readonly=True, help="Day on which it was due before it was moved or tried in vain."
    )
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Days since it was due at first, those included by which it was moved.",
    )
    band = fields.Selection(BANDS, string="When", readonly=True)
    minutes = fields.Integer(
        readonly=True, help="How long it takes, by its cadence or by its channel."
    )
    position = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Place in the day: by the weight of the customer's class times the days since it"
        " was due.",
    )
    fits = fields.Boolean(
        string="Fits Today",
        readonly=True,
        help="It is due, and there is time for it today after all that comes before.",
    )
    last_contact_date = fields.Date(string="Last Contact", readonly=True)
    last_contact_channel = fields.Selection(CHANNELS, string="Last Contact By", readonly=True)
    question_count = fields.Integer(string="Open Questions", readonly=True)
    question = fields.Char(
        string="First Open Question",
        readonly=True,
        help="What the customer asked first of all that is not answered yet.",
    )
    complaint_count = fields.Integer(string="Open Complaints", readonly=True)
    complaint_id = fields.Many2one("crm.complaint", readonly=True)
    complaint = fields.Char(
        string="Worst Open Complaint",
        readonly=True,
        help="What the customer is not content with; read it before you get in touch.",
    )
    offer_id = fields.Many2one(
        "product.product",
        string="What to Offer",
        compute="_compute_offer_id",
        compute_sudo=True,
        help="What the customer bought last.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        users = self._get_visible_users()
        wanted = None if users is None else users.ids
        self.env["mail.activity"].flush_model()
        people = self.env.execute_query(day_lines.doers(wanted))
        rooms = self._get_rooms(self.env["res.users"].browse(user for (user,) in people))
        return day_lines.reading(self._get_company_cte(), rooms, wanted)

    @api.model
    def _get_company_cte(self):
        return sources.company_cte(fields.Datetime.now(), rule_columns=day_lines.SETTINGS)

    @api.model
    def _get_visible_users(self):
        """Return whose lines somebody may see, None for everybody's.

        The rules say the same; they would have all lines made before.
        """
        if self.env.su or self.env.user.has_group(ALL_GROUP):
            return None
        memberships = (
            self.env["crm.team.member"].sudo().search([("crm_team_id.user_id", "=", self.env.uid)])
        )
        return self.env.user | memberships.user_id

    @api.model
    def _get_rooms(self, users):
        """Return the minutes that users have today, ``{user id: minutes}``."""
        rooms = {}
        for company, colleagues in users.sudo().grouped("company_id").items():
            today = self.sudo().with_company(company)._get_today()
            minutes = self.env["crm.lifecycle.day.capacity"]._get_minutes(colleagues, today)
            rooms.update({user: days[today] for user, days in minutes.items()})
        return rooms

    @api.model
    def _get_done_minutes(self, users):
        """Return the minutes that users spent today on what is done, ``{user id: minutes}``."""
        self.env["mail.activity"].flush_model()
        return dict(
            self.env.execute_query(
                SQL("WITH %s %s", self._get_company_cte(), day_lines.done(users.ids))
            )
        )

    @api.model
    @api.readonly
    def get_day(self):
        """Return how full one's day is, for the head of the list."""
        self.browse().check_access("read")
        user = self.env.user
        found = {
            fits: (count, minutes)
            for fits, count, minutes in self._read_group(
                Domain("user_id", "=", user.id) & Domain("band", "!=", "coming"),
                ["fits"],
                ["__count", "minutes:sum"],
            )
        }
        count, minutes = found.get(True, (0, 0))
        rest_count, rest_minutes = found.get(False, (0, 0))
        last = self.env["mail.activity"]._get_last_result()
        return {
            "capacity": self._get_rooms(user)[user.id],
            "done": self._get_done_minutes(user).get(user.id, 0),
            "count": count,
            "minutes": minutes,
            "rest_count": rest_count,
            "rest_minutes": rest_minutes,
            "undo": last.res_name or False,
        }

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.depends("summary", "activity_type_id", "cadence_id", "hand_over_reason", "user_id")
    @api.depends_context("lang")
    def _compute_why(self):
        for line in self:
            # Whoever sees the line may know what asks for it.
            row = line.sudo()
            cadence = row.cadence_id
            # What was planned by the rule is called as the rule is, in its person's language.
            named = cadence.name, cadence.with_context(lang=row.user_id.lang).name
            parts = []
            if not cadence or row.summary not in named:
                parts.append(row.summary or row.activity_type_id.name)
            if cadence:
                parts.append(
                    self.env._(
                        "%(cadence)s: every %(days)s days",
                        cadence=cadence.name,
                        days=cadence.interval,
                    )
                )
            parts.append(row.hand_over_reason)
            line.why = " · ".join(part for part in parts if part)

    @api.depends("partner_id", "company_id")
    def _compute_offer_id(self):
        bought = self._get_last_products()
        for line in self:
            line.offer_id = bought.get((line.partner_id.id, line.company_id.id), False)

    def _get_last_products(self):
        """Return what customers ordered last, ``{(partner id, company id): product id}``."""
        lines = self.env["sale.order.line"]
        lines.flush_model()
        self.env["sale.order"].flush_model(["state", "partner_id", "company_id", "date_order"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (contact.commercial_partner_id, sale.company_id)
                          contact.commercial_partner_id, sale.company_id, line.product_id
                     FROM res_partner contact
                     JOIN sale_order sale ON sale.partner_id = contact.id
                     JOIN sale_order_line line ON line.order_id = sale.id
                     JOIN product_product product ON product.id = line.product_id
                    WHERE contact.commercial_partner_id = ANY(%s) AND sale.state = 'sale'
                      AND product.active AND NOT COALESCE(line.is_downpayment, FALSE)
                      AND line.product_uom_qty > 0 AND line.price_subtotal > 0
                 ORDER BY contact.commercial_partner_id, sale.company_id, sale.date_order DESC,
                          sale.id DESC, line.price_subtotal DESC, line.id""",
                self.partner_id.ids,
            )
        )
        return {(partner, company): product for partner, company, product in rows}
