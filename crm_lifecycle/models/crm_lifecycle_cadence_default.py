from odoo import api, models


class CrmLifecycleCadence(models.Model):
    """The cadences that a company starts with."""

    _inherit = "crm.lifecycle.cadence"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _prepare_default(self):
        """Return rules for every class of buyers, closer ones for whoever is worth more.

        Suspects have none: they are contacted by campaigns, and prospects by their deals.
        """
        call, mail = (
            self.env.ref(f"mail.mail_activity_data_{name}", raise_if_not_found=False)
            for name in ("call", "email")
        )
        call_id = call.id if call else False
        mail_id = mail.id if mail else False
        stages = self.env["crm.lifecycle.stage"]._by_code()
        later_stages = {
            "repeat_buyer": self.env._("Repeat Buyers"),
            "long_term": self.env._("Long-term Customers"),
            "advocate": self.env._("Advocates"),
            "strategic": self.env._("Strategic Customers"),
            "partner": self.env._("Partners"),
        }
        return [
            {
                "name": self.env._("Key Accounts"),
                "value_class": "a",
                "customer_type": "relational",
                "gap_min": 7,
                "interval": 21,
                "gap_max": 35,
                "minutes": 30,
                "lead_days": 3,
                "escalate_days": 7,
                "activity_type_id": call_id,
            },
            {
                "name": self.env._("Class A"),
                "value_class": "a",
                "gap_min": 7,
                "interval": 30,
                "gap_max": 45,
                "minutes": 20,
                "lead_days": 3,
                "escalate_days": 7,
                "activity_type_id": call_id,
            },
            {
                "name": self.env._("Class B"),
                "value_class": "b",
                "gap_min": 14,
                "interval": 60,
                "gap_max": 90,
                "minutes": 15,
                "escalate_days": 14,
                "activity_type_id": call_id,
            },
            {
                "name": self.env._("Class C"),
                "value_class": "c",
                "gap_min": 30,
                "interval": 120,
                "gap_max": 180,
                "minutes": 10,
                "activity_type_id": mail_id,
            },
            {
                "name": self.env._("Customers at Risk"),
                "status": "at_risk",
                "gap_min": 7,
                "interval": 14,
                "gap_max": 45,
                "minutes": 20,
                "escalate_days": 7,
                "activity_type_id": call_id,
            },
            {
                "name": self.env._("First Buyers"),
                "stage_id": stages["first_buyer"].id,
                "gap_min": 7,
                "interval": 30,
                "gap_max": 90,
                "minutes": 15,
                "activity_type_id": call_id,
            },
            *(
                {
                    "name": name,
                    "stage_id": stages[code].id,
                    "gap_min": 14,
                    "interval": 90,
                    "gap_max": 180,
                    "minutes": 15,
                    "activity_type_id": call_id,
                }
                for code, name in later_stages.items()
            ),
        ]
