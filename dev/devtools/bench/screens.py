"""What people wait for: screens, by the calls that the web client makes for them."""

from lxml import etree

from .contender import Contender

# Rows of a page, of a group, and up to where they are counted.
_PAGE, _GROUP, _COUNTED = 80, 40, 10_001
#: Group by stage as a stored column of the customers, for comparison.
COLUMN = "x_bench_stage_id"


def specification(env, model, view_type, view=False):
    """What the web client reads for a view: ``{field: what is read of it}``."""
    arch = etree.fromstring(
        env[model].get_view(env.ref(view).id if view else None, view_type)["arch"]
    )
    return _fields_of(env, model, arch)


def _fields_of(env, model, arch):
    found = {}
    for node in arch.xpath(".//field[not(ancestor::field)]"):
        name = node.get("name")
        field = env[model]._fields.get(name)
        if field is None or name in found:
            continue
        if field.type in ("one2many", "many2many"):
            inner = {}
            for child in node.xpath("./list | ./kanban | ./tree"):
                inner.update(_fields_of(env, field.comodel_name, child))
            found[name] = {"fields": inner or {"display_name": {}}, "limit": _GROUP}
        elif field.type == "many2one":
            found[name] = {"fields": {"display_name": {}}}
        else:
            found[name] = {}
    return found


class Form(Contender):
    """Opening a customer's form."""

    def __init__(self, key, label, env, partner_id, **options):
        super().__init__(key, label, env, **options)
        self.partner = env["res.partner"].browse(partner_id)
        self.spec = specification(env, "res.partner", "form")

    def prepare(self):
        self.env.invalidate_all()

    def run(self):
        return len(self.partner.web_read(self.spec))


class Listing(Contender):
    """A page of a list with the number of its rows."""

    def __init__(self, key, label, env, model, domain, view=False, **options):
        super().__init__(key, label, env, **options)
        self.model, self.domain = env[model], domain
        self.spec = specification(env, model, "list", view)

    def prepare(self):
        self.env.invalidate_all()

    def run(self):
        page = self.model.web_search_read(self.domain, self.spec, limit=_PAGE, count_limit=_COUNTED)
        return page["length"]


class Groups(Contender):
    """Rows grouped by a field, with their number, folded as in a list or open as in a kanban."""

    def __init__(self, key, label, env, model, group, opened=False, **options):
        super().__init__(key, label, env, **options)
        self.model, self.group = env[model], group
        self.options = {}
        if opened:
            self.options = {
                "auto_unfold": True,
                "unfold_read_specification": specification(env, model, "kanban"),
                "unfold_read_default_limit": _GROUP,
            }

    def prepare(self):
        self.env.invalidate_all()

    def run(self):
        found = self.model.web_read_group([], [self.group], ["__count"], **self.options)
        return found["length"]


def add_column(env):
    """Add the stage to the customers as a native stored field, and commit."""
    env["ir.model.fields"].create(
        {
            "model_id": env["ir.model"]._get_id("res.partner"),
            "name": COLUMN,
            "field_description": "Stage as a column",
            "ttype": "many2one",
            "relation": "crm.lifecycle.stage",
            "state": "manual",
        }
    )
    env.flush_all()
    env.cr.execute(
        f"""UPDATE res_partner partner SET {COLUMN} = profile.stage_id
              FROM crm_lifecycle_profile profile
             WHERE profile.partner_id = partner.id"""
    )
    env.cr.commit()


def remove_column(env):
    """Remove what ``add_column`` added, and commit."""
    env["ir.model.fields"].search([("model", "=", "res.partner"), ("name", "=", COLUMN)]).unlink()
    env.cr.commit()
