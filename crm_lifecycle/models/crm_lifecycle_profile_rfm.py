from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import rfm

SCORES = [(str(score), str(score)) for score in range(1, 6)]


class CrmLifecycleProfile(models.Model):
    """Scores by recency, frequency and monetary, and the grid of the first two."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    rfm_recency = fields.Selection(
        SCORES,
        string="Recency",
        readonly=True,
        help="The customer's fifth by the day of the last purchase, 5 is the latest. Empty"
        " without a purchase in the last twelve months, or where the company has too few"
        " buyers to tell.",
    )
    rfm_frequency = fields.Selection(
        SCORES,
        string="Frequency",
        readonly=True,
        help="The customer's fifth by purchases of the last twelve months, 5 is the most."
        " Customers with as many purchases share a score.",
    )
    rfm_monetary = fields.Selection(
        SCORES,
        string="Monetary",
        readonly=True,
        help="The customer's fifth by net revenue of the last twelve months, 5 is the most.",
    )
    rfm_code = fields.Char(
        string="RFM",
        readonly=True,
        size=3,
        help="The scores of recency, frequency and monetary, each from 1 to 5: 555 are the"
        " best customers.",
    )

    _company_rfm_idx = models.Index(
        "(company_id, rfm_recency, rfm_frequency) WHERE rfm_code IS NOT NULL"
    )

    @api.model
    @api.readonly
    def get_rfm_grid(self):
        """Return how many customers of the current company have which scores.

        :return: dict: ``cells``, a list of ``{recency, frequency, customers, average}`` whose
            average is the monetary one, for those alone who may see amounts; ``recency`` and
            ``frequency``, what the scores stand for; what is there and what it takes
        """
        company = self.env.company
        customers = self._read_group(
            self._get_rfm_domain(), ["rfm_recency", "rfm_frequency"], ["__count"]
        )
        revenues = self._get_rfm_revenues()
        cut = self.env["crm.lifecycle.rfm.cut"].sudo()
        cut = cut.search([("company_id", "=", company.id)], limit=1)
        return {
            "company": company.display_name,
            "currency_id": company.currency_id.id,
            "buyers": self.search_count(
                Domain("company_id", "=", company.id) & Domain("purchase_count_12m", ">", 0)
            ),
            "minimum": rfm.MINIMUM_CUSTOMERS,
            "recency": self._say_recency(cut),
            "frequency": self._say_frequency(cut),
            "cells": [
                {
                    "recency": recency,
                    "frequency": frequency,
                    "customers": count,
                    "average": None
                    if revenues is None
                    else revenues.get((recency, frequency), 0) / count,
                }
                for recency, frequency, count in customers
            ],
        }

    @api.model
    @api.readonly
    def action_open_rfm(self, recency, frequency):
        """Open the customers who have two scores.

        :param str recency: score
        :param str frequency: score
        """
        self.browse().check_access("read")
        if not {recency, frequency} <= set(dict(SCORES)):
            raise UserError(self.env._("Scores run from 1 to 5."))
        domain = (
            self._get_rfm_domain()
            & Domain("rfm_recency", "=", recency)
            & Domain("rfm_frequency", "=", frequency)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Recency %(recency)s, frequency %(frequency)s",
                recency=recency,
                frequency=frequency,
            ),
            "res_model": self._name,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": list(domain),
        }

    @api.model
    def _get_rfm_domain(self):
        return Domain("company_id", "=", self.env.company.id) & Domain("rfm_code", "!=", False)

    @api.model
    def _get_rfm_revenues(self):
        """Return the revenue of each cell's customers, None to those who may not see it."""
        values = self.env["crm.lifecycle.value"]
        if not values.has_access("read"):
            return None
        groups = values._read_group(
            [("profile_id", "any", self._get_rfm_domain())],
            ["profile_id.rfm_recency", "profile_id.rfm_frequency"],
            ["revenue_12m:sum"],
        )
        return {(recency, frequency): revenue for recency, frequency, revenue in groups}

    def _say_recency(self, cut):
        """Say which last purchases have the scores from 1 to 5."""
        bounds = [cut[name] for name in rfm.CUTS["recency"]]
        if not bounds[0]:
            return [""] * 5
        said = [
            self.env._("until %s", format_date(self.env, bound)) if bound != before else ""
            for before, bound in zip((None, *bounds), bounds, strict=False)
        ]
        first = bounds[-1] + timedelta(days=1)
        return [*said, self.env._("since %s", format_date(self.env, first))]

    def _say_frequency(self, cut):
        """Say how many purchases have the scores from 1 to 5."""
        bounds = [cut[name] for name in rfm.CUTS["frequency"]]
        if not bounds[0]:
            return [""] * 5
        said, least = [], 1
        for bound in bounds:
            said.append(self._say_purchases(least, bound) if bound >= least else "")
            least = max(least, bound + 1)
        return [*said, self.env._("%s or more", least)]

    def _say_purchases(self, least, most):
        if most > least:
            return self.env._("%(least)s to %(most)s", least=least, most=most)
        return self.env._("1 purchase") if most == 1 else self.env._("%s purchases", most)
