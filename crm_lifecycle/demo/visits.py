from odoo import api, models

# What customers said of their orders.
SAID = (
    ("5", "Everything fits. They ask for the same lamps in the meeting room."),
    ("3", "One chair came with a scratch; they keep it, and would like to be called in spring."),
)


class CrmLifecycleDemo(models.AbstractModel):
    """Customers are called on again after their orders."""

    _inherit = "crm.lifecycle.demo"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _visit_customers(self):
        """Have visits come up after the latest orders, and the first ones be done."""
        company, reminder = self.env.ref("base.main_company"), self.env["crm.lifecycle.reminder"]
        for step in ("visits_new", "visits_unplanned"):
            begin = 0
            while begin is not None:
                _count, begin = reminder._work_off(company, step, begin)
        visits = self.env["crm.lifecycle.return.visit"].search([("company_id", "=", company.id)])
        for visit, (satisfaction, note) in zip(visits, SAID, strict=False):
            visit.write({"satisfaction": satisfaction, "note": note})
            visit.action_done()
        # What is planned moves the day of the next contact.
        self.env["crm.lifecycle.profile"]._refresh(visits.partner_id.ids)
