import random
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SALES, SALES_MANAGER
from .segment_common import SegmentCase

SECTORS = ("company", "federal", "state_local", "education", "individual", "catalogue")


@tagged("post_install", "-at_install")
class TestSegmentRules(SegmentCase):
    """The first segment in order whose rules match is the customer's."""

    def test_the_ranges_of_employees_are_half_open(self):
        for employees, segment in (
            (0, None),
            (1, None),
            (2, "small"),
            (399, "small"),
            (400, "preferred"),
            (1999, "preferred"),
            (2000, "corporate"),
            (17999, "corporate"),
            (18000, "enterprise"),
            (250000, "enterprise"),
        ):
            with self.subTest(employees):
                customer = self._create_prospect(lifecycle_employee_count=employees)
                self.assertSegment(customer, segment)
                self.assertEqual(self._profile(customer).segment_id, customer.lifecycle_segment_id)
                lead = self._create_anonymous_lead(
                    partner_name="Parks Ltd", lifecycle_employee_count=employees
                )
                self.assertSegment(lead, segment)
                # Before they are saved, too.
                for values, model in (
                    ({"is_company": True}, "res.partner"),
                    ({"partner_name": "Parks Ltd"}, "crm.lead"),
                ):
                    unsaved = self.env[model].new(
                        {"name": "New", "lifecycle_employee_count": employees, **values}
                    )
                    self.assertEqual(
                        unsaved.lifecycle_segment_id,
                        self.named[segment] if segment else self.segments.browse(),
                    )

    def test_a_sector_beats_a_size(self):
        for sector, segment in (
            ("federal", "federal"),
            ("education", "education"),
            ("state_local", "state_local"),
            ("catalogue", "individual"),
            ("individual", "individual"),
            ("company", "enterprise"),
            (False, "enterprise"),
        ):
            with self.subTest(sector):
                customer = self._create_prospect(
                    lifecycle_sector=sector, lifecycle_employee_count=20000
                )
                self.assertSegment(customer, segment)
                self.assertEqual(self._profile(customer).segment_id, customer.lifecycle_segment_id)

    def test_people_are_individuals_and_organisations_companies(self):
        companies = self._create_segment("Companies", sector_company=True)
        person = self._create_prospect("Grace", is_company=False)
        self.assertSegment(person, "individual")
        self.assertSegment(self._create_prospect(), companies)
        for sector, segment in (("education", "education"), ("company", companies)):
            person.lifecycle_sector = sector
            self.assertSegment(person, segment)
        # Contacts of an organisation are in its segment.
        customer = self._create_prospect("Inn Ltd", lifecycle_sector="federal")
        contact = self._create_customer("Ada", is_company=False, parent_id=customer.id)
        self.assertSegment(contact, "federal")

    def test_kinds_go_together_and_values_are_alternatives(self):
        special = self._create_segment(
            employees_from=10,
            sector_company=True,
            sector_education=True,
            country_ids=self.us | self.cn,
            industry_ids=self.hotels,
            category_ids=self.fair | self.club,
        )
        matching = {
            "lifecycle_employee_count": 10,
            "country_id": self.us.id,
            "industry_id": self.hotels.id,
            "category_id": [Command.set(self.fair.ids)],
        }
        for changes, matches in (
            ({}, True),
            ({"country_id": self.cn.id}, True),
            ({"lifecycle_sector": "education"}, True),
            ({"category_id": [Command.set(self.club.ids)]}, True),
            # A tag stands for those below it, not for those above.
            ({"category_id": [Command.set(self.fair_2026.ids)]}, True),
            ({"category_id": [Command.clear()]}, False),
            ({"lifecycle_employee_count": 9}, False),
            ({"lifecycle_employee_count": 0}, False),
            ({"lifecycle_sector": "federal"}, False),
            ({"is_company": False}, False),
            ({"country_id": False}, False),
            ({"country_id": self.env.ref("base.fr").id}, False),
            ({"industry_id": self.farms.id}, False),
        ):
            with self.subTest(changes):
                customer = self._create_prospect(**{**matching, **changes})
                self.assertEqual(customer.lifecycle_segment_id == special, matches)
                self.assertEqual(self._profile(customer).segment_id, customer.lifecycle_segment_id)
        special.category_ids = self.fair_2026
        self.assertNotEqual(self._create_prospect(**matching).lifecycle_segment_id, special)

    def test_the_first_in_order_wins_and_the_elder_of_two_equals(self):
        first = self._create_segment("First", country_ids=self.us)
        second = self._create_segment("Second", employees_from=2)
        customer = self._create_prospect(lifecycle_employee_count=10, country_id=self.us.id)
        self.assertSegment(customer, first)
        second.sequence = 0
        self.assertSegment(customer, second)
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, second)
        second.active = False
        self.assertSegment(customer, first)
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, first)

    def test_without_a_segment_nobody_is_in_one(self):
        customer = self._create_prospect(lifecycle_employee_count=10)
        lead = self._create_lead(customer)
        self.segments.active = False
        for record in (customer, lead):
            self.assertSegment(record, None)
        self._process_queue()
        self.assertFalse(self._profile(customer).segment_id)
        # Not even where no company has any.
        self.env.cr.execute("UPDATE crm_lifecycle_segment SET active = FALSE")
        self.env.invalidate_all()
        for record in (customer, lead):
            self.assertSegment(record, None)
        self._look_again(customer)
        self.assertFalse(self._profile(customer).segment_id)

    def test_sql_finds_what_python_finds(self):
        """Of contacts and segments made up at random, by an evaluation of its own."""
        dice = random.Random(6)
        tags, countries = (self.fair, self.fair_2026, self.club), (self.us, self.cn)
        for number in range(6):
            low = dice.choice((0, 0, 2, 10, 400))
            self._create_segment(
                f"Segment {number}",
                sequence=dice.choice((1, 15, 200)),
                employees_from=low,
                employees_to=dice.choice((0, low + 1, low + 90)) if low else 0,
                country_ids=dice.choice((self.us, self.us | self.cn, self.env["res.country"])),
                industry_ids=dice.choice((self.hotels, self.farms.browse())),
                category_ids=dice.choice((self.fair, self.club.browse(), self.club.browse())),
                **{f"sector_{name}": dice.random() < 0.3 for name in SECTORS},
            )
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": dice.random() < 0.7,
                    "lifecycle_employee_count": dice.choice((0, 1, 2, 11, 400, 450, 3000, 18000)),
                    "lifecycle_sector": dice.choice((False, False, *SECTORS)),
                    "country_id": dice.choice((False, *(country.id for country in countries))),
                    "industry_id": dice.choice((False, self.hotels.id, self.farms.id)),
                    "category_id": [Command.set([tag.id for tag in tags if dice.random() < 0.3])],
                }
                for number in range(120)
            ]
        )
        for customer in customers:
            self._create_lead(customer)
        self._process_queue()
        expected = [self._evaluate(customer) for customer in customers]
        self.assertGreater(len(set(expected)), 8)
        for customer, segment in zip(customers, expected, strict=True):
            self.assertEqual(customer.lifecycle_segment_id, segment)
            self.assertEqual(self._profile(customer).segment_id, segment)

    def _evaluate(self, customer):
        """Return a customer's segment without any SQL."""
        sector = customer.lifecycle_sector or ("company" if customer.is_company else "individual")
        tags = set()
        for tag in customer.category_id:
            while tag:
                tags.add(tag)
                tag = tag.parent_id
        employees = customer.lifecycle_employee_count
        for segment in (
            self.env["crm.lifecycle.segment"]
            .search([("company_id", "=", self.company.id)])
            .sorted(lambda segment: (segment.sequence, segment.id))
        ):
            wanted = {name for name in SECTORS if segment[f"sector_{name}"]}
            low, high = segment.employees_from, segment.employees_to
            if (
                ((not low and not high) or (employees and low <= employees < (high or 10**9)))
                and (not wanted or sector in wanted)
                and (not segment.country_ids or customer.country_id in segment.country_ids)
                and (not segment.industry_ids or customer.industry_id in segment.industry_ids)
                and (not segment.category_ids or tags & set(segment.category_ids))
            ):
                return segment
        return self.segments.browse()


