from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SALES_ALL
from .service_common import ServiceCase

WEIGHTS = {"a": 3, "b": 2}


@tagged("post_install", "-at_install")
class TestSuggestions(ServiceCase):
    """Who is suggested for customers that are not in the right hands."""

    def _suggested(self, *customers):
        return [row.suggested_user_id for row in self._mismatches(*customers)]

    def test_whoever_has_least_to_look_after(self):
        for number in range(3):
            self._create_buyer(f"Small {number}", self.junior)
        # Weighs 3 as well, and the junior has the lower id.
        self._create_buyer("Large", self.senior, value_class="a")
        customer = self._create_buyer("Nobody's")
        self.assertEqual(self._suggested(customer), [self.junior])
        more = self._create_buyer("One more", self.junior)
        self.assertEqual(self._suggested(customer), [self.senior])
        # What is lost weighs nothing.
        self._create_loss(more)
        self._process_queue()
        self.assertEqual(self._suggested(customer), [self.junior])

    def test_companies_say_what_customers_weigh(self):
        """Two small customers and a medium one against one of class A."""
        for number in range(2):
            self._create_buyer(f"Small {number}", self.junior)
        self._create_buyer("Medium", self.junior, value_class="b")
        self._create_buyer("Large", self.senior, value_class="a")
        customer = self._create_buyer("Nobody's")
        for weights, loads in (
            ((3, 2, 1), {self.junior: 4, self.senior: 3}),
            ((5, 2, 1), {self.junior: 4, self.senior: 5}),
            ((5, 4, 1), {self.junior: 6, self.senior: 5}),
            ((10, 4, 2), {self.junior: 8, self.senior: 10}),
            ((1, 1, 1), {self.junior: 3, self.senior: 1}),
        ):
            with self.subTest(weights):
                self.company.write(
                    dict(
                        zip(
                            ("lifecycle_weight_a", "lifecycle_weight_b", "lifecycle_weight_other"),
                            weights,
                            strict=True,
                        )
                    )
                )
                row = self._mismatches(customer)
                least = min(loads, key=loads.get)
                self.assertEqual((row.suggested_user_id, row.suggested_load), (least, loads[least]))
        with self.subTest("of the customer's own company"):
            other = self._create_company("Lifecycle Light Company", "base.EUR")
            other.lifecycle_weight_a = 100
            self.assertEqual(self._mismatches(customer).suggested_load, 1)

    def test_class_a_comes_first_whatever_the_weights(self):
        """One of class A and one of B, of whom the first gets whoever has nobody yet."""
        self.company.write(
            {
                "lifecycle_weight_a": 1,
                "lifecycle_weight_b": 1,
                "lifecycle_weight_other": 1,
            }
        )
        self._create_buyer("Small", self.junior)
        # The one of class B is older.
        medium = self._create_buyer("Medium", value_class="b")
        large = self._create_buyer("Large", value_class="a")
        self.assertEqual(self._suggested(large), [self.senior])
        self.assertEqual(self._suggested(medium), [self.junior])

    def test_only_those_experienced_enough(self):
        self._create_level("Gold", value_class="a", seniority="experienced")
        for number in range(3):
            self._create_buyer(f"Small {number}", self.senior)
        gold = self._create_buyer("Gold", value_class="a")
        plain = self._create_buyer("Plain")
        self.assertEqual(self._suggested(gold), [self.senior])
        self.assertEqual(self._suggested(plain), [self.junior])
        self.senior.lifecycle_seniority = False
        self.assertEqual(self._suggested(gold), [self.env["res.users"]])

    def test_only_those_of_the_wanted_team_and_company(self):
        roads = self._create_seller("service_roads")
        other = self._create_team("Roads", roads)
        self._create_level("Roads", value_class="b", team_id=other.id)
        self.assertEqual(self._suggested(self._create_buyer("Road", value_class="b")), [roads])
        roads.active = False
        self.assertEqual(
            self._suggested(self._create_buyer("Street", value_class="b")),
            [self.env["res.users"]],
        )
        company = self._create_company("Lifecycle Other Company", "base.USD")
        abroad = self._create_user("service_abroad", SALES_ALL, company=company)
        self._create_team("Abroad", abroad, company_id=False)
        self.assertNotIn(abroad, self._suggested(self._create_buyer("Plain")))

    def test_both_kinds_of_one_customer_suggest_the_same(self):
        roads = self._create_seller("service_roads", "senior")
        other = self._create_team("Roads", roads)
        self._create_level("Roads", team_id=other.id, seniority="senior")
        customer = self._create_buyer(owner=self.junior)
        self.assertEqual(self._kinds(customer), ["seniority", "team"])
        self.assertEqual(self._suggested(customer), [roads, roads])

    def test_customers_are_spread_evenly(self):
        for number in range(4):
            self._create_buyer(f"Theirs {number}", self.senior)
        third = self._create_seller("service_third", "junior")
        self.team.member_ids += third
        customers = [self._create_buyer(f"Nobody's {number}") for number in range(11)]
        found = self._suggested(*customers)
        # 4 + 11 customers make 5 for each of three.
        self.assertEqual(Counter(found), {self.senior: 1, self.junior: 5, third: 5})
        self.assertEqual(found, self._suggested(*customers))
        # What is assigned one by one ends the same.
        for customer in customers:
            row = self._mismatches(customer)
            row.action_assign()
        loads = Counter(
            self.env["res.partner"]
            .search([("user_id", "in", (self.team.member_ids).ids)])
            .mapped("user_id")
        )
        counted = self.env["res.partner"]._read_group(
            [("user_id", "in", self.team.member_ids.ids)], ["user_id"], ["__count"]
        )
        self.assertEqual(set(dict(counted).values()), {5})
        self.assertEqual(len(loads), 3)

    def test_valuable_customers_are_spread_too(self):
        customers = [
            self._create_buyer(f"{value_class} {number}", value_class=value_class)
            for number in range(4)
            for value_class in ("a", "b", "c")
        ]
        loads = Counter()
        for row in self._mismatches(*customers):
            loads[row.suggested_user_id] += WEIGHTS.get(row.value_class, 1)
        self.assertEqual(set(loads), {self.junior, self.senior})
        self.assertLessEqual(abs(loads[self.junior] - loads[self.senior]), 3)

    # ------------------------------------------------------------
    # WHO KNOWS THE CUSTOMER
    # ------------------------------------------------------------

    def _create_formerly_owned(self, *owners, name="Known"):
        """Create a customer whom salespeople had one after the other, and nobody has now."""
        customer = self._create_buyer(name)
        for day, owner in enumerate((*owners, self.env["res.users"]), start=10):
            with self.at(f"2026-03-{day}"):
                customer.user_id = owner
                self.env.flush_all()
                self.env.cr.flush()
        return customer

    def test_whoever_was_the_salesperson_last_knows_the_customer(self):
        for number in range(3):
            self._create_buyer(f"Theirs {number}", self.senior)
        customer = self._create_formerly_owned(self.junior, self.senior)
        row = self._mismatches(customer)
        # The junior would have less to look after.
        self.assertEqual(row.suggested_user_id, self.senior)
        self.assertEqual(row.suggestion_basis, "former")
        self.assertEqual(str(row.suggestion_until), "2026-03-12")
        self.assertEqual(row.suggestion_reason, "Was the salesperson until 03/12/2026")
        # Who has left, is not experienced enough or of another team is not asked again.
        self.senior.active = False
        self.assertEqual(self._mismatches(customer).suggested_user_id, self.junior)
        self.senior.active = True
        self.senior.lifecycle_seniority = "experienced"
        self._create_level("Gold", value_class="a", seniority="senior")
        self._profile(customer).value_class = "a"
        self.assertEqual(self._suggested(customer), [self.env["res.users"]])
        roads = self._create_seller("service_roads", "senior")
        self._create_team("Roads", roads)
        row = self._mismatches(customer)
        self.assertEqual((row.suggested_user_id, row.suggestion_basis), (roads, "load"))

    def test_whoever_is_in_the_account_team_comes_before(self):
        customer = self._create_formerly_owned(self.senior)
        member = self._create_member(customer, self.junior)
        row = self._mismatches(customer)
        self.assertEqual(row.suggested_user_id, self.junior)
        self.assertEqual(row.suggestion_reason, "Is in the account team")
        member.date_end = "2026-01-31"
        self.assertEqual(self._suggested(customer), [self.senior])

    def test_who_has_the_customer_now_is_not_suggested(self):
        self._create_level("Gold", seniority="senior")
        customer = self._create_formerly_owned(self.senior)
        customer.user_id = self.junior
        [row] = self._mismatches(customer)
        self.assertEqual((row.kind, row.suggested_user_id), ("seniority", self.senior))
        other = self._create_team("Roads", self._create_seller("service_roads", "senior"))
        self.levels.search([("name", "=", "Gold")]).team_id = other
        customer.user_id = self.senior
        [row] = self._mismatches(customer)
        self.assertEqual(row.kind, "team")
        self.assertEqual(row.suggested_user_id, other.member_ids)

    def test_who_knows_customers_gets_fewer_of_the_others(self):
        known = [
            self._create_formerly_owned(self.senior, name=f"Known {number}") for number in range(3)
        ]
        others = [self._create_buyer(f"Nobody's {number}") for number in range(5)]
        self.assertEqual(self._suggested(*known), [self.senior] * 3)
        # 3 + 5 customers make 4 for each.
        self.assertEqual(Counter(self._suggested(*others)), {self.senior: 1, self.junior: 4})

    def test_whose_assignment_is_paused_gets_nobody(self):
        customer = self._create_formerly_owned(self.junior)
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.junior
        ).assignment_optout = True
        self.assertEqual(self._suggested(customer), [self.senior])
        self.team.crm_team_member_ids.assignment_optout = True
        self.assertEqual(self._suggested(customer), [self.env["res.users"]])

    def test_the_suggestion_says_why(self):
        self._create_level("Parks", team_id=self.team.id, seniority="junior")
        self._create_buyer("Large", self.senior, value_class="a")
        self._create_buyer("Small", self.junior)
        row = self._mismatches(self._create_buyer())
        self.assertEqual(row.suggested_user_id, self.junior)
        self.assertEqual((row.suggested_load, row.candidate_count), (1, 2))
        self.assertEqual(
            row.suggestion_reason,
            "Least to look after of 2 (weight 1 today); Junior; of the team Parks",
        )
        self.junior.lifecycle_seniority = False
        self.assertIn("seniority not known", self._mismatches(row.partner_id).suggestion_reason)
        sponsor = self._create_level("Key", value_class="a", sponsor_required=True)
        large = self.env["res.partner"].search([("name", "=", "Large")])
        row = self._mismatches(large)
        self.assertEqual((row.level_id, row.kind), (sponsor, "sponsor"))
        self.assertFalse(row.suggestion_reason)
        self.assertFalse(row.suggestion_basis)

    # ------------------------------------------------------------
    # ASSIGN
    # ------------------------------------------------------------

    def test_one_click_assigns(self):
        customer = self._create_buyer()
        row = self._mismatches(customer, user=self.manager)
        suggested = row.suggested_user_id
        row.action_assign()
        self.env.flush_all()
        self.env.cr.flush()
        self.assertEqual(customer.user_id, suggested)
        self.assertFalse(self._mismatches(customer))
        last = customer.lifecycle_ownership_ids[0]
        self.assertEqual(
            (last.user_id, last.cause, last.changed_by_id, last.reason),
            (suggested, "transfer", self.manager, "As suggested. Nobody is the salesperson"),
        )

    def test_salespeople_take_nobodys_customers_from_nobody(self):
        customer = self._create_buyer()
        row = self._mismatches(customer, user=self.junior)
        with self.assertRaisesRegex(AccessError, "of your own"):
            row.action_assign()
        self.assertFalse(customer.user_id)

    def test_nobody_is_assigned_without_a_suggestion(self):
        self._create_level("Key", sponsor_required=True)
        customer = self._create_buyer(owner=self.junior)
        with self.assertRaisesRegex(UserError, "Nobody is suggested"):
            self._mismatches(customer).action_assign()

    def test_buttons_open_what_is_asked(self):
        self._create_level("Key", sponsor_required=True, member_minimum=1)
        customer = self._create_buyer(owner=self.junior)
        members, sponsor = self._mismatches(customer, user=self.manager)
        for row, is_sponsor in ((members, False), (sponsor, True)):
            action = row.action_add_member()
            role = self.env["crm.lifecycle.account.role"].browse(
                action["context"]["default_role_id"]
            )
            self.assertEqual(role.is_sponsor, is_sponsor)
            self.assertEqual(action["context"]["default_partner_id"], customer.id)
        action = sponsor.action_dismiss()
        waiver = (
            self.env["crm.lifecycle.mismatch.waiver"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "They want no sponsor"})
        )
        self.assertEqual((waiver.kind, waiver.partner_id), ("sponsor", customer))
        self.assertEqual(self._kinds(customer), ["members"])
        action = members.action_transfer()
        self.assertEqual(action["context"]["default_partner_ids"][0][2], customer.ids)
        self.assertEqual(members.action_open_profile()["res_id"], self._profile(customer).id)
