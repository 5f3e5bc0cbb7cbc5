from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# Models of what a customer may ask about.
DOCUMENT_MODELS = ("res.partner", "crm.lead", "sale.order", "account.move")
QUESTION_STATES = [("open", "Open"), ("answered", "Answered"), ("dropped", "Dropped")]


class CrmLifecycleQuestion(models.Model):
    """Something that a customer asked, until it is answered, or dropped for a reason."""

    _name = "crm.lifecycle.question"
    _description = "Customer's Question"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "crm.lifecycle.document.mixin",
        "mail.thread",
    ]
    _order = "asked_on, id"
    _check_company_auto = True
    _subject_fields = ("partner_id", "contact_id")

    name = fields.Char(string="Question", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    contact_id = fields.Many2one(
        "res.partner", string="Asked By", index="btree_not_null", ondelete="set null"
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
        string="Who Answers",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    asked_on = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        QUESTION_STATES,
        required=True,
        default="open",
        copy=False,
        tracking=True,
        group_expand=True,
    )
    is_due = fields.Boolean(
        compute="_compute_is_due",
        search="_search_is_due",
        help="Open, and not postponed to a day to come.",
    )
    postponed_until = fields.Date(
        copy=False, help="Until this day nobody is reminded of the question."
    )
    answer = fields.Text(
        copy=False,
        tracking=True,
        help="What the customer was told; writing it answers the question.",
    )
    drop_reason = fields.Char(
        string="Dropped Because",
        copy=False,
        tracking=True,
        help="Why nobody answers; writing it drops the question.",
    )
    answered_on = fields.Date(readonly=True, copy=False)
    res_id = fields.Many2oneReference(string="Asked About")
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    is_of_document = fields.Boolean(
        string="About This",
        compute="_compute_is_of_document",
        help="Asked about the document from which the list was opened.",
    )

    _open_idx = models.Index("(partner_id, company_id) WHERE state = 'open'")

    @api.depends("state", "postponed_until", "company_id")
    def _compute_is_due(self):
        for company, questions in self.grouped("company_id").items():
            today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
            for question in questions:
                question.is_due = question.state == "open" and (
                    not question.postponed_until or question.postponed_until <= today
                )

    @api.depends("res_model", "res_id")
    @api.depends_context("default_res_model", "default_res_id")
    def _compute_is_of_document(self):
        context = self.env.context
        document = (context.get("default_res_model"), context.get("default_res_id"))
        for question in self:
            question.is_of_document = bool(question.res_id) and document == (
                question.res_model,
                question.res_id,
            )

    @api.model
    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        due = Domain("state", "=", "open") & (
            Domain("postponed_until", "=", False) | Domain("postponed_until", "<=", today)
        )
        return due if True in value else ~due

    @api.constrains("state", "answer", "drop_reason")
    def _check_reason(self):
        """Refuse to close a question without a word."""
        for question in self:
            if question.state == "answered" and not (question.answer or "").strip():
                raise ValidationError(
                    self.env._("Write the answer to the question %s first.", question.name)
                )
            if question.state == "dropped" and not (question.drop_reason or "").strip():
                raise ValidationError(
                    self.env._("Say why the question %s is dropped.", question.name)
                )

    @api.constrains("contact_id", "partner_id")
    def _check_contact(self):
        for question in self.filtered("contact_id"):
            if question.contact_id.commercial_partner_id != question.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(customer)s. Choose a contact of the"
                        " customer.",
                        contact=question.contact_id.name,
                        customer=question.partner_id.name,
                    )
                )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def _with_customers(self, vals_list):
        """Return values with the customers; a contact of theirs is who asked."""
        contacts = self.env["res.partner"].sudo()
        told = [
            {**vals, "contact_id": vals["partner_id"]}
            if vals.get("partner_id")
            and not vals.get("contact_id")
            and contacts.browse(vals["partner_id"]).commercial_partner_id.id != vals["partner_id"]
            else vals
            for vals in vals_list
        ]
        return super()._with_customers(told)

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create([self._with_state(vals) for vals in vals_list])
        questions._ensure_documents_readable()
        return questions

    def write(self, vals):
        result = super().write(self._with_state(vals))
        if not {"res_model", "res_id", "partner_id"}.isdisjoint(vals):
            self._ensure_documents_readable()
        return result

    def _ensure_documents_readable(self):
        """Refuse documents that the user may not read, or that are somebody else's.

        Their names are shown as evidence to all who read the question.
        """
        if self.env.su:
            return
        for question in self.filtered("res_id"):
            if question.res_model not in DOCUMENT_MODELS:
                raise ValidationError(
                    self.env._(
                        "A question is about a contact, a lead, an order or an invoice. Open it"
                        " there."
                    )
                )
            document = self.env[question.res_model].browse(question.res_id)
            document.check_access("read")
            customer = document._get_lifecycle_asking()
            if customer and customer != question.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s does not belong to %(customer)s. Choose its own customer.",
                        document=document.display_name,
                        customer=question.partner_id.name,
                    )
                )

    @api.model
    def _with_state(self, vals):
        """Return values with the state that follows from an answer, or a reason to drop."""
        if "state" in vals:
            state = vals["state"]
        elif vals.get("answer"):
            state = "answered"
        elif vals.get("drop_reason"):
            state = "dropped"
        else:
            return vals
        closed = state != "open"
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        return {
            **vals,
            "state": state,
            "answered_on": today if closed else False,
            **({"postponed_until": False} if closed else {}),
        }

    def action_reopen(self):
        """Open questions again; what was said stays in the chatter."""
        self.write({"state": "open", "answer": False, "drop_reason": False})

    @api.readonly
    def action_answer(self):
        """Open the question where the answer is written."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (self.env.ref("crm_lifecycle.crm_lifecycle_question_view_answer").id, "form")
            ],
            "target": "new",
        }

    def action_postpone_week(self):
        """Let questions rest for a week."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        self._postpone(fields.Date.add(today, weeks=1))

    def _postpone(self, day):
        """Let open questions rest until a day to come."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        for question in self:
            if question.state != "open":
                raise UserError(
                    self.env._("Only an open question can be postponed. Reopen it first.")
                )
            if not day or day <= today:
                raise UserError(
                    self.env._(
                        "Choose a day after today to which the question %s is postponed.",
                        question.name,
                    )
                )
        self.postponed_until = day

    # ------------------------------------------------------------
    # OF CUSTOMERS
    # ------------------------------------------------------------

    @api.model
    def _get_open_of(self, partners, company):
        """Return the questions of customers that are due, as ``{customer: questions}``.

        As superuser, so that a contact waits for them whoever has it.

        :param partners: customers, or contacts of theirs
        :param company: whose questions
        """
        questions_sudo = self.sudo().with_company(company)
        return questions_sudo.search(
            Domain("partner_id", "in", partners.commercial_partner_id.ids)
            & Domain("company_id", "=", company.id)
            & Domain("is_due", "=", True)
        ).grouped("partner_id")
