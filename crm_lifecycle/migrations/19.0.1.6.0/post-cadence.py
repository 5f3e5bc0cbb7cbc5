from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give companies the cadences that this version starts them with, in the background."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.cadence"]._create_default_everywhere()
