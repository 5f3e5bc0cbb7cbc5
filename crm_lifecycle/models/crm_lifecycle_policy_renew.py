from odoo import api, models
from odoo.fields import Command

from ..engine import rules

# What the product's own rules ask of an advocate since complaints count, and did not before.
ADDED = rules.Condition("open_complaints", "=", 0)


class CrmLifecyclePolicy(models.Model):
    """Companies that go by the product's own rules get what these ask for anew."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _renew_former_default(self):
        """Give companies a new version that lets no advocate complain; called by an update.

        Only those whose criteria are the product's former ones, whatever their settings. Who
        has chosen criteria knows why; and rolling back returns to the former version.

        :return: the new versions
        """
        renewed = self.browse()
        for policy in self.sudo().search([("state", "=", "active")]):
            if _contents(policy._get_ruleset().stages) == _contents(rules.DEFAULT.stages, ADDED):
                renewed |= policy._renew()
        return renewed

    def _renew(self):
        """Activate a copy whose advocates have no open complaint."""
        self.ensure_one()
        # Nobody did this, so nobody is told.
        silent = self.with_context(tracking_disable=True)
        copy = silent.copy(
            {
                "name": self.name,
                "description": self.env._(
                    "As before, and an advocate has no open complaint: rules of the product"
                    " that came with an update."
                ),
            }
        )
        advocate = copy.criterion_ids.filtered(lambda line: line.stage_id.code == "advocate")
        copy.criterion_ids = [
            Command.create(
                {
                    "stage_id": advocate.stage_id.id,
                    "group": group,
                    "sequence": max(criteria.mapped("sequence")) + 1,
                    "metric": ADDED.metric,
                    "operator": ADDED.operator,
                    "value": ADDED.value,
                }
            )
            for group, criteria in advocate.grouped("group").items()
        ]
        copy._activate()
        return copy


def _contents(stages, without=None):
    """Return the conditions of stages, whatever their order."""
    return {
        stage.code: {frozenset(group) - {without} for group in stage.groups} for stage in stages
    }
