from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give companies what this version starts them with, and type everybody in the background."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for model in ("crm.lifecycle.segment", "crm.lifecycle.service.level", "crm.lifecycle.fact"):
        env[model]._create_default_everywhere()
    env["crm.lost.reason"]._mark_lifecycle_price()
    env["crm.lifecycle.pass"]._start("install")
