from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import decisions, rules
from .crm_lifecycle_event import EVENT_KINDS
from .crm_lifecycle_status import STATUSES


class CrmLifecycleTransition(models.Model):
    """A day on which a customer's stage or status changed, with the evidence for it.

    Two times tell of each move: when it became true, and from when until when it was
    known so. A move that the documents no longer tell is superseded, not deleted, so
    that what was believed on a day can be read for ever. The history ends with the
    customer's profile, when the last document is deleted.
    """

    _name = "crm.lifecycle.transition"
    _description = "Customer Lifecycle Move"
    _inherit = ["crm.lifecycle.document.mixin"]
    _log_access = False
    _order = "effective_date DESC, id DESC"
    _rec_names_search = ["partner_id"]

    profile_id = fields.Many2one(
        "crm.lifecycle.profile", required=True, readonly=True, index=True, ondelete="cascade"
    )
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
    from_stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True, ondelete="restrict")
    to_stage_id = fields.Many2one(
        "crm.lifecycle.stage", required=True, readonly=True, ondelete="restrict"
    )
    direction = fields.Selection(
        [("new", "New"), ("up", "Up"), ("down", "Down"), ("same", "Same stage")],
        required=True,
        readonly=True,
        help="New: the customer's first stage. Up and down: along the eight stages. Same"
        " stage: the status alone has changed.",
    )
    from_status = fields.Selection(STATUSES, readonly=True)
    to_status = fields.Selection(STATUSES, required=True, readonly=True)
    stage_moved = fields.Boolean(string="Stage Changed", readonly=True)
    status_moved = fields.Boolean(string="Status Changed", readonly=True)
    effective_date = fields.Date(
        required=True, readonly=True, help="Day on which the move became true: the document's."
    )
    known_at = fields.Datetime(
        required=True, readonly=True, help="Moment at which the system learned of it."
    )
    superseded_at = fields.Datetime(
        readonly=True,
        help="Moment from which the documents told otherwise, such as when one was dated"
        " back, set to draft or deleted; empty for what holds.",
    )
    policy_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Rules",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Version of the rules that decided; empty for the product's own.",
    )
    cause = fields.Selection(
        [*EVENT_KINDS, (decisions.TIME, "Time passed")],
        required=True,
        readonly=True,
        help="Kind of event that brought the move about.",
    )
    purchase_count = fields.Integer(
        string="Purchases So Far",
        readonly=True,
        help="Number of purchases on the effective date.",
    )
    evidence = fields.Json(
        readonly=True,
        help="The documents behind the move, the deciding one first: a list of"
        " {fact, kind, ends, model, id}.",
    )
    figures = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="Figures that the rules used on the effective date.",
    )
    reason = fields.Char(compute="_compute_reason", help="The move's cause in one sentence.")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    to_stage_color = fields.Integer(related="to_stage_id.color")

    _profile_idx = models.Index("(profile_id, effective_date DESC, id DESC)")
    _company_date_idx = models.Index("(company_id, effective_date)")

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.depends("from_stage_id", "to_stage_id", "from_status", "to_status", "stage_moved")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Name a move by its stages, or where the status alone changed by those."""
        statuses = dict(self._fields["to_status"]._description_selection(self.env))
        for move in self:
            if move.stage_moved:
                names = [stage.name for stage in (move.from_stage_id, move.to_stage_id) if stage]
            else:
                names = [statuses[move.from_status], statuses[move.to_status]]
            move.display_name = " → ".join(names)

    @api.depends(
        "cause",
        "effective_date",
        "purchase_count",
        "evidence",
        "res_model",
        "res_id",
        "stage_moved",
        "to_status",
    )
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        causes = dict(self._fields["cause"]._description_selection(self.env))
        for move in self:
            move.reason = move._get_reason(causes)

    def _get_reason(self, causes):
        """Say in one sentence what brought the move about.

        Where stage and status changed on one day, that is what moved the stage.

        :param dict causes: label by cause
        """
        self.ensure_one()
        terms = {
            "event": causes.get(self.cause, ""),
            "date": format_date(self.env, self.effective_date, date_format="long"),
            "document": self.document_name or self.env._("a deleted document"),
        }
        if self.cause == decisions.TIME:
            return self._get_time_reason(terms)
        if self.document_hidden:
            return self.env._("%(event)s on %(date)s", **terms)
        proof = self.evidence[0] if self.evidence else {}
        fact = proof.get("fact")
        if fact == "purchase" and not self.stage_moved and not proof["ends"]:
            if self.to_status == "won_back":
                return self.env._("Won back on %(date)s: %(document)s", **terms)
            return self.env._("Bought again on %(date)s: %(document)s", **terms)
        if fact == "purchase" and self.purchase_count and self.direction in ("new", "up"):
            return self.env._(
                "%(nth)s purchase on %(date)s: %(document)s", nth=self._get_nth(), **terms
            )
        if self.cause == "rating" and fact == "promoter":
            return self.env._("Best rating on %(date)s: %(document)s", **terms)
        if self.cause == "rating" and fact == "objection":
            return self.env._("Poor rating on %(date)s: %(document)s", **terms)
        if fact == "referral" and self.direction != "down":
            return self.env._("Referred customer bought on %(date)s: %(document)s", **terms)
        return self.env._("%(event)s on %(date)s: %(document)s", **terms)

    def _get_time_reason(self, terms):
        """Say what it was that no document of the day tells.

        The document, if there is one, is the latest purchase.
        """
        if not self.res_model or self.document_hidden:
            return self.env._("Time passed on %(date)s", **terms)
        if not self.stage_moved:
            if self.to_status == "due":
                return self.env._(
                    "Usual moment to buy again came on %(date)s; last purchase: %(document)s",
                    **terms,
                )
            if self.to_status == "at_risk":
                return self.env._(
                    "Silent for longer than usual on %(date)s; last purchase: %(document)s", **terms
                )
            if self.to_status == "lapsed":
                return self.env._(
                    "Silent for far longer than usual on %(date)s; last purchase: %(document)s",
                    **terms,
                )
        return self.env._("Time passed on %(date)s; last purchase: %(document)s", **terms)

    def _get_nth(self):
        """Return the purchase's number as an ordinal ("2nd")."""
        count = self.purchase_count
        last = 0 if 10 <= count % 100 <= 20 else count % 10
        if last == 1:
            return self.env._("%sst", count)
        if last == 2:
            return self.env._("%snd", count)
        if last == 3:
            return self.env._("%srd", count)
        return self.env._("%sth", count)

    # ------------------------------------------------------------
    # WRITE: the profile's refresh alone
    # ------------------------------------------------------------

    def _announce(self, known_stages=None):
        """Log one line in each customer's chatter for the moves that people care about.

        Those are moves to or from a stage of buyers. In the language of the
        customer's salesperson, else of the company, and without what only some may
        know: every colleague reads a customer's chatter.

        :param dict known_stages: by move, the stage in which people took the customer to
            be, where that is not the one from which it leads
        """
        public_user = self.env.ref("base.public_user")
        known_stages = {
            move.id: (known_stages or {}).get(move, move.from_stage_id) for move in self
        }
        moves = self.filtered(lambda move: move._is_announced(known_stages[move.id]))
        by_lang = moves.grouped(lambda move: move.profile_id._get_chatter_lang())
        for lang, lang_moves in by_lang.items():
            lang_moves = lang_moves.with_context(lang=lang).with_user(public_user).sudo()
            lines = {}
            for move in lang_moves:
                stages = known_stages[move.id].with_env(move.env), move.to_stage_id
                lines.setdefault(move.partner_id.id, []).append(
                    lang_moves.env._(
                        "Customer lifecycle: %(move)s. %(reason)s.",
                        move=" → ".join(stage.name for stage in stages if stage),
                        reason=move.reason,
                    )
                )
            self.env["res.partner"].browse(lines)._message_log_batch(
                {partner_id: Markup("<br/>").join(texts) for partner_id, texts in lines.items()}
            )

    def _is_announced(self, known_stage):
        self.ensure_one()
        first_buyer = rules.RANK["first_buyer"]
        return known_stage != self.to_stage_id and any(
            rules.RANK[stage.code] >= first_buyer
            for stage in (known_stage, self.to_stage_id)
            if stage
        )
