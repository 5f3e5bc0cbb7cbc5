from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_decision import ATTITUDES, DECISION_ROLES
from .crm_lifecycle_trigger_mixin import host_first

# Which contacts a decision tree shows at most.
TREE_LIMIT = 200


class ResPartner(models.Model):
    """What people know of a customer and its contacts, and what is missing."""

    _name = "res.partner"
    _inherit = ["res.partner", "lifecycle.source.mixin", "lifecycle.knowledge.mixin"]

    lifecycle_source_id = fields.Many2one(
        "crm.lifecycle.source",
        string="Source",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=LIFECYCLE_GROUPS,
        help="Where the customer came from. Set once; a sales manager can change it.",
    )
    lifecycle_preference_ids = fields.Many2many(
        "crm.lifecycle.preference",
        "crm_lifecycle_preference_partner_rel",
        "partner_id",
        "preference_id",
        string="Preferences",
        groups=LIFECYCLE_GROUPS,
        help="What the person likes, and how they want to be reached.",
    )
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
    lifecycle_presence_ids = fields.One2many(
        "crm.lifecycle.competitor.presence",
        "partner_id",
        string="Competitors",
        groups=LIFECYCLE_GROUPS,
    )

    _lifecycle_decision_idx = models.Index(
        "(commercial_partner_id) WHERE lifecycle_decision_role IS NOT NULL"
    )

    # ------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------

    @api.constrains("lifecycle_reports_to_id")
    def _check_lifecycle_reports_to_id(self):
        for contact in self.sudo().filtered("lifecycle_reports_to_id"):
            superior = contact.lifecycle_reports_to_id
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

    # ------------------------------------------------------------
    # SOURCE
    # ------------------------------------------------------------

    def _has_lifecycle_source(self):
        """Return whether this is a customer, and no contact of one, supplier or colleague."""
        return not (
            self.parent_id
            or self.sudo().user_ids
            or self.env.context.get("res_partner_search_mode") == "supplier"
        )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def name_create(self, name):
        # The host's own leads past the mixin's.
        return super(ResPartner, self._with_lifecycle_source_entered()).name_create(name)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self._forget_lifecycle_knowledge()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            self._drop_lifecycle_foreign_superiors()
        # Which fields count as known is the company's choice.
        self._forget_lifecycle_knowledge()
        return result

    # ------------------------------------------------------------
    # FILLING IN
    # ------------------------------------------------------------

    def action_lifecycle_fill_in(self):
        """Open a form that asks for exactly what is not known of the customer yet.

        Read from the primary: the button saves what was entered just before.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        customer.check_access("write")
        missing = customer.lifecycle_missing_ids
        if not missing:
            raise UserError(self.env._("Everything that is asked for is known already."))
        view = self.env.ref("crm_lifecycle.res_partner_view_form_fill_in")
        # The web client sends on, and tells views apart by, names that end so alone.
        inputs = {"lifecycle_facts_view_ref": ",".join(fact._get_input() for fact in missing)}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Not Known Yet: %s", customer.display_name),
            "res_model": "res.partner",
            "res_id": customer.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {**inputs, "default_parent_id": customer.id},
        }

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        facts = self.env.context.get("lifecycle_facts_view_ref")
        if facts and view_type == "form":
            for group in arch.xpath("//group[@name='lifecycle_facts']"):
                self._add_lifecycle_inputs(group, str(facts).split(","))
        return arch, view

    @api.model
    def _add_lifecycle_inputs(self, group, facts):
        """Put the fields that ask for facts into a group of a form.

        :param facts: list of "kind:what", see ``crm.lifecycle.fact``
        """
        shown = set()
        for fact in facts:
            kind, _colon, what = fact.partition(":")
            name = {
                "field": what,
                "role": "child_ids",
                "preference": "lifecycle_preference_ids",
                "source": "lifecycle_source_id",
            }.get(kind)
            if name not in self._fields or name in shown:
                continue
            shown.add(name)
            node = etree.SubElement(group, "field", name=name)
            if name == "lifecycle_preference_ids":
                node.set("widget", "many2many_tags")
                node.set("options", "{'color_field': 'color'}")
            elif kind == "role":
                self._add_lifecycle_contacts(node)
            elif self._fields[name].type == "many2many":
                node.set("widget", "many2many_tags")

    @api.model
    def _add_lifecycle_contacts(self, node):
        """Ask for contacts with their roles in a list."""
        node.set("colspan", "2")
        node.set("nolabel", "1")
        contacts = etree.SubElement(node, "list", editable="bottom")
        for name in ("name", "function", "lifecycle_decision_role", "email", "phone"):
            column = etree.SubElement(contacts, "field", name=name)
            if name == "name":
                column.set("required", "1")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_lifecycle_talk_card(self):
        """Show what to say to the customer, as a page that can be printed."""
        self.ensure_one()
        report = self.env.ref("crm_lifecycle.action_report_talk_card_html")
        return report.report_action(self.commercial_partner_id, config=False)

    @api.readonly
    def action_lifecycle_open_presences(self):
        """Open the competitors at the customer."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Competitors at %s", customer.display_name),
            "res_model": "crm.lifecycle.competitor.presence",
            "view_mode": "list,form",
            "domain": [("partner_id.commercial_partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }
