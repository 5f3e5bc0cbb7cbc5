from odoo import fields, models


class CrmLifecycleBenefitSummary(models.Model):
    _inherit = "crm.lifecycle.benefit.summary"

    def _get_facts(self):
        """Add how many deliveries came on the day that was promised, or before."""
        facts = super()._get_facts()
        for summary in self:
            company = summary.company_id.sudo()
            local = self.with_context(
                tz=company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
            )
            # As the superuser: whoever drafts sells, and may not see transfers.
            done = summary.order_id.sudo().picking_ids.filtered(
                lambda picking: (
                    picking.state == "done" and picking.location_dest_id.usage == "customer"
                )
            )
            promised = done.filtered("date_deadline")
            on_time = [
                picking
                for picking in promised
                if fields.Datetime.context_timestamp(local, picking.date_done).date()
                <= fields.Datetime.context_timestamp(local, picking.date_deadline).date()
            ]
            if not on_time:
                # What was late is no benefit.
                continue
            told = summary.with_context(lang=summary.contact_id.lang or self.env.lang)
            facts[summary].insert(
                1,
                told.env._(
                    "Delivered on time: %(on_time)s of %(count)s deliveries",
                    on_time=len(on_time),
                    count=len(promised),
                ),
            )
        return facts
