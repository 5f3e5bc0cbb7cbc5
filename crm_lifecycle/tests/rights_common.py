"""What tests of rights of the bridges share: the roles, and a table of what each may do."""

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase

ROLES = {
    "own": SALES,
    "all": SALES_ALL,
    "manager": SALES_MANAGER,
    "invoicing": INVOICING,
    "auditor": READONLY_ACCOUNTING,
    "internal": "base.group_user",
    "portal": "base.group_portal",
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


class RightsCase(LifecycleCase):
    """A user of each role, without another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(f"rights_{role}", group) for role, group in ROLES.items()
        }

    def assertRights(self, table):
        """Check what each role may do: r(ead), w(rite), c(reate), d(elete).

        :param dict table: ``{model: letters of each role}``, in the order of ``ROLES``
        """
        for model, rights in table.items():
            for (role, user), right in zip(self.users.items(), rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        allowed = self.env[model].with_user(user).has_access(operation)
                        self.assertEqual(allowed, letter in right)
