from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_lifecycle.access import MANAGER_GROUP


class Decision(NamedTuple):
    """Which level a customer gets (empty for none), by which company and rule, and why."""

    grade: models.Model
    company: models.Model
    rule: models.Model
    reason: str


class CrmLifecycleGradeSet(models.Model):
    """Which level was last set by the rules, so that what people set by hand is told apart.

    A customer whose level is another one, or none, has it by hand, and keeps it.
    """

    _name = "crm.lifecycle.grade.set"
    _description = "Partner Level Set by the Rules"
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "res.partner.grade",
        string="Set by the Rules",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    current_grade_id = fields.Many2one(related="partner_id.grade_id", string="Partner Level")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one(
        "crm.lifecycle.grade.rule", readonly=True, index="btree_not_null", ondelete="set null"
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        readonly=True,
        ondelete="set null",
        export_string_translation=False,
        help="What the customer had before the level brought a price list.",
    )
    date = fields.Date(required=True, readonly=True)
    reason = fields.Char(readonly=True)
    by_hand = fields.Boolean(
        compute="_compute_by_hand", help="Somebody set another level since, and it is kept."
    )

    _partner_unique = models.Constraint(
        "UNIQUE(partner_id)", "This customer's level is noted already."
    )

    @api.depends("grade_id", "partner_id.grade_id")
    def _compute_by_hand(self):
        for row in self:
            row.by_hand = row.grade_id != row.partner_id.grade_id

    def action_follow_again(self):
        """Have levels set by hand follow the rules again."""
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(self.env._("Only a sales manager hands levels over to the rules."))
        self.check_access("read")
        for row in self.sudo():
            row.grade_id = row.partner_id.grade_id
        self.env["crm.lifecycle.grade.job"].sudo()._wake(self.company_id)

    # ------------------------------------------------------------
    # SETTING
    # ------------------------------------------------------------

    @api.model
    def _set_grades(self, decisions):
        """Give customers levels, or none, by the host's own write, and note why.

        With as many queries for many customers as for one: a note on each tells of its level, and
        so the host tracks nothing besides. The host writes the level's price list as well, in the
        company that it is written in. Of a level that no longer holds, it goes as it came.

        :param dict decisions: ``{customer: Decision}``, as the superuser, as the rest
        """
        partners = self.env["res.partner"].union(*decisions)
        rows = self.search([("partner_id", "in", partners.ids)]).grouped("partner_id")
        former = {partner: partner.grade_id for partner in partners}
        new, noted, changed, restored = [], {}, defaultdict(list), defaultdict(list)
        for partner in partners:
            decision = decisions[partner]
            row = rows.get(partner, self.browse())
            company = decision.company or row.company_id
            kept = partner.with_company(company).specific_property_product_pricelist
            if row.grade_id:
                there = partner.with_company(row.company_id).specific_property_product_pricelist
                if there and there == row.grade_id.default_pricelist_id:
                    restored[row.company_id, row.pricelist_id].append(partner.id)
                if company == row.company_id:
                    kept = row.pricelist_id
            changed[company, decision.grade].append(partner.id)
            noted[partner] = {
                "grade_id": decision.grade.id,
                "company_id": company.id,
                "rule_id": decision.rule.id,
                "pricelist_id": kept.id,
                "date": self._get_today_of(company),
                "reason": decision.reason,
            }
        quiet = partners.with_context(mail_notrack=True)
        for (company, pricelist), ids in restored.items():
            there = quiet.with_company(company).browse(ids)
            there._write_for_lifecycle({"specific_property_product_pricelist": pricelist.id})
        for (company, grade), ids in changed.items():
            here = quiet.with_company(company).browse(ids)
            here._write_for_lifecycle({"grade_id": grade.id})
        for partner, vals in noted.items():
            if partner in rows:
                rows[partner].write(vals)
            else:
                new.append({"partner_id": partner.id, **vals})
        self.create(new)
        partners._message_log_batch(
            {
                partner.id: self._say(decisions[partner].grade, former[partner], vals["reason"])
                for partner, vals in noted.items()
            }
        )

    @api.model
    def _get_today_of(self, company):
        return self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()

    @api.model
    def _say(self, grade, former, reason):
        if not grade:
            return self.env._("No partner level any more: %s", reason)
        if former and former != grade:
            return self.env._(
                "Partner level %(level)s instead of %(former)s: %(reason)s",
                level=grade.name,
                former=former.name,
                reason=reason,
            )
        return self.env._("Partner level %(level)s: %(reason)s", level=grade.name, reason=reason)
