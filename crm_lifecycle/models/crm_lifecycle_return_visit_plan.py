from datetime import timedelta

from odoo import api, models

from ..engine import return_visits
from .crm_lifecycle_return_visit import KEPT

# Days for which visits are still planned that should have been; older orders are history.
GRACE_DAYS = 30


class CrmLifecycleReminder(models.AbstractModel):
    """Return visits come up after orders, where the company wants them."""

    _inherit = "crm.lifecycle.reminder"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_steps(self):
        return [
            *super()._get_steps(),
            "visits_new",
            "visits_pointless",
            "visits_misplaced",
            "visits_unplanned",
        ]

    @api.model
    def _query_visits_new(self, company):
        days = company.lifecycle_return_visit_days
        if not days:
            return None
        since = self._get_today() - timedelta(days=days + GRACE_DAYS)
        return return_visits.completed(self._get_orders_lately(since))

    @api.model
    def _get_orders_lately(self, since):
        """Return queries of orders to which something happened since a day: ``order_id``.

        For bridges that know of more than invoices, such as deliveries.
        """
        return [return_visits.invoiced_lately(since)]

    @api.model
    def _do_visits_new(self, company, rows):
        """Plan a visit after each order that is delivered as well."""
        orders = self.env["sale.order"].browse([row["id"] for row in rows])
        delivered = orders._get_lifecycle_delivered_days()
        # All at once, and not one by one as visits are created.
        orders.partner_id.fetch(["commercial_partner_id"])
        days = company.lifecycle_return_visit_days
        oldest = self._get_today() - timedelta(days=GRACE_DAYS)
        vals_list = []
        for order, row in zip(orders, rows, strict=True):
            if order not in delivered:
                continue
            completed = max(delivered[order], row["invoiced_on"])
            date_due = completed + timedelta(days=days)
            if date_due >= oldest:
                # Whoever stands in today may be back by then.
                owner = order.user_id.id if order.user_id.active else row["user_id"]
                vals_list.append({"order_id": order.id, "user_id": owner, "date_due": date_due})
        self._after_visits_created(self.env["crm.lifecycle.return.visit"].create(vals_list))

    @api.model
    def _after_visits_created(self, visits):
        """Draft what the orders brought the customers, where the company wants it."""
        if visits and visits.company_id.lifecycle_benefit_summary:
            self.env["crm.lifecycle.benefit.summary"]._draft_for(visits.order_id)

    @api.model
    def _query_visits_pointless(self, _company):
        return return_visits.pointless()

    @api.model
    def _do_visits_pointless(self, _company, rows):
        """Drop the visits after orders that are cancelled or credited, and to whom not to go."""
        for row in rows:
            visit = self.env["crm.lifecycle.return.visit"].browse(row["id"])
            told = self.with_context(lang=visit.user_id.lang or self.env.lang)
            if row["is_cancelled"]:
                reason = told.env._("The order was cancelled")
            elif row["is_credited"]:
                reason = told.env._("The order was credited")
            elif row["is_opted_out"]:
                reason = told.env._("The customer wants no contact")
            else:
                reason = told.env._("The customer is archived")
            visit._close("dropped", reason=reason)
            visit._cancel_activities()

    @api.model
    def _query_visits_misplaced(self, _company):
        return return_visits.misplaced()

    @api.model
    def _do_visits_misplaced(self, _company, rows):
        """Give activities to whoever stands in today, and back to who is there again."""
        for row in rows:
            visit = self.env["crm.lifecycle.return.visit"].browse(row["id"])
            visit.activity_id.with_context(
                **{KEPT: True}, mail_activity_quick_update=True, lifecycle_quiet_activity=True
            ).user_id = row["user_id"]

    @api.model
    def _query_visits_unplanned(self, _company):
        return return_visits.unplanned()

    @api.model
    def _do_visits_unplanned(self, _company, rows):
        """Plan an activity for each visit, another one where nobody was reached."""
        today = self._get_today()
        visits = self.env["crm.lifecycle.return.visit"].browse([row["id"] for row in rows])
        call = self.env.ref("mail.mail_activity_data_call")
        plans = []
        days = self.env["crm.lifecycle.cadence"]._get_free_days(
            [
                (
                    visit.partner_id,
                    visit.company_id.resource_calendar_id,
                    max(visit.date_due, today + timedelta(days=int(visit.attempts > 0))),
                )
                for visit in visits
            ]
        )
        for visit, row, day in zip(visits, rows, days, strict=True):
            user = self.env["res.users"].browse(row["user_id"])
            told = self.with_context(lang=user.lang)
            plans.append(
                {
                    "partner": visit.partner_id,
                    "user": user,
                    "type": call,
                    "summary": told.env._("Return visit after %s", visit.order_id.name),
                    "notes": [],
                    "day": day,
                }
            )
        for visit, plan, activity in zip(visits, plans, self._plan(plans), strict=True):
            # Whoever stands in gets the activity alone: the visit stays whose it is.
            owner = visit.user_id if visit.user_id.active else plan["user"]
            visit.with_context(**{KEPT: True}).write(
                {"activity_id": activity.id, "user_id": owner.id}
            )
