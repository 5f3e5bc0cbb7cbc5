from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.crm_lifecycle_value_pareto import CUSTOMER_AXES, PRODUCT_AXES, TOP
from .test_whale_curve import CurveCase


@tagged("post_install", "-at_install")
class TestPareto(CurveCase):
    """The largest groups along an axis, the rest in one, each open to what is behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("_set_up_customers")
        case._set_up_customers()

    def _set_up_customers(self):
        cls = type(self)
        country = self.env.ref("base.us")
        states = self.env["res.country.state"].search([("country_id", "=", country.id)], limit=2)
        industries = self.env["res.partner.industry"].create([{"name": "Zoos"}, {"name": "Parks"}])
        with self.at("2026-03-03"):
            # Contributions: 300, 100, -60, 40.
            cls.customers = self._sell((300.0, 0), (160.0, 60), (60.0, 120), (40.0, 0))
            first, second, third, _fourth = cls.customers
            first.write(
                {
                    "country_id": country.id,
                    "state_id": states[0].id,
                    "industry_id": industries[0].id,
                    "user_id": self.salesperson.id,
                }
            )
            (second | third).write({"country_id": country.id, "industry_id": industries[1].id})
            third.state_id = states[1]
        self.env.flush_all()

    def _rows(self, *arguments):
        """Return the rows of today's Pareto as (name, customers, amount, cumulative)."""
        with self.at("2026-03-03"):
            rows = self.values.get_pareto(*arguments)["rows"]
        return [(row["name"], row["customers"], row["amount"], row["cumulative"]) for row in rows]

    def test_along_each_axis_of_customers(self):
        states = self.customers.state_id.mapped("display_name")
        for axis, expected in {
            "customer": [
                ("Customer 000", 1, 300.0, 300.0),
                ("Customer 001", 1, 100.0, 400.0),
                ("Customer 003", 1, 40.0, 440.0),
                ("Customer 002", 1, -60.0, 380.0),
            ],
            "industry": [
                ("Zoos", 1, 300.0, 300.0),
                ("Parks", 2, 40.0, 340.0),
                ("Not set", 1, 40.0, 380.0),
            ],
            "country": [("United States", 3, 340.0, 340.0), ("Not set", 1, 40.0, 380.0)],
            "state": [
                (states[0], 1, 300.0, 300.0),
                ("Not set", 2, 140.0, 440.0),
                (states[1], 1, -60.0, 380.0),
            ],
            "salesperson": [
                (self.salesperson.name, 1, 300.0, 300.0),
                ("Not set", 3, 80.0, 380.0),
            ],
            "class": [("Not set", 4, 380.0, 380.0)],
        }.items():
            with self.subTest(axis):
                self.assertEqual(self._rows(axis), expected)

    def test_by_revenue_and_ever(self):
        self.assertEqual(
            self._rows("industry", "revenue", "total"),
            [("Zoos", 1, 300.0, 300.0), ("Parks", 2, 220.0, 520.0), ("Not set", 1, 40.0, 560.0)],
        )

    def test_by_class(self):
        with self.at("2026-03-03"):
            self._rank_by_unknown_costs()
            self._sell((20.0, 0), (10.0, 0))
            self._measure_classes()
            self.env.flush_all()
        # 300 and 100 of 470 make the first 80 %; the rest of the winners and a loser.
        rows = self._rows("class")
        self.assertEqual([row[:3] for row in rows[:1]], [("A", 2, 400.0)])
        self.assertEqual(rows[-1][-1], 410.0)

    def test_products_and_categories_by_revenue_of_twelve_months(self):
        with self.at("2024-03-03"):
            self._post_lines((self.product, 1, 5000.0, 0), customer=self.customers[0])
        with self.at("2026-03-03"):
            refund = self._post_lines(
                (self.product, 1, 30.0, 0), customer=self.customers[0], move_type="out_refund"
            )
            self._post_lines((False, 1, 7.0, 0), customer=self.customers[0])
        self.assertEqual(refund.state, "posted")
        self.advice.categ_id = self.env["product.category"].create({"name": "Wisdom"})
        self.env.flush_all()
        self.assertEqual(
            self._rows("product"),
            [
                ("Advice", 4, 560.0, 560.0),
                ("Not set", 1, 7.0, 567.0),
                ("Garden Bench", 3, -30.0, 537.0),
            ],
        )
        self.assertEqual(self._rows("category")[0], ("Wisdom", 4, 560.0, 560.0))
        self.assertEqual(self._rows("category")[-1][-1], 537.0)

    def test_each_row_opens_what_is_behind_it(self):
        with self.at("2026-03-03"):
            for axis in (*CUSTOMER_AXES, *PRODUCT_AXES):
                for row in self.values.get_pareto(axis, "revenue")["rows"]:
                    with self.subTest(axis=axis, row=row["name"]):
                        action = self.values.action_open_pareto(axis, "12m", [row["key"]])
                        found = self._open(action)
                        amounts = found.mapped("amount" if axis in PRODUCT_AXES else "revenue_12m")
                        self.assertEqual(sum(amounts), row["amount"])
                        self.assertEqual(len(found.partner_id), row["customers"])
                        self.assertEqual(action["name"], row["name"])

    def test_the_rest_is_summed_up_and_opens(self):
        with self.at("2026-03-03"):
            self._sell(*[(float(number), 0) for number in range(1, TOP + 1)])
            pareto = self.values.get_pareto("customer")
            rows = pareto["rows"]
            self.assertEqual(len(rows), TOP + 1)
            rest = rows[-1]
            # Of 15 winners and a loser the best 12 stand for themselves.
            amounts = sorted([300.0, 100.0, 40.0, -60.0, *range(1, TOP + 1)])[:4]
            self.assertEqual(
                (rest["name"], rest["key"], rest["groups"], rest["customers"], rest["amount"]),
                (False, False, 4, 4, sum(amounts)),
            )
            self.assertEqual(rest["cumulative"], pareto["total"])
            keys = [row["key"] for row in rows[:-1]]
            action = self.values.action_open_pareto("customer", "12m", keys, True)
            self.assertEqual(sum(self._open(action).mapped("contribution_12m")), rest["amount"])

    def test_the_rest_holds_what_is_not_set_unless_it_has_its_own_row(self):
        with self.at("2026-03-03"):
            for keys, expected in (
                ([self.customers[0].industry_id.id], self.customers[1:]),
                ([self.customers[0].industry_id.id, False], self.customers[1:3]),
            ):
                action = self.values.action_open_pareto("industry", "12m", keys, True)
                self.assertEqual(self._open(action).partner_id, expected)

    def test_one_more_than_fits_is_shown_by_its_name(self):
        with self.at("2026-03-03"):
            self._sell(*[(float(number), 0) for number in range(1, TOP - 2)])
            rows = self.values.get_pareto("customer")["rows"]
        self.assertEqual(len(rows), TOP + 1)
        self.assertEqual(rows[-1]["name"], "Customer 002")

    def test_companies_are_apart(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids |= other
        values = self.values.with_company(other)
        for axis in (*CUSTOMER_AXES, *PRODUCT_AXES):
            with self.subTest(axis):
                pareto = values.get_pareto(axis)
                self.assertEqual((pareto["rows"], pareto["company"]), ([], other.name))

    def test_what_is_no_axis_is_refused(self):
        for arguments in (("partner_id",), ("customer", "discount"), ("country", "margin", "ever")):
            with self.subTest(arguments), self.assertRaises(UserError):
                self.values.get_pareto(*arguments)
