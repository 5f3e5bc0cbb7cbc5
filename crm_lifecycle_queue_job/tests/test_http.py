from odoo.tests import HttpCase, tagged

from odoo.addons.queue_job.job import DONE, ENQUEUED, PENDING

from .common import JobsCase


@tagged("post_install", "-at_install")
class TestHttp(HttpCase, JobsCase):
    """Jobs are done by the requests that the job runner sends."""

    def _request(self, job):
        job.state = ENQUEUED
        self.env.cr.flush()
        response = self.url_open(f"/queue_job/runjob?db={self.env.cr.dbname}&job_uuid={job.uuid}")
        response.raise_for_status()
        self.env.invalidate_all()

    def test_a_pass_is_done_by_requests(self):
        started = self._start()
        self._request(self._search_jobs(PENDING))
        self.assertPass(started, "running", 4)
        self._request(self._search_jobs(PENDING))
        self.assertPass(started, "done")
        self.assertRecordValues(started, [{"looked": 4, "failed": 0}])
        self.assertJobs(("_job_gather", DONE), ("_job_work", DONE))
