# Records of the host that the demo data bring along.
DEMO_MODELS = (
    "loyalty.program",
    "loyalty.reward",
    "loyalty.rule",
    "product.pricelist",
    "product.product",
)


def uninstall_hook(env):
    """Leave programmes and cards to the host: customers have points on them."""
    env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle_loyalty"), ("model", "in", DEMO_MODELS)]
    ).unlink()
