from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give companies the loyalty levels that this version starts them with, and everybody their
    index, in the background.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lifecycle.loyalty.level"]._create_default_everywhere()
    env["crm.lifecycle.pass"]._start("install")
