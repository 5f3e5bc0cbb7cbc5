"""Companies, people and goods that the users have to do with."""

import random

from . import check

#: What each user of the run is in the host: a person per role.
ROLES = {
    "seller": (
        "sales_team.group_sale_salesman_all_leads",
        "base.group_partner_manager",
    ),
    # Cancelling an order takes the right to its payments as well.
    "manager": (
        "sales_team.group_sale_manager",
        "account.group_account_invoice",
        "base.group_partner_manager",
    ),
    "accountant": ("account.group_account_invoice", "base.group_partner_manager"),
    "storekeeper": ("stock.group_stock_user",),
}
#: By it the run's own contacts are told from the demo's.
MARK = "faults"


def prepare(database, options):
    """Create what the run needs, committed; return what the processes have to know."""
    env = check.environment(database)
    with env.cr:
        companies = env.ref("base.main_company") | env.ref("crm_lifecycle.company_shanghai")
        env = env(context={"allowed_company_ids": companies.ids, "no_reset_password": True})
        _rest_other_jobs(env)
        _open_warehouses(env, companies)
        scene = {
            "database": database,
            "company_ids": companies.ids,
            "company_weights": [3, 2],
            "users": _create_users(env, companies, options.users),
            "product_ids": _create_products(env).ids,
            "mark": MARK,
        }
        _create_customers(env, options, companies)
        env.cr.commit()
    return scene


def _rest_other_jobs(env):
    """Leave the worker with our jobs alone: mail and the like is none of the run's."""
    (env["ir.cron"].search([]) - env.ref("crm_lifecycle.ir_cron_process_queue")).active = False


def _open_warehouses(env, companies):
    for company in companies:
        if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
            if not env["stock.location"].search_count(
                [("company_id", "=", company.id), ("usage", "=", "inventory")]
            ):
                company.sudo()._create_per_company_locations()
                company.sudo()._create_per_company_sequences()
            env["stock.warehouse"].create(
                {"name": company.name, "code": f"F{company.id}", "company_id": company.id}
            )


def _create_users(env, companies, count):
    """Return the ids of as many people per role, as ``[{role: id}]``."""
    return [
        {
            role: env["res.users"]
            .create(
                {
                    "name": f"Faults {role} {number}",
                    "login": f"faults_{role}_{number}",
                    "company_id": companies[0].id,
                    "company_ids": [(6, 0, companies.ids)],
                    "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
                    "notification_type": "inbox",
                }
            )
            .id
            for role, groups in ROLES.items()
        }
        for number in range(count)
    ]


def _create_products(env):
    return env["product.product"].create(
        [
            {
                "name": f"Faults {type_} by {policy}",
                "type": type_,
                "invoice_policy": policy,
                "list_price": price,
                "taxes_id": [(5, 0, 0)],
            }
            for type_, policy, price in (
                ("service", "order", 40.0),
                ("consu", "order", 25.0),
                ("consu", "delivery", 10.0),
            )
        ]
    )


def _create_customers(env, options, companies):
    """Create companies of the run, every third with a contact, some of one company only."""
    rng = random.Random(options.seed)  # noqa: S311 a recorded seed, not a secret
    customers = env["res.partner"].create(
        [
            {
                "name": f"Faults {number}",
                "is_company": rng.random() < 0.7,
                "ref": MARK,
                "company_id": companies[0].id if rng.random() < 0.1 else False,
            }
            for number in range(options.customers)
        ]
    )
    env["res.partner"].create(
        [
            {"name": f"{customer.name}'s contact", "parent_id": customer.id, "ref": MARK}
            for customer in customers[::3]
        ]
    )
