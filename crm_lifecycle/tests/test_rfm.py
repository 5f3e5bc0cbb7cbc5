from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import SALES, SALES_ALL
from .value_common import ValueCase


class RfmCase(ValueCase):
    """Buyers of a company, each with as many purchases of an amount as a test says."""

    def _sell(self, *buyers):
        """Invoice buyers, each ``(days of 2026-02, amount of each)``; they are returned."""
        customers = self.env["res.partner"]
        for number, (days, amount) in enumerate(buyers):
            customer = self._create_customer(f"Buyer {number:02}")
            for day in days:
                with self.at(f"2026-02-{day:02}"):
                    self._post_lines((self.advice, 1, amount, 0), customer=customer)
            customers |= customer
        return customers

    def _pass(self, day="2026-03-03", kind="night"):
        with self.at(day):
            self._gather(kind)
            self._process_queue()

    def _codes(self, customers):
        return [self._profile(customer).rfm_code for customer in customers]

    def _cuts(self, company=None):
        """Return a company's cut points, the latest first."""
        return self.env["crm.lifecycle.rfm.cut"].search(
            [("company_id", "=", (company or self.company).id)]
        )


def fifths(values):
    """Return the scores of values by the definition: how many are below, in fifths."""
    return [1 + 5 * sum(other < value for other in values) // len(values) for value in values]


@tagged("post_install", "-at_install")
class TestScores(RfmCase):
    """Fifths of the buyers of twelve months, by last purchase, purchases and revenue."""

    def test_fifths_by_each_figure(self):
        # Two days apart, more often the larger, the amount in another order.
        days = [[day] for day in range(1, 6)] + [[1, 6], [2, 7], [1, 2, 8], [1, 2, 3, 9]]
        days.append([1, 2, 3, 4, 10])
        amounts = [500, 20, 30, 40, 50, 60, 70, 80, 90, 1]
        customers = self._sell(*zip(days, amounts, strict=True))
        self._pass()
        revenue = [amount * len(bought) for bought, amount in zip(days, amounts, strict=True)]
        expected = zip(
            fifths([max(bought) for bought in days]),
            fifths([len(bought) for bought in days]),
            fifths(revenue),
            strict=True,
        )
        self.assertEqual(self._codes(customers), [f"{r}{f}{m}" for r, f, m in expected])
        profile = self._profile(customers[-1])
        self.assertEqual(
            (profile.rfm_recency, profile.rfm_frequency, profile.rfm_monetary), ("5", "5", "1")
        )
        self.assertEqual(profile.purchase_count_12m, 5)

    def test_cut_points_are_the_most_of_each_fifth(self):
        self._sell(*(([day], 10.0 * day) for day in range(1, 11)))
        self._pass()
        cut = self._cuts()
        self.assertEqual(cut.customer_count, 10)
        self.assertEqual(
            [str(cut[f"recency_{number}"]) for number in range(1, 5)],
            ["2026-02-02", "2026-02-04", "2026-02-06", "2026-02-08"],
        )
        self.assertEqual(
            [cut[f"monetary_{number}"] for number in range(1, 5)], [20.0, 40.0, 60.0, 80.0]
        )
        self.assertEqual([cut[f"frequency_{number}"] for number in range(1, 5)], [1] * 4)

    def test_who_ties_has_the_same_score(self):
        # Eight bought once on one day, two twice.
        customers = self._sell(*[([1], 10.0)] * 8, *[([1, 2], 10.0)] * 2)
        self._pass()
        self.assertEqual(self._codes(customers), ["111"] * 8 + ["555"] * 2)

    def test_everybody_the_same_is_the_lowest(self):
        customers = self._sell(*[([1], 10.0)] * 10)
        self._pass()
        self.assertEqual(self._codes(customers), ["111"] * 10)

    def test_too_few_buyers_have_no_scores(self):
        customers = self._sell(*(([day], 10.0) for day in range(1, 10)))
        self._pass()
        self.assertEqual(self._codes(customers), [False] * 9)
        self.assertFalse(self._profile(customers[0]).rfm_recency)
        cut = self._cuts()
        self.assertEqual((cut.customer_count, cut.recency_1, cut.frequency_4), (9, False, 0))
        self._sell(([20], 10.0))
        self._pass("2026-03-04")
        self.assertEqual(self._codes(customers)[0], "111")
        # With a buyer less they lose them again.
        self._refund_all(customers[0])
        self._pass("2026-03-05")
        self.assertEqual(self._codes(customers), [False] * 9)

    def _refund_all(self, customer):
        with self.at("2026-03-05"):
            for invoice in self.env["account.move"].search([("partner_id", "=", customer.id)]):
                self._refund(invoice)
            self._process_queue()

    def test_who_bought_nothing_for_a_year_has_no_score(self):
        with self.at("2024-01-03"):
            former = self._create_customer("Former")
            self._post_lines((self.advice, 1, 900.0, 0), customer=former)
        customers = self._sell(*(([day], 10.0) for day in range(1, 11)))
        self._pass()
        self.assertEqual(self._codes(former), [False])
        self.assertEqual(self._cuts().customer_count, 10)
        # The first purchases drop out of the twelve months a year later.
        self._pass("2027-02-02")
        self.assertEqual(self._codes(customers), [False] * 10)

    def test_an_order_without_an_invoice_is_a_purchase_without_revenue(self):
        customers = self._sell(*(([day], 10.0 * day) for day in range(1, 10)))
        ordering = self._create_customer("Ordering")
        with self.at("2026-02-20"):
            self._confirm_order(ordering, 999.0)
        self._pass()
        self.assertEqual(self._codes(ordering), ["511"])
        self.assertEqual(self._codes(customers)[-1], "515")

    def test_between_passes_the_cut_points_hold(self):
        customers = self._sell(*(([day], 10.0 * day) for day in range(1, 11)))
        self._pass()
        cuts = self._cuts()
        before = self._codes(customers)
        with self.at("2026-03-10"):
            newcomer = self._create_customer("Newcomer")
            self._post_lines((self.advice, 1, 45.0, 0), customer=newcomer)
            self._process_queue()
        self.assertEqual(self._codes(newcomer), ["513"])
        self.assertEqual(self._codes(customers), before)
        self.assertEqual(self._cuts(), cuts)

    def test_a_second_pass_writes_nothing(self):
        customers = self._sell(*(([day], 10.0 * day) for day in range(1, 11)))
        self._pass()
        cuts = self._cuts()
        before = self._read_versions(customers)
        with self.at("2026-03-04"):
            self._measure_classes()
        self.assertEqual(self._read_versions(customers), before)
        self.assertEqual(self._cuts(), cuts)

    def _read_versions(self, customers):
        """Return where the customers' rows lie, which any write changes."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT id, xmin, ctid FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)"
                " ORDER BY id",
                customers.ids,
            )
        )

    def test_cut_points_of_a_day_are_kept_once(self):
        self._sell(*(([day], 10.0 * day) for day in range(1, 11)))
        self._pass()
        self._sell(([25], 7000.0))
        self._pass()
        self.assertEqual(len(self._cuts()), 1)
        self.assertEqual(self._cuts().customer_count, 11)
        self._sell(([26], 8000.0))
        self._pass("2026-03-04")
        self.assertEqual(self._cuts().mapped("customer_count"), [12, 11])


@tagged("post_install", "-at_install")
class TestCompanies(RfmCase):
    """Each company compares its own customers."""

    def test_companies_are_measured_apart(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids |= other
        customers = self._sell(*(([day], 10.0 * day) for day in range(1, 11)))
        with self.at("2026-02-28"):
            for customer in customers[:3]:
                self._confirm_order(customer, company_id=other.id)
        self._pass()
        self.assertEqual(self._cuts(other).customer_count, 3)
        self.assertFalse(self._profile(customers[0], other).rfm_code)
        self.assertEqual(self._codes(customers)[0], "111")
        for company, cells in ((self.company, 5), (other, 0)):
            with self.subTest(company.name):
                profiles = self.env["crm.lifecycle.profile"].with_context(
                    allowed_company_ids=(company | self.company | other).ids
                )
                grid = profiles.get_rfm_grid()
                self.assertEqual((grid["company"], len(grid["cells"])), (company.name, cells))


@tagged("post_install", "-at_install")
class TestGrid(RfmCase):
    """How many customers have which recency and frequency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("_set_up_buyers")
        case._set_up_buyers()

    def _set_up_buyers(self):
        cls = type(self)
        # Two of each day; the late ones bought twice.
        cls.buyers = self._sell(
            *(([day], 10.0 * day) for day in (1, 1, 2, 2, 3, 3)),
            *(([1, day], 10.0 * day) for day in (4, 4, 5, 5)),
        )
        self._pass()

    def _get_grid(self, *groups):
        user = self._create_user(f"grid_{len(groups)}_{groups[0].split('.')[1]}", *groups)
        return self.env["crm.lifecycle.profile"].with_user(user).get_rfm_grid()

    def test_cells_count_customers_and_average_their_revenue(self):
        grid = self._get_grid(SALES_ALL)
        self.assertEqual(
            {
                (cell["recency"], cell["frequency"]): (cell["customers"], cell["average"])
                for cell in grid["cells"]
            },
            {
                ("1", "1"): (2, 10.0),
                ("2", "1"): (2, 20.0),
                ("3", "1"): (2, 30.0),
                ("4", "4"): (2, 80.0),
                ("5", "4"): (2, 100.0),
            },
        )
        self.assertEqual(grid["currency_id"], self.company.currency_id.id)

    def test_scores_are_said(self):
        grid = self._get_grid(SALES_ALL)
        self.assertEqual(
            grid["recency"],
            [
                "until 02/01/2026",
                "until 02/02/2026",
                "until 02/03/2026",
                "until 02/04/2026",
                "since 02/05/2026",
            ],
        )
        self.assertEqual(grid["frequency"], ["1 purchase", "", "", "2 purchases", "3 or more"])

    def test_salespeople_with_their_own_documents_see_no_amount(self):
        grid = self._get_grid(SALES)
        self.assertEqual(sum(cell["customers"] for cell in grid["cells"]), 10)
        self.assertEqual({cell["average"] for cell in grid["cells"]}, {None})

    def test_a_cell_opens_its_customers(self):
        profiles = self.env["crm.lifecycle.profile"]
        opened = profiles.browse()
        for cell in profiles.get_rfm_grid()["cells"]:
            action = profiles.action_open_rfm(cell["recency"], cell["frequency"])
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), cell["customers"])
            opened |= found
        self.assertEqual(opened.partner_id, self.buyers)
        with self.assertRaises(UserError):
            profiles.action_open_rfm("6", "1")

    def test_archived_customers_are_neither_counted_nor_opened(self):
        self.buyers[0].active = False
        self._pass()
        profiles = self.env["crm.lifecycle.profile"]
        cells = {
            (cell["recency"], cell["frequency"]): cell for cell in profiles.get_rfm_grid()["cells"]
        }
        action = profiles.action_open_rfm("1", "1")
        self.assertEqual(cells["1", "1"]["customers"], 1)
        self.assertEqual(cells["1", "1"]["average"], 10.0)
        self.assertEqual(len(profiles.search(action["domain"])), 1)

    def test_what_is_needed_is_told_where_nobody_has_scores(self):
        empty = self._create_company("Lifecycle Empty Company", "base.USD")
        self.env.user.company_ids |= empty
        customer = self._create_customer("Lonely")
        with self.at("2026-03-01"):
            self._confirm_order(customer, company_id=empty.id)
            self._process_queue()
        grid = self.env["crm.lifecycle.profile"].with_company(empty).get_rfm_grid()
        self.assertEqual(grid["cells"], [])
        self.assertEqual((grid["buyers"], grid["minimum"]), (1, 10))
