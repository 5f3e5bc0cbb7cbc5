from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, tagged

from .registration_common import RegistrationCase

DAY = fields.Date.to_date


@tagged("post_install", "-at_install")
class TestRegistrationContacts(RegistrationCase):
    """Whoever of a customer is the contact, what was registered stays what it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair.lifecycle_warranty_months = 24
        cls.ada, cls.bea = cls.env["res.partner"].create(
            [{"name": name, "parent_id": cls.customer.id} for name in ("Ada", "Bea")]
        )
        with cls("_deliver_oak").at("2028-01-05"):
            cls.later = cls("_deliver_oak")._deliver_oak(cls.customer, cls._create_piece("OAK-9"))

    def setUp(self):
        super().setUp()
        clock = self.at("2028-03-01")
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _register_chair(self, picking, contact=None):
        """Register chairs of a delivery, as in the portal."""
        [item] = [
            item
            for item in picking._get_register_items(self.customer)
            if item["product"] == self.chair
        ]
        return self.registrations.sudo()._register_items(
            contact or self.ada, self.company, [item], {}, "portal"
        )

    def test_what_is_chosen_of_an_older_delivery_is_of_that(self):
        first = self._register_chair(self.oak)
        self.assertEqual((first.picking_id, first.date_purchase), (self.oak, DAY("2026-01-05")))
        second = self._register_chair(self.later)
        self.assertEqual((second.picking_id, second.date_purchase), (self.later, DAY("2028-01-05")))

    def test_another_contact_of_the_customer_changes_no_warranty(self):
        first = self._register_chair(self.oak)
        for is_in_the_form in (True, False):
            with self.subTest(is_in_the_form=is_in_the_form):
                if is_in_the_form:
                    form = Form(first)
                    form.partner_id = self.bea
                    self.assertEqual(str(form.warranty_end), "2028-01-04")
                    form.save()
                else:
                    first.with_user(self.salesperson).partner_id = self.ada
                self.assertRecordValues(
                    first,
                    [
                        {
                            "partner_id": (self.bea if is_in_the_form else self.ada).id,
                            "picking_id": self.oak.id,
                            "date_purchase": DAY("2026-01-05"),
                            "warranty_end": DAY("2028-01-04"),
                        }
                    ],
                )

    def test_where_both_deliveries_are_registered_it_is_not_refused(self):
        both = self._register_chair(self.oak) | self._register_chair(self.later)
        both.partner_id = self.bea
        self.assertEqual(both.mapped("picking_id"), self.oak | self.later)

    def test_what_was_corrected_stays(self):
        found = self._register_chair(self.oak)
        found.write({"date_purchase": "2026-01-09", "warranty_end": "2030-12-31"})
        form = Form(found)
        form.partner_id = self.bea
        form.save()
        self.assertRecordValues(
            found,
            [{"date_purchase": DAY("2026-01-09"), "warranty_end": DAY("2030-12-31")}],
        )
        # What somebody else sold them is not what we delivered since.
        with self.at("2025-05-05"):
            foreign = self._register(partner_id=self.ada.id, product_id=self.product.id)
        self.product.write({"type": "consu"})
        foreign.warranty_end = "2027-01-01"
        foreign.partner_id = self.bea
        self.assertEqual(foreign.warranty_end, DAY("2027-01-01"))

    def test_of_another_customer_the_delivery_is_looked_up(self):
        with self.at("2027-03-03"):
            theirs = self._deliver_oak(self.other, self._create_piece("OAK-8"))
        found = self._register_chair(self.oak)
        form = Form(found)
        form.partner_id = self.other
        self.assertEqual(str(form.date_purchase), "2027-03-03")
        form.save()
        self.assertRecordValues(
            found,
            [
                {
                    "picking_id": theirs.id,
                    "date_purchase": DAY("2027-03-03"),
                    "warranty_end": DAY("2029-03-02"),
                }
            ],
        )
        found.write({"partner_id": self.ada.id, "date_purchase": "2028-02-02"})
        self.assertRecordValues(
            found, [{"picking_id": self.later.id, "date_purchase": DAY("2028-02-02")}]
        )

    def test_who_ordered_and_who_got_it_have_the_same_delivery(self):
        site = self._create_customer("The Building Site")
        self.oak.partner_id = site
        found = self._register(partner_id=site.id, product_id=self.chair.id)
        self.assertEqual(found.picking_id, self.oak)
        found.warranty_end = "2030-12-31"
        found.partner_id = self.ada
        self.assertRecordValues(
            found, [{"picking_id": self.oak.id, "warranty_end": DAY("2030-12-31")}]
        )

    def test_colleagues_say_no_delivery_by_defaults(self):
        found = (
            self.registrations.with_user(self.salesperson)
            .with_context(default_picking_id=self.oak.id, default_channel="portal")
            .create({"partner_id": self.ada.id, "product_id": self.chair.id})
        )
        self.assertEqual((found.picking_id, found.channel), (self.later, "hand"))

    def test_what_follows_is_done_once_for_each(self):
        done = []
        with patch.object(
            type(self.registrations), "_after_register", lambda found: done.append(found)
        ):
            first = self._register_chair(self.oak)
            both = self.registrations.create(
                [
                    {"partner_id": self.ada.id, "company_id": self.company.id, "lot_id": lot.id}
                    for lot in (self.piece, self.lot)
                ]
            )
            both.partner_id = self.bea
            first.active = False
        self.assertEqual(done, [*first, *both])
