from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.verdicts import NPS_SCALE

KINDS = [("nps", "NPS"), ("csat", "CSAT")]
#: What rounds are after; a bridge adds its own.
EVENTS = [
    ("purchase", "Purchase confirmed"),
    ("complaint", "Complaint solved"),
    ("loss", "Declared lost"),
]
REQUEST = "crm.lifecycle.survey.request"
# What requests that are there already go by.
_FIXED = {"kind", "event", "company_id"}


class CrmLifecycleSurveyRound(models.Model):
    """Whom to ask after what, with which survey: each customer of an event, as it happens.

    Which question counts, and on which scale it was asked, is noted with each request, so that
    answers to a question that was changed meanwhile are not taken for what they are not.
    """

    _name = "crm.lifecycle.survey.round"
    _description = "Survey Round"
    _inherit = ["mail.thread", "crm.lifecycle.period.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, tracking=True, help="Archived rounds ask nobody; their answers stay."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
        ondelete="set null",
        help="Follows up on customers who have no salesperson.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="nps",
        tracking=True,
        help="NPS: how likely they are to recommend us, 0 to 10. CSAT: how satisfied they are.",
    )
    event = fields.Selection(EVENTS, string="After", required=True, default="purchase")
    date_start = fields.Date(
        string="Events From",
        required=True,
        default=lambda self: self._get_today(),
        tracking=True,
        help="Nobody is asked after what happened earlier.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('certification', '=', False), ('survey_type', 'in', ('survey', 'custom'))]",
    )
    question_id = fields.Many2one(
        "survey.question",
        string="Question That Counts",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('survey_id', '=', survey_id), ('is_page', '=', False),"
        " ('question_type', 'in', ('scale', 'simple_choice'))]",
        compute="_compute_question_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Of NPS a scale of 0 to 10; of CSAT a scale, or one choice of answers with scores.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        ondelete="set null",
        domain=[("model", "=", REQUEST)],
        default=lambda self: self._get_default_template(),
        help="Whoever is asked gets it alone, whatever it says of recipients.",
    )
    delay_days = fields.Integer(
        string="Days After", default=7, required=True, help="Days from the event to the mail."
    )
    answer_days = fields.Integer(
        string="Days to Answer",
        default=14,
        required=True,
        help="Days from the mail on that the link works.",
    )
    gap_days = fields.Integer(
        string="Days between Surveys",
        default=90,
        required=True,
        help="A customer, or an address, who was sent any survey within so many days is left out.",
    )
    low_limit = fields.Integer(
        string="Dissatisfied Up To",
        default=lambda self: self.env.company.lifecycle_satisfaction_low,
        required=True,
        tracking=True,
        help="Score, 0 to 100, up to which a CSAT answer is low: 60 is 1 to 3 of 5.",
    )
    top_limit = fields.Integer(
        string="Very Satisfied From",
        default=lambda self: self.env.company.lifecycle_satisfaction_top,
        required=True,
        tracking=True,
        help="Score, 0 to 100, from which on a CSAT answer is at the top: 90 is 5 of 5.",
    )
    follow_up = fields.Boolean(
        default=True, help="Plan a call with detractors and dissatisfied customers, once each."
    )
    # Nobody is called later for what was answered before the round planned calls.
    follow_up_since = fields.Datetime(
        compute="_compute_follow_up_since", store=True, export_string_translation=False
    )
    request_ids = fields.One2many(REQUEST, "round_id")
    obstacle = fields.Char(
        compute="_compute_obstacle", compute_sudo=True, help="Why nobody is asked now."
    )

    _days_range = models.Constraint(
        "CHECK(delay_days BETWEEN 0 AND 365 AND answer_days BETWEEN 1 AND 365"
        " AND gap_days BETWEEN 0 AND 3650)",
        "Ask 0 to 365 days after, give 1 to 365 days to answer, and leave 0 to 3650 days between.",
    )
    _limits_range = models.Constraint(
        "CHECK(low_limit >= 0 AND top_limit <= 100 AND low_limit < top_limit)",
        "Scores are 0 to 100, and dissatisfied customers are below very satisfied ones.",
    )

    @api.model
    def _get_default_template(self):
        return self.env.ref("crm_lifecycle_survey.mail_template_survey", raise_if_not_found=False)

    @api.depends("survey_id", "kind")
    def _compute_question_id(self):
        """Choose a question that is fit, of NPS one of 0 to 10 before all."""
        for survey_round in self:
            questions = survey_round.sudo().survey_id.question_ids
            fit = questions.filtered(
                lambda question, kind=survey_round.kind: question._is_lifecycle_fit(kind)
            )
            nps = fit.filtered(lambda question: question._get_lifecycle_scale() == NPS_SCALE)
            chosen = survey_round.question_id
            if survey_round.kind == "csat":
                nps = fit - nps
            if chosen not in fit:
                chosen = (nps or fit)[:1]
            survey_round.question_id = chosen.with_env(self.env)

    @api.depends("follow_up")
    def _compute_follow_up_since(self):
        for survey_round in self:
            since = survey_round.follow_up_since or fields.Datetime.now()
            survey_round.follow_up_since = survey_round.follow_up and since

    @api.depends("survey_id", "question_id", "kind", "mail_template_id")
    @api.depends_context("lang")
    def _compute_obstacle(self):
        for survey_round in self:
            survey_round.obstacle = survey_round._get_obstacle()

    def _get_obstacle(self):
        """Return why the survey cannot be sent, False if it can."""
        self.ensure_one()
        survey_round = self.sudo()
        if not survey_round.survey_id:
            return self.env._("Choose a survey.")
        if not survey_round.question_id:
            return self.env._("Choose the question that counts.")
        reason = survey_round.survey_id._get_lifecycle_obstacle()
        if reason:
            return reason
        question = survey_round.question_id
        if question.survey_id != survey_round.survey_id:
            return self.env._("The question is none of the survey.")
        return question._get_lifecycle_obstacle(survey_round.kind)

    @api.constrains("survey_id", "question_id", "kind")
    def _check_survey(self):
        for survey_round in self.filtered("survey_id"):
            obstacle = survey_round._get_obstacle()
            if obstacle:
                raise ValidationError(obstacle)

    @api.constrains("mail_template_id")
    def _check_template(self):
        for survey_round in self:
            template = survey_round.sudo().mail_template_id
            if template and template.model != REQUEST:
                raise ValidationError(
                    self.env._(
                        "%s is no template of survey requests. Choose one that is.", template.name
                    )
                )

    def _get_template(self):
        """Return the template to send, empty if there is none that is fit.

        Somebody may have made it one of another model meanwhile.
        """
        self.ensure_one()
        own = self.mail_template_id.filtered(lambda template: template.model == REQUEST)
        return own or (self._get_default_template() or own).filtered(
            lambda template: template.model == REQUEST
        )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    def write(self, vals):
        changed = [
            name
            for name in _FIXED & vals.keys()
            if any(survey_round[name] != survey_round._get_new(name, vals) for survey_round in self)
        ]
        if changed and not self.env.su and self.sudo().request_ids:
            raise UserError(
                self.env._(
                    "Customers of the round are noted already. Archive it, and make another one"
                    " for another kind, event or company."
                )
            )
        result = super().write(vals)
        if not {"low_limit", "top_limit"}.isdisjoint(vals):
            self.sudo()._restate_verdicts()
        return result

    def _get_new(self, name, vals):
        return self._fields[name].convert_to_record(
            self._fields[name].convert_to_cache(vals[name], self), self
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_nobody_asked(self):
        if self.sudo().request_ids.filtered("date_asked"):
            raise UserError(
                self.env._("Customers were asked in this round. Archive it to keep what they said.")
            )
