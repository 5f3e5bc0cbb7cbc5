"""What tests in the browser share: the languages, and somebody who speaks each."""

from odoo.tests import HttpCase

LANGUAGES = ("en_US", "zh_CN")


class TourCase(HttpCase):
    """Tours in English and in Chinese, beside a case with ``_create_user``."""

    translated_addons = ("crm_lifecycle",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        addons = cls.env["ir.module.module"].search([("name", "in", cls.translated_addons)])
        addons._update_translations(list(LANGUAGES))

    def _users(self, name, *groups):
        """Yield each language with a user who speaks it and has the groups."""
        for lang in LANGUAGES:
            yield lang, self._create_user(f"{name}_{lang.lower()}", *groups, lang=lang)
