from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .portal_listing import list_page


class PortalReferrals(CustomerPortal):
    """A referrer's link and what came of it; and the page where friends leave word."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "referral_count" in counters:
            values["referral_count"] = (
                request.env["crm.lifecycle.referral"]
                .sudo()
                .search_count(self._get_referral_domain(), limit=1000)
                if request.env.company.sudo().lifecycle_refer_page
                else 0
            )
        return values

    def _get_referral_domain(self):
        """Return the domain of what the visitor's own customer brought."""
        customer = request.env.user.partner_id.commercial_partner_id
        return [
            ("referrer_customer_id", "=", customer.id),
            ("company_id", "=", request.env.company.id),
        ]

    @route(
        ["/my/referrals", "/my/referrals/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_referrals(self, page=1, **_kwargs):
        if not request.env.company.sudo().lifecycle_refer_page:
            return request.redirect("/my")
        return self._render_referrals(page)

    def _render_referrals(self, page=1, **extra):
        referrals, listed = list_page(
            request.env["crm.lifecycle.referral"].sudo(),
            self._get_referral_domain(),
            "/my/referrals",
            page,
            self._items_per_page,
        )
        visitor = request.env.user.partner_id
        code = request.env["crm.lifecycle.referral.code"]._find_of(visitor, request.env.company)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "referral",
                "referrals": referrals,
                **listed,
                "code": code,
                "shown_name": code.shown_name or visitor.name,
                **extra,
            }
        )
        return request.render("crm_lifecycle.portal_my_referrals", values)

    @route("/my/referrals/link", type="http", auth="user", website=True, methods=["POST"])
    def portal_referral_link(self, **form):
        if not request.env.company.sudo().lifecycle_refer_page:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                request.env["crm.lifecycle.referral.code"]._portal_agree(
                    request.env.user.partner_id, request.env.company, form
                )
        except UserError as error:
            return self._render_referrals(error=str(error))
        return request.redirect("/my/referrals")

    @route("/my/referrals/stop", type="http", auth="user", website=True, methods=["POST"])
    def portal_referral_stop(self, **_form):
        request.env["crm.lifecycle.referral.code"]._portal_stop(
            request.env.user.partner_id, request.env.company
        )
        return request.redirect("/my/referrals")

    # ------------------------------------------------------------
    # FRIENDS
    # ------------------------------------------------------------

    @route("/refer/<string:code>", type="http", auth="public", website=True, sitemap=False)
    def portal_refer(self, code, **form):
        """Show a referrer's page, or note the friend who filled it in."""
        link = request.env["crm.lifecycle.referral.code"]._find_open(code)
        if not link:
            raise NotFound()
        values = {
            "code": link.code,
            "company_name": link.company_id.name,
            "shown_name": link.shown_name,
            "entered": {},
            "is_sent": False,
            "error": "",
        }
        if request.httprequest.method == "POST":
            try:
                # Nobody sees this field, but machines fill in all of them.
                if not form.get("homepage"):
                    with request.env.cr.savepoint():
                        link._portal_refer(form)
                values["is_sent"] = True
            except UserError as error:
                values.update(error=str(error), entered=form)
        response = request.render("crm_lifecycle.portal_refer", values)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
