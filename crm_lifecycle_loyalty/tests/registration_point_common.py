"""What tests of points for registered purchases share."""

from odoo.addons.crm_lifecycle_stock.tests.registration_common import RegistrationCase

from .point_common import PointCase


class RegistrationPointCase(RegistrationCase):
    """A registered purchase earns 10 points since January; it is the tenth of March."""

    _create_program = PointCase.__dict__["_create_program"]
    _run_job = PointCase._run_job

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program("Thank You Points")
        cls.rule = cls.env["crm.lifecycle.point.rule"].create(
            {
                "name": "Thank you for registering",
                "source": "registration",
                "program_id": cls.program.id,
                "points": 10.0,
                "since": "2026-01-01",
                "company_id": cls.company.id,
            }
        )

    def setUp(self):
        super().setUp()
        clock = self.at("2026-03-10")
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _card(self, person=None):
        return self.env["loyalty.card"].search(
            [
                ("partner_id", "=", (person or self.customer).id),
                ("program_id", "=", self.program.id),
            ]
        )
