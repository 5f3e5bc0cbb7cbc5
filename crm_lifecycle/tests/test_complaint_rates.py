from odoo.tests import tagged

from .common import SALES
from .complaint_common import ComplaintCase

NOW = "2026-03-03"


@tagged("post_install", "-at_install")
class TestComplaintRates(ComplaintCase):
    """Complaints for each invoiced order: over time, customer by customer, by products."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_customer("Bo's Inn")
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """Four invoiced orders and three complaints; the other customer has neither."""
        cls = type(self)
        with self.at("2025-01-15"):
            self._invoice_order(self._confirm_order(self.customer))
        with self.at("2025-12-01"):
            cls.order = self._confirm_order(self.customer)
            self._invoice_order(self.order)
            self._confirm_order(self.customer)  # is never invoiced
        with self.at("2026-02-10"):
            self._post_invoice(self.customer)
            self._invoice_order(self._confirm_order(self.customer))
        with self.at("2025-01-20"):
            self._complain().action_solve()
        with self.at("2025-12-05"):
            cls.about = self._complain(order_line_ids=self.order.order_line.ids)
        with self.at("2026-02-20"):
            cls.latest = self._complain(product_ids=self.product.ids)
            self._complain(kind="question")
            self.env.flush_all()

    # ------------------------------------------------------------
    # OVER TIME
    # ------------------------------------------------------------

    def test_the_rate_of_a_group_is_that_of_its_sums(self):
        with self.at(NOW):
            rows = self.env["crm.complaint.rate"]._read_group(
                [("company_id", "=", self.company.id)],
                ["date:year"],
                ["complaint_count:sum", "order_count:sum", "rate:avg"],
            )
        self.assertEqual([row[1:] for row in rows], [(2, 2, 1.0), (1, 2, 0.5)])

    def test_a_row_opens_its_document(self):
        with self.at(NOW):
            row = self.env["crm.complaint.rate"].search(
                [("company_id", "=", self.company.id), ("complaint_count", ">", 0)], limit=1
            )
            self.assertEqual(row.document_name, self.latest.display_name)
            self.assertEqual(row.action_open_document()["res_id"], self.latest.id)

    # ------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------

    def _complainers(self, *domain):
        with self.at(NOW):
            self.env.flush_all()
            return self.env["crm.complaint.complainer"].search(
                [("company_id", "=", self.company.id), *domain]
            )

    def test_who_complains(self):
        self.assertRecordValues(
            self._complainers(),
            [
                {
                    "partner_id": self.customer.id,
                    "complaint_count": 3,
                    "complaint_count_12m": 2,
                    "open_count": 2,
                    "order_count_12m": 3,
                    "rate_12m": 2 / 3,
                    "first_date": self._moment("2025-01-20 00:00:00").date(),
                    "last_date": self._moment("2026-02-20 00:00:00").date(),
                }
            ],
        )

    def test_big_customers_who_complained_twice_within_a_year(self):
        action = self.env.ref("crm_lifecycle.crm_complaint_complainer_action_big")
        self.assertIn("search_default_repeat", action.context)
        self.assertIn("search_default_big", action.context)
        with self.at(NOW):
            self._complain(self.other)
            self._process_queue()
        self._profile(self.customer).value_class = "a"
        repeat, big = ("complaint_count_12m", ">=", 2), ("value_class", "=", "a")
        self.assertEqual(self._complainers(repeat, big).partner_id, self.customer)
        self._profile(self.customer).value_class = "b"
        self.assertFalse(self._complainers(repeat, big))

    def test_the_list_opens_the_complaints(self):
        with self.at(NOW):
            row = self._complainers()
            action = row.action_open_complaints()
            found = self.complaints.search(action["domain"])
            self.assertEqual(len(found), row.complaint_count)
            self.assertIn(self.latest, found)

    def test_salespeople_read_their_customers_alone(self):
        stranger = self._create_user("lifecycle_stranger", SALES)
        with self.at(NOW):
            for model in ("crm.complaint.complainer", "crm.complaint.rate"):
                rows = self.env[model].with_user(self.salesperson)
                domain = [("partner_id", "=", self.customer.id)]
                self.assertTrue(rows.search_count(domain), model)
                self.assertFalse(rows.with_user(stranger).search_count(domain), model)

    def test_the_customer_s_form_tells(self):
        with self.at(NOW):
            self._process_queue()
            profile = self._profile(self.customer)
            self.assertRecordValues(
                profile.with_user(self.salesperson),
                [
                    {
                        "complaint_count_12m": 2,
                        "complaint_rate_12m": 2 / 3,
                        "last_complaint_date": self._moment("2026-02-20 00:00:00").date(),
                    }
                ],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            profile.company_id, profile.partner_id  # noqa: B018 read before
            with self.assertQueryCount(2):
                profile._compute_complaint_figures()

    # ------------------------------------------------------------
    # PRODUCTS
    # ------------------------------------------------------------

    def test_products_beside_what_was_delivered(self):
        self.order.order_line.qty_delivered = 4
        with self.at(NOW):
            self.env.flush_all()
            row = self.env["crm.complaint.product"].search([("company_id", "=", self.company.id)])
            self.assertRecordValues(
                row,
                [
                    {
                        "product_id": self.product.id,
                        "complaint_count": 2,
                        "open_count": 2,
                        "customer_count": 1,
                        "order_count": 3,
                        "delivered_quantity": 4.0,
                        "rate": 0.5,
                    }
                ],
            )
            found = self.complaints.search(row.action_open_complaints()["domain"])
        self.assertEqual(found, self.about | self.latest)


@tagged("post_install", "-at_install")
class TestComplaintThemes(ComplaintCase):
    """Which few causes and categories most complaints of the last year come from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.freight, cls.staff = cls.env["crm.complaint.cause"].create(
            [{"name": "Freight"}, {"name": "Staff"}]
        )
        cls.category = cls.env["crm.complaint.category"].create({"name": "Paint"})
        cls("_set_up_complaints")._set_up_complaints()

    def _set_up_complaints(self):
        with self.at("2024-06-01"):
            self._complain(cause_id=self.staff.id)  # too long ago
        with self.at("2026-02-20"):
            for cause in (self.freight, self.freight, self.freight, self.staff, None):
                self._complain(cause_id=cause and cause.id, category_id=self.category.id)
            self.env.flush_all()

    def _themes(self, axis):
        with self.at(NOW):
            return self.env["crm.complaint.theme"].search(
                [("company_id", "=", self.company.id), ("axis", "=", axis)]
            )

    def test_the_most_frequent_first(self):
        causes = self._themes("cause")
        self.assertEqual(
            [(row.cause_id, row.complaint_count, row.share, row.cumulative) for row in causes],
            [
                (self.freight, 3, 0.6, 0.6),
                (self.staff, 1, 0.2, 0.8),
                (self.env["crm.complaint.cause"], 1, 0.2, 1.0),
            ],
        )
        self.assertEqual(causes[2].name, "Not known yet")
        self.assertEqual(
            [(row.category_id, row.complaint_count) for row in self._themes("category")],
            [(self.category, 5)],
        )

    def test_the_list_opens_the_complaints(self):
        for row in self._themes("cause"):
            with self.subTest(row.name), self.at(NOW):
                found = self.complaints.search(row.action_open_complaints()["domain"])
                self.assertEqual(len(found), row.complaint_count)
                self.assertEqual(found.cause_id, row.cause_id)
