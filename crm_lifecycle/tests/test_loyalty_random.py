import random
from dataclasses import replace

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import loyalty
from ..engine.loyalty import PARTS, LoyaltyRule
from .common import LifecycleCase

COLUMNS = {
    "purchases_0": ("int", (0, 0, 1, 2, 9, 40)),
    "purchases_12": ("int", (0, 1, 2, 5, 6, 7, 12)),
    "purchases_24": ("int", (0, 1, 2, 7, 11, 24)),
    "purchase_span_0": ("int", (None, 0, 1, 364, 547, 1094, 1095, 3000)),
    "satisfaction_24": ("numeric", (None, 0.0, 33.33, 50.0, 87.5, 100.0)),
    "complaint_rate_12": ("numeric", (None, 0.0, 12.5, 66.67, 100.0, 300.0)),
    "referrals_0": ("int", (0, 1, 2, 3)),
    "product_lines_24": ("int", (0, 1, 2, 3, 4, 9)),
    "paid_on_time_24": ("numeric", (None, 0.0, 28.57, 50.0, 100.0)),
}


@tagged("post_install", "-at_install")
class TestLoyaltyRandom(LifecycleCase):
    """The index in SQL is the index in Python, whatever figures and weights are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(20261127)

    def _figures(self):
        return {column: self.chance.choice(values) for column, (_type, values) in COLUMNS.items()}

    def _rule(self):
        weights = {
            f"{code}_weight": self.chance.choice((0.0, 1.0, 7.5, 20.0, 100.0)) for code in PARTS
        }
        return replace(
            LoyaltyRule(),
            **weights,
            full_purchases=self.chance.choice((1, 6, 7)),
            full_breadth=self.chance.choice((1, 3)),
            known_share=self.chance.choice((0.0, 0.5, 0.9, 1.0)),
        )

    def _in_sql(self, rows, rule):
        values = SQL(", ").join(
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL("%s::%s", row[column], SQL(kind))
                    for column, (kind, _values) in COLUMNS.items()
                ),
            )
            for row in rows
        )
        query = SQL(
            "SELECT %s FROM (VALUES %s) figure(%s)",
            loyalty.index_sql(rule, lambda column: SQL("%s::float8", SQL.identifier(column))),
            values,
            SQL(", ").join(map(SQL.identifier, COLUMNS)),
        )
        return [index for (index,) in self.env.execute_query(query)]

    def test_both_agree(self):
        known = 0
        for number in range(30):
            rule = LoyaltyRule() if not number else self._rule()
            rows = [self._figures() for _row in range(100)]
            expected = [loyalty.index(row, rule) for row in rows]
            known += sum(index is not None for index in expected)
            with self.subTest(rule):
                self.assertEqual(self._in_sql(rows, rule), expected)
        # Neither all unknown nor all known, or little was compared.
        self.assertTrue(600 < known < 2900, known)

    def test_points_add_up_to_the_index(self):
        for _number in range(200):
            figures, rule = self._figures(), self._rule()
            index = loyalty.index(figures, rule)
            if index is not None:
                points = sum(loyalty.contributions(figures, rule).values())
                self.assertLessEqual(abs(points - index), 0.5 + 1e-9)
                self.assertTrue(0 <= index <= 100, index)
