from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import SALES
from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralForm(ReferralCase):
    """A colleague enters a referral by the form, and the contact's button counts what they may
    open.
    """

    def test_each_role_enters_one(self):
        own = self._create_user("referral_own", SALES)
        self.customer.user_id = own
        for user, customer in (
            (own, self.customer),
            (self.colleague, self._create_customer("Kestrel")),
            (self.manager, self._create_customer("Cascade")),
        ):
            with self.subTest(user.login):
                with Form(self.referrals.with_user(user)) as form:
                    form.referrer_id = self.referrer
                    form.partner_id = customer
                found = form.record.sudo()
                self.assertEqual((found.state, found.earns_reward), ("accepted", True))
                self.assertEqual(found.user_id, user)

    def test_a_new_one_has_no_name_yet(self):
        self.assertFalse(self.referrals.new({}).display_name)

    def test_it_says_who_was_referred(self):
        with self.assertRaisesRegex(ValidationError, "Say who was referred"):
            self.referrals.with_user(self.manager).create({"referrer_id": self.referrer.id})

    def test_the_button_counts_what_the_reader_may_open(self):
        self._refer()
        self.env["crm.lifecycle.idea"].create({"name": "A hook", "partner_id": self.referrer.id})
        own = self._create_user("referral_own", SALES)
        (self.referrer | self.customer).user_id = self.colleague
        self.env.flush_all()
        for user, count in ((own, 0), (self.colleague, 1), (self.manager, 1)):
            with self.subTest(user.login):
                contact = self.referrer.with_user(user)
                self.assertEqual(
                    (contact.lifecycle_referral_count, contact.lifecycle_idea_count),
                    (count, count),
                )
