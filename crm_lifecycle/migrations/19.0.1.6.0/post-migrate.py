from odoo import SUPERUSER_ID, api

CHANNELS = {
    "mail.mail_activity_data_call": "call",
    "mail.mail_activity_data_email": "mail",
    "mail.mail_activity_data_meeting": "meeting",
}


def migrate(cr, version):
    """Say how the host's own activities reach somebody, as a new installation does.

    Contacts follow from what is recorded, so everybody is looked at once more.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for xml_id, channel in CHANNELS.items():
        kind = env.ref(xml_id, raise_if_not_found=False)
        if kind and not kind.lifecycle_channel:
            kind.lifecycle_channel = channel
    env["crm.lifecycle.pass"]._start("install")
