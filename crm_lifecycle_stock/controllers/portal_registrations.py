from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.crm_lifecycle.controllers.portal_listing import list_page
from odoo.addons.portal.controllers.portal import CustomerPortal


class PortalRegistrations(CustomerPortal):
    """Customers register what they bought, in the portal or by the code on a delivery slip."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "registration_count" in counters:
            registrations = request.env["crm.lifecycle.registration"]
            values["registration_count"] = (
                registrations.search_count(self._get_registration_domain(), limit=1000)
                if registrations.has_access("read")
                else 0
            )
        return values

    def _get_registration_domain(self):
        """Return the domain of the customer's own, also for colleagues who look at the portal."""
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id)

    @route(
        ["/my/registrations", "/my/registrations/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_registrations(self, page=1, registered=None, **_kwargs):
        registrations, listed = list_page(
            request.env["crm.lifecycle.registration"],
            self._get_registration_domain(),
            "/my/registrations",
            page,
            self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "registrations": registrations.sudo(),
                "can_register": registrations._is_portal_open(request.env.company),
                "is_new": bool(registered),
                "page_name": "registration",
                **listed,
            }
        )
        return request.render("crm_lifecycle_stock.portal_my_registrations", values)

    @route("/my/registrations/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_new_registration(self, **form):
        """Show the form, or register what was entered; with what is wrong, it comes again."""
        registrations = request.env["crm.lifecycle.registration"].sudo()
        contact, company = request.env.user.partner_id.sudo(), request.env.company
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    registrations._portal_file(contact, company, form)
                return request.redirect("/my/registrations?registered=1")
            except UserError as refused:
                error = str(refused)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "registration",
                "is_form": True,
                "can_register": registrations._is_portal_open(company),
                "company": company.sudo(),
                "items": registrations._get_portal_items(contact.commercial_partner_id, company),
                "entered": form,
                "error": error,
            }
        )
        return request.render("crm_lifecycle_stock.portal_registration_form", values)

    @route(
        "/register/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def register_delivery(self, token, registered_by=None, note=None, **_kwargs):
        """Register what was delivered, without a login, by the code on the delivery slip."""
        picking = request.env["stock.picking"]._find_by_register_token(token)
        registrations = request.env["crm.lifecycle.registration"].sudo()
        company = picking.company_id
        if not picking or not registrations._is_portal_open(company):
            raise request.not_found()
        contact = picking._get_lifecycle_contact().sudo()
        registered, error = registrations.browse(), ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    registered = registrations._register_items(
                        contact,
                        company,
                        registrations._choose_items(
                            picking._get_register_items(contact),
                            request.httprequest.form.getlist("item"),
                        ),
                        {"registered_by": registered_by, "note": note},
                        "public",
                    )
            except UserError as refused:
                error = str(refused)
        values = {
            "picking": picking,
            "company": company,
            "items": picking._get_register_items(contact),
            "registered": registered,
            "registered_by": registered_by,
            "note": note,
            "error": error,
        }
        response = request.render("crm_lifecycle_stock.register_delivery", values)
        # The address is a secret: no other site is to learn it, no search engine to list it.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
