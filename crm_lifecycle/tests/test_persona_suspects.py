from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_MANAGER
from .test_persona import PersonaCase


@tagged("post_install", "-at_install")
class TestPersonaSuspects(PersonaCase):
    """People look for suspects and choose whom to take up; nothing happens by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona = cls._create_persona(
            ("size", 3, {"employees_from": 1_234_000}), ("region", 1, cls._get_lines()[2][2])
        )
        cls.match = cls._create_customer("Match", lifecycle_employee_count=1_234_000)

    def _find(self, user=None):
        """Return who is listed for the persona, and in which context."""
        persona = self.persona.with_user(user or self.env.user).with_context(
            allowed_company_ids=self.company.ids
        )
        action = persona.action_find_suspects()
        partners = persona.env["res.partner"].with_context(**action["context"])
        return partners.search(action["domain"], order="lifecycle_fit DESC, complete_name")

    def _marks(self, customers):
        return self.env["crm.lifecycle.mark"].search([("partner_id", "in", customers.ids)])

    def test_who_matches_without_any_dealings_is_listed(self):
        better = self._create_customer(
            "Better", lifecycle_employee_count=2_000_000, state_id=self.oregon.id
        )
        person = self._create_customer(
            "Person",
            is_company=False,
            lifecycle_employee_count=1_234_000,
            company_id=self.company.id,
        )
        # None of these.
        contact = self._create_customer("Grace", is_company=False, parent_id=self.match.id)
        self._create_customer("Small", lifecycle_employee_count=1_233_999)
        self._create_customer("Archived", lifecycle_employee_count=1_234_000, active=False)
        self._create_customer(
            "Elsewhere",
            lifecycle_employee_count=1_234_000,
            company_id=self.env.ref("base.main_company").id,
        )
        buyer = self._create_customer("Buyer", lifecycle_employee_count=1_234_000)
        self._create_lead(buyer)
        self._process_queue()
        self.company.partner_id.lifecycle_employee_count = 1_234_000
        self.salesperson.partner_id.lifecycle_employee_count = 1_234_000
        found = self._find()
        self.assertEqual(found.ids, (better | self.match | person).ids)
        self.assertEqual(found.mapped("lifecycle_fit"), [100, 75, 75])
        self.assertNotIn(contact, found)

    def test_the_list_follows_the_minimum_of_this_persona(self):
        self.persona.minimum_fit = 76
        self.assertFalse(self._find())
        self._create_persona(("size", 1, {"employees_from": 1}), name="Anybody")
        self.assertFalse(self._find())
        self.persona.minimum_fit = 75
        self.assertEqual(self._find(), self.match)
        self.assertEqual(self._find().lifecycle_fit_persona_id, self.persona)

    def test_nobody_becomes_a_suspect_by_matching(self):
        self._find()
        self._process_queue()
        self.assertFalse(self._marks(self.match))
        self.assertFalse(self._stage(self.match))

    def test_the_chosen_ones_become_suspects_with_a_reason(self):
        left = self._create_customer("Left", lifecycle_employee_count=1_234_000)
        self.assertEqual(self._find(self.salesperson), left | self.match)
        chosen = self.match.with_env(self._find(self.salesperson).env)
        action = chosen.action_lifecycle_add_suspects()
        self.assertEqual(action["params"]["message"], "Added as suspects: 1.")
        mark = self._marks(self.match | left)
        self.assertEqual(mark.partner_id, self.match)
        self.assertEqual(
            (mark.kind, mark.company_id, mark.user_id, mark.reason),
            (
                "suspect",
                self.company,
                self.salesperson,
                "Matches persona Hotels: 75% (Employees)",
            ),
        )
        # Taken off the list at once, before the queue is worked off.
        self.assertEqual(self._find(), left)
        self.assertEqual(self._stage(self.match), "suspect")
        self.assertFalse(self._stage(left))

    def test_a_second_run_adds_nobody_twice(self):
        both = self.match | self._create_customer("Left", lifecycle_employee_count=1_234_000)
        both.action_lifecycle_add_suspects()
        for moment in ("before the refresh", "after it"):
            with self.subTest(moment):
                action = both.action_lifecycle_add_suspects()
                self.assertEqual(len(self._marks(both)), 2)
                self.assertEqual(
                    action["params"]["message"],
                    "Added as suspects: 0. In the lifecycle already, and skipped: 2.",
                )
            self._process_queue()

    def test_contacts_stand_for_their_company(self):
        contacts = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.match.id} for name in ("Grace", "Alan")]
        )
        contacts.action_lifecycle_add_suspects()
        self.assertEqual(self._marks(self.match | contacts).partner_id, self.match)

    def test_without_traits_or_in_another_company_it_says_what_to_do(self):
        other_company = self._create_company("Lifecycle Other Company", "base.USD")
        empty = self._create_persona(name="Empty")
        with self.assertRaisesRegex(UserError, "Add at least one trait"):
            empty.action_find_suspects()
        self.env.user.company_ids |= other_company
        with self.assertRaisesRegex(UserError, "Choose that company first"):
            self.persona.with_context(
                allowed_company_ids=[other_company.id, self.company.id]
            ).action_find_suspects()

    def test_salespeople_and_managers_find_and_add(self):
        for login, group in (("lifecycle_find_own", SALES), ("lifecycle_find_man", SALES_MANAGER)):
            user = self._create_user(login, group)
            customer = self._create_customer(login, lifecycle_employee_count=1_234_000)
            with self.subTest(group):
                found = self._find(user)
                self.assertIn(customer, found)
                (customer.with_env(found.env)).action_lifecycle_add_suspects()
                self.assertEqual(self._marks(customer).user_id, user)

    def test_others_neither_find_nor_add(self):
        for number, group in enumerate(
            (INVOICING, READONLY_ACCOUNTING, "base.group_user", "base.group_portal")
        ):
            user = self._create_user(f"lifecycle_find_{number}", group)
            with self.subTest(group):
                with self.assertRaises(AccessError):
                    self._find(user)
                with self.assertRaises(AccessError):
                    self.match.with_user(user).action_lifecycle_add_suspects()
        self.assertFalse(self._marks(self.match))

    def test_personas_of_other_companies_are_hidden(self):
        outsider = self._create_user(
            "lifecycle_outsider", SALES_MANAGER, company=self.env.ref("base.main_company")
        )
        for records in (self.persona, self.persona.line_ids):
            own = records.with_user(outsider).with_context(
                allowed_company_ids=outsider.company_ids.ids
            )
            with self.subTest(records._name):
                self.assertFalse(own.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    own.read(["display_name"])
                with self.assertRaises(AccessError):
                    own.unlink()
