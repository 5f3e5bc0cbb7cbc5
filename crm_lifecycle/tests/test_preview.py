import random
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import INVOICING, SALES, SALES_ALL, SALES_MANAGER, LifecycleCase

TODAY = "2026-06-15"
# Not a day of anybody's documents alone: purchases lie before and after.
PAST = "2026-01-20"
TABLES = ("crm_lifecycle_profile", "crm_lifecycle_transition", "crm_lifecycle_queue")


class PreviewCase(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.active = cls.env["crm.lifecycle.policy"].search(
            [("company_id", "=", cls.company.id), ("state", "=", "active")]
        )
        cls.manager = cls._create_user("lifecycle_preview_manager", SALES_MANAGER)

    def _draft(self, *lines, **settings):
        """Create a draft like the active rules, but with these conditions of stages.

        :param lines: (stage, alternative, metric, operator, value, months), which replace
            those of their stages
        """
        draft = self.active.copy(settings)
        replaced = {line[0] for line in lines}
        draft.write(
            {
                "criterion_ids": [
                    *(
                        Command.delete(criterion.id)
                        for criterion in draft.criterion_ids
                        if criterion.stage_id.code in replaced
                    ),
                    *(
                        Command.create(
                            {
                                "stage_id": self.stages[code].id,
                                "group": group,
                                "metric": metric,
                                "operator": operator,
                                "value": value,
                                "months": months,
                            }
                        )
                        for code, group, metric, operator, value, months in lines
                    ),
                ]
            }
        )
        return draft

    def _preview(self, draft, day=False):
        preview = self.env["crm.lifecycle.preview"].with_user(self.manager)
        return preview.create({"policy_id": draft.id, "date": day})

    def _places(self, day=None):
        """Return ``{customer: (stage, status)}`` by the profiles, or the history on a day."""
        self.env.flush_all()
        if day:
            moves = self.env["crm.lifecycle.transition"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("superseded_at", "=", False),
                    ("effective_date", "<=", day),
                ],
                order="effective_date, id",
            )
            return {move.partner_id: (move.to_stage_id.code, move.to_status) for move in moves}
        profiles = self.env["crm.lifecycle.profile"].search([("company_id", "=", self.company.id)])
        return {profile.partner_id: (profile.stage_id.code, profile.status) for profile in profiles}

    def _moved(self, preview):
        """Return ``{customer: (place before, place after)}`` of a preview."""
        return {
            line.partner_id: (
                (line.from_stage_id.code, line.from_status),
                (line.to_stage_id.code, line.to_status),
            )
            for line in preview.sudo().line_ids
        }

    @staticmethod
    def _differences(before, after):
        nowhere = (False, False)
        return {
            customer: (before.get(customer, nowhere), after.get(customer, nowhere))
            for customer in before.keys() | after.keys()
            if before.get(customer) != after.get(customer)
        }

    def _make_customers(self, number, seed=1):
        """Create customers with documents of many kinds, by chance, up to today."""
        chance = random.Random(seed)
        customers = self.env["res.partner"]
        for index in range(number):
            customer = self._create_customer(f"Customer {seed}-{index}")
            customers |= customer
            for _document in range(chance.randrange(1, 5)):
                self._make_document(chance, customer)
        with self.at(TODAY):
            self._process_queue()
        return customers

    def _make_document(self, chance, customer):
        year, month = chance.choice((2024, 2025, 2025, 2026)), chance.randrange(1, 7)
        day = f"{year}-{month:02}-{chance.randrange(1, 15):02}"
        kind = chance.choice(("order", "order", "invoice", "paid", "lead", "refund", "agreement"))
        amount = chance.choice((50.0, 500.0, 5000.0))
        with self.at(day):
            if kind == "order":
                self._confirm_order(customer, amount)
            elif kind == "lead":
                self._create_opportunity(customer)
            elif kind == "agreement":
                self._create_agreement(customer, day, chance.choice((False, TODAY)))
            else:
                invoice = self._post_invoice(customer, amount)
                if kind == "paid":
                    self._pay(invoice)
                elif kind == "refund":
                    self._refund(invoice)
            self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestPreviewEquality(PreviewCase):
    """What a preview shows is what activating does."""

    def _get_drafts(self):
        return {
            "one purchase more": lambda: self._draft(
                ("repeat_buyer", 1, "purchases", ">=", 3, 0),
                ("long_term", 1, "purchases", ">=", 4, 0),
            ),
            "purchases of a year": lambda: self._draft(
                ("first_buyer", 1, "purchases", ">=", 1, 12),
                ("repeat_buyer", 1, "purchases", ">=", 2, 12),
            ),
            "amounts": lambda: self._draft(
                ("long_term", 1, "purchases", ">=", 2, 0),
                ("long_term", 1, "purchase_amount", ">=", 1000, 0),
            ),
            "recency": lambda: self._draft(
                ("repeat_buyer", 1, "purchases", ">=", 2, 0),
                ("repeat_buyer", 1, "recency", "<=", 200, 0),
            ),
            "paid": lambda: self._draft(basis="paid"),
            "invoiced": lambda: self._draft(basis="invoiced"),
            "own rhythm": lambda: self._draft(company_interval=20, company_spread=5),
            "sticky": lambda: self._draft(
                ("repeat_buyer", 1, "purchases", ">=", 2, 6), tolerance=20, minimum_stay=60
            ),
        }

    def _check(self, draft):
        """Activate a draft and hold what comes of it against what was shown."""
        with self.at(TODAY):
            before = self._places(), self._places(PAST)
            previews = self._preview(draft), self._preview(draft, PAST)
            shown = [self._moved(preview) for preview in previews]
            draft.action_activate()
            self._process_queue()
            after = self._places(), self._places(PAST)
        for found, was, becomes in zip(shown, before, after, strict=True):
            self.assertEqual(found, self._differences(was, becomes))
        return shown

    def test_a_preview_equals_what_activating_does(self):
        self._make_customers(25, seed=1)
        for name, make in self._get_drafts().items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                today, past = self._check(make())
                self.assertTrue(today or past)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_so_it_does_from_one_draft_to_the_next(self):
        self._make_customers(10, seed=2)
        for make in self._get_drafts().values():
            self._check(make())

    def test_a_preview_of_what_is_active_moves_nobody(self):
        self._make_customers(10, seed=3)
        with self.at(TODAY):
            for day in (False, PAST):
                preview = self._preview(self.active.copy(), day)
                self.assertFalse(preview.line_ids)
                self.assertEqual(preview.moved_count, 0)
                self.assertIn("Nobody moves", preview.summary)


