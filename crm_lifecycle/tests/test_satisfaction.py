from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .complaint_common import ComplaintCase

NOW = "2026-03-31"


@tagged("post_install", "-at_install")
class TestSatisfaction(ComplaintCase):
    """Each thing that a customer said is one statement on a scale of 0 to 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env["crm.lifecycle.satisfaction"]
        cls.entered = cls.env["crm.lifecycle.satisfaction.statement"]
        cls.contact = cls.env["res.partner"].create({"name": "Bo", "parent_id": cls.customer.id})

    def _enter(self, value=4, **vals):
        return self.entered.create(
            {
                "partner_id": self.contact.id,
                "company_id": self.company.id,
                "value": value,
                "date": "2026-03-02",
                **vals,
            }
        )

    def _read(self, *domain):
        self.env.flush_all()
        with self.at(NOW):
            return self.statements.search(
                [("company_id", "=", self.company.id), *domain], order="date, id"
            )

    # ------------------------------------------------------------
    # SOURCES
    # ------------------------------------------------------------

    def test_what_a_customer_told(self):
        statement = self._enter(5, product_id=self.product.id)
        row = self._read()
        self.assertRecordValues(
            row,
            [
                {
                    "source": "told",
                    "partner_id": self.customer.id,
                    "person_id": self.contact.id,
                    "date": fields.Date.to_date("2026-03-02"),
                    "value": 5,
                    "score": 100,
                    "sample_size": 1,
                    "is_top_box": True,
                    "product_id": self.product.id,
                    "product_tmpl_id": self.product.product_tmpl_id.id,
                    "res_model": statement._name,
                    "res_id": statement.id,
                }
            ],
        )
        self.assertEqual(row.action_open_document()["res_id"], statement.id)
        statement.active = False
        self.assertFalse(self._read())

    def test_a_rating_counts_once_it_is_given(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
            rating = self.env["rating.rating"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("sale.order"),
                    "res_id": order.id,
                    "partner_id": self.contact.id,
                    "rating": 4,
                }
            )
        self.assertFalse(self._read())
        with self.at("2026-03-03"):
            rating.write({"consumed": True, "rated_on": fields.Datetime.now()})
        self.assertRecordValues(
            self._read(),
            [
                {
                    "source": "rating",
                    "partner_id": self.customer.id,
                    "date": fields.Date.to_date("2026-03-03"),
                    "score": 75,
                    "is_top_box": False,
                    "low_count": 0,
                    "product_id": self.product.id,
                }
            ],
        )

    def test_an_order_of_two_products_is_about_neither(self):
        other = self.env["product.product"].create({"name": "Table", "type": "service"})
        order = self._confirm_order(self.customer)
        self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": other.id, "name": "Table", "price_unit": 5.0}
        )
        with self.at("2026-03-03"):
            self._rate(order, self.customer, 3)
        row = self._read()
        self.assertFalse(row.product_id)
        self.assertEqual((row.score, row.low_count), (50, 1))

    def test_how_a_complaint_was_solved(self):
        with self.at("2026-03-02"):
            complaint = self._complain(product_ids=self.product.ids)
            complaint.action_solve()
            self._rate(complaint, self.customer, 5)
        row = self._read()
        self.assertEqual((row.source, row.score), ("complaint", 100))
        self.assertEqual((row.company_id, row.product_id), (self.company, self.product))

    def test_the_satisfaction_noted_on_a_call(self):
        for satisfaction, outcome in (("2", "reached"), ("5", "no_answer"), (False, "reached")):
            with self.at("2026-03-04"):
                activity = self.env["mail.activity"].create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "res_id": self.contact.id,
                        "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                        "user_id": self.salesperson.id,
                    }
                )
                activity.write(
                    {"lifecycle_satisfaction": satisfaction, "lifecycle_outcome": outcome}
                )
                activity.action_feedback()
        row = self._read()
        self.assertEqual((row.source, row.score, row.low_count), ("visit", 25, 1))
        self.assertEqual((row.partner_id, row.person_id), (self.customer, self.contact))
        self.assertEqual((row.res_model, row.res_id), ("res.partner", self.contact.id))

    def test_a_return_visit_and_its_activity_are_one_statement(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
        visits = self.env["crm.lifecycle.return.visit"]
        for done in ("visit", "activity"):
            with self.subTest(done), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-05"):
                    visit = visits.create({"order_id": order.id, "user_id": self.salesperson.id})
                    activity = self.env["mail.activity"].create(
                        {
                            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                            "res_id": self.customer.id,
                            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                            "user_id": self.salesperson.id,
                        }
                    )
                    visit.activity_id = activity
                    if done == "visit":
                        visit.satisfaction = "5"
                        visit.action_done()
                    else:
                        activity.lifecycle_satisfaction = "5"
                        activity.action_feedback()
                row = self._read()
                self.assertEqual(row.mapped("source"), ["visit"])
                self.assertEqual((row.res_model, row.res_id), (visit._name, visit.id))
                self.assertEqual((row.score, row.product_id), (100, self.product))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_was_said_by_mistake_before_a_visit_was_reopened_counts_no_more(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
            visit = self.env["crm.lifecycle.return.visit"].create(
                {"order_id": order.id, "user_id": self.salesperson.id}
            )
        for day, said, scores in (("2026-03-05", "1", [0]), ("2026-03-06", "5", [100])):
            with self.at(day):
                visit.activity_id = self.env["mail.activity"].create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "res_id": self.customer.id,
                        "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                        "user_id": self.salesperson.id,
                    }
                )
                visit.satisfaction = said
                visit.action_done()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self._read().mapped("score"), scores)
                if said == "1":
                    visit.with_user(self.salesperson).action_reopen()
                    self.assertFalse(self._read())

    def test_a_third_party_speaks_for_many_and_for_nobody_alone(self):
        self._enter(
            98,
            source="third_party",
            scale="percent",
            sample_size=400,
            asked_by="Garden Institute",
            partner_id=False,
        )
        self._enter(3)
        row = self._read(("source", "=", "third_party"))
        self.assertEqual((row.score, row.sample_size, row.partner_id.id), (98, 400, False))
        # Who of the 400 was very satisfied nobody knows.
        self.assertEqual((row.single_count, row.top_count), (0, 0))
        with self.at(NOW):
            [(score, share, opinions)] = self.statements._read_group(
                [("company_id", "=", self.company.id)],
                [],
                ["score:avg", "top_share:avg", "sample_size:sum"],
            )
        self.assertAlmostEqual(score, (98 * 400 + 50) / 401, 2)
        self.assertEqual((share, opinions), (0, 401))

    # ------------------------------------------------------------
    # SCALES AND LIMITS
    # ------------------------------------------------------------

    def test_the_limits_on_each_scale(self):
        table = (
            ("five", 5, 100, True, False),
            ("five", 4, 75, False, False),
            ("five", 3, 50, False, True),
            ("ten", 10, 100, True, False),
            ("ten", 9, 90, True, False),
            ("ten", 8, 80, False, False),
            ("ten", 7, 70, False, False),
            ("ten", 6, 60, False, True),
            ("percent", 90, 90, True, False),
        )
        made = [self._enter(value, scale=scale) for scale, value, *_rest in table]
        rows = {row.res_id: row for row in self._read()}
        for statement, (scale, value, score, top, low) in zip(made, table, strict=True):
            with self.subTest(scale=scale, value=value):
                row = rows[statement.id]
                self.assertEqual(statement.score, score)
                self.assertEqual((row.score, row.top_count, row.low_count), (score, top, low))

    def test_a_company_sets_its_own_limits(self):
        self._enter(4)
        self.company.write({"lifecycle_satisfaction_top": 75, "lifecycle_satisfaction_low": 30})
        self.assertEqual(self._read().mapped("top_count"), [1])

    # ------------------------------------------------------------
    # ENTERING
    # ------------------------------------------------------------

    def test_no_score_before_a_value_that_lies_on_the_scale(self):
        statement = Form(self.env["crm.lifecycle.satisfaction.statement"])
        for value, score in ((None, None), (4, 75), (7, None), (1, 0)):
            with self.subTest(value):
                if value is not None:
                    statement.value = value
                self.assertEqual(statement.score, score or 0)
                self.assertEqual(bool(statement._get_modifier("score", "invisible")), score is None)

    def test_it_is_named_after_who_said_so(self):
        statements = self.env["crm.lifecycle.satisfaction.statement"]
        self.assertFalse(statements.new({}).display_name)
        self.assertEqual(
            self._enter(4, date="2026-03-01").display_name,
            f"{self.contact.display_name}, 2026-03-01",
        )

    def test_the_list_of_what_was_said_opens_a_new_one(self):
        action = self.env.ref("crm_lifecycle.crm_lifecycle_satisfaction_statement_action_new")
        self.assertEqual(action.view_mode, "form")
        for view_type in ("list", "kanban"):
            arch = self.env["crm.lifecycle.satisfaction"].get_view(view_type=view_type)["arch"]
            self.assertIn(f'name="{action.id}"', arch)

    def test_what_makes_no_sense_is_refused(self):
        table = (
            ({"value": 6}, "does not lie between 1 and 5"),
            ({"value": -1, "scale": "ten"}, "does not lie between 0 and 10"),
            ({"partner_id": False}, "Choose the customer"),
            ({"sample_size": 3}, "one opinion"),
            ({"source": "third_party"}, "Asked By"),
            ({"date": "2026-05-01"}, "a day to come"),
        )
        for vals, said in table:
            with self.subTest(vals), self.at(NOW), self.assertRaisesRegex(ValidationError, said):
                self._enter(**{"value": 4, **vals})

    def test_the_form(self):
        with self.at(NOW), Form(self.entered) as form:
            form.source = "third_party"
            form.asked_by = "Garden Institute"
            form.sample_size = 7
            form.scale = "ten"
            form.value = 8
            self.assertEqual(form.score, 80)
        self.assertEqual(form.record.display_name, "Garden Institute, 2026-03-31")
        self.assertFalse(form.record.commercial_partner_id)

    # ------------------------------------------------------------
    # ON THE CUSTOMER
    # ------------------------------------------------------------

    def test_the_contact_shows_the_last_twelve_months(self):
        other = self._create_customer("Nobody asked")
        self._enter(5)
        self._enter(4)
        self._enter(1, date="2025-03-31")
        self.env.flush_all()
        with self.at(NOW):
            self.assertRecordValues(
                self.contact | self.customer | other,
                [
                    {"lifecycle_satisfaction_count": 3, "lifecycle_satisfaction_text": "88"},
                    {"lifecycle_satisfaction_count": 3, "lifecycle_satisfaction_text": "88"},
                    {"lifecycle_satisfaction_count": 0, "lifecycle_satisfaction_text": "–"},
                ],
            )
            action = self.contact.action_lifecycle_open_satisfaction()
            found = self.statements.with_context(**action["context"]).search(action["domain"])
        self.assertEqual(len(found), 3)
