import json
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# The place of those without a type, or whose price sensitivity is not known.
NOT_KNOWN = "none"
# What is before and after, by axis: columns of ``crm.lifecycle.preview.type``.
_COLUMNS = {
    "type": ("from_type", "to_type"),
    "sensitivity": ("from_sensitivity", "to_sensitivity"),
}
# Of the rows that are kept, see ``_compare_types``.
_KINDS = ("int", *["varchar"] * 4, "numeric", "int", "jsonb")


class CrmLifecyclePreview(models.TransientModel):
    """Who would be of another type, or otherwise sensitive to prices, where the version says
    something else of these.
    """

    _inherit = "crm.lifecycle.preview"  # pylint: disable=consider-merging-classes-inherited

    # [type before, after, customers]; None where somebody has none. Empty where the
    # version's type settings are those in force.
    type_counts = fields.Json(readonly=True)
    type_moved_count = fields.Integer(
        string="Customers of Another Type", compute="_compute_type_matrix"
    )
    type_matrix = fields.Json(compute="_compute_type_matrix", help="From which type to which.")
    # The same of price sensitivity.
    sensitivity_counts = fields.Json(readonly=True)
    sensitivity_matrix = fields.Json(
        compute="_compute_sensitivity_matrix", help="From which price sensitivity to which."
    )

    @api.depends("type_counts")
    @api.depends_context("lang")
    def _compute_type_matrix(self):
        for preview in self:
            counts = preview.type_counts or []
            preview.type_matrix = preview._get_type_axis("type", self.env._("No type"), counts)
            preview.type_moved_count = sum(
                number for before, after, number in counts if before != after
            )

    @api.depends("sensitivity_counts")
    @api.depends_context("lang")
    def _compute_sensitivity_matrix(self):
        for preview in self:
            preview.sensitivity_matrix = preview._get_type_axis(
                "sensitivity", self.env._("Not known"), preview.sensitivity_counts or []
            )

    def _get_type_axis(self, axis, unknown, counts):
        """Return the matrix of an axis, with a place for those of whom too little is known."""
        field = self.env["crm.lifecycle.preview.type"]._fields[_COLUMNS[axis][0]]
        places = [
            {"key": NOT_KNOWN, "name": unknown},
            *({"key": key, "name": name} for key, name in field._description_selection(self.env)),
        ]
        return self._get_matrix(
            axis,
            places,
            [(before or NOT_KNOWN, after or NOT_KNOWN, number) for before, after, number in counts],
        )

    def _empty(self):
        result = super()._empty()
        lines = self.env["crm.lifecycle.preview.type"]
        lines.flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM crm_lifecycle_preview_type WHERE preview_id = ANY(%s)", self.ids)
        )
        lines.invalidate_model()
        self.type_counts = self.sensitivity_counts = False
        return result

    def _fill(self):
        """Derive types and price sensitivity as well, where the rules differ in these."""
        result = super()._fill()
        active = self.policy_id.sudo().search(
            [("company_id", "=", self.company_id.id), ("state", "=", "active")]
        )
        types = self.policy_id._has_other_types(active)
        sensitivity = self.policy_id._has_other_sensitivity(active)
        if types or sensitivity:
            rows = self._compare_types()
            self._insert_types(rows)
            self.type_counts = types and _count((row[1], row[2]) for row in rows)
            self.sensitivity_counts = sensitivity and _count((row[3], row[4]) for row in rows)
        return result

    def _compare_types(self):
        """Return what everybody is before and after.

        :return: list of (partner id, type before, after, price sensitivity before, after,
            elasticity, number of lines, figures)
        """
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
            old_type, old_sensitivity = before.get(partner_id, (None, None))
            rows.append(
                (
                    partner_id,
                    old_type,
                    found.get("customer_type"),
                    old_sensitivity,
                    found.get("price_sensitivity"),
                    found.get("price_elasticity"),
                    found.get("price_sample"),
                    found.get("type_figures"),
                )
            )
        return rows

    def _get_former_types(self, sample, as_of):
        """Return what was before, recorded, or derived for a day.

        :return: ``{partner id: (type, price sensitivity)}``
        """
        profiles = self.env["crm.lifecycle.profile"].sudo()
        if as_of:
            return {
                row["partner_id"]: (row["customer_type"], row["price_sensitivity"])
                for row in profiles._derive_types(sample, as_of)
                if row["company_id"] == self.company_id.id
            }
        domain = Domain("company_id", "=", self.company_id.id)
        if sample is not None:
            domain &= Domain("partner_id", "in", sample)
        found = profiles.search_fetch(domain, ["partner_id", "customer_type", "price_sensitivity"])
        return {
            profile.partner_id.id: (
                profile.customer_type or None,
                profile.price_sensitivity or None,
            )
            for profile in found
        }

    def _insert_types(self, rows):
        """Keep what everybody is before and after.

        :param list rows: see ``_compare_types``
        """
        columns = list(zip(*rows, strict=True)) if rows else [()] * 8
        columns[-1] = [found and json.dumps(found) for found in columns[-1]]
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_lifecycle_preview_type (
                          preview_id, partner_id, from_type, to_type, is_moved,
                          from_sensitivity, to_sensitivity, price_elasticity, price_sample,
                          figures, create_uid, create_date, write_uid, write_date)
                   SELECT %(preview)s, partner_id, from_type, to_type,
                          from_type IS DISTINCT FROM to_type,
                          from_sensitivity, to_sensitivity, price_elasticity, price_sample,
                          figures, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM UNNEST(%(columns)s)
                          AS customer(partner_id, from_type, to_type, from_sensitivity,
                                      to_sensitivity, price_elasticity, price_sample, figures)""",
                preview=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                columns=SQL(", ").join(
                    SQL("%s::%s[]", list(values), SQL(kind))
                    for values, kind in zip(columns, _KINDS, strict=True)
                ),
            )
        )
        self.env["crm.lifecycle.preview.type"].invalidate_model()

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
        """List the customers behind a cell or a bar, of types and price sensitivity as well."""
        if axis not in _COLUMNS:
            return super().action_open_customers(axis, before, after)
        self.ensure_one()
        self.check_access("read")
        matrix = self.type_matrix if axis == "type" else self.sensitivity_matrix
        names = {place["key"]: place["name"] for place in matrix["places"]}
        if {before, after} - {False} - names.keys():
            raise UserError(self.env._("Nobody is there."))
        domain, said = Domain.TRUE, []
        for column, key in zip(_COLUMNS[axis], (before, after), strict=True):
            if key:
                domain &= Domain(column, "=", False if key == NOT_KNOWN else key)
                said.append(names[key])
        return self._list_types(" → ".join(said), domain, axis)

    def _list_types(self, name, domain, axis="type"):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lifecycle.preview.type",
            "views": [(False, "list"), (False, "kanban")],
            "domain": list(Domain("preview_id", "=", self.id) & domain),
            "context": {"lifecycle_axis": axis},
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


def _count(moves):
    """Return how many there are of each move, as lists [before, after, number]."""
    counts = Counter(moves)
    return [
        [*move, counts[move]]
        for move in sorted(counts, key=lambda move: tuple(part or "" for part in move))
    ]
