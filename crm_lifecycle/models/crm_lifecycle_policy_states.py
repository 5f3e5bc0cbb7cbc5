from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..access import MANAGER_GROUP
from ..engine.sources import company_cte, day

# Fewer intervals than these say nothing of a company's rhythm.
MINIMUM_GAPS = 20

_RHYTHM = """
    WITH %(company)s,
         purchase AS (
              SELECT DISTINCT partner.commercial_partner_id AS partner_id, %(day)s AS date
                FROM sale_order so
                JOIN company ON company.id = so.company_id
                JOIN res_partner partner ON partner.id = so.partner_id
               WHERE so.company_id = %(company_id)s AND so.state = 'sale'
                 AND so.amount_untaxed > 0),
         gap AS (
              SELECT date - LAG(date) OVER (PARTITION BY partner_id ORDER BY date) AS days
                FROM purchase)
    SELECT COUNT(days),
           PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days),
           PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY days)
           - PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY days)
      FROM gap
     WHERE days IS NOT NULL"""


class CrmLifecyclePolicy(models.Model):
    """From draft to active to retired, and back."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    def action_activate(self):
        """Make a version the company's rules, and have everybody looked at by them."""
        self.ensure_one()
        self._ensure_manager()
        if self.state == "active":
            raise UserError(self.env._("%s is active already.", self.display_name))
        self.criterion_ids._ensure_complete()
        self._activate()
        return self._notify(
            self.env._(
                "%s is active. All customers are looked at by it, in the background.",
                self.display_name,
            )
        )

    def action_roll_back(self):
        """Return to the version that was active before this one."""
        self.ensure_one()
        self._ensure_manager()
        if self.state != "active" or not self.previous_id:
            raise UserError(
                self.env._(
                    "Rolling back returns from the active version to the one before it, and"
                    " %s has none to return from.",
                    self.display_name,
                )
                if self.state != "active"
                else self.env._(
                    "%s is the first version that was active: there is none to return to.",
                    self.display_name,
                )
            )
        return self.previous_id.action_activate()

    def action_duplicate(self):
        """Copy a version into a draft, and open that."""
        self.ensure_one()
        self._ensure_manager()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.copy().id,
            "views": [(False, "form")],
        }

    @api.readonly
    def action_compare(self):
        """Show what differs from another version, the active one at first."""
        self.ensure_one()
        self.check_access("read")
        others = self.search([("company_id", "=", self.company_id.id), ("id", "!=", self.id)])
        other = others.filtered(lambda policy: policy.state == "active")
        other = other or self.previous_id or self.parent_id or others[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Versions"),
            "res_model": "crm.lifecycle.policy.compare",
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.id, "default_other_id": other.id},
        }

    def action_preview(self):
        """Show who would be where under this version, today at first."""
        self.ensure_one()
        self._ensure_manager()
        return self.env["crm.lifecycle.preview"].create({"policy_id": self.id})._open()

    def action_measure_rhythm(self):
        """Set the company's usual interval and spread to those of its orders."""
        self.ensure_one()
        self._ensure_manager()
        self._ensure_draft()
        count, interval, spread = self._measure_rhythm()
        if count < MINIMUM_GAPS:
            raise UserError(
                self.env._(
                    "%(company)s has %(count)s intervals between orders of the same customer so"
                    " far. Below %(minimum)s a median says little: keep the default for now.",
                    company=self.company_id.name,
                    count=count,
                    minimum=MINIMUM_GAPS,
                )
            )
        self.write({"company_interval": max(round(interval), 1), "company_spread": round(spread)})
        return self._notify(
            self.env._(
                "Measured from %(count)s intervals between orders: usually %(interval)s days,"
                " with a spread of %(spread)s days.",
                count=count,
                interval=self.company_interval,
                spread=self.company_spread,
            )
        )

    def _activate(self):
        """Take the place of the active version.

        Of two transactions that do so at once, the second one fails on the row of the
        former version and is tried again; without a former version on the unique index.

        :return: the pass that looks at everybody anew
        """
        now = fields.Datetime.now()
        former = self.sudo().search(
            [("company_id", "=", self.company_id.id), ("state", "=", "active")]
        )
        former.write({"state": "retired", "retired_at": now})
        # Before the next one takes the place, for the unique index.
        former.flush_recordset()
        self.sudo().write(
            {
                "state": "active",
                "activated_at": now,
                "activated_by_id": self.env.uid,
                "retired_at": False,
                "previous_id": former.id,
            }
        )
        self.flush_recordset()
        return self.env["crm.lifecycle.pass"]._start("policy", self.company_id, self)

    def _measure_rhythm(self):
        """Return (number of intervals, median, interquartile range) of the orders, in days."""
        self.env["sale.order"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id", "tz"])
        [row] = self.env.execute_query(
            SQL(
                _RHYTHM,
                company=company_cte(fields.Datetime.now()),
                day=day(SQL("so.date_order")),
                company_id=self.company_id.id,
            )
        )
        return row

    def _ensure_manager(self):
        """Refuse everybody else, however the action was called."""
        if not self.env.su and not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._("The rules of the lifecycle are the sales managers' business.")
            )
        self.check_access("write")

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
