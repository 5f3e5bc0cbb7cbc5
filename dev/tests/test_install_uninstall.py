"""The addons' life in a database: installed on documents that are there already, worked
off, upgraded, uninstalled.

The steps build on each other, so they are done once and each test looks at what one of
them left behind.
"""

import json

import pytest
from devtools import databases, odoo_process, postgres, settings

TABLES = (
    "crm_lifecycle_profile",
    "crm_lifecycle_transition",
    "crm_lifecycle_queue",
    "crm_lifecycle_stage",
    "crm_lifecycle_agreement",
    "crm_lifecycle_mark",
    "crm_lifecycle_policy",
    "crm_lifecycle_criterion",
    "crm_lifecycle_pass",
    "crm_lifecycle_pass_batch",
    "crm_lifecycle_fingerprint",
    "crm_lifecycle_value",
    "crm_lifecycle_value_cut",
    "crm_lifecycle_rfm_cut",
    "crm_lifecycle_service_rate",
)

#: What describes a database: columns, indexes, constraints and other objects.
SCHEMA = """
    SELECT 'column', table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns WHERE table_schema = 'public'
 UNION SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
 UNION SELECT 'constraint', conrelid::regclass || ' ' || conname || ' '
              || pg_get_constraintdef(oid)
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace
 UNION SELECT relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
 UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
 UNION SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal
"""

#: What Odoo knows of its models, apart from when it was written.
REGISTRY = """
    SELECT 'field', to_jsonb(row) - 'write_date' FROM ir_model_fields row
 UNION SELECT 'model', to_jsonb(row) - 'write_date' FROM ir_model row
 UNION SELECT 'data', to_jsonb(row) - 'write_date' FROM ir_model_data row
 UNION SELECT 'constraint', to_jsonb(row) - 'write_date' FROM ir_model_constraint row
 UNION SELECT 'access', to_jsonb(row) - 'write_date' FROM ir_model_access row
 UNION SELECT 'rule', to_jsonb(row) - 'write_date' FROM ir_rule row
 UNION SELECT 'view', to_jsonb(row) - 'write_date' - 'arch_prev' FROM ir_ui_view row
 UNION SELECT 'menu', to_jsonb(row) - 'write_date' FROM ir_ui_menu row
 UNION SELECT 'action', to_jsonb(row) - 'write_date' FROM ir_act_window row
 UNION SELECT 'parameter', to_jsonb(row) - 'write_date' FROM ir_config_parameter row
 UNION SELECT 'selection', to_jsonb(row) - 'write_date' FROM ir_model_fields_selection row
 UNION SELECT 'cron', to_jsonb(row) - '{write_date,nextcall,lastcall}'::text[] FROM ir_cron row
"""

#: Tables in which the addons may be named for good: they are still there to be installed.
NAMED_FOR_GOOD = {
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_module_module_exclusion",
}

WORK_OFF = """
env.ref("crm_lifecycle.ir_cron_process_queue").method_direct_trigger()
env.cr.commit()
"""

#: What people leave behind who work with the addons.
USE = """
import base64
env["crm.lifecycle.stage"].search([("code", "=", "suspect")]).name = "Target"
partner = env["res.partner"].create({"name": "Used Ltd"})
agreement = env["crm.lifecycle.agreement"].create({
    "partner_id": partner.id, "kind": "agent", "document": base64.b64encode(b"signed"),
})
agreement.message_post(body="Signed", attachments=[("contract.txt", b"text")])
agreement.activity_schedule("mail.mail_activity_data_todo", summary="Renew")
agreement.message_subscribe(partner.ids)
agreement.date_end = "2090-01-01"
mark = env["crm.lifecycle.mark"].create({"partner_id": partner.id, "reason": "Met"})
partner.lifecycle_referrer_id = env["res.partner"].search(
    [("lifecycle_profile_id", "!=", False), ("id", "!=", partner.id)], limit=1
)
env["ir.config_parameter"].set_param("crm_lifecycle.anything", "1")
env["ir.filters"].create({"name": "Mine", "model_id": "crm.lifecycle.profile", "domain": "[]"})
env["ir.exports"].create({
    "name": "Mine", "resource": "crm.lifecycle.profile",
    "export_fields": [(0, 0, {"name": "stage_id"})],
})
env["ir.default"].set("crm.lifecycle.mark", "kind", "exclusive")
env["mail.activity.type"].create({"name": "Renewal", "res_model": "crm.lifecycle.agreement"})
env["mail.template"].create({
    "name": "Renewal", "model_id": env["ir.model"]._get_id("crm.lifecycle.agreement"),
})
env["crm.lifecycle.service.rate"].create({"amount": 25.0})
env["crm.lifecycle.queue"]._set_aside(partner.id, ValueError("test"))
env.cr.commit()
"""


