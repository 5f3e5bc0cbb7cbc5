# Records of the host that the demo data bring along.
DEMO_MODELS = (
    "crm.team",
    "mail.alias",
    "product.category",
    "product.product",
    "product.template",
    "res.company",
    "res.currency.rate",
    "res.partner",
    "res.partner.category",
    "res.users",
)


def post_init_hook(env):
    """Queue every customer that the ERP already knows.

    Nothing is computed here: on a full database the installation returns at
    once and the queue's cron derives the history in the background.
    """
    env["crm.lifecycle.queue"]._enqueue_everybody()


def uninstall_hook(env):
    """Leave nothing behind that the ORM's own uninstallation does not know."""
    env["ir.config_parameter"].search([("key", "=like", r"crm\_lifecycle.%")]).unlink()
    # The stages that these name could not be deleted before them.
    env.cr.execute("TRUNCATE crm_lifecycle_transition, crm_lifecycle_profile")
    # The demo's people and goods stay with the orders and invoices that name them.
    env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle"), ("model", "in", DEMO_MODELS)]
    ).unlink()
