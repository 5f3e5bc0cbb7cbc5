from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintRatings(ComplaintCase):
    """The customer is asked whether it is solved; what is rated badly is a complaint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "ada@example.com"
        cls.complaint = cls._complain(cls)

    def _get_asked(self):
        return self.complaint.message_ids.filtered(lambda message: "/rate/" in message.body)

    def _made(self):
        return self.complaints.search(
            [("company_id", "=", self.company.id), ("rating_id", "!=", False)]
        )

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    def test_nobody_is_asked_unless_the_company_wants_it(self):
        self.complaint._set_step("solved")
        self.assertFalse(self._get_asked())

    def test_the_customer_is_asked_once_it_is_solved(self):
        self.company.lifecycle_complaint_ask_rating = True
        self.complaint.with_user(self.salesperson)._set_step("solved")
        asked = self._get_asked()
        self.assertEqual(len(asked), 1)
        self.assertEqual(asked.partner_ids, self.customer)
        self.assertIn(self.complaint.rating_ids.access_token, asked.body)
        self.complaint._set_step("closed")
        self.assertEqual(len(self._get_asked()), 1)

    def test_who_is_not_asked(self):
        self.company.lifecycle_complaint_ask_rating = True
        self.complaint._set_step("closed")
        self.assertFalse(self._get_asked(), "closed")
        self.complaint.action_reopen()
        self.customer.lifecycle_opt_out = True
        self.complaint._set_step("solved")
        self.assertFalse(self._get_asked(), "opted out")
        self.complaint.action_reopen()
        self.customer.write({"lifecycle_opt_out": False, "email": False})
        self.complaint._set_step("solved")
        self.assertFalse(self._get_asked(), "no address")

    def test_a_template_that_fails_keeps_nobody_from_solving(self):
        self.company.lifecycle_complaint_ask_rating = True
        template = self.env.ref("crm_lifecycle.mail_template_complaint_rating")
        # The host tries templates before it saves them.
        template.subject = "{{ 1 / (len(object.subject) - 6) }}"
        self.complaint.subject = "Wobbly"
        with mute_logger(
            "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.complaint._set_step("solved")
        self.assertEqual(self.complaint.step_code, "solved")

    # ------------------------------------------------------------
    # REOPENING
    # ------------------------------------------------------------

    def test_a_bad_rating_reopens_and_a_good_one_does_not(self):
        for value, step in ((5, "solved"), (3, "solved"), (2, "investigating")):
            with self.subTest(value):
                self.complaint._set_step("solved")
                self._rate(self.complaint, self.customer, value)
                self.assertEqual(self.complaint.step_code, step)
        self.assertEqual(self.complaint.reopened_count, 1)
        self.assertFalse(self._made())

    def test_a_bad_rating_reopens_nothing_that_is_open_or_ended_long_ago(self):
        self._rate(self.complaint, self.customer, 1)
        self.assertEqual((self.complaint.step_code, self.complaint.reopened_count), ("new", 0))
        with self.at("2026-01-05"):
            self.complaint._set_step("solved")
        with self.at("2026-03-05"):
            self._rate(self.complaint, self.customer, 1)
        self.assertEqual(self.complaint.step_code, "solved")

    def test_rated_through_the_thread(self):
        self.complaint._set_step("solved")
        self.complaint.message_post(body="No", rating_value=1, message_type="comment")
        self.assertEqual(self.complaint.step_code, "investigating")

    # ------------------------------------------------------------
    # OTHER DOCUMENTS
    # ------------------------------------------------------------

    def test_bad_ratings_are_no_complaints_unless_the_company_wants_it(self):
        self._rate(self._confirm_order(self.customer), self.customer, 1)
        self.assertFalse(self._made())

    def test_a_bad_rating_of_an_order_becomes_a_complaint_once(self):
        self.company.lifecycle_complaint_from_rating = True
        order = self._confirm_order(self.customer)
        rating = self._rate(order, self.customer, 2)
        self.assertRecordValues(
            self._made(),
            [
                {
                    "partner_id": self.customer.id,
                    "kind": "complaint",
                    "order_ids": order.ids,
                    "rating_id": rating.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertIn(order.name, self._made().subject)
        rating.write({"rating": 1, "feedback": "<b>Really</b>"})
        self.assertEqual(len(self._made()), 1)

    def test_good_ratings_unanswered_ones_and_those_of_colleagues_make_none(self):
        self.company.lifecycle_complaint_from_rating = True
        order = self._confirm_order(self.customer)
        self._rate(order, self.customer, 3)
        self._rate(order, self.salesperson.partner_id, 1)
        rating = self._rate(order, self.customer, 5)
        rating.reset()
        self.assertFalse(self._made())

    def test_the_threshold_is_the_company_s(self):
        self.company.write(
            {"lifecycle_complaint_from_rating": True, "lifecycle_complaint_bad_rating": 3}
        )
        self._rate(self._confirm_order(self.customer), self.customer, 3)
        self.assertEqual(len(self._made()), 1)

    def test_what_the_customer_said_is_kept_as_text(self):
        self.company.lifecycle_complaint_from_rating = True
        order = self._confirm_order(self.customer)
        order.message_post(
            body="<b>Late</b>",
            rating_value=1,
            message_type="comment",
        )
        self.assertFalse(self._made(), "by a colleague")
        rating = self._rate(order, self.customer, 5)
        rating.write({"rating": 1, "feedback": "<b>Late</b>", "rated_on": fields.Datetime.now()})
        self.assertIn("&lt;b&gt;Late", self._made().description)

    def test_a_rating_that_cannot_become_one_is_saved_all_the_same(self):
        self.company.lifecycle_complaint_from_rating = True
        order = self._confirm_order(self.customer)
        self.patch(
            type(self.complaints),
            "create",
            lambda *_args, **_kwargs: (_ for _ in ()).throw(ValueError("test")),
        )
        with mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"):
            rating = self._rate(order, self.customer, 1)
        self.assertTrue(rating.consumed)
        self.assertEqual(rating.rating, 1)
