from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmComplaint(models.Model):
    """Whose complaints are open, and about what; documents are of the customer who complains."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("order_line_ids", "order_ids", "move_ids", "lead_ids", "partner_id")
    def _check_customer_of_documents(self):
        """Refuse documents of another customer: their invoices would be left unpaid."""
        with self._with_all_links() as complaints:
            for complaint in complaints:
                complaint._ensure_customer_of_documents()

    def _ensure_customer_of_documents(self):
        self.ensure_one()
        for document in self._get_documents():
            if self.commercial_partner_id not in self._get_customers_of(document):
                raise ValidationError(
                    self.env._(
                        "%(document)s is of another customer than the complaint"
                        " %(complaint)s. Choose documents of %(customer)s.",
                        document=document.display_name,
                        complaint=self.name,
                        customer=self.commercial_partner_id.name
                        or self.env._("a customer, after you have chosen one"),
                    )
                )

    def _keep_without(self, contact, customer):
        """Keep complaints whose contact is about to be deleted; as the superuser.

        :param customer: the company of the contact, empty if it goes as well
        """
        for complaint in self:
            complaint._message_log(
                body=self.env._("The contact %s, who complained, was deleted.", contact.name or "")
            )
        if customer:
            self.with_context(mail_notrack=True).write({"partner_id": customer.id})
            return
        # The host lets nobody go who has invoices; what is held all the same is held in vain.
        self.hold_ids._release("removed")

    @contextmanager
    def _with_all_links(self):
        """Give the complaints as the superuser, with all that they are linked to.

        What somebody may see of a link is in the cache of everybody. So who reads links by other
        rights than the user's reads them anew, and leaves nothing that the user would stumble on.
        """
        names = self._get_cached_links()
        # What is not saved is in the cache alone.
        saved = self.browse(complaint_id for complaint_id in self._ids if complaint_id)
        saved.invalidate_recordset(names, flush=False)
        try:
            yield self.sudo()
        finally:
            saved.invalidate_recordset(names, flush=False)

    @api.model
    def _get_cached_links(self):
        """Return the names of the fields of which a user may see a part alone."""
        return [*self._get_links(), "hold_ids"]

    def _get_documents(self):
        """Return the documents that are to be of the customer who complains."""
        self.ensure_one()
        return [
            *self.order_ids,
            *self.order_line_ids.order_id,
            *self.move_ids,
            *self.lead_ids.filtered("partner_id"),
        ]

    @api.model
    def _get_customers_of(self, document):
        """Return the customers of a document: who ordered, who pays, and who is delivered to."""
        names = {"partner_id", "partner_invoice_id", "partner_shipping_id"} & {*document._fields}
        partners = self.env["res.partner"].union(*(document[name] for name in names))
        return partners.commercial_partner_id

    def _get_invoices(self):
        """Return the invoices that the complaints are about."""
        with self._with_all_links() as complaints:
            return complaints.move_ids.filtered(lambda move: move.move_type == "out_invoice")

    @api.model
    def _get_open_domain(self):
        """Return the domain of open complaints in the narrow sense: no requests, feedback or
        questions, which pause nothing.
        """
        return (
            Domain("is_open", "=", True)
            & Domain("active", "=", True)
            & Domain("kind", "=", "complaint")
        )

    @api.model
    def _open_of(self, partners, company):
        """Return the open complaints of customers, as ``{customer: complaints}``.

        As superuser, since a colleague's complaint counts as well.

        :param partners: customers, or contacts of theirs
        :param company: whose complaints
        """
        return (
            self.sudo()
            .search(
                self._get_open_domain()
                & Domain("commercial_partner_id", "in", partners.commercial_partner_id.ids)
                & Domain("company_id", "=", company.id)
            )
            .grouped("commercial_partner_id")
        )
