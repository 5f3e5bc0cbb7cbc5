from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import mismatches, sources, suggestions
from ..engine.service_levels import CONDITIONS
from .crm_lifecycle_customer_type import CUSTOMER_TYPES, SENIORITIES
from .crm_lifecycle_value_class import VALUE_CLASSES

KINDS = [
    ("unowned", "Nobody looks after"),
    ("left", "Salesperson has left"),
    ("outsider", "Salesperson of another company"),
    ("seniority", "Not experienced enough"),
    ("team", "Wrong team"),
    ("members", "Account team too small"),
    ("sponsor", "No executive sponsor"),
]
BASES = [
    ("member", "In the account team"),
    ("former", "Was the salesperson before"),
    ("load", "Least to look after"),
]
# Context that names the profiles whose mismatches are wanted, by their ids, or is True for
# all. With it nobody is suggested: that takes a look at everybody.
OF_PROFILES = "lifecycle_profile_ids"


class CrmLifecycleMismatch(models.Model):
    """A customer who is not looked after as the service level asks, and who could.

    Read when somebody looks, so that it is gone once it is mended; see
    ``engine.mismatches`` for what each kind is, ``engine.suggestions`` for who is suggested.
    """

    _name = "crm.lifecycle.mismatch"
    _description = "Mismatch of a Customer and Who Looks After Them"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "value_class, partner_id, id"

    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(KINDS, string="Mismatch", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    owner_seniority = fields.Selection(
        SENIORITIES,
        string="Seniority",
        readonly=True,
        help="How experienced the salesperson is.",
    )
    level_id = fields.Many2one(
        "crm.lifecycle.service.level",
        string="Service Level",
        readonly=True,
        help="The level that says so: the one with the most conditions that all hold.",
    )
    team_id = fields.Many2one("crm.team", string="Wanted Team", readonly=True)
    seniority = fields.Selection(SENIORITIES, string="Wanted Seniority", readonly=True)
    member_count = fields.Integer(
        string="In the Account Team", readonly=True, aggregator=None, help="People, today."
    )
    member_minimum = fields.Integer(string="Wanted in It", readonly=True, aggregator=None)
    suggested_user_id = fields.Many2one(
        "res.users",
        string="Suggestion",
        readonly=True,
        depends_context=[OF_PROFILES],
        help="A salesperson of the wanted team who is experienced enough and whose assignment is"
        " not paused: whoever is in the customer's account team, then whoever was the"
        " salesperson last. Other customers are handed out one after the other, each to whoever"
        " then has the least to look after: what a customer of each class weighs is set under"
        " Configuration, Settings.",
    )
    suggestion_basis = fields.Selection(
        BASES,
        string="Suggested Because",
        readonly=True,
        depends_context=[OF_PROFILES],
        help="What speaks for whom is suggested, of all who are fit for it.",
    )
    suggestion_until = fields.Date(
        string="Salesperson Until",
        readonly=True,
        depends_context=[OF_PROFILES],
        help="Day on which whom is suggested handed the customer over.",
    )
    suggested_load = fields.Integer(
        string="Load",
        readonly=True,
        aggregator=None,
        depends_context=[OF_PROFILES],
        help="What whom is suggested has to look after today; what a customer of each class weighs"
        " is set under Configuration, Settings.",
    )
    candidate_count = fields.Integer(
        string="Candidates",
        readonly=True,
        aggregator=None,
        depends_context=[OF_PROFILES],
        help="How many are fit for it where nobody of them knows the customer.",
    )
    suggestion_reason = fields.Char(
        string="Why This One",
        compute="_compute_suggestion_reason",
        help="What speaks for whom is suggested.",
    )
    reason = fields.Char(compute="_compute_reason", help="What is wrong, and who says so.")

    value_class = fields.Selection(VALUE_CLASSES, string="Class", readonly=True)
    segment_id = fields.Many2one("crm.lifecycle.segment", readonly=True)
    customer_type = fields.Selection(CUSTOMER_TYPES, readonly=True)
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)
    stage_color = fields.Integer(related="stage_id.color")
    status = fields.Selection(related="profile_id.status")
    country_id = fields.Many2one(related="partner_id.country_id")

    _depends = {
        "crm.lifecycle.profile": [
            "active",
            "partner_id",
            "company_id",
            "status",
            "stage_id",
            "value_class",
            "customer_type",
            "segment_id",
            "purchase_count",
        ],
        "crm.lifecycle.service.level": [
            "active",
            "sequence",
            "company_id",
            *CONDITIONS,
            "team_id",
            "seniority",
            "member_minimum",
            "sponsor_required",
        ],
        "crm.lifecycle.segment": ["seniority", "team_id"],
        "crm.lifecycle.account.member": [
            "partner_id",
            "company_id",
            "user_id",
            "role_id",
            "date_start",
            "date_end",
        ],
        "crm.lifecycle.account.role": ["is_sponsor"],
        "crm.lifecycle.ownership": ["partner_id", "user_id", "date_end"],
        "crm.lifecycle.mismatch.waiver": [
            "active",
            "partner_id",
            "company_id",
            "kind",
            "date_end",
        ],
        "res.company": [
            "lifecycle_weight_a",
            "lifecycle_weight_b",
            "lifecycle_weight_other",
        ],
        "crm.team": ["active", "company_id", "user_id"],
        "crm.team.member": ["active", "crm_team_id", "user_id", "assignment_optout"],
        "res.partner": ["user_id", "commercial_partner_id"],
        "res.users": ["active", "share", "company_ids", "lifecycle_seniority"],
    }

    @property
    def _table_query(self):
        # One moment for the whole transaction: a query that joins it twice joins the same.
        company = sources.company_cte(self.env.cr.now())
        profile_ids = self.env.context.get(OF_PROFILES)
        if profile_ids is None:
            return suggestions.suggesting(company)
        if profile_ids is True:
            return mismatches.reading(company, SQL("TRUE"))
        return mismatches.reading(company, SQL("profile.id = ANY(%s)", list(profile_ids)))

    @api.model
    def _of_profiles(self, profiles):
        """Return the mismatches of some customers, without suggestions."""
        scope = {OF_PROFILES: tuple(profiles.ids)}
        everybodys = self.sudo().with_context(**scope)
        # Found and read by one query: it judges all of the customers each time.
        return everybodys.search_fetch(
            [("profile_id", "in", profiles.ids)], mismatches.COLUMNS, order="id"
        )

    @api.model
    def _get_first_kinds_sql(self):
        """Return a table of what is wrong first, in the order of the kinds, by profile."""
        everybody = self.with_context(**{OF_PROFILES: True})
        return SQL(
            """(SELECT DISTINCT ON (found.profile_id) found.profile_id, found.kind
                  FROM %s found
              ORDER BY found.profile_id, found.id)""",
            everybody._table_sql,
        )

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.depends("kind", "user_id", "team_id", "seniority", "level_id", "member_count")
    @api.depends_context("lang")
    def _compute_reason(self):
        for mismatch in self:
            mismatch.reason = mismatch._say()

    def _get_demanding(self):
        """Return the level that asks for it, or the segment where the level leaves it open."""
        self.ensure_one()
        level = self.level_id
        if (self.kind == "seniority" and not level.seniority) or (
            self.kind == "team" and level.team_id != self.team_id
        ):
            return self.segment_id
        return level

    @api.depends("suggested_user_id", "suggestion_basis", "team_id", "seniority")
    @api.depends_context("lang", OF_PROFILES)
    def _compute_suggestion_reason(self):
        for mismatch in self:
            parts = mismatch._get_suggestion_parts() if mismatch.suggested_user_id else []
            mismatch.suggestion_reason = "; ".join(parts)

    def _get_suggestion_parts(self):
        """Return what speaks for whom is suggested, in words."""
        self.ensure_one()
        words = dict(self._fields["seniority"]._description_selection(self.env))
        # Whoever sees the row may know who and what is meant.
        row = self.sudo()
        parts = []
        match row.suggestion_basis:
            case "member":
                parts.append(self.env._("Is in the account team"))
            case "former":
                parts.append(
                    self.env._(
                        "Was the salesperson until %s",
                        format_date(self.env, row.suggestion_until),
                    )
                )
            case "load":
                parts.append(
                    self.env._(
                        "Least to look after of %(count)s (weight %(load)s today)",
                        count=row.candidate_count,
                        load=row.suggested_load,
                    )
                )
        if row.seniority:
            seniority = row.suggested_user_id.lifecycle_seniority
            parts.append(words.get(seniority, self.env._("seniority not known")))
        if row.team_id:
            parts.append(self.env._("of the team %s", row.team_id.name))
        return parts

    def _say(self):
        """Say in words what is wrong with who looks after the customer."""
        self.ensure_one()
        words = dict(self._fields["seniority"]._description_selection(self.env))
        # Whoever sees the row may know who and what is meant.
        row = self.sudo()
        terms = {
            "user": row.user_id.name or "",
            "is": words.get(row.owner_seniority, ""),
            "team": row.team_id.name or "",
            "wanted": words.get(row.seniority, ""),
            "level": row._get_demanding().name or "",
            "count": row.member_count,
            "minimum": row.member_minimum,
        }
        match row.kind:
            case "unowned":
                return self.env._("Nobody is the salesperson")
            case "left":
                return self.env._("%(user)s has left: the user is archived", **terms)
            case "outsider":
                return self.env._(
                    "%(user)s works for another company, and nobody of this one is in the"
                    " account team",
                    **terms,
                )
            case "seniority":
                return self.env._(
                    "%(user)s is %(is)s, wanted is %(wanted)s at least (%(level)s)", **terms
                )
            case "team":
                return self.env._("%(user)s is not in the team %(team)s (%(level)s)", **terms)
            case "members":
                return self.env._(
                    "%(count)s in the account team, wanted are %(minimum)s (%(level)s)", **terms
                )
            case "sponsor":
                return self.env._("No executive sponsor (%(level)s)", **terms)
        return ""
