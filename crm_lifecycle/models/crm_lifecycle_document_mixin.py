from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLifecycleDocumentMixin(models.AbstractModel):
    """A record that points to a document of the host, whatever its model."""

    _name = "crm.lifecycle.document.mixin"
    _description = "Customer Lifecycle Document Reference"

    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    document_name = fields.Char(compute="_compute_document_name")
    document_hidden = fields.Boolean(
        compute="_compute_document_name",
        help="The document is there, but the user may not know its name.",
    )
    document_readable = fields.Boolean(
        compute="_compute_document_readable", help="The user may open the document."
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_document_name(self):
        """Name the documents, with one query per model; empty for a deleted one.

        The name is evidence for everybody who reads the record, but the lead's for
        those alone who have a right on leads. The document itself opens only for
        those who may read it.
        """
        names = {}
        for model, records in self.grouped("res_model").items():
            if model and model in self.env:
                documents = self.env[model].sudo().with_context(lifecycle_evidence=True)
                documents = documents.browse(records.mapped("res_id")).exists()
                names.update(
                    ((model, doc.id), self._may_name(doc) and doc.display_name) for doc in documents
                )
        for record in self:
            document = (record.res_model, record.res_id)
            record.document_name = names.get(document, False)
            record.document_hidden = document in names and names[document] is False

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_document_readable(self):
        """Tell which documents open for the user, with one query per model."""
        readable = set()
        for model, records in self.grouped("res_model").items():
            if model and model in self.env:
                documents = self.env[model].browse(records.mapped("res_id")).exists()
                readable.update((model, doc.id) for doc in documents._filtered_access("read"))
        for record in self:
            record.document_readable = (record.res_model, record.res_id) in readable

    @api.model
    def _may_name(self, document):
        """Tell whether the user may read a document's name as evidence.

        Orders, invoices and what else tells of a sale is known to sales and
        accounting alike; a lead, and a rating named after one, only to sales.
        """
        named = {document._name}
        if document._name == "rating.rating":
            named.add(document.res_model)
        # Not as superuser, whom the fields on contacts are computed as.
        return "crm.lead" not in named or self.env["crm.lead"].sudo(False).has_access("read")

    @api.readonly
    def action_open_document(self):
        """Open the document in its own form."""
        self.ensure_one()
        if not self.document_name and not self.document_hidden:
            raise UserError(self.env._("The document is no longer there."))
        self.env[self.res_model].browse(self.res_id).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
