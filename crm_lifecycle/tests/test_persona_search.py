from odoo import Command
from odoo.tests import tagged

from .common import SALES_ALL
from .test_persona import PersonaCase
from .test_query_counts import FEW, MANY


@tagged("post_install", "-at_install")
class TestPersonaSearch(PersonaCase):
    """The fit filters and sorts like a column, on contacts and leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.persona = cls._create_persona(
            ("size", 3, {"employees_from": 10}),
            ("country", 2, {"country_ids": [Command.set(cls.us.ids)]}),
        )
        case = cls("_create_records")
        cls.records = {
            "res.partner": case._create_records(cls._create_customer),
            "crm.lead": case._create_records(case._create_anonymous_lead),
        }

    def _create_records(self, create):
        """Return records as {fit: record}."""
        return {
            0: create(),
            40: create(country_id=self.us.id),
            60: create(lifecycle_employee_count=10),
            100: create(lifecycle_employee_count=10, country_id=self.us.id),
        }

    def _each_model(self):
        for name, by_fit in self.records.items():
            yield by_fit, self.env[name].union(*by_fit.values())

    def assertFound(self, condition, fits):
        for by_fit, records in self._each_model():
            with self.subTest(model=records._name, condition=condition):
                by_id = [("id", "in", records.ids)]
                expected = records.browse().union(*(by_fit[fit] for fit in fits))
                self.assertEqual(set(records.search([*condition, *by_id])), set(expected))
                self.assertEqual(
                    set(records.search(["!", *condition, *by_id])), set(records - expected)
                )
                self.assertEqual(set(records.filtered_domain(condition)), set(expected))

    def test_every_operator_finds_what_the_field_shows(self):
        for operator, value, fits in (
            (">=", 60, (60, 100)),
            (">=", 60.5, (100,)),
            (">", 60, (100,)),
            (">", 0, (40, 60, 100)),
            ("<", 60, (0, 40)),
            ("<=", 60, (0, 40, 60)),
            ("=", 60, (60,)),
            ("=", 61, ()),
            ("!=", 60, (0, 40, 100)),
            ("in", [40, 100], (40, 100)),
            ("not in", [40, 100], (0, 60)),
            ("=", 0, (0,)),
            ("=", False, (0,)),
            ("!=", False, (40, 60, 100)),
        ):
            self.assertFound([("lifecycle_fit", operator, value)], fits)

    def test_who_reaches_the_minimum_is_found(self):
        for operator, value, fits in (
            ("=", True, (60, 100)),
            ("!=", True, (0, 40)),
            ("=", False, (0, 40)),
            ("in", [True, False], (0, 40, 60, 100)),
        ):
            self.assertFound([("lifecycle_fits", operator, value)], fits)

    def test_the_persona_is_found_by_name_and_by_condition(self):
        everybody = (0, 40, 60, 100)
        for operator, value, fits in (
            ("=", self.persona.id, everybody),
            ("!=", self.persona.id, ()),
            ("ilike", "hotel", everybody),
            ("=", False, ()),
            ("any", [("minimum_fit", "=", 60)], everybody),
            ("any", [("minimum_fit", "=", 61)], ()),
        ):
            self.assertFound([("lifecycle_fit_persona_id", operator, value)], fits)

    def test_without_a_persona_nobody_is_found(self):
        self.persona.active = False
        everybody = (0, 40, 60, 100)
        for name, operator, value, fits in (
            ("lifecycle_fit", ">", 0, ()),
            ("lifecycle_fit", ">=", 0, everybody),
            ("lifecycle_fit", "=", 0, everybody),
            ("lifecycle_fits", "=", True, ()),
            ("lifecycle_fit_persona_id", "=", False, everybody),
        ):
            self.assertFound([(name, operator, value)], fits)
        for _by_fit, records in self._each_model():
            for name in ("lifecycle_fit", "lifecycle_fits", "lifecycle_fit_persona_id"):
                with self.subTest(model=records._name, order=name):
                    found = records.search([("id", "in", records.ids)], order=f"{name}, id")
                    self.assertEqual(found.ids, sorted(records.ids))

    def test_sorting_follows_the_fit(self):
        for by_fit, records in self._each_model():
            for direction, fits in (("ASC", (0, 40, 60, 100)), ("DESC", (100, 60, 40, 0))):
                with self.subTest(model=records._name, direction=direction):
                    found = records.search(
                        [("id", "in", records.ids)], order=f"lifecycle_fit {direction}, id"
                    )
                    self.assertEqual(found.ids, [by_fit[fit].id for fit in fits])

    def test_groups_are_by_persona(self):
        for _by_fit, records in self._each_model():
            with self.subTest(records._name):
                groups = records._read_group(
                    [("id", "in", records.ids)], ["lifecycle_fit_persona_id"], ["__count"]
                )
                self.assertEqual(groups, [(self.persona, 4)])

    def test_conditions_of_all_kinds_go_together(self):
        self._create_persona(*self._get_lines(), name="Everything")
        for _by_fit, records in self._each_model():
            with self.subTest(records._name):
                found = records.search(
                    [
                        ("id", "in", records.ids),
                        ("lifecycle_fit", ">=", 0),
                        ("lifecycle_fit", "<=", 100),
                        ("lifecycle_stage_id", "!=", self.stages["partner"].id),
                        ("lifecycle_fits", "in", [True, False]),
                    ],
                    order="lifecycle_fit_persona_id, lifecycle_fit DESC, lifecycle_stage_id, id",
                )
                self.assertEqual(set(found), set(records))

    def test_what_was_written_a_moment_ago_counts(self):
        for by_fit, _records in self._each_model():
            record = by_fit[0]
            record.lifecycle_employee_count = 10
            with self.subTest(record._name):
                found = record.search([("lifecycle_fit", "=", 60), ("id", "=", record.id)])
                self.assertEqual(found, record)

    def test_the_context_asks_for_one_persona(self):
        other = self._create_persona(("size", 1, {"employees_from": 1000}), name="Giants")
        for by_fit, records in self._each_model():
            own = by_fit[100].with_context(lifecycle_persona_id=other.id)
            with self.subTest(records._name):
                self.assertEqual(own.lifecycle_fit_persona_id, other)
                self.assertEqual(own.lifecycle_fit, 0)
                self.assertFalse(own.search([("lifecycle_fit", ">", 0), ("id", "in", records.ids)]))


@tagged("post_install", "-at_install")
class TestPersonaQueries(PersonaCase):
    """What the fit costs does not grow with the number of contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("First", "Second"):
            cls._create_persona(*cls._get_lines(), name=name)
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number:03}", "lifecycle_employee_count": number}
                for number in range(MANY)
            ]
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {"name": "Lead", "partner_id": customer.id, "company_id": cls.company.id}
                for customer in cls.customers
            ]
        )
        cls.user = cls._create_user("lifecycle_persona_list", SALES_ALL)

    def _count(self, action):
        """Return the number of queries of an action, done once before to fill the caches."""
        for _run in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action()
            count = self.env.cr.sql_log_count - before
        return count

    def assertSameCount(self, action, records, at_most):
        few, many = (self._count(lambda n=n: action(records[:n])) for n in (FEW, MANY))
        self.assertEqual(few, many)
        self.assertLessEqual(many, at_most)

    def test_a_list_with_the_fit_costs_a_fixed_number(self):
        spec = {
            "lifecycle_fit": {},
            "lifecycle_fit_persona_id": {"fields": {"display_name": {}}},
            "lifecycle_fit_matched": {},
            "lifecycle_fit_parts": {},
        }
        for records in (self.customers, self.leads):
            model = records.browse().with_user(self.user)
            with self.subTest(records._name):
                self.assertSameCount(
                    lambda some, model=model: model.web_search_read(
                        [("id", "in", some.ids)], spec, limit=MANY + 1
                    ),
                    records,
                    30,
                )

    def test_a_search_costs_a_fixed_number(self):
        for records in (self.customers, self.leads):
            with self.subTest(records._name):
                self.assertSameCount(
                    lambda some: some.search(
                        [("id", "in", some.ids), ("lifecycle_fit", ">=", 10)],
                        order="lifecycle_fit DESC",
                    ),
                    records,
                    20,
                )

    def test_without_a_persona_a_list_costs_one_query_more(self):
        self.env["crm.lifecycle.persona"].search([]).active = False
        without = self._count(lambda: self.customers.read(["name"]))
        with_fit = self._count(lambda: self.customers.read(["name", "lifecycle_fit"]))
        self.assertLessEqual(with_fit - without, 1)
