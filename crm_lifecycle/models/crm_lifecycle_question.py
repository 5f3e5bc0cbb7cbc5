from odoo import fields, models

QUESTION_STATES = [("open", "Open"), ("answered", "Answered"), ("dropped", "Dropped")]


class CrmLifecycleQuestion(models.Model):
    """Something that a customer asked, until it is answered, or dropped for a reason."""

    _name = "crm.lifecycle.question"
    _description = "Customer's Question"
    _order = "asked_on, id"

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
    state = fields.Selection(QUESTION_STATES, required=True, default="open", copy=False)
    postponed_until = fields.Date(
        copy=False, help="Until this day nobody is reminded of the question."
    )
    answer = fields.Text(copy=False)
    drop_reason = fields.Char(copy=False)
    answered_on = fields.Date(readonly=True, copy=False)
    res_model = fields.Char(string="Asked About (Model)", readonly=True)
    res_id = fields.Many2oneReference(string="Asked About", model_field="res_model", readonly=True)

    _open_idx = models.Index("(partner_id, company_id) WHERE state = 'open'")
