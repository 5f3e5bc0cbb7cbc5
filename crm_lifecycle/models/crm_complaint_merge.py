from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# What a duplicate gives to the complaint that stays.
LINKS = ("order_ids", "order_line_ids", "move_ids", "lead_ids", "product_ids")


class CrmComplaint(models.Model):
    """The same thing told twice is worked on once: the duplicate closes and points to the other."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    duplicate_of_id = fields.Many2one(
        "crm.complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The complaint that this one was merged into.",
    )
    duplicate_ids = fields.One2many("crm.complaint", "duplicate_of_id", string="Duplicates")
    similar_count = fields.Integer(
        string="Similar",
        compute="_compute_similar_count",
        compute_sudo=True,
        help="Other open ones of the same customer, which may be the same thing.",
    )

    @api.depends("commercial_partner_id", "company_id", "is_open")
    def _compute_similar_count(self):
        counts = {
            (customer.id, company.id): count
            for customer, company, count in self._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                    ("is_open", "=", True),
                ],
                ["commercial_partner_id", "company_id"],
                ["__count"],
            )
        }
        for complaint in self:
            key = (complaint.commercial_partner_id.id, complaint.company_id.id)
            own = complaint.is_open and complaint.active and bool(complaint._origin)
            complaint.similar_count = max(counts.get(key, 0) - own, 0)

    @api.readonly
    def action_open_similar(self):
        """Open the other open ones of the same customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Similar: %s", self.display_name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_open", "=", True),
            ],
            "context": {"create": False},
        }

    def _merge_into(self, target):
        """Give what complaints have to another one of the same customer, and close them.

        :param target: the complaint that stays
        :raise UserError: if they do not belong together
        """
        target.ensure_one()
        duplicates = self - target
        duplicates._ensure_mergeable(target)
        (duplicates | target).check_access("write")
        names = self._get_links()
        links = {
            name: [
                Command.link(record.id) for record in duplicates.sudo()[name] - target.sudo()[name]
            ]
            for name in names
        }
        # First to the one that stays, so that nothing hangs in the air meanwhile.
        target.sudo().write(
            {
                **duplicates._get_stronger_terms(target),
                **{name: commands for name, commands in links.items() if commands},
            }
        )
        for duplicate in duplicates:
            duplicate._move_thread_to(target)
            duplicate.sudo().write({name: [Command.clear()] for name in names})
        # It is the merge alone that says what is a duplicate.
        duplicates.sudo().write(
            {
                "duplicate_of_id": target.id,
                "step_id": self.env["crm.complaint.step"]._get("closed").id,
            }
        )
        pointers = Markup(", ").join(duplicate._get_html_link() for duplicate in duplicates)
        target.message_post(body=self.env._("Merged with %s.", pointers))
        for duplicate in duplicates:
            duplicate.message_post(body=self.env._("Merged into %s.", target._get_html_link()))

    def _get_stronger_terms(self, target):
        """Return what the complaint that stays takes over: a complaint is more than a question,
        and what matters much to the customer does so however it was told first.
        """
        alive = self.filtered("is_open")
        terms = {}
        if target.kind != "complaint" and "complaint" in alive.mapped("kind"):
            terms["kind"] = "complaint"
        severity = max([target.severity, *alive.mapped("severity")])
        if severity != target.severity:
            terms["severity"] = severity
        return terms

    @api.model
    def _get_links(self):
        """Return the names of the fields with documents that a duplicate gives away."""
        return LINKS

    def _ensure_mergeable(self, target):
        if not self:
            raise UserError(self.env._("Choose at least two complaints to merge."))
        if target.duplicate_of_id or not target.is_open:
            raise UserError(
                self.env._(
                    "%s is not open. Merge into one that is, or reopen it.", target.display_name
                )
            )
        for duplicate in self:
            if (duplicate.commercial_partner_id, duplicate.company_id) != (
                target.commercial_partner_id,
                target.company_id,
            ):
                raise UserError(
                    self.env._(
                        "%(complaint)s is of another customer or company than %(target)s. Only"
                        " complaints of one customer can be merged.",
                        complaint=duplicate.display_name,
                        target=target.display_name,
                    )
                )

    def _move_thread_to(self, target):
        """Move messages, files, activities and followers to the complaint that stays."""
        self.ensure_one()
        of_self = [("res_id", "=", self.id)]
        messages = self.env["mail.message"].sudo()
        messages.search(
            [*of_self, ("model", "=", self._name), ("message_type", "!=", "user_notification")]
        ).write({"res_id": target.id})
        self.env["ir.attachment"].sudo().search(
            [*of_self, ("res_model", "=", self._name), ("res_field", "=", False)]
        ).write({"res_id": target.id})
        self.env["mail.activity"].sudo().with_context(active_test=False).search(
            [*of_self, ("res_model", "=", self._name)]
        ).write({"res_id": target.id})
        followers = self.sudo().message_follower_ids
        target.sudo().message_subscribe(followers.partner_id.ids)
        followers.filtered(
            lambda follower: follower.partner_id != self.env.user.partner_id
        ).unlink()
        # Whoever told it first counts: so does their deadline.
        if self.date < target.date:
            target.sudo().date = self.date

    @api.model
    def _get_merge_target(self, complaints):
        """Return which of some complaints stays: an open one, the eldest."""
        candidates = complaints.filtered(
            lambda complaint: complaint.is_open and not complaint.duplicate_of_id
        )
        return candidates.sorted(lambda complaint: (complaint.date, complaint.id))[:1]
