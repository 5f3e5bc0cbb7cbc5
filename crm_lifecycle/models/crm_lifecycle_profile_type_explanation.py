from odoo import api, fields, models
from odoo.tools import format_date

from ..access import AMOUNT_GROUPS
from ..engine import type_rules
from .crm_lifecycle_policy import TYPE_SETTINGS


class CrmLifecycleProfile(models.Model):
    """Why a customer is of which type, and how price sensitivity was told, in words."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    type_explanation = fields.Json(
        compute="_compute_type_explanation",
        exportable=False,
        help="What each kind of evidence tells, with its figure and points: a title and lines.",
    )
    sensitivity_reason = fields.Char(
        compute="_compute_sensitivity_reason",
        string="How It Was Told",
        help="The elasticity with the number of order lines, or why there is none.",
    )

    @api.depends(
        "customer_type", "rule_type", "type_cause", "type_figures", "policy_id", "segment_id"
    )
    @api.depends_context("lang", "uid")
    def _compute_type_explanation(self):
        """Explain types from the stored figures, by the rules that gave them."""
        limits = self._get_type_limits()
        names = self._get_type_names()
        since = self._get_type_dates()
        for profile in self:
            figures = profile.sudo().type_figures
            if figures is None or figures is False:
                # Nobody has looked yet.
                profile.type_explanation = False
                continue
            profile.type_explanation = {
                "title": profile._say_type_title(names, since.get(profile.id)),
                "lines": [
                    *profile._say_type_hand(names),
                    *profile._say_type_rules(figures, limits[profile.sudo().policy_id], names),
                    *profile._say_type_evidence(figures, limits[profile.sudo().policy_id], names),
                ],
            }

    def _get_type_limits(self):
        """Return the weights and limits that decided last, ``{policy: {name: value}}``."""
        defaults = self.env["crm.lifecycle.policy"].default_get(list(TYPE_SETTINGS))
        return {
            policy: {name: policy[name] if policy else defaults[name] for name in TYPE_SETTINGS}
            for policy in {profile.policy_id for profile in self.sudo()}
        }

    @api.model
    def _get_type_names(self):
        return dict(self._fields["customer_type"]._description_selection(self.env))

    def _get_type_dates(self):
        """Return since when the profiles have their type, as far as the history knows."""
        groups = (
            self.env["crm.lifecycle.type.move"]
            .sudo()
            ._read_group([("profile_id", "in", self.ids)], ["profile_id"], ["effective_date:max"])
        )
        return {profile.id: day for profile, day in groups}

    def _say_type_title(self, names, since):
        if not self.customer_type:
            return self.env._("No customer type yet")
        if not since:
            return names[self.customer_type]
        return self.env._(
            "%(type)s since %(date)s",
            type=names[self.customer_type],
            date=format_date(self.env, since, date_format="long"),
        )

    def _say_type_hand(self, names):
        """Say who set the type by hand, and whether the rules agree."""
        if self.type_cause != "hand":
            return []
        override = self.type_override_id
        said = self.env._("Set by hand.")
        if override:
            said = self.env._(
                "Set by hand by %(user)s: %(reason)s",
                user=override.user_id.name,
                reason=override.reason,
            )
        if self.type_is_contradicted:
            return [said, self.env._("The rules say otherwise: %s.", names[self.rule_type])]
        return [said]

    def _say_type_rules(self, figures, limits, names):
        """Say what the points come to, and why they do not decide where they do not."""
        said = []
        if points := self._say_points(figures):
            said.append(points)
        if not figures.get("purchases"):
            said.append(self.env._("There is no purchase yet, so the points decide nothing."))
        elif figures["purchases"] < limits["type_minimum_purchases"]:
            if self.rule_type != "one_time":
                said.append(
                    self.env._(
                        "%(count)s of %(minimum)s purchases needed: too few for the points to"
                        " decide.",
                        count=figures["purchases"],
                        minimum=limits["type_minimum_purchases"],
                    )
                )
        elif max(figures["points"].values()) < limits["type_minimum_points"]:
            said.append(
                self.env._(
                    "It takes %s points for one type: too little is known.",
                    limits["type_minimum_points"],
                )
            )
        if self.type_cause == "segment":
            said.append(
                self.env._(
                    "So it is the usual type of the segment %(segment)s: %(type)s.",
                    segment=self.segment_id.name,
                    type=names[self.customer_type],
                )
            )
        return said

    @api.model
    def _say_points(self, figures):
        """Say the points of each type, most first; empty where there are none."""
        names = self._get_type_names()
        points = sorted(
            (
                (figures.get("points", {}).get(code, 0), place, names[code])
                for place, code in enumerate(type_rules.TYPES)
            ),
            reverse=True,
        )
        said = [f"{name} {number}" for number, _place, name in points if number]
        return self.env._("Points: %s.", ", ".join(said)) if said else ""

    def _say_type_evidence(self, figures, limits, names):
        """Say the figure of each kind of evidence, its limits, and what it tells."""
        told = figures.get("told", {})
        said = []
        for kind in type_rules.KINDS:
            line = getattr(self, f"_say_type_{kind}")(figures, limits)
            if not limits[f"type_weight_{kind}"] and kind not in told:
                continue
            if kind in told and told[kind][1]:
                code, points = told[kind]
                line = self.env._(
                    "%(evidence)s → %(type)s, %(points)s points",
                    evidence=line,
                    type=names[code],
                    points=points,
                )
            else:
                line = self.env._("%s → no points", line)
            said.append(line)
        return said

    def _say_type_segment(self, _figures, _limits):
        return self.env._("Segment: %s", self.segment_id.name or self.env._("none"))

    def _say_type_purchases(self, figures, limits):
        count = figures.get("purchases", 0)
        if count == 1:
            return self.env._(
                "Purchases: one; one-time from %s on, if there is no second one",
                format_date(self.env, figures.get("one_time")),
            )
        terms = {
            "count": figures.get("purchases_12m", 0),
            "hybrid": limits["type_hybrid_purchases"],
            "relational": limits["type_relational_purchases"],
        }
        if not figures.get("interval"):
            return self.env._(
                "Purchases in 12 months: %(count)s (hybrid from %(hybrid)s, relational from"
                " %(relational)s regular ones)",
                **terms,
            )
        return self.env._(
            "Purchases in 12 months: %(count)s, usually every %(gap)s days, spread %(spread)s"
            " (hybrid from %(hybrid)s, relational from %(relational)s regular ones)",
            gap=figures["interval"],
            spread=figures.get("spread", 0),
            **terms,
        )

    def _say_type_breadth(self, figures, limits):
        return self.env._(
            "Product categories in %(months)s months: %(count)s (hybrid from %(hybrid)s, relational"
            " from %(relational)s)",
            months=limits["type_months"],
            count=figures.get("categories", 0),
            hybrid=limits["type_hybrid_breadth"],
            relational=limits["type_relational_breadth"],
        )

    def _say_type_discount(self, figures, limits):
        if figures.get("discount") is None:
            return self.env._("Discounts: nothing was invoiced in 12 months")
        return self.env._(
            "Discounts: %(share)s%% of list prices (transactional from %(limit)s%%)",
            share=f"{100 * figures['discount']:.3g}",
            limit=f"{limits['type_discount_share']:g}",
        )

    def _say_type_lost(self, figures, limits):
        return self.env._(
            "Quotations lost for price in %(months)s months: %(count)s (transactional from"
            " %(limit)s)",
            months=limits["type_months"],
            count=figures.get("lost", 0),
            limit=limits["type_lost_quotations"],
        )

    def _say_type_payment(self, figures, limits):
        if not figures.get("paid"):
            return self.env._("Payments: none in 12 months")
        if not self.env.user.has_groups(AMOUNT_GROUPS):
            # How long somebody takes to pay is for those who may read it elsewhere, too.
            return self.env._(
                "Payments in 12 months: %(count)s (transactional up to %(prompt)s days after the"
                " invoice, relational from %(term)s)",
                count=figures["paid"],
                prompt=limits["type_prompt_days"],
                term=limits["type_term_days"],
            )
        return self.env._(
            "Payments: %(days)s days after the invoice, %(late)s days late, over %(count)s"
            " payments (transactional up to %(prompt)s days, relational from %(term)s)",
            days=f"{figures.get('days_to_pay', 0):g}",
            late=f"{figures.get('days_late', 0):g}",
            count=figures["paid"],
            prompt=limits["type_prompt_days"],
            term=limits["type_term_days"],
        )

    def _say_type_people(self, figures, limits):
        return self.env._(
            "People on documents of %(months)s months: %(count)s (hybrid from %(hybrid)s,"
            " relational from %(relational)s)",
            months=limits["type_months"],
            count=figures.get("people", 0),
            hybrid=limits["type_hybrid_people"],
            relational=limits["type_relational_people"],
        )

    def _say_type_channels(self, figures, limits):
        return self.env._(
            "Channels of documents of %(months)s months: %(count)s (hybrid from %(hybrid)s,"
            " relational from %(relational)s)",
            months=limits["type_months"],
            count=figures.get("channels", 0),
            hybrid=limits["type_hybrid_channels"],
            relational=limits["type_relational_channels"],
        )

    @api.depends("price_elasticity", "price_sample", "price_sensitivity", "policy_id")
    @api.depends_context("lang")
    def _compute_sensitivity_reason(self):
        limits = self._get_type_limits()
        for profile in self:
            profile.sensitivity_reason = profile._say_sensitivity(limits[profile.sudo().policy_id])

    def _say_sensitivity(self, limits):
        """Say what the elasticity means and of how many lines it is, or why there is none."""
        if not self.price_sample:
            return self.env._(
                "No product was bought at two prices in the last %s months.",
                limits["sensitivity_months"],
            )
        if self.price_sample < limits["sensitivity_minimum"]:
            return self.env._(
                "Only %(count)s of %(minimum)s order lines needed compare prices of the same"
                " product.",
                count=self.price_sample,
                minimum=limits["sensitivity_minimum"],
            )
        if not self.price_sensitivity:
            return self.env._(
                "Prices varied too little to tell, over %s order lines.", self.price_sample
            )
        terms = {"share": f"{abs(self.price_elasticity):.2f}", "count": self.price_sample}
        if self.price_elasticity < 0:
            return self.env._(
                "A price 1%% lower went with %(share)s%% more bought, over %(count)s order lines.",
                **terms,
            )
        return self.env._(
            "A price 1%% lower went with %(share)s%% less bought, over %(count)s order lines.",
            **terms,
        )
