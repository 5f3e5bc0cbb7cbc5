from odoo import fields, models

from .crm_lifecycle_channel import OUTCOMES

FOLLOW_UP_STATES = [
    ("open", "Open"),
    ("done", "Done"),
    ("met", "Reached Otherwise"),
    ("skipped", "Skipped"),
    ("dropped", "No Longer Due"),
]


class CrmLifecycleFollowUp(models.Model):
    """A contact with a customer that a cadence asked for, from its planning to its end.

    What somebody is to do is the host's activity; this row says why there is one, and what
    became of it once the activity is done or gone. At most one is open for a customer and a
    cadence.
    """

    _name = "crm.lifecycle.follow.up"
    _description = "Follow-up"
    _order = "date_due DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "crm.lifecycle.profile", readonly=True, index="btree_not_null", ondelete="set null"
    )
    cadence_id = fields.Many2one(
        "crm.lifecycle.cadence", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who is to get in touch.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date_due = fields.Date(
        string="Due", required=True, readonly=True, help="Day for which the contact was planned."
    )
    state = fields.Selection(
        FOLLOW_UP_STATES, required=True, readonly=True, default="open", index=True
    )
    closed_at = fields.Datetime(string="Closed", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    reason = fields.Char(
        readonly=True, help="Why it was closed, skipped or given to somebody else."
    )
    escalated_at = fields.Datetime(string="Escalated", readonly=True)
    escalated_to_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    # Two schedulers at once plan a contact once.
    _open_unique = models.UniqueIndex(
        "(partner_id, company_id, cadence_id) WHERE state = 'open'",
        "This customer has an open follow-up of this cadence already.",
    )
