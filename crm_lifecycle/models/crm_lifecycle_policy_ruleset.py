import logging

from odoo import api, fields, models, tools
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..engine import rules
from .crm_lifecycle_policy import PERCENTAGES, RULE_SETTINGS, STATUS_SETTINGS

_logger = logging.getLogger(__name__)


class CrmLifecyclePolicy(models.Model):
    """Records to plain rule sets for the engine, and back."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    def _get_ruleset(self):
        """Return the version as the engine reads it.

        :rtype: engine.rules.RuleSet
        """
        self.ensure_one()
        return rules.RuleSet(
            self.criterion_ids._get_stage_rules(),
            status=rules.StatusRule(**self._get_settings(STATUS_SETTINGS)),
            loyalty=self._get_loyalty_rule(),
            **self._get_settings(RULE_SETTINGS),
        )

    def _get_settings(self, names):
        return {
            name: round(self[name] / 100, 6) if name in PERCENTAGES else self[name]
            for name in names
        }

    @api.model
    def _get_active_rulesets(self):
        """Return the active rules of all companies, in a fixed number of queries.

        A company without any is left out, and judged by ``rules.DEFAULT``.

        :return: ``{company_id: (policy_id, RuleSet)}``
        """
        self.flush_model(["company_id", "state"])
        return {
            company_id: (policy_id, self._get_fixed_ruleset(policy_id))
            for company_id, policy_id in self.env.execute_query(
                SQL(
                    "SELECT company_id, id FROM crm_lifecycle_policy"
                    " WHERE state = 'active' ORDER BY company_id"
                )
            )
        }

    @api.model
    @tools.ormcache("policy_id")
    def _get_fixed_ruleset(self, policy_id):
        """Return the rules of a version that is or was active: they can't change any more.

        Which one is active is read each time: a worker that is in the middle of its job
        does not learn that a cache was cleared.
        """
        return self.sudo().browse(policy_id)._get_ruleset()

    @api.model
    def _prepare_vals(self, ruleset):
        """Return what makes a version of a rule set, apart from name and company."""
        return {
            **self._prepare_settings(ruleset, RULE_SETTINGS),
            **self._prepare_settings(ruleset.status, STATUS_SETTINGS),
            **self._prepare_loyalty(ruleset.loyalty),
            "criterion_ids": [
                Command.create(vals)
                for vals in self.env["crm.lifecycle.criterion"]._prepare_vals(ruleset)
            ],
        }

    @api.model
    def _prepare_settings(self, values, names):
        return {
            name: round(getattr(values, name) * 100, 6)
            if name in PERCENTAGES
            else getattr(values, name)
            for name in names
        }

    # ------------------------------------------------------------
    # DEFAULT
    # ------------------------------------------------------------

    @api.model
    def _create_default(self, companies):
        """Activate the default rules for those of the companies that have no active ones.

        :return: the policies created
        """
        # Nobody did this, so nobody is told.
        policies = self.sudo().with_context(tracking_disable=True)
        taken = policies.search([("company_id", "in", companies.ids), ("state", "=", "active")])
        created = policies.create(
            [
                {
                    "name": policies._get_default_name(company),
                    "company_id": company.id,
                    **self._prepare_vals(rules.DEFAULT),
                }
                for company in companies - taken.company_id
            ]
        )
        created.write({"state": "active", "activated_at": fields.Datetime.now()})
        return created.with_env(self.env)

    @api.model
    def _get_default_name(self, company):
        """Return what the rules that a company starts with are called, in its own language."""
        local = self.with_context(lang=company.sudo().partner_id.lang or self.env.lang)
        return local.env._("Default Rules")

    @api.model
    def _create_default_everywhere(self):
        """Give each company rules; called by the addon's data when it is installed or updated."""
        served = self.sudo().search([("state", "=", "active")]).company_id
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        self._create_default(companies.search([("id", "not in", served.ids)]))

    @api.model
    def _try_create_default(self, companies):
        """Give new companies rules; a defect here leaves them without, but created."""
        try:
            with self.env.cr.savepoint():
                self._create_default(companies)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            self.env.invalidate_all()
            _logger.exception("Customer lifecycle: companies %s got no rules", companies.ids)
