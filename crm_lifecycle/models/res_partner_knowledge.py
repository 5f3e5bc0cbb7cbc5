from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import LIFECYCLE_GROUPS


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
    lifecycle_presence_ids = fields.One2many(
        "crm.lifecycle.competitor.presence",
        "partner_id",
        string="Competitors",
        groups=LIFECYCLE_GROUPS,
    )

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
