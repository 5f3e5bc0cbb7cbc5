# Records of the host that the demo data bring along.
DEMO_MODELS = ("product.product", "product.template", "stock.lot", "stock.picking")


def post_init_hook(env):
    """Have everybody looked at again: deliveries are known from now on."""
    env["crm.lifecycle.pass"]._start("install")


def uninstall_hook(env):
    """Leave the demo's goods with the transfers that name them."""
    env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle_stock"), ("model", "in", DEMO_MODELS)]
    ).unlink()
