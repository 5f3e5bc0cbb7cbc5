from datetime import datetime

from odoo.tests import tagged

from odoo.addons.crm_lifecycle import hooks

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestNightSchedule(LifecycleCase):
    """The nightly pass runs at night where the company is, not where the server is."""

    def _schedule(self, moment, zone):
        self.env.company.partner_id.tz = zone
        with self.at(moment):
            hooks._schedule_nights(self.env)
        return self.env.ref("crm_lifecycle.ir_cron_sweep").nextcall

    def test_the_next_night_of_the_company(self):
        for moment, zone, expected in (
            ("2026-03-03 10:00:00", "UTC", datetime(2026, 3, 4, 1, 30)),
            # 18:00 in Shanghai; its next 01:30 is 17:30 UTC.
            ("2026-03-03 10:00:00", "Asia/Shanghai", datetime(2026, 3, 3, 17, 30)),
            # Shortly before 01:30 in Shanghai.
            ("2026-03-03 17:00:00", "Asia/Shanghai", datetime(2026, 3, 3, 17, 30)),
            ("2026-03-03 17:30:00", "Asia/Shanghai", datetime(2026, 3, 4, 17, 30)),
            ("2026-03-03 10:00:00", "America/Los_Angeles", datetime(2026, 3, 4, 9, 30)),
        ):
            with self.subTest(moment=moment, zone=zone):
                self.assertEqual(self._schedule(moment, zone), expected)
