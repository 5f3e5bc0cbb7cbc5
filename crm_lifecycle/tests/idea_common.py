from odoo import Command

from .common import SALES_MANAGER, LifecycleCase


class IdeaCase(LifecycleCase):
    """A company that takes suggestions, with a customer who has people in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ideas = cls.env["crm.lifecycle.idea"]
        cls.leader = cls._create_user("idea_leader", SALES_MANAGER)
        cls.company.write({"lifecycle_idea_portal": True, "lifecycle_idea_user_id": cls.leader.id})
        cls.customer = cls._create_customer(
            "Ada's Garden", user_id=cls.salesperson.id, email="ada@example.com"
        )

    @classmethod
    def _create_portal_user(cls, login, customer):
        """Create a contact of a customer with a login, whose password it is as well."""
        user = cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = customer
        return user

    @classmethod
    def _suggest(cls, **vals):
        if "suggester_id" not in vals:
            vals = {"partner_id": cls.customer.id, **vals}
        return cls.env["crm.lifecycle.idea"].create(
            {"name": "A hook for the bag", "company_id": cls.company.id, **vals}
        )
