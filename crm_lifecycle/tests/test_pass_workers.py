from psycopg2 import Error

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .connections_common import ConnectionsCase

WORK_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work"


@tagged("post_install", "-at_install")
class TestPassWorkers(ConnectionsCase):
    """Any number of workers share a pass; whoever breaks down leaves it to the others."""

    def _start(self, customers):
        """Start a pass over some customers, gathered already, and return its id."""
        with self._commit() as env:
            # They need not wait for their documents besides.
            env.cr.execute(
                "DELETE FROM crm_lifecycle_queue WHERE partner_ref = ANY(%s)", [customers]
            )
            started = env["crm.lifecycle.pass"]._start("demand")
            started.write({"state": "running", "total": len(customers)})
            env["crm.lifecycle.queue"]._append(SQL("SELECT UNNEST(%s)", customers), "pass", started)
            self.pass_ids.append(started.id)
        return started.id

    def _start_waiting(self):
        with self._commit() as env:
            started = env["crm.lifecycle.pass"]._start("night")
            self.pass_ids.append(started.id)
        return started.id

    def _read(self, pass_id, *names):
        with self._transaction() as env:
            [values] = env["crm.lifecycle.pass"].browse(pass_id).read(names)
        return [values[name] for name in names]

    def test_several_workers_take_parts_of_one_pass(self):
        customers = self._create_customers(6)
        pass_id = self._start(customers)
        with (
            self._transaction() as first,
            self._transaction() as second,
            self._transaction() as third,
        ):
            for env in (first, second, third):
                self.assertEqual(env["crm.lifecycle.queue"]._process_batch(2), 2)
            for env in (third, first, second):
                env.cr.commit()
        self.assertEqual(
            self._read(pass_id, "looked", "changed", "failed", "remaining"), [6, 6, 0, 0]
        )
        with self._commit() as env:
            self.assertEqual(self._profiles(env).partner_id.ids, customers)
            env["crm.lifecycle.pass"]._finish_done()
        self.assertEqual(self._read(pass_id, "state"), ["done"])

    def test_it_is_done_with_the_last_workers_commit_and_not_before(self):
        pass_id = self._start(self._create_customers(2))
        with self._transaction() as first, self._transaction() as second:
            for env in (first, second):
                env["crm.lifecycle.queue"]._process_batch(1)
            first.cr.commit()
            first["crm.lifecycle.pass"]._finish_done()
            first.cr.commit()
            self.assertEqual(self._read(pass_id, "state"), ["running"])
            second.cr.commit()
            second["crm.lifecycle.pass"]._finish_done()
            second.cr.commit()
        self.assertEqual(self._read(pass_id, "state"), ["done"])

    def test_a_worker_that_is_undone_leaves_its_part(self):
        customers = self._create_customers(3)
        pass_id = self._start(customers)
        with self._transaction() as first:
            first["crm.lifecycle.queue"]._process_batch(2)
            first.cr.rollback()
        self.assertEqual(self._read(pass_id, "looked", "remaining"), [0, 3])
        with self._commit() as env:
            env["crm.lifecycle.queue"]._cron_help()
        self.assertEqual(self._read(pass_id, "looked", "remaining", "state"), [3, 0, "done"])

    def test_a_worker_that_is_killed_leaves_its_part(self):
        customers = self._create_customers(3)
        pass_id = self._start(customers)
        cr = self.registry.cursor()
        # Closed here whatever comes of it.
        self.addCleanup(cr._cnx.close)
        worker = self.env(cr=cr, user=1)
        worker["crm.lifecycle.queue"]._process_batch(2)
        cr.execute("SELECT pg_backend_pid()")
        [pid] = cr.fetchone()
        with self._commit() as env:
            env.cr.execute("SELECT pg_terminate_backend(%s, 3000)", [pid])
            self.assertEqual(env.cr.fetchone(), (True,))
        with self.assertRaises(Error):
            worker.cr.commit()
        self.assertEqual(self._read(pass_id, "looked", "remaining"), [0, 3])
        with self._commit() as env:
            self.assertFalse(self._profiles(env))
            env["crm.lifecycle.queue"]._cron_process()
            self.assertEqual(self._profiles(env).partner_id.ids, customers)
        self.assertEqual(self._read(pass_id, "looked", "remaining", "state"), [3, 0, "done"])

    def test_one_worker_gathers_while_the_others_go_on(self):
        customers = self._create_customers(2)
        pass_id = self._start_waiting()
        with self._transaction() as first, self._transaction() as second:
            gathered = first["crm.lifecycle.pass"]._search_waiting()
            self.assertEqual(gathered.id, pass_id)
            # The other one does not wait, and has documents to work off.
            self.assertFalse(second["crm.lifecycle.pass"]._search_waiting())
            self.assertEqual(second["crm.lifecycle.queue"]._process_next(), 2)
            second.cr.commit()
            # Broken down: the next one gathers it.
            first.cr.rollback()
            self.assertEqual(second["crm.lifecycle.pass"]._search_waiting().id, pass_id)
            second.cr.rollback()
        self.assertEqual(self._read(pass_id, "state", "total"), ["waiting", 0])
        with self._transaction() as env:
            self.assertEqual(self._profiles(env).partner_id.ids, customers)

    def test_a_pass_that_is_paused_in_the_middle_of_a_batch_loses_nothing(self):
        customers = self._create_customers(3)
        pass_id = self._start(customers)
        with self._transaction() as worker:
            _pass_id, taken = worker["crm.lifecycle.queue"]._take(2)
            self.assertEqual((_pass_id, len(taken)), (pass_id, 2))
            worker.cr.rollback()
            worker.invalidate_all()
            # The worker's view of the database is older than the pause.
            self.assertEqual(worker["crm.lifecycle.queue"]._get_running_passes(), [pass_id])
            with self._commit() as manager:
                manager["crm.lifecycle.pass"].browse(pass_id).action_pause()
            with mute_logger("odoo.sql_db", WORK_LOG):
                worker["crm.lifecycle.queue"]._cron_process()
        [looked, remaining, state] = self._read(pass_id, "looked", "remaining", "state")
        self.assertEqual((looked + remaining, state), (3, "paused"))
        with self._commit() as manager:
            manager["crm.lifecycle.pass"].browse(pass_id).action_resume()
        with self._commit() as worker:
            worker["crm.lifecycle.queue"]._cron_process()
        self.assertEqual(self._read(pass_id, "looked", "remaining", "state"), [3, 0, "done"])

    def test_passes_of_two_companies_go_on_side_by_side(self):
        customers = self._create_customers(4)
        with self._transaction() as env:
            company = env["res.company"].search([], limit=1)
        one, other = self._start(customers[:2]), None
        with self._commit() as env:
            env["crm.lifecycle.pass"].browse(one).company_id = company.id
        other = self._start(customers[2:])
        with self._transaction() as first, self._transaction() as second:
            # The second worker finds the first pass taken, and goes on with the other.
            self.assertEqual(first["crm.lifecycle.queue"]._process_batch(2), 2)
            self.assertEqual(second["crm.lifecycle.queue"]._process_batch(2), 2)
            first.cr.commit()
            second.cr.commit()
        for pass_id in (one, other):
            self.assertEqual(self._read(pass_id, "looked", "remaining"), [2, 0])
