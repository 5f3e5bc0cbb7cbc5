from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give companies the levels of payment reminders that this version starts them with."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.dunning.level"]._create_default_everywhere()
