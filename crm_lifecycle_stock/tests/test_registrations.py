from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_lifecycle.tests.common import SALES

from .registration_common import RegistrationCase

DAY = fields.Date.to_date


@tagged("post_install", "-at_install")
class TestRegistrations(RegistrationCase):
    """A registration finds its delivery, order and warranty, and is made once."""

    def test_delivery_order_and_warranty_are_found(self):
        with self.at("2026-02-10"):
            found = self._register(lot_id=self.piece.id)
        self.assertRecordValues(
            found,
            [
                {
                    "product_id": self.table.id,
                    "picking_id": self.oak.id,
                    "order_id": self.oak.sale_id.id,
                    "date_purchase": DAY("2026-01-05"),
                    "warranty_end": DAY("2028-01-04"),
                    "commercial_partner_id": self.customer.id,
                    "channel": "hand",
                    "display_name": "Oak Table OAK-1",
                }
            ],
        )
        chairs = self._register(product_id=self.chair.id)
        self.assertEqual((chairs.picking_id, chairs.warranty_end), (self.oak, False))

    def test_the_form(self):
        form = Form(
            self.registrations.with_user(self.salesperson).with_context(
                **self.customer.action_lifecycle_open_registrations()["context"]
            )
        )
        form.lot_id = self.piece
        self.assertEqual(form.product_id, self.table)
        self.assertEqual(form.warranty_end, DAY("2028-01-04"))
        found = form.save()
        self.assertEqual((found.partner_id, found.picking_id), (self.customer, self.oak))
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_registration_count, 1)
        self.assertEqual(
            self.registrations.search(self.piece.action_lifecycle_open_registrations()["domain"]),
            found,
        )

    def test_a_promise_does_not_change_with_the_product(self):
        found = self._register(lot_id=self.piece.id)
        self.table.lifecycle_warranty_months = 6
        self.assertEqual(found.warranty_end, DAY("2028-01-04"))
        found.date_purchase = "2026-03-31"
        self.assertEqual(found.warranty_end, DAY("2026-09-29"))

    def test_what_came_from_somebody_else_has_no_delivery(self):
        with self.at("2026-02-10"):
            found = self._register(partner_id=self.other.id, lot_id=self.piece.id)
        self.assertFalse(found.picking_id)
        self.assertEqual(found.date_purchase, DAY("2026-02-10"))

    def test_a_piece_that_came_back_is_the_customers_no_longer(self):
        with self.at("2026-01-20"):
            self._return(self.oak)
        with self.at("2026-01-21"):
            again = self._deliver_oak(self.other)
        found = self._register(lot_id=self.piece.id)
        self.assertFalse(found.picking_id)
        theirs = self._register(partner_id=self.other.id, lot_id=self.piece.id)
        self.assertEqual(theirs.picking_id, again)

    def test_of_a_lot_each_customer_has_their_own_delivery(self):
        with self.at("2026-01-06"):
            _order, theirs = self._deliver(self.other)
        for customer, delivery in (
            (self.customer, self.delivery),
            (self.other, theirs),
            (self._create_customer("Cy's Club"), theirs.browse()),
        ):
            with self.subTest(customer.name):
                found = self._register(partner_id=customer.id, lot_id=self.lot.id)
                self.assertEqual(found.picking_id, delivery)

    def test_who_ordered_and_who_got_it_both_have_it(self):
        site = self._create_customer("The Building Site")
        self.oak.partner_id = site
        for customer in (site, self.customer):
            with self.subTest(customer.name):
                found = self._register(partner_id=customer.id, lot_id=self.piece.id)
                self.assertEqual(found.picking_id, self.oak)

    def test_what_is_somebody_elses_is_warned_of(self):
        form = Form(self.registrations.with_user(self.salesperson))
        form.partner_id = self.other
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as log:
            form.lot_id = self.piece
        self.assertIn("OAK-1 went to another customer last", log.output[0])
        form.lot_id = self._create_piece("OAK-9")
        self.assertFalse(form.save().picking_id)

    def test_days_that_cannot_be_are_refused(self):
        for vals, said in (
            ({"date_purchase": "2099-01-01"}, "a day to come"),
            ({"date_purchase": "2026-02-01", "warranty_end": "2026-01-31"}, "ends before"),
        ):
            with (
                self.subTest(vals),
                self.at("2026-03-10"),
                self.assertRaisesRegex(ValidationError, said),
                self.env.cr.savepoint(),
            ):
                self._register(lot_id=self.piece.id, **vals)

    def test_once_for_a_customer_and_their_contacts(self):
        contact = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        first = self._register(lot_id=self.piece.id)
        self._register(product_id=self.chair.id)
        for vals in (
            {"lot_id": self.piece.id},
            {"lot_id": self.piece.id, "partner_id": contact.id},
            {"product_id": self.chair.id, "partner_id": contact.id},
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, "registered already"),
                self.env.cr.savepoint(),
            ):
                self._register(**{"partner_id": contact.id, **vals})
        first.active = False
        self.env.flush_all()
        self._register(lot_id=self.piece.id, partner_id=contact.id)
        with self.assertRaisesRegex(ValidationError, "registered already"), self.env.cr.savepoint():
            first.active = True

    @mute_logger("odoo.sql_db")
    def test_twice_at_the_same_moment_is_refused_by_the_database(self):
        first = self._register(lot_id=self.piece.id)
        self.env.flush_all()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                """INSERT INTO crm_lifecycle_registration
                       (partner_id, company_id, lot_id, product_id, date_purchase, channel, active)
                   SELECT partner_id, company_id, lot_id, product_id, date_purchase, channel, TRUE
                     FROM crm_lifecycle_registration WHERE id = %s""",
                [first.id],
            )

    def test_customers_who_become_one_keep_what_both_registered(self):
        first = self._register(lot_id=self.piece.id)
        second = self._register(partner_id=self.other.id, lot_id=self.piece.id)
        self.other.write({"is_company": False, "parent_id": self.customer.id})
        self.env.flush_all()
        self.assertEqual((first | second).commercial_partner_id, self.customer)

    def test_a_number_of_another_product_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "is a number of Oak Table"):
            self._register(lot_id=self.piece.id, product_id=self.chair.id)

    @mute_logger("odoo.sql_db")
    def test_a_warranty_has_bounds(self):
        for months in (-1, 601):
            with self.subTest(months), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.table.lifecycle_warranty_months = months
                self.env.flush_all()

    def test_colleagues_forge_no_delivery(self):
        foreign = self.delivery
        found = self.registrations.with_user(self.salesperson).create(
            {
                "partner_id": self.other.id,
                "lot_id": self.piece.id,
                "picking_id": foreign.id,
                "channel": "portal",
            }
        )
        self.assertEqual((found.picking_id.ids, found.channel), ([], "hand"))

    def test_salespeople_see_those_of_their_customers(self):
        stranger = self._create_user("registration_stranger", SALES)
        theirs = self._register(lot_id=self.piece.id)
        nobodys = self._register(partner_id=self.other.id, lot_id=self.piece.id)
        for user, found in (
            (self.salesperson, theirs | nobodys),
            (stranger, nobodys),
            (self.keeper, theirs | nobodys),
        ):
            with self.subTest(user.login):
                mine = self.registrations.with_user(user)
                self.assertEqual(mine.search([("id", "in", (theirs | nobodys).ids)]), found)
        with self.assertRaises(AccessError):
            theirs.with_user(stranger).read(["note"])
        with self.assertRaises(AccessError):
            nobodys.with_user(stranger).unlink()

    def test_it_is_a_contact_of_the_customer_if_they_made_it(self):
        self.env["crm.lifecycle.mark"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "suspect",
                "reason": "Met",
            }
        )
        contacts = self.env["crm.lifecycle.contact"]
        domain = [
            ("partner_id", "=", self.customer.id),
            ("res_model", "=", "crm.lifecycle.registration"),
        ]
        self._register(product_id=self.chair.id)
        self._process_queue()
        self.assertFalse(contacts.search(domain))
        self._register(lot_id=self.piece.id, channel="public")
        self.assertRecordValues(
            contacts.search(domain),
            [{"direction": "in", "channel": "portal", "person_id": self.customer.id}],
        )
        self._process_queue()
        self.assertRecordValues(
            self._profile(self.customer),
            [{"last_contact_channel": "portal", "last_contact_direction": "in"}],
        )

    def test_a_complaint_tells_of_the_warranty(self):
        lots = self.piece | self._create_piece("OAK-2") | self._create_piece("OAK-3")
        complaint = self._complain(lot_ids=lots.ids)
        self.assertEqual(complaint.warranty.count("not registered"), 3)
        self._register(lot_id=lots[0].id)
        self._register(lot_id=lots[1].id, date_purchase="2020-01-01")
        self._register(lot_id=lots[2].id, warranty_end=False)
        complaint.invalidate_recordset(["warranty"])
        with self.at("2026-02-10"):
            self.assertEqual(
                complaint.with_user(self.salesperson).warranty.splitlines(),
                [
                    "OAK-1: in warranty until 01/04/2028",
                    "OAK-2: warranty over since 12/31/2021",
                    "OAK-3: registered, no warranty",
                ],
            )
        foreign = self._complain(partner_id=self.other.id, lot_ids=self.piece.ids)
        self.assertEqual(foreign.warranty, "OAK-1: not registered")


@tagged("post_install", "-at_install")
class TestGoodsDemo(TransactionCase):
    """The demo's deliveries tell what they are there for, where there are demo data."""

    def test_one_is_registered_and_one_waits(self):
        registration = self.env.ref(
            "crm_lifecycle_stock.crm_lifecycle_registration_redwood", raise_if_not_found=False
        )
        if not registration:
            self.skipTest("Without demo data")
        delivery = self.env.ref("crm_lifecycle_stock.picking_redwood")
        self.assertEqual((delivery.state, registration.picking_id), ("done", delivery))
        [item] = delivery._get_register_items(registration.commercial_partner_id)
        self.assertEqual(item["lot"].name, "COF-1002")

    def test_a_complaint_names_delivery_and_piece(self):
        complaint = self.env.ref(
            "crm_lifecycle_stock.crm_complaint_redwood", raise_if_not_found=False
        )
        if not complaint:
            self.skipTest("Without demo data")
        self.assertEqual(
            (complaint.picking_ids, complaint.lot_ids.name),
            (self.env.ref("crm_lifecycle_stock.picking_redwood"), "COF-1001"),
        )
        self.assertTrue(complaint.has_deliveries)
        # It is solved, so that they are treated as before.
        self.assertFalse(complaint.is_open)
