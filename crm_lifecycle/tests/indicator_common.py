"""What tests of the seven indicators build on: a small company that one counts by hand."""

from .rules_common import RuleCase

NOW = "2026-03-31"


class IndicatorCase(RuleCase):
    """Ada, Bo and Cy, who buy, say how satisfied they are, and complain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"lifecycle_indicator_minimum": 1, "lifecycle_return_days": 60})
        cls.known = cls.env["crm.lifecycle.source"].create({"name": "Asked for us", "is_brand": 1})
        cls.fair = cls.env["crm.lifecycle.source"].create({"name": "Fair of the test"})
        cls.bo, cls.cy = cls._create_customer("Bo's Inn"), cls._create_customer("Cy's Café")
        for customer, source in ((cls.customer, cls.known), (cls.bo, cls.fair)):
            customer.lifecycle_source_id = source
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """Ada buys in January (twice), February and March; Bo in January; Cy in February, and in
        2024.
        """
        self._buy(self.cy, "2024-11-05", amount=400.0)
        first = self._buy(self.customer, "2026-01-05")
        self._buy(self.customer, "2026-01-20", "2026-02-10", "2026-03-20")
        self._buy(self.bo, "2026-01-10", amount=300.0)
        with self.at("2026-02-15"):
            invoice = self._invoice_order(first)
            self._post_invoice(self.cy, 60.0)
        with self.at("2026-02-20"):
            self._refund(invoice, 0.5)
        for customer, value, day in (
            (self.customer, 5, "2026-01-15"),
            (self.customer, 5, "2026-02-15"),
            (self.bo, 3, "2026-02-16"),
            (self.bo, 4, "2026-03-16"),
        ):
            self._say(customer, value, day, product_id=self.product.id)
        self._say(self.bo, 1, "2026-03-17")  # about no product
        with self.at("2026-03-02"):
            self.env["crm.complaint"].create(
                {
                    "subject": "It squeaks",
                    "partner_id": self.bo.id,
                    "company_id": self.company.id,
                }
            )
            self.env.flush_all()

    def _say(self, customer, value, day, **vals):
        with self.at(day):
            self.env["crm.lifecycle.satisfaction.statement"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "value": value,
                    "date": day,
                    **vals,
                }
            )

    def _indicators(self, day=None):
        """Return ``{indicator: row}`` as of a day, today without."""
        with self.at(NOW):
            self._process_queue()
            model = self.env["crm.lifecycle.indicator"].with_context(lifecycle_date=day)
            rows = model.search([("company_id", "=", self.company.id)])
            rows.fetch(["value", "n", "has_value", "reason", "value_text"])
        return {row.indicator: row for row in rows}

    def assertIndicator(self, row, value, n):
        self.assertEqual((row.has_value, row.n), (value is not None, n))
        if value is not None:
            self.assertAlmostEqual(row.value, value, 2)

    def _entries(self, domain=()):
        with self.at(NOW):
            self._process_queue()
            entries = self.env["crm.lifecycle.indicator.entry"].search(
                [("company_id", "=", self.company.id), *domain]
            )
            entries.fetch(["partner_id", "part", "whole"])
        return entries

    def _grouped(self, domain, groupby, day=None):
        entries = self.env["crm.lifecycle.indicator.entry"].with_context(lifecycle_date=day)
        with self.at(NOW):
            self._process_queue()
            return entries._read_group(
                [("company_id", "=", self.company.id), *domain],
                groupby,
                ["value:avg", "whole:sum"],
            )
