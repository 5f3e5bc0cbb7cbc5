from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang

from ..engine import cadence_load

_TABLE = Markup(
    '<table class="table table-sm"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
)
_HEAD = Markup('<th class="text-end">{}</th>')
_CELL = Markup('<td class="text-end">{}</td>')
_ROW = Markup("<tr><td>{}</td>{}</tr>")


class CrmLifecycleCadenceLoad(models.TransientModel):
    """How many contacts the rules make, by week and person, and what other days would change.

    Nothing is written before somebody applies what they tried.
    """

    _name = "crm.lifecycle.cadence.load"
    _description = "Load of the Cadences"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    cadence_id = fields.Many2one("crm.lifecycle.cadence", readonly=True, ondelete="cascade")
    draft_active = fields.Boolean(string="In Use", help="Count as if the rule were in use, or not.")
    draft_interval = fields.Integer(
        string="Usually Every (Days)", help="Count as if the next contact were so many days later."
    )
    draft_minutes = fields.Integer(
        string="Minutes", help="Count as if a contact took so many minutes."
    )
    load = fields.Html(compute="_compute_load", help="Contacts by week and person.")

    @api.constrains("company_id", "cadence_id")
    def _check_company(self):
        for preview in self:
            if preview.cadence_id and preview.cadence_id.company_id != preview.company_id:
                raise ValidationError(self.env._("The rule is of another company."))

    @api.depends("company_id", "cadence_id", "draft_active", "draft_interval", "draft_minutes")
    @api.depends_context("lang")
    def _compute_load(self):
        for preview in self:
            preview.load = preview._draw_load()

    def _draw_load(self):
        """Return the table of what the rules make now, and would make."""
        self.ensure_one()
        before = self._measure(self._get_rules())
        after = self._measure(self._get_draft_rules()) if self.cadence_id else before
        people = self.env["res.users"].sudo().browse(sorted({*before, *after} - {None}))
        rows = [
            (person.name, before.get(person.id), after.get(person.id))
            for person in people.sorted("name")
        ]
        if None in before or None in after:
            rows.append((self.env._("Nobody"), before.get(None), after.get(None)))
        if not rows:
            return Markup("<p>{}</p>").format(
                self.env._("No rule is meant for any customer of the company.")
            )
        if len(rows) > 1:
            rows.append((self.env._("All Together"), self._add_up(before), self._add_up(after)))
        heads = [
            self.env._("Customers"),
            self.env._("Contacts a Week"),
            self.env._("Hours a Week"),
        ]
        if self.cadence_id:
            heads = [
                *(self.env._("%s now", head) for head in heads),
                *(self.env._("%s then", head) for head in heads),
            ]
        return _TABLE.format(
            head=Markup("<th></th>") + Markup().join(_HEAD.format(head) for head in heads),
            rows=Markup().join(
                _ROW.format(name, Markup().join(_CELL.format(cell) for cell in self._say(*loads)))
                for name, *loads in rows
            ),
        )

    def _say(self, before, after):
        loads = [before, after] if self.cadence_id else [before]
        for load in loads:
            customers, contacts, hours = load or (0, 0.0, 0.0)
            yield customers
            yield formatLang(self.env, contacts, digits=1)
            yield formatLang(self.env, hours, digits=1)

    @staticmethod
    def _add_up(loads):
        return tuple(sum(column) for column in zip(*loads.values(), strict=True)) or None

    # ------------------------------------------------------------
    # MEASURE
    # ------------------------------------------------------------

    def _get_rules(self):
        return self.env["crm.lifecycle.cadence"].sudo()._read_rules(self.company_id)

    def _get_draft_rules(self):
        """Return the rules as they would be."""
        others = [rule for rule in self._get_rules() if rule.rule_id != self.cadence_id.id]
        if not self.draft_active:
            return others
        terms = {"interval": max(self.draft_interval, 1), "minutes": self.draft_minutes}
        draft = [
            rule._replace(terms={**rule.terms, **terms})
            for rule in self.cadence_id.sudo()._get_rules()
        ]
        return others + draft

    def _measure(self, rules):
        """Return what the rules make, ``{user id: (customers, contacts, hours a week)}``.

        Nobody has to see all customers to know how many contacts they make.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            cadence_load.loading(
                self.env["crm.lifecycle.profile"]._get_cadence_companies(fields.Datetime.now()),
                rules,
                self.company_id.id,
            )
        )
        return {user_id: tuple(load) for user_id, *load in rows}

    def action_apply(self):
        """Have the rule say what was tried."""
        self.ensure_one()
        self.cadence_id.write(
            {
                "active": self.draft_active,
                "interval": self.draft_interval,
                "minutes": self.draft_minutes,
            }
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
