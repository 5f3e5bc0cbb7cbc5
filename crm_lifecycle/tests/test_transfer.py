from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES_ALL
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestTransfer(ServiceCase):
    """Customers go from one salesperson to another, with a reason and what is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].union(
            *(
                cls._create_customer(f"Customer {number}", user_id=cls.junior.id)
                for number in range(3)
            )
        )
        cls.env.flush_all()
        cls.env.cr.flush()

    def _transfer(self, customers, user=None, by=None, **vals):
        wizards = self.env["crm.lifecycle.transfer"].with_user(by or self.manager)
        wizards = wizards.with_context(allowed_company_ids=self.company.ids)
        wizard = wizards.create(
            {
                "partner_ids": [Command.set(customers.ids)],
                "user_id": user and user.id,
                "reason": "New territories",
                **vals,
            }
        )
        result = wizard.action_apply()
        self._commit()
        return result

    def _commit(self):
        """Do what happens at the end of a transaction."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()

    def _messages(self, user):
        return self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids), ("message_type", "=", "user_notification")]
        )

    def test_customers_go_and_history_tells_why(self):
        result = self._transfer(self.customers, self.senior)
        self.assertEqual(self.customers.user_id, self.senior)
        self.assertIn("3", result["params"]["message"])
        for customer in self.customers:
            last = customer.lifecycle_ownership_ids[0]
            self.assertEqual(
                (last.user_id, last.cause, last.reason, last.changed_by_id),
                (self.senior, "transfer", "New territories", self.manager),
            )

    def test_one_notice_for_each_side(self):
        before = {user: self._messages(user) for user in (self.junior, self.senior)}
        chatter = self.customers.message_ids
        self._transfer(self.customers, self.senior)
        for user in (self.junior, self.senior):
            with self.subTest(user.login):
                [message] = self._messages(user) - before[user]
                for customer in self.customers:
                    self.assertIn(customer.name, message.body)
        # Nothing for each customer.
        self.assertEqual(self.customers.message_ids, chatter)

    def test_who_did_it_gets_no_notice(self):
        before = self._messages(self.manager)
        self._transfer(self.customers, self.manager)
        self.assertEqual(self._messages(self.manager), before)
        self.assertEqual(self.customers.user_id, self.manager)

    def test_a_notice_names_no_more_than_can_be_read(self):
        many = self.env["res.partner"].create(
            [{"name": f"One of many {number:03}", "is_company": True} for number in range(53)]
        )
        before = self._messages(self.senior)
        self._transfer(many, self.senior)
        [message] = self._messages(self.senior) - before
        self.assertEqual(message.body.count("One of many"), 50)
        self.assertIn("And 3 more", message.body)

    def test_open_documents_follow_if_asked(self):
        customer = self.customers[0]
        contact = self._create_customer("Ada", parent_id=customer.id, is_company=False)
        vals = {"user_id": self.junior.id}
        lead = self._create_lead(contact, **vals)
        opportunity = self._create_opportunity(customer, **vals)
        colleagues = self._create_opportunity(customer, user_id=self.manager.id)
        lost = self._create_opportunity(customer, **vals)
        lost.action_set_lost()
        call = customer.activity_schedule("mail.mail_activity_data_call", user_id=self.junior.id)
        lead_call = lead.activity_schedule("mail.mail_activity_data_call", user_id=self.junior.id)
        managers_call = customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.manager.id
        )
        other_call = self.customers[1].activity_schedule(
            "mail.mail_activity_data_call", user_id=self.junior.id
        )
        self._transfer(customer, self.senior, with_leads=False, with_activities=False)
        self.assertEqual((lead | opportunity).user_id, self.junior)
        self.assertEqual(call.user_id, self.junior)
        customer.user_id = self.junior
        before = self._messages(self.senior)
        self._transfer(customer, self.senior)
        self.assertEqual((lead | opportunity).user_id, self.senior)
        self.assertEqual((call | lead_call).user_id, self.senior)
        self.assertEqual(colleagues.user_id, self.manager)
        self.assertEqual(managers_call.user_id, self.manager)
        self.assertEqual((lost.user_id, other_call.user_id), (self.junior, self.junior))
        self.assertEqual(len(self._messages(self.senior) - before), 1)

    def test_leads_stay_in_companies_where_nobody_receives_them(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        (self.manager | self.junior).company_ids += other
        customer = self.customers[0]
        here, there = (
            self._create_opportunity(customer, user_id=self.junior.id, company_id=company.id)
            for company in (self.company, other)
        )
        wizard = (
            self.env["crm.lifecycle.transfer"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=(self.company | other).ids)
            .create(
                {
                    "partner_ids": [Command.set(customer.ids)],
                    "user_id": self.senior.id,
                    "reason": "New territories",
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(customer.user_id, self.senior)
        self.assertEqual((here.user_id, there.user_id), (self.senior, self.junior))

    def test_all_customers_of_somebody(self):
        wizard = (
            self.env["crm.lifecycle.transfer"]
            .with_user(self.manager)
            .create({"from_user_id": self.junior.id, "user_id": self.senior.id, "reason": "Left"})
        )
        self.assertEqual(wizard.partner_ids, self.customers)
        self.assertEqual(wizard.customer_count, 3)
        wizard.action_apply()
        self.assertEqual(self.customers.user_id, self.senior)

    def test_back_to_whoever_had_them_before(self):
        mine, theirs, _rest = self.customers
        theirs.user_id = self.senior
        self._commit()
        third = self._create_seller("service_third")
        self._transfer(mine | theirs, third)
        new = self._create_customer("New", user_id=third.id)
        self._commit()
        rows = (mine | theirs | new).lifecycle_ownership_ids.with_user(self.manager)
        action = rows.action_give_back()
        wizard = (
            self.env["crm.lifecycle.transfer"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "Given back"})
        )
        self.assertEqual(wizard.recipient, "former")
        self.assertEqual(set(wizard.partner_ids.ids), {mine.id, theirs.id, new.id})
        self.assertIn("stay where they are: 1", wizard.note)
        wizard.action_apply()
        self._commit()
        self.assertEqual(
            [mine.user_id, theirs.user_id, new.user_id], [self.junior, self.senior, third]
        )
        last = theirs.lifecycle_ownership_ids[0]
        self.assertEqual(
            (last.user_id, last.cause, last.reason), (self.senior, "transfer", "Given back")
        )

    def test_nobody_goes_back_to_who_has_left(self):
        self._transfer(self.customers, self.senior)
        self.junior.active = False
        with self.assertRaisesRegex(UserError, "had them before"):
            self._transfer(self.customers, recipient="former")
        self.assertEqual(self.customers.user_id, self.senior)

    def test_nothing_but_the_salesperson_is_written_on_contacts(self):
        partners = self.registry["res.partner"]
        host_write, written = partners.write, []

        def write(records, vals):
            written.append((records, vals))
            return host_write(records, vals)

        self.patch(partners, "write", write)
        self._transfer(self.customers, self.senior)
        self.assertEqual(written, [(self.customers, {"user_id": self.senior.id})])
        self.assertEqual(self.customers.user_id, self.senior)

    def test_as_suggested(self):
        buyers = [self._create_buyer(f"Buyer {number}") for number in range(5)]
        customers = self.env["res.partner"].union(*buyers)
        expected = {row.partner_id: row.suggested_user_id for row in self._mismatches(*buyers)}
        self.assertEqual(set(expected.values()), {self.junior, self.senior})
        wizard = (
            self.env["crm.lifecycle.transfer"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            .create(
                {
                    "partner_ids": [Command.set((customers | self.customers[0]).ids)],
                    "recipient": "suggested",
                    "reason": "Spring cleaning",
                }
            )
        )
        self.assertIn("stay where they are: 1", wizard.note)
        wizard.action_apply()
        for customer, user in expected.items():
            self.assertEqual(customer.user_id, user)
        self.assertEqual(self.customers[0].user_id, self.junior)

    def test_own_documents_give_away_their_own_alone(self):
        theirs = self._create_customer("Theirs", user_id=self.senior.id)
        nobodys = self._create_customer("Nobody's")
        for customer in (theirs, nobodys):
            with self.subTest(customer.name), self.assertRaisesRegex(AccessError, "of your own"):
                self._transfer(customer, self.junior, by=self.junior)
        lead = self._create_opportunity(self.customers[0], user_id=self.junior.id)
        call = lead.activity_schedule("mail.mail_activity_data_call", user_id=self.junior.id)
        self._transfer(self.customers, self.senior, by=self.junior)
        self.assertEqual(self.customers.user_id, self.senior)
        self.assertEqual((lead.user_id, call.user_id), (self.senior, self.senior))
        colleague = self._create_user("service_colleague", SALES_ALL)
        self._transfer(theirs, self.junior, by=colleague)
        self.assertEqual(theirs.user_id, self.junior)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_opens_a_colleagues_form(self):
        wizards = self.env["crm.lifecycle.transfer"]
        wizard = wizards.with_user(self.junior).create(
            {
                "partner_ids": [Command.set(self.customers.ids)],
                "user_id": self.senior.id,
                "reason": "Between us",
            }
        )
        self.assertEqual(wizard.read(["reason"])[0]["reason"], "Between us")
        for user in (self.senior, self.manager):
            others = wizard.with_user(user)
            self.env.invalidate_all()
            with self.subTest(user.login):
                self.assertFalse(wizards.with_user(user).search([("id", "=", wizard.id)]))
                for method, *args in (
                    (others.read, ["reason"]),
                    (others.write, {"user_id": user.id}),
                    (others.action_apply,),
                ):
                    with self.assertRaises(AccessError):
                        method(*args)

    def test_whoever_gets_customers_works_here(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        abroad = self._create_user("service_abroad", SALES_ALL, company=other)
        portal = self._create_user("service_portal", "base.group_portal")
        with self.assertRaisesRegex(UserError, "does not work for"):
            self._transfer(self.customers, abroad)
        # Customers of that company do not take those of all companies along.
        self.env.user.company_ids += other
        self.customers[0].company_id = other
        with self.assertRaisesRegex(UserError, f"does not work for {self.company.name}"):
            self._transfer(self.customers, abroad, by=self.env.user)
        self.customers[0].company_id = False
        with self.assertRaisesRegex(UserError, "no active colleague"):
            self._transfer(self.customers, portal)
        self.senior.active = False
        with self.assertRaisesRegex(UserError, "no active colleague"):
            self._transfer(self.customers, self.senior)

    def test_a_reason_customers_and_a_receiver_are_asked_for(self):
        for vals, message in (
            ({"reason": " "}, "Say why"),
            ({"user_id": False}, "to whom"),
            ({"partner_ids": []}, "no customer"),
            ({"recipient": "suggested"}, "Nobody is suggested"),
            ({"recipient": "former"}, "had them before"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._transfer(self.customers, self.senior, **vals)

    def test_contacts_go_with_their_customer(self):
        contact = self._create_customer("Ada", parent_id=self.customers[0].id, is_company=False)
        self._transfer(contact, self.senior)
        self.assertEqual(self.customers[0].user_id, self.senior)

    def _count_queries(self, number, with_documents):
        """Return the number of queries that a transfer of so many customers takes."""
        customers = self.env["res.partner"].create(
            [
                {"name": f"Many {place}", "is_company": True, "user_id": self.junior.id}
                for place in range(number)
            ]
        )
        if with_documents:
            for customer in customers:
                # The host looks for a team lead by lead where the receiver is not in it.
                vals = {"user_id": self.junior.id, "team_id": self.team.id}
                lead = self._create_opportunity(customer, **vals)
                lead.activity_schedule("mail.mail_activity_data_call", user_id=self.junior.id)
        self._commit()
        before = self.env.cr.sql_log_count
        self._transfer(customers, self.senior)
        return self.env.cr.sql_log_count - before

    def test_many_cost_few_queries_each(self):
        self._count_queries(5, with_documents=False)
        few, many = (self._count_queries(number, with_documents=False) for number in (5, 50))
        # Links to customers are made one by one, without a query.
        self.assertLessEqual(many, few + 5)

    def test_many_with_open_documents_cost_few_queries_each(self):
        self._count_queries(5, with_documents=True)
        few, many = (self._count_queries(number, with_documents=True) for number in (5, 50))
        self.assertLessEqual(many, few + 5)
