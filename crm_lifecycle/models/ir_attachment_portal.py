from odoo import api, models
from odoo.exceptions import UserError

from .lifecycle_portal_thread_mixin import FILES_OF_RECORD


class IrAttachment(models.Model):
    """Files that customers put on what they handed in are bounded, whichever way they come."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if self.env.user.share:
            attachments._ensure_portal_files()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if self.env.user.share and not {"res_model", "res_id", "raw", "datas"}.isdisjoint(vals):
            self._ensure_portal_files()
        return result

    @api.model
    def _is_portal_bounded(self, model):
        """Tell whether files on records of a model are bounded."""
        thread = self.env.registry["lifecycle.portal.thread.mixin"]
        return model in self.env and issubclass(self.env.registry[model], thread)

    def _ensure_portal_files(self):
        """Refuse what a customer may not add to what they handed in.

        :raise UserError: with what is wrong
        """
        mine = self.sudo().filtered(
            lambda file: file.res_id and self._is_portal_bounded(file.res_model)
        )
        for (model, res_id), files in mine.grouped(
            lambda file: (file.res_model, file.res_id)
        ).items():
            record = self.env[model].sudo().browse(res_id)
            for file in files:
                problem = record._get_file_problem(file.name, file.raw or b"", record.company_id)
                if problem:
                    raise UserError(problem)
            if record._count_files() > FILES_OF_RECORD:
                raise UserError(
                    self.env._("There are many files already. Please remove some, or call us.")
                )
