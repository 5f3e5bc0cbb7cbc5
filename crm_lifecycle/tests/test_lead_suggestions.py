from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SALES_ALL
from .segment_common import SegmentCase
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestLeadSuggestions(SegmentCase, ServiceCase):
    """A lead tells what kind of customer it is likely to become, and who should take it."""

    def _create_bureau(self, **vals):
        return self._create_anonymous_lead(
            partner_name="Bureau of Waterways", lifecycle_sector="federal", user_id=False, **vals
        )

    def _occupy(self, user, number):
        for _number in range(number):
            self._create_opportunity(self.env["res.partner"], user_id=user.id)

    def _suggested(self, lead):
        self.env.flush_all()
        self.env.invalidate_all()
        return lead.lifecycle_suggested_user_id

    def _why(self, lead):
        return " ".join(lead.lifecycle_suggestion["lines"])

    def test_a_lead_from_a_government_body(self):
        lead = self._create_bureau()
        # Federal government wants relational care by somebody senior.
        self.assertEqual(lead.lifecycle_suggested_type, "relational")
        self.assertEqual(self._suggested(lead), self.senior)
        self.assertEqual(
            lead.lifecycle_suggestion["lines"],
            [
                "Relational: usual in the segment Federal government.",
                "Wanted: Senior at least, of any team (Federal government).",
                f"{self.senior.name} has the fewest open leads and opportunities of all who"
                " fit: 0.",
            ],
        )

    def test_each_segment_has_its_usual_type(self):
        for values, likely in (
            ({"lifecycle_employee_count": 1}, False),
            ({"lifecycle_employee_count": 2}, "transactional"),
            ({"lifecycle_employee_count": 399}, "transactional"),
            ({"lifecycle_employee_count": 400}, "relational"),
            ({"lifecycle_employee_count": 18000}, "relational"),
            ({"lifecycle_sector": "education"}, "hybrid"),
            ({"lifecycle_sector": "state_local"}, "hybrid"),
            ({"lifecycle_sector": "catalogue"}, "transactional"),
        ):
            with self.subTest(values):
                lead = self._create_anonymous_lead(partner_name="Parks", **values)
                self.assertEqual(lead.lifecycle_suggested_type, likely)
                self.assertEqual(bool(lead.lifecycle_suggestion), bool(likely))

    def test_the_service_level_comes_before_the_segment(self):
        other = self._create_seller("service_other", "senior")
        rivers = self._create_team("Rivers", other)
        lead = self._create_bureau()
        self.assertEqual(self._suggested(lead), self.senior)
        level = self._create_level("Key", customer_type="relational", team_id=rivers.id)
        self.assertEqual(self._suggested(lead), other)
        self.assertIn("Senior at least, of the team Rivers (Key)", self._why(lead))
        level.customer_type = "hybrid"
        self.assertEqual(self._suggested(lead), self.senior)

    def test_the_fewest_open_leads_and_then_the_lowest_id(self):
        second = self._create_seller("service_second", "senior")
        self.team.member_ids |= second
        lead = self._create_bureau()
        self.assertEqual(self._suggested(lead), self.senior)
        self._occupy(self.senior, 2)
        self._occupy(second, 1)
        self.assertEqual(self._suggested(lead), second)
        self.assertIn("of all who fit: 1.", self._why(lead))
        # What is lost or archived is no work any more.
        won = self.env["crm.lead"].search([("user_id", "=", self.senior.id)])
        won[0].action_set_lost()
        won[1].active = False
        self.assertEqual(self._suggested(lead), self.senior)

    def test_whoever_has_the_lead_and_fits_keeps_it(self):
        second = self._create_seller("service_second", "senior")
        self.team.member_ids |= second
        lead = self._create_bureau()
        lead.user_id = second
        self._occupy(second, 3)
        self.assertEqual(self._suggested(lead), second)
        self.assertIn("has the lead, and fits", self._why(lead))
        lead.user_id = self.junior
        self.assertEqual(self._suggested(lead), self.senior)

    def test_whoever_looks_after_the_customer_gets_their_leads(self):
        customer = self._create_customer(lifecycle_sector="federal", user_id=self.junior.id)
        contact = self._create_customer("Grace", is_company=False, parent_id=customer.id)
        lead = self._create_lead(contact, user_id=False)
        self.assertEqual(self._suggested(lead), self.junior)
        self.assertIn(f"{self.junior.name} looks after the customer", self._why(lead))
        self.junior.active = False
        self.assertEqual(self._suggested(lead), self.senior)

    def test_what_is_known_of_the_customer_comes_before_the_segment(self):
        customer = self._create_buyer()
        customer.lifecycle_sector = "federal"
        self._process_queue()
        self._profile(customer).customer_type = "hybrid"
        lead = self._create_lead(customer, user_id=False)
        self.assertEqual(lead.lifecycle_segment_id, self.named["federal"])
        self.assertEqual(lead.lifecycle_suggested_type, "hybrid")
        self.assertIn("Hybrid, by what is known of the customer", self._why(lead))

    def test_without_anybody_who_fits_nobody_is_suggested(self):
        self.senior.lifecycle_seniority = "experienced"
        lead = self._create_bureau()
        self.assertFalse(self._suggested(lead))
        self.assertIn("Nobody is suggested", self._why(lead))
        with self.assertRaisesRegex(UserError, "Nobody is suggested"):
            lead.action_lifecycle_assign()
        # Somebody who works for another company does not fit.
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        stranger = self._create_seller("service_stranger", "senior", company=other)
        self._create_team("Strangers", stranger, company_id=False)
        self.assertFalse(self._suggested(lead))

    def test_nothing_is_suggested_of_who_is_unknown_or_of_what_is_closed(self):
        unknown = self._create_anonymous_lead(user_id=False)
        lost, archived = self._create_bureau(), self._create_bureau()
        lost.action_set_lost()
        archived.active = False
        for lead in (unknown, lost, archived):
            self.assertFalse(self._suggested(lead))
            self.assertFalse(lead.lifecycle_suggestion)
            with self.assertRaises(UserError):
                lead.action_lifecycle_assign()
        self.assertFalse(unknown.lifecycle_suggested_type)
        self.assertEqual(lost.lifecycle_suggested_type, "relational")

    def test_a_form_suggests_before_it_is_saved(self):
        form = Form(self.env["crm.lead"].with_context(default_type="lead"))
        form.partner_name = "Bureau of Waterways"
        form.lifecycle_employee_count = 20
        self.assertEqual(form.lifecycle_suggested_type, "transactional")
        form.lifecycle_sector = "federal"
        self.assertEqual(form.lifecycle_suggested_type, "relational")
        self.assertEqual(form.lifecycle_suggested_user_id, self.senior)

    def test_assigning_says_why(self):
        self._create_level("Key", customer_type="relational", team_id=self.team.id)
        lead = self._create_bureau()
        manager = self._create_user("service_all", SALES_ALL)
        lead.with_user(manager).action_lifecycle_assign()
        self.assertEqual(lead.user_id, self.senior)
        self.assertEqual(lead.team_id, self.team)
        told = str(lead.message_ids.filtered(lambda message: "suggested" in message.body).body)
        self.assertIn("usual in the segment Federal government", told)
        self.assertIn("of all who fit: 0", told)
        # A second time there is nothing to change.
        lead.with_user(manager).action_lifecycle_assign()
        self.assertEqual(lead.user_id, self.senior)

    def test_own_documents_salespeople_assign_no_leads_of_others(self):
        lead = self._create_bureau()
        lead.user_id = self.manager
        with self.assertRaises(AccessError):
            lead.with_user(self.junior).action_lifecycle_assign()
        lead.user_id = self.junior
        self.assertEqual(lead.with_user(self.junior).lifecycle_suggested_user_id, self.senior)

    def test_it_costs_the_same_whatever_the_number_of_leads(self):
        counts = []
        for number in (2, 2, 20):
            leads = self.env["crm.lead"].union(*(self._create_bureau() for _n in range(number)))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads.mapped("lifecycle_suggested_user_id")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
