from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What customers move along, and the column that says where they are.
AXES = {"stage": "stage_id", "status": "status"}


class CrmLifecyclePreview(models.TransientModel):
    """What can be done from a preview: activate, discard, see the customers behind a number."""

    _inherit = "crm.lifecycle.preview"

    def action_activate(self):
        """Make the rules the company's, and go back to them."""
        self.ensure_one()
        action = self.policy_id.action_activate()
        action["params"]["next"] = self.action_discard()
        return action

    @api.readonly
    def action_discard(self):
        """Go back to the rules and leave them as they are."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.policy",
            "res_id": self.policy_id.id,
            "views": [(False, "form")],
            "target": "main",
        }

    @api.readonly
    def action_open_lines(self):
        """List all customers who move."""
        self.ensure_one()
        return self._list_lines(self.env._("Customers Who Move"), [])

    @api.readonly
    def action_open_customers(self, axis, before=False, after=False):
        """List the customers behind a cell or a bar.

        :param str axis: ``stage`` or ``status``
        :param before: id of the stage, or status, that they are in, False for any, None
            for those who are no customers
        :param after: the same under the rules
        """
        self.ensure_one()
        self.check_access("read")
        if axis not in AXES:
            raise UserError(self.env._("A preview has stages and status, no %s.", axis))
        matrix = self.matrix if axis == "stage" else self.status_matrix
        names = {place["key"]: place["name"] for place in matrix["places"]}
        if (before is not False and before not in names) or (
            after is not False and after not in names
        ):
            raise UserError(self.env._("Nobody is there."))
        name = " → ".join(names[key] for key in (before, after) if key is not False)
        if False not in (before, after) and before != after or None in (before, after):
            domain = [
                (f"{way}_{AXES[axis]}", "=", key or False)
                for way, key in (("from", before), ("to", after))
                if key is not False
            ]
            return self._list_lines(name, domain)
        place = "/".join(str(part or "") for part in (self.id, axis, before, after))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lifecycle.profile",
            "views": [(False, "list"), (False, "form")],
            "domain": [("preview_place", "=", place)],
        }

    def _list_lines(self, name, domain):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lifecycle.preview.line",
            "views": [(False, "list"), (False, "kanban")],
            "domain": [("preview_id", "=", self.id), *domain],
        }

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    @api.model
    def _get_place_domain(self, place):
        """Return the domain of the profiles in a place, as lists of customers ask for it.

        Only who moves has a line: everybody else is where they were.
        """
        number, axis, before, after = place.split("/")
        preview = self.search([("id", "=", int(number))])
        if not preview or axis not in AXES:
            return Domain.FALSE
        was = SQL.identifier("former", AXES[axis])
        becomes = SQL.identifier("line", f"to_{AXES[axis]}")
        conditions = [SQL("TRUE")]
        if before:
            conditions.append(SQL("%s::text = %s", was, before))
        if after:
            conditions.append(
                SQL("CASE WHEN line.id IS NULL THEN %s ELSE %s END::text = %s", was, becomes, after)
            )
        return Domain(
            "id",
            "in",
            SQL(
                """(SELECT profile.id
                      FROM crm_lifecycle_profile profile
                 LEFT JOIN (%s) former ON former.partner_id = profile.partner_id
                 LEFT JOIN crm_lifecycle_preview_line line
                        ON line.preview_id = %s AND line.partner_id = profile.partner_id
                     WHERE profile.company_id = %s AND %s AND %s)""",
                preview._get_former(),
                preview.id,
                preview.company_id.id,
                preview._is_looked_at(SQL("profile.partner_id")),
                SQL(" AND ").join(conditions),
            ),
        )
