from odoo import Command
from odoo.tests import tagged
from odoo.tools import file_path
from odoo.tools.convert import convert_file

from ..models.crm_lifecycle_segment import DECISIVE_FIELDS
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestRuleHistory(LifecycleCase):
    """Whoever changes who is in which segment, level or asked for what, is in the history."""

    def assertTracked(self, record, values):
        """Check that each change alone writes a line that names the field."""
        # The creation is no change.
        self.env.cr.flush()
        for name, value in values.items():
            with self.subTest(model=record._name, field=name):
                before = record.message_ids
                record[name] = value
                self.env.cr.flush()
                self.assertIn(
                    name,
                    (record.message_ids - before).tracking_value_ids.field_id.mapped("name"),
                )

    def test_rules_of_segments(self):
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Test", "company_id": self.company.id}
        )
        industry = self.env["res.partner.industry"].create({"name": "Test"})
        values = {
            "sequence": 3,
            "employees_to": 100,
            "employees_from": 10,
            "country_ids": self.env.ref("base.fr").ids,
            "industry_ids": industry.ids,
            "category_ids": [Command.create({"name": "Test"})],
            "default_type": "hybrid",
            **{name: True for name in sorted(DECISIVE_FIELDS) if name.startswith("sector_")},
            "acquisition_policy": "avoid",
            "seniority": "senior",
            "team_id": self.env["crm.team"].create({"name": "Test", "company_id": self.company.id}),
            "universe_size": 10,
            "active": False,
        }
        # A segment stays with its company: the others are all there.
        self.assertLessEqual(DECISIVE_FIELDS - {"company_id"}, set(values))
        self.assertTracked(segment, values)

    def test_what_service_levels_ask_for(self):
        level = self.env["crm.lifecycle.service.level"].create(
            {"name": "Test", "company_id": self.company.id}
        )
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Test", "company_id": self.company.id}
        )
        self.assertTracked(
            level,
            {
                "sequence": 3,
                "value_class": "a",
                "customer_type": "hybrid",
                "segment_id": segment,
                "stage_id": self.env.ref("crm_lifecycle.crm_lifecycle_stage_prospect"),
                "team_id": self.env["crm.team"].create(
                    {"name": "Test", "company_id": self.company.id}
                ),
                "seniority": "senior",
                "member_minimum": 2,
                "sponsor_required": True,
                "response_note": "At once",
                "active": False,
            },
        )

    def test_where_loyalty_levels_begin(self):
        level = self.env["crm.lifecycle.loyalty.level"].create(
            {"name": "Test", "company_id": self.company.id}
        )
        self.assertTracked(level, {"minimum": 50, "active": False})

    def test_which_facts_are_asked_for(self):
        fact = self.env["crm.lifecycle.fact"].create(
            {"field_name": "website", "company_id": self.company.id}
        )
        self.assertTracked(
            fact,
            {
                "sequence": 3,
                "field_name": "vat",
                "weight": 5,
                **{f"is_for_{name}": True for name in ("one_time", "transactional")},
                **{f"is_for_{name}": True for name in ("hybrid", "relational")},
                "stage_ids": self.env.ref("crm_lifecycle.crm_lifecycle_stage_prospect").ids,
                "kind": "source",
                "active": False,
            },
        )
        role = self.env["crm.lifecycle.fact"].create(
            {"kind": "role", "decision_role": "user", "company_id": self.company.id}
        )
        self.assertTracked(role, {"decision_role": "decider"})
        preference = self.env["crm.lifecycle.fact"].create(
            {"kind": "preference", "preference_kind": "gift", "company_id": self.company.id}
        )
        self.assertTracked(preference, {"preference_kind": "topic"})


@tagged("post_install", "-at_install")
class TestFirstRules(LifecycleCase):
    """What a company starts with comes once, in every language of the database."""

    MODELS = {
        "crm.lifecycle.segment": "policy",
        "crm.lifecycle.service.level": "service_level",
        "crm.lifecycle.loyalty.level": "loyalty_level",
        "crm.lifecycle.fact": "fact",
    }

    def _load(self, model, mode):
        name = f"data/crm_lifecycle_{self.MODELS[model]}_data.xml"
        path = file_path(f"crm_lifecycle/{name}")
        convert_file(self.env, "crm_lifecycle", path, {}, mode=mode)

    def test_who_deleted_all_wants_none(self):
        """An update brings nothing back, an installation does."""
        for model in self.MODELS:
            with self.subTest(model):
                records = self.env[model].with_context(active_test=False)
                mine = [("company_id", "=", self.company.id)]
                count = records.search_count(mine)
                self.assertTrue(count)
                records.search(mine).unlink()
                self._load(model, "update")
                self.assertFalse(records.search_count(mine))
                self._load(model, "init")
                self.assertEqual(records.search_count(mine), count)

    def test_words_are_there_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        company = self.env["res.company"].create({"name": "Neighbours"})
        mine = [("company_id", "=", company.id)]
        for model, english, chinese in (
            ("crm.lifecycle.segment", "Education", "教育机构"),
            ("crm.lifecycle.service.level", "Key Accounts", "大客户"),
            ("crm.lifecycle.loyalty.level", "Die-hard", "死忠粉"),
        ):
            with self.subTest(model):
                found = self.env[model].search([*mine, ("name", "=", english)])
                self.assertEqual(found.with_context(lang="zh_CN").name, chinese)
        levels = self.env["crm.lifecycle.service.level"].search(mine)
        for level in levels.with_context(lang="zh_CN"):
            self.assertNotEqual(level.response_note, level.with_context(lang="en_US").response_note)
