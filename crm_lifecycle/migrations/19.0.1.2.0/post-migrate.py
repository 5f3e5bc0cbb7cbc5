from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Look at everybody, and keep what the documents look like, in the background."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.pass"]._start("install")