@tagged("post_install", "-at_install")
class TestSegmentDefaults(SegmentCase):
    """Each company starts with the textbook's segments."""

    def test_a_new_company_has_the_default_segments(self):
        company = self.env["res.company"].create({"name": "New Company"})
        found = self.env["crm.lifecycle.segment"].search([("company_id", "=", company.id)])
        self.assertEqual(
            [
                (
                    segment.name,
                    segment.employees_from,
                    segment.employees_to,
                    segment.default_type,
                    segment.acquisition_policy,
                )
                for segment in found
            ],
            [
                ("Federal government", 0, 0, "relational", "pursue"),
                ("Education", 0, 0, "hybrid", "pursue"),
                ("State and local government", 0, 0, "hybrid", "pursue"),
                ("Individual / catalogue", 0, 0, "transactional", "avoid"),
                ("Large enterprise", 18000, 0, "relational", "pursue"),
                ("Large corporate", 2000, 18000, "relational", "pursue"),
                ("Preferred account", 400, 2000, "relational", "pursue"),
                ("Small business", 2, 400, "transactional", "per_deal"),
            ],
        )
        self.assertFalse(any(found.mapped("warning")))
        self.assertFalse(self.env["crm.lifecycle.segment"]._create_default(company))

    def test_every_company_of_the_database_has_segments(self):
        bare = self.env["res.company"].create({"name": "Bare Company"})
        owned = self.env["crm.lifecycle.segment"].search([("company_id", "=", bare.id)])
        owned.unlink()
        self.env["crm.lifecycle.segment"]._create_default_everywhere()
        companies = self.env["res.company"].with_context(active_test=False).search([])
        segments = self.env["crm.lifecycle.segment"].sudo().search([])
        self.assertEqual(set(segments.company_id), set(companies))

    def test_who_archived_all_segments_wants_none(self):
        self.segments.active = False
        self.env["crm.lifecycle.segment"]._create_default_everywhere()
        self.assertFalse(
            self.env["crm.lifecycle.segment"].search([("company_id", "=", self.company.id)])
        )

    def test_a_defect_leaves_the_company_created(self):
        model = type(self.env["crm.lifecycle.segment"])
        with (
            patch.object(model, "_prepare_default", side_effect=ValueError("test")),
            mute_logger("odoo.addons.crm_lifecycle.models.lifecycle_default_mixin"),
        ):
            company = self.env["res.company"].create({"name": "New Company"})
        self.assertTrue(company.exists())
        self.assertFalse(model.search(self.segments, [("company_id", "=", company.id)]))


