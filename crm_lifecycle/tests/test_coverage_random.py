import random
from collections import Counter
from datetime import timedelta

from odoo.tests import tagged

from ..engine.type_rules import TYPES
from ..engine.value_classes import CLASSES
from ..models.crm_lifecycle_customer_type import CUSTOMER_TYPES, SENIORITIES
from ..models.crm_lifecycle_value_class import VALUE_CLASSES
from .common import SALES
from .generated import END, GeneratedCompany
from .service_common import ServiceCase

SEEDS = (1, 2, 3)
CUSTOMERS = 300
COUNTS = ("customer_count", "buyer_count", "owned_count", "right_count", "unknown_count")
RANK = {code: place for place, (code, _label) in enumerate(SENIORITIES)}


@tagged("post_install", "-at_install")
class TestRandomCoverage(ServiceCase):
    """Coverage of made-up companies, against a count of the host's records in Python."""

    def _make(self, seed):
        """Make customers with documents, and people of any kind who look after them."""
        self.rng = random.Random(seed)  # noqa: S311 reproducible, not secret
        self.generated = GeneratedCompany(self, seed, CUSTOMERS)
        self.generated.live(self._look)
        self.profiles = self.env["crm.lifecycle.profile"].search(
            [("company_id", "=", self.company.id)]
        )
        self.segments = self.env["crm.lifecycle.segment"].create(
            [{"name": f"Segment {number}", "company_id": self.company.id} for number in range(3)]
        )
        self._make_people(seed)
        for segment in self.segments:
            segment.write(
                {
                    "seniority": self.rng.choice((False, *RANK)),
                    "team_id": self.rng.choice((False, *self.teams.ids)),
                }
            )
        self._make_levels()
        for profile in self.profiles:
            profile.write(
                {
                    "value_class": self.rng.choice((False, *CLASSES)),
                    "customer_type": self.rng.choice((False, *TYPES)),
                    "segment_id": self.rng.choice((False, *self.segments.ids)),
                }
            )
            profile.partner_id.user_id = self.rng.choice((False, False, *self.people.ids))
            if self.rng.random() < 0.2:
                self._make_member(profile.partner_id)
        # Whoever leaves keeps the customers.
        self.people[-1].active = False
        self.teams[-1].active = False
        self.env.flush_all()
        self.env.invalidate_all()

    def _look(self, _day, customer_ids):
        with self.at(str(END)):
            self.env["crm.lifecycle.profile"]._refresh(sorted(customer_ids))

    def _make_people(self, seed):
        other = self._create_company(f"Coverage Other {seed}", "base.EUR")
        users = self.env["res.users"]
        for number, seniority in enumerate((False, *RANK) * 2):
            users |= self._create_seller(f"coverage_{seed}_{number}", seniority)
        users |= self._create_user(f"coverage_{seed}_outside", SALES, company=other)
        users |= self._create_user(
            f"coverage_{seed}_junior_outside", SALES, company=other, lifecycle_seniority="junior"
        )
        users |= self._create_seller(f"coverage_{seed}_left", "senior")
        self.people = users
        self.teams = self.env["crm.team"].union(
            self._create_team("North", users[:3], user_id=users[3].id),
            self._create_team("South", users[4:7]),
            self._create_team("Closed", users[7:8]),
        )

    def _make_levels(self):
        for number in range(8):
            self._create_level(
                f"Level {number}",
                sequence=self.rng.choice((1, 2)),
                value_class=self.rng.choice((False, False, *CLASSES)),
                customer_type=self.rng.choice((False, False, *TYPES)),
                segment_id=self.rng.choice((False, False, *self.segments.ids)),
                stage_id=self.rng.choice((False, False, self.stages["first_buyer"].id)),
                seniority=self.rng.choice((False, *RANK)),
                team_id=self.rng.choice((False, *self.teams.ids)),
            )

    def _make_member(self, partner):
        begin = END + timedelta(days=self.rng.choice((-9, -1, 0, 1)))
        end = self.rng.choice((None, begin, begin + timedelta(days=5)))
        colleagues = self.people.filtered(lambda user: self.company in user.company_ids)
        self._create_member(partner, self.rng.choice(colleagues), date_start=begin, date_end=end)

    # ------------------------------------------------------------
    # INDEPENDENT EVALUATION
    # ------------------------------------------------------------

    def _get_level(self, profile):
        names = ("value_class", "customer_type", "segment_id", "stage_id")
        fitting = [
            (-sum(bool(level[name]) for name in names), level.sequence, level.id)
            for level in self.levels.search([("company_id", "=", self.company.id)])
            if all(not level[name] or level[name] == profile[name] for name in names)
        ]
        return self.levels.browse(min(fitting)[2] if fitting else False)

    def _judge(self, profile):
        """Return whether the salesperson is the right one, None if that is not known."""
        owner, level, segment = (
            profile.partner_id.user_id,
            self._get_level(profile),
            profile.segment_id,
        )
        wanted = RANK[level.seniority or segment.seniority or "junior"]
        # An archived team is none.
        team = next((team for team in (level.team_id, segment.team_id) if team.active), None)
        if not owner.active:
            return False
        if self.company in owner.company_ids:
            if owner.lifecycle_seniority and RANK[owner.lifecycle_seniority] < wanted:
                return False
            if team and owner not in team.member_ids | team.user_id:
                return False
        elif not self._get_members(profile.partner_id):
            return False
        return True if owner.lifecycle_seniority or not wanted else None

    def _get_members(self, partner):
        members = self.env["crm.lifecycle.account.member"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )
        return members.filtered(
            lambda member: (
                member.user_id.active
                and member.date_start <= END
                and (not member.date_end or member.date_end >= END)
            )
        )

    def _count(self):
        counts = {}
        for profile in self.profiles.filtered("active"):
            if profile.status == "lost" or profile.stage_id.code == "suspect":
                continue
            key = (profile.segment_id.id, profile.customer_type, profile.value_class)
            count = counts.setdefault(key, Counter())
            count["customer_count"] += 1
            count["buyer_count"] += profile.purchase_count > 0
            if profile.partner_id.user_id:
                right = self._judge(profile)
                count["owned_count"] += 1
                count["right_count"] += right is True
                count["unknown_count"] += right is None
        return {key: tuple(count[name] for name in COUNTS) for key, count in counts.items()}

    def test_the_figures_are_what_python_counts(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._make(seed)
                with self.at(str(END)):
                    rows = self.env["crm.lifecycle.coverage"].search(
                        [("company_id", "=", self.company.id), ("customer_count", ">", 0)]
                    )
                    found = {
                        (row.segment_id.id, row.customer_type, row.value_class): tuple(
                            row[name] for name in COUNTS
                        )
                        for row in rows
                    }
                    self.assertEqual(len(found), len(rows))
                    expected = self._count()
                self.assertEqual(found, expected)
                # Of everything there is some.
                totals = dict(
                    zip(COUNTS, map(sum, zip(*expected.values(), strict=True)), strict=True)
                )
                judged = totals["right_count"] + totals["unknown_count"]
                for name, number in (
                    ("all", totals["customer_count"] - totals["owned_count"]),
                    ("right", totals["right_count"]),
                    ("unknown", totals["unknown_count"]),
                    ("wrong", totals["owned_count"] - judged),
                ):
                    self.assertGreater(number, 4, name)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_types_and_classes_are_told_apart_wherever_they_are_named(self):
        self.assertEqual(list(TYPES), [code for code, _label in CUSTOMER_TYPES])
        self.assertEqual(list(CLASSES), [code for code, _label in VALUE_CLASSES])
        # A row's id has three bits for each; 0 stands for none.
        self.assertLess(max(len(TYPES), len(CLASSES)), 8)
