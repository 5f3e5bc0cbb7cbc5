from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..engine import rules
from .common import SALES_ALL, LifecycleCase


class StateCase(LifecycleCase):
    """Customers with small histories."""

    def _states(self, day=None, known_at=None):
        return (
            self.env["crm.lifecycle.state"]
            .with_context(lifecycle_date=day, lifecycle_known_at=known_at)
            .search([("company_id", "=", self.company.id)])
        )

    def _state(self, customer, day=None, known_at=None):
        """Return (stage, status) of a customer on a day, None for none."""
        found = self._states(day, known_at).filtered(lambda state: state.partner_id == customer)
        return (found.stage_id.code, found.status) if found else None

    def _create_histories(self):
        """Buyers who come often, who stopped, who came back; a lead; a refund."""
        often, gone, back, lead, refunded = (
            self._create_customer(name) for name in ("Often", "Gone", "Back", "Lead", "Refunded")
        )
        self._buy(often, "2025-01-10", "2025-02-10", "2025-03-12", "2025-06-01", "2026-02-01")
        self._buy(gone, "2025-01-15", "2025-02-01", "2025-02-20")
        self._buy(back, "2025-01-20", "2025-02-20", "2025-12-20")
        with self.at("2025-03-03"):
            opportunity = self._create_opportunity(lead)
            invoice = self._post_invoice(refunded)
        with self.at("2025-04-04"):
            opportunity.action_set_lost()
            self._refund(invoice)
        with self.at("2026-03-03"):
            self._process_queue()
        return often | gone | back | lead | refunded


@tagged("post_install", "-at_install")
class TestState(StateCase):
    """The state on a day follows from the history, as known now or as known then."""

    def test_the_state_on_a_day_is_what_the_documents_tell_of_that_day(self):
        customers = self._create_histories()
        with self.at("2026-03-03"):
            for day in (
                "2025-01-09",
                "2025-01-10",
                "2025-01-31",
                "2025-03-03",
                "2025-04-03",
                "2025-04-04",
                "2025-05-31",
                "2025-10-01",
                "2025-12-20",
                "2026-02-01",
                "2026-03-03",
            ):
                with self.subTest(day):
                    derived = self.env["crm.lifecycle.event"]._derive(
                        customers.ids, as_of=date.fromisoformat(day)
                    )
                    self.assertEqual(
                        {
                            state.partner_id.id: (
                                rules.RANK[state.stage_id.code],
                                state.stage_date,
                                state.status,
                                state.status_date,
                            )
                            for state in self._states(day)
                        },
                        {
                            row["partner_id"]: (
                                row["stage_rank"],
                                row["stage_date"],
                                row["status"],
                                row["status_date"],
                            )
                            for row in derived
                            if row["company_id"] == self.company.id
                        },
                    )

    def test_today_it_is_what_the_profile_says(self):
        self._create_histories()
        with self.at("2026-03-03"):
            states = self._states()
            self.assertEqual(len(states), 5)
            for state in states:
                profile = state.profile_id
                self.assertEqual(state.id, profile.id)
                self.assertEqual(
                    (state.partner_id, state.stage_id, state.stage_date),
                    (profile.partner_id, profile.stage_id, profile.stage_date),
                )
                self.assertEqual(
                    (state.status, state.status_date), (profile.status, profile.status_date)
                )

    def test_a_document_dated_back_changes_what_is_known_now_and_not_what_was_known_then(self):
        customer = self._create_customer()
        with self.at("2026-01-10"):
            self._post_invoice(customer)
            self._process_queue()
        # On 20 January somebody finds an invoice of 5 January.
        with self.at("2026-01-20"):
            self._post_invoice(customer, invoice_date="2026-01-05")
            self._process_queue()
        first, repeat = ("first_buyer", "active"), ("repeat_buyer", "active")
        with self.at("2026-02-01"):
            for day, known_at, state in (
                ("2026-01-05", None, first),
                ("2026-01-05", "2026-01-05", None),
                ("2026-01-05", "2026-01-19", None),
                ("2026-01-05", "2026-01-20", first),
                ("2026-01-10", None, repeat),
                ("2026-01-10", "2026-01-10", first),
                ("2026-01-15", None, repeat),
                ("2026-01-15", "2026-01-15", first),
                ("2026-01-15", "2026-01-20 11:59:59", first),
                ("2026-01-15", "2026-01-20 12:00:00", repeat),
                ("2026-01-20", "2026-01-20", repeat),
                ("2026-02-01", None, repeat),
            ):
                with self.subTest(day=day, known_at=known_at):
                    self.assertEqual(self._state(customer, day, known_at), state)

    def test_a_document_withdrawn_later_was_believed_then(self):
        customer = self._create_customer()
        with self.at("2026-01-10"):
            invoice = self._post_invoice(customer)
            self._create_lead(customer)
            self._process_queue()
        with self.at("2026-01-20"):
            invoice.button_draft()
            self._process_queue()
        with self.at("2026-02-01"):
            self.assertEqual(self._state(customer, "2026-01-15"), ("suspect", "new"))
            self.assertEqual(
                self._state(customer, "2026-01-15", "2026-01-15"), ("first_buyer", "active")
            )

    def test_a_day_ends_in_the_time_zone_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        customer = self._create_customer()
        # Half past one in the morning of the 11th in Shanghai.
        with self.at("2026-01-10 17:30:00"):
            self._post_invoice(customer, invoice_date="2026-01-10")
            self._process_queue()
        with self.at("2026-02-01"):
            bought = ("first_buyer", "active")
            self.assertEqual(self._state(customer, "2026-01-10"), bought)
            self.assertIsNone(self._state(customer, "2026-01-10", "2026-01-10"))
            self.assertEqual(self._state(customer, "2026-01-10", "2026-01-11"), bought)

    def test_two_days_do_not_mix_in_one_transaction(self):
        customer = self._create_customer()
        self._buy(customer, "2026-01-10", "2026-01-20")
        with self.at("2026-02-01"):
            self._process_queue()
            before, after = (self._states(day) for day in ("2026-01-15", "2026-01-25"))
            self.assertEqual(before.id, after.id)
            self.assertEqual(before.stage_id.code, "first_buyer")
            self.assertEqual(after.stage_id.code, "repeat_buyer")
            self.assertEqual(str(before.stage_date), "2026-01-10")
            self.assertEqual(str(after.stage_date), "2026-01-20")

    def test_filters_and_groups_tell_the_same(self):
        self._create_histories()
        with self.at("2026-03-03"):
            states = self._states("2025-05-31")
            model = states.browse()
            by_company = [("company_id", "=", self.company.id)]
            for name in ("stage_id", "status", "user_id", "dimension", "country_id"):
                for group in model.formatted_read_group(by_company, [name], ["__count"]):
                    with self.subTest(field=name):
                        found = model.search([*group["__extra_domain"], *by_company])
                        self.assertEqual(len(found), group["__count"])
            [[count]] = model._read_group(by_company, [], ["__count"])
            self.assertEqual(count, len(states))

    def test_a_row_opens_the_profile(self):
        customer = self._buy(self._create_customer(), "2026-01-10").partner_id
        with self.at("2026-02-01"):
            self._process_queue()
            action = self._states().action_open_profile()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("crm.lifecycle.profile", self._profile(customer).id),
        )


