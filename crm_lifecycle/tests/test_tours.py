from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import INVOICING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase
from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTours(LifecycleCase, TourCase):
    """What people see in the browser, in English and in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()

    def test_salesperson_confirms_a_quotation_and_sees_the_stage(self):
        order = self._create_order(self.customer, name="TOUR/0001", user_id=self.salesperson.id)
        self.start_tour(
            f"/odoo/sale.order/{order.id}",
            "crm_lifecycle_confirm_quotation",
            login=self.salesperson.login,
        )
        self.assertEqual(order.state, "sale")
        self._process_queue()
        for lang, user in self._users("tour_sales", SALES):
            with self.subTest(lang=lang):
                order.user_id = user
                self.start_tour(
                    f"/odoo/res.partner/{self.customer.id}",
                    f"crm_lifecycle_customer_stage_{lang}",
                    login=user.login,
                )

    def test_accountant_sees_the_stage_on_an_invoice(self):
        invoice = self._post_invoice(self.customer)
        self._process_queue()
        for lang, user in self._users("tour_accountant", INVOICING):
            with self.subTest(lang=lang):
                self.start_tour(
                    f"/odoo/account.move/{invoice.id}",
                    f"crm_lifecycle_invoice_stage_{lang}",
                    login=user.login,
                )

    def test_accountant_and_salesperson_look_through_the_customers(self):
        self._post_invoice(self.customer)
        self._process_queue()
        for group in (SALES, INVOICING):
            for lang, user in self._users(f"tour_{group.split('.')[1]}", group):
                with self.subTest(group=group, lang=lang):
                    self.start_tour(
                        "/odoo/lifecycle-customers",
                        f"crm_lifecycle_customers_{lang}",
                        login=user.login,
                    )

    def test_manager_changes_a_threshold_and_reads_why_the_customer_moved(self):
        orders = self._buy(self.customer, "2024-01-10", "2024-08-20", "2025-03-15")
        for number, order in enumerate(orders, start=1):
            order.name = f"TOUR/000{number}"
        for lang, user in self._users("tour_manager", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.assertEqual(self._stage(self.customer), "long_term")
                self._start_lifecycle_tour("raise_threshold", user)
                self._process_queue()
                self._start_lifecycle_tour("why_moved", user)
                self._start_lifecycle_tour("roll_back", user)
        self.assertEqual(self._stage(self.customer), "long_term")

    def test_a_lead_from_a_government_body_gets_its_segment_policy_and_suggestion(self):
        seller = self._create_user(
            "tour_lead_seller", SALES, name="Tour Seller", lifecycle_seniority="senior"
        )
        self.env["crm.team"].create(
            {"name": "Tour", "company_id": self.company.id, "member_ids": seller.ids}
        )
        federal = self.env["crm.lifecycle.segment"].search(
            [("company_id", "=", self.company.id), ("sector_federal", "=", True)]
        )
        for lang, user in self._users("tour_lead", SALES_ALL):
            with self.subTest(lang=lang):
                lead = self._create_lead(
                    self.env["res.partner"],
                    partner_name="Bureau of Waterways",
                    lifecycle_employee_count=20,
                    user_id=user.id,
                )
                self.start_tour(
                    f"/odoo/crm.lead/{lead.id}",
                    f"crm_lifecycle_lead_segment_{lang}",
                    login=user.login,
                )
                self.assertEqual(lead.lifecycle_sector, "federal")
                self.assertEqual(lead.lifecycle_segment_id, federal)
                self.assertEqual(lead.user_id, seller)

    def _set_up_buyers(self):
        """Twelve buyers, the larger the later; two of them cost more than they bring."""
        self.product.standard_price = 40.0
        for number in range(12):
            buyer = self._create_customer(f"Buyer {number:02}")
            day = fields.Date.today() - timedelta(days=40 - number)
            # Of 30, 35, ... 85; benches have cost 40.
            self._post_invoice(buyer, 30.0 + 5 * number, invoice_date=day)
        self._gather("night")
        self._process_queue()

    def test_salesperson_walks_through_the_grid(self):
        self._set_up_buyers()
        for lang, user in self._users("tour_grid", SALES):
            with self.subTest(lang=lang):
                self.start_tour(
                    "/odoo/lifecycle-rfm", f"crm_lifecycle_rfm_grid_{lang}", login=user.login
                )

    def test_manager_reads_the_whale_curve_and_pareto(self):
        self._set_up_buyers()
        for lang, user in self._users("tour_curve", SALES_MANAGER):
            for path, name in (
                ("lifecycle-whale-curve", "whale_curve"),
                ("lifecycle-pareto", "pareto"),
            ):
                with self.subTest(lang=lang, name=name):
                    self.start_tour(
                        f"/odoo/{path}", f"crm_lifecycle_{name}_{lang}", login=user.login
                    )

    def test_salesperson_reads_the_distribution_of_types(self):
        buyers = self.env["res.partner"].union(
            *(self._create_customer(f"Typed {number}") for number in range(2))
        )
        for buyer in buyers:
            today = fields.Date.today()
            self._buy(buyer, *(str(today - timedelta(days=days)) for days in (30, 10)))
        self.env["crm.lifecycle.type.override"].create(
            {"partner_id": buyers[1].id, "customer_type": "relational", "reason": "An old friend"}
        )
        self._process_queue()
        for lang, user in self._users("tour_types", SALES):
            with self.subTest(lang=lang):
                self.start_tour(
                    "/odoo/lifecycle-types", f"crm_lifecycle_types_{lang}", login=user.login
                )

    def test_manager_resolves_a_mismatch(self):
        seller = self._create_user("tour_seller", SALES, name="Tour Seller")
        self.env["crm.team"].create(
            {"name": "Tour", "company_id": self.company.id, "member_ids": seller.ids}
        )
        gardens, meadows, woods = customers = self.env["res.partner"].union(
            *(self._create_customer(f"Tour {name}") for name in ("Gardens", "Meadows", "Woods"))
        )
        for lang, user in self._users("tour_mismatch", SALES_MANAGER):
            with self.subTest(lang=lang):
                customers.user_id = False
                self.env["crm.lifecycle.mismatch.waiver"].search([]).active = False
                for customer in customers:
                    self._confirm_order(customer)
                self._process_queue()
                self.start_tour(
                    "/odoo/lifecycle-mismatches",
                    f"crm_lifecycle_mismatch_{lang}",
                    login=user.login,
                )
                self.env.invalidate_all()
                self.assertEqual((gardens | meadows).user_id, seller)
                self.assertFalse(woods.user_id)
                last = meadows.lifecycle_ownership_ids[0]
                self.assertEqual(
                    (last.user_id, last.changed_by_id, last.reason),
                    (seller, user, "Tour Seller knows their park"),
                )
                waiver = self.env["crm.lifecycle.mismatch.waiver"].search(
                    [("partner_id", "=", woods.id)]
                )
                self.assertEqual((waiver.kind, waiver.user_id), ("unowned", user))

    def _start_lifecycle_tour(self, name, user):
        self.start_tour(
            "/odoo/lifecycle-customers", f"crm_lifecycle_{name}_{user.lang}", login=user.login
        )
