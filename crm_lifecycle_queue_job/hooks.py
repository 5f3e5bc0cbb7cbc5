from .models.crm_lifecycle_pass import JOB_METHODS


def uninstall_hook(env):
    """Take the jobs along: nobody could run them any more.

    The passes that they were for are the cron's again.
    """
    env["queue.job"].search(
        [("model_name", "=", "crm.lifecycle.pass"), ("method_name", "in", JOB_METHODS)]
    ).unlink()
