import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import ownership

_logger = logging.getLogger(__name__)

_NOTED = "crm_lifecycle.noted_owners"
# Context by which a transfer of customers says why, and a file that it is one.
REASON = "lifecycle_owner_reason"
CAUSES = [
    ("known", "Was so before"),
    ("change", "Changed"),
    ("import", "Imported"),
    ("transfer", "Transferred"),
    ("found", "Found later"),
]


class TransferReason(str):
    """Why customers are transferred, in a context.

    Of a type of its own, which no context from outside has: nobody forges the history.
    """

    __slots__ = ()


class FileRead:
    """Said in a context where contacts come from a file; of a type of its own as well."""


class CrmLifecycleOwnership(models.Model):
    """Who looked after a customer, from when to when, and who changed it and why.

    Written by SQL alone, from whatever changes a contact's salesperson; what no hook saw
    is found by the passes. Nobody writes the host's contact here.
    """

    _name = "crm.lifecycle.ownership"
    _description = "History of a Customer's Salesperson"
    _log_access = False
    _order = "date_start DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "user_id"]

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty while nobody looked after the customer.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        ondelete="set null",
        help="The salesperson's main team at that time.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        readonly=True,
        help="Of who was the salesperson before changes were recorded: the day of the customer's"
        " first event, or of the contact's creation. It may have been later.",
    )
    date_end = fields.Date(
        string="Handed Over On",
        readonly=True,
        help="Day from which somebody else looks after the customer, or nobody.",
    )
    cause = fields.Selection(
        CAUSES,
        required=True,
        readonly=True,
        help="Was so before: since when is assumed. Found later: changed in a way that nobody"
        " was told of, on that day or before.",
    )
    reason = fields.Char(readonly=True)
    changed_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    held_on = fields.Date(
        string="On a Day",
        compute="_compute_held_on",
        search="_search_held_on",
        exportable=False,
        help="To search by alone: who was the salesperson at the end of that day.",
    )

    _partner_idx = models.Index("(partner_id, date_start DESC, id DESC)")

    def _compute_held_on(self):
        self.held_on = False

    @api.model
    def _search_held_on(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">", day))
            for day in value
            if day
        )

    @api.model
    def _get_former(self, partners):
        """Return who had customers before whoever has them now, and is still there.

        :return: ``{partner id: user id}`` of those whom somebody had
        """
        self.flush_model()
        partners.flush_model(["user_id"])
        self.env["res.users"].flush_model(["active"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (held.partner_id) held.partner_id, held.user_id
                         FROM crm_lifecycle_ownership held
                         JOIN res_partner partner ON partner.id = held.partner_id
                         JOIN res_users person ON person.id = held.user_id AND person.active
                        WHERE held.partner_id = ANY(%s) AND held.date_end IS NOT NULL
                          AND held.user_id IS DISTINCT FROM partner.user_id
                     ORDER BY held.partner_id, held.date_end DESC, held.id DESC""",
                    partners.commercial_partner_id.ids,
                )
            )
        )

    @api.readonly
    def action_give_back(self):
        """Ask why the customers go back to whoever had them before."""
        self.check_access("read")
        return self.env["crm.lifecycle.transfer"]._open(self.partner_id, "former")

    # ------------------------------------------------------------
    # RECORD
    # ------------------------------------------------------------

    @api.model
    def _note(self, former):
        """Have changes of salespeople recorded at the end of the current transaction.

        :param dict former: who it was before, ``{partner id: user id or False}``
        """
        if not former:
            return
        reason = self.env.context.get(REASON)
        if isinstance(reason, TransferReason):
            cause, reason = "transfer", str(reason) or None
        else:
            cause, reason = "import" if isinstance(reason, FileRead) else "change", None
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = {}
            precommit.add(self.sudo()._record_noted)
        noted = precommit.data[_NOTED]
        for partner_id, user_id in former.items():
            # What it was at first counts, and who changed it last.
            first_id = noted[partner_id][0] if partner_id in noted else user_id or None
            noted[partner_id] = (first_id, cause, reason, self.env.uid)

    @api.model
    def _record_noted(self):
        noted = self.env.cr.precommit.data.pop(_NOTED, None)
        if not noted:
            return
        rows = SQL(", ").join(
            SQL("(%s, %s::int, TRUE, %s, %s, %s::int)", partner_id, *row)
            for partner_id, row in sorted(noted.items())
        )
        try:
            with self.env.cr.savepoint():
                today = self.env["crm.lifecycle.period.mixin"]._get_today()
                self._execute(SQL("VALUES %s", rows), today)
        except Exception:  # noqa: BLE001 the host's transaction comes first, a pass finds it
            _logger.exception("Customer lifecycle: salespeople of %s were not noted", list(noted))

    @api.model
    def _record_found(self, partner_ids):
        """Record the salespeople of customers whose change nobody noted.

        :param list partner_ids: ids of commercial partners
        """
        self._execute(
            SQL(
                "SELECT id, NULL::int, FALSE, 'found', NULL, NULL::int FROM UNNEST(%s::int[]) id",
                list(partner_ids),
            ),
            # On that day or before: no company's own day is worth a query.
            fields.Date.today(),
        )

    @api.model
    def _execute(self, noted, today):
        self.env["res.partner"].flush_model(["user_id", "commercial_partner_id"])
        self.env.cr.execute(ownership.recording(noted, today))
        if self.env.cr.rowcount:
            self.invalidate_model(flush=False)

    @api.model
    def _close(self, partners):
        """End the histories of contacts that are merged into another one."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lifecycle_ownership SET date_end = %s"
                " WHERE partner_id = ANY(%s) AND date_end IS NULL",
                self.env["crm.lifecycle.period.mixin"]._get_today(),
                partners.ids,
            )
        )
        self.invalidate_model(flush=False)
