from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first

# A payment that was made, promised, or announced, as a transfer is.
PAID = ("pending", "authorized", "done")


class SaleOrder(models.Model):
    """Programmes and price lists for some customers only are on their orders only."""

    _inherit = "sale.order"

    lifecycle_barred_pricelist_ids = fields.Many2many(
        "product.pricelist",
        compute="_compute_lifecycle_barred_pricelist_ids",
        compute_sudo=True,
        export_string_translation=False,
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_lifecycle_barred_pricelist_ids(self):
        """For colleagues only: the form's domain does not allow for groups on the field."""
        barred = self.env["product.pricelist"]
        for order in self:
            if self.env.user._is_internal():
                barred = order._get_lifecycle_barred("product.pricelist")
            order.lifecycle_barred_pricelist_ids = barred

    def _get_lifecycle_barred(self, model):
        """Return the records of a model that are not for the order's customer.

        :return: as the superuser; none if we cannot tell, the order comes first
        """
        self.ensure_one()
        barred = self.env[model].sudo()
        with host_first(self, "limits"):
            barred = barred._find_lifecycle_barred(
                self.partner_id, self.company_id or self.env.company
            )
        return barred

    def _is_lifecycle_accepted(self):
        """Tell whether the customer accepted the order as it was offered, or it is confirmed."""
        self.ensure_one()
        order = self.sudo()
        return bool(
            order.state == "sale"
            or order.signed_on
            or order.transaction_ids.filtered(lambda payment: payment.state in PAID)
        )

    # ------------------------------------------------------------
    # PROGRAMMES
    # ------------------------------------------------------------

    def _get_lifecycle_barred_programs(self):
        """Return the programmes that are not for the customer, but for those already accepted."""
        barred = self._get_lifecycle_barred("loyalty.program")
        if barred and self._is_lifecycle_accepted():
            barred -= self.sudo()._get_applied_programs()
        return barred

    def _get_program_domain(self):
        domain = super()._get_program_domain()
        barred = self._get_lifecycle_barred_programs()
        return [*domain, ("id", "not in", barred.ids)] if barred else domain

    def _get_trigger_domain(self):
        domain = super()._get_trigger_domain()
        barred = self._get_lifecycle_barred_programs()
        return [*domain, ("program_id", "not in", barred.ids)] if barred else domain

    def _try_apply_code(self, code):
        status = super()._try_apply_code(code)
        if status.get("not_found"):
            program = self.env["loyalty.program"]
            with host_first(self, "limits"):
                program = self._find_lifecycle_barred_program(code)
            if program:
                return {**status, "error": self._say_lifecycle_barred(program)}
        return status

    def _find_lifecycle_barred_program(self, code):
        """Return the programme of a code that is not for the order's customer."""
        barred = self._get_lifecycle_barred("loyalty.program").filtered("active")
        if not barred:
            return barred
        rule = (
            self.env["loyalty.rule"]
            .sudo()
            .search(
                [
                    ("program_id", "in", barred.ids),
                    ("mode", "=", "with_code"),
                    ("code", "=", code),
                ],
                limit=1,
            )
        )
        card = (
            self.env["loyalty.card"]
            .sudo()
            .search([("program_id", "in", barred.ids), ("code", "=", code)], limit=1)
        )
        return rule.program_id or card.program_id

    def _say_lifecycle_barred(self, record):
        """Return why something is not for the customer; customers are told no more than that."""
        if not self.env.user._is_internal():
            return self.env._("This code is not meant for your account.")
        return self.env._(
            "%(name)s is only for these customers: %(limit)s. %(customer)s is none of them.",
            name=record.display_name,
            limit=record._say_lifecycle_limit(),
            customer=self.partner_id.commercial_partner_id.display_name,
        )

    # ------------------------------------------------------------
    # PRICE LISTS
    # ------------------------------------------------------------

    def action_confirm(self):
        self._ensure_lifecycle_pricelist()
        return super().action_confirm()

    def _ensure_lifecycle_pricelist(self):
        """Refuse that colleagues confirm with a price list that is not for the customer.

        What customers confirm, or a payment does, stays at the prices that were offered; so does
        what they signed or paid before a colleague confirms it.
        """
        if self.env.su or not self.env.user._is_internal():
            return
        for order in self.filtered("pricelist_id"):
            pricelist = order.pricelist_id.sudo()
            barred = order._get_lifecycle_barred("product.pricelist")
            if pricelist in barred and not order._is_lifecycle_accepted():
                raise UserError(
                    self.env._(
                        "%s Choose another price list, and update the prices.",
                        order._say_lifecycle_barred(pricelist),
                    )
                )
