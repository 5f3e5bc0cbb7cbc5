from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..engine import type_rules

#: Shares in percent that a textbook names for a maker of computers in the 1990s. A claim
#: to compare with, never used in computing.
TEXTBOOK = {"transactional": 30, "hybrid": 30, "relational": 40}


class CrmLifecycleProfile(models.Model):
    """How many customers are of which type, beside what a textbook says."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_type_distribution(self):
        """Return how many customers of the current company are of which type.

        :return: dict: ``rows``, a list of ``{key, name, customers, share, textbook}`` whose
            shares are percentages of those who have a type; ``unknown``, how many have none;
            ``by_hand``, the number of types set by hand
        """
        company = self.env.company
        domain = Domain("company_id", "=", company.id)
        counts = dict(self._read_group(domain, ["customer_type"], ["__count"]))
        total = sum(counts.get(code, 0) for code in type_rules.TYPES)
        names = self._get_type_names()
        return {
            "company": company.display_name,
            "rows": [
                {
                    "key": code,
                    "name": names[code],
                    "customers": counts.get(code, 0),
                    "share": 100 * counts.get(code, 0) / total if total else 0.0,
                    "textbook": TEXTBOOK.get(code, False),
                }
                for code in type_rules.TYPES
            ],
            "total": total,
            "unknown": counts.get(False, 0),
            "by_hand": self.search_count(domain & Domain("type_cause", "=", "hand")),
        }

    @api.model
    @api.readonly
    def action_open_type(self, key):
        """Open the customers of a type.

        :param key: the type, False for who has none
        """
        self.browse().check_access("read")
        names = {False: self.env._("No customer type yet"), **self._get_type_names()}
        if key not in names:
            raise UserError(self.env._("There is no such customer type: %s", key))
        return {
            "type": "ir.actions.act_window",
            "name": names[key],
            "res_model": self._name,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("company_id", "=", self.env.company.id), ("customer_type", "=", key)],
        }