@tagged("post_install", "-at_install")
class TestPreview(PreviewCase):
    """Who would move, why, and how many in all; and nothing else happens."""

    def setUp(self):
        super().setUp()
        self.once = self._create_customer("Once")
        self.twice = self._create_customer("Twice")
        self.thrice = self._create_customer("Thrice", user_id=self.salesperson.id)
        self._buy(self.once, "2026-06-01")
        self._buy(self.twice, "2026-04-01", "2026-06-01")
        self._buy(self.thrice, "2026-01-02", "2026-04-01", "2026-06-01")
        with self.at(TODAY):
            self._process_queue()
        self.draft = self._draft(("repeat_buyer", 1, "purchases", ">=", 3, 0))

    def _line(self, preview, customer):
        return preview.line_ids.filtered(lambda line: line.partner_id == customer)

    def test_who_moves_by_name_with_the_reason(self):
        with self.at(TODAY):
            preview = self._preview(self.draft)
            self.assertEqual(preview.line_ids.partner_id, self.twice)
            line = preview.line_ids
            self.assertEqual((line.direction, line.to_status), ("down", line.from_status))
            self.assertEqual(line.reason, "For Repeat buyer: 1 more purchase")
            easier = self._draft(("long_term", 1, "purchases", ">=", 3, 0))
            line = self._preview(easier).line_ids
        self.assertEqual(line.partner_id, self.thrice)
        self.assertEqual((line.direction, line.user_id), ("up", self.salesperson))
        self.assertEqual(line.reason, "purchases: 3")

    def test_reasons_of_other_moves(self):
        with self.at(TODAY):
            strict = self.active.copy()
            strict.criterion_ids.filtered(
                lambda line: line.stage_id.code == "repeat_buyer"
            ).unlink()
            line = self._line(self._preview(strict), self.twice)
            self.assertEqual(line.reason, "These rules have no conditions for Repeat buyer.")
            quick = self._draft(company_interval=5, company_spread=1, minimum_gaps=12)
            line = self._line(self._preview(quick), self.once)
            self.assertEqual((line.direction, line.from_status), ("same", "active"))
            self.assertNotEqual(line.to_status, "active")
            self.assertEqual(line.reason, "Last purchase on June 1, 2026")
            kept = self._draft(
                ("repeat_buyer", 1, "purchases", ">=", 3, 0),
                ("long_term", 1, "recency", "<=", 5, 0),
                ("long_term", 1, "purchases", ">=", 2, 0),
                minimum_stay=90,
            )
            line = self._line(self._preview(kept), self.twice)
            self.assertEqual(line.to_stage_id.code, "long_term")
            self.assertEqual(line.reason, "Long-term customer is kept for at least 90 days.")

    def test_amounts_are_for_those_who_see_them(self):
        with self.at(TODAY):
            draft = self._draft(
                ("long_term", 1, "purchases", ">=", 2, 0),
                ("long_term", 1, "purchase_amount", ">=", 300, 0),
            )
            line = self._preview(draft).line_ids
            self.assertIn("300", line.reason)
            blind = line.with_user(self.salesperson).sudo()
            blind.invalidate_recordset()
            self.assertNotIn("300", blind.reason)
        with self.assertRaises(AccessError):
            line.read(["figures"])

    def test_the_numbers_add_up(self):
        with self.at(TODAY):
            draft = self._draft(
                ("repeat_buyer", 1, "purchases", ">=", 3, 0),
                company_interval=5,
                company_spread=1,
            )
            for day in (False, PAST):
                preview = self._preview(draft, day)
                for matrix in (preview.matrix, preview.status_matrix):
                    cells, places = matrix["cells"], matrix["places"]
                    self.assertEqual(sum(map(sum, cells)), preview.total)
                    self.assertEqual([sum(row) for row in cells], [p["before"] for p in places])
                    self.assertEqual(
                        [sum(column) for column in zip(*cells, strict=True)],
                        [p["after"] for p in places],
                    )
                self.assertEqual(preview.moved_count, len(preview.line_ids))
        self.assertEqual(preview.total, 1)

    def test_the_matrix_tells_from_where_to_where(self):
        with self.at(TODAY):
            preview = self._preview(self.draft)
        self.assertEqual(preview.total, 3)
        numbers = {
            place["key"]: (place["before"], place["after"]) for place in preview.matrix["places"]
        }
        first, repeat = self.stages["first_buyer"], self.stages["repeat_buyer"]
        self.assertEqual(len(numbers), 8)
        self.assertEqual((numbers[first.id], numbers[repeat.id]), ((1, 2), (2, 1)))
        self.assertEqual(preview.matrix["cells"][3], [0, 0, 1, 1, 0, 0, 0, 0])
        self.assertIn("1 of 3 customers move: 0 up, 1 down, 0", preview.summary)

    def test_each_number_opens_its_customers(self):
        with self.at(TODAY):
            for day, repeat in ((False, 2), ("2026-05-01", 1)):
                preview = self._preview(self.draft, day)
                for axis, matrix in (("stage", preview.matrix), ("status", preview.status_matrix)):
                    for i, before in enumerate(matrix["places"]):
                        self._check_opens(preview, axis, before["key"], False, before["before"])
                        self._check_opens(preview, axis, False, before["key"], before["after"])
                        for j, after in enumerate(matrix["places"]):
                            number = matrix["cells"][i][j]
                            self._check_opens(preview, axis, before["key"], after["key"], number)
                self.assertEqual(preview.matrix["places"][3]["before"], repeat)
        action = preview.action_open_lines()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), preview.moved_count
        )

    def _check_opens(self, preview, axis, before, after, number):
        action = preview.action_open_customers(axis, before, after)
        model = self.env[action["res_model"]].with_user(self.manager)
        with self.subTest(axis=axis, before=before, after=after):
            self.assertEqual(model.search_count(action["domain"]), number)

    def test_a_customer_opens_as_profile_or_contact(self):
        with self.at(TODAY):
            line = self._preview(self.draft).line_ids
            self.assertEqual(line.action_open_customer()["res_id"], self._profile(self.twice).id)
            late = self._create_customer("Late")
            self._confirm_order(late)
            preview = self._preview(self.draft)
        line = self._line(preview, late)
        self.assertEqual((line.direction, line.from_stage_id.id), ("new", False))
        action = line.action_open_customer()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", late.id))
        place = preview.matrix["places"][0]
        self.assertEqual((place["key"], place["before"], place["after"]), (None, 1, 0))
        first = self.stages["first_buyer"].id
        self._check_opens(preview, "stage", None, first, 1)

    def test_nothing_is_written_but_the_preview(self):
        with self.at(TODAY):
            self._process_queue()
            before = self._fingerprint()
            preview = self._preview(self.draft)
            preview.date = PAST
            preview.action_compute()
            preview.action_open_lines()
            preview.action_discard()
        self.assertEqual(self._fingerprint(), before)
        self.assertEqual(self.draft.state, "draft")

    def _fingerprint(self):
        """Return what any writing into the tables would change."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        found = {}
        for table in TABLES:
            self.env.cr.execute(
                "SELECT COUNT(*), MD5(STRING_AGG(ctid::text || xmin || xmax, ',' ORDER BY id))"
                f" FROM {table}"  # noqa: S608 a constant
            )
            found[table] = self.env.cr.fetchone()
        return found

    def test_who_waits_is_told(self):
        with self.at(TODAY):
            self.assertEqual(self._preview(self.draft).stale_count, 0)
            self._confirm_order(self.once)
            self.env.cr.flush()
            preview = self._preview(self.draft)
            self.assertEqual(preview.stale_count, 1)
            # What was recorded does not know of the order yet.
            self.assertEqual(self._profile(self.once).purchase_count, 1)
            self._process_queue()
            preview.action_compute()
            self.assertEqual(preview.stale_count, 0)
        # By the silence since, stages and status are no longer what they were.
        with self.at("2027-06-15"):
            preview.write({"date": "2027-06-15"})
            self.assertFalse(preview.counts)
            self.assertFalse(preview.line_ids)
            preview.action_compute()
            self.assertEqual(preview.stale_count, 3)

    def test_the_future_is_refused(self):
        with self.at(TODAY):
            with self.assertRaisesRegex(ValidationError, "not known yet"):
                self._preview(self.draft, "2026-06-16")
            self.assertEqual(self._preview(self.draft).date, date(2026, 6, 15))

    def test_archived_customers_are_left_out(self):
        self.twice.active = False
        with self.at(TODAY):
            self._process_queue()
            preview = self._preview(self.draft)
        self.assertEqual((preview.total, preview.moved_count), (2, 0))

    def test_a_day_without_customers_is_empty(self):
        with self.at(TODAY):
            preview = self._preview(self.draft, "2020-01-01")
        self.assertFalse(preview.counts)
        self.assertEqual(preview.summary, "There are no customers on this day.")

    def test_activating_from_the_preview(self):
        with self.at(TODAY):
            preview = self._preview(self.draft)
            action = preview.action_activate()
            self._process_queue()
        self.assertEqual((self.draft.state, self.active.state), ("active", "retired"))
        self.assertEqual(action["params"]["next"]["res_id"], self.draft.id)
        self.assertEqual(self._stage(self.twice), "first_buyer")

    def test_the_button_opens_a_preview_of_today(self):
        with self.at(TODAY):
            action = self.draft.with_user(self.manager).action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((preview.policy_id, preview.moved_count), (self.draft, 1))
        self.assertTrue(preview.with_user(self.manager).read(["summary"]))

    def test_retired_rules_can_be_tried_as_well(self):
        with self.at(TODAY):
            self.draft.action_activate()
            self._process_queue()
            preview = self._preview(self.active)
        self.assertEqual(preview.line_ids.partner_id, self.twice)
        self.assertEqual(preview.line_ids.direction, "up")

    def test_a_list_of_lines_costs_the_same_for_few_and_many(self):
        draft = self._draft(("first_buyer", 1, "purchases", ">=", 9, 0))
        counts = []
        with self.at(TODAY):
            for more in (0, 0, 20):
                for index in range(more):
                    self._confirm_order(self._create_customer(f"More {index}"))
                self._process_queue()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                preview = self._preview(draft)
                preview.web_read(
                    {
                        "summary": {},
                        "matrix": {},
                        "shown_line_ids": {
                            "fields": {
                                "partner_id": {"fields": {"display_name": {}}},
                                "reason": {},
                                "user_id": {"fields": {"display_name": {}}},
                            }
                        },
                    }
                )
                counts.append(self.env.cr.sql_log_count - start)
        _cold, few, many = counts
        self.assertEqual(many, few)
        self.assertGreater(preview.moved_count, 20)


@tagged("post_install", "-at_install")
class TestPreviewCompanies(PreviewCase):
    """A company's rules are tried on its own customers."""

    def test_one_companys_rules_move_nobody_of_another(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        customer, shared = self._create_customer("Here"), self._create_customer("Both")
        for day in ("2026-03-01", "2026-04-01"):
            with self.at(day):
                self._confirm_order(customer)
                self._confirm_order(shared)
                self._confirm_order(shared, company_id=other.id)
                self.env.cr.flush()
        with self.at(TODAY):
            self._process_queue()
            draft = self._draft(("repeat_buyer", 1, "purchases", ">=", 3, 0))
            preview = self._preview(draft)
            self.assertEqual(preview.total, 2)
            self.assertEqual(preview.line_ids.partner_id, customer | shared)
            self.assertEqual(preview.line_ids.company_id, self.company)
            theirs = draft.copy({"company_id": other.id})
            preview = self.env["crm.lifecycle.preview"].create({"policy_id": theirs.id})
            self.assertEqual((preview.total, preview.line_ids.partner_id), (1, shared))
            theirs.action_activate()
            self._process_queue()
        self.assertEqual(self._stage(shared), "repeat_buyer")
        self.assertEqual(self._stage(shared, other), "first_buyer")

    def test_today_is_the_companys(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with self.at("2026-06-15 20:00:00"):
            self.assertEqual(self._preview(self.active.copy()).date, date(2026, 6, 16))


@tagged("post_install", "-at_install")
class TestPreviewAccess(PreviewCase):
    """Previews are the managers' business, and each manager's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = {
            group: cls._create_user(f"lifecycle_preview_{number}", group)
            for number, group in enumerate((SALES, SALES_ALL, INVOICING, "base.group_portal"))
        }

    def setUp(self):
        super().setUp()
        customer = self._create_customer()
        self._buy(customer, "2026-04-01")
        with self.at(TODAY):
            self._process_queue()
            self.draft = self._draft(("first_buyer", 1, "purchases", ">=", 2, 0))
            self.preview = self._preview(self.draft)
        self.assertTrue(self.preview.line_ids)

    def _refuses(self, user):
        """Check that a user reaches nothing of the preview, however it is called."""
        preview, lines = self.preview.with_user(user), self.preview.line_ids.with_user(user)
        (preview | lines.preview_id).invalidate_recordset()
        for method, *args in (
            (preview.read, ["date"]),
            (preview.write, {"date": PAST}),
            (preview.action_compute,),
            (preview.action_activate,),
            (preview.action_discard,),
            (preview.action_open_lines,),
            (preview.action_open_customers, "stage"),
            (lines.read, ["reason"]),
            (lines.action_open_customer,),
        ):
            with self.subTest(user=user.login, method=method.__name__):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    method(*args)

    def test_nobody_else_reaches_a_preview(self):
        for user in self.others.values():
            self._refuses(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._preview(self.draft).with_user(user).create({"policy_id": self.draft.id})
                with self.assertRaises(AccessError):
                    self.draft.with_user(user).action_preview()
                with self.assertRaises(AccessError):
                    self.env["crm.lifecycle.profile"].with_user(user).search(
                        [("preview_place", "=", f"{self.preview.id}/stage//3")]
                    )

    def test_a_manager_reaches_ones_own_alone(self):
        colleague = self._create_user("lifecycle_preview_colleague", SALES_MANAGER)
        self._refuses(colleague)
        as_colleague = self.env["crm.lifecycle.preview"].with_user(colleague)
        self.assertFalse(as_colleague.search([]))
        self.assertFalse(as_colleague.line_ids.search([]))
        place = [("preview_place", "=", f"{self.preview.id}/stage/3/")]
        self.assertFalse(self.env["crm.lifecycle.profile"].with_user(colleague).search(place))
        self.assertTrue(self.preview.search([]))

    def test_lines_are_not_written_by_hand(self):
        for method, *args in (
            (self.preview.line_ids.write, {"to_status": "lost"}),
            (self.preview.line_ids.unlink,),
            (self.preview.unlink,),
        ):
            with self.subTest(method.__name__), self.assertRaises(AccessError):
                method(*args)

    def test_previews_are_those_of_the_ticked_companies(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        theirs = self.draft.copy({"company_id": other.id})
        previews = self.preview.browse()
        for action in (
            lambda: previews.create({"policy_id": theirs.id}),
            lambda: self.preview.write({"policy_id": theirs.id}),
            lambda: theirs.with_user(self.manager).action_preview(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action()
            self.env.invalidate_all()
        # Ticked when it was made, and no longer.
        self.manager.company_ids = [Command.link(other.id)]
        both = previews.with_context(allowed_company_ids=[self.company.id, other.id])
        found = both.create({"policy_id": theirs.id})
        self.env.invalidate_all()
        self.assertTrue(found.read(["total"]))
        here = found.with_context(allowed_company_ids=[self.company.id])
        self.env.invalidate_all()
        self.assertFalse(here.search([("id", "=", found.id)]))
        with self.assertRaises(AccessError):
            here.read(["date"])
