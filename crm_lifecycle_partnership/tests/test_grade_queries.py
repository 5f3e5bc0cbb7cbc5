from odoo.tests import tagged

from .grade_common import GradeCase

FEW, MANY = 3, 30


@tagged("post_install", "-at_install")
class TestGradeQueries(GradeCase):
    """Levels are set, changed and taken away with as many queries for many as for few."""

    def _dealers(self, number, name, with_contacts=False):
        """Make customers with an agreement."""
        customers = self.env["res.partner"].union(
            *(self._create_customer(f"{name} {index}") for index in range(number))
        )
        for customer in customers:
            self._agree(customer=customer)
            if with_contacts:
                self._create_customer("Jr", is_company=False, parent_id=customer.id)
        self._process_queue()
        return customers

    def _set(self, customers, grade):
        """Set levels, and return how many queries it took."""
        self._process_queue()
        job = self.env["crm.lifecycle.grade.job"]
        [company] = job._get_companies()
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        count, _begin = job._work_off(company, "set")
        self.env.flush_all()
        # What the host tells in the chatter comes at the end of the transaction.
        self.env.cr.flush()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual((count, customers.grade_id), (len(customers), grade))
        return queries

    def test_levels_with_price_lists(self):
        lists = self.env["product.pricelist"].create(
            [{"name": name, "company_id": self.company.id} for name in ("Silver", "Gold")]
        )
        self.silver.default_pricelist_id, self.gold.default_pricelist_id = lists
        self._give_change_and_take(with_contacts=True)

    def test_customers_with_contacts(self):
        """Without price lists: the host copies these to the contacts of one customer at a time."""
        self._give_change_and_take(with_contacts=True)

    def _give_change_and_take(self, with_contacts):
        # What is looked up once only is in the cache from the first time on.
        counts = []
        for number, name in ((FEW, "Warm"), (FEW, "Few"), (MANY, "Many")):
            customers = self._dealers(number, name, with_contacts)
            given = self._set(customers, self.silver)
            for customer in customers:
                self._agree("shareholder", customer=customer)
            changed = self._set(customers, self.gold)
            agreements = self.env["crm.lifecycle.agreement"].search(
                [("partner_id", "in", customers.ids)]
            )
            agreements.active = False
            taken = self._set(customers, self.gold.browse())
            counts.append((given, changed, taken))
        self.assertEqual(counts[1], counts[2])

    def test_nothing_to_do(self):
        counts = []
        for number, name in ((FEW, "Warm"), (FEW, "Few"), (MANY, "Many")):
            self._set(self._dealers(number, name), self.silver)
            counts.append(self._set(self.customer.browse(), self.silver.browse()))
        self.assertEqual(counts[1], counts[2])
