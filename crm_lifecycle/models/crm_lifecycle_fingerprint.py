from odoo import fields, models


class CrmLifecycleFingerprint(models.Model):
    """What customers' documents looked like when the weekly check last went over them.

    Written by SQL alone, by the check and at the installation; see ``engine.traces``.
    """

    _name = "crm.lifecycle.fingerprint"
    _description = "Customer Lifecycle Fingerprint"
    _log_access = False
    _rec_name = "partner_ref"

    # Plain number: a foreign key would lock the contact's row.
    partner_ref = fields.Integer(string="Contact ID", required=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)

    _partner_unique = models.Constraint(
        "UNIQUE(partner_ref)", "A customer's documents have one fingerprint."
    )
