from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: All that a customer reads of their suggestions; the rest is how we work on them.
PORTAL_FIELDS = frozenset(
    {
        "access_token",
        "access_url",
        "access_warning",
        "active",
        "adopted_on",
        "area",
        "commercial_partner_id",
        "company_id",
        "create_date",
        "date",
        "decline_reason",
        "description",
        "display_name",
        "id",
        "name",
        "partner_id",
        "state",
        "suggester_name",
        "website_message_ids",
        "write_date",
    }
)
MOODS = {"adopted": "success", "done": "success", "declined": "secondary"}


class CrmLifecycleIdea(models.Model):
    """What people suggest in the portal, and what they see there of what became of it."""

    _inherit = "crm.lifecycle.idea"  # pylint: disable=consider-merging-classes-inherited
    _portal_fields = PORTAL_FIELDS

    channel = fields.Selection(
        [("portal", "Portal")],
        readonly=True,
        copy=False,
        help="Portal if whoever suggested it entered it there.",
    )

    def _compute_access_url(self):
        super()._compute_access_url()
        for idea in self:
            idea.access_url = f"/my/suggestions/{idea.id}"

    def _get_portal_mood(self):
        """Return the colour in which the portal shows the state."""
        self.ensure_one()
        return MOODS.get(self.state, "info")

    @api.model
    def _get_portal_domain(self, user):
        """Return the domain of what a user sees in the portal: customers what they and their
        colleagues suggested, our own people what they suggested themselves.
        """
        if user._is_internal():
            return Domain("suggester_id", "=", user.id)
        return Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id)

    @api.model
    def _is_portal_open(self, user, company):
        """Tell whether a user may suggest something in the portal."""
        return user._is_internal() or company.sudo().lifecycle_idea_portal

    # ------------------------------------------------------------
    # BOUNDS
    # ------------------------------------------------------------

    @api.model
    def _get_hourly_limit(self, company):
        return company.sudo().lifecycle_idea_hourly

    @api.model
    def _get_filed_domain(self, customer, company):
        colleague = customer.user_ids.filtered(lambda user: user._is_internal())[:1]
        domain = (
            [("suggester_id", "=", colleague.id), ("company_id", "=", company.id)]
            if colleague
            else super()._get_filed_domain(customer, company)
        )
        return [*domain, ("channel", "=", "portal")]

    # ------------------------------------------------------------
    # FILING
    # ------------------------------------------------------------

    @api.model
    def _portal_file(self, user, company, form):
        """Enter a suggestion for a user of the portal.

        :param user: who suggests it: a customer, or a colleague
        :param company: to which company
        :param dict form: ``name``, ``description`` and ``area`` as filled in
        :raise UserError: with what they have to change
        """
        if not self._is_portal_open(user, company):
            raise UserError(
                self.env._("%s takes no suggestions here. Please write or call.", company.name)
            )
        self._ensure_hourly(user.partner_id, company)
        idea = (
            self.with_company(company)
            .with_context(mail_create_nosubscribe=True)
            .create(self._prepare_portal_filing(user, company, form))
        )
        idea.message_subscribe(user.partner_id.ids)
        idea._plan_review()
        return idea

    def _plan_review(self):
        """Plan an activity for whoever is to look into it."""
        self.ensure_one()
        reviewer = self.reviewer_id
        if not reviewer:
            return
        told = self.with_context(
            lang=reviewer.lang or self.env.lang, mail_activity_quick_update=True
        )
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=told.env._("Look into this suggestion"),
            user_id=reviewer.id,
        ).automated = True

    @api.model
    def _prepare_portal_filing(self, user, company, form):
        name = self._get_portal_line(form.get("name"))
        description = self._get_portal_text(form.get("description"))
        if not name:
            raise UserError(self.env._("Please say in a few words what you suggest."))
        if not description:
            raise UserError(self.env._("Please describe what would be better, and how."))
        area = form.get("area") or "other"
        if area not in dict(self._fields["area"].selection):
            raise UserError(self.env._("Please choose what it is about."))
        colleague = user._is_internal()
        reviewer = company.sudo().lifecycle_idea_user_id
        if reviewer and not company._may_review_ideas(reviewer):
            # They could when they were chosen.
            reviewer = reviewer.browse()
        return {
            "name": name,
            "description": description,
            "area": area,
            "partner_id": False if colleague else user.partner_id.id,
            "suggester_id": user.id if colleague else False,
            "company_id": company.id,
            # Nobody decides on what they suggested themselves.
            "reviewer_id": reviewer.id if reviewer != user else False,
            "channel": "portal",
        }
