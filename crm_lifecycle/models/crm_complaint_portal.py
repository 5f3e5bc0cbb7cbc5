from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: All that a customer reads of their complaints; the rest is how we work on them.
PORTAL_FIELDS = frozenset(
    {
        "access_token",
        "access_url",
        "access_warning",
        "active",
        "category_id",
        "closed_at",
        "commercial_partner_id",
        "company_id",
        "create_date",
        "date",
        "description",
        "display_name",
        "id",
        "is_open",
        "kind",
        "move_ids",
        "name",
        "order_ids",
        "partner_id",
        "reject_reason",
        "solved_at",
        "step_code",
        "step_id",
        "subject",
        "website_message_ids",
        "write_date",
    }
)


class CrmComplaint(models.Model):
    """What customers see of their complaints in the portal, and do with them there."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    _portal_fields = PORTAL_FIELDS
    # Without how severe we think they are.
    _portal_order = "date DESC, id DESC"

    def _compute_access_url(self):
        super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/complaints/{complaint.id}"

    def _get_portal_documents(self):
        """Return the documents that it is about, as far as the customer knows them.

        :return: ``[(name, address of its page)]``
        """
        self.ensure_one()
        complaint = self.sudo()
        orders = complaint.order_ids.filtered(lambda order: order.state in ("sent", "sale"))
        invoices = complaint.move_ids.filtered(lambda move: move.state == "posted")
        return [(document.name, document.access_url) for document in (*orders, *invoices)]

    def _get_portal_step(self):
        """Return the step as customers call it: who waits for the customer waits for them."""
        self.ensure_one()
        if self.step_code == "waiting":
            return self.env._("Waiting for You")
        return self.sudo().step_id.name

    def _get_portal_mood(self):
        """Return the colour in which the portal shows the step."""
        self.ensure_one()
        return {"waiting": "warning", "solved": "success", "closed": "secondary"}.get(
            self.step_code, "danger" if self.step_code == "rejected" else "info"
        )

    # ------------------------------------------------------------
    # REOPENING
    # ------------------------------------------------------------

    def _can_portal_reopen(self):
        """Tell whether the customer may say that it is not solved after all."""
        self.ensure_one()
        days = self.company_id.sudo().lifecycle_complaint_reopen_days
        ended = self.closed_at or self.solved_at
        return bool(
            self.step_code in ("solved", "closed")
            and not self.duplicate_of_id
            and self.active
            and ended
            and fields.Datetime.now() <= ended + timedelta(days=days)
        )

    def _portal_reopen(self, author, reason):
        """Reopen a complaint for its customer, who says why.

        :param author: the contact who says so
        :param str reason: in plain text
        :raise UserError: if it cannot be reopened any more, or no reason is given
        """
        self.ensure_one()
        reason = self._get_portal_text(reason)
        if not self._can_portal_reopen():
            raise UserError(
                self.env._(
                    "%s can no longer be reopened. Please file a new one, and name this one there.",
                    self.name,
                )
            )
        if not reason:
            raise UserError(self.env._("Please tell us what is still wrong."))
        self.action_reopen()
        self.message_post(
            body=reason,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # ------------------------------------------------------------
    # FILING
    # ------------------------------------------------------------

    @api.model
    def _portal_file(self, customer, company, form, files=(), document=None):
        """File a complaint for a customer.

        :param customer: the contact who complains
        :param company: to which company they complain
        :param dict form: ``subject``, ``description``, ``kind`` and ``category_id`` as filled in
        :param files: ``[(name, content)]``
        :param document: the order or invoice that it is about, already checked to be theirs
        :raise UserError: with what the customer has to change
        """
        self._ensure_portal_open(company)
        self._ensure_hourly(customer, company)
        vals = self._prepare_portal_filing(customer, company, form, document)
        self._ensure_files(files, company)
        complaint = (
            self.with_company(company).with_context(mail_create_nosubscribe=True).create(vals)
        )
        complaint.message_subscribe(customer.ids)
        complaint._portal_ensure_token()
        if files:
            complaint.message_post(
                body=self.env._("Files handed in with the complaint"),
                attachments=list(files),
                author_id=customer.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return complaint

    @api.model
    def _ensure_portal_open(self, company):
        if not company.sudo().lifecycle_complaint_portal:
            raise UserError(
                self.env._("%s takes no complaints here. Please write or call.", company.name)
            )

    @api.model
    def _prepare_portal_filing(self, customer, company, form, document):
        subject = self._get_portal_line(form.get("subject"))
        description = self._get_portal_text(form.get("description"))
        if not subject:
            raise UserError(self.env._("Please say in a few words what it is about."))
        if not description:
            raise UserError(self.env._("Please describe what happened."))
        kind = form.get("kind") or "complaint"
        if kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("Please choose what it is: a complaint, or something else."))
        vals = {
            "subject": subject,
            "description": description,
            "kind": kind,
            "category_id": self._get_portal_category(form.get("category_id")).id,
            "partner_id": customer.id,
            "company_id": company.id,
            "channel": "portal",
        }
        if document is not None:
            vals |= document._prepare_portal_complaint(form)
        return vals

    @api.model
    def _get_portal_categories(self):
        """Return the categories that customers choose from."""
        return self.env["crm.complaint.category"].sudo().search(Domain.TRUE)

    @api.model
    def _get_portal_category(self, category_id):
        categories = self._get_portal_categories()
        if not category_id:
            return categories.browse()
        category = categories.filtered(lambda category: str(category.id) == str(category_id))
        if not category:
            raise UserError(self.env._("Please choose one of the categories."))
        return category
