from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Say which lost reason is the price, and type everybody, in the background."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lost.reason"]._mark_lifecycle_price()
    env["crm.lifecycle.pass"]._start("install")
