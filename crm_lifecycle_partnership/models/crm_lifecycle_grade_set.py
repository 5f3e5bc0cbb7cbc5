from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.crm_lifecycle.access import MANAGER_GROUP


class Decision(NamedTuple):
    """Which level a customer gets (empty for none), by which company and rule, and why.

    The reason is for the company only: all companies share the contact.
    """

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
    brought_pricelist_id = fields.Many2one(
        "product.pricelist",
        readonly=True,
        ondelete="set null",
        export_string_translation=False,
        help="What the level brought: it may bring another one to others since.",
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
        """Have levels set by hand follow the rules again, also where a level was dismissed."""
        if not (self.env.su or self.env.user.has_group(MANAGER_GROUP)):
            raise AccessError(self.env._("Only a sales manager hands levels over to the rules."))
        self.check_access("read")
        for row in self.sudo():
            grade = row.partner_id.grade_id
            # The host brought the price list of the level that somebody set.
            brought = grade.default_pricelist_id or row.brought_pricelist_id
            here = row._in_language_of(row.company_id)
            row.write(
                {
                    "grade_id": grade.id,
                    "brought_pricelist_id": brought.id,
                    "reason": here.env._("handed over to the rules by %s", self.env.user.name),
                }
            )
        self.env["crm.lifecycle.grade.waiver"].sudo().search(
            Domain.OR(
                Domain("partner_id", "=", row.partner_id.id)
                & Domain("company_id", "=", row.company_id.id)
                for row in self.sudo()
            )
        ).unlink()
        self.env["crm.lifecycle.grade.job"].sudo()._wake(self.company_id)

    def _keep_by_hand(self, user):
        """Note that somebody keeps what nothing holds any more for."""
        for row in self:
            here = row._in_language_of(row.company_id)
            row.write({"grade_id": False, "reason": here.env._("kept by %s", user.name)})

    # ------------------------------------------------------------
    # SETTING
    # ------------------------------------------------------------

    @api.model
    def _set_grades(self, decisions):
        """Give customers levels, or none, by the host's own write, and note why.

        With as many queries for many customers as for one: a note on each tells of its level, and
        so the host tracks nothing besides. The host writes the level's price list as well, in the
        company that it is written in. Of a level that no longer holds, it goes as it came. Contacts
        who are customers no more just lose theirs.

        :param dict decisions: ``{customer: Decision}``, as the superuser, as the rest
        """
        partners = self.env["res.partner"].union(*decisions)
        rows = self.search([("partner_id", "in", partners.ids)])
        contacts = partners.filtered(lambda partner: partner.commercial_partner_id != partner)
        customers = partners - contacts
        of_customer = rows.grouped("partner_id")
        before = {customer: customer.grade_id for customer in customers}
        new, noted = [], {}
        given, former, own = defaultdict(list), defaultdict(list), defaultdict(list)
        for customer in customers:
            decision, row = decisions[customer], of_customer.get(customer, self.browse())
            company = decision.company
            kept = customer.with_company(company).specific_property_product_pricelist
            if row._is_pricelist_brought():
                former[row.company_id, row.pricelist_id].append(customer.id)
                if company == row.company_id:
                    kept = row.pricelist_id
            given[company, decision.grade].append(customer.id)
            brought = decision.grade.default_pricelist_id
            if brought.company_id - company:
                # No order of the company could have it.
                own[company, kept].append(customer.id)
                brought = brought.browse()
            noted[customer] = {
                "grade_id": decision.grade.id,
                "company_id": company.id,
                "rule_id": decision.rule.id,
                "pricelist_id": kept.id,
                "brought_pricelist_id": brought.id,
                "date": self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today(),
                "reason": decision.reason,
            }
        self._write_in_companies(customers, "specific_property_product_pricelist", former)
        self._write_in_companies(customers, "grade_id", given)
        self._write_in_companies(customers, "specific_property_product_pricelist", own)
        for customer, vals in noted.items():
            if customer in of_customer:
                of_customer[customer].write(vals)
            else:
                new.append({"partner_id": customer.id, **vals})
        self.create(new)
        customers._message_log_batch(
            {
                customer.id: self._in_language_of(decisions[customer].company)._say(
                    decisions[customer].grade, before[customer]
                )
                for customer in customers
            }
        )
        # What a contact had before is handed over once the customer has a level.
        rows.filtered(lambda row: row.partner_id in contacts)._leave()

    @api.model
    def _write_in_companies(self, customers, name, found):
        """Write a field of customers, ``{(company, record): ids of customers}``."""
        for (company, record), ids in found.items():
            here = customers.with_context(mail_notrack=True).with_company(company).browse(ids)
            here._write_for_lifecycle({name: record.id})

    def _is_pricelist_brought(self):
        """Tell whether a customer still has the price list that the level brought.

        Where somebody chose another one since, it stays.
        """
        there = self.partner_id.with_company(self.company_id)
        brought = self.brought_pricelist_id
        return bool(brought) and there.specific_property_product_pricelist == brought

    @api.model
    def _give_back(self, grades):
        """Give customers of levels that are deleted the price lists that they had before.

        What somebody set by hand since is kept, as everywhere.
        """
        former = defaultdict(list)
        for row in self.search([("grade_id", "in", grades.ids)]):
            if not row.by_hand and row._is_pricelist_brought():
                former[row.company_id, row.pricelist_id].append(row.partner_id.id)
        self._write_in_companies(
            self.env["res.partner"], "specific_property_product_pricelist", former
        )

    def _leave(self):
        """Take the levels from contacts who are customers no more: their customer has one.

        The host shares a contact's price list with the customer, so that none is written here.
        Where the customer got the one that the contact's level had brought, the one before it
        is what the customer has a right to in the end.
        """
        customers = self.search(
            [("partner_id", "in", self.partner_id.commercial_partner_id.ids)]
        ).grouped(lambda row: (row.partner_id, row.company_id))
        for row in self:
            partner, company = row.partner_id, row.company_id
            brought = row.brought_pricelist_id
            customer = customers.get((partner.commercial_partner_id, company))
            if brought and customer and customer.pricelist_id == brought:
                customer.pricelist_id = row.pricelist_id
            if partner.grade_id == row.grade_id:
                partner.grade_id = False
            row.unlink()
            partner._message_log(
                body=self._in_language_of(company)._say(self.env["res.partner.grade"])
            )

    @api.model
    def _in_language_of(self, company):
        """Speak the language of a company: jobs have none."""
        return self.with_context(lang=company.partner_id.lang or self.env.lang)

    @api.model
    def _say(self, grade, former=None):
        """Return what all companies may read."""
        if not grade:
            return self.env._("No partner level any more, by the rules")
        names = {"level": grade.with_context(lang=self.env.lang).name}
        if former and former != grade:
            names["former"] = former.with_context(lang=self.env.lang).name
            return self.env._(
                "Partner level %(level)s instead of %(former)s, by the rules", **names
            )
        return self.env._("Partner level %(level)s, by the rules", **names)

    @api.model
    def _say_why(self, company, rule, other_ids=(), user=None):
        """Return why a customer has a level, and who would give another one.

        :param user: who accepted it, if somebody did
        """
        self = self._in_language_of(company)  # noqa: PLW0642
        why = self.env._("nothing holds any more that it was given for")
        if rule:
            why = rule.with_context(lang=self.env.lang)._say_why()
            why = self.env._("%(company)s, %(why)s", company=company.name, why=why)
        if user:
            why = self.env._("%(why)s, accepted by %(user)s", why=why, user=user.name)
        if not rule or not other_ids:
            return why
        others = self.env["res.company"].browse(other_ids)
        return self.env._(
            "%(why)s. %(others)s would give a lower one; the level that stands first counts.",
            why=why,
            others=", ".join(others.mapped("name")),
        )

    # ------------------------------------------------------------
    # MERGED CONTACTS
    # ------------------------------------------------------------

    @api.model
    def _unite(self, sources, destination):
        """Leave what is noted of the contact whose level survives.

        The host moves rows in SQL, and deletes those of all merged contacts where one of them
        violates a constraint. It keeps the level of the kept contact, or else the last one's.
        """
        merged = sources + destination
        rows = self.search([("partner_id", "in", merged.ids)])
        having = merged.filtered("grade_id")[-1:]
        if having:
            kept = rows.filtered(lambda row: row.partner_id == having)
        else:
            # That somebody took one away counts.
            kept = rows.sorted(lambda row: (bool(row.grade_id), row.partner_id == destination))[-1:]
        (rows - kept).unlink()
