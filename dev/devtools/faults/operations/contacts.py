"""Who the customers are, and what only people know of them."""

import datetime

from .desk import operation


def _customer(desk, **values):
    return desk.env["res.partner"].create(
        {
            "name": f"Faults {desk.rng.getrandbits(32)}",
            "is_company": desk.chance(0.7),
            "ref": desk.scene["mark"],
            **values,
        }
    )


@operation("seller", 2)
def new_customer(desk):
    _customer(desk)


@operation("seller", 1)
def new_contact(desk):
    _customer(desk, is_company=False, parent_id=desk.pick_customer().id)


@operation("manager", 2, "merge")
def merge(desk):
    # The host leaves contacts of different companies to its administrators.
    count = 3 if desk.chance(0.2) else 2
    contacts = desk.env["res.partner"]
    while len(contacts) < count:
        contacts |= desk.pick_contact(("id", "not in", contacts.ids))
    wizard = desk.env["base.partner.merge.automatic.wizard"].create(
        {
            "partner_ids": [(6, 0, contacts.ids)],
            "dst_partner_id": desk.rng.choice(contacts).id,
            "state": "selection",
        }
    )
    wizard.action_merge()


@operation("seller", 3, "re-parent")
def reparent(desk):
    contact = desk.pick_contact()
    if contact.parent_id and desk.chance(0.4):
        contact.parent_id = False
    else:
        contact.parent_id = desk.pick_customer(("id", "!=", contact.id))


@operation("seller", 1)
def make_a_company(desk):
    contact = desk.pick_contact()
    contact.is_company = not contact.is_company


@operation("seller", 2, "archive")
def archive(desk):
    desk.pick_contact().action_archive()


@operation("seller", 2, "unarchive")
def unarchive(desk):
    desk.pick_contact(("active", "=", False)).action_unarchive()


@operation("manager", 1)
def delete_contact(desk):
    desk.pick_contact(("active", "in", (True, False))).unlink()


@operation("manager", 2)
def change_company_of_contact(desk):
    contact = desk.pick_contact()
    contact = contact.with_context(allowed_company_ids=desk.scene["company_ids"])
    contact.company_id = False if contact.company_id else desk.company.id


@operation("seller", 1, on_ours=True)
def tell_who_referred(desk):
    contact = desk.pick_contact()
    known = contact.lifecycle_referrer_id and desk.chance(0.4)
    contact.lifecycle_referrer_id = False if known else desk.pick_contact(("id", "!=", contact.id))


@operation("manager", 1, on_ours=True)
def sign_agreement(desk):
    start = desk.past_day()
    days = desk.rng.choice([30, 400, None])
    desk.env["crm.lifecycle.agreement"].create(
        {
            "partner_id": desk.pick_contact().id,
            "company_id": desk.company.id,
            "date_start": start,
            "date_end": days and start + datetime.timedelta(days=days),
        }
    )


@operation("seller", 1, on_ours=True)
def mark_customer(desk):
    desk.env["crm.lifecycle.mark"].create(
        {
            "partner_id": desk.pick_contact().id,
            "company_id": desk.company.id,
            "kind": desk.rng.choice(["suspect", "exclusive"]),
            "reason": "Faults",
            "date_start": desk.past_day(),
        }
    )


@operation("manager", 1, on_ours=True)
def set_stage_by_hand(desk):
    stages = desk.env["crm.lifecycle.stage"].search([])
    desk.env["crm.lifecycle.override"].create(
        {
            "partner_id": desk.pick_customer().id,
            "company_id": desk.company.id,
            "stage_id": desk.rng.choice(stages).id,
            "reason": "Faults",
        }
    )


@operation("seller", 1, on_ours=True)
def declare_lost(desk):
    reasons = desk.env["crm.lifecycle.loss.reason"].search([])
    desk.env["crm.lifecycle.loss"].create(
        {
            "partner_id": desk.pick_customer().id,
            "company_id": desk.company.id,
            "reason_id": desk.rng.choice(reasons).id,
            "date": desk.past_day(),
        }
    )


@operation("manager", 1, on_ours=True)
def take_back(desk):
    """Archive what somebody said of a customer."""
    model = desk.rng.choice(["crm.lifecycle.agreement", "crm.lifecycle.mark", "crm.lifecycle.loss"])
    record = desk.pick(
        model,
        [
            ("partner_id.ref", "=", desk.scene["mark"]),
            ("company_id", "=", desk.company.id),
            ("active", "=", True),
        ],
    )
    record.action_archive()
