from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import contacts, sources, staging
from .crm_lifecycle_channel import CHANNELS, DIRECTIONS, OUTCOMES, SATISFACTIONS


class CrmLifecycleContact(models.Model):
    """Each time that people of the company and of a customer were in touch, or tried to be.

    A read-only view without a table: messages, activities, meetings and quotations are the data.
    """

    _name = "crm.lifecycle.contact"
    _description = "Contact with a Customer"
    _inherit = ["crm.lifecycle.document.mixin"]
    _auto = False
    _log_access = False
    _order = "date DESC, moment DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    person_id = fields.Many2one("res.partner", readonly=True)
    person_role = fields.Selection(related="person_id.lifecycle_decision_role")
    date = fields.Date(readonly=True, help="Day in the company's time zone.")
    moment = fields.Datetime(
        string="Time", readonly=True, help="Empty where only the day is recorded."
    )
    direction = fields.Selection(DIRECTIONS, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        readonly=True,
        help="Who got in touch; of what customers sent, their salesperson.",
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    reached = fields.Boolean(
        readonly=True, help="Somebody was spoken to, or wrote. Attempts in vain are no contacts."
    )
    minutes = fields.Integer(readonly=True)
    satisfaction = fields.Selection(SATISFACTIONS, readonly=True)

    @property
    def _table_query(self):
        # Who knows the customers says so: a row by its id would be looked for among all.
        partners = self.env.context.get("lifecycle_partner_ids")
        scope = sources.Scope([int(partner) for partner in partners] if partners else None)
        now = fields.Datetime.now()
        return SQL(
            """WITH %s, %s
               SELECT (HASHTEXTEXTENDED(CONCAT_WS('-', source, key, company_id, partner_id), 0)
                       & %s) AS id,
                      company_id, partner_id, person_id, day AS date, moment, direction, channel,
                      user_id, outcome, reached, minutes, satisfaction, res_model, res_id
                 FROM contact""",
            sources.company_cte(now),
            contacts.contact_cte(self._get_sources(scope, now)),
            # As large as a number may be in a browser.
            2**52 - 1,
        )

    @api.model
    def _get_sources(self, scope, now):
        """Return the SELECTs of contacts, see ``engine.contacts``; bridges add their own.

        :param Scope scope: the customers
        :param datetime now: the moment that counts as now, in UTC
        """
        sent, _confirmed, state_field = self.env["crm.lifecycle.event"]._get_order_traces()
        return contacts.sources(scope, now, sent, state_field)

    @api.readonly
    def action_make_opportunity(self):
        """Open a new opportunity with what is known from the contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Opportunity"),
            "res_model": "crm.lead",
            "views": [(False, "form")],
            "context": {
                "default_type": "opportunity",
                "default_partner_id": self.person_id.id or self.partner_id.id,
                "default_user_id": self.user_id.id or self.env.uid,
            },
        }

    @api.model
    def _record(self, partner_ids):
        """Write when customers were last in contact, where it differs.

        :param partner_ids: ids of customers
        :return: set of the ids of those of whom anything was written
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        scope = sources.Scope(list(partner_ids))
        query = contacts.recording(sources.company_cte(now), scope, self._get_sources(scope, now))
        # Few messages are anybody's words, so the planner would read all of them to find these.
        with staging.planned(self.env.cr, "seqscan"):
            rows = self.env.execute_query(query)
        if rows:
            self.env["crm.lifecycle.profile"].invalidate_model()
        return {partner_id for (partner_id,) in rows}
