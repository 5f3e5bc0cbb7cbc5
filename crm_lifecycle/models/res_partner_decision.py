from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_decision import ATTITUDES, DECISION_ROLES
from .crm_lifecycle_trigger_mixin import host_first

# Which contacts a decision tree shows at most.
TREE_LIMIT = 200


class ResPartner(models.Model):
    """Who decides at a customer, how they think of us, and who reports to whom."""

    _inherit = "res.partner"

    lifecycle_decision_role = fields.Selection(
        DECISION_ROLES,
        string="Role in the Decision",
        copy=False,
        groups=LIFECYCLE_GROUPS,
        help="What part the person has in the customer's decisions to buy.",
    )
    lifecycle_attitude = fields.Selection(
        ATTITUDES,
        string="Attitude",
        copy=False,
        groups=LIFECYCLE_GROUPS,
        help="How the person thinks of us.",
    )
    lifecycle_reports_to_id = fields.Many2one(
        "res.partner",
        string="Reports To",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups=LIFECYCLE_GROUPS,
        help="Whose word counts above theirs; a contact of the same customer.",
    )
    lifecycle_decision_tree = fields.Json(
        compute="_compute_lifecycle_decision_tree",
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )

    _lifecycle_decision_idx = models.Index(
        "(commercial_partner_id) WHERE lifecycle_decision_role IS NOT NULL"
    )

    # ------------------------------------------------------------
    # SUPERIORS
    # ------------------------------------------------------------

    @api.constrains("lifecycle_reports_to_id")
    def _check_lifecycle_reports_to_id(self):
        for contact in self.sudo().filtered("lifecycle_reports_to_id"):
            superior = contact.lifecycle_reports_to_id
            # Constraints look as a superuser: nobody learns a name by choosing an id.
            if not superior.sudo(False).has_access("read"):
                raise ValidationError(
                    self.env._(
                        "%s cannot report to somebody whom you may not see. Choose another"
                        " contact of the same customer.",
                        contact.display_name,
                    )
                )
            if superior.commercial_partner_id != contact.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(superior)s belongs to another customer than %(contact)s. Choose a"
                        " contact of the same customer.",
                        superior=superior.display_name,
                        contact=contact.display_name,
                    )
                )
            if contact in superior._get_lifecycle_superiors():
                raise ValidationError(
                    self.env._(
                        "%(contact)s cannot report to %(superior)s, who reports to"
                        " %(contact)s already. Choose somebody else.",
                        superior=superior.name,
                        contact=contact.name,
                    )
                )

    def _get_lifecycle_superiors(self):
        """Return the contacts, to whom they report, to whom those report, and so on."""
        chain = self.browse()
        contacts = self
        while contacts := contacts - chain:
            chain |= contacts
            contacts = contacts.lifecycle_reports_to_id
        return chain

    def _drop_lifecycle_foreign_superiors(self):
        """Forget superiors whom a contact's move to another customer has left behind."""
        with host_first(self, "superiors"):
            moved = self.sudo().with_context(active_test=False)
            concerned = moved.search(
                [
                    ("lifecycle_reports_to_id", "!=", False),
                    "|",
                    ("id", "child_of", moved.ids),
                    ("lifecycle_reports_to_id", "child_of", moved.ids),
                ]
            )
            concerned.filtered(
                lambda contact: (
                    contact.commercial_partner_id
                    != contact.lifecycle_reports_to_id.commercial_partner_id
                )
            ).lifecycle_reports_to_id = False

    def _restore_lifecycle_superior(self, superior):
        """Note to whom a merged contact reports, if that is of the same customer.

        By SQL, as the host merges: whoever merges need not see the superior.
        """
        self.ensure_one()
        if superior and superior.commercial_partner_id == self.commercial_partner_id:
            self.flush_recordset(["lifecycle_reports_to_id"])
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET lifecycle_reports_to_id = %s WHERE id = %s",
                    superior.id,
                    self.id,
                )
            )
            self.invalidate_recordset(["lifecycle_reports_to_id"], flush=False)

    def write(self, vals):
        result = super().write(vals)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            self._drop_lifecycle_foreign_superiors()
        return result

    # ------------------------------------------------------------
    # TREE
    # ------------------------------------------------------------

    @api.depends(
        "commercial_partner_id",
        "child_ids.lifecycle_decision_role",
        "child_ids.lifecycle_attitude",
        "child_ids.lifecycle_reports_to_id",
        "lifecycle_decision_role",
    )
    @api.depends_context("lang", "uid")
    def _compute_lifecycle_decision_tree(self):
        customers = self.commercial_partner_id._origin
        members = self.with_context(active_test=True).search(
            [
                ("commercial_partner_id", "in", customers.ids),
                "|",
                "|",
                ("lifecycle_decision_role", "!=", False),
                ("lifecycle_attitude", "!=", False),
                ("lifecycle_reports_to_id", "!=", False),
            ]
        )
        superiors = (members.lifecycle_reports_to_id - members)._filtered_access("read")
        members |= superiors.filtered("active")
        by_customer = members.with_env(self.env).grouped("commercial_partner_id")
        for partner in self:
            found = by_customer.get(partner.commercial_partner_id._origin, self.browse())
            partner.lifecycle_decision_tree = found and found._draw_lifecycle_decision_tree()

    def _draw_lifecycle_decision_tree(self):
        """Return the contacts as nodes, superiors before those who report to them.

        :return: {"nodes": [{id, name, job, role, role_name, attitude, attitude_name,
            level}], "more": number of contacts that are left out}
        """
        roles = [role for role, _label in DECISION_ROLES]
        role_names, attitude_names = (
            dict(self._fields[name]._description_selection(self.env))
            for name in ("lifecycle_decision_role", "lifecycle_attitude")
        )
        ordered = self.sorted(
            lambda contact: (
                roles.index(contact.lifecycle_decision_role)
                if contact.lifecycle_decision_role
                else len(roles),
                contact.name or "",
                contact.id,
            )
        )
        by_superior = {}
        for contact in ordered:
            superior = contact.lifecycle_reports_to_id
            key = superior if superior in self and superior != contact else self.browse()
            by_superior.setdefault(key, []).append(contact)
        nodes, drawn = [], set()
        # The last is drawn first. After everybody without a superior come those who report to
        # each other in a circle, as two who write at the same time may have it.
        waiting = [(contact, 1) for contact in reversed(ordered)]
        waiting += [(contact, 1) for contact in reversed(by_superior.get(self.browse(), ()))]
        while waiting:
            contact, level = waiting.pop()
            if contact.id in drawn:
                continue
            drawn.add(contact.id)
            nodes.append(
                {
                    "id": contact.id,
                    "name": contact.name or contact.display_name,
                    "job": contact.function or "",
                    "role": contact.lifecycle_decision_role or "",
                    "role_name": role_names.get(contact.lifecycle_decision_role, ""),
                    "attitude": contact.lifecycle_attitude or "",
                    "attitude_name": attitude_names.get(contact.lifecycle_attitude, ""),
                    "level": level,
                }
            )
            waiting += [(member, level + 1) for member in reversed(by_superior.get(contact, ()))]
        return {"nodes": nodes[:TREE_LIMIT], "more": max(0, len(nodes) - TREE_LIMIT)}
