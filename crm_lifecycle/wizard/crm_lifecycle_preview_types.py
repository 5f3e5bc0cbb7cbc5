import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# The place of those without a type.
NO_TYPE = "none"


class CrmLifecyclePreview(models.TransientModel):
    """Who would be of another type, where the version says something else of types."""

    _inherit = "crm.lifecycle.preview"  # pylint: disable=consider-merging-classes-inherited

    # [type before, after, customers]; None where somebody has none. Empty where the
    # version's type settings are those in force.
    type_counts = fields.Json(readonly=True)
    type_moved_count = fields.Integer(
        string="Customers of Another Type", compute="_compute_type_matrix"
    )
    type_matrix = fields.Json(compute="_compute_type_matrix", help="From which type to which.")

    @api.depends("type_counts")
    @api.depends_context("lang")
    def _compute_type_matrix(self):
        names = self.env["crm.lifecycle.profile"]._get_type_names()
        places = [
            {"key": NO_TYPE, "name": self.env._("No type")},
            *({"key": key, "name": name} for key, name in names.items()),
        ]
        for preview in self:
            counts = [
                (before or NO_TYPE, after or NO_TYPE, number)
                for before, after, number in preview.type_counts or []
            ]
            preview.type_matrix = preview._get_matrix("type", places, counts)
            preview.type_moved_count = sum(
                number for before, after, number in counts if before != after
            )

    def _empty(self):
        result = super()._empty()
        lines = self.env["crm.lifecycle.preview.type"]
        lines.flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM crm_lifecycle_preview_type WHERE preview_id = ANY(%s)", self.ids)
        )
        lines.invalidate_model()
        self.type_counts = False
        return result

    def _fill(self):
        """Derive everybody's type by the rules as well, where these differ in types."""
        result = super()._fill()
        active = self.policy_id.sudo().search(
            [("company_id", "=", self.company_id.id), ("state", "=", "active")]
        )
        if self.policy_id._has_other_types(active):
            self._fill_types()
        return result

    def _fill_types(self):
        self.ensure_one()
        profiles = self.env["crm.lifecycle.profile"].sudo()
        sample = self._get_sample()
        today = self._get_today({"policy_id": self.policy_id.id})
        as_of = None if self.date == today else self.date
        after = {
            row["partner_id"]: row
            for row in profiles._derive_types(sample, as_of, self.policy_id.sudo())
        }
        before = self._get_former_types(sample, as_of)
        active_ids = set(
            self.env["res.partner"]
            .sudo()
            .search(Domain("id", "in", list({*before, *after})) & Domain("active", "=", True))
            .ids
        )
        rows = []
        for partner_id in sorted(active_ids):
            found = after.get(partner_id, {})
            old, new = before.get(partner_id), found.get("customer_type")
            rows.append((partner_id, old, new, found.get("type_figures")))
        self._insert_types(rows)

    def _get_former_types(self, sample, as_of):
        """Return the types before, ``{partner id: type}``: recorded, or derived for a day."""
        profiles = self.env["crm.lifecycle.profile"].sudo()
        if as_of:
            return {
                row["partner_id"]: row["customer_type"]
                for row in profiles._derive_types(sample, as_of)
                if row["company_id"] == self.company_id.id
            }
        domain = Domain("company_id", "=", self.company_id.id)
        if sample is not None:
            domain &= Domain("partner_id", "in", sample)
        found = profiles.search_fetch(domain, ["partner_id", "customer_type"])
        return {profile.partner_id.id: profile.customer_type or None for profile in found}

    def _insert_types(self, rows):
        """Keep everybody's types, and count them.

        :param list rows: (partner id, type before, type after, figures)
        """
        partner_ids, befores, afters, figures = zip(*rows, strict=True) if rows else ([],) * 4
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_lifecycle_preview_type (
                          preview_id, partner_id, from_type, to_type, is_moved, figures,
                          create_uid, create_date, write_uid, write_date)
                   SELECT %(preview)s, partner_id, from_type, to_type,
                          from_type IS DISTINCT FROM to_type, figures,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM UNNEST(%(partners)s::int[], %(before)s::varchar[],
                                 %(after)s::varchar[], %(figures)s::jsonb[])
                          AS customer(partner_id, from_type, to_type, figures)""",
                preview=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                partners=list(partner_ids),
                before=list(befores),
                after=list(afters),
                figures=[found and json.dumps(found) for found in figures],
            )
        )
        self.env["crm.lifecycle.preview.type"].invalidate_model()
        counts = {}
        for _partner_id, before, after, _figures in rows:
            counts[before, after] = counts.get((before, after), 0) + 1
        self.type_counts = [
            [before, after, number]
            for (before, after), number in sorted(
                counts.items(), key=lambda item: tuple(part or "" for part in item[0])
            )
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_types(self):
        """List the customers of another type."""
        self.ensure_one()
        return self._list_types(
            self.env._("Customers of Another Type"), Domain("is_moved", "=", True)
        )

    @api.readonly
    def action_open_customers(self, axis, before=False, after=False):
        """List the customers behind a cell or a bar, of types as well."""
        if axis != "type":
            return super().action_open_customers(axis, before, after)
        self.ensure_one()
        self.check_access("read")
        names = {place["key"]: place["name"] for place in self.type_matrix["places"]}
        if {before, after} - {False} - names.keys():
            raise UserError(self.env._("Nobody is there."))
        domain, said = Domain.TRUE, []
        for column, key in (("from_type", before), ("to_type", after)):
            if key:
                domain &= Domain(column, "=", False if key == NO_TYPE else key)
                said.append(names[key])
        return self._list_types(" → ".join(said), domain)

    def _list_types(self, name, domain):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lifecycle.preview.type",
            "views": [(False, "list"), (False, "kanban")],
            "domain": list(Domain("preview_id", "=", self.id) & domain),
        }

    @api.model
    def _open_customer(self, partner, company):
        """Return the action that opens a customer's profile, or the contact without one."""
        profile = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        )
        record = profile or partner
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
