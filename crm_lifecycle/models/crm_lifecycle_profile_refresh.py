from odoo import api, fields, models

from ..engine import history

# Columns of the profile that are figures, named as the engine returns them.
FIGURES = (
    "purchase_count",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_amount",
    "purchase_amount_12m",
    "purchase_average",
    "opportunity_count",
    "opportunity_revenue",
)


class CrmLifecycleProfile(models.Model):
    """Profiles and histories derived anew: the one place that writes them."""

    _inherit = "crm.lifecycle.profile"

    @api.model
    def _refresh(self, partner_ids, announce=False):
        """Derive profiles and histories of customers anew and write what changed.

        Runs a fixed number of queries whatever the number of customers, plus the
        writes; a second run writes nothing.

        :param list partner_ids: ids of commercial partners
        :param bool announce: tell people of the moves in the customers' chatter
        :return: the moves that were added
        """
        self = self.sudo().with_context(active_test=False)  # noqa: PLW0642
        rows = self.env["crm.lifecycle.event"]._derive(partner_ids)
        profiles = {
            (profile.partner_id.id, profile.company_id.id): profile
            # A contact that became somebody's child loses its own to the customer's.
            for profile in self.search(
                [("partner_id.commercial_partner_id", "in", list(partner_ids))]
            )
        }
        gone = profiles.keys() - {(row["partner_id"], row["company_id"]) for row in rows}
        lost = self.union(*(profiles.pop(key) for key in gone))
        flipped = set(lost.filtered("purchase_count").partner_id.ids)
        lost.unlink()

        stages = self.env["crm.lifecycle.stage"]._by_code()
        archived = self._get_archived(partner_ids)
        timelines = {(row["partner_id"], row["company_id"]): _read_timeline(row) for row in rows}
        recorded = self._get_recorded_moves(
            profile
            for key, profile in profiles.items()
            if profile.stage_id.code != timelines[key][-1].stage
        )
        steps_by_key, stage_by_key, missing = {}, {}, []
        for row in rows:
            key = (row["partner_id"], row["company_id"])
            profile = profiles.get(key, self.browse())
            stage_by_key[key] = profile.stage_id.code or None
            steps_by_key[key] = steps = history.steps_to_append(
                stage_by_key[key],
                profile.stage_date or None,
                timelines[key],
                row["today"],
                recorded.get(profile.id, ()),
            )
            vals = {name: row[name] for name in FIGURES}
            vals["active"] = row["partner_id"] not in archived
            if steps:
                vals["stage_id"] = stages[steps[-1].stage].id
                vals["stage_date"] = steps[-1].date
            if bool(profile.purchase_count) != bool(row["purchase_count"]):
                flipped.add(row["partner_id"])
            if profile:
                profile._write_changed(vals)
            else:
                missing.append(dict(vals, partner_id=key[0], company_id=key[1]))
        for profile in self.create(missing):
            profiles[profile.partner_id.id, profile.company_id.id] = profile
        self._mark_referrers(flipped)

        transitions = self.env["crm.lifecycle.transition"]
        transitions = transitions.create(
            [
                vals
                for key, steps in steps_by_key.items()
                if steps
                for vals in transitions._prepare_steps(
                    profiles[key], stage_by_key[key], steps, stages
                )
            ]
        )
        if announce:
            transitions._announce()
        return transitions

    def _write_changed(self, vals):
        """Write those of ``vals`` that differ, so that a quiet customer costs no write."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_cache(value, self)
            != self._fields[name].convert_to_cache(self[name], self)
        }
        if changed:
            self.write(changed)

    def _absorb(self, others):
        """Take over the histories of other profiles of one company, and drop those.

        Until the next refresh the closest of their stages stands, so that the
        refresh adds what the documents together tell and no move twice.
        """
        self.ensure_one()
        if not others:
            return
        closest = min(
            self | others, key=lambda profile: (-profile.stage_id.sequence, profile.stage_date)
        )
        self.write({"stage_id": closest.stage_id.id, "stage_date": closest.stage_date})
        others.transition_ids.write({"profile_id": self.id})
        others.unlink()

    @api.model
    def _get_archived(self, partner_ids):
        """Return the ids of those of the partners that are archived."""
        partners = self.env["res.partner"]
        return set(partners._search([("id", "in", list(partner_ids)), ("active", "=", False)]))

    @api.model
    def _mark_referrers(self, partner_ids):
        """Queue those who referred customers that began, or ceased, to be buyers."""
        if partner_ids:
            referrers = self.env["res.partner"].browse(partner_ids)._get_lifecycle_referrers()
            self.env["crm.lifecycle.queue"]._mark(referrers.ids)

    @api.model
    def _get_recorded_moves(self, profiles):
        """Return the days and stages of profiles' moves, as ``{profile id: {(day, code)}}``."""
        moves = self.env["crm.lifecycle.transition"].search(
            [("profile_id", "in", [profile.id for profile in profiles])]
        )
        return {
            profile.id: {(move.effective_date, move.to_stage_id.code) for move in profile_moves}
            for profile, profile_moves in moves.grouped("profile_id").items()
        }


def _read_timeline(row):
    """Return the derived history of one customer and company as steps."""
    return [
        history.Step(
            fields.Date.to_date(step["date"]),
            step["stage"],
            int(step["purchases"]),
            tuple(step["evidence"] or ()),
        )
        for step in row["timeline"]
    ]
