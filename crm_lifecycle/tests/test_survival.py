import random

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import survival
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestSurvival(LifecycleCase):
    """The database estimates as the textbook does, with what goes on taken into account."""

    def _read(self, durations, share):
        """Return the quantile of ``[(time, whether it is done)]`` as the database gives it."""
        rows = SQL(", ").join(
            SQL("(%s::float8, %s::bool)", time, is_done) for time, is_done in durations
        )
        [[found]] = self.env.execute_query(
            SQL(
                "SELECT %s FROM (VALUES %s) duration(time, is_done)",
                survival.quantile_sql(SQL("duration.time"), SQL("duration.is_done"), share),
                rows,
            )
        )
        return found

    def test_by_hand(self):
        for durations, share, expected in (
            # Of three, all done: two thirds are left after the first, one after the second.
            ([(1, True), (2, True), (4, True)], 0.5, 2),
            ([(1, True), (2, True), (4, True)], 0.9, 4),
            # One of two is left after the first: exactly half.
            ([(1, True), (3, True)], 0.5, 1),
            # 1 - 1/4 after the first; the second counts among two: (3/4) * (1/2) = 3/8.
            ([(1, True), (2, False), (5, True), (6, False)], 0.5, 5),
            # Only a quarter is done, however long the others wait.
            ([(1, True), (9, False), (9, False), (9, False)], 0.5, None),
            ([(9, False)], 0.5, None),
            # What is done on a day on which another one goes on counts among both.
            ([(2, False), (2, True)], 0.5, 2),
            ([(None, True), (3, True)], 0.5, 3),
        ):
            with self.subTest(durations, share=share):
                self.assertEqual(self._read(durations, share), expected)

    def test_as_in_plain_python(self):
        rng = random.Random(8)  # noqa: S311 reproducible, not secret
        known = 0
        for _number in range(40):
            durations = [
                (rng.randint(0, 12), rng.random() < 0.6) for _row in range(rng.randint(1, 30))
            ]
            share = rng.choice([0.25, 0.5, 0.9])
            expected = survival.quantile(durations, share)
            known += expected is not None
            self.assertEqual(self._read(durations, share), expected, (durations, share))
        self.assertGreater(known, 10)
