from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .crm_lifecycle_policy import RULE_FIELDS

# What only activating, duplicating and their like write.
GUARDED_FIELDS = {
    "version",
    "state",
    "activated_at",
    "activated_by_id",
    "retired_at",
    "parent_id",
    "previous_id",
}


class CrmLifecyclePolicy(models.Model):
    """Versions count up, and those that have decided on customers stay as they are."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        versions = {}
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            # A form sends the draft's state and empty dates along.
            self._ensure_not_forged(
                name for name, value in vals.items() if value and value != "draft"
            )
            if not vals.get("company_id"):
                vals.update(self.default_get(["company_id"]))
            company_id = vals["company_id"]
            if company_id not in versions:
                versions[company_id] = self._get_latest_version(company_id)
            versions[company_id] += 1
            vals["version"] = versions[company_id]
            if not self.env.su:
                # Whatever the context gives as default.
                vals.update(dict.fromkeys(GUARDED_FIELDS - {"version"}, False), state="draft")
        # The criteria together are looked at here, when all of them are there.
        policies = super(CrmLifecyclePolicy, self.with_context(lifecycle_whole_policy=True))
        return policies.create(vals_list).with_env(self.env)

    def write(self, vals):
        self._ensure_not_forged(vals)
        if "company_id" in vals and any(
            policy.company_id.id != vals["company_id"] for policy in self
        ):
            raise UserError(
                self.env._(
                    "A version of the rules stays with its company: the other one counts its"
                    " versions itself. Create a version there."
                )
            )
        if RULE_FIELDS & vals.keys():
            self._ensure_draft()
        policies = super(CrmLifecyclePolicy, self.with_context(lifecycle_whole_policy=True))
        return policies.write(vals)

    def copy(self, default=None):
        """Copy versions into drafts that know what they were copied from."""
        copies = super().copy(default)
        for policy, copy in zip(self, copies, strict=True):
            if copy.company_id == policy.company_id:
                copy.sudo().parent_id = policy
        return copies

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for policy in self:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "%(policy)s has decided on customers, and stays as evidence of why:"
                        " only drafts can be deleted.",
                        policy=policy.display_name,
                    )
                )

    @api.model
    def _get_latest_version(self, company_id):
        domain = [("company_id", "=", company_id)]
        return self.sudo().search(domain, order="version DESC", limit=1).version

    @api.model
    def _ensure_not_forged(self, names):
        """Refuse what only the actions write; a form's read-only fields are no guard."""
        if not self.env.su and not GUARDED_FIELDS.isdisjoint(names):
            raise AccessError(
                self.env._(
                    "State and version of the rules follow from activating, duplicating and"
                    " rolling back; they cannot be written."
                )
            )

    def _ensure_draft(self):
        """Refuse to change a version that decides, or has decided, on customers.

        The rows are locked, so that nobody activates what is being changed meanwhile.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "SELECT FROM crm_lifecycle_policy WHERE id = ANY(%s) ORDER BY id"
                    " FOR NO KEY UPDATE",
                    self.ids,
                )
            )
        for policy in self:
            if policy.state == "active":
                raise UserError(
                    self.env._(
                        "%(policy)s is active, and what it decides names it as the reason."
                        " Duplicate it, change the copy and activate that.",
                        policy=policy.display_name,
                    )
                )
            if policy.state == "retired":
                raise UserError(
                    self.env._(
                        "%(policy)s is retired, and stays as evidence of what it has decided."
                        " Duplicate it, change the copy and activate that.",
                        policy=policy.display_name,
                    )
                )
