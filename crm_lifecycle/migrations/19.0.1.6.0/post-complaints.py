from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give companies the complaint deadlines that this version starts them with."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.complaint.deadline"]._create_default_everywhere()
