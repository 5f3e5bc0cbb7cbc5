from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import convert_file

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointDemo(PointCase):
    """What the demo data bring depends on what there is to earn points."""

    def _load(self, *sources):
        rules = type(self.rule)
        selection = [(source, source) for source in sources]
        with patch.object(rules, "_get_source_selection", lambda self: selection):
            convert_file(
                self.env,
                "crm_lifecycle_loyalty",
                "demo/crm_lifecycle_point_rule_demo.xml",
                {},
                mode="init",
                noupdate=True,
            )
        of_demo = self.env.ref("crm_lifecycle_loyalty.loyalty_program_thanks")
        return self.rule.search([("program_id", "=", of_demo.id)])

    def test_referrals_earn_points_once_where_nothing_is_registered(self):
        found = self._load("referral")
        self.assertEqual(found.filtered(lambda rule: rule.source == "referral").points, 50.0)

    def test_registrations_earn_theirs(self):
        for _time in range(2):
            found = self._load("referral", "registration", "survey")
            self.assertEqual(
                sorted((rule.source, rule.points) for rule in found),
                [("referral", 50.0), ("registration", 10.0)],
            )
