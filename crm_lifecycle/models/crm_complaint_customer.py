from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmComplaint(models.Model):
    """Whose complaints are open, and about what; documents are of the customer who complains."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("order_line_ids", "order_ids", "move_ids", "lead_ids", "partner_id")
    def _check_customer_of_documents(self):
        """Refuse documents of another customer: their invoices would be left unpaid."""
        for complaint in self.sudo():
            for document in complaint._get_documents():
                if complaint.commercial_partner_id not in self._get_customers_of(document):
                    raise ValidationError(
                        self.env._(
                            "%(document)s is of another customer than the complaint"
                            " %(complaint)s. Choose documents of %(customer)s.",
                            document=document.display_name,
                            complaint=complaint.name,
                            customer=complaint.commercial_partner_id.name
                            or self.env._("a customer, after you have chosen one"),
                        )
                    )

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
        return self.sudo().move_ids.filtered(lambda move: move.move_type == "out_invoice")

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
