from odoo import api, models


class CrmLifecycleSegment(models.Model):
    """The segments that each company starts with."""

    _name = "crm.lifecycle.segment"
    _inherit = ["crm.lifecycle.segment", "lifecycle.default.mixin"]

    @api.model
    def _prepare_default(self):
        """Return the values of the default segments, in order, in the current language.

        Sectors come before sizes: a university is education, however many people work there.
        """
        relational = {"default_type": "relational", "acquisition_policy": "pursue"}
        hybrid = {"default_type": "hybrid", "acquisition_policy": "pursue"}
        return [
            {
                "name": self.env._("Federal government"),
                "sector_federal": True,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Education"),
                "sector_education": True,
                "seniority": "experienced",
                **hybrid,
            },
            {
                "name": self.env._("State and local government"),
                "sector_state_local": True,
                "seniority": "experienced",
                **hybrid,
            },
            {
                "name": self.env._("Individual / catalogue"),
                "sector_individual": True,
                "sector_catalogue": True,
                "default_type": "transactional",
                "acquisition_policy": "avoid",
                "seniority": "junior",
            },
            {
                "name": self.env._("Large enterprise"),
                "employees_from": 18000,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Large corporate"),
                "employees_from": 2000,
                "employees_to": 18000,
                "seniority": "senior",
                **relational,
            },
            {
                "name": self.env._("Preferred account"),
                "employees_from": 400,
                "employees_to": 2000,
                "seniority": "experienced",
                **relational,
            },
            {
                "name": self.env._("Small business"),
                "employees_from": 2,
                "employees_to": 400,
                "default_type": "transactional",
                "acquisition_policy": "per_deal",
                "seniority": "junior",
            },
        ]
