from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.crm_lifecycle_idea import ADOPTED_STATES
from .portal_listing import list_page


class PortalIdeas(CustomerPortal):
    """Customers, and colleagues, suggest something in the portal and see what became of it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "idea_count" in counters:
            values["idea_count"] = self._get_ideas().search_count(
                self._get_idea_domain(), limit=1000
            )
        return values

    def _get_ideas(self):
        """Return the model as far as the visitor reads it.

        Colleagues need no access to our screens for what they suggest here: the domain keeps them
        to their own.
        """
        ideas = request.env["crm.lifecycle.idea"]
        return ideas if request.env.user._is_portal() else ideas.sudo()

    def _get_idea_domain(self):
        ideas = request.env["crm.lifecycle.idea"]
        # What is archived or of another company is not shown as superuser either.
        return ideas._get_portal_domain(request.env.user) & Domain(
            "company_id", "in", request.env.companies.ids
        )

    def _get_idea_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "date DESC, id DESC"},
            "name": {"label": request.env._("Subject"), "order": "name, id"},
        }

    def _get_idea_filters(self):
        adopted, declined = [*ADOPTED_STATES], ["declined"]
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("Being Looked Into"),
                "domain": Domain("state", "not in", adopted + declined),
            },
            "adopted": {
                "label": request.env._("Adopted"),
                "domain": Domain("state", "in", adopted),
            },
            "declined": {
                "label": request.env._("Not Adopted"),
                "domain": Domain("state", "in", declined),
            },
        }

    @route(
        ["/my/suggestions", "/my/suggestions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_ideas(self, page=1, sortby=None, filterby=None, **_kwargs):
        ideas, listed = list_page(
            self._get_ideas(),
            self._get_idea_domain(),
            "/my/suggestions",
            page,
            self._items_per_page,
            sortings=self._get_idea_sortings(),
            filters=self._get_idea_filters(),
            sortby=sortby,
            filterby=filterby,
        )
        request.session["my_ideas_history"] = ideas.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "ideas": ideas.sudo(),
                "can_file": ideas._is_portal_open(request.env.user, request.env.company),
                "page_name": "idea",
                **listed,
            }
        )
        return request.render("crm_lifecycle.portal_my_ideas", values)

    @route("/my/suggestions/<int:idea_id>", type="http", auth="public", website=True)
    def portal_my_idea(self, idea_id, access_token=None, filed=None, **_kwargs):
        try:
            idea = self._get_idea(idea_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            idea,
            access_token,
            {
                "page_name": "idea",
                "idea": idea,
                "is_new": bool(filed),
                # A colleague without our screens sees what became of it, and no thread.
                "can_discuss": access_token
                or idea.with_user(request.env.user).sudo(False).has_access("read"),
            },
            "my_ideas_history",
            False,
        )
        return request.render("crm_lifecycle.portal_idea_page", values)

    def _get_idea(self, idea_id, access_token):
        """Return a suggestion that the visitor may see, as the superuser."""
        if request.env.user._is_internal():
            own = self._get_ideas().search(
                self._get_idea_domain() & Domain("id", "=", idea_id), limit=1
            )
            if own:
                return own
        return self._document_check_access("crm.lifecycle.idea", idea_id, access_token)

    @route("/my/suggestions/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_new_idea(self, **form):
        """Show the form, or enter what was filled in; with what is wrong, it comes again."""
        ideas = request.env["crm.lifecycle.idea"].sudo()
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    idea = ideas._portal_file(request.env.user, request.env.company, form)
                return request.redirect(f"{idea.access_url}?filed=1")
            except UserError as refused:
                error = str(refused)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "idea",
                "is_form": True,
                "areas": ideas._fields["area"]._description_selection(request.env),
                "can_file": ideas._is_portal_open(request.env.user, request.env.company),
                "company": request.env.company.sudo(),
                "entered": form,
                "error": error,
            }
        )
        return request.render("crm_lifecycle.portal_idea_form", values)
