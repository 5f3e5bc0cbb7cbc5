from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_lifecycle_channel import CHANNELS, DIRECTIONS, OUTCOMES, SATISFACTIONS


class CrmLifecycleContactLog(models.TransientModel):
    """A call, a visit or any other contact that was not planned, entered in a few keystrokes.

    It becomes an activity that is done, as if it had been planned. What was planned anyway as a
    follow-up is done by it.
    """

    _name = "crm.lifecycle.contact.log"
    _description = "Log of a Contact"
    _inherit = ["lifecycle.complaint.told.mixin"]

    partner_id = fields.Many2one(
        "res.partner", string="With", required=True, help="The customer, or somebody there."
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    channel = fields.Selection(CHANNELS, required=True, default="call")
    direction = fields.Selection(DIRECTIONS, required=True, default="out")
    outcome = fields.Selection(OUTCOMES, required=True, default="reached")
    minutes = fields.Integer(help="How long it took.")
    satisfaction = fields.Selection(SATISFACTIONS, help="How satisfied the customer seemed.")
    note = fields.Text(help="It stands in the history of the document.")
    date_next = fields.Date(string="Next Time On", help="The same is planned for this day.")
    make_opportunity = fields.Boolean(
        string="Make an Opportunity of It", help="A new opportunity opens after the log."
    )

    @api.model
    def default_get(self, fields):
        """Take the customer from the document on which the log was called for."""
        values = super().default_get(fields)
        model, record_id = (self.env.context.get(f"active_{name}") for name in ("model", "id"))
        if model in ("crm.lead", "sale.order") and record_id:
            document = self.env[model].browse(record_id)
            values.update(partner_id=document.partner_id.id, res_model=model, res_id=document.id)
        elif model == "crm.lifecycle.profile" and record_id:
            values["partner_id"] = self.env[model].browse(record_id).partner_id.id
        elif model == "res.partner" and record_id:
            values["partner_id"] = record_id
        return values

    def action_apply(self):
        """Enter the contact on the document, and what comes next."""
        self.ensure_one()
        self._ensure_valid()
        document = self._get_document()
        activity = self._plan(document)
        planned = self._get_planned()
        if planned:
            planned._replace_by(activity)
        else:
            # What is planned is not closed before the customer's questions are; what has
            # happened unplanned can be told at any time.
            activity = activity.with_context(lifecycle_no_questions=True)
        activity._finish_attempt(
            self.outcome,
            note=self.note,
            date_next=self.date_next,
            lifecycle_direction=self.direction,
            lifecycle_minutes=self.minutes,
            lifecycle_satisfaction=self.satisfaction,
        )
        complaint = self._make_complaint(document, self.partner_id, self.channel, self.note)
        if self.make_opportunity:
            return self._open_opportunity()
        if complaint:
            return complaint._get_records_action(name=self.env._("New Complaint"))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _ensure_valid(self):
        if self.minutes < 0:
            raise UserError(self.env._("Nothing takes less than 0 minutes."))
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        if self.date_next and self.date_next <= today:
            raise UserError(self.env._("The next time is after today. Choose a later day."))
        self._ensure_complaint_told()

    def _get_document(self):
        """Return what the contact is entered on, if the user may read it: else the customer."""
        if self.res_model and self.res_id:
            document = self.env[self.res_model].browse(self.res_id).exists()
            if document and document.partner_id == self.partner_id:
                document.check_access("read")
                return document
        self.partner_id.check_access("read")
        return self.partner_id

    def _get_planned(self):
        """Return the user's own open follow-up of the customer, if there is one."""
        customer = self.partner_id.commercial_partner_id
        return self.env["mail.activity"].search(
            [
                ("user_id", "=", self.env.uid),
                ("res_model", "=", "res.partner"),
                ("res_id", "=", customer.id),
                ("lifecycle_follow_up_ids.state", "=", "open"),
            ],
            order="date_deadline, id",
            limit=1,
        )

    def _plan(self, document):
        types = self.env["crm.lifecycle.follow.up"]._get_types_by_channel()
        kind = types.get(self.channel)
        if not kind:
            names = dict(self._fields["channel"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "No type of activity says that it is by %s. Have one set up under Activity"
                    " Types, field Contact By, or choose another channel.",
                    names[self.channel],
                )
            )
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "activity_type_id": kind.id,
                "user_id": self.env.uid,
                "lifecycle_company_id": self.env.company.id,
                "date_deadline": self.env["crm.lifecycle.period.mixin"]._get_today(),
            }
        )

    def _open_opportunity(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Opportunity"),
            "res_model": "crm.lead",
            "views": [(False, "form")],
            "context": {
                "default_type": "opportunity",
                "default_partner_id": self.partner_id.id,
                "default_description": self.note,
            },
        }
