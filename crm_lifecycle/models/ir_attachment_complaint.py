from odoo import api, models
from odoo.exceptions import UserError

from .crm_complaint_bounds import FILES_OF_COMPLAINT


class IrAttachment(models.Model):
    """Files that customers put on a complaint are bounded, whichever way they come."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if self.env.user.share:
            attachments._ensure_complaint_files()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if self.env.user.share and not {"res_model", "res_id", "raw", "datas"}.isdisjoint(vals):
            self._ensure_complaint_files()
        return result

    def _ensure_complaint_files(self):
        """Refuse what a customer may not add to a complaint.

        :raise UserError: with what is wrong
        """
        mine = self.sudo().filtered(lambda file: file.res_model == "crm.complaint" and file.res_id)
        for complaint_id, files in mine.grouped("res_id").items():
            complaint = self.env["crm.complaint"].sudo().browse(complaint_id)
            for file in files:
                problem = complaint._get_file_problem(
                    file.name, file.raw or b"", complaint.company_id
                )
                if problem:
                    raise UserError(problem)
            if complaint._count_files() > FILES_OF_COMPLAINT:
                raise UserError(
                    self.env._("There are many files already. Please remove some, or call us.")
                )