@tagged("post_install", "-at_install")
class TestSegmentScreen(SegmentCase):
    """What managers enter is checked, and explained."""

    def test_numbers_that_make_no_sense_are_refused(self):
        for values in (
            {"employees_from": -1},
            {"employees_to": -1},
            {"employees_from": 10, "employees_to": 10},
            {"employees_from": 10, "employees_to": 5},
            {"universe_size": -1},
        ):
            with (
                self.subTest(values),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_segment(**values)
                self.env.flush_all()

    def test_the_rules_in_words(self):
        for values, words in (
            ({}, "Everybody"),
            ({"employees_from": 400, "employees_to": 2000}, "400 to 1999 employees"),
            ({"employees_from": 18000}, "18000 or more employees"),
            ({"employees_to": 5}, "fewer than 5 employees"),
            ({"sector_company": True}, "Company"),
            (
                {"sector_education": True, "sector_catalogue": True, "country_ids": self.us},
                "Education, Catalogue; United States",
            ),
        ):
            with self.subTest(words):
                self.assertEqual(self._create_segment(**values).summary, words)

    def test_a_segment_for_everybody_belongs_to_the_end(self):
        rest = self._create_segment("The rest", sequence=1000)
        self.assertFalse(rest.warning)
        rest.sequence = 1
        self.env.invalidate_all()
        self.assertIn("matches everybody", rest.warning)
        self.assertIn("The rest", self.named["small"].warning)
        rest.active = False
        self.env.invalidate_all()
        self.assertFalse(self.named["small"].warning)
        self.assertFalse(rest.warning)
        # In a form, before it is saved.
        form = Form(self.named["federal"])
        form.sector_federal = False
        self.assertIn("matches everybody", form.warning)
        form.employees_from = 3
        self.assertFalse(form.warning)
        # A new one comes last.
        self.assertFalse(Form(self.env["crm.lifecycle.segment"]).warning)

    def test_penetration_is_buyers_by_the_universe(self):
        small = self.named["small"]
        self.assertEqual((small.customer_count, small.buyer_count), (0, 0))
        for number in range(3):
            customer = self._create_customer(f"C {number}", lifecycle_employee_count=20)
            self._create_opportunity(customer)
            if number:
                self._confirm_order(customer)
        # Suspects and lost customers count nowhere.
        self._create_prospect("Suspect", lifecycle_employee_count=20)
        lost = self._create_customer("Lost", lifecycle_employee_count=20)
        self._confirm_order(lost)
        self._create_loss(lost)
        self._process_queue()
        self.env.invalidate_all()
        self.assertEqual((small.customer_count, small.buyer_count), (3, 2))
        self.assertFalse(small.penetration)
        small.universe_size = 8
        self.assertEqual(small.penetration, 0.25)
        self.env.flush_all()
        [coverage] = self.env["crm.lifecycle.coverage"].formatted_read_group(
            [("segment_id", "=", small.id)],
            [],
            ["customer_count:sum", "buyer_count:sum", "penetration:avg"],
        )
        self.assertEqual(
            [coverage[name] for name in ("customer_count:sum", "buyer_count:sum")], [3, 2]
        )
        self.assertEqual(coverage["penetration:avg"], 0.25)
        action = small.action_open_customers()
        self.assertEqual(self.env["crm.lifecycle.profile"].search_count(action["domain"]), 3)

    def test_what_customers_are_in_is_archived_first(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        small = self.named["small"]
        with self.assertRaisesRegex(UserError, "Archive it first"):
            small.unlink()
        small.active = False
        self._process_queue()
        self.assertFalse(self._profile(customer).segment_id)
        small.unlink()
        self.assertFalse(small.exists())

    def test_a_copy_says_so(self):
        self.assertEqual(self.named["small"].copy().name, "Small business (copy)")

    def test_managers_alone_change_segments(self):
        for group, may in ((SALES, False), (SALES_MANAGER, True)):
            user = self._create_user(f"lifecycle_segment_{may}", group)
            segment = self.named["small"].with_user(user)
            self.assertEqual(segment.name, "Small business")
            with self.subTest(group):
                if may:
                    segment.employees_to = 300
                else:
                    with self.assertRaises(AccessError):
                        segment.employees_to = 300
