from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

CHANNELS = [("portal", "Portal"), ("public", "Delivery Slip"), ("hand", "Entered by Us")]


class CrmLifecycleRegistration(models.Model):
    """A purchase that a customer registered: which piece, since when, and how long its warranty is.

    Delivery, order and dates are looked up; colleagues may also enter what a customer has from
    somebody else, of which there is no delivery.
    """

    _name = "crm.lifecycle.registration"
    _description = "Purchase Registration"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "lifecycle.portal.mixin",
        "crm.lifecycle.trigger.mixin",
    ]
    _order = "date_purchase DESC, id DESC"
    _rec_names_search = ["product_id", "lot_id"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Who registered it: the customer, or a contact of theirs.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index=True,
    )
    registered_by = fields.Char(
        help="What somebody without a login wrote of themselves: name, and how to reach them."
    )
    channel = fields.Selection(CHANNELS, required=True, default="hand", readonly=True, copy=False)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot or Serial Number",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
        help="Which piece it is; empty for goods without numbers.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        index="btree_not_null",
        ondelete="set null",
        compute="_compute_picking_id",
        compute_sudo=True,
        store=True,
        # Who registers on a slip says which; nobody else does, see ``_with_customers``.
        readonly=False,
        precompute=True,
        help="With which the customer got it, as far as it came from us.",
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Order",
        related="picking_id.sale_id",
        store=True,
        index="btree_not_null",
    )
    date_purchase = fields.Date(
        string="Bought On",
        required=True,
        compute="_compute_date_purchase",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
        help="The day of the delivery, or of the registration where there is none; the warranty"
        " counts from here.",
    )
    warranty_end = fields.Date(
        compute="_compute_warranty_end",
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
        help="Last day of the warranty, by the months of the product when it was registered;"
        " empty if there is none.",
    )
    date_returned = fields.Date(
        string="Came Back On",
        compute="_compute_date_returned",
        compute_sudo=True,
        store=True,
        readonly=True,
        help="When the customer sent it back; empty as long as they have it.",
    )
    note = fields.Text(help="What the customer wrote, or a colleague notes.")

    # Who registers twice at the same moment is stopped here, all others by ``_check_once``.
    _lot_uniq = models.UniqueIndex(
        "(lot_id, partner_id, company_id) WHERE lot_id IS NOT NULL AND active",
        "This number is registered already.",
    )
    _picking_uniq = models.UniqueIndex(
        "(picking_id, product_id, partner_id) WHERE lot_id IS NULL AND active",
        "This product of the delivery is registered already.",
    )

    # ------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------

    @api.depends("product_id", "lot_id")
    def _compute_display_name(self):
        for registration in self:
            # Whoever reads the registration may not know the product.
            record = registration.sudo()
            registration.display_name = " ".join(
                filter(None, (record.product_id.display_name, record.lot_id.name))
            )

    @api.depends("lot_id")
    def _compute_product_id(self):
        for registration in self:
            registration.product_id = registration.lot_id.product_id or registration.product_id

    @api.depends("picking_id")
    def _compute_date_purchase(self):
        for registration in self:
            registration.date_purchase = (
                registration._get_delivered_on()
                or registration.date_purchase
                or registration._get_today_of()
            )

    def _get_delivered_on(self):
        """Return the day of the delivery where the company is, False if there is none."""
        self.ensure_one()
        delivered = self.sudo().picking_id.date_done
        if not delivered:
            return False
        zone = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_zone()
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), delivered).date()

    def _get_today_of(self):
        return self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_today()

    @api.depends("date_purchase", "product_id")
    def _compute_warranty_end(self):
        """Of the months that hold now: what is promised to one customer does not change for
        others who buy later.
        """
        for registration in self:
            months = registration.product_id.lifecycle_warranty_months
            registration.warranty_end = (
                registration.date_purchase + relativedelta(months=months, days=-1)
                if months and registration.date_purchase
                else False
            )

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("lot_id", "product_id")
    def _check_product(self):
        for registration in self:
            product = registration.lot_id.product_id
            if product and product != registration.product_id:
                raise ValidationError(
                    self.env._(
                        "%(lot)s is a number of %(product)s. Choose that product, or another"
                        " number.",
                        lot=registration.lot_id.name,
                        product=product.display_name,
                    )
                )

    @api.constrains("date_purchase")
    def _check_date_purchase(self):
        for registration in self:
            day = registration.date_purchase
            if day > registration._get_today_of() and day != registration._get_delivered_on():
                raise ValidationError(
                    self.env._("Nothing was bought on a day to come yet. Choose another day.")
                )

    @api.constrains("date_purchase", "warranty_end")
    def _check_warranty_end(self):
        for registration in self:
            if registration.warranty_end and registration.warranty_end < registration.date_purchase:
                raise ValidationError(
                    self.env._(
                        "The warranty of %s ends before the purchase. Choose a later day, or none.",
                        registration.display_name,
                    )
                )

    @api.constrains("lot_id", "partner_id", "picking_id", "product_id", "company_id", "active")
    def _check_once(self):
        """Refuse to register again what the customer, or a contact of theirs, registered."""
        for registration in self.filtered("active").sudo():
            known = self._find_known(
                registration.commercial_partner_id,
                registration.company_id,
                registration.product_id,
                registration.lot_id,
                registration.picking_id,
            )
            if known - registration:
                registration._refuse_twice()

    def _refuse_twice(self):
        raise ValidationError(self.env._("%s is registered already.", self.display_name))

    @api.model
    def _find_known(self, customer, company, product, lot, picking):
        """Return what a customer and their contacts have registered of the same thing.

        :param picking: with which it came; of goods without numbers that we have not delivered,
            any number may be registered
        """
        if lot:
            same = Domain("lot_id", "=", lot.id)
        elif picking:
            same = (
                Domain("lot_id", "=", False)
                & Domain("picking_id", "=", picking.id)
                & Domain("product_id", "=", product.id)
            )
        else:
            return self.browse()
        return self.sudo().search(
            same
            & Domain("company_id", "=", company.id)
            & Domain("commercial_partner_id", "=", customer.id)
        )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self.env.su:
            # A default is a way to say it, too.
            values.pop("picking_id", None)
            if "channel" in values:
                values["channel"] = "hand"
        return values

    @api.model_create_multi
    def create(self, vals_list):
        registrations = super().create(vals_list)
        for registration in registrations:
            registration._after_register()
        return registrations

    def _after_register(self):
        """Do what follows once something is registered, whoever did so; bridges add to it."""
        self.ensure_one()

    @api.model
    def _with_customers(self, vals_list):
        """Keep the contact: it is they who registered it.

        With which delivery it came is looked up, and how it came in is not for others to say.
        """
        if self.env.su:
            return vals_list
        return [
            {key: value for key, value in vals.items() if key not in ("picking_id", "channel")}
            for vals in vals_list
        ]

    @api.model
    def _unite(self, src_partners, dst_partner):
        """Archive what contacts that are merged registered twice; the earliest stays."""
        registrations = self.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)], order="id"
        )
        for same in registrations.grouped(
            lambda known: (
                (known.company_id, known.lot_id)
                if known.lot_id
                else (known.company_id, known.picking_id, known.product_id)
                if known.picking_id
                # Of what we have not delivered, there may be any number.
                else known
            )
        ).values():
            same[1:].active = False

    @api.readonly
    def action_open_delivery(self):
        """Open the delivery."""
        self.ensure_one()
        return self.picking_id._get_records_action()
