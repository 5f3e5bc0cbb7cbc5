from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import company_cte
from odoo.addons.crm_lifecycle_stock.tests.registration_common import RegistrationCase

from ..engine import registrations

OTHERS = 20_000


@tagged("post_install", "-at_install")
class TestPointPlans(RegistrationCase):
    """What registrations cost grows with registrations, not with all that was ever delivered."""

    def test_a_piece_is_found_by_its_number(self):
        self._register(lot_id=self.piece.id)
        self.env.flush_all()
        # As many other pieces of the same product, moved like this one.
        self.env.cr.execute(
            SQL(
                """WITH line AS (SELECT * FROM stock_move_line
                                  WHERE lot_id = %(lot)s AND state = 'done' LIMIT 1),
                        piece AS (INSERT INTO stock_lot (name, product_id, company_id)
                                  SELECT 'OTHER-' || number, %(product)s, %(company)s
                                    FROM generate_series(1, %(others)s) number
                               RETURNING id)
                   INSERT INTO stock_move_line (move_id, picking_id, company_id, product_id,
                               product_uom_id, quantity, quantity_product_uom, lot_id,
                               location_id, location_dest_id, state, date)
                   SELECT move_id, picking_id, company_id, product_id, product_uom_id, quantity,
                          quantity_product_uom, piece.id, location_id, location_dest_id, state,
                          date
                     FROM line, piece""",
                lot=self.piece.id,
                product=self.table.id,
                company=self.company.id,
                others=OTHERS,
            )
        )
        self.env.cr.execute("ANALYZE stock_move_line")
        plan = self.env.execute_query(
            SQL(
                "EXPLAIN (ANALYZE, FORMAT JSON) WITH %s %s",
                company_cte(self.env.cr.now(), rule_tables=SQL("")),
                registrations.registrations(),
            )
        )[0][0]
        looked_at = list(self._walk(plan[0]["Plan"]))
        self.assertTrue(looked_at)
        for node in looked_at:
            removed = node.get("Rows Removed by Filter", 0)
            self.assertLess(node["Actual Rows"] + removed, 10, node)

    def _walk(self, node):
        """Yield the steps of a plan that read moves of goods."""
        if node.get("Relation Name") == "stock_move_line":
            yield node
        for child in node.get("Plans", ()):
            yield from self._walk(child)
