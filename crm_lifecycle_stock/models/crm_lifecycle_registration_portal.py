from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

#: All that a customer reads of their registrations.
PORTAL_FIELDS = frozenset(
    {
        "active",
        "commercial_partner_id",
        "company_id",
        "create_date",
        "date_purchase",
        "display_name",
        "id",
        "partner_id",
        "warranty_end",
        "write_date",
    }
)


class CrmLifecycleRegistration(models.Model):
    """What customers register themselves: in the portal, or by the code on a delivery slip."""

    _inherit = "crm.lifecycle.registration"  # pylint: disable=consider-merging-classes-inherited
    _portal_fields = PORTAL_FIELDS

    # ------------------------------------------------------------
    # BOUNDS
    # ------------------------------------------------------------

    @api.model
    def _get_hourly_limit(self, company):
        return company.sudo().lifecycle_registration_hourly

    @api.model
    def _get_filed_domain(self, customer, company):
        return [
            *super()._get_filed_domain(customer, company),
            ("channel", "in", ("portal", "public")),
        ]

    @api.model
    def _get_hourly_message(self):
        return self.env._("That is a lot within one hour. Please register the rest later.")

    # ------------------------------------------------------------
    # WHAT THERE IS TO REGISTER
    # ------------------------------------------------------------

    @api.model
    def _get_portal_items(self, customer, company):
        """Return the goods without numbers that a customer got, and has not registered.

        Numbers are typed in: whoever has the piece reads them there.
        """
        return [
            item
            for picking in self._get_deliveries(customer, company)
            for item in picking._get_register_items(customer)
            if not item["lot"]
        ]

    @api.model
    def _get_portal_lot(self, customer, company, number):
        """Return the piece with a number that was delivered to a customer.

        Small letters are as good as capital ones.

        :raise UserError: where there is none, whether somebody else has it is not told; or if
            they have registered it
        """
        lots = (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("name", "=ilike", escape_psql(number)),
                    ("company_id", "in", (company.id, False)),
                ],
                limit=100,
            )
            .sorted(lambda lot: lot.name != number)
        )
        for lot in lots:
            # Before the database refuses it, which nobody could show in the form.
            if known := self._find_known(customer, company, lot.product_id, lot, None):
                known[:1]._refuse_twice()
            if self._find_delivery(customer, company, lot.product_id, lot):
                return lot
        return self._refuse_number(number)

    @api.model
    def _refuse_number(self, number):
        raise UserError(
            self.env._(
                "We have delivered nothing with the number %s to you. Please check the number on"
                " the product or on the delivery slip.",
                number,
            )
        )

    # ------------------------------------------------------------
    # FILING
    # ------------------------------------------------------------

    @api.model
    def _is_portal_open(self, company):
        """Tell whether customers register what they bought."""
        return company.sudo().lifecycle_registration

    @api.model
    def _portal_file(self, contact, company, form):
        """Register what a customer entered in the portal.

        :param contact: who registers
        :param company: of whom they bought
        :param dict form: ``number``, or ``item`` of ``_get_portal_items``, and ``note``
        :raise UserError: with what they have to change
        """
        customer = contact.commercial_partner_id
        number = self._get_portal_line(form.get("number"))
        if number:
            lot = self._get_portal_lot(customer, company, number)
            item = {"product": lot.product_id, "lot": lot}
        elif form.get("item"):
            [item] = self._choose_items(
                self._get_portal_items(customer, company), [form.get("item")]
            )
        else:
            raise UserError(
                self.env._("Please enter the number of the product, or choose the product.")
            )
        return self._register_items(contact, company, [item], form, "portal")

    @api.model
    def _choose_items(self, items, keys):
        """Return those of the items that were chosen.

        :raise UserError: if something else was chosen, or nothing
        """
        by_key = {item["key"]: item for item in items}
        if not keys or not by_key.keys() >= {*keys}:
            raise UserError(self.env._("Please choose what you want to register."))
        return [by_key[key] for key in dict.fromkeys(keys)]

    @api.model
    def _register_items(self, contact, company, items, form, channel):
        """Register items for a contact.

        :param list items: dicts with ``product`` and ``lot``
        :param str channel: how it comes in
        :raise UserError: if it is registered already, or too much
        """
        if not self._is_portal_open(company):
            raise UserError(
                self.env._("%s takes no registrations here. Please write or call.", company.name)
            )
        self._ensure_hourly(contact, company, len(items))
        customer = contact.commercial_partner_id
        for item in items:
            lot = item["lot"]
            # It may have come back since it was delivered.
            if lot and not self._find_delivery(customer, company, item["product"], lot):
                self._refuse_number(lot.name)
        vals = {
            "partner_id": contact.id,
            "company_id": company.id,
            "channel": channel,
            "registered_by": self._get_portal_line(form.get("registered_by")) or False,
            "note": self._get_portal_note(form.get("note")),
        }
        return self.with_company(company).create(
            [
                {
                    **vals,
                    "product_id": item["product"].id,
                    "lot_id": item["lot"].id,
                    **({"picking_id": item["picking"].id} if item.get("picking") else {}),
                }
                for item in items
            ]
        )

    @api.model
    def _get_portal_note(self, text):
        # Checked for its length; kept as it was written, in a field of plain text.
        return self._get_portal_text(text) and (text or "").strip()
