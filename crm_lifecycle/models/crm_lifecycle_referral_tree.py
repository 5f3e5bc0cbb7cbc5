from collections.abc import Collection

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..access import AMOUNT_GROUPS
from ..engine import referrals
from .crm_lifecycle_referral import REFERRAL_STATES, REFERRAL_WAYS


def get_asked_ids(domain, name):
    """Return the ids that a domain asks a field for, None where it may have any."""
    conditions = [*Domain(domain)]
    if not {"|", "!"}.isdisjoint(term for term in conditions if isinstance(term, str)):
        return None
    for term in conditions:
        if isinstance(term, str) or term[0] != name or term[1] not in ("=", "in"):
            continue
        ids = [term[2]] if term[1] == "=" else term[2]
        if isinstance(ids, Collection) and all(type(number) is int for number in ids):
            return tuple(ids)
    return None


class CrmLifecycleReferralTree(models.Model):
    """Who brought whom, and what came of it: of the referred customer and of all behind them.

    A row is an accepted referral; see ``engine.referrals``. Branches overlap, so that of the
    amounts of branches only those of one referrer's own referrals are summed up with sense.
    """

    _name = "crm.lifecycle.referral.tree"
    _description = "Referral Tree"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "referrer_id"]
    _order = "date DESC, id DESC"
    _depends = {
        "crm.lifecycle.referral": [
            "company_id",
            "date",
            "first_amount",
            "how",
            "partner_id",
            "referrer_customer_id",
            "state",
        ],
    }

    referral_id = fields.Many2one("crm.lifecycle.referral", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    referrer_id = fields.Many2one("res.partner", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Referred Customer", readonly=True)
    parent_id = fields.Many2one(
        "crm.lifecycle.referral.tree",
        string="Brought the Referrer",
        readonly=True,
        help="The referral by which the referrer became a customer themselves.",
    )
    child_ids = fields.One2many(
        "crm.lifecycle.referral.tree", "parent_id", string="Referred in Turn"
    )
    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    date = fields.Date(string="Claimed", readonly=True)
    how = fields.Selection(REFERRAL_WAYS, readonly=True)
    state = fields.Selection(REFERRAL_STATES, readonly=True)
    first_date = fields.Date(
        string="First Purchase", readonly=True, help="The first one that holds."
    )
    first_amount = fields.Monetary(
        readonly=True, groups=AMOUNT_GROUPS, help="Net amount of the first purchase."
    )
    buyer_count = fields.Integer(
        string="Bought", readonly=True, help="1 where the referred customer has bought."
    )
    purchase_amount = fields.Monetary(
        string="Purchased",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="Net amount of all purchases of the referred customer that hold.",
    )
    revenue = fields.Monetary(
        readonly=True, groups=AMOUNT_GROUPS, help="Invoiced to the referred customer, net."
    )
    margin = fields.Monetary(
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="Revenue of the referred customer less what was sold has cost.",
    )
    branch_count = fields.Integer(
        string="In the Branch",
        readonly=True,
        help="The referred customer, those they brought, and so on.",
    )
    branch_buyer_count = fields.Integer(
        string="Buyers in the Branch", readonly=True, help="Those of the branch who have bought."
    )
    branch_amount = fields.Monetary(
        string="Purchases of the Branch",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="Of the referred customer, of those they brought, and so on. Add up one referrer's"
        " referrals only: a branch is part of the one that it grew from.",
    )
    branch_margin = fields.Monetary(
        string="Margin of the Branch",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="As the purchases of the branch.",
    )
    segment_id = fields.Many2one(related="profile_id.segment_id")
    stage_id = fields.Many2one(related="profile_id.stage_id")
    value_class = fields.Selection(related="profile_id.value_class", string="Class")
    salesperson_id = fields.Many2one(related="referrer_id.user_id", string="Salesperson")

    @property
    def _table_query(self):
        return referrals.tree(
            row_ids=self.env.context.get("lifecycle_tree_rows"),
            referrer_ids=self.env.context.get("lifecycle_tree_referrers"),
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Sum up no other branches than those that are asked for."""
        asked = {
            "lifecycle_tree_rows": get_asked_ids(domain, "id"),
            "lifecycle_tree_referrers": get_asked_ids(domain, "referrer_id"),
        }
        if any(self.env.context.get(name) != ids for name, ids in asked.items()):
            return self.with_context(**asked)._search(domain, *args, **kwargs)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _read_nearest(self, company, referrer, limit):
        """Return whom a customer brought, and those in turn, the nearest first.

        Takes as many queries however deep it goes. What the user may not see ends its branch.
        """
        self.env["crm.lifecycle.referral"].flush_model(self._depends["crm.lifecycle.referral"])
        found = self.env.execute_query(referrals.below(company.id, referrer.id))
        query = self._search([("id", "in", [row_id for (row_id,) in found])])
        readable = query.select(
            *(
                SQL.identifier(query.table, name)
                for name in ("id", "referrer_id", "partner_id", "first_date")
            )
        )
        rows = self.env.execute_query(referrals.nearest(readable, referrer.id, limit))
        return self.browse([row_id for (row_id,) in rows])

    def _describe(self, with_amount):
        """Return what the referred customer bought, in a few words."""
        self.ensure_one()
        if not self.first_date:
            return self.env._("has not bought yet")
        day = format_date(self.env, self.first_date)
        if not with_amount:
            return self.env._("first bought on %s", day)
        return self.env._(
            "first bought on %(date)s, %(amount)s until now",
            date=day,
            amount=format_amount(self.env, self.purchase_amount, self.currency_id),
        )

    @api.readonly
    def action_open_customer(self):
        """Open the referred customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    @api.readonly
    def action_open_children(self):
        """Open whom the referred customer brought in turn."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referred by %s", self.partner_id.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("referrer_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
