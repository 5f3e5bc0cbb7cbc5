from odoo.tests import tagged

from .common import SALES
from .service_common import ServiceCase

COUNTS = ("customer_count", "buyer_count", "owned_count", "right_count", "unknown_count")
SHARES = ("owned_share", "right_share", "penetration", "reach")


@tagged("post_install", "-at_install")
class TestCoverage(ServiceCase):
    """How many customers of a segment have the right salesperson, and of how many there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cities, cls.schools, cls.empty = cls.env["crm.lifecycle.segment"].create(
            [
                {"name": name, "company_id": cls.company.id, "universe_size": size}
                for name, size in (("Cities", 40), ("Schools", 0), ("Courts", 10))
            ]
        )
        cls._create_level("A", value_class="a", seniority="senior")
        cls("_set_up_customers")._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        unknown = self._create_seller("service_unknown")
        cls.city_buyers = [
            self._create_buyer(name, owner, value_class, segment_id=self.cities.id)
            for name, owner, value_class in (
                ("Right", self.senior, "a"),
                ("Too junior", self.junior, "a"),
                ("Not known", unknown, "a"),
                ("Nobody's", None, "a"),
                ("Small", self.junior, "c"),
                ("Small, nobody's", None, "c"),
            )
        ]
        self._create_buyer("School", self.junior, "c", segment_id=self.schools.id)
        prospect = self._create_customer("City prospect", user_id=self.junior.id)
        with self.at("2026-03-03"):
            self._create_opportunity(prospect)
            self._process_queue()
        self._create_buyer("Without segment", self.senior)
        self._profile(prospect).segment_id = self.cities
        self.env.flush_all()

    def _groups(self, groupby, user=None):
        coverage = self.env["crm.lifecycle.coverage"].with_user(user or self.env.user)
        self.env.flush_all()
        names = (*COUNTS, "universe_size")
        groups = coverage.formatted_read_group(
            [("company_id", "=", self.company.id)],
            groupby,
            [f"{name}:sum" for name in names] + [f"{name}:avg" for name in SHARES],
        )
        return {
            tuple(
                group[name] and (group[name][1] if name == "segment_id" else group[name])
                for name in groupby
            ): group
            for group in groups
        }

    def test_figures_of_a_segment(self):
        groups = self._groups(["segment_id"])
        cities = groups["Cities",]
        self.assertEqual([cities[f"{name}:sum"] for name in COUNTS], [7, 6, 5, 3, 1])
        self.assertEqual(cities["universe_size:sum"], 40)
        for name, expected in (
            ("owned_share", 5 / 7),
            ("right_share", 3 / 7),
            ("penetration", 6 / 40),
            ("reach", 7 / 40),
        ):
            self.assertAlmostEqual(cities[f"{name}:avg"], expected, msg=name)

    def test_a_segment_has_no_row_without_customers_beside_those_with(self):
        self._create_buyer("Court", self.senior, "a", segment_id=self.empty.id)
        self.env.flush_all()
        rows = self.env["crm.lifecycle.coverage"].search([("segment_id", "=", self.empty.id)])
        self.assertEqual(rows.mapped("value_class"), ["a"])
        self.assertFalse(
            self.env["crm.lifecycle.coverage"].search(
                [("segment_id", "=", self.cities.id), ("customer_count", "=", 0)]
            )
        )

    def test_too_little_is_empty_and_an_unwon_segment_shows(self):
        groups = self._groups(["segment_id"])
        schools = groups["Schools",]
        self.assertFalse(schools["universe_size:sum"])
        self.assertFalse(schools["penetration:avg"])
        self.assertAlmostEqual(schools["right_share:avg"], 1.0)
        courts = groups["Courts",]
        self.assertEqual(courts["customer_count:sum"], 0)
        self.assertEqual(courts["penetration:avg"], 0.0)
        self.assertFalse(courts["owned_share:avg"])
        self.assertEqual(groups[False,]["customer_count:sum"], 1)

    def test_a_universe_counts_once_whatever_the_classes(self):
        classes = self._groups(["segment_id", "value_class"])
        self.assertEqual(classes["Cities", "a"]["universe_size:sum"], 40)
        self.assertEqual(classes["Cities", "c"]["universe_size:sum"], 40)
        self.assertAlmostEqual(classes["Cities", "c"]["penetration:avg"], 2 / 40)
        total = self._groups([])[()]
        self.assertEqual(total["universe_size:sum"], 50)
        self.assertEqual(total["customer_count:sum"], 9)
        # Customers of segments without a universe are left out of the quotient.
        self.assertAlmostEqual(total["penetration:avg"], 6 / 50)
        self.assertAlmostEqual(total["reach:avg"], 7 / 50)
        self.assertAlmostEqual(total["owned_share:avg"], 7 / 9)

    def test_the_figures_are_what_python_counts(self):
        profiles = self.env["crm.lifecycle.profile"].search(
            [("company_id", "=", self.company.id), ("segment_id", "=", self.cities.id)]
        )
        cities = self._groups(["segment_id"])["Cities",]
        self.assertEqual(cities["customer_count:sum"], len(profiles))
        self.assertEqual(
            cities["buyer_count:sum"],
            len(profiles.filtered(lambda profile: profile.purchase_count)),
        )
        self.assertEqual(cities["owned_count:sum"], len(profiles.filtered("user_id")))

    def test_a_row_opens_its_customers(self):
        row = self.env["crm.lifecycle.coverage"].search(
            [("segment_id", "=", self.cities.id), ("value_class", "=", "a")]
        )
        action = row.with_user(self.junior).action_open_customers()
        found = self.env["crm.lifecycle.profile"].search(action["domain"])
        self.assertEqual(len(found), row.customer_count)
        self.assertEqual(
            found.partner_id.sorted(), self.env["res.partner"].union(*self.city_buyers[:4]).sorted()
        )

    def test_ids_are_unique_and_stay(self):
        coverage = self.env["crm.lifecycle.coverage"]
        rows = coverage.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(set(rows.ids)), len(rows))
        self._create_buyer("One more", segment_id=self.schools.id, customer_type="hybrid")
        self.assertFalse(
            set(rows.ids) - set(coverage.search([("company_id", "=", self.company.id)]).ids)
        )

    def test_it_costs_the_same_whatever_the_number(self):
        seller = self._create_user("service_seller", SALES)
        counts = []
        for number in (0, 0, 5):
            for place in range(number):
                self._create_buyer(f"More {place}", segment_id=self.cities.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._groups(["segment_id"], seller)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
