from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import INVOICING, SALES
from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentLeads(SegmentCase):
    """A lead shows the segment of the customer that it would become, and how to go about it."""

    def test_a_lead_from_a_government_body(self):
        lead = self._create_anonymous_lead(
            partner_name="Bureau of Waterways", lifecycle_sector="federal"
        )
        self.assertSegment(lead, "federal")
        self.assertEqual(lead.lifecycle_acquisition_policy, "pursue")

    def test_each_segment_has_its_policy(self):
        for values, policy in (
            ({"partner_name": "Inn Ltd", "lifecycle_employee_count": 20}, "per_deal"),
            ({"partner_name": "Inn Ltd", "lifecycle_employee_count": 500}, "pursue"),
            ({"contact_name": "Grace"}, "avoid"),
            ({"partner_name": "Inn Ltd", "contact_name": "Grace"}, False),
            ({}, False),
        ):
            lead = self._create_anonymous_lead(**values)
            with self.subTest(values):
                self.assertEqual(lead.lifecycle_acquisition_policy, policy)
                for condition in (
                    [("lifecycle_acquisition_policy", "=", policy)],
                    [("lifecycle_acquisition_policy", "in", [policy, "nonsense"])],
                ):
                    found = lead.search([*condition, ("id", "=", lead.id)])
                    self.assertEqual(found, lead)
                    self.assertEqual(lead.filtered_domain(condition), lead)
                found = lead.search(
                    [("lifecycle_acquisition_policy", "!=", policy), ("id", "=", lead.id)]
                )
                self.assertFalse(found)

    def test_what_a_policy_means_follows_it(self):
        lead = self._create_anonymous_lead(contact_name="Grace")
        for policy, meaning in (
            ("avoid", "Serve who comes, spend nothing on winning more."),
            ("per_deal", "Compete for each purchase, without courting them in between."),
            ("pursue", "Win them, with effort before the first deal."),
            (False, False),
        ):
            self.named["individual"].acquisition_policy = policy
            with self.subTest(policy):
                self.assertEqual(lead.lifecycle_acquisition_meaning, meaning)
                self.assertEqual(self.named["individual"].acquisition_meaning, meaning)

    def test_what_a_lead_says_completes_the_customer(self):
        customer = self._create_customer()
        for customer_values, lead_values, segment in (
            ({}, {}, None),
            ({}, {"lifecycle_employee_count": 500}, "preferred"),
            ({"lifecycle_employee_count": 3000}, {"lifecycle_employee_count": 5}, "corporate"),
            ({}, {"lifecycle_sector": "education"}, "education"),
            ({"lifecycle_sector": "federal"}, {"lifecycle_sector": "education"}, "federal"),
        ):
            with self.subTest(customer=customer_values, lead=lead_values):
                customer.write(
                    {"lifecycle_employee_count": 0, "lifecycle_sector": False, **customer_values}
                )
                self.assertSegment(self._create_lead(customer, **lead_values), segment)

    def test_the_country_of_a_lead_counts_until_the_customer_has_one(self):
        special = self._create_segment(country_ids=self.us)
        lead = self._create_anonymous_lead(partner_name="Inn Ltd", country_id=self.us.id)
        self.assertSegment(lead, special)

    def test_a_form_shows_the_segment_before_it_is_saved(self):
        form = Form(self.env["crm.lead"].with_context(default_type="lead"))
        form.name = "New"
        form.partner_name = "Bureau of Waterways"
        form.lifecycle_employee_count = 20
        self.assertEqual(form.lifecycle_segment_id, self.named["small"])
        form.lifecycle_sector = "federal"
        self.assertEqual(form.lifecycle_segment_id, self.named["federal"])
        self.assertEqual(form.lifecycle_acquisition_policy, "pursue")
        self.assertEqual(
            form.lifecycle_acquisition_meaning, "Win them, with effort before the first deal."
        )
        special = self._create_segment(category_ids=self.fair)
        customer = self._create_customer(category_id=[Command.set(self.fair_2026.ids)])
        lead = self.env["crm.lead"].new({"name": "New", "partner_id": customer.id})
        self.assertEqual(lead.lifecycle_segment_id, special)
        with Form(customer) as form:
            form.category_id.clear()
            form.lifecycle_employee_count = 20
            self.assertEqual(form.lifecycle_segment_id, self.named["small"])
        person = self.env["res.partner"].new({"name": "Grace"})
        self.assertEqual(person.lifecycle_segment_id, self.named["individual"])

    def test_what_a_lead_tells_goes_over_to_the_customer(self):
        salesperson = self._create_user(
            "lifecycle_segment_sales", SALES, "base.group_partner_manager"
        )
        facts = {
            "lifecycle_employee_count": 3000,
            "lifecycle_sector": "federal",
            "lifecycle_registry": "WW-1",
        }
        for names, told in (
            ({"partner_name": "Bureau"}, {"Bureau": (3000, "federal", "WW-1")}),
            ({"contact_name": "Grace"}, {"Grace": (3000, "federal", "WW-1")}),
            (
                {"partner_name": "Bureau", "contact_name": "Grace"},
                {"Bureau": (3000, "federal", "WW-1"), "Grace": (0, False, "WW-1")},
            ),
        ):
            lead = self._create_anonymous_lead(user_id=salesperson.id, **facts, **names)
            segment = lead.lifecycle_segment_id
            with self.subTest(names):
                customer = lead.with_user(salesperson)._create_customer().sudo()
                people = customer | customer.parent_id
                self.assertEqual(
                    {
                        person.name: (
                            person.lifecycle_employee_count,
                            person.lifecycle_sector,
                            # The host hands it on to contacts.
                            person.company_registry,
                        )
                        for person in people
                    },
                    told,
                )
                lead.partner_id = customer
                self._process_queue()
                self.assertEqual(self._profile(customer).segment_id, segment)

    def test_merged_leads_keep_what_they_tell(self):
        nobody = self.env["res.partner"]
        first = self._create_opportunity(nobody)
        second = self._create_opportunity(
            nobody, lifecycle_sector="education", lifecycle_registry="E-1"
        )
        merged = (first | second).merge_opportunity()
        self.assertEqual((merged.lifecycle_sector, merged.lifecycle_registry), ("education", "E-1"))


