from odoo.tools import SQL

# Records of the host that the demo data bring along.
DEMO_MODELS = (
    "loyalty.program",
    "loyalty.reward",
    "loyalty.rule",
    "product.pricelist",
    "product.product",
)


# What is for some customers only, and the fields that tell for whom.
LIMITED_MODELS = ("loyalty.program", "product.pricelist")
LIMITS = ("lifecycle_level_ids", "lifecycle_stage_ids", "lifecycle_type_ids")


def uninstall_hook(env):
    """Leave programmes and cards to the host: customers have points on them."""
    # What limits them cannot be deleted otherwise.
    for model in LIMITED_MODELS:
        for name in LIMITS:
            env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(env[model]._fields[name].relation)))
    env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle_loyalty"), ("model", "in", DEMO_MODELS)]
    ).unlink()
