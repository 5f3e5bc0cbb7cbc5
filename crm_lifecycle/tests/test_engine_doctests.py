import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_lifecycle.engine import (
    automatic_mail,
    cadence,
    complaint_files,
    curves,
    dates,
    intervals,
    losses,
    loyalty,
    rules,
    service_levels,
    sources,
    workdays,
)


@tagged("post_install", "-at_install")
class TestEngineDoctests(BaseCase):
    """The examples in the engine's docstrings are true."""

    def test_the_examples_of_the_engine_hold(self):
        for module in (
            automatic_mail,
            cadence,
            complaint_files,
            curves,
            dates,
            intervals,
            losses,
            loyalty,
            rules,
            service_levels,
            sources,
            workdays,
        ):
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
