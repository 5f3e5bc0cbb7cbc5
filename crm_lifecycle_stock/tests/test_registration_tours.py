from odoo.tests import HttpCase, tagged

from .registration_common import RegistrationCase


@tagged("post_install", "-at_install")
class TestRegistrationTours(RegistrationCase, HttpCase):
    """A customer in the portal registers a purchase, and suggests something."""

    def test_a_customer_registers_and_suggests(self):
        self.company.lifecycle_idea_portal = True
        user = self._create_portal_user("registration_tour", self.customer)
        self.start_tour("/my", "crm_lifecycle_portal_registration", login=user.login)
        registered = self.registrations.search([("partner_id", "=", user.partner_id.id)])
        self.assertEqual(registered.lot_id, self.piece)
        idea = self.env["crm.lifecycle.idea"].search([("partner_id", "=", user.partner_id.id)])
        self.assertEqual((idea.name, idea.area), ("A drawer in the table", "product"))
