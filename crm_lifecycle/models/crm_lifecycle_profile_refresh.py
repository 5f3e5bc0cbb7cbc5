from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Refreshed(NamedTuple):
    """What a refresh wrote."""

    moves: models.Model  # transitions that changed a customer's stage
    changed_ids: list  # customers of whom anything was written


class CrmLifecycleProfile(models.Model):
    """Profiles and histories derived anew: the one place that writes them."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _refresh(self, partner_ids, announce=False):
        """Derive profiles and histories of customers anew and write what changed.

        Runs a fixed number of queries whatever the number of customers; a second run
        writes nothing.

        :param list partner_ids: ids of commercial partners
        :param bool announce: tell people of the moves in the customers' chatter
        :return: ``Refreshed``
        """
        self = self.sudo()  # noqa: PLW0642
        stages_before = self._read_stages(partner_ids) if announce else {}
        segments_before = {profile: profile.segment_id for profile in stages_before}
        found = self.env["crm.lifecycle.event"]._record(list(partner_ids))
        valued = self.env["crm.lifecycle.value"]._record(list(partner_ids))
        typed = self._record_types(partner_ids)
        contacted = self.env["crm.lifecycle.contact"]._record(partner_ids)
        dated = self._record_cadence(partner_ids)
        self.env["crm.lifecycle.ownership"]._record_found(partner_ids)
        self.env["crm.lifecycle.referral"]._after_purchases(partner_ids)
        flipped = {row["partner_id"] for row in found if row["flipped"]}
        self._mark_referrers(flipped)
        if announce:
            self._queue_referrers(set(partner_ids) - flipped)
        transitions = self.env["crm.lifecycle.transition"].browse(
            [row["transition_id"] for row in found if row["transition_id"]]
        )
        if announce:
            self._announce(self._read_stages(partner_ids), stages_before)
            self._announce_segments(segments_before)
        changed = {row["partner_id"] for row in found if not row["company_id"]}
        return Refreshed(transitions, sorted(changed.union(valued, typed, contacted, dated)))

    @api.model
    def _read_stages(self, partner_ids):
        """Return the stages of customers as they are recorded, as ``{profile: stage}``."""
        profiles = self.with_context(active_test=False).search(
            [("partner_id", "in", list(partner_ids))]
        )
        return {profile: profile.stage_id for profile in profiles}

    @api.model
    def _announce(self, stages, stages_before):
        """Tell people of the customers whose stage has changed, by the move that led there.

        What they were told before may never have been true, such as a purchase whose
        invoice is a draft again; so the line begins with the stage that they know of.
        """
        known_stages = {
            profile.stage_transition_id: stages_before.get(profile, stage.browse())
            for profile, stage in stages.items()
            if stages_before.get(profile) != stage
        }
        moves = self.env["crm.lifecycle.transition"].union(*known_stages)
        moves._announce(known_stages)

    def _absorb(self, others):
        """Take over the histories of other profiles of one company, and drop those.

        What they tell is superseded: the next refresh records what the documents tell
        together.
        """
        self.ensure_one()
        moves = others.transition_ids
        moves.filtered(lambda move: not move.superseded_at).write(
            {"superseded_at": fields.Datetime.now()}
        )
        moves.write({"profile_id": self.id})
        others.type_move_ids.write({"profile_id": self.id, "partner_id": self.partner_id.id})
        others.segment_move_ids.write({"profile_id": self.id, "partner_id": self.partner_id.id})
        follow_ups = self.env["crm.lifecycle.follow.up"].search([("profile_id", "in", others.ids)])
        follow_ups.profile_id = self
        others.unlink()

    @api.model
    def _mark_referrers(self, partner_ids):
        """Queue those who referred customers that began, or ceased, to be buyers."""
        if partner_ids:
            partners = self.env["res.partner"].browse(partner_ids)
            self.env["crm.lifecycle.queue"]._mark(partners._get_lifecycle_referrers().ids)

    @api.model
    def _queue_referrers(self, partner_ids):
        """Queue those who referred customers whose documents changed while they stay buyers.

        Their histories tell of these documents, too: of the first purchase, and of what
        was bought on a day of a move. They do not queue who referred them in turn, so
        this ends even where merged contacts made a circle of referrals.
        """
        referrers = self.env["res.partner"].browse(partner_ids)._get_lifecycle_referrers()
        if referrers:
            self.env["crm.lifecycle.queue"]._append(
                SQL("SELECT UNNEST(%s::int[])", referrers.ids), "referral"
            )
