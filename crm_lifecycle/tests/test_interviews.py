from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import READONLY_ACCOUNTING, SALES
from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestInterviews(ReminderCase):
    """Once a year the best customers are asked what they think."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rounds = cls.env["crm.lifecycle.interview.round"]
        cls.interviews = cls.env["crm.lifecycle.interview"]

    def _create_valued(self, *amounts, company=None):
        """Create customers who brought so much this year."""
        customers = self.env["res.partner"]
        for amount in amounts:
            customer = self._create_customer(f"Worth {amount}", user_id=self.senior.id)
            with self.at("2026-02-02"):
                self._post_invoice(customer, amount)
            customers |= customer
        with self.at("2026-03-03"):
            self._process_queue()
        return customers

    def _create_round(self, **vals):
        with self.at("2026-03-10"):
            return self.rounds.create({"company_id": self.company.id, "size": 2, **vals})

    def _names(self, interviews):
        return interviews.interview_ids.sorted("rank").partner_id.mapped("name")

    def test_the_best_customers_are_listed(self):
        self._create_valued(100, 300, 200)
        interviews = self._create_round()
        self.assertEqual((interviews.year, interviews.display_name), (2026, "Interviews 2026"))
        action = interviews.with_user(self.manager).action_generate()
        self.assertEqual(self._names(interviews), ["Worth 300", "Worth 200"])
        self.assertEqual(interviews.interview_ids.user_id, self.senior)
        self.assertEqual(interviews.interview_ids.mapped("rank"), [1, 2])
        self.assertEqual(action["domain"], [("round_id", "in", interviews.ids)])
        self.assertEqual((interviews.interview_count, interviews.open_count), (2, 2))

    def test_ten_unless_said_otherwise(self):
        self.assertEqual(self.rounds.create({"company_id": self.company.id}).size, 10)

    def test_generating_again_adds_only_who_is_missing(self):
        self._create_valued(100, 300, 200)
        interviews = self._create_round()
        interviews.action_generate()
        first = interviews.interview_ids
        first.filtered(lambda line: line.rank == 1).answers = "<p>More colours</p>"
        interviews.action_generate()
        self.assertEqual(interviews.interview_ids, first)
        self._create_valued(900)
        interviews.action_generate()
        added = interviews.interview_ids - first
        self.assertEqual(added.partner_id.name, "Worth 900")
        self.assertIn("More colours", first[0].answers)

    def test_archived_customers_are_not_asked(self):
        best, _second, _third = self._create_valued(300, 200, 100)
        best.active = False
        with self.at("2026-03-03"):
            self._process_queue()
        interviews = self._create_round()
        interviews.action_generate()
        self.assertEqual(self._names(interviews), ["Worth 200", "Worth 100"])

    def test_only_the_companys_own_value_counts(self):
        self._create_valued(100)
        other = self._create_company("Other Company", "base.EUR")
        self.env.user.company_ids |= other
        theirs = self.rounds.create({"company_id": other.id})
        with self.assertRaises(UserError):
            theirs.action_generate()

    def test_one_round_a_year(self):
        self._create_round()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._create_round()

    def _get_interview(self, **vals):
        return self.interviews.create(
            {
                "round_id": (
                    self.rounds.search([("company_id", "=", self.company.id)], limit=1)
                    or self._create_round()
                ).id,
                "partner_id": self.customer.id,
                "user_id": self.senior.id,
                **vals,
            }
        )

    def test_an_interview_is_held(self):
        interview = self._get_interview().with_user(self.senior)
        with self.at("2026-05-31"):
            interview.write({"answers": "<p>Lamps</p>", "findings": "Sell lamps"})
            interview.action_done()
        self.assertEqual((interview.state, interview.date), ("done", self._day("2026-05-31")))
        with self.assertRaises(UserError):
            interview.action_skip()
        interview.action_reopen()
        interview.action_skip()
        self.assertEqual(interview.state, "skipped")

    def test_own_customers_alone(self):
        interview = self._get_interview()
        outsider = self._create_user("interview_seller", SALES)
        auditor = self._create_user("interview_auditor", READONLY_ACCOUNTING)
        self.assertFalse(self.interviews.with_user(outsider).search([]))
        self.assertEqual(self.interviews.with_user(self.senior).search([]), interview)
        with self.assertRaises(AccessError):
            interview.with_user(auditor).findings = "Forged"
        with self.assertRaises(AccessError):
            interview.round_id.with_user(self.senior).action_generate()

    def test_nobody_reads_another_companys_customers_through_it(self):
        other = self._create_company("Other", "base.EUR")
        stranger = self._create_customer("Stranger", company_id=other.id)
        with self.assertRaises(AccessError):
            self._get_interview().with_user(self.senior).partner_id = stranger

    def test_merged_customers_keep_what_they_said(self):
        other = self._create_customer("Moor Hotel")
        kept = self._get_interview(answers="<p>Lamps</p>", findings="Light", rank=4)
        gone = self._get_interview(
            partner_id=other.id, answers="<p>Chairs</p>", findings="Rest", rank=2, state="done"
        )
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertFalse(gone.exists())
        self.assertEqual((kept.state, kept.rank, kept.findings), ("done", 2, "Light\nRest"))
        self.assertIn("Lamps", kept.answers)
        self.assertIn("Chairs", kept.answers)

    def test_a_merged_customer_alone_in_a_round_stays_there(self):
        other = self._create_customer("Moor Hotel")
        interview = self._get_interview(partner_id=other.id)
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(interview.partner_id, self.customer)
