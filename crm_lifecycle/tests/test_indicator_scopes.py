from odoo.tests import tagged

from .indicator_common import NOW, IndicatorCase


@tagged("post_install", "-at_install")
class TestIndicatorScopes(IndicatorCase):
    """Of several companies, and of one customer alone, the indicators are what they are there."""

    def test_amounts_of_two_currencies_are_not_added_up(self):
        other = self._create_company("Dollar Company", "base.USD")
        twin = self._create_company("Euro Company", "base.EUR")
        both = (self.company | other | twin).ids
        entries = self.env["crm.lifecycle.indicator.entry"].with_context(allowed_company_ids=both)
        for company, amount in ((other, 70.0), (twin, 200.0)):
            company.write({"lifecycle_indicator_minimum": 1})
            customer = self._create_customer(company.name)
            with self.at("2026-03-25"):
                product = self.product.with_company(company)
                order = self.env["sale.order"].create(
                    {
                        "partner_id": customer.id,
                        "company_id": company.id,
                        "order_line": [
                            (0, 0, {"product_id": product.id, "price_unit": amount, "tax_ids": []})
                        ],
                    }
                )
                order.action_confirm()
                self.assertEqual(order.currency_id, company.currency_id)
        with self.at(NOW):
            self._process_queue()

        def grouped(companies, groupby, indicator="spend"):
            domain = [
                ("company_id", "in", companies.ids),
                ("indicator", "=", indicator),
                ("date", ">=", "2026-03-01"),
            ]
            with self.at(NOW):
                return entries._read_group(
                    domain, groupby, ["value:avg", "part:sum", "points:sum", "whole:sum"]
                )

        companies = self.company | other | twin
        [(_month, *month)] = grouped(companies, ["date:month"])
        self.assertEqual(month, [False, False, False, 3])
        self.assertEqual(
            {(company, value) for company, value, *_sums in grouped(companies, ["company_id"])},
            {(self.company, 100), (other, 70), (twin, 200)},
        )
        self.assertEqual(grouped(self.company | twin, []), [(150, 300, 300, 2)])
        # Shares are the same in all currencies.
        self.assertEqual(grouped(companies, [], "complaint"), [(False, 1, 100, 0)])

    def test_of_companies_each_needs_what_it_says_itself(self):
        other = self._create_company("Other Company", "base.EUR")
        other.lifecycle_indicator_minimum = 100
        self.company.lifecycle_indicator_minimum = 4
        for number in range(2):
            with self.at("2026-03-05"):
                self.env["crm.lifecycle.satisfaction.statement"].create(
                    {
                        "partner_id": self.cy.id,
                        "company_id": other.id,
                        "value": 5,
                        "date": f"2026-03-0{number + 1}",
                        "product_id": self.product.id,
                    }
                )
        self.env.flush_all()
        entries = self.env["crm.lifecycle.indicator.entry"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        domain = [
            ("company_id", "in", (self.company | other).ids),
            ("indicator", "=", "reputation"),
        ]
        with self.at(NOW):
            # (2 - 1 + 2) of six; the second company's two alone are too few.
            self.assertEqual(entries._read_group(domain, [], ["value:avg"]), [(50,)])
            self.assertEqual(
                set(entries._read_group(domain, ["company_id"], ["value:avg"])),
                {(self.company, 25), (other, False)},
            )

    def test_of_one_customer_nobody_else_is_computed(self):
        with self.at("2026-01-31"):
            self._look_again(self.customer | self.bo)
        self.env.flush_all()
        profile = self._profile(self.customer)
        with self.at(NOW):
            action = profile.action_open_indicators()
            entries = self.env["crm.lifecycle.indicator.entry"]
            scoped = entries.with_context(**action["context"])
            names = ["indicator", "date", "part", "whole", "points"]
            alone, among = (
                [
                    tuple(row[name] for name in names)
                    for row in model.search_read(action["domain"], names, order="id")
                ]
                for model in (scoped, entries)
            )
            self.assertEqual(alone, among)
            self.assertEqual(
                {row[0] for row in alone},
                {"reputation", "awareness", "return", "complaint", "spend", "exit"},
            )
            # Without the domain: it is the query itself that asks for no others.
            self.assertEqual(scoped.search([]).partner_id, self.customer)
            self.assertEqual(scoped.search([]).company_id, self.company)
        self.assertEqual(action["context"]["lifecycle_partner_ids"], self.customer.ids)

    def test_of_everybody_it_is_what_it_is_of_each(self):
        order = self._buy(self.cy, "2026-03-02", amount=300.0)
        with self.at("2026-03-04"):
            invoice = self._invoice_order(order)
        with self.at("2026-03-06"):
            self._refund(invoice, share=0.5)
        with self.at(NOW):
            self._process_queue()
        names = ["indicator", "company_id", "partner_id", "date", "part", "whole", "points"]

        def read(**context):
            entries = self.env["crm.lifecycle.indicator.entry"].with_context(**context)
            with self.at(NOW):
                found = entries.search([("partner_id", "!=", False)]).mapped(
                    lambda entry: tuple(str(entry[name]) for name in names)
                )
                return sorted(found), entries.search([]).partner_id.ids

        whole, customers = read()
        self.assertEqual(whole, read(lifecycle_partner_ids=customers)[0])
        self.assertIn("150.0", {row[4] for row in whole if row[0] == "spend"})
