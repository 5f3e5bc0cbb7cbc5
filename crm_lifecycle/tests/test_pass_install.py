import importlib.util
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from .. import hooks
from .common import LifecycleCase

MIGRATIONS = Path(hooks.__file__).parent / "migrations"


@tagged("post_install", "-at_install")
class TestInstallation(LifecycleCase):
    """Installing takes as long with a million customers as with ten."""

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        # One that waits would be enough, and nothing be measured.
        self.env.cr.execute("DELETE FROM crm_lifecycle_pass")
        before = self.env.cr.sql_log_count
        hooks.post_init_hook(self.env)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_the_hook_costs_the_same_whatever_the_number_of_customers(self):
        self._count_queries()
        few = self._count_queries()
        for number in range(20):
            self._create_lead(self._create_customer(f"Customer {number}"))
        self.env.flush_all()
        self.env.cr.flush()
        many = self._count_queries()
        self.assertEqual(few, many)
        # 10 at the time of writing.
        self.assertLessEqual(many, 10)

    def test_the_hook_computes_nothing_and_the_queue_does_it_later(self):
        with self.at("2026-03-03"):
            customer = self._create_customer()
            self._confirm_order(customer)
            self.env.cr.flush()
            # As on a database where no hook was there yet.
            self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
            hooks.post_init_hook(self.env)
            started = self.passes.search([], limit=1)
            self.assertRecordValues(
                started, [{"kind": "install", "state": "waiting", "company_id": False, "total": 0}]
            )
            self.assertFalse(self.queue.search([]))
            self.assertFalse(self._profile(customer))
            # Gathered first, then worked off.
            self.assertEqual(self.queue._process_next(), 1)
            self.assertIn(customer.id, self._gathered(started))
            self.assertTrue(self.env["crm.lifecycle.fingerprint"].search([]))
            self.assertFalse(self._profile(customer))
            self._process_queue()
        self.assertEqual(self._stage(customer), "first_buyer")
        self.assertEqual(started.state, "done")

    def test_addons_installed_together_have_everybody_looked_at_once(self):
        for _addon in range(2):
            hooks.post_init_hook(self.env)
        self.assertEqual(self.passes.search_count([]), 1)

    def test_an_addon_installed_later_takes_over(self):
        for _addon in range(2):
            hooks.post_init_hook(self.env)
            self.passes._search_waiting()
        later, earlier = self.passes.search([("kind", "=", "install")])
        self.assertEqual((earlier.state, later.state), ("replaced", "running"))


