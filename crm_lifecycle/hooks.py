from datetime import datetime, time, timedelta

import pytz

from odoo.tools import SQL

# When the nightly pass runs, in the time zone of the company that installs.
NIGHT = time(1, 30)

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
    """Have every customer looked at that the ERP already knows.

    Nothing is computed here: on a full database the installation returns at
    once and the queue's cron derives the history in the background.
    """
    env["crm.lifecycle.pass"]._start("install")
    env["crm.lost.reason"]._mark_lifecycle_price()
    _schedule_nights(env)


def _schedule_nights(env):
    """Have the nightly pass run when it is night where the company is."""
    company = env.company
    # As the host does it: it knows names of zones that the system has forgotten.
    zone = pytz.timezone(company.partner_id.tz or company.resource_calendar_id.tz or "UTC")
    here = datetime.now(zone)
    day = here.date() + timedelta(days=int(here.time() >= NIGHT))
    night = zone.localize(datetime.combine(day, NIGHT))
    env.ref("crm_lifecycle.ir_cron_sweep").nextcall = night.astimezone(pytz.utc).replace(
        tzinfo=None
    )


def uninstall_hook(env):
    """Leave nothing behind that the host's own uninstallation does not know."""
    names = [name for name, model in env.items() if model._original_module == "crm_lifecycle"]
    env["ir.config_parameter"].search([("key", "=like", r"crm\_lifecycle.%")]).unlink()
    _delete_planned(env)
    # The stages that these name could not be deleted before them.
    env.cr.execute(
        "TRUNCATE crm_lifecycle_transition, crm_lifecycle_value, crm_lifecycle_type_move,"
        " crm_lifecycle_segment_move, crm_lifecycle_follow_up, crm_lifecycle_loyalty_month,"
        " crm_lifecycle_profile, crm_lifecycle_purchase_day"
    )
    # Nor the templates that levels of payment reminders name.
    env.cr.execute("TRUNCATE crm_lifecycle_dunning_notice, crm_lifecycle_dunning_level")
    # Nor competitors and sources before what names them.
    env.cr.execute("DELETE FROM crm_lifecycle_competitor_presence")
    env.cr.execute("UPDATE crm_lifecycle_source SET parent_id = NULL")
    _follow_up_again(env)
    # Nor steps, categories and causes before the complaints that name them.
    env.cr.execute("DELETE FROM crm_complaint")
    env.cr.execute("UPDATE crm_complaint_category SET parent_id = NULL")
    for table in ("res_partner", "crm_lead"):
        env.cr.execute(
            SQL(
                "UPDATE %s SET lifecycle_source_id = NULL WHERE lifecycle_source_id IS NOT NULL",
                SQL.identifier(table),
            )
        )
    env.cr.execute(
        "DROP FUNCTION IF EXISTS crm_lifecycle_keep_stage(date[], int[], int[], boolean[], int)"
    )
    _keep_used_activity_type(env)
    # The demo's people and goods stay with the orders and invoices that name them.
    env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle"), ("model", "in", DEMO_MODELS)]
    ).unlink()
    # What people saved for our screens names the model by a text, not by a key.
    filters = env["ir.filters"].with_context(active_test=False)
    filters.search([("model_id", "in", names)]).unlink()
    env["ir.exports"].search([("resource", "in", names)]).unlink()
    _forget_inherited(env, names)
    # The host records the foreign keys of fields on its own models, and forgets them
    # only together with the model.
    env["ir.model.constraint"].search(
        [("module.name", "=", "crm_lifecycle"), ("type", "=", "f")]
    ).unlink()


def _follow_up_again(env):
    """Give the flag back to invoices that complaints alone keep from being followed up."""
    env.flush_all()
    env.cr.execute(
        """UPDATE account_move_line line
              SET no_followup = FALSE
             FROM crm_complaint_hold hold, account_account account
            WHERE hold.move_id = line.move_id AND account.id = line.account_id
              AND hold.state = 'active' AND NOT COALESCE(hold.former_value, FALSE)
              AND account.account_type IN ('asset_receivable', 'liability_payable')
              AND line.no_followup
              AND NOT EXISTS (SELECT FROM crm_complaint_hold kept
                               WHERE kept.move_id = hold.move_id AND kept.decision = 'keep')"""
    )
    env["account.move.line"].invalidate_model(["no_followup"])
    env["account.move"].invalidate_model(["no_followup"])


def _delete_planned(env):
    """Delete what is planned by itself: nobody would know why any more."""
    planned = (
        env["crm.lifecycle.follow.up"].search([("state", "=", "open")]).activity_id
        | env["crm.lifecycle.return.visit"].search([("state", "=", "due")]).activity_id
    )
    planned.unlink()
    env.flush_all()
    # A rule may name a type of activity that we brought along.
    env.cr.execute("UPDATE crm_lifecycle_cadence SET activity_type_id = NULL")


def _forget_inherited(env, names):
    """Drop the external ids of what our models inherited: they belong to the addons of
    the mixins, and would outlive the fields that they name.

    :param list names: names of our models
    """
    fields = env["ir.model.fields"].search([("model", "in", names)])
    for records in (
        fields,
        fields.selection_ids,
        env["ir.model.inherit"].search([("model_id.model", "in", names)]),
        env["ir.model.constraint"].search([("model.model", "in", names)]),
    ):
        env["ir.model.data"].search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
                ("module", "!=", "crm_lifecycle"),
            ]
        ).unlink()


def _keep_used_activity_type(env):
    """Leave the type of visits to the host where there are activities of it."""
    visit = env.ref("crm_lifecycle.mail_activity_type_visit", raise_if_not_found=False)
    activities = env["mail.activity"].with_context(active_test=False)
    if visit and activities.search_count([("activity_type_id", "=", visit.id)], limit=1):
        env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("name", "=", "mail_activity_type_visit")]
        ).unlink()
