import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class LifecycleDefaultMixin(models.AbstractModel):
    """Rules of a company that it starts with, once: whoever deletes them wants none.

    Companies that are there when the addon is installed get them by its data, later ones when
    they are created, those of a former version of the addon by its migration.
    """

    _name = "lifecycle.default.mixin"
    _description = "Customer Lifecycle: Records That a Company Starts With"

    @api.model
    def _prepare_default(self):
        """Return the values of a company's first records, in order, in the current language."""
        raise NotImplementedError

    @api.model
    def _create_default(self, companies):
        """Create the first records of those of the companies that have none, archived or not.

        :return: the records created
        """
        # Nobody did this, so nobody is told.
        self = self.sudo().with_context(tracking_disable=True, active_test=False)  # noqa: PLW0642
        taken = self.search([("company_id", "in", companies.ids)]).company_id
        in_english = self.with_context(lang="en_US")._prepare_default()
        created = self.with_context(lang="en_US").create(
            [
                {**vals, "company_id": company.id, "sequence": 10 * place}
                for company in companies - taken
                for place, vals in enumerate(in_english, start=1)
            ]
        )
        created._translate_default(len(in_english))
        return created.with_env(self.env)

    def _translate_default(self, count):
        """Give the records of several companies, so many of each, their words in all languages."""
        by_lang = {
            lang: self.with_context(lang=lang)._prepare_default()
            for lang, _name in self.env["res.lang"].get_installed()
        }
        for number, record in enumerate(self):
            place = number % count
            for name in self._get_translated_default():
                words = {lang: vals_list[place].get(name) for lang, vals_list in by_lang.items()}
                if all(words.values()):
                    record.update_field_translations(name, words)

    def _get_translated_default(self):
        return [name for name, field in self._fields.items() if field.translate and field.store]

    @api.model
    def _create_default_everywhere(self):
        """Give each company its first records: called when the addon, or they, are new."""
        every = self.sudo().with_context(active_test=False)
        served = [company.id for (company,) in every._read_group([], ["company_id"])]
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        self._create_default(companies.search([("id", "not in", served)]))

    @api.model
    def _try_create_default(self, companies):
        """Give new companies their first records; a defect leaves them without, but created."""
        try:
            with self.env.cr.savepoint():
                self._create_default(companies)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            self.env.invalidate_all()
            _logger.exception(
                "Customer lifecycle: companies %s start without %s", companies.ids, self._name
            )
