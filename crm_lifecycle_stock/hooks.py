def post_init_hook(env):
    """Have everybody looked at again: deliveries are known from now on."""
    env["crm.lifecycle.pass"]._start("install")
