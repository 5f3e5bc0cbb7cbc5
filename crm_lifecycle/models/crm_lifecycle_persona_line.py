import ast
import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

_logger = logging.getLogger(__name__)

# Which fields hold the values of which kind.
VALUE_FIELDS = {
    "industry": ("industry_ids",),
    "country": ("country_ids",),
    "region": ("state_ids",),
    "size": ("employees_from", "employees_to"),
    "tag": ("category_ids",),
    "source": ("source_ids", "medium_ids"),
    "domain": ("domain",),
}


class CrmLifecyclePersonaLine(models.Model):
    """One trait of an ideal customer, and how much it weighs.

    Several values of one line are alternatives: a customer has the trait who has one.
    """

    _name = "crm.lifecycle.persona.line"
    _description = "Persona's Trait"
    _order = "persona_id, weight DESC, id"

    persona_id = fields.Many2one(
        "crm.lifecycle.persona", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="persona_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("industry", "Industry"),
            ("country", "Country"),
            ("region", "Region"),
            ("size", "Employees"),
            ("tag", "Tags"),
            ("source", "Source"),
            ("domain", "Condition"),
        ],
        string="Trait",
        required=True,
        default="industry",
    )
    weight = fields.Integer(
        required=True,
        default=1,
        help="Points that this trait is worth. The fit is the points of the traits that"
        " somebody has, in percent of the points of all.",
    )
    industry_ids = fields.Many2many("res.partner.industry", string="Industries")
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="Regions")
    employees_from = fields.Integer(help="Smallest number of employees; this number counts.")
    employees_to = fields.Integer(
        string="Employees below",
        help="Number of employees that is too large already; 0 for no limit.",
    )
    category_ids = fields.Many2many(
        "res.partner.category", string="Tags", help="A tag stands for the tags below it, too."
    )
    source_ids = fields.Many2many(
        "utm.source", string="Sources", help="Where the lead, or any lead of a contact, came from."
    )
    medium_ids = fields.Many2many(
        "utm.medium", string="Media", help="How the lead, or any lead of a contact, reached us."
    )
    domain = fields.Char(
        string="Condition", help="Any condition on the contact. Leads without a contact miss it."
    )
    name = fields.Char(
        string="Label", help="How this condition is called where a fit is explained."
    )
    description = fields.Char(string="Values", compute="_compute_description")

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)",
        "The weight of a trait must be above zero. Remove the trait if it shall not count.",
    )

    @api.depends("kind", "name", *(name for names in VALUE_FIELDS.values() for name in names))
    @api.depends_context("lang")
    def _compute_description(self):
        for line in self:
            line.description = line._describe_values()

    @api.depends("kind", "name", "description")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._describe()

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.lifecycle.persona"]._forget_fits()
        return super().create(vals_list)

    def write(self, vals):
        self.env["crm.lifecycle.persona"]._forget_fits()
        return super().write(vals)

    def unlink(self):
        self.env["crm.lifecycle.persona"]._forget_fits()
        return super().unlink()

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("kind", *(name for names in VALUE_FIELDS.values() for name in names))
    def _check_values(self):
        """Refuse a trait without values, and values that nobody can have."""
        for line in self:
            if line.kind == "size":
                line._check_employees()
            elif not any(line[name] for name in VALUE_FIELDS[line.kind]):
                raise ValidationError(line._get_empty_message())
            elif line.kind == "domain":
                line._check_domain()

    def _get_empty_message(self):
        return self.env._(
            "The trait %(trait)s of %(persona)s has no value. Choose one, or remove the trait.",
            trait=self._get_kind_label(),
            persona=self.persona_id.name,
        )

    def _check_employees(self):
        low, high = self.employees_from, self.employees_to
        if low < 0 or high < 0:
            raise ValidationError(
                self.env._("Numbers of employees cannot be below zero. Correct the range.")
            )
        if not low and not high:
            raise ValidationError(self._get_empty_message())
        if high and low >= high:
            raise ValidationError(
                self.env._(
                    "No number of employees is at least %(low)s and below %(high)s. Enter an"
                    " upper limit above %(low)s, or 0 for no limit.",
                    low=low,
                    high=high,
                )
            )

    def _check_domain(self):
        """Refuse a condition that cannot be read, or not by whoever enters it."""
        if "lifecycle_fit" in self.domain:
            raise ValidationError(
                self.env._(
                    "A condition cannot ask for the fit, which follows from the condition."
                    " Ask for another field."
                )
            )
        # The host checks constraints as superuser; figures that the user may not see
        # must not show through a fit either.
        contacts = self.env["res.partner"].sudo(self.env.uid == SUPERUSER_ID)
        try:
            domain = self._parse_domain()
            with self.env.cr.savepoint():
                contacts.search(domain, limit=1)
        except (
            AttributeError,
            KeyError,
            SyntaxError,
            TypeError,
            ValueError,
            UserError,
            psycopg2.Error,
        ) as error:
            raise ValidationError(
                self.env._(
                    "The condition %(condition)s cannot be used: %(error)s\nBuild it with the"
                    " editor, from fields of the contact and fixed values.",
                    condition=self.domain,
                    error=error,
                )
            ) from error
        if domain.is_true():
            raise ValidationError(self._get_empty_message())

    def _parse_domain(self):
        """Return the condition; raises one of several errors if it is none."""
        return Domain(ast.literal_eval(self.domain.strip()))

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    def _get_label(self):
        """Return how the trait is called in short."""
        self.ensure_one()
        return (self.kind == "domain" and self.name) or self._get_kind_label()

    def _describe_values(self):
        self.ensure_one()
        if self.kind == "size":
            return self._describe_employees()
        if self.kind == "domain":
            return self.name or self.domain or ""
        return ", ".join(
            value.display_name for name in VALUE_FIELDS.get(self.kind, ()) for value in self[name]
        )

    def _describe_employees(self):
        low, high = self.employees_from, self.employees_to
        if not high:
            return self.env._("%s or more", low)
        if not low:
            return self.env._("fewer than %s", high)
        if low + 1 == high:
            return str(low)
        return self.env._("%(low)s to %(high)s", low=low, high=high - 1)

    def _describe(self):
        """Return the trait with its values, as the parts of a fit show it."""
        self.ensure_one()
        if self.kind == "domain" and self.name:
            return self.name
        return self.env._(
            "%(trait)s: %(values)s",
            trait=self._get_kind_label(),
            values=self._describe_values(),
        )

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _get_condition(self, values):
        """Return SQL that is true where somebody has this trait, else false or null.

        :param values: the record's values as SQL, see ``lifecycle.fit.mixin``
        """
        self.ensure_one()
        return getattr(self, f"_get_condition_{self.kind}")(values)

    def _get_condition_industry(self, values):
        return SQL("%s = ANY(%s)", values["industry"], self.industry_ids.ids)

    def _get_condition_country(self, values):
        return SQL("%s = ANY(%s)", values["country"], self.country_ids.ids)

    def _get_condition_region(self, values):
        return SQL("%s = ANY(%s)", values["region"], self.state_ids.ids)

    def _get_condition_size(self, values):
        # An unknown number is null, and in no range.
        condition = SQL("%s >= %s", values["employees"], self.employees_from)
        if not self.employees_to:
            return condition
        return SQL("(%s AND %s < %s)", condition, values["employees"], self.employees_to)

    def _get_condition_tag(self, values):
        return self._exists(Domain("category_id", "child_of", self.category_ids.ids), values)

    def _get_condition_source(self, values):
        leads, contacts = self.env["crm.lead"], self.env["res.partner"]

        def column(model, alias, name):
            return SQL.identifier(alias, name, to_flush=model._fields[name])

        def came_by(source, medium):
            return SQL(
                "(%s = ANY(%s) OR %s = ANY(%s))",
                source,
                self.source_ids.ids,
                medium,
                self.medium_ids.ids,
            )

        of_customer = SQL(
            """EXISTS (SELECT 1
                         FROM crm_lead fit_lead
                         JOIN res_partner fit_contact ON fit_contact.id = %(partner)s
                        WHERE %(commercial_partner)s = %(customer)s
                          AND COALESCE(%(lead_company)s, %(company)s) = %(company)s
                          AND %(came_by)s)""",
            partner=column(leads, "fit_lead", "partner_id"),
            commercial_partner=column(contacts, "fit_contact", "commercial_partner_id"),
            customer=values["customer"],
            lead_company=column(leads, "fit_lead", "company_id"),
            company=self.company_id.id,
            came_by=came_by(
                column(leads, "fit_lead", "source_id"), column(leads, "fit_lead", "medium_id")
            ),
        )
        if "source" not in values:
            return of_customer
        return SQL("(%s OR %s)", came_by(values["source"], values["medium"]), of_customer)

    def _get_condition_domain(self, values):
        try:
            return self._exists(self._parse_domain(), values)
        except (KeyError, SyntaxError, TypeError, ValueError, UserError):
            # A field of it is gone, say: contacts are shown all the same.
            _logger.warning(
                "Persona %s: nobody matches the condition %s, which cannot be used any more",
                self.persona_id.name,
                self.domain,
            )
            return SQL("FALSE")

    def _exists(self, domain, values):
        """Return SQL that is true where the customer matches a domain on contacts."""
        contacts = self.env["res.partner"].with_company(self.company_id)
        alias = "fit_customer"
        domain = domain.optimize_full(contacts)
        query = Query(self.env, alias, contacts._table_sql)
        query.add_where(
            SQL(
                "%s = %s AND %s",
                SQL.identifier(alias, "id"),
                values["customer"],
                domain._to_sql(contacts, alias, query),
            )
        )
        return SQL("EXISTS (%s)", query.select(SQL("1")))