@tagged("post_install", "-at_install")
class TestUpgrade(LifecycleCase):
    """Who waited in an older version is looked at in the new one."""

    def _migrate(self, version, step):
        path = MIGRATIONS / version / f"{step}-migrate.py"
        spec = importlib.util.spec_from_file_location("migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_former_views_do_not_stop_the_new_ones(self):
        """What they add to is gone, and they are deleted only after all views were read."""
        former = self.env["ir.ui.view"].create(
            {
                "name": "former",
                "model": "crm.lead",
                "inherit_id": self.env.ref("crm_lifecycle.crm_lead_view_form").id,
                "arch": "<data/>",
            }
        )
        kept = former.copy({"name": "kept"})
        self.env["ir.model.data"].create(
            {
                "module": "crm_lifecycle",
                "name": "crm_lead_view_form_mismatch",
                "model": "ir.ui.view",
                "res_id": former.id,
            }
        )
        self._migrate("19.0.1.5.0", "pre")
        self.assertFalse(former.active)
        self.assertTrue(kept.active)

    def test_months_beyond_the_new_limit_are_shortened(self):
        other = self.env["res.company"].create(
            {"name": "Lifecycle Other Company", "lifecycle_stale_months": 7}
        )
        self.env.flush_all()
        constraint = "res_company_lifecycle_months_range"
        self.env.cr.execute(
            SQL("ALTER TABLE res_company DROP CONSTRAINT %s", SQL.identifier(constraint))
        )
        self.company.write({"lifecycle_stale_months": 240, "lifecycle_idle_months": 121})
        self._migrate("19.0.1.5.0", "pre")
        self.assertRecordValues(
            self.company | other,
            [
                {"lifecycle_stale_months": 120, "lifecycle_idle_months": 120},
                {"lifecycle_stale_months": 7, "lifecycle_idle_months": 24},
            ],
        )

    def test_who_was_still_to_be_classified_is(self):
        """By new cut points, which the former version noted elsewhere."""
        other = self._create_company("Lifecycle Other Company", "base.USD")
        runs = self.env["crm.lifecycle.reclassification"]
        with self.at("2026-03-03"):
            customer = self._create_customer()
            for company in (self.company, other):
                self._create_lead(customer, company_id=company.id)
            self._process_queue()
            self._migrate("19.0.1.5.0", "post")
            self.assertFalse(runs.search([]))
            cuts = self.env["crm.lifecycle.value.cut"].create(
                [
                    {"company_id": company.id, "date": day, "basis": "margin"}
                    for company, day in (
                        (self.company, "2026-01-01"),
                        (self.company, "2026-02-01"),
                        (other, "2026-02-01"),
                    )
                ]
            )
            self.env.flush_all()
            self.env.cr.execute(
                "ALTER TABLE crm_lifecycle_value_cut ADD COLUMN classified_up_to int"
            )
            self.env.cr.execute(
                "UPDATE crm_lifecycle_value_cut SET classified_up_to = 7 WHERE id = %s",
                [cuts[1].id],
            )
            self._migrate("19.0.1.5.0", "post")
            self.assertRecordValues(
                runs.search([]),
                [{"company_id": self.company.id, "classified_up_to": 0, "with_types": False}],
            )
            self._process_queue()
        self.assertFalse(runs.search([]))

    def test_customers_of_former_reasons_are_looked_at(self):
        customers = self.env["res.partner"]
        with self.at("2026-03-03"):
            for reason in ("document", "sweep", "install", "retry"):
                customers |= self._create_customer(reason)
                self._confirm_order(customers[-1])
                self.env.cr.flush()
                self.env.cr.execute(
                    "UPDATE crm_lifecycle_queue SET reason = %s WHERE partner_ref = %s",
                    [reason, customers[-1].id],
                )
            self._migrate("19.0.1.2.0", "pre")
            reasons = self.queue.search([]).mapped("reason")
            self.assertLessEqual(
                set(reasons), set(self.queue._fields["reason"].get_values(self.env))
            )
            self.assertIn("document", reasons)
            self._process_queue()
        for customer in customers:
            with self.subTest(customer.name):
                self.assertEqual(self._profile(customer).stage_id.code, "first_buyer")
        self.assertFalse(self.queue.search([]))

    def test_nothing_is_left_of_the_model_that_passes_replace(self):
        rule = self.env["ir.rule"].create(
            {"name": "Rebuild", "model_id": self.env["ir.model"]._get_id("crm.lifecycle.pass")}
        )
        name = self.env["ir.model.data"].create(
            {
                "module": "crm_lifecycle",
                "name": "crm_lifecycle_rebuild_rule_company",
                "model": "ir.rule",
                "res_id": rule.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute("CREATE TABLE crm_lifecycle_rebuild (id serial)")
        # A second time, and from a version that had none, there is nothing to do.
        for _time in range(2):
            self._migrate("19.0.1.2.0", "pre")
            self.assertFalse(rule.exists() or name.exists())
            self.env.cr.execute("SELECT to_regclass('crm_lifecycle_rebuild')")
            self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_everybody_gets_a_value(self):
        customer = self._create_customer()
        with self.at("2026-03-03"):
            self._post_invoice(customer, 70.0)
            self._process_queue()
            values = self.env["crm.lifecycle.value"]
            # As before there were any.
            values.search([]).unlink()
            self._migrate("19.0.1.3.0", "post")
            self._process_queue()
        profile = self._profile(customer)
        self.assertEqual(values.search([("profile_id", "=", profile.id)]).revenue_total, 70.0)

    def test_everybody_gets_a_segment_and_a_type(self):
        """Of companies that had no segments, service levels and facts; in the background."""
        segments = self.env["crm.lifecycle.segment"]
        levels = self.env["crm.lifecycle.service.level"]
        customer = self._create_customer(lifecycle_employee_count=20)
        with self.at("2026-03-03"):
            self._post_invoice(customer, 70.0)
            self._process_queue()
            profile = self._profile(customer)
            # As before there were any.
            profile.write({"segment_id": False, "customer_type": False, "type_figures": False})
            levels.search([]).unlink()
            segments.search([("company_id", "=", self.company.id)]).unlink()
            self._migrate("19.0.1.4.0", "post")
            self.assertFalse(profile.segment_id)
            self._process_queue()
        small = segments.search([("company_id", "=", self.company.id), ("employees_from", "=", 2)])
        self.assertEqual(profile.segment_id, small)
        self.assertEqual(profile.customer_type, "transactional")
        self.assertTrue(profile.service_level_id)
        self.assertFalse(profile.segment_move_ids)

    def test_everybody_is_looked_at_and_the_documents_are_known(self):
        self._migrate("19.0.1.2.0", "post")
        self.assertRecordValues(
            self.passes.search([], limit=1), [{"kind": "install", "state": "waiting"}]
        )
        self._process_queue()
        count = self.env.execute_query(SQL("SELECT COUNT(*) FROM crm_lifecycle_fingerprint"))
        self.assertTrue(count[0][0])
