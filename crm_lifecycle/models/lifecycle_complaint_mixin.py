from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS

# So many complaints are named in a warning.
NAMED = 3


class LifecycleComplaintMixin(models.AbstractModel):
    """A host's record that shows what is complained about, and that a complaint is made from."""

    _name = "lifecycle.complaint.mixin"
    _description = "Complaints of a Customer or Product"

    lifecycle_complaint_count = fields.Integer(
        string="Open Complaints",
        compute="_compute_lifecycle_complaints",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Complaints that are not solved yet, whoever works on them.",
    )
    lifecycle_complaint_names = fields.Char(
        string="What Is Complained About",
        compute="_compute_lifecycle_complaints",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="The worst of the open complaints.",
    )

    def _get_lifecycle_complaining(self):
        """Return whose complaints count: a customer, or products."""
        self.ensure_one()
        partner = self if self._name == "res.partner" else self.partner_id
        return partner.commercial_partner_id

    @api.model
    def _get_lifecycle_complaint_link(self, model):
        """Return the name of the complaints' field with those whose complaints count."""
        return "commercial_partner_id" if model == "res.partner" else "product_ids"

    @api.depends_context("company")
    def _compute_lifecycle_complaints(self):
        subjects = {record: record._get_lifecycle_complaining()._origin for record in self}
        companies = {record: record._get_lifecycle_complaint_company() for record in self}
        model = next(iter(subjects.values()))._name if subjects else "res.partner"
        field = self._get_lifecycle_complaint_link(model)
        complaints = self.env["crm.complaint"]
        found = complaints.search(
            complaints._get_open_domain()
            & Domain("company_id", "in", complaints.company_id.union(*companies.values()).ids)
            & Domain(field, "in", self.env[model].union(*subjects.values()).ids)
        )
        places = defaultdict(list)
        for place, complaint in enumerate(found):
            for subject in complaint[field]:
                places[complaint.company_id, subject].append(place)
        for record, subject in subjects.items():
            company = companies[record]._origin
            own = complaints.union(
                *(
                    found[place]
                    for place in sorted(
                        {place for each in subject for place in places.get((company, each), ())}
                    )
                )
            )
            record.lifecycle_complaint_count = len(own)
            record.lifecycle_complaint_names = (
                ", ".join(own[:NAMED].mapped("display_name")) or False
            )

    def _get_lifecycle_complaint_company(self):
        """Return the company whose complaint is made from the record."""
        self.ensure_one()
        return ("company_id" in self._fields and self.company_id) or self.env.company

    def _prepare_lifecycle_complaint(self):
        """Return the values of a complaint that is made from the record."""
        self.ensure_one()
        partner = self if self._name == "res.partner" else self.partner_id
        return {"partner_id": partner.id, "company_id": self._get_lifecycle_complaint_company().id}

    def _prepare_portal_complaint(self, form):
        """Return the values of a complaint that a customer makes from the record in the portal.

        :param dict form: what they filled in
        """
        values = self._prepare_lifecycle_complaint()
        return {
            name: values[name]
            for name in ("order_ids", "move_ids", "product_ids")
            if name in values
        }

    def _prepare_lifecycle_complaint_products(self, products):
        """Return the value of a complaint's products: one that is the only one in question."""
        return {"product_ids": [Command.set(products.ids)]} if len(products) == 1 else {}

    def _get_lifecycle_complaint_defaults(self):
        """Return the context with what is filled in."""
        values = self._prepare_lifecycle_complaint()
        return {f"default_{name}": value for name, value in values.items()}

    @api.readonly
    def action_lifecycle_complain(self):
        """Open a new complaint that knows customer and documents."""
        self.ensure_one()
        self.env["crm.complaint"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Complaint"),
            "res_model": "crm.complaint",
            "views": [(False, "form")],
            "context": self._get_lifecycle_complaint_defaults(),
        }

    @api.readonly
    def action_lifecycle_open_complaints(self):
        """Open the complaints of the customer, or about the product."""
        self.ensure_one()
        self.env["crm.complaint"].check_access("read")
        subject = self._get_lifecycle_complaining()
        if not subject:
            raise UserError(self.env._("Choose a customer first."))
        field = self._get_lifecycle_complaint_link(subject._name)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints: %s", subject[:1].display_name),
            "res_model": "crm.complaint",
            "views": [
                (False, "list"),
                (False, "kanban"),
                (False, "form"),
                (False, "calendar"),
                (False, "activity"),
            ],
            "domain": [(field, "in", subject.ids)],
            "context": {"search_default_open": 1, **self._get_lifecycle_complaint_defaults()},
        }
