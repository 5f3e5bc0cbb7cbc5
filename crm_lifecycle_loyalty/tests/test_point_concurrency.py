from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CONCURRENCY_ERRORS
from odoo.addons.crm_lifecycle.tests.connections_common import ConnectionsCase


@tagged("post_install", "-at_install")
class TestPointConcurrency(ConnectionsCase):
    """Two schedulers at once give points once."""

    def setUp(self):
        super().setUp()
        with self._commit() as env:
            company = env.company
            program = env["loyalty.program"].create(
                {
                    "name": "Concurrent Points",
                    "program_type": "loyalty",
                    "company_id": company.id,
                    "reward_ids": [(5,), (0, 0, {"discount": 10.0, "required_points": 100.0})],
                    "rule_ids": [(5,)],
                    "communication_plan_ids": [(5,)],
                }
            )
            rule = env["crm.lifecycle.point.rule"].create(
                {"name": "Thanks", "program_id": program.id, "points": 5.0, "since": "2020-01-01"}
            )
            person = env["res.partner"].create({"name": "Concurrent Ada"})
            self.partner_ids += person.ids
            self.person_id, self.rule_id, self.program_id = person.id, rule.id, program.id
            self.company_id = company.id

    def _clean_up(self):
        with self._commit() as env:
            env.cr.execute("DELETE FROM loyalty_card WHERE program_id = %s", [self.program_id])
            env["loyalty.program"].browse(self.program_id).active = False
            env["loyalty.program"].browse(self.program_id).unlink()
        super()._clean_up()

    def _rows(self):
        return [
            {
                "rule_id": self.rule_id,
                "person_id": self.person_id,
                "date": "2026-01-01",
                "key": "crm.lifecycle.referral,1",
                "res_model": "crm.lifecycle.referral",
                "res_id": 1,
            }
        ]

    def _points(self):
        with self._transaction() as env:
            cards = env["loyalty.card"].search([("program_id", "=", self.program_id)])
            return cards.mapped("points")

    def test_one_of_two_waits_for_the_other(self):
        with self._transaction() as first, self._transaction() as second:
            company = first["res.company"].browse(self.company_id)
            self.assertTrue(first["crm.lifecycle.point.job"]._try_lock(company))
            self.assertFalse(second["crm.lifecycle.point.job"]._try_lock(company))

    def test_one_whose_view_is_older_tries_again(self):
        with self._transaction() as first, self._transaction() as second:
            second.cr.execute("SELECT count(*) FROM crm_lifecycle_point")
            first["crm.lifecycle.point"]._give(self._rows())
            first.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
                second["crm.lifecycle.point"]._give(self._rows())
        self.assertEqual(self._points(), [5.0])

    def test_the_job_tries_again(self):
        job = "crm.lifecycle.point.job"
        with self._transaction() as env:
            calls = []

            def work(self):
                calls.append(self)
                if len(calls) == 1:
                    raise CONCURRENCY_ERRORS[0]

            with (
                patch.object(type(env[job]), "_work_off_all", work),
                patch.object(IrCron, "_commit_progress", return_value=1.0),
                mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
            ):
                env[job]._cron_give()
            self.assertEqual(len(calls), 2)
