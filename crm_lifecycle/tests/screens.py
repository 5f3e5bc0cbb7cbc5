"""What the web client asks the server for when somebody opens screens, call by call."""

from lxml import etree

from odoo.tools.safe_eval import safe_eval

MEASURES = ("integer", "float", "monetary")
ALWAYS = ("1", "True")
#: How the names of our models begin.
OURS = ("crm.lifecycle.", "crm.complaint")
#: Of a list, as many as a test looks at.
LIMIT = 20


def is_readonly(model_class, method):
    """Tell whether the host lets a replica serve a method, by the rule of its own route."""
    for cls in model_class.mro():
        found = getattr(cls, method, None)
        if hasattr(found, "_readonly"):
            return found._readonly
    return False


class Screens:
    """One user at the web client.

    :param call: ``call(model, method, *args, **kwargs)``, by whatever way
    :param dict context: what the client sends along with each call
    :param bool searches: whether the user tries all that search bars offer
    """

    def __init__(self, call, context, searches=True):
        self._call = call
        self.context = context
        self.searches = searches
        #: {model: ids}: what was seen in lists
        self.seen = {}
        #: {call: result}: what was asked already
        self.results = {}

    def call(self, model, method, *args, context=None, **kwargs):
        """Call a method, once for the same arguments."""
        kwargs["context"] = {**self.context, **(context or {})}
        key = repr((model, method, args, sorted(kwargs.items())))
        if key not in self.results:
            self.results[key] = self._call(model, method, *args, **kwargs)
        return self.results[key]

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def open(self, action):
        """Show a window action in each of its views, search by all that it offers, and
        open what it lists.

        :param dict action: as methods return it, or as it is stored
        :return: the ids of the records
        """
        screen = Screen(self, action)
        for view_type in screen.arch:
            if view_type == "search" and not self.searches:
                continue
            getattr(screen, f"read_{view_type}", screen.read_others)(view_type)
        return self.seen.get(screen.model, set())


