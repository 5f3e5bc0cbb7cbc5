from datetime import date

from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SALES_MANAGER, LifecycleCase

DEFAULTS = {
    "lifecycle_stale_months": 12,
    "lifecycle_idle_months": 24,
    "lifecycle_decider_days": 90,
    "lifecycle_talk_minimum": 3,
    "lifecycle_dismissal_months": 3,
    "lifecycle_override_months": 6,
    "lifecycle_weight_a": 3,
    "lifecycle_weight_b": 2,
    "lifecycle_weight_other": 1,
    "lifecycle_day_share": 50,
    "lifecycle_minutes_mail": 5,
    "lifecycle_minutes_call": 10,
    "lifecycle_minutes_meeting": 60,
    "lifecycle_minutes_visit": 120,
    "lifecycle_minutes_other": 15,
    "lifecycle_return_visit_days": 0,
    "lifecycle_indicator_minimum": 5,
    "lifecycle_return_days": 180,
    "lifecycle_referral_minimum": 5,
    "lifecycle_candidate_minimum": 3,
    "lifecycle_refer_hourly": 20,
}


@tagged("post_install", "-at_install")
class TestSettings(LifecycleCase):
    """What a company sets under Configuration, Settings."""

    def test_a_new_company_starts_with_the_defaults(self):
        company = self.env["res.company"].create({"name": "Neighbours"})
        self.assertEqual({name: company[name] for name in DEFAULTS}, DEFAULTS)

    def test_each_setting_has_a_label(self):
        """The host takes the label of a setting from its first field."""
        view = self.env.ref("crm_lifecycle.res_config_settings_view_form")
        arch = etree.fromstring(
            self.env["res.config.settings"].get_view(view.inherit_id.id, "form")["arch"]
        )
        settings = arch.xpath("//app[@name='crm_lifecycle']//setting")
        self.assertTrue(settings)
        for setting in settings:
            with self.subTest(setting.get("id")):
                first = setting.find("*")
                self.assertTrue(
                    setting.get("string")
                    or first.tag == "field"
                    and first.get("invisible") not in ("1", "True")
                )

    def test_each_is_on_the_screen_and_saved(self):
        changed = {name: value + 40 for name, value in DEFAULTS.items()}
        settings = Form(self.env["res.config.settings"].with_company(self.company))
        for name, value in changed.items():
            self.assertEqual(settings[name], DEFAULTS[name], name)
            settings[name] = value
        settings.save().execute()
        self.assertEqual({name: self.company[name] for name in changed}, changed)

    @mute_logger("odoo.sql_db")
    def test_what_makes_no_sense_is_refused(self):
        for name, values, said in (
            ("lifecycle_stale_months", (0, -1, 121, 2_000_000_000), "1 to 120 months"),
            ("lifecycle_idle_months", (0, -1, 121, 2_000_000_000), "1 to 120 months"),
            ("lifecycle_decider_days", (0, -1, 3651, 2_000_000_000), "1 to 3650 days"),
            ("lifecycle_talk_minimum", (0, -1), "1 or more"),
            ("lifecycle_dismissal_months", (0, -1, 121), "1 to 120 months"),
            ("lifecycle_override_months", (0, -1, 121), "1 to 120 months"),
            # No class weighs less than the one behind it, and nobody nothing.
            ("lifecycle_weight_a", (0, 1, 101), "Customers weigh 1 to 100"),
            ("lifecycle_weight_b", (0, 4), "Customers weigh 1 to 100"),
            ("lifecycle_weight_other", (0, -1, 3), "Customers weigh 1 to 100"),
            ("lifecycle_day_share", (0, -1, 101), "1 to 100 %"),
            ("lifecycle_minutes_mail", (0, -1), "1 minute or more"),
            ("lifecycle_minutes_other", (0, -1), "1 minute or more"),
            ("lifecycle_referral_minimum", (0, -1), "1 or more"),
            ("lifecycle_refer_hourly", (0, -1), "1 or more"),
            ("lifecycle_candidate_minimum", (0, -1), "1 or more"),
            ("lifecycle_return_visit_days", (-1, 366), "1 to 365 days"),
            ("lifecycle_indicator_minimum", (0, -1), "1 or more"),
            ("lifecycle_return_days", (0, -1, 3651), "1 to 3650 days"),
            ("lifecycle_satisfaction_top", (60, 59, 101), "Scores are 0 to 100"),
            ("lifecycle_satisfaction_low", (90, -1), "Scores are 0 to 100"),
        ):
            for value in values:
                with self.subTest(field=name, value=value):
                    with self.assertRaises(CheckViolation) as caught, self.env.cr.savepoint():
                        self.company[name] = value
                        self.env.flush_all()
                    # As the client shows it.
                    self.assertIn(said, self.company._sql_error_to_message(caught.exception))
                self.env.invalidate_all()

    def test_decisions_hold_for_the_companys_months(self):
        manager = self._create_user("settings_manager", SALES_MANAGER)
        self.company.lifecycle_override_months = 2
        self.company.lifecycle_dismissal_months = 5
        with self.at("2026-01-31"):
            for model, end in (
                ("crm.lifecycle.override", date(2026, 3, 31)),
                ("crm.lifecycle.mismatch.waiver", date(2026, 6, 30)),
            ):
                with self.subTest(model):
                    records = self.env[model].with_user(manager).with_company(self.company)
                    self.assertEqual(records.new({}).date_end, end)

    def test_a_mismatch_is_dismissed_for_the_months_of_its_company(self):
        other = self._create_company("Lifecycle Patient Company", "base.EUR")
        other.lifecycle_dismissal_months, self.company.lifecycle_dismissal_months = 7, 5
        row = self.env["crm.lifecycle.mismatch"].new({"company_id": other.id, "kind": "unowned"})
        with self.at("2026-01-31"):
            context = row.with_company(self.company).action_dismiss()["context"]
        self.assertEqual(context["default_date_end"], date(2026, 8, 31))
