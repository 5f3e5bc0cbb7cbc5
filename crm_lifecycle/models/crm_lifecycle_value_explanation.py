from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..engine import value_classes


class CrmLifecycleValue(models.Model):
    """Why a customer is of which class, in words."""

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    explanation = fields.Json(
        compute="_compute_explanation",
        exportable=False,
        help="The customer's rank, share and distance to the cut points: a title and lines.",
    )

    @api.depends("value_class", "margin_12m", "revenue_12m", "contribution_12m", "loss_reason")
    @api.depends_context("lang")
    def _compute_explanation(self):
        cuts = self._get_latest_cuts()
        self.flush_model()
        ranks = {
            value_id: rank
            for value_id, *rank in self.env.execute_query(value_classes.ranking(self.ids))
        }
        names = dict(self._fields["value_class"]._description_selection(self.env))
        for record in self:
            cut = cuts.get(record.company_id)
            record.explanation = {
                "title": self.env._("Class %s", names[record.value_class])
                if record.value_class
                else self.env._("No class"),
                "lines": [
                    *(record._say_rank(cut, ranks.get(record.id)) if cut else []),
                    *record._say_cut(cut),
                    *record._say_loss(),
                ],
            }

    @api.model
    def _get_latest_cuts(self):
        cuts = self.env["crm.lifecycle.value.cut"]
        return {
            company: cuts.search([("company_id", "=", company.id)], limit=1)
            for company in self.company_id
        }

    def _say_rank(self, cut, rank):
        """Say what the customer brings, and its place among all who bring anything."""
        terms = {
            "basis": dict(cut._fields["basis"]._description_selection(self.env))[cut.basis],
            "amount": self._format(self._get_class_amount(cut)),
        }
        if not rank:
            return [self.env._("%(basis)s of the last twelve months: %(amount)s.", **terms)]
        place, customers, share, share_so_far = rank
        return [
            self.env._(
                "%(basis)s of the last twelve months: %(amount)s, number %(place)s of the"
                " %(customers)s customers above zero.",
                place=place,
                customers=customers,
                **terms,
            ),
            self.env._(
                "That is %(share)s%% of what they bring together; with everybody above,"
                " %(so_far)s%%.",
                share=round(100 * share, 1),
                so_far=round(100 * share_so_far, 1),
            ),
        ]

    def _say_cut(self, cut):
        """Say how far the customer is from the amounts at which the classes begin."""
        if not cut or not cut.cut_a:
            return [self.env._("The company has too few customers to tell classes apart.")]
        if not self.value_class:
            return [self._say_unclassified(cut)]
        amount = self._get_class_amount(cut)
        terms = {
            "a": self._format(cut.cut_a),
            "b": self._format(cut.cut_b),
            "date": format_date(self.env, cut.date),
        }
        if self.value_class == "a":
            above = self._format(amount - cut.cut_a)
            return [
                self.env._(
                    "Class A begins at %(a)s, as measured on %(date)s: %(above)s above it.",
                    above=above,
                    **terms,
                )
            ]
        if self.value_class == "b":
            return [
                self.env._(
                    "Class B begins at %(b)s, as measured on %(date)s: %(above)s above it.",
                    above=self._format(amount - cut.cut_b),
                    **terms,
                ),
                self.env._(
                    "Class A begins at %(a)s: %(gap)s short of it.",
                    gap=self._format(cut.cut_a - amount),
                    **terms,
                ),
            ]
        return [
            self.env._(
                "Class B begins at %(b)s, as measured on %(date)s: %(gap)s short of it.",
                gap=self._format(cut.cut_b - amount),
                **terms,
            )
        ]

    def _say_unclassified(self, cut):
        """Say why the customer has no class, where others have."""
        if not self.revenue_12m:
            return self.env._("There was no revenue in the last twelve months.")
        if cut.basis == "margin" and self.cost_known < cut.known_cost_share:
            return self.env._(
                "The cost of only %(known)s%% of the revenue is known, so the margin says little:"
                " the rules ask for %(wanted)s%%.",
                known=round(100 * self.cost_known, 1),
                wanted=round(100 * cut.known_cost_share, 1),
            )
        return self.env._("The customer has yet to be looked at by the latest cut points.")

    def _say_loss(self):
        """Say what makes the loss, if there is one."""
        if not self.loss_reason:
            return []
        return [
            self.env._(
                "Contribution: %(amount)s. What makes the loss: %(causes)s.",
                amount=self._format(self.contribution_12m),
                causes=self.loss_reason,
            )
        ]

    def _get_class_amount(self, cut):
        return self[value_classes.BASES[cut.basis]]

    def _format(self, amount):
        return format_amount(self.env, amount, self.currency_id)
