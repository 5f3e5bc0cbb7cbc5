def post_init_hook(env):
    """Queue every customer that the ERP already knows.

    Nothing is computed here: on a full database the installation returns at
    once and the queue's cron derives the history in the background.
    """
    env["crm.lifecycle.queue"]._enqueue_everybody()


def uninstall_hook(env):
    """Leave nothing behind that the ORM's own uninstallation does not know."""
    env["ir.config_parameter"].search([("key", "=like", r"crm\_lifecycle.%")]).unlink()
