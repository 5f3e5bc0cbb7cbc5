from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import (
    INVOICING,
    READONLY_ACCOUNTING,
    SALES,
    SALES_ALL,
    SALES_MANAGER,
)

from .registration_common import RegistrationCase

# Role: its group, and what it may do: r(ead), w(rite), c(reate), d(elete).
ROLES = {
    "all": (SALES_ALL, "rwc"),
    "manager": (SALES_MANAGER, "rwcd"),
    "invoicing": (INVOICING, "r"),
    "auditor": (READONLY_ACCOUNTING, "r"),
    "stock": ("stock.group_stock_user", "r"),
    "internal": ("base.group_user", ""),
}


@tagged("post_install", "-at_install")
class TestRegistrationAccess(RegistrationCase):
    """Who may do what with registrations, and in which company."""

    def test_each_role_may_do_what_the_table_says(self):
        registration = self._register(lot_id=self.piece.id)
        for role, (group, rights) in ROLES.items():
            user = self._create_user(f"registration_{role}", "base.group_user", group)
            mine = registration.with_user(user)
            for right, call in (
                ("r", lambda mine=mine: mine.read(["warranty_end", "note"])),
                ("r", lambda mine=mine: mine.search([])),
                ("w", lambda mine=mine: mine.write({"note": "Met"})),
                (
                    "c",
                    lambda mine=mine: mine.create(
                        {"partner_id": self.customer.id, "product_id": self.chair.id}
                    ),
                ),
                ("d", lambda mine=mine: mine.unlink()),
            ):
                with self.subTest(role=role, right=right), self.env.cr.savepoint() as savepoint:
                    if right in rights:
                        call()
                    else:
                        with self.assertRaises(AccessError):
                            call()
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_the_button_counts_what_the_reader_may_open(self):
        self._register(lot_id=self.piece.id)
        self.customer.user_id = self.salesperson
        own = self._create_user("registration_of_others", "base.group_user", SALES)
        manager = self._create_user("registration_chief", "base.group_user", SALES_MANAGER)
        self.env.flush_all()
        for user, count in ((own, 0), (manager, 1)):
            with self.subTest(user.login):
                contact = self.customer.with_user(user)
                self.assertEqual(contact.lifecycle_registration_count, count)

    def test_companies_keep_to_themselves(self):
        other = self._create_company("Neighbours", "base.EUR")
        self.env.user.company_ids = [Command.link(other.id)]
        theirs = self._register(
            product_id=self.chair.id, partner_id=self.other.id, company_id=other.id
        )
        manager = self._create_user("registration_manager", SALES_MANAGER)
        mine = theirs.with_user(manager).with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(mine.search([("id", "=", theirs.id)]))
        with self.assertRaises(AccessError):
            mine.read(["note"])
        rules = self.env["ir.rule"].search(
            [("model_id.model", "=", theirs._name), ("groups", "=", False)]
        )
        self.assertEqual(rules.mapped("domain_force"), ["[('company_id', 'in', company_ids)]"])
