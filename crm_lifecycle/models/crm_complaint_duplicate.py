from odoo import api, models
from odoo.exceptions import ValidationError


class CrmComplaint(models.Model):
    """What was merged goes on elsewhere, whatever anybody does to it or writes on it."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("step_id", "duplicate_of_id")
    def _check_duplicate_is_over(self):
        for complaint in self:
            if complaint.duplicate_of_id and complaint.is_open:
                raise ValidationError(
                    self.env._(
                        "%(complaint)s was merged into %(target)s. Reopen that one.",
                        complaint=complaint.name,
                        target=complaint.sudo().duplicate_of_id.display_name,
                    )
                )

    def _get_going_on(self):
        """Return the complaint as which one goes on: itself, unless it was merged."""
        self.ensure_one()
        target = seen = self.sudo()
        while target.duplicate_of_id and target.duplicate_of_id not in seen:
            target = target.duplicate_of_id
            seen |= target
        return self.browse(target.id)

    def message_post(self, **kwargs):
        """Post what customers write on a duplicate where somebody reads it."""
        if len(self) == 1 and self.sudo().duplicate_of_id:
            partners = self.env["res.partner"].sudo()
            author = partners.browse(kwargs.get("author_id") or ())
            if not author and not kwargs.get("email_from"):
                author = self.env.user.sudo().partner_id
            if self.sudo()._is_sender(author, kwargs.get("email_from")):
                return self._get_going_on().message_post(**kwargs)
        return super().message_post(**kwargs)
