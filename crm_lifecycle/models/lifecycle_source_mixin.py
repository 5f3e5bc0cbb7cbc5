from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..access import LIFECYCLE_GROUPS, MANAGER_GROUP
from .crm_lifecycle_trigger_mixin import host_first, write_if_accepted


class LifecycleSourceMixin(models.AbstractModel):
    """A contact or lead that tells where it came from.

    The source is set once: changing it is a sales manager's business, and the chatter
    tells who did. Where the company asks for it, salespeople cannot enter a customer or lead
    without, in a form, by its name alone, or from a file. What programs create for them
    (mail, web site, chat, plugins) never fails: nobody is there to be asked.
    """

    _name = "lifecycle.source.mixin"
    _description = "Source of a Customer"

    lifecycle_source_required = fields.Boolean(
        compute="_compute_lifecycle_source_required",
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )
    lifecycle_source_fixed = fields.Boolean(
        compute="_compute_lifecycle_source_required",
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )

    @api.depends("lifecycle_source_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle_source_required(self):
        asks = self._asks_lifecycle_source()
        may_change = self._may_change_lifecycle_source()
        for record in self:
            is_new = not record._origin.id
            record.lifecycle_source_required = asks and is_new and record._has_lifecycle_source()
            record.lifecycle_source_fixed = bool(
                record._origin.sudo().lifecycle_source_id and not may_change
            )

    @api.model
    def _may_change_lifecycle_source(self):
        return self.env.su or self.env.user.has_group(MANAGER_GROUP)

    @api.model
    def _asks_lifecycle_source(self):
        """Return whether whoever enters something now has to say where it came from."""
        return (
            not self.env.su
            and self.env.user.has_group("sales_team.group_sale_salesman")
            and self.env.company.sudo().lifecycle_source_required
        )

    def _has_lifecycle_source(self):
        """Return whether the record is one that has a source of its own."""
        self.ensure_one()
        return True

    def _find_lifecycle_sources(self):
        """Return the sources that follow from what else is known of records.

        :return: {source: records}
        """
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._complete_lifecycle_source()
        if self.env.context.get("lifecycle_source_entered") == self._name:
            records._ensure_lifecycle_source()
        return records

    # By these people enter records, and programs do not.

    def web_save(self, vals, specification, next_id=None):
        return super(LifecycleSourceMixin, self._with_lifecycle_source_entered()).web_save(
            vals, specification, next_id
        )

    @api.model
    def name_create(self, name):
        return super(LifecycleSourceMixin, self._with_lifecycle_source_entered()).name_create(name)

    @api.model
    def load(self, fields, data):
        return super(LifecycleSourceMixin, self._with_lifecycle_source_entered()).load(fields, data)

    def _with_lifecycle_source_entered(self):
        """Return the records such that new ones of this model, and no others, need a source."""
        return self.with_context(lifecycle_source_entered=self._name)

    def write(self, vals):
        if "lifecycle_source_id" in vals:
            self._ensure_lifecycle_source_kept(vals["lifecycle_source_id"])
        return super().write(vals)

    def _complete_lifecycle_source(self):
        """Fill in the source where it follows from something else."""
        news = {}
        with host_first(self, "sources"):
            unknown = self.sudo().filtered(lambda record: not record.lifecycle_source_id)
            for source, records in unknown._find_lifecycle_sources().items():
                # A first source is no change to tell of.
                news[records.with_context(mail_notrack=True)] = {"lifecycle_source_id": source.id}
        write_if_accepted(news, "sources")

    def _ensure_lifecycle_source(self):
        """Refuse records without a source, where the company asks for it."""
        if not self._asks_lifecycle_source():
            return
        for record in self:
            if record._has_lifecycle_source() and not record.sudo().lifecycle_source_id:
                raise ValidationError(
                    self.env._(
                        "Where does %(name)s come from? Choose a source: %(company)s asks for it"
                        " for each new customer and lead.",
                        name=record.display_name,
                        company=self.env.company.sudo().name,
                    )
                )

    def _ensure_lifecycle_source_kept(self, value):
        """Refuse to change a source that is set, except to a sales manager."""
        if self._may_change_lifecycle_source():
            return
        for record in self.sudo():
            source = record.lifecycle_source_id
            if source and source.id != value:
                raise UserError(
                    self.env._(
                        "The source of %(name)s is %(known)s and stays so. Ask a sales manager"
                        " to change it if it is wrong.",
                        name=record.display_name,
                        known=source.display_name,
                    )
                )
