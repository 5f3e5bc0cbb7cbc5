from odoo.tests import tagged

from .common import INVOICING
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestServiceColumns(ServiceCase):
    """Customers are filtered, sorted and grouped by service level and by what is wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls._create_level("Key", value_class="a", seniority="senior", member_minimum=2)
        cls.rest = cls._create_level("Rest")
        cls("_set_up_customers")._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        customers = {
            name: self._create_buyer(name, owner, value_class)
            for name, owner, value_class in (
                ("right", self.senior, "a"),
                # Neither has an account team, which comes after the salesperson.
                ("junior", self.junior, "a"),
                ("unowned", None, "a"),
                ("alone", self.senior, "a"),
                ("small", self.junior, "b"),
                ("lost", self.junior, "a"),
            )
        }
        for user in (self.senior, self.junior):
            self._create_member(customers["right"], user)
        cls.named = {name: self._profile(customer) for name, customer in customers.items()}
        self.named["lost"].status = "lost"
        self.env.flush_all()
        cls.profiles = self.env["crm.lifecycle.profile"].union(*self.named.values())

    def _of(self, *names):
        return self.profiles.browse().union(*(self.named[name] for name in names))

    def assertFinds(self, domain, *names):
        self.env.invalidate_all()
        found = self.profiles.search([*domain, ("id", "in", self.profiles.ids)])
        self.assertEqual(set(found), set(self._of(*names)), domain)
        self.assertEqual(set(self.profiles.filtered_domain(domain)), set(found), domain)

    def test_what_shows(self):
        for name, level, kind in (
            ("right", self.key, False),
            ("junior", self.key, "seniority"),
            ("unowned", self.key, "unowned"),
            ("alone", self.key, "members"),
            ("small", self.rest, False),
            ("lost", self.levels, False),
        ):
            with self.subTest(name):
                self.assertEqual(self.named[name].service_level_id, level)
                self.assertEqual(self.named[name].mismatch_kind, kind)

    def test_every_operator_finds_what_shows(self):
        key, rest = self.key.id, self.rest.id
        for domain, *names in (
            ([("service_level_id", "=", rest)], "small"),
            ([("service_level_id", "!=", key)], "small", "lost"),
            ([("service_level_id", "in", [rest, False])], "small", "lost"),
            (
                [("service_level_id", "not in", [rest, False])],
                "right",
                "junior",
                "unowned",
                "alone",
            ),
            ([("service_level_id", "ilike", "res")], "small"),
            (
                [("service_level_id", "any", [("sequence", "=", 10), ("name", "=", "Rest")])],
                "small",
            ),
            ([("mismatch_kind", "=", "seniority")], "junior"),
            ([("mismatch_kind", "in", ["seniority", False])], "right", "junior", "small", "lost"),
            ([("mismatch_kind", "not in", ["seniority", False])], "unowned", "alone"),
            ([("mismatch", "=", False)], "right", "small", "lost"),
            ([("mismatch", "!=", False)], "junior", "unowned", "alone"),
            # The same is looked up twice.
            ([("mismatch", "!=", False), ("mismatch_kind", "!=", "members")], "junior", "unowned"),
        ):
            with self.subTest(domain):
                self.assertFinds(domain, *names)

    def _count(self, groupby, user=None, domain=()):
        self.env.flush_all()
        profiles = self.profiles.with_user(user or self.env.user)
        groups = profiles._read_group(
            [("id", "in", self.profiles.ids), *domain], [groupby], ["__count"]
        )
        return {getattr(value, "id", value): count for value, count in groups}

    def test_groups(self):
        accountant = self._create_user("service_accountant", INVOICING)
        for user in (self.junior, self.manager, accountant):
            with self.subTest(user.login):
                self.assertEqual(
                    self._count("service_level_id", user),
                    {self.key.id: 4, self.rest.id: 1, False: 1},
                )
                self.assertEqual(
                    self._count("mismatch_kind", user),
                    {"seniority": 1, "unowned": 1, "members": 1, False: 3},
                )
                self.assertEqual(
                    self._count("mismatch_kind", user, [("mismatch", "!=", False)]),
                    {"seniority": 1, "unowned": 1, "members": 1},
                )

    def test_sorted(self):
        self.assertEqual(
            self.profiles.search(
                [("id", "in", self._of("junior", "unowned", "alone").ids)], order="mismatch_kind"
            ),
            self._of("alone", "junior", "unowned"),
        )
        last = self.profiles.search(
            [("id", "in", self._of("small", "right").ids)], order="service_level_id"
        )
        self.assertEqual(last, self._of("right", "small"))