@tagged("post_install", "-at_install")
class TestSegmentOnHosts(SegmentCase):
    """The segment on contacts and documents can be filtered, sorted and grouped by."""

    def test_operators_groups_and_order(self):
        school = self._create_prospect("School", lifecycle_sector="education")
        inn = self._create_prospect("Inn", lifecycle_employee_count=20)
        nobody = self._create_prospect("Nobody")
        unknown = self._create_customer("No dealings", lifecycle_employee_count=20)
        customers = school | inn | nobody
        leads = self.env["crm.lead"].union(*map(self._create_lead, customers))
        orders = self.env["sale.order"].union(*map(self._create_order, customers))
        invoices = self.env["account.move"].union(*map(self._create_invoice, customers))
        self._process_queue()
        education, small = self.named["education"], self.named["small"]
        for records in (customers, leads, orders, invoices):
            by_id = [("id", "in", records.ids)]
            with self.subTest(records._name):
                self.assertEqual(
                    [record.lifecycle_segment_id for record in records],
                    [education, small, small.browse()],
                )
                for operator, value, found in (
                    ("=", small.id, records[1]),
                    ("!=", small.id, records[0] | records[2]),
                    ("in", [small.id, education.id], records[:2]),
                    ("=", False, records[2]),
                    ("!=", False, records[:2]),
                    ("ilike", "educ", records[0]),
                    ("any", [("acquisition_policy", "=", "per_deal")], records[1]),
                ):
                    condition = [("lifecycle_segment_id", operator, value)]
                    self.assertEqual(set(records.search(condition + by_id)), set(found))
                    self.assertEqual(set(records.filtered_domain(condition)), set(found))
                groups = records._read_group(by_id, ["lifecycle_segment_id"], ["__count"])
                self.assertEqual(dict(groups), {education: 1, small: 1, small.browse(): 1})
                # In the order of the segments: education comes before small business.
                found = records.search(by_id, order="lifecycle_segment_id, id")
                self.assertEqual(found.ids, records.ids)
        self.assertSegment(unknown, "small")
        groups = leads._read_group(
            [("id", "in", leads.ids)], ["lifecycle_acquisition_policy"], ["__count"]
        )
        self.assertEqual(dict(groups), {"pursue": 1, "per_deal": 1, False: 1})

    def test_what_was_written_a_moment_ago_counts(self):
        customer = self._create_customer()
        by_id = [("id", "=", customer.id)]
        customer.lifecycle_sector = "education"
        education = [("lifecycle_segment_id", "=", self.named["education"].id)]
        self.assertEqual(customer.search(education + by_id), customer)
        customer.lifecycle_sector = False
        customer.lifecycle_employee_count = 500
        self.assertFalse(customer.search(education + by_id))
        self.named["preferred"].employees_from = 501
        self.assertFalse(customer.lifecycle_segment_id)
        self.named["preferred"].employees_from = 400
        self.assertEqual(customer.lifecycle_segment_id, self.named["preferred"])

    def test_companies_have_segments_of_their_own(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        customer = self._create_customer(lifecycle_employee_count=500)
        self._create_lead(customer)
        theirs = self._create_lead(customer, company_id=other.id)
        anonymous = self._create_anonymous_lead(
            partner_name="Inn", lifecycle_employee_count=500, company_id=other.id
        )
        self._process_queue()
        in_other = self.env["crm.lifecycle.segment"].search(
            [("company_id", "=", other.id), ("employees_from", "=", 400)]
        )
        self.assertSegment(customer, "preferred")
        self.assertEqual(
            customer.with_context(allowed_company_ids=other.ids).lifecycle_segment_id, in_other
        )
        for lead in (theirs, anonymous):
            self.assertSegment(lead, in_other)
        self.assertEqual(self._profile(customer).segment_id, self.named["preferred"])
        self.assertEqual(self._profile(customer, other).segment_id, in_other)
        in_other.active = False
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, self.named["preferred"])
        self.assertFalse(self._profile(customer, other).segment_id)
        user = self._create_user("lifecycle_segment_other", SALES)
        with self.assertRaises(AccessError):
            in_other.with_user(user).read(["name"])

    def test_a_merge_brings_both_contacts_facts_together(self):
        known = self._create_prospect("Known", lifecycle_sector="education")
        kept = self._create_prospect("Kept")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((known | kept).ids, kept)
        self._process_queue()
        self.assertSegment(kept, "education")
        self.assertEqual(self._profile(kept).segment_id, self.named["education"])

    def test_an_accountant_sees_the_segment(self):
        customer = self._create_prospect(lifecycle_employee_count=20)
        user = self._create_user("lifecycle_segment_books", INVOICING)
        own = customer.with_user(user)
        self.assertEqual(own.lifecycle_segment_id.name, "Small business")
        self.assertEqual(own.lifecycle_profile_id.segment_id.name, "Small business")
