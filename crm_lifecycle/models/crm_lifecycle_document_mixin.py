from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLifecycleDocumentMixin(models.AbstractModel):
    """A record that points to a document of the host, whatever its model."""

    _name = "crm.lifecycle.document.mixin"
    _description = "Customer Lifecycle Document Reference"

    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    document_name = fields.Char(string="Document Name", compute="_compute_document_name")

    @api.depends("res_model", "res_id")
    @api.depends_context("lang")
    def _compute_document_name(self):
        """Name the documents, with one query per model; empty for a deleted one.

        The name is shown to everybody who reads the record, as its evidence; the
        document itself opens only for those who may read it.
        """
        names = {}
        for model, records in self.grouped("res_model").items():
            if model and model in self.env:
                documents = self.env[model].sudo().browse(records.mapped("res_id")).exists()
                names.update(((model, doc.id), doc.display_name) for doc in documents)
        for record in self:
            record.document_name = names.get((record.res_model, record.res_id), False)

    def action_open_document(self):
        """Open the document in its own form."""
        self.ensure_one()
        if not self.document_name:
            raise UserError(self.env._("The document is no longer there."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
