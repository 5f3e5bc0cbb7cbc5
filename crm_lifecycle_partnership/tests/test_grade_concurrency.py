from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.connections_common import ConnectionsCase


@tagged("post_install", "-at_install")
class TestGradeConcurrency(ConnectionsCase):
    """Levels are shared by all companies, and so one scheduler at a time sets them."""

    def test_one_of_two_waits_for_the_other(self):
        with self._transaction() as first, self._transaction() as second:
            [company] = first["crm.lifecycle.grade.job"]._get_companies()
            self.assertTrue(first["crm.lifecycle.grade.job"]._try_lock(company))
            [same] = second["crm.lifecycle.grade.job"]._get_companies()
            self.assertEqual(same.id, company.id)
            self.assertFalse(second["crm.lifecycle.grade.job"]._try_lock(same))
            self.assertEqual(second["crm.lifecycle.grade.job"]._work_off(same, "set"), (0, None))
