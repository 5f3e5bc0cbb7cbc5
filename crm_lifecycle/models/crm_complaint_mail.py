import logging
import re
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from .lifecycle_portal_thread_mixin import FILES_OF_RECORD

_logger = logging.getLogger(__name__)

# What a number of an order or invoice may look like; only what is found among the customer's own
# documents counts.
WORD = re.compile(r"[\w/-]+")
SUBJECT_READ = 1000
# Characters of a mail that are kept as what happened; all of it is in the thread.
DESCRIPTION_LENGTH = 100_000


class CrmComplaint(models.Model):
    """Mails to the address for complaints become complaints, and replies go on with them."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited
    _primary_email = "email_from"

    email_from = fields.Char(
        string="E-mail",
        copy=False,
        index="trigram",
        help="The address from which somebody wrote whom we may not know.",
    )
    email_from_normalized = fields.Char(
        compute="_compute_email_from_normalized",
        store=True,
        index="btree_not_null",
        export_string_translation=False,
    )

    @api.depends("email_from")
    def _compute_email_from_normalized(self):
        for complaint in self:
            complaint.email_from_normalized = email_normalize(complaint.email_from)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a complaint of a mail."""
        values = dict(custom_values or {})
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        customer = self._get_mail_customer(msg_dict)
        self._drop_mail_files(msg_dict, company)
        values = {
            "subject": self._shorten_subject(msg_dict.get("subject")) or self.env._("(no subject)"),
            "description": self._get_mail_description(msg_dict),
            "partner_id": customer.id,
            "email_from": msg_dict.get("email_from"),
            "channel": "mail",
            "company_id": company.id,
            # The host writes the subject here unless it is filled in; the number follows.
            "name": self.env._("Not Numbered Yet"),
            **self._prepare_named_documents(msg_dict, customer, company),
            **values,
        }
        return super(CrmComplaint, self.with_company(company)).message_new(msg_dict, values)

    def message_update(self, msg_dict, update_vals=None):
        """Go on with a complaint: who wrote is known by now, or names a document."""
        self.ensure_one()
        values = dict(update_vals or {})
        self._drop_mail_files(msg_dict, self.company_id, self)
        sender = self._get_mail_customer(msg_dict)
        if sender and not self.partner_id and self._is_own_address(msg_dict):
            values["partner_id"] = sender.id
        customer = self.partner_id or self.partner_id.browse(values.get("partner_id"))
        if sender and sender.commercial_partner_id == customer.commercial_partner_id:
            named = self._prepare_named_documents(msg_dict, customer, self.company_id)
        else:
            named = {}
        result = super().message_update(msg_dict, values)
        if named:
            self._link_named_documents(named)
        return result

    def _link_named_documents(self, values):
        """Link what a mail names, unless that is refused; the mail itself must not be lost."""
        try:
            with self.env.cr.savepoint():
                self.write(values)
        except ValidationError as error:
            _logger.info(
                "Documents that a mail named were not linked to complaint %s: %s", self.id, error
            )

    def _is_own_address(self, msg_dict):
        """Tell whether a mail is from where the complaint came from."""
        sender = email_normalize(msg_dict.get("email_from"))
        return bool(sender) and sender == self.email_from_normalized

    @api.model
    def _get_mail_customer(self, msg_dict):
        """Return who wrote a mail, empty if it is a colleague or nobody whom we know."""
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or ()).exists()
        return author if author.partner_share else author.browse()

    @api.model
    def _get_mail_flood(self, msg_dict, company):
        """Return the last open complaint of who sends more than they may, else none.

        Colleagues may: they forward what many customers have written.
        """
        customer = self._get_mail_customer(msg_dict)
        sender = email_normalize(msg_dict.get("email_from"))
        if customer:
            filed = self._get_filed_within_hour(customer, company)
        elif sender and not msg_dict.get("author_id"):
            filed = self.sudo().search(
                [
                    ("email_from_normalized", "=", sender),
                    ("partner_id", "=", False),
                    ("company_id", "=", company.id),
                    ("channel", "=", "mail"),
                    ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
                ],
                order="id DESC",
            )
        else:
            return self.browse()
        if len(filed) < company.sudo().lifecycle_complaint_hourly:
            return self.browse()
        return filed.filtered(lambda complaint: complaint.is_open)[:1]

    @api.model
    def _get_mail_description(self, msg_dict):
        body = msg_dict.get("body") or ""
        # Half a page of HTML shows nothing, or too much.
        return body if len(body) <= DESCRIPTION_LENGTH else False

    @api.model
    def _drop_mail_files(self, msg_dict, company, complaint=None):
        """Leave out files that are not taken, and say so below the mail.

        Nobody is there to be asked for others; the mail itself must not be lost.

        :param complaint: the one that gets them, which takes so many altogether
        """
        most = company.sudo().lifecycle_complaint_files
        room = FILES_OF_RECORD - (complaint._count_files() if complaint else 0)
        kept, problems = [], []
        for attachment in msg_dict.get("attachments") or ():
            name, content = attachment[0], attachment[1]
            content = content.encode() if isinstance(content, str) else content or b""
            problem = self._get_file_problem(name, content, company)
            if not problem and len(kept) >= most:
                problem = self.env._("%(name)s is one more than %(most)s.", name=name, most=most)
            if not problem and len(kept) >= room:
                problem = self.env._("%s: there are many files already.", name)
            if problem:
                problems.append(problem)
            else:
                kept.append(attachment)
        if problems:
            msg_dict["attachments"] = kept
            msg_dict["body"] = (msg_dict.get("body") or "") + self._get_portal_text(
                "\n".join([self.env._("Files left out:"), *problems])[:5000]
            )

    @api.model
    def _prepare_named_documents(self, msg_dict, customer, company):
        """Return links to the customer's own documents that the subject names."""
        words = WORD.findall((msg_dict.get("subject") or "")[:SUBJECT_READ])
        numbers = [word for word in words if any(letter.isdigit() for letter in word)]
        if not numbers or not customer:
            return {}
        own = [
            ("partner_id.commercial_partner_id", "=", customer.commercial_partner_id.id),
            ("company_id", "=", company.id),
            ("name", "in", numbers),
        ]
        orders = self.env["sale.order"].sudo().search(own)
        invoices = (
            self.env["account.move"]
            .sudo()
            .search(
                [*own, ("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted")]
            )
        )
        return {
            name: [Command.link(record.id) for record in records]
            for name, records in (("order_ids", orders), ("move_ids", invoices))
            if records
        }
