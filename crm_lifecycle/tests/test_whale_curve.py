from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import curves
from .value_common import ValueCase


class CurveCase(ValueCase):
    """Customers of as much revenue as a test says, of which the cost is what it says."""

    def _sell(self, *amounts, **vals):
        """Invoice customers, each ``(revenue, cost)``; they are returned."""
        customers = self.env["res.partner"]
        for number, (revenue, cost) in enumerate(amounts):
            customer = self._create_customer(f"Customer {number:03}", **vals)
            # Benches have cost 60 each, advice nothing.
            benches = [(self.product, cost // 60, 0.0, 0)] if cost else []
            self._post_lines((self.advice, 1, revenue, 0), *benches, customer=customer)
            customers |= customer
        self._process_queue()
        return customers

    @property
    def values(self):
        return self.env["crm.lifecycle.value"]

    def _open(self, action):
        opened = self.env[action["res_model"]].with_context(**action["context"])
        return opened.search(action["domain"])


@tagged("post_install", "-at_install")
class TestWhaleCurve(CurveCase):
    """Customers by contribution, the best first, and what they bring together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("_set_up_customers")
        case._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        with self.at("2026-03-03"):
            # Contributions: 300, 100, 40, 40, 0, -20, -60.
            cls.customers = self._sell(
                (300.0, 0), (160.0, 60), (40.0, 0), (40.0, 0), (60.0, 60), (40.0, 60), (60.0, 120)
            )

    def test_the_curve_goes_up_and_comes_down_again(self):
        with self.at("2026-03-03"):
            curve = self.values.get_whale_curve()
        self.assertEqual(
            [(point["place"], point["cumulative"]) for point in curve["points"]],
            [(0, 0), (1, 300), (2, 400), (3, 440), (4, 480), (5, 480), (6, 460), (7, 400)],
        )
        self.assertEqual((curve["customers"], curve["peak"], curve["total"]), (7, 4, 400.0))

    def test_by_margin_and_by_revenue(self):
        rate = {"company_id": self.company.id, "amount": 50.0}
        self.env["crm.lifecycle.service.rate"].create(rate)
        with self.at("2026-03-03"):
            self._do(self.customers[0])
            self._process_queue()
            for basis, total, peak in (
                ("contribution", 350.0, 4),
                ("margin", 400.0, 4),
                ("revenue", 700.0, 7),
            ):
                with self.subTest(basis):
                    curve = self.values.get_whale_curve(basis)
                    self.assertEqual((curve["total"], curve["peak"]), (total, peak))

    def test_twelve_months_or_ever(self):
        with self.at("2024-03-03"):
            former = self._sell((1000.0, 0))
        with self.at("2026-03-03"):
            self._look_again(former)
            self.assertEqual(self.values.get_whale_curve()["customers"], 7)
            curve = self.values.get_whale_curve(span="total")
        self.assertEqual((curve["customers"], curve["total"]), (8, 1400.0))
        self.assertEqual(curve["points"][1], {"place": 1, "cumulative": 1000.0})

    def test_tenths_open_their_customers(self):
        with self.at("2026-03-03"):
            curve = self.values.get_whale_curve()
            opened = []
            for tenth in curve["tenths"]:
                action = self.values.action_open_places(
                    "contribution", "12m", tenth["first"], tenth["last"]
                )
                found = self._open(action)
                self.assertEqual(len(found), tenth["last"] - tenth["first"] + 1)
                self.assertEqual(sum(found.mapped("contribution_12m")), tenth["amount"])
                opened += found.partner_id.ids
        # Each once, those of one amount too.
        self.assertEqual(sorted(opened), sorted(self.customers.ids))

    def test_a_point_opens_the_customers_up_to_it(self):
        with self.at("2026-03-03"):
            for place, expected in ((1, 1), (3, 3), (4, 4), (7, 7)):
                with self.subTest(place):
                    action = self.values.action_open_places("contribution", "12m", 1, place)
                    self.assertEqual(self._open(action).partner_id, self.customers[:expected])

    def test_archived_customers_brought_what_they_did(self):
        self.customers[0].active = False
        with self.at("2026-03-03"):
            self._look_again(self.customers[0])
            self.assertEqual(self.values.get_whale_curve()["total"], 400.0)
            action = self.values.action_open_places("contribution", "12m", 1, 1)
            self.assertEqual(self._open(action).partner_id, self.customers[0])

    def test_nobody(self):
        empty = self._create_company("Lifecycle Empty Company", "base.USD")
        self.env.user.company_ids |= empty
        curve = self.values.with_company(empty).get_whale_curve()
        self.assertEqual((curve["customers"], curve["total"], curve["tenths"]), (0, 0.0, []))
        self.assertEqual(curve["points"], [{"place": 0, "cumulative": 0.0}])
        action = self.values.with_company(empty).action_open_places("revenue", "12m", 1, 5)
        self.assertFalse(self._open(action))

    def test_a_company_of_losers_has_no_peak(self):
        other = self._create_company("Lifecycle Losing Company", "base.USD")
        self.env.user.company_ids |= other
        self.env["crm.lifecycle.service.rate"].create({"company_id": other.id, "amount": 5.0})
        with self.at("2026-03-03"):
            order = self._create_order(self.customers[0], company_id=other.id)
            self._do(order)
            self._process_queue()
            curve = self.values.with_company(other).get_whale_curve()
        self.assertEqual((curve["customers"], curve["peak"], curve["total"]), (1, 0, -5.0))
        # The first company's is not touched by it.
        with self.at("2026-03-03"):
            self.assertEqual(self.values.get_whale_curve()["total"], 400.0)

    def test_what_is_no_amount_or_time_is_refused(self):
        for arguments in (("discount", "12m"), ("margin", "ever"), ("id", "12m")):
            with self.subTest(arguments), self.assertRaises(UserError):
                self.values.get_whale_curve(*arguments)


@tagged("post_install", "-at_install")
class TestSampling(CurveCase):
    """However many customers, a curve has 200 points at most, and one query."""

    def _sample(self, count, losers):
        """Return the points of as many customers, who bring 1 each, or cost 1."""
        customers = SQL(
            "SELECT i AS id, CASE WHEN i <= %s THEN 1 ELSE -1 END AS amount"
            " FROM GENERATE_SERIES(1, %s) i",
            count - losers,
            count,
        )
        return self.env.execute_query(curves.whale(customers))

    def test_the_ends_and_the_peak_are_exact(self):
        for count, losers in (
            (1, 0),
            (1, 1),
            (9, 2),
            (186, 3),
            (187, 3),
            (188, 40),
            (200, 1),
            (1234, 567),
            (20011, 1),
            (20011, 20011),
        ):
            with self.subTest(count=count, losers=losers):
                points = {
                    place: cumulative for place, cumulative, *_ in self._sample(count, losers)
                }
                self.assertLess(len(points), curves.MAX_POINTS)
                winners = count - losers
                wanted = {1, count, winners} | {count * tenth // 10 for tenth in range(1, 11)}
                self.assertFalse(wanted - {0} - points.keys())
                for place, cumulative in points.items():
                    self.assertEqual(cumulative, min(place, 2 * winners - place))

    def test_small_companies_have_every_customer(self):
        self.assertEqual([row[0] for row in self._sample(150, 20)], list(range(1, 151)))

    def test_one_query(self):
        with self.at("2026-03-03"):
            self._sell(*[(10.0, 0)] * 3)
            self.values.get_whale_curve()
            self.env.flush_all()
            with self.assertQueryCount(1):
                self.values.get_whale_curve()
