from odoo.tests import tagged

from .registration_common import RegistrationCase


@tagged("post_install", "-at_install")
class TestRegistrationMerge(RegistrationCase):
    """Contacts that are merged have registered a thing once, whoever of them did so first."""

    def _merge(self, source, kept):
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((source | kept).ids, kept)
        self.env.flush_all()
        self.assertFalse(source.exists())

    def test_of_a_number_the_earliest_stays(self):
        for is_kept_first in (True, False):
            with self.subTest(is_kept_first=is_kept_first), self.env.cr.savepoint():
                double = self._create_customer("Bo's Inn again")
                pair = (self.other, double) if is_kept_first else (double, self.other)
                first, second = (
                    self._register(partner_id=partner.id, lot_id=self.piece.id) for partner in pair
                )
                self._merge(double, self.other)
                self.assertRecordValues(
                    first | second,
                    [
                        {"partner_id": self.other.id, "active": True},
                        {"partner_id": self.other.id, "active": False},
                    ],
                )
                (first | second).unlink()

    def test_of_a_product_of_a_delivery_the_earliest_stays(self):
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.customer.id} for name in ("Ada", "Ada L.")]
        )
        chairs = self._register(partner_id=people[0].id, product_id=self.chair.id)
        # A contact of somebody else who joined the customer: both keep what they have.
        joined = self._create_customer("Ada from the Inn")
        double = self._register(
            partner_id=joined.id, product_id=self.chair.id, picking_id=self.oak.id
        )
        elsewhere, again = (
            self._register(partner_id=partner.id, product_id=self.product.id)
            for partner in (joined, people[0])
        )
        self.assertFalse((elsewhere | again).picking_id)
        self._merge(joined, people[0])
        self.assertRecordValues(
            chairs | double | elsewhere | again,
            [
                {"partner_id": people[0].id, "active": True},
                {"partner_id": people[0].id, "active": False},
                {"partner_id": people[0].id, "active": True},
                {"partner_id": people[0].id, "active": True},
            ],
        )

    def test_what_one_of_them_registered_stays(self):
        theirs = self._register(partner_id=self.other.id, lot_id=self.piece.id)
        mine = self._register(product_id=self.chair.id)
        self._merge(self.other, self.customer)
        self.assertRecordValues(
            theirs | mine, [{"partner_id": self.customer.id, "active": True}] * 2
        )
