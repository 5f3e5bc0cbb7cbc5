from odoo import api, fields, models

from ..access import AMOUNT_GROUPS
from ..engine import referrals
from .crm_lifecycle_referral_tree import get_asked_ids

# Customers that a tree shows.
TREE_SIZE = 200


class CrmLifecycleReferrer(models.Model):
    """Who brings others: how many, what they bought, and who might become a partner."""

    _name = "crm.lifecycle.referrer"
    _description = "Referrer"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "buyer_count DESC, referred_count DESC, id"
    _depends = {
        "crm.lifecycle.referral": ["company_id", "partner_id", "referrer_customer_id", "state"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Referrer", readonly=True)
    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    referred_count = fields.Integer(
        string="Referred", readonly=True, help="Customers whom they brought themselves."
    )
    buyer_count = fields.Integer(
        string="Bought", readonly=True, help="Those of them who have bought."
    )
    branch_count = fields.Integer(
        string="With All Behind", readonly=True, help="With those whom these brought in turn."
    )
    last_date = fields.Date(string="Last Referral", readonly=True)
    purchase_amount = fields.Monetary(
        string="Purchased",
        readonly=True,
        groups=AMOUNT_GROUPS,
        aggregator=None,
        help="Net amount of what those bought whom they brought themselves.",
    )
    branch_amount = fields.Monetary(
        string="Purchases with All Behind",
        readonly=True,
        groups=AMOUNT_GROUPS,
        aggregator=None,
        help="With what those bought whom these brought in turn. Not to be summed up: a branch is"
        " part of the one that it grew from.",
    )
    branch_margin = fields.Monetary(
        string="Margin with All Behind", readonly=True, groups=AMOUNT_GROUPS, aggregator=None
    )
    is_candidate = fields.Boolean(
        string="Partner Candidate",
        readonly=True,
        help="Brought as many buyers as the settings ask for, and is no partner yet.",
    )
    stage_id = fields.Many2one(related="profile_id.stage_id")
    segment_id = fields.Many2one(related="profile_id.segment_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    tree = fields.Json(compute="_compute_tree", export_string_translation=False)

    @property
    def _table_query(self):
        return referrals.referrers(self.env.context.get("lifecycle_tree_referrers"))

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Sum up no other branches than those of whom is asked for."""
        asked = get_asked_ids(domain, "partner_id")
        if asked is None and (rows := get_asked_ids(domain, "id")) is not None:
            asked = tuple(row_id % referrals.CUSTOMERS for row_id in rows)
        if self.env.context.get("lifecycle_tree_referrers") != asked:
            return self.with_context(lifecycle_tree_referrers=asked)._search(
                domain, *args, **kwargs
            )
        return super()._search(domain, *args, **kwargs)

    @api.depends_context("uid", "lang")
    def _compute_tree(self):
        for referrer in self:
            referrer.tree = referrer._draw_tree()

    def _draw_tree(self):
        """Return whom they brought as nodes, each before those whom it brought in turn.

        :return: {"nodes": [{id, key, name, job, is_buyer, level}], "more": number of customers
            that are left out}
        """
        self.ensure_one()
        referrals = self.env["crm.lifecycle.referral.tree"]
        sees = referrals._has_field_access(referrals._fields["purchase_amount"], "read")
        children = referrals._read_nearest(self.company_id, self.partner_id, TREE_SIZE).grouped(
            "referrer_id"
        )
        nodes, stack, drawn = [], [], set()
        stack += [(row, 1) for row in reversed(children.get(self.partner_id, referrals))]
        while stack:
            row, level = stack.pop()
            if row in drawn:
                continue
            drawn.add(row)
            nodes.append(
                {
                    "id": row.partner_id.id,
                    "key": row.id,
                    "name": row.partner_id.display_name,
                    "job": row._describe(sees),
                    "is_buyer": bool(row.buyer_count),
                    "level": level,
                }
            )
            below = children.get(row.partner_id, referrals)
            stack += [(child, level + 1) for child in reversed(below)]
        return {"nodes": nodes, "more": max(self.branch_count - len(nodes), 0)}

    @api.readonly
    def action_open_claims(self):
        """Open all that was claimed for them, whatever became of it."""
        self.ensure_one()
        return self.partner_id._get_lifecycle_claims_action()

    @api.readonly
    def action_open_referrals(self):
        """Open whom they brought."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referred by %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.referral.tree",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("referrer_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
