from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.rights_common import RightsCase

from .point_common import PointCase

# What each role may do: r(ead), w(rite), c(reate), d(elete).
RIGHTS = {
    #                           own  all  manager invoicing auditor internal portal
    "crm.lifecycle.point.rule": ("r", "r", "rwcd", "r", "r", "", ""),
    "crm.lifecycle.point": ("r", "r", "r", "r", "r", "", ""),
    "crm.lifecycle.limit.type": ("r", "r", "r", "r", "r", "", ""),
}
FIELDS = (
    "lifecycle_points",
    "lifecycle_points_owed",
    "lifecycle_point_count",
)


@tagged("post_install", "-at_install")
class TestPointAccess(RightsCase, PointCase):
    """Who reads and changes what."""

    def test_models(self):
        self.assertRights(RIGHTS)

    def test_salespeople_read_points_of_their_customers(self):
        self.referrer.user_id = self.users["all"]
        self._refer()
        self._buy_and_give()
        found = {
            role: self.points.with_user(user).search_count([])
            for role, user in self.users.items()
            if role not in ("internal", "portal")
        }
        self.assertEqual(found, {"own": 0, "all": 1, "manager": 1, "invoicing": 1, "auditor": 1})
        self.referrer.user_id = self.users["own"]
        self.assertEqual(self.points.with_user(self.users["own"]).search_count([]), 1)

    def test_the_button_counts_what_the_reader_may_open(self):
        self.referrer.user_id = self.users["all"]
        self._refer()
        self._buy_and_give()
        for role, count in (("own", 0), ("all", 1), ("auditor", 1)):
            with self.subTest(role):
                contact = self.referrer.with_user(self.users[role])
                self.assertEqual(contact.lifecycle_point_count, count)

    def test_fields_of_the_contact(self):
        for role, user in self.users.items():
            for name in FIELDS:
                with self.subTest(role=role, name=name):
                    partner = user.partner_id.with_user(user)
                    if role in ("internal", "portal"):
                        with self.assertRaises(AccessError):
                            partner.read([name])
                    else:
                        self.assertEqual(partner.read([name])[0][name], 0)

    def test_nobody_writes_what_the_job_does(self):
        self._refer()
        self._buy_and_give()
        point = self.points.search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            point.with_user(self.users["manager"]).write({"owed": 0.0, "points": 1.0})

    def test_screens_open_for_each_role(self):
        for role in ("own", "all", "manager", "invoicing", "auditor"):
            for model in ("crm.lifecycle.point", "crm.lifecycle.point.rule"):
                with self.subTest(role=role, model=model):
                    views = (
                        self.env[model]
                        .with_user(self.users[role])
                        .get_views([(False, "list"), (False, "form"), (False, "search")])
                    )
                    self.assertEqual(set(views["views"]), {"list", "form", "search"})
        self._refer()
        self._buy_and_give()
        point = self.points.search([("company_id", "=", self.company.id)])
        for role in ("all", "manager", "invoicing", "auditor"):
            with self.subTest(role=role):
                [row] = point.with_user(self.users[role]).web_read(
                    {
                        "display_name": {},
                        "partner_id": {"fields": {"display_name": {}}},
                        "program_id": {"fields": {"display_name": {}}},
                        "point_name": {},
                    }
                )
                self.assertEqual(row["display_name"], "Ada's Garden: 50 points")
                self.assertEqual(row["program_id"]["display_name"], "Thank You Points")

    def test_the_document_opens_by_ones_own_rights(self):
        claim = self._refer()
        self._buy_and_give()
        point = self.points.search([("company_id", "=", self.company.id)])
        action = point.with_user(self.colleague).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), (claim._name, claim.id))
        action = self.rule.with_user(self.colleague).action_open_points()
        self.assertEqual(self.points.search(action["domain"]), point)
        action = self.referrer.with_user(self.colleague).action_lifecycle_open_points()
        self.assertEqual(self.points.search(action["domain"]), point)
