from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """Ask for no source of a colleague's own contact."""
        optional = self.with_context(lifecycle_source_optional=True)
        return super(ResUsers, optional).create(vals_list).with_env(self.env)
