from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import READONLY_ACCOUNTING, SALES, SALES_MANAGER
from .remedy_common import RemedyCase


@tagged("post_install", "-at_install")
class TestRemedyApproval(RemedyCase):
    """Above the company's limit a sales manager approves."""

    def test_below_and_above_the_limit(self):
        self.company.lifecycle_remedy_limit = 50.0
        self.assertEqual(self._propose(50.0).state, "approved")
        self.assertEqual(self._propose(0.01, name="And a little").state, "waiting")

    def test_cost_counts_and_what_is_refused_does_not(self):
        self.company.lifecycle_remedy_limit = 50.0
        first = self._propose(40.0, cost=20.0)
        self.assertEqual(first.state, "waiting")
        first.refuse_reason = "Too much"
        self._as(self.manager, first).action_refuse()
        self.assertEqual(first.state, "refused")
        second = self._propose(40.0)
        self.assertEqual(second.state, "approved")
        self._as(self.salesperson, second).action_cancel()
        self.assertEqual(self._propose(50.0).state, "approved")

    def test_no_limit_is_each(self):
        self.company.lifecycle_remedy_limit = 0.0
        self.assertEqual(self._propose(1.0).state, "waiting")

    def test_who_approves(self):
        self.company.lifecycle_remedy_limit = 0.0
        remedy = self._propose()
        for user in (self.salesperson, self.bookkeeper):
            with self.subTest(user.login):
                for name in ("action_approve", "action_refuse"):
                    with self.assertRaises(AccessError):
                        getattr(self._as(user, remedy), name)()
        with self.assertRaises(UserError):
            self._make(remedy)
        with self.assertRaises(UserError):
            # Without a reason.
            self._as(self.manager, remedy).action_refuse()
        self._as(self.manager, remedy).action_approve()
        self.assertEqual((remedy.state, remedy.approved_by_id), ("approved", self.manager))
        self._make(remedy)
        self.assertEqual(remedy.state, "done")

    def test_the_leader_is_asked(self):
        self.company.lifecycle_remedy_limit = 0.0
        self._propose()
        self.assertIn(self.leader, self.complaint.activity_ids.user_id)

    def test_terms_stay_once_proposed(self):
        remedy = self._as(self.salesperson, self._propose(10.0))
        for vals in ({"amount": 90.0}, {"cost": 1.0}, {"kind": "other"}, {"move_id": False}):
            with self.subTest(vals), self.assertRaises(UserError):
                remedy.write(vals)


@tagged("post_install", "-at_install")
class TestRemedyAccess(RemedyCase):
    """Nobody does by a remedy what they could not do without."""

    def test_salespeople_make_no_credit_notes(self):
        remedy = self._propose()
        for user in (self.salesperson, self.manager):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._make(remedy, user)
        self.assertFalse(remedy.credit_move_id)
        self.assertEqual(remedy.state, "approved")

    def test_those_who_keep_the_books_give_no_discounts(self):
        order = self._create_order(self.customer, 200.0)
        remedy = self._propose(50.0, kind="discount", move_id=False, order_id=order.id)
        with self.assertRaises(UserError):
            self._make(remedy, self.bookkeeper)
        self.assertEqual(order.amount_untaxed, 200.0)

    def test_nobody_forges(self):
        remedy = self._as(self.manager, self._propose())
        for vals in (
            {"state": "done"},
            {"approved_by_id": self.manager.id},
            {"credit_move_id": self.other.id},
            {"user_id": self.manager.id},
        ):
            with self.subTest(vals):
                with self.assertRaises(AccessError):
                    remedy.write(vals)
                with self.assertRaises(AccessError):
                    remedy.create(
                        {
                            "name": "Forged",
                            "complaint_id": self.complaint.id,
                            **({"user_id": self.salesperson.id} if "user_id" in vals else vals),
                        }
                    )

    def test_nobody_lowers_the_total(self):
        self.company.lifecycle_remedy_limit = 50.0
        terms = {"name": "Forged", "complaint_id": self.complaint.id, "amount": 100.0}
        remedies = self._as(self.salesperson, self.remedies)
        remedy = remedies.create({**terms, "move_id": self.invoice.id})
        for vals in (
            {"amount_company": 0.0},
            {"currency_id": self.env.ref("base.JPY").id},
            {"company_id": False},
            {"partner_id": False},
        ):
            with self.subTest(vals):
                with self.assertRaises(AccessError):
                    remedy.write(vals)
                with self.assertRaises(AccessError):
                    remedies.create({**terms, **vals})
        forged = remedies.with_context(
            default_state="approved",
            default_approved_by_id=self.manager.id,
            default_amount_company=0.0,
            default_partner_id=self.other.partner_id.create({"name": "Other"}).id,
        ).create({**terms, "move_id": self.invoice.id})
        self.assertEqual(
            (forged.state, forged.approved_by_id.id, forged.amount_company, forged.partner_id),
            ("draft", False, 100.0, self.customer),
        )
        # Whatever became of the total meanwhile.
        remedy.sudo().amount_company = 0.0
        remedy.action_propose()
        self.assertEqual((remedy.state, remedy.amount_company), ("waiting", 100.0))

    def test_colleagues_complaints(self):
        stranger = self._create_user("remedy_stranger", SALES)
        self.customer.user_id = self.manager
        self.complaint.write({"user_id": self.manager.id, "team_id": False})
        remedy = self._propose(user=self.manager)
        self.assertFalse(self._as(stranger, self.remedies).search([("id", "=", remedy.id)]))
        with self.assertRaises(AccessError):
            self._propose(user=stranger)

    def test_auditors_and_customers(self):
        remedy = self._propose()
        auditor = self._create_user("remedy_auditor", READONLY_ACCOUNTING)
        self.assertEqual(self._as(auditor, remedy).amount, 100.0)
        portal = self._create_user("remedy_portal", "base.group_portal")
        for user, method in ((auditor, "action_make"), (auditor, "action_cancel")):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self._as(user, remedy), method)()
        with self.assertRaises(AccessError):
            self._as(portal, remedy).read(["name"])

    def test_what_is_done_stays(self):
        remedy = self._propose()
        self._make(remedy)
        with self.assertRaises(UserError):
            self._as(self.manager, remedy).unlink()
        with self.assertRaises(UserError):
            self._as(self.manager, remedy).action_cancel()

    def test_another_company(self):
        remedy = self._propose()
        other = self._create_company("Lifecycle Other Company", "base.USD")
        stranger = self._create_user("remedy_books", SALES_MANAGER, company=other)
        seen = self.remedies.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search([("id", "=", remedy.id)]))
