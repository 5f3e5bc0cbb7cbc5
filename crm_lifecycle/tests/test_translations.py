import re
from io import BytesIO

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open, file_path
from odoo.tools.translate import trans_export

# %s, %(name)s, %d and the like; {name} of JavaScript and Python; names of tags.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf%]|\{\w*\}|</?\w+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Marks of Western type beside Chinese.
BRACKETS = re.compile(r"[\u4e00-\u9fff]\s*\(|\(\s*[\u4e00-\u9fff]")
MARKS = re.compile(r"[\u4e00-\u9fff”][,:;?!]|[,:;?!][\u4e00-\u9fff]")
# Where English has one word, and Chinese two: a reward is not due as a customer is.
LABELS = (
    ("crm.lifecycle.profile", "status", "due", "待复购"),
    ("crm.lifecycle.profile", "status", "new", "新客户"),
    ("crm.lifecycle.referral.reward", "state", "due", "待发放"),
    ("crm.lifecycle.return.visit", "state", "due", "待回访"),
    ("crm.lifecycle.idea", "state", "new", "新提交"),
    ("crm.lifecycle.referral", "state", "won", "已购买"),
    ("crm.lifecycle.referral.tree", "state", "won", "已购买"),
)
NAMES = (
    ("crm.lifecycle.follow.up", "date_due", "到期日"),
    ("crm.lifecycle.day.line", "date_deadline", "到期日"),
    ("crm.lifecycle.return.visit", "date_due", "到期日"),
)


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """Whatever the addons say, they say in Chinese too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = cls.env["ir.module.module"].search(
            [("name", "=like", r"crm\_lifecycle%"), ("state", "=", "installed")]
        )
        cls.addons = sorted(modules.mapped("name"))

    def _export(self, addon):
        """Return the terms that the addon has at this moment."""
        buffer = BytesIO()
        trans_export(False, [addon], buffer, "po", self.env)
        return polib.pofile(buffer.getvalue().decode())

    def _read(self, addon, name):
        with file_open(f"{addon}/i18n/{name}", "r") as file:
            return polib.pofile(file.read())

    def _terms(self, entries):
        """Return the texts by which terms are found, without those of demo records."""
        return {
            entry.msgid
            for entry in entries
            if any(not self._is_demo(place) for place, _line in entry.occurrences)
        }

    def _has_words(self, term):
        """Tell whether there is anything to translate besides tags and signs."""
        return bool(re.search(r"\w", re.sub(r"<[^>]*>", "", term)))

    def _is_demo(self, place):
        """Tell whether an occurrence ("model:product.template,name:addon.record") is a
        record of the demo company, which speaks its own language.
        """
        model = place.split(":")[1].split(",")[0] if place.startswith("model:") else ""
        return bool(model) and not model.startswith(("ir.", "crm.lifecycle", "res.groups"))

    def test_there_are_addons_to_look_at(self):
        self.assertIn("crm_lifecycle", self.addons)

    def test_every_term_is_translated(self):
        for addon in self.addons:
            with self.subTest(addon):
                translated = {
                    entry.msgid for entry in self._read(addon, "zh_CN.po").translated_entries()
                }
                terms = set(filter(self._has_words, self._terms(self._export(addon))))
                self.assertEqual(sorted(terms - translated), [])

    def test_the_template_has_every_term_and_no_other(self):
        for addon in self.addons:
            with self.subTest(addon):
                template = self._terms(self._read(addon, f"{addon}.pot"))
                self.assertEqual(sorted(template ^ self._terms(self._export(addon))), [])

    def test_no_translation_is_fuzzy_obsolete_or_twice_there(self):
        for addon in self.addons:
            with self.subTest(addon):
                entries = self._read(addon, "zh_CN.po")
                self.assertEqual([entry.msgid for entry in entries.fuzzy_entries()], [])
                self.assertEqual([entry.msgid for entry in entries.obsolete_entries()], [])
                found = [entry.msgid for entry in entries]
                self.assertEqual(sorted(found), sorted(set(found)))

    def test_placeholders_and_tags_survive_the_translation(self):
        for addon in self.addons:
            for entry in filter(
                lambda entry: self._has_words(entry.msgid), self._read(addon, "zh_CN.po")
            ):
                with self.subTest(addon=addon, term=entry.msgid):
                    self.assertEqual(
                        sorted(PLACEHOLDER.findall(entry.msgstr)),
                        sorted(PLACEHOLDER.findall(entry.msgid)),
                    )

    def test_translations_are_chinese(self):
        for addon in self.addons:
            for entry in filter(
                lambda entry: self._has_words(entry.msgid), self._read(addon, "zh_CN.po")
            ):
                words = PLACEHOLDER.sub("", entry.msgid)
                # Names, such as those of models and file formats, stay as they are.
                if re.search(r"[A-Za-z]{3}", words) and entry.msgstr != entry.msgid:
                    with self.subTest(addon=addon, term=entry.msgid):
                        self.assertRegex(entry.msgstr, CHINESE)

    def test_words_that_english_shares_are_told_apart(self):
        chinese = {entry.msgid: entry.msgstr for entry in self._read("crm_lifecycle", "zh_CN.po")}
        for model, name, value, label in LABELS:
            with self.subTest(model=model, value=value):
                labels = dict(self.env[model]._fields[name]._description_selection(self.env))
                self.assertEqual(chinese[labels[value]], label)
        for model, name, label in NAMES:
            with self.subTest(model=model, field=name):
                self.assertEqual(chinese[self.env[model]._fields[name].string], label)
        menu = self.env.ref("crm_lifecycle.crm_lifecycle_menu_reporting_value")
        self.assertEqual(chinese[menu.with_context(lang="en_US").name], "客户价值分析")

    def test_sentences_have_chinese_marks(self):
        for addon in self.addons:
            for entry in self._read(addon, "zh_CN.po"):
                text = PLACEHOLDER.sub("", entry.msgstr)
                with self.subTest(addon=addon, term=entry.msgid):
                    self.assertNotRegex(text, BRACKETS)
                    if any(place.startswith("code") for place, _line in entry.occurrences):
                        self.assertNotRegex(text, MARKS)

    def test_each_addon_has_its_own_files(self):
        for addon in self.addons:
            with self.subTest(addon):
                self.assertTrue(file_path(f"{addon}/i18n/{addon}.pot"))
