"""What tests of contacts build on: people who write, call and meet."""

from odoo import Command, fields

from .common import SALES, LifecycleCase


class ContactCase(LifecycleCase):
    """A customer with a contact person, and a salesperson who writes, calls and meets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._create_user("contact_seller", SALES, email="seller@us.example.com")
        cls.robot = cls.env.ref("base.partner_root")
        with cls("at").at("2026-01-01"):
            cls.customer = cls._create_customer("Parks", user_id=cls.seller.id)
            cls.ada = cls.env["res.partner"].create(
                {"name": "Ada", "parent_id": cls.customer.id, "email": "ada@parks.example.com"}
            )
            cls.env.flush_all()

    def _post(self, day, author, to=None, record=None, **vals):
        with self.at(day):
            message = (record or self.customer).message_post(
                body="Hello",
                author_id=author.id,
                partner_ids=to.ids if to else [],
                **{"message_type": "comment", "subtype_xmlid": "mail.mt_comment", **vals},
            )
            message.date = fields.Datetime.now()
            self.env.flush_all()
        return message

    def _do(self, day, record, activity="mail.mail_activity_data_call", **result):
        with self.at(day):
            planned = record.activity_schedule(activity, user_id=self.seller.id)
            planned.write(result)
            planned.action_feedback()
            self.env.flush_all()

    def _meet(self, day, contact, **vals):
        with self.at("2026-01-01"):
            return self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": f"{day} 10:00:00",
                    "stop": f"{day} 11:30:00",
                    "user_id": self.seller.id,
                    "partner_ids": [Command.set(contact.ids)],
                    **vals,
                }
            )

    def _contacts(self, user=None, today="2026-12-01", company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.at(today):
            found = self.env["crm.lifecycle.contact"].with_user(user or self.env.user)
            return found.search(
                [
                    ("partner_id", "=", self.customer.id),
                    ("company_id", "=", (company or self.company).id),
                ],
                order="date, id",
            )

    def assertContacts(self, *expected, **where):
        rows = [
            (row.date.isoformat(), row.direction, row.channel, row.reached)
            for row in self._contacts(**where)
        ]
        self.assertEqual(rows, list(expected))
