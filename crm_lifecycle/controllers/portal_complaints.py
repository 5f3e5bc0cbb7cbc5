from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .portal_listing import list_page

# What the form is opened from, by the place in the portal.
DOCUMENTS = {"orders": "sale.order", "invoices": "account.move"}
MEGABYTE = 1024 * 1024


class PortalComplaints(CustomerPortal):
    """A customer complains in the portal, and follows what becomes of it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            complaints = request.env["crm.complaint"]
            values["complaint_count"] = (
                complaints.search_count(self._get_complaint_domain(), limit=1000)
                if complaints.has_access("read")
                else 0
            )
        return values

    def _get_complaint_domain(self):
        """Return the domain of the customer's own, also for colleagues who look at the portal."""
        customer = request.env.user.partner_id.commercial_partner_id
        return Domain("commercial_partner_id", "=", customer.id)

    def _get_complaint_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date DESC, id DESC"},
            "name": {"label": request.env._("Number"), "order": "name DESC"},
        }

    def _get_complaint_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("Open"), "domain": Domain("is_open", "=", True)},
            "over": {"label": request.env._("Over"), "domain": Domain("is_open", "=", False)},
        }

    @route(
        ["/my/complaints", "/my/complaints/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_complaints(self, page=1, sortby=None, filterby=None, **_kwargs):
        complaints, listed = list_page(
            request.env["crm.complaint"],
            self._get_complaint_domain(),
            "/my/complaints",
            page,
            self._items_per_page,
            sortings=self._get_complaint_sortings(),
            filters=self._get_complaint_filters(),
            sortby=sortby,
            filterby=filterby,
        )
        request.session["my_complaints_history"] = complaints.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "complaints": complaints.sudo(),
                "can_file": request.env.company.sudo().lifecycle_complaint_portal,
                "page_name": "complaint",
                **listed,
            }
        )
        return request.render("crm_lifecycle.portal_my_complaints", values)

    # ------------------------------------------------------------
    # ONE
    # ------------------------------------------------------------

    def _get_complaint_author(self, customer):
        """Return who does something here: the contact who is logged in, else whose it is.

        :param customer: of the complaint or document
        """
        visitor = request.env.user.partner_id
        same = visitor.commercial_partner_id == customer.commercial_partner_id
        return visitor if same and not request.env.user._is_public() else customer

    def _render_complaint(self, complaint, access_token, **extra):
        author = self._get_complaint_author(complaint.partner_id)
        values = self._get_page_view_values(
            complaint,
            access_token,
            {
                "page_name": "complaint",
                "complaint": complaint,
                "can_reopen": complaint._can_portal_reopen(),
                "rating_token": complaint._get_portal_rating_token(author),
                "is_new": False,
                "is_merged": False,
                **extra,
            },
            "my_complaints_history",
            False,
        )
        return request.render("crm_lifecycle.portal_complaint_page", values)

    @route("/my/complaints/<int:complaint_id>", type="http", auth="public", website=True)
    def portal_my_complaint(
        self, complaint_id, access_token=None, filed=None, merged=None, **_kwargs
    ):
        try:
            complaint = self._document_check_access("crm.complaint", complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        going_on = complaint._get_going_on()
        if going_on != complaint:
            # Of the same customer, whose colleagues follow it there already.
            return request.redirect(going_on.get_portal_url(query_string="&merged=1"))
        return self._render_complaint(
            complaint, access_token, is_new=bool(filed), is_merged=bool(merged)
        )

    @route(
        "/my/complaints/<int:complaint_id>/reopen",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_reopen_complaint(self, complaint_id, access_token=None, reason=None, **_kwargs):
        try:
            complaint = self._document_check_access("crm.complaint", complaint_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                complaint.with_user(request.env.user).sudo()._portal_reopen(
                    self._get_complaint_author(complaint.partner_id), reason
                )
        except UserError as error:
            return self._render_complaint(
                complaint, access_token, error=str(error), reason=reason or ""
            )
        return request.redirect(complaint.get_portal_url())

    # ------------------------------------------------------------
    # A NEW ONE
    # ------------------------------------------------------------

    @route("/my/complaints/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_new_complaint(self, **form):
        return self._file_complaint(form)

    @route(
        [
            "/my/<any(orders):place>/<int:document_id>/complain",
            "/my/<any(invoices):place>/<int:document_id>/complain",
        ],
        type="http",
        auth="public",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_complain(self, place, document_id, access_token=None, **form):
        try:
            document = self._document_check_access(DOCUMENTS[place], document_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not document._can_lifecycle_complain():
            return request.redirect(document.get_portal_url())
        return self._file_complaint(form, document, access_token)

    def _file_complaint(self, form, document=None, access_token=None):
        """Show the form, or file what was filled in; with what is wrong, it comes again."""
        company = document.company_id if document is not None else request.env.company
        customer = self._get_complaint_author(
            document.partner_id if document is not None else request.env.user.partner_id
        )
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    complaint = self._create_complaint(form, customer, company, document)
                return request.redirect(complaint.get_portal_url(query_string="&filed=1"))
            except UserError as refused:
                error = str(refused)
        values = self._prepare_portal_layout_values()
        complaints = request.env["crm.complaint"].sudo()
        values.update(
            {
                "page_name": "complaint",
                "is_form": True,
                "document": document,
                "document_url": document is not None and document.get_portal_url(),
                "access_token": access_token,
                "company": company.sudo(),
                "kinds": complaints._fields["kind"]._description_selection(request.env),
                "categories": complaints._get_portal_categories(),
                "entered": form,
                "error": error,
            }
        )
        return request.render("crm_lifecycle.portal_complaint_form", values)

    def _create_complaint(self, form, customer, company, document):
        company_sudo = company.sudo()
        uploads = [
            upload for upload in request.httprequest.files.getlist("files") if upload.filename
        ]
        # One more of each than is taken tells that there are too many.
        uploads = uploads[: company_sudo.lifecycle_complaint_files + 1]
        size = company_sudo.lifecycle_complaint_file_size * MEGABYTE + 1
        files = [(upload.filename, upload.read(size)) for upload in uploads]
        if document is not None:
            document = document.with_user(request.env.user).sudo()
        return (
            request.env["crm.complaint"]
            .sudo()
            ._portal_file(customer.sudo(), company, form, files, document)
        )
