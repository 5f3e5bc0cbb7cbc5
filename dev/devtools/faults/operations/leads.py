"""Leads, opportunities and ratings."""

from .desk import NothingToDo, operation


def _lead(desk, type_):
    values = {
        "name": f"Faults {type_}",
        "type": type_,
        "partner_id": desk.pick_contact().id,
        "company_id": desk.company.id if desk.chance(0.8) else False,
        "expected_revenue": desk.price(),
    }
    if desk.chance(0.1):
        values["lifecycle_referrer_id"] = desk.pick_customer().id
    return desk.env["crm.lead"].create(values)


def _pick(desk, *domain):
    return desk.pick(
        "crm.lead",
        [
            ("partner_id.ref", "=", desk.scene["mark"]),
            ("company_id", "in", (desk.company.id, False)),
            *domain,
        ],
    )


@operation("seller", 3)
def new_lead(desk):
    _lead(desk, "lead")


@operation("seller", 3)
def new_opportunity(desk):
    _lead(desk, "opportunity")


@operation("seller", 2)
def convert_lead(desk):
    lead = _pick(desk, ("type", "=", "lead"), ("active", "=", True))
    lead.convert_opportunity(lead.partner_id)


@operation("seller", 2)
def win_opportunity(desk):
    _pick(desk, ("type", "=", "opportunity"), ("won_status", "=", "pending")).action_set_won()


@operation("seller", 2)
def lose_opportunity(desk):
    _pick(desk, ("type", "=", "opportunity"), ("won_status", "=", "pending")).action_set_lost()


@operation("seller", 1)
def restore_opportunity(desk):
    _pick(desk, ("active", "=", False)).action_unarchive()


@operation("seller", 1)
def hand_lead_over(desk):
    _pick(desk).partner_id = desk.pick_contact()


@operation("manager", 2)
def change_company_of_lead(desk):
    lead = _pick(desk)
    other = desk.other_company()
    lead = lead.with_context(allowed_company_ids=[desk.company.id, other.id])
    lead.write({"company_id": desk.rng.choice([other.id, False]), "team_id": False})


@operation("manager", 0.5)
def merge_leads(desk):
    leads = _pick(desk, ("active", "=", True))
    leads |= _pick(desk, ("active", "=", True), ("id", "not in", leads.ids))
    leads.merge_opportunity()


@operation("manager", 0.5)
def delete_lead(desk):
    _pick(desk).unlink()


@operation("seller", 2)
def rate(desk):
    # The host's route for customers does it as superuser, too.
    order = desk.pick_document("sale.order", ("state", "=", "sale")).sudo()
    ratings = desk.env["rating.rating"].sudo()
    known = ratings.search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)], limit=1)
    if known and desk.chance(0.5):
        known.reset()
    rating = known or ratings.create(
        {
            "res_model_id": desk.env["ir.model"]._get_id("sale.order"),
            "res_id": order.id,
            "partner_id": order.partner_id.id,
            "rated_partner_id": desk.env.user.partner_id.id,
        }
    )
    rating.write(
        {
            "rating": desk.rng.choice([1, 3, 5, 5]),
            "consumed": True,
            "rated_on": desk.past_moment(),
        }
    )


@operation("manager", 0.3)
def delete_rating(desk):
    ratings = desk.env["rating.rating"].sudo()
    rating = ratings.search([("partner_id.ref", "=", desk.scene["mark"])], limit=1)
    if not rating:
        raise NothingToDo("rating.rating")
    rating.unlink()
