from odoo import api, fields, models

from .crm_lifecycle_decision import PREFERENCE_KINDS

# Colour of the tags of a kind.
KIND_COLORS = {"taste": 2, "topic": 4, "gift": 9, "channel": 10}


class CrmLifecyclePreference(models.Model):
    """What a person likes: what they enjoy, talk about, are glad to get, want to be reached by."""

    _name = "crm.lifecycle.preference"
    _description = "Preference"
    _order = "kind, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        PREFERENCE_KINDS,
        required=True,
        default="taste",
        help="Taste: hobbies, food and drink. Topic: what they like to talk about. Gift: what"
        " they are glad to get. Channel: how they want to be reached.",
    )
    color = fields.Integer(compute="_compute_color", store=True, readonly=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(kind, (name->>'en_US')) WHERE active",
        "There is a preference of this name and kind already. Use that one.",
    )

    @api.depends("kind")
    def _compute_color(self):
        for preference in self:
            preference.color = KIND_COLORS.get(preference.kind, 0)

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for preference in self:
            parts = (kinds.get(preference.kind), preference.name)
            preference.display_name = ": ".join(part for part in parts if part)
