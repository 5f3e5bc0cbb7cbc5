import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class CrmLifecycleSegment(models.Model):
    """The segments that each company starts with."""

    _inherit = "crm.lifecycle.segment"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _prepare_default(self):
        """Return the values of the default segments, in order, in the current language.

        Sectors come before sizes: a university is education, however many people work there.
        """
        relational = {"default_type": "relational", "acquisition_policy": "pursue"}
        hybrid = {"default_type": "hybrid", "acquisition_policy": "pursue"}
        return [
            {
                "name": self.env._("Federal government"),
                "sector_federal": True,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Education"),
                "sector_education": True,
                "seniority": "experienced",
                **hybrid,
            },
            {
                "name": self.env._("State and local government"),
                "sector_state_local": True,
                "seniority": "experienced",
                **hybrid,
            },
            {
                "name": self.env._("Individual / catalogue"),
                "sector_individual": True,
                "sector_catalogue": True,
                "default_type": "transactional",
                "acquisition_policy": "avoid",
                "seniority": "junior",
            },
            {
                "name": self.env._("Large enterprise"),
                "employees_from": 18000,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Large corporate"),
                "employees_from": 2000,
                "employees_to": 18000,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Preferred account"),
                "employees_from": 400,
                "employees_to": 2000,
                "seniority": "experienced",
                **relational,
            },
            {
                "name": self.env._("Small business"),
                "employees_from": 2,
                "employees_to": 400,
                "default_type": "transactional",
                "acquisition_policy": "per_deal",
                "seniority": "junior",
            },
        ]

    @api.model
    def _create_default(self, companies):
        """Create the default segments for those of the companies that have none.

        :return: the segments created
        """
        # Nobody did this, so nobody is told.
        self = self.sudo().with_context(tracking_disable=True, active_test=False)  # noqa: PLW0642
        taken = self.search([("company_id", "in", companies.ids)]).company_id
        by_lang = {
            lang: self.with_context(lang=lang)._prepare_default()
            for lang, _name in self.env["res.lang"].get_installed()
        }
        in_english = self.with_context(lang="en_US")._prepare_default()
        created = self.with_context(lang="en_US").create(
            [
                {**vals, "company_id": company.id, "sequence": 10 * place}
                for company in companies - taken
                for place, vals in enumerate(in_english, start=1)
            ]
        )
        for number, segment in enumerate(created):
            place = number % len(in_english)
            segment.update_field_translations(
                "name", {lang: vals_list[place]["name"] for lang, vals_list in by_lang.items()}
            )
        return created.with_env(self.env)

    @api.model
    def _create_default_everywhere(self):
        """Give each company segments; called by the addon's data at installation and update."""
        self = self.with_context(active_test=False)  # noqa: PLW0642
        served = self.sudo().search([("company_id", "!=", False)]).company_id
        self._create_default(self.env["res.company"].sudo().search([("id", "not in", served.ids)]))

    @api.model
    def _try_create_default(self, companies):
        """Give new companies segments; a defect here leaves them without, but created."""
        try:
            with self.env.cr.savepoint():
                self._create_default(companies)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            self.env.invalidate_all()
            _logger.exception("Customer lifecycle: companies %s got no segments", companies.ids)