class Life:
    """A database and what the steps of the addons' life left in it."""

    def __init__(self, name):
        self.name = name
        self.addons = settings.app_addons()

    def run(self, *args):
        return odoo_process.run(*args, log=f"{self.name}.log")

    def rows(self, sql):
        return postgres.query(sql, self.name)

    def lines(self, sql):
        return {" ".join(row) for row in self.rows(sql)}

    def content(self):
        """All rows of our tables, by table."""
        return {table: self.lines(f"SELECT to_jsonb(row) FROM {table} row") for table in TABLES}

    def mentions(self):
        """Rows that name the addons, as {table: {row}}, wherever they are."""
        tables = [
            table
            for (table,) in self.rows(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        ]
        found = self.rows(
            " UNION ALL ".join(
                f"SELECT '{table}', to_jsonb(row) FROM \"{table}\" row"
                f" WHERE row::text ~ 'crm[._]lifecycle|lifecycle_'"
                for table in tables
            )
        )
        mentions = {}
        for table, text in found:
            row = json.loads(text)
            # An addon that is younger than the template is listed from the first update on.
            is_listed = row.get("model") == "ir.module.module"
            if table not in NAMED_FOR_GOOD and not is_listed:
                mentions.setdefault(table, []).append(row)
        return mentions


@pytest.fixture(scope="module")
def life(request):
    """Go through all the steps, with a look at the database after each."""
    if not databases.exists(settings.DB_HOST_TEMPLATE):
        pytest.fail("the host template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    life = Life(f"{base}_life")
    databases.create_from(settings.DB_HOST_TEMPLATE, life.name)
    # A company at work: documents are there, and the addons bring none of their own.
    life.rows("UPDATE ir_module_module SET demo = FALSE")
    addons = ",".join(life.addons)
    try:
        life.schema_before = life.lines(SCHEMA)
        life.mentions_before = life.mentions()
        life.install = life.run("-d", life.name, "-i", addons, "--stop-after-init", "--no-http")
        life.content_installed = life.content()
        odoo_process.shell(life.name, WORK_OFF)
        life.content_worked = life.content()
        life.told = life.rows(
            "SELECT body FROM mail_message WHERE body LIKE '%Customer lifecycle:%'"
        )
        odoo_process.shell(life.name, USE)
        life.content_used, life.registry_used = life.content(), life.lines(REGISTRY)
        life.schema_used = life.lines(SCHEMA)
        life.upgrade = life.run("-d", life.name, "-u", addons, "--stop-after-init", "--no-http")
        life.content_upgraded, life.registry_upgraded = life.content(), life.lines(REGISTRY)
        life.schema_upgraded = life.lines(SCHEMA)
        life.uninstall = life.run("module", "uninstall", "-d", life.name, *life.addons)
        life.schema_after, life.mentions_after = life.lines(SCHEMA), life.mentions()
        life.again = life.run("-d", life.name, "-i", addons, "--stop-after-init", "--no-http")
        life.content_again = life.content()
        yield life
    finally:
        databases.drop(life.name)


@pytest.mark.parametrize("step", ["install", "upgrade", "uninstall", "again"])
def test_each_step_succeeds_without_a_complaint(life, step):
    outcome = getattr(life, step)
    assert outcome.returncode == 0
    assert outcome.complaints == []


def test_installing_notes_a_pass_and_computes_nothing(life):
    installed = life.content_installed
    for table in ("profile", "transition", "queue", "pass_batch", "fingerprint", "value"):
        assert installed[f"crm_lifecycle_{table}"] == set(), table
    passes = [json.loads(row) for row in installed["crm_lifecycle_pass"]]
    assert passes
    assert {(row["kind"], row["state"], row["company_id"]) for row in passes} == {
        ("install", "waiting", None)
    }
    assert len(installed["crm_lifecycle_stage"]) == 8


def test_a_worker_makes_a_profile_of_each_customer(life):
    worked = life.content_worked
    profiles = [json.loads(row) for row in worked["crm_lifecycle_profile"]]
    passes = [json.loads(row) for row in worked["crm_lifecycle_pass"]]
    # The bridge's installation takes over from that of the base.
    assert {row["state"] for row in passes} <= {"done", "replaced"}
    last = max(passes, key=lambda row: row["id"])
    assert last["state"] == "done"
    batches = [json.loads(row) for row in worked["crm_lifecycle_pass_batch"]]
    customers = {row["partner_id"] for row in profiles}
    assert customers
    assert last["total"] == len(customers)
    assert sum(row["changed"] for row in batches) == len(customers)
    assert sum(row["failed"] for row in batches) == 0
    assert worked["crm_lifecycle_queue"] == set()
    assert worked["crm_lifecycle_value"]
    assert worked["crm_lifecycle_value_cut"]
    assert worked["crm_lifecycle_rfm_cut"]
    known = {json.loads(row)["partner_ref"] for row in worked["crm_lifecycle_fingerprint"]}
    assert customers <= known
    assert {row["purchase_count"] > 0 for row in profiles} == {True, False}
    # Every profile got its stage by a move, and nobody was told.
    moves = [json.loads(row) for row in life.content_used["crm_lifecycle_transition"]]
    assert {move["profile_id"] for move in moves} == {row["id"] for row in profiles}


def test_nobody_is_told_of_the_installation(life):
    assert life.told == []


@pytest.mark.parametrize("what", ["content", "registry", "schema"])
def test_upgrading_changes_nothing(life, what):
    before, after = getattr(life, f"{what}_used"), getattr(life, f"{what}_upgraded")
    if what == "content":
        assert any("Target" in row for row in after["crm_lifecycle_stage"])
    assert after == before


def test_uninstalling_leaves_no_column_table_index_or_constraint(life):
    assert life.schema_used != life.schema_before, "the installation added nothing?"
    assert life.schema_after == life.schema_before


def test_uninstalling_leaves_no_row(life):
    assert "ir_cron" not in life.mentions_after
    assert life.mentions_after == life.mentions_before


def test_the_addons_can_be_installed_again(life):
    assert life.content_again["crm_lifecycle_profile"] == set()
    assert life.content_again["crm_lifecycle_pass"]
    assert len(life.content_again["crm_lifecycle_stage"]) == 8
