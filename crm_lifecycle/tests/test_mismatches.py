from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES_ALL
from .service_common import ServiceCase
from .test_query_counts import QueriesCase


@tagged("post_install", "-at_install")
class TestMismatches(ServiceCase):
    """What is wrong with who looks after a customer."""

    def test_nobody_looks_after_a_buyer_or_a_prospect(self):
        buyer = self._create_buyer()
        prospect = self._create_customer("Prospect")
        self._create_opportunity(prospect)
        suspect = self._create_customer("Suspect")
        self._create_lead(suspect)
        self._process_queue()
        found = self._mismatches(buyer, prospect, suspect)
        self.assertEqual(found.mapped("kind"), ["unowned", "unowned"])
        self.assertEqual(found.partner_id, buyer | prospect)
        self.assertEqual(found[0].reason, "Nobody is the salesperson")
        buyer.user_id = self.junior
        self.assertFalse(self._mismatches(buyer))

    def test_lost_and_archived_customers_need_nobody(self):
        lost, gone = self._create_buyer("Lost"), self._create_buyer("Gone")
        self._create_loss(lost)
        gone.active = False
        self._process_queue()
        self.assertFalse(self._mismatches(lost, gone))

    def test_the_salesperson_has_left(self):
        customer = self._create_buyer(owner=self.junior)
        self.assertFalse(self._kinds(customer))
        self.junior.active = False
        [row] = self._mismatches(customer)
        self.assertEqual(row.kind, "left")
        self.assertEqual(row.reason, f"{self.junior.name} has left: the user is archived")
        self.assertEqual(row.suggested_user_id, self.senior)

    def test_the_salesperson_works_elsewhere(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        abroad = self._create_user("service_abroad", SALES_ALL, company=other)
        customer = self._create_buyer(owner=abroad)
        [row] = self._mismatches(customer)
        self.assertEqual(row.kind, "outsider")
        # Another salesperson would take the customer away from the other company.
        self.assertFalse(row.suggested_user_id)
        self._create_member(customer, self.junior)
        self.assertFalse(self._kinds(customer))

    def test_not_experienced_enough(self):
        level = self._create_level("Gold", value_class="a", seniority="experienced")
        customer = self._create_buyer(owner=self.junior, value_class="a")
        [row] = self._mismatches(customer)
        self.assertEqual((row.kind, row.level_id), ("seniority", level))
        self.assertEqual(
            row.reason,
            f"{self.junior.name} is Junior, wanted is Experienced at least (Gold)",
        )
        for seniority, kinds in (
            ("experienced", []),
            ("senior", []),
            # Who is not known to be is no mismatch.
            (False, []),
            ("junior", ["seniority"]),
        ):
            with self.subTest(seniority):
                self.junior.lifecycle_seniority = seniority
                self.assertEqual(self._kinds(customer), kinds)
        self._profile(customer).value_class = "b"
        self.assertFalse(self._kinds(customer))

    def test_wrong_team(self):
        other = self._create_team("Roads", self._create_seller("service_roads"))
        self._create_level("Roads", team_id=other.id)
        customer = self._create_buyer(owner=self.senior)
        [row] = self._mismatches(customer)
        self.assertEqual(row.kind, "team")
        self.assertEqual(row.reason, f"{self.senior.name} is not in the team Roads (Roads)")
        # Who leads a team is in it.
        other.user_id = self.senior
        self.assertFalse(self._kinds(customer))
        other.user_id = False
        self.env["crm.team.member"].create({"crm_team_id": other.id, "user_id": self.senior.id})
        self.assertFalse(self._kinds(customer))
        other.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.senior
        ).active = False
        self.assertEqual(self._kinds(customer), ["team"])

    def test_a_segment_counts_where_the_level_names_none(self):
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Cities", "company_id": self.company.id, "seniority": "senior"}
        )
        customer = self._create_buyer(owner=self.junior, segment_id=segment.id)
        [row] = self._mismatches(customer)
        self.assertEqual((row.kind, row.level_id.name), ("seniority", False))
        self.assertIn("(Cities)", row.reason)
        level = self._create_level("Any")
        [row] = self._mismatches(customer)
        self.assertEqual((row.kind, row.level_id), ("seniority", level))
        # It is the segment that asks for it.
        self.assertIn("(Cities)", row.reason)
        level.seniority = "junior"
        self.assertFalse(self._kinds(customer))
        segment.team_id = self._create_team("Roads", self._create_seller("service_roads"))
        [row] = self._mismatches(customer)
        self.assertEqual(row.kind, "team")
        self.assertIn("(Cities)", row.reason)

    def test_an_archived_team_is_not_wanted(self):
        roads, parks = (
            self._create_team(name, self._create_seller(f"service_{name}"))
            for name in ("roads", "parks")
        )
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Cities", "company_id": self.company.id, "team_id": parks.id}
        )
        self._create_level("Roads", team_id=roads.id)
        customer = self._create_buyer(owner=self.senior, segment_id=segment.id)
        for archived, team in ((self.env["crm.team"], roads), (roads, parks)):
            archived.active = False
            [row] = self._mismatches(customer)
            self.assertEqual((row.kind, row.team_id), ("team", team))
        parks.active = False
        self.assertFalse(self._kinds(customer))

    def test_the_account_team_is_too_small(self):
        self._create_level("Key", member_minimum=2)
        customer = self._create_buyer(owner=self.senior)
        self.assertEqual(
            self._mismatches(customer).reason, "0 in the account team, wanted are 2 (Key)"
        )
        self._create_member(customer, self.senior)
        # The same person in another role is one person.
        self._create_member(customer, self.senior, self.sponsor_role)
        second = self._create_member(customer, self.junior, date_start="2026-03-10")
        for day, kinds in (
            ("2026-03-09", ["members"]),
            ("2026-03-10", []),
            ("2026-03-20", []),
            ("2026-03-21", ["members"]),
        ):
            with self.subTest(day), self.at(day):
                second.date_end = "2026-03-20"
                self.assertEqual(self._kinds(customer), kinds)
        second.date_end = False
        self.junior.active = False
        with self.at("2026-03-12"):
            self.assertEqual(self._kinds(customer), ["members"])

    def test_the_sponsor_is_missing(self):
        self._create_level("Key", sponsor_required=True)
        customer = self._create_buyer(owner=self.senior)
        self._create_member(customer, self.junior)
        self.assertEqual(self._mismatches(customer).reason, "No executive sponsor (Key)")
        sponsor = self._create_member(customer, self.manager, self.sponsor_role)
        self.assertFalse(self._kinds(customer))
        self.manager.active = False
        self.assertEqual(self._kinds(customer), ["sponsor"])
        self.manager.active = True
        sponsor.date_end = "2026-03-20"
        for day, kinds in (("2026-03-20", []), ("2026-03-21", ["sponsor"])):
            with self.subTest(day), self.at(day):
                self.assertEqual(self._kinds(customer), kinds)

    def test_a_row_for_each_kind(self):
        other = self._create_team("Roads", self._create_seller("service_roads"))
        self._create_level(
            "All",
            team_id=other.id,
            seniority="senior",
            member_minimum=1,
            sponsor_required=True,
        )
        customer = self._create_buyer(owner=self.junior)
        self.assertEqual(self._kinds(customer), ["seniority", "team", "members", "sponsor"])
        self.assertEqual(len(set(self._mismatches(customer).ids)), 4)
        self.env.invalidate_all()
        self.assertEqual(customer.lifecycle_mismatch.count("; "), 3, customer.lifecycle_mismatch)

    def test_what_is_dismissed_stays_away_until_its_last_day(self):
        customer = self._create_buyer()
        other = self._create_buyer("Other")
        with self.at("2026-03-10"):
            waiver = self.env["crm.lifecycle.mismatch.waiver"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "kind": "unowned",
                    "reason": "Buys in the shop",
                    "date_end": "2026-03-20",
                }
            )
        for day, left in (("2026-03-20", 0), ("2026-03-21", 1)):
            with self.subTest(day), self.at(day):
                self.assertEqual(len(self._mismatches(customer)), left)
                self.assertEqual(len(self._mismatches(other)), 1)
        with self.at("2026-03-20"):
            waiver.active = False
            self.assertEqual(self._kinds(customer), ["unowned"])
            waiver.write({"active": True, "kind": "team"})
            self.assertEqual(self._kinds(customer), ["unowned"])
        with self.at("2026-03-20"), self.assertRaisesRegex(ValidationError, "later day"):
            waiver.date_end = "2026-03-19"
        with self.assertRaisesRegex(ValidationError, "Say why"):
            waiver.reason = " "

    def test_a_waiver_of_a_contact_is_one_of_the_customer(self):
        customer = self._create_buyer()
        contact = self._create_customer("Ada", parent_id=customer.id, is_company=False)
        waiver = self.env["crm.lifecycle.mismatch.waiver"].create(
            {"partner_id": contact.id, "kind": "unowned", "reason": "So what"}
        )
        self.assertEqual(waiver.partner_id, customer)
        self.assertFalse(self._kinds(customer))

    # ------------------------------------------------------------
    # WHERE IT SHOWS
    # ------------------------------------------------------------

    def test_filters_find_the_same_customers(self):
        wrong, right = self._create_buyer("Wrong"), self._create_buyer("Right", self.junior)
        lead = self._create_opportunity(wrong, user_id=self.junior.id)
        self._process_queue()
        self.env.invalidate_all()
        both = [("partner_id", "in", (wrong | right).ids)]
        profiles = self.env["crm.lifecycle.profile"]
        self.assertEqual(profiles.search([*both, ("mismatch", "!=", False)]).partner_id, wrong)
        self.assertEqual(profiles.search([*both, ("mismatch", "=", False)]).partner_id, right)
        partners = self.env["res.partner"]
        ids = [("id", "in", (wrong | right).ids)]
        self.assertEqual(partners.search([*ids, ("lifecycle_mismatch", "!=", False)]), wrong)
        self.assertEqual(partners.search([*ids, ("lifecycle_mismatch", "=", False)]), right)
        leads = self.env["crm.lead"]
        self.assertEqual(
            leads.search([("id", "=", lead.id), ("lifecycle_mismatch", "!=", False)]), lead
        )
        self.assertEqual(lead.lifecycle_mismatch, "Nobody is the salesperson")
        self.assertEqual(
            (wrong | right).filtered_domain([("lifecycle_mismatch", "!=", False)]), wrong
        )

    def test_the_form_says_the_same_as_the_list(self):
        self._create_level("Key", seniority="senior", sponsor_required=True)
        customer = self._create_buyer(owner=self.junior)
        rows = self._mismatches(customer)
        self.assertEqual(self._profile(customer).mismatch, "; ".join(rows.mapped("reason")))

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_salespeople_see_their_own_customers_and_nobodys(self):
        self._create_level("Key", seniority="senior")
        mine = self._create_buyer("Mine", self.junior)
        nobodys = self._create_buyer("Nobody's")
        other = self._create_seller("service_other", "junior")
        theirs = self._create_buyer("Theirs", other)
        colleague = self._create_user("service_colleague", SALES_ALL)
        accountant = self._create_user("service_accountant", "base.group_user", INVOICING)
        for user, seen in (
            (self.junior, mine | nobodys),
            (other, nobodys | theirs),
            (colleague, mine | nobodys | theirs),
            (self.manager, mine | nobodys | theirs),
            (accountant, mine | nobodys | theirs),
        ):
            with self.subTest(user.login):
                found = self._mismatches(mine, nobodys, theirs, user=user)
                self.assertEqual(found.partner_id, seen)
                found.mapped("reason")

    def test_accountants_open_the_screen_and_change_nothing(self):
        self._create_level("Key", seniority="senior", team_id=self.team.id)
        customer = self._create_buyer(owner=self.junior)
        menu = self.env.ref("crm_lifecycle.crm_lifecycle_mismatch_menu")
        for number, group in enumerate((INVOICING, READONLY_ACCOUNTING)):
            user = self._create_user(f"service_books_{number}", "base.group_user", group)
            with self.subTest(group):
                self.assertTrue(menu.with_user(user)._filter_visible_menus())
                rows = self.env["crm.lifecycle.mismatch"].with_user(user)
                rows = rows.with_context(allowed_company_ids=self.company.ids)
                for view_type in ("list", "kanban"):
                    view = rows.get_views([(False, view_type)])["views"][view_type]
                    arch = etree.fromstring(view["arch"])
                    self.assertFalse(
                        [node.get("name") for node in arch.iter("button", "a") if node.get("name")]
                    )
                    names = {node.get("name") for node in arch.iter("field")}
                    self.assertIn("suggested_user_id", names)
                    spec = {
                        name: {"fields": {"display_name": {}}}
                        if rows._fields[name].relational
                        else {}
                        for name in names
                    }
                    found = rows.web_search_read([("partner_id", "=", customer.id)], spec)
                    [row] = found["records"]
                    self.assertEqual(row["suggested_user_id"]["display_name"], self.senior.name)
                    self.assertIn("wanted is Senior at least", row["reason"])
                with self.assertRaises(AccessError):
                    rows.browse(row["id"]).action_assign()
                self.assertEqual(customer.user_id, self.junior)

    def test_dismissing_is_for_those_who_see_all_customers(self):
        customer = self._create_buyer()
        colleague = self._create_user("service_colleague", SALES_ALL)
        vals = {"partner_id": customer.id, "kind": "unowned", "reason": "Web shop"}
        waivers = self.env["crm.lifecycle.mismatch.waiver"]
        with self.assertRaises(AccessError):
            waivers.with_user(self.junior).create(vals)
        with self.assertRaises(AccessError):
            waivers.with_user(colleague).create({**vals, "user_id": self.manager.id})
        waiver = waivers.with_user(colleague).create(vals)
        self.assertEqual(waiver.user_id, colleague)
        other = self._create_user("service_colleague_2", SALES_ALL)
        with self.assertRaises(AccessError):
            waiver.with_user(other).reason = "Mine now"
        waiver.with_user(self.manager).reason = "Right"

    def test_another_company_is_another_matter(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        self._create_level("Key", seniority="senior")
        customer = self._create_buyer(owner=self.junior)
        with self.at("2026-03-03"):
            self._confirm_order(customer, company_id=other.id, team_id=False)
            self._process_queue()
        both = self.env["crm.lifecycle.mismatch"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        rows = both.search([("partner_id", "=", customer.id)])
        self.assertEqual(
            {(row.company_id, row.kind) for row in rows},
            {(self.company, "seniority"), (other, "outsider")},
        )
        foreign = rows.filtered(lambda row: row.company_id == other)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).with_context(allowed_company_ids=self.company.ids).read(
                ["kind"]
            )


@tagged("post_install", "-at_install")
class TestMismatchQueries(QueriesCase):
    """Costs that do not grow with the number of customers."""

    def test_a_list_of_mismatches_costs_a_fixed_number(self):
        user = self._create_user("service_all", SALES_ALL)
        team = self.env["crm.team"].create(
            {"name": "Parks", "company_id": self.company.id, "member_ids": user.ids}
        )
        self.assertTrue(team.member_ids)
        spec = self._get_list_fields("crm.lifecycle.mismatch", user)
        self.assertIn("suggested_user_id", spec)
        rows = self.env["crm.lifecycle.mismatch"].with_user(user)

        def read(customers):
            found = rows.web_search_read(
                [("partner_id", "in", customers.ids)], spec, limit=len(customers)
            )
            self.assertEqual(len(found["records"]), len(customers) / 2)

        self.assertSameCount(read, 20)

    def test_contacts_and_profiles_show_theirs_at_a_fixed_cost(self):
        partners = self.env["res.partner"]
        self.assertSameCount(
            lambda customers: partners.browse(customers.ids).mapped("lifecycle_mismatch"), 12
        )

    def test_the_filter_costs_a_fixed_number(self):
        partners = self.env["res.partner"]
        self.assertSameCount(
            lambda customers: partners.search(
                [("id", "in", customers.ids), ("lifecycle_mismatch", "!=", False)]
            ),
            6,
        )