@tagged("post_install", "-at_install")
class TestStateWizard(StateCase):
    """Somebody asks for a day, and is told where there is nothing to see."""

    def _open(self, day, knowledge="now"):
        wizard = (
            self.env["crm.lifecycle.state.wizard"]
            .with_user(self._user)
            .create({"date": day, "knowledge": knowledge})
        )
        return wizard, wizard.note

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._user = cls._create_user("lifecycle_state", SALES_ALL)

    def test_the_title_tells_day_and_knowledge(self):
        customer = self._create_customer()
        with self.at("2026-01-10"):
            self._post_invoice(customer)
            self._process_queue()
        with self.at("2026-02-01"):
            for knowledge, title in (
                ("now", "State on January 15, 2026, as known today"),
                ("then", "State on January 15, 2026, as known then"),
            ):
                with self.subTest(knowledge):
                    wizard, note = self._open("2026-01-15", knowledge)
                    self.assertFalse(note)
                    action = wizard.action_open()
                    self.assertEqual(action["name"], title)
                    found = self.env[action["res_model"]].with_context(**action["context"])
                    self.assertEqual(
                        found.search(
                            [*action["domain"], ("company_id", "=", self.company.id)]
                        ).partner_id,
                        customer,
                    )

    def test_it_begins_with_the_end_of_the_last_month(self):
        with self.at("2026-03-17"), Form(self.env["crm.lifecycle.state.wizard"]) as form:
            self.assertEqual(str(form.date), "2026-02-28")
            self.assertEqual(form.knowledge, "now")

    def test_where_there_is_nothing_it_says_why(self):
        with self.at("2026-01-20"):
            self._post_invoice(self._create_customer(), invoice_date="2026-01-10")
            self._process_queue()
        with self.at("2026-02-01"):
            for day, knowledge, note in (
                ("2026-02-02", "now", "That day is yet to come."),
                ("2026-02-01", "now", False),
                ("2026-01-10", "now", False),
                ("2026-01-09", "now", "the first document is of January 10, 2026."),
                ("2026-01-19", "then", "has been kept since January 20, 2026."),
                ("2026-01-20", "then", False),
            ):
                with self.subTest(day=day, knowledge=knowledge):
                    _wizard, found = self._open(day, knowledge)
                    if note:
                        self.assertIn(note, found)
                    else:
                        self.assertFalse(found)

    def test_a_day_to_come_is_refused(self):
        with self.at("2026-02-01"):
            wizard, _note = self._open("2026-02-02")
            with self.assertRaisesRegex(UserError, "yet to come"):
                wizard.action_open()

    def test_without_any_history_there_is_nothing_to_say(self):
        with self.at("2026-02-01"):
            wizard, note = self._open("2026-01-15")
            self.assertFalse(note)
            self.assertIn("Nobody was in the lifecycle", wizard.action_open()["help"])
