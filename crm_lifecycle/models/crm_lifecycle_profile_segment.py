from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain


class CrmLifecycleProfile(models.Model):
    """Who counts for a segment, and moves between segments, told in the customer's chatter."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    segment_move_ids = fields.One2many(
        "crm.lifecycle.segment.move", "profile_id", string="Segment History", readonly=True
    )

    @api.readonly
    def action_open_segment_moves(self):
        """Open which segments the customer has left, and when."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_segment_move_action"
        )
        return {
            **action,
            "name": self.env._("Segment History of %s", self.partner_id.display_name),
            "domain": [("profile_id", "=", self.id)],
            "context": {"lifecycle_hide_customer": True},
        }

    @api.model
    def _get_cared_domain(self):
        """Return the domain of customers and customers to be: beyond a suspect, and not lost.

        Penetration and coverage are of them, see ``engine.service_levels.cared_cte``.
        """
        return Domain("status", "!=", "lost") & Domain("stage_id.code", "!=", "suspect")

    @api.model
    def _announce_segments(self, segments_before):
        """Log one line in the chatter of each customer who was in a segment and left it.

        A segment that somebody is put into for the first time is no move. Nor is anybody
        told here of those whom new rules moved: the segment's own chatter has the rules.

        :param dict segments_before: ``{profile: segment}``
        """
        lines = {}
        public_user = self.env.ref("base.public_user")
        left = {profile: before for profile, before in segments_before.items() if before}
        for profile in self.union(*left).exists():
            before = left[profile]
            if profile.segment_id == before:
                continue
            told = profile.with_context(lang=profile._get_chatter_lang())
            told = told.with_user(public_user).sudo()
            names = [before.with_env(told.env).name, told.segment_id.name or told.env._("none")]
            text = told.env._("Customer segment: %s.", " → ".join(names))
            lines.setdefault(profile.partner_id.id, []).append(text)
        self.env["res.partner"].with_user(public_user).sudo().browse(lines)._message_log_batch(
            {partner_id: Markup("<br/>").join(texts) for partner_id, texts in lines.items()}
        )

    def _get_chatter_lang(self):
        """Return the language of the customer's chatter: the salesperson's, else the company's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        people = (self.partner_id.user_id, self.company_id.partner_id)
        return next((person.lang for person in people if person.lang in installed), None)
