from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES
from .segment_common import SegmentCase

FACTS = {
    "lifecycle_employee_count": 3000,
    "lifecycle_sector": "federal",
    "lifecycle_registry": "WW-1",
}
TOLD = (3000, "federal", "WW-1")
NOTHING = (0, False, False)


@tagged("post_install", "-at_install")
class TestLeadCarryOver(SegmentCase):
    """What a lead tells of its customer goes over, by every way in which it gets one."""

    def _known(self, customer):
        return (
            customer.lifecycle_employee_count,
            customer.lifecycle_sector,
            customer.company_registry,
        )

    def _convert(self, lead, action, **vals):
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_context(active_model="crm.lead", active_id=lead.id, active_ids=lead.ids)
            .create({"name": "convert", "action": action, **vals})
        )
        wizard.action_apply()

    def test_converting_with_a_new_customer(self):
        lead = self._create_anonymous_lead(partner_name="Bureau", **FACTS)
        self._convert(lead, "create")
        self.assertEqual(self._known(lead.partner_id), TOLD)

    def test_converting_with_an_existing_customer(self):
        customer = self._create_customer("Bureau")
        lead = self._create_anonymous_lead(partner_name="Bureau", **FACTS)
        self._convert(lead, "exist", partner_id=customer.id)
        self.assertEqual(lead.partner_id, customer)
        self.assertEqual(self._known(customer), TOLD)
        self._process_queue()
        self.assertEqual(self._profile(customer).segment_id, self.named["federal"])

    def test_what_is_known_already_stays(self):
        customer = self._create_customer("Bureau", lifecycle_sector="education")
        lead = self._create_anonymous_lead(partner_name="Bureau", **FACTS)
        self._convert(lead, "exist", partner_id=customer.id)
        self.assertEqual(self._known(customer), (3000, "education", "WW-1"))

    def test_converting_several_at_once(self):
        customer = self._create_customer("Bureau", email="bureau@example.com")
        leads = self.env["crm.lead"].union(
            *(
                self._create_anonymous_lead(partner_name="Bureau", email_from=email, **facts)
                for email, facts in (
                    ("bureau@example.com", FACTS),
                    ("school@example.com", {"lifecycle_sector": "education"}),
                )
            )
        )
        wizard = (
            self.env["crm.lead2opportunity.partner.mass"]
            .with_context(active_model="crm.lead", active_id=leads[0].id, active_ids=leads.ids)
            .create({"action": "each_exist_or_create", "deduplicate": False})
        )
        wizard.action_mass_convert()
        self.assertEqual(self._known(customer), TOLD)
        school = leads[1].partner_id.commercial_partner_id
        self.assertEqual(self._known(school), (0, "education", False))

    def test_merged_leads_tell_their_customer(self):
        customer = self._create_customer("Bureau")
        known = self._create_opportunity(customer)
        told = self._create_opportunity(self.env["res.partner"], **FACTS)
        merged = (known | told).merge_opportunity()
        self.assertEqual(merged.partner_id, customer)
        self.assertEqual(self._known(customer), TOLD)

    def test_what_is_entered_of_a_lead_with_a_customer(self):
        customer = self._create_customer("Bureau")
        lead = self._create_lead(customer, lifecycle_sector="federal")
        self.assertEqual(self._known(customer), (0, "federal", False))
        lead.write({"lifecycle_employee_count": 3000, "lifecycle_sector": "education"})
        self.assertEqual(self._known(customer), (3000, "federal", False))

    def test_facts_belong_to_the_organisation(self):
        bureau = self._create_customer("Bureau")
        contact = self._create_customer("Grace", is_company=False, parent_id=bureau.id)
        self._create_lead(contact, **FACTS)
        self.assertEqual(self._known(bureau), TOLD)
        self.assertFalse(contact.lifecycle_sector)
        # Not to somebody who is without one.
        person = self._create_customer("Ada", is_company=False)
        self._create_lead(person, partner_name="Elsewhere", **FACTS)
        self.assertEqual(self._known(person), NOTHING)
        self._create_lead(person, lifecycle_sector="individual")
        self.assertEqual(person.lifecycle_sector, "individual")

    def test_another_customer_is_not_told_what_the_former_one_was(self):
        former, other = self._create_customer("Bureau"), self._create_customer("Inn")
        lead = self._create_lead(former, **FACTS)
        lead.partner_id = other
        self.assertEqual(self._known(other), NOTHING)
        lead.write({"partner_id": other.id, "lifecycle_sector": "company"})
        self.assertEqual(other.lifecycle_sector, "company")

    def test_an_answer_to_a_lead_makes_a_contact_without_the_facts(self):
        bureau = self._create_customer("Bureau")
        lead = self._create_anonymous_lead(
            partner_name="Bureau", contact_name="Grace", email_from="grace@example.com", **FACTS
        )
        lead.commercial_partner_id = bureau
        found = lead._get_customer_information()["grace@example.com"]
        self.assertEqual(found["parent_id"], bureau.id)
        self.assertNotIn("lifecycle_employee_count", found)

    def test_a_salesperson_need_not_be_allowed_to_change_contacts(self):
        customer = self._create_customer("Bureau")
        user = self._create_user("lifecycle_carry", SALES)
        lead = self._create_anonymous_lead(partner_name="Bureau", user_id=user.id, **FACTS)
        self.env["ir.rule"].create(
            {
                "name": "Contacts are for others",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[(0, '=', 1)]",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
            }
        )
        with self.assertRaises(AccessError):
            customer.with_user(user).check_access("write")
        lead.with_user(user).partner_id = customer
        self.assertEqual(self._known(customer), TOLD)

    def test_a_defect_leaves_the_lead_saved(self):
        customer = self._create_customer("Bureau")
        partners = type(self.env["res.partner"])
        with (
            patch.object(partners, "write", side_effect=ValueError("test")),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            lead = self._create_lead(customer, **FACTS)
        self.assertEqual(lead.lifecycle_sector, "federal")
        self.assertEqual(self._known(customer), NOTHING)

    def test_what_the_customer_refuses_is_not_saved(self):
        validate = type(self.env["res.partner"])._validate_fields

        def refuse(records, names, excluded=()):
            validate(records, names, excluded)
            if "company_registry" in names:
                raise ValueError("test")

        customer = self._create_customer("Bureau")
        other = self._create_customer("Inn")
        logger = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"
        with (
            patch.object(type(customer), "_validate_fields", refuse),
            self.assertLogs(logger, "ERROR") as logs,
        ):
            lead = self._create_lead(customer, **FACTS)
            self._create_lead(other, lifecycle_sector="education")
        self.assertEqual(len(logs.output), 1)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lead.lifecycle_registry, "WW-1")
        self.assertEqual(self._known(customer), (3000, "federal", False))
        self.assertEqual(self._known(other), (0, "education", False))

    def test_a_referrer_whom_the_customer_refuses_stays_on_the_lead(self):
        validate = type(self.env["res.partner"])._validate_fields

        def refuse(records, names, excluded=()):
            validate(records, names, excluded)
            if "lifecycle_referrer_id" in names:
                raise ValueError("test")

        customer, referrer = self._create_customer("Bureau"), self._create_customer("Inn")
        logger = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"
        with (
            patch.object(type(customer), "_validate_fields", refuse),
            self.assertLogs(logger, "ERROR"),
        ):
            lead = self._create_lead(customer, lifecycle_referrer_id=referrer.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lead.lifecycle_referrer_id, referrer)
        self.assertFalse(customer.lifecycle_referrer_id)

    def test_referrers_of_several_leads_are_carried_over(self):
        first, second = self._create_customer("Bureau"), self._create_customer("Office")
        inn, brewery = self._create_customer("Inn"), self._create_customer("Brewery")
        # Who brought whom, and who would make a circle.
        self.env["crm.lead"].create(
            [
                {"name": "Lead", "partner_id": customer.id, "lifecycle_referrer_id": referrer.id}
                for customer, referrer in (
                    (first, inn),
                    (first, brewery),
                    (second, inn),
                    (brewery, brewery),
                )
            ]
        )
        self.assertEqual((first + second).lifecycle_referrer_id, inn)
        self.assertFalse(brewery.lifecycle_referrer_id)

    def test_the_first_of_several_leads_counts(self):
        customer = self._create_customer("Bureau")
        self.env["crm.lead"].create(
            [
                {"name": "Lead", "partner_id": customer.id, **facts}
                for facts in (
                    {"lifecycle_sector": "education"},
                    {"lifecycle_sector": "federal", "lifecycle_employee_count": 3000},
                )
            ]
        )
        self.assertEqual(self._known(customer), (3000, "education", False))
