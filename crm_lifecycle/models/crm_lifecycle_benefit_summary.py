from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..access import AMOUNT_GROUPS
from ..engine import answers

# What sending alone writes, and what follows from the order.
PROTECTED_FIELDS = {"state", "sent_at", "sent_by_id", "partner_id", "company_id"}


class CrmLifecycleBenefitSummary(models.Model):
    """What an order brought the customer, drafted from facts, to be sent after a look.

    Nothing sends it by itself. Amounts stand beside the text, so that who may not see them
    neither reads nor sends them.
    """

    _name = "crm.lifecycle.benefit.summary"
    _description = "Benefit Summary"
    _inherit = ["mail.thread"]
    _order = "id DESC"
    _rec_name = "order_id"
    _rec_names_search = ["partner_id", "order_id"]
    _mail_post_access = "read"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="To",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
    )
    body = fields.Html(string="Text", help="What is sent; change it as you like.")
    amount_ordered = fields.Monetary(
        string="Ordered",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="What the order comes to without taxes.",
    )
    amount_saved = fields.Monetary(
        string="Saved",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="Discounts on the invoices of the order.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "Sent")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    sent_at = fields.Datetime(string="Sent On", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    contact_warning = fields.Char(
        compute="_compute_contact_warning",
        help="What speaks against writing to the customer now; you may know better.",
    )

    _order_unique = models.Constraint(
        "UNIQUE(order_id)", "There is one benefit summary of an order. Open that one."
    )

    @api.depends("order_id")
    def _compute_display_name(self):
        for summary in self:
            # As the superuser: the order may be a colleague's, and its number is no secret.
            summary.display_name = summary.sudo().order_id.name

    @api.depends("order_id")
    def _compute_from_order(self):
        for summary in self:
            order = summary.order_id
            summary.partner_id = order.partner_id.commercial_partner_id
            summary.contact_id = order.partner_id
            summary.company_id = order.company_id
            summary.user_id = order.user_id

    @api.depends("contact_id", "company_id")
    @api.depends_context("lang")
    def _compute_contact_warning(self):
        self.contact_warning = False
        for company, summaries in self.grouped("company_id").items():
            blocks = summaries.contact_id.with_company(company)._get_contact_block(
                channel="mail", automated=False
            )
            reasons = {partner.id: block["reason"] for partner, block in blocks.items()}
            for summary in summaries.filtered(lambda summary: summary.state == "draft"):
                summary.contact_warning = reasons.get(summary.contact_id.id, False)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(PROTECTED_FIELDS & vals.keys() for vals in vals_list):
            self._refuse_forgery()
        summaries = super().create(vals_list)
        # The host checks no references.
        summaries.order_id.check_access("read")
        return summaries

    def write(self, vals):
        if not self.env.su and PROTECTED_FIELDS & vals.keys():
            self._refuse_forgery()
        result = super().write(vals)
        if not {"contact_id", "user_id"}.isdisjoint(vals):
            self.contact_id.check_access("read")
            # The host asks its rules about what it was, not about what it has become.
            self.check_access("write")
        return result

    def _refuse_forgery(self):
        raise UserError(
            self.env._(
                "A benefit summary is of its order's customer, and counts as sent once its mail"
                " is sent."
            )
        )

    # ------------------------------------------------------------
    # DRAFT
    # ------------------------------------------------------------

    @api.model
    def _draft_for(self, orders):
        """Draft summaries of orders; those that there are already stay as they are.

        :return: the summaries of all the orders
        """
        there = self.search([("order_id", "in", orders.ids)])
        missing = orders - there.order_id
        drafted = self.create([{"order_id": order.id} for order in missing])
        drafted._redraft()
        return there | drafted

    def _redraft(self):
        """Write texts and amounts anew, from the facts of today."""
        facts = self._get_facts()
        for summary in self:
            told = summary.with_context(lang=summary.contact_id.lang or self.env.lang)
            lines = Markup().join(Markup("<li>%s</li>") % fact for fact in facts[summary])
            body = Markup("<p>%s</p><p>%s</p><ul>%s</ul><p>%s</p>") % (
                told.env._("Dear %s,", summary.contact_id.name),
                told.env._(
                    "your order %s is complete. Here is what it brought you:",
                    summary.order_id.name,
                ),
                lines,
                told.env._("Is there anything else that we can do for you? We like to hear it."),
            )
            # As the superuser: amounts are noted for those who may see them.
            summary.sudo().write({"body": body, **summary.sudo()._get_amounts()})

    def _get_facts(self):
        """Return what each order brought its customer, in their language: ``{summary: [text]}``.

        For bridges to add to. Amounts are left to ``_get_amounts``.
        """
        read = self._read_answers()
        facts = {}
        for summary in self:
            told = summary.with_context(lang=summary.contact_id.lang or self.env.lang)
            order = summary.order_id
            products = order.order_line.filtered(
                lambda line: not line.display_type and line.product_uom_qty > 0
            ).product_id
            facts[summary] = [
                told.env._(
                    "Ordered on %(date)s: %(products)s",
                    date=format_date(told.env, summary._get_order_day()),
                    products=", ".join(
                        # Customers know no internal references.
                        products.with_context(
                            lang=told.env.lang, display_default_code=False
                        ).mapped("display_name")
                    ),
                )
            ]
            count, hours = read.get(summary, (0, None))
            if count:
                facts[summary].append(
                    told.env._(
                        "Messages answered since: %(count)s, half of them within %(time)s",
                        count=count,
                        time=told.env["crm.lifecycle.talk.card"]._describe_hours(hours or 0),
                    )
                )
        return facts

    def _get_order_day(self):
        tz = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_zone()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), self.order_id.date_order
        ).date()

    def _read_answers(self):
        """Return how fast customers were answered since the order.

        :return: ``{summary: (number of answers, median of hours)}``
        """
        self.env.flush_all()
        found = {}
        alike = self.grouped(lambda summary: (summary.company_id, summary.order_id.date_order))
        for (company, since), summaries in alike.items():
            rows = {
                row[0]: row[2:]
                for row in self.env.execute_query(
                    answers.reading(summaries.partner_id.ids, company.id, since)
                )
            }
            found.update(
                {
                    summary: rows[summary.partner_id.id]
                    for summary in summaries
                    if summary.partner_id.id in rows
                }
            )
        return found

    def _get_amounts(self):
        """Return what was ordered, and saved by discounts, in the company's currency."""
        self.ensure_one()
        order = self.order_id
        entries = self.env["crm.lifecycle.value.entry"].with_context(
            lifecycle_partner_ids=self.partner_id.ids
        )
        [[saved]] = entries._read_group(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "discount"),
                ("res_model", "=", "account.move"),
                ("res_id", "in", order.invoice_ids.ids),
            ],
            [],
            ["amount:sum"],
        )
        ordered = order.currency_id._convert(
            order.amount_untaxed, self.currency_id, self.company_id, self._get_order_day()
        )
        return {"amount_ordered": ordered, "amount_saved": max(saved or 0.0, 0.0)}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_redraft(self):
        """Write the text anew from the facts, as long as it is not sent."""
        self.check_access("write")
        for summary in self:
            if summary.state == "sent":
                raise UserError(
                    self.env._("The summary of %s is sent already.", summary.order_id.name)
                )
        # As the superuser: the order may be a colleague's, what it brought is no secret.
        self.sudo()._redraft()

    def action_send(self):
        """Open a mail with the summary, to be looked at and sent."""
        self.ensure_one()
        self.check_access("write")
        if not self.contact_id.email:
            raise UserError(
                self.env._(
                    "%s has no e-mail address. Enter one, or choose another person under To.",
                    self.contact_id.display_name or self.partner_id.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                **self._prepare_mail(),
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "lifecycle_mark_sent": True,
                "force_email": True,
            },
        }

    def _prepare_mail(self):
        """Return what the mail begins with: the template, or what it says in a database whose host
        has nothing to print the summary with. The text is all there without the attachment.
        """
        template = self.env.ref(
            "crm_lifecycle.mail_template_benefit_summary", raise_if_not_found=False
        )
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if not template or not template.report_template_ids or state not in ("install", "broken"):
            return {"default_template_id": template.id if template else False}
        said = template._generate_template(self.ids, ("subject", "body_html"))[self.id]
        return {
            "default_subject": said["subject"],
            "default_body": said["body_html"],
            "default_partner_ids": self.contact_id.ids,
        }

    def message_post(self, **kwargs):
        message = super().message_post(**kwargs)
        # The context may come from anybody, a note reaches nobody.
        if (
            self.env.context.get("lifecycle_mark_sent")
            and message.partner_ids
            and not message.is_internal
            and self.has_access("write")
        ):
            # As the superuser: who may post the mail has sent it.
            self.sudo().write(
                {
                    "state": "sent",
                    "sent_at": fields.Datetime.now(),
                    "sent_by_id": self.env.uid,
                }
            )
        return message

    @api.readonly
    def action_open_order(self):
        """Open the order."""
        self.ensure_one()
        return self.order_id._get_records_action()
