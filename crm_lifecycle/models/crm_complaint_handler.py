from odoo import SUPERUSER_ID, api, models

HANDLERS = "sales_team.group_sale_salesman"
MANAGERS = "sales_team.group_sale_manager"


class CrmComplaint(models.Model):
    """Somebody owns each complaint, also one that comes in by portal, mail or rating."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    def _get_default_handler(self):
        """Return who handles it where the category does not say: whoever enters it, else
        whoever looks after the documents or the customer, else whom the company has set.
        """
        self.ensure_one()
        user = self.env.user
        if not self.env.su and not user.share and user.active:
            return user
        complaint = self.sudo()
        customer = complaint.partner_id
        for candidate in (
            *complaint.category_id.team_id.user_id,
            *complaint.order_ids.user_id,
            *complaint.move_ids.invoice_user_id,
            *complaint.lead_ids.user_id,
            *customer.user_id,
            *customer.commercial_partner_id.user_id,
            *complaint.company_id.lifecycle_complaint_user_id,
        ):
            if complaint._can_handle(candidate._origin):
                return candidate._origin
        return user.browse()

    def _can_handle(self, user):
        """Tell whether a user may work on the complaint."""
        self.ensure_one()
        return (
            user.active
            and user._is_internal()
            and self.company_id._origin in user.company_ids
            and user.has_group(HANDLERS)
        )

    def _get_managers(self):
        """Return the sales managers of the complaint's company."""
        self.ensure_one()
        managers = self.env.ref(MANAGERS).sudo().all_user_ids
        return managers.filtered(self._can_handle).sorted("id")

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        if self.env.context.get("tracking_disable"):
            return complaints
        for complaint, vals in zip(complaints, vals_list, strict=True):
            # The host tells whoever is in the values alone.
            if complaint.user_id and not vals.get("user_id"):
                complaint._tell_handler()
        return complaints

    def _tell_handler(self):
        """Have whoever is responsible follow it, and tell them; in our name, where a customer
        has filed it.
        """
        self.ensure_one()
        told = self.with_user(SUPERUSER_ID) if self.env.su or self.env.user.share else self
        told._message_auto_subscribe(
            {"user_id": self.user_id.id}, followers_existing_policy="update"
        )
