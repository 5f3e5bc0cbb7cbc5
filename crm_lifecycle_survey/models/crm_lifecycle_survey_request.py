from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("due", "To Ask"),
    ("asked", "Asked"),
    ("answered", "Answered"),
    ("blank", "Not Rated"),
    ("unanswered", "No Answer"),
    ("withdrawn", "Not Asked"),
    ("failed", "Mail Failed"),
]
REASONS = [
    ("gone", "What it was about was taken back"),
    ("refused", "Wants no contact"),
    ("no_address", "No mail address"),
    ("lately", "Was sent a survey lately"),
    ("late", "Could not be asked in time"),
    ("mail", "The mail did not leave"),
    ("no_template", "There is no template to send"),
    ("changed", "The question was changed meanwhile"),
    ("skipped", "The question was skipped"),
    ("deleted", "The answer was deleted"),
]
ANSWERS = [
    ("promoter", "Promoter"),
    ("passive", "Passive"),
    ("detractor", "Detractor"),
    ("very_satisfied", "Very Satisfied"),
    ("satisfied", "Satisfied"),
    ("dissatisfied", "Dissatisfied"),
]
# What an answer left, and nothing of it may stay when it is deleted.
SAID = ("value", "scale_min", "scale_max", "verdict", "words", "date_answered", "answered_at")


class CrmLifecycleSurveyRequest(models.Model):
    """One asking of one person, after one document; and what they answered.

    Made, sent and read by jobs alone.
    """

    _name = "crm.lifecycle.survey.request"
    _description = "Survey Request"
    _inherit = ["crm.lifecycle.document.mixin", "crm.lifecycle.trigger.mixin"]
    _order = "date_due DESC, id DESC"
    _rec_name = "person_id"
    _rec_names_search = ["person_id", "partner_id"]

    round_id = fields.Many2one(
        "crm.lifecycle.survey.round",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="round_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="round_id.kind", store=True, precompute=True)
    event = fields.Selection(related="round_id.event")
    person_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Who is asked: the contact of the document, or the customer if they left.",
    )
    partner_id = fields.Many2one(
        related="person_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
        precompute=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    date_event = fields.Date(string="Happened On", readonly=True)
    date_due = fields.Date(string="To Ask On", required=True, readonly=True)
    date_retry = fields.Date(
        string="Not Before", readonly=True, help="First day that nothing speaks against asking."
    )
    date_asked = fields.Date(string="Asked On", readonly=True)
    date_deadline = fields.Date(
        string="Answer Until", readonly=True, help="The link works until the end of this day."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="due")
    reason = fields.Selection(REASONS, readonly=True)
    question_id = fields.Many2one(
        "survey.question", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Answer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="sales_team.group_sale_manager,survey.group_survey_user",
    )
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    value = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    scale_min = fields.Float(
        string="From", readonly=True, digits=(16, 2), aggregator=None, help="Lowest end."
    )
    scale_max = fields.Float(
        string="To", readonly=True, digits=(16, 2), aggregator=None, help="Highest end."
    )
    verdict = fields.Selection(ANSWERS, string="Answer", readonly=True)
    words = fields.Text(readonly=True, help="What they wrote beside it.")
    date_answered = fields.Date(
        string="Answered On", readonly=True, help="Day in the company's time zone."
    )
    answered_at = fields.Datetime(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity",
        string="Follow-up",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_followed = fields.Date(
        string="Follow-up Planned On", readonly=True, help="A follow-up is planned once."
    )

    _document_uniq = models.Constraint(
        "UNIQUE(round_id, res_model, res_id)", "A round asks once after a document."
    )
    _state_idx = models.Index("(company_id, state, id) WHERE state IN ('due', 'asked')")
    _asked_idx = models.Index("(company_id, date_asked) WHERE date_asked IS NOT NULL")
    _unfollowed_idx = models.Index(
        "(company_id, date_answered) WHERE state = 'answered'"
        " AND verdict IN ('detractor', 'dissatisfied') AND date_followed IS NULL"
    )
    _nps_idx = models.Index(
        "(company_id, partner_id, date_answered) WHERE state = 'answered' AND kind = 'nps'"
    )

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let those alone read the mails who may write: the link answers in the customer's name."""
        super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(self, "write")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Rounds make their requests themselves."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.env._("What customers were asked and answered stays as it is."))
        return super().write(vals)

    # ------------------------------------------------------------
    # TRIGGER
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return {"person_id", "state", "value", "scale_min", "scale_max", "date_answered"}

    def _get_lifecycle_partner_ids(self):
        # Who was not asked yet has said nothing, nor failed to.
        return self.sudo().filtered("date_asked").person_id.ids

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_ask_again(self):
        """Have customers asked whose mail failed, or who were left out."""
        self.check_access("write")
        wanted = self.sudo().filtered(
            lambda request: (
                request.state == "failed"
                or request.state == "withdrawn"
                and request.reason not in ("gone", "deleted")
            )
        )
        if not wanted:
            raise UserError(
                self.env._("Only those can be asked again whose mail failed, or who were left out.")
            )
        today = self.env["crm.lifecycle.period.mixin"]
        for company, requests in wanted.grouped("company_id").items():
            requests.write(
                {
                    "state": "due",
                    "reason": False,
                    "date_due": today.with_company(company)._get_today(),
                    "date_retry": False,
                    "date_asked": False,
                    "date_deadline": False,
                }
            )

    @api.readonly
    def action_open_answer(self):
        """Open the answer with all questions."""
        self.ensure_one()
        self.check_access("read")
        return self.user_input_id._get_records_action()