class Screen:
    """A window action that is open."""

    def __init__(self, client, action):
        self.client = client
        self.model = action["res_model"]
        self.context = self._evaluate(action.get("context"), {})
        self.domain = list(self._evaluate(action.get("domain"), []))
        self.res_id = action.get("res_id")
        views = [list(view) for view in action.get("views") or ()]
        views = views or [[False, mode] for mode in action["view_mode"].split(",")]
        found = self.call(
            "get_views",
            [*views, [False, "search"]],
            options={"toolbar": True, "load_filters": True, "action_id": action.get("id", False)},
        )
        self.arch = {
            view_type: etree.fromstring(view["arch"]) for view_type, view in found["views"].items()
        }
        self.fields = {model: parts["fields"] for model, parts in found["models"].items()}

    def call(self, method, *args, context=None, model=None, **kwargs):
        context = {**self.context, **(context or {})}
        return self.client.call(model or self.model, method, *args, context=context, **kwargs)

    def _evaluate(self, value, default, entered="a"):
        if isinstance(value, str):
            uid = self.client.context["uid"]
            value = safe_eval(value, {"uid": uid, "self": entered, "raw_value": entered})
        return value or default

    # ------------------------------------------------------------
    # VIEWS
    # ------------------------------------------------------------

    def read_list(self, _view_type):
        specification = self._get_specification(self.arch["list"])
        ids = self._search(specification)
        for group in self._get_groups()[: 3 if self.client.searches else 1]:
            self._read_groups(group, specification)
        if ids:
            self.call("web_read", ids[:1], specification)
            self.call("export_data", ids, ["display_name", *self._get_plain(specification)])
        self.call("search_count", self.domain)
        self.call("name_search", "a", self.domain, limit=8)
        self.call("web_name_search", "a", {"display_name": {}}, domain=self.domain, limit=8)

    def read_kanban(self, _view_type):
        arch = self.arch["kanban"]
        specification = self._get_specification(arch)
        self._search(specification)
        group = arch.get("default_group_by")
        if group:
            self._read_groups(group, specification, auto_unfold=True)
            for bar in arch.iter("progressbar"):
                bar = {
                    "field": bar.get("field"),
                    "colors": safe_eval(bar.get("colors")),
                    "sum_field": bar.get("sum_field"),
                }
                self.call("read_progress_bar", domain=self.domain, group_by=group, progress_bar=bar)

    def read_form(self, _view_type):
        """Open the record of the action, or the first ones of its list, or a new one."""
        specification = self._get_specification(self.arch["form"])
        ids = [self.res_id] if self.res_id else []
        if self.arch.keys() & {"list", "kanban"}:
            ids = self._search(limit=5)
        elif not self.res_id:
            self.call("onchange", [], {}, [], specification)
        if ids:
            self.call("web_read", ids, specification)
            self.call("get_formview_action", ids[:1])

    def read_graph(self, _view_type):
        groups, measures = self._get_axes(self.arch["graph"])
        context = {"fill_temporal": True}
        self.call("formatted_read_group", self.domain, groups, measures, context=context)

    def read_pivot(self, _view_type):
        groups, measures = self._get_axes(self.arch["pivot"])
        sets = [groups[:number] for number in range(len(groups) + 1)]
        self.call("formatted_read_grouping_sets", self.domain, sets, measures)

    def read_activity(self, _view_type):
        self._search(self._get_specification(self.arch["activity"]))
        self.call("get_activity_data", self.model, self.domain, limit=LIMIT, model="mail.activity")

    def read_others(self, view_type):
        self._search(self._get_specification(self.arch[view_type]))

    def read_search(self, _view_type):
        """Apply each filter, group and field of the search bar, one after the other."""
        fields = self.fields[self.model]
        for node in self._get_offers("filter"):
            domain = self._evaluate(node.get("domain"), [])
            if node.get("date"):
                domain = [(node.get("date"), ">=", "2026-01-01")]
            if domain:
                self.call("web_search_read", self.domain + domain, {}, limit=LIMIT)
        for group in self._get_groups():
            self._read_groups(group, {"display_name": {}})
        for node in self._get_offers("field"):
            name = node.get("name")
            # The client takes no words for numbers.
            entered = 1 if fields[name]["type"] in ("integer", "float", "monetary") else "a"
            domain = self._evaluate(node.get("filter_domain"), [], entered)
            if not domain:
                domain = [(name, node.get("operator") or "=", False)]
            self.call("web_search_read", self.domain + domain, {}, limit=LIMIT)
            if fields[name].get("relation"):
                self.call("name_search", "a", limit=8, model=fields[name]["relation"])

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def _get_offers(self, tag):
        """Return what the search bar offers; of the host's, what we have added."""
        ours = self.model.startswith(OURS)
        for node in self.arch["search"].iter(tag):
            if ours or "lifecycle" in node.get("name", ""):
                yield node

    def _search(self, specification=None, limit=LIMIT):
        """List records, and return their ids."""
        found = self.call(
            "web_search_read", self.domain, specification or {}, limit=limit, count_limit=10001
        )
        ids = [record["id"] for record in found["records"]]
        self.client.seen.setdefault(self.model, set()).update(ids)
        return ids

    def _read_groups(self, group, specification, **options):
        self.call(
            "web_read_group",
            self.domain,
            [group],
            self._get_measures(),
            unfold_read_specification=specification,
            unfold_read_default_limit=LIMIT,
            **options,
        )

    def _get_plain(self, specification):
        return [name for name, inner in specification.items() if not inner]

    def _get_measures(self):
        """Return the figures that a list sums up."""
        fields = self.fields[self.model]
        return ["__count"] + [
            f"{name}:{field['aggregator']}"
            for name, field in fields.items()
            if field["type"] in MEASURES and field.get("aggregator") and field.get("store")
        ]

    def _get_groups(self):
        """Return what the filters of the search bar group by."""
        contexts = (node.get("context") for node in self._get_offers("filter"))
        groups = (self._evaluate(context, {}).get("group_by") for context in contexts)
        return [self._get_group(group) for group in groups if group]

    def _get_axes(self, arch):
        """Return the groups and measures of a graph or pivot."""
        fields = self.fields[self.model]
        groups, measures = [], ["__count"]
        for node in arch.iterchildren("field"):
            name = node.get("name")
            if node.get("invisible") in ALWAYS:
                continue
            if node.get("type") == "measure":
                measures.append(f"{name}:{fields[name]['aggregator']}")
            else:
                groups.append(self._get_group(name, node.get("interval")))
        return groups, measures

    def _get_group(self, name, interval=None):
        name, _colon, given = name.partition(":")
        if self.fields[self.model][name]["type"] in ("date", "datetime"):
            return f"{name}:{given or interval or 'month'}"
        return name

    def _get_specification(self, arch, model=None):
        """Return what a view reads of a record, in the client's words."""
        fields = self.fields[model or self.model]
        specification = {"display_name": {}}
        for node in _get_field_nodes(arch):
            name = node.get("name")
            relation = fields[name].get("relation")
            specification[name] = {"fields": {}} if fields[name]["type"] == "many2one" else {}
            if relation and node.get("invisible") not in ALWAYS:
                inner = {"display_name": {}}
                for view in node:
                    if view.tag in ("list", "kanban", "form"):
                        inner |= self._get_specification(view, relation)
                specification[name] = {"fields": inner}
        return specification


def _get_field_nodes(arch):
    """Return the fields of a view, without those of the views inside it."""
    for node in arch.iterchildren(etree.Element):
        if node.tag == "field":
            yield node
        elif node.tag != "groupby":
            yield from _get_field_nodes(node)
