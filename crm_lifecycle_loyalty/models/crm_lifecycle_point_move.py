from collections import defaultdict

from odoo import api, models

# The history of the card is what tells of it; nobody gets a mail.
SILENT = {"loyalty_no_mail": True, "tracking_disable": True}
DIGITS = 2


class CrmLifecyclePoint(models.Model):
    """How points get on the host's cards, and off them again. All as the superuser."""

    _inherit = "crm.lifecycle.point"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # MOVES
    # ------------------------------------------------------------

    @api.model
    def _give(self, rows):
        """Give points for rows of ``engine.points.to_give``, and settle what is owed.

        Rows may tell ``points``, where these are not what the rule gives now.
        """
        rules = self.env["crm.lifecycle.point.rule"].browse({row["rule_id"] for row in rows})
        by_id = {rule.id: rule for rule in rules}
        points = self.with_context(**SILENT).create(
            [
                {
                    "rule_id": row["rule_id"],
                    "person_id": row["person_id"],
                    "date": row["date"],
                    "given_on": self._get_today_of(by_id[row["rule_id"]].company_id),
                    "points": row.get("points", by_id[row["rule_id"]].points),
                    "key": row["key"],
                    "res_model": row["res_model"],
                    "res_id": row["res_id"],
                }
                for row in rows
            ]
        )
        points._put_on_cards({point: point.points for point in points})

    def _follow(self, person_ids):
        """Have points follow what they were given for.

        :param dict person_ids: ``{id: id of who has a right to the points now, or None}``
        """
        wrong = self.filtered(
            lambda point: point.state == "given" and point.person_id.id != person_ids[point.id]
        )
        wrong._take_back()
        held = self.filtered(lambda point: person_ids[point.id])
        # Somebody else of the customer has a right to them less what is spent already, another
        # customer to all of them.
        moved = held.filtered(
            lambda point: (
                point.taken < point.points
                and point.person_id.browse(person_ids[point.id]).commercial_partner_id
                != point.person_id.commercial_partner_id
            )
        )
        moved._split_off(person_ids)
        (held - moved)._restore(person_ids)

    def _split_off(self, person_ids):
        """Leave what was spent with who spent it, and give another customer all of the points."""
        rows = [
            {
                "rule_id": point.rule_id.id,
                "person_id": person_ids[point.id],
                "date": point.date,
                "points": point.points,
                "key": point.key,
                "res_model": point.res_model,
                "res_id": point.res_id,
            }
            for point in self
        ]
        for point in self:
            # Theirs is the debt alone: for the document, the other customer has the points.
            point.key = f"{point.key},{point.id}"
        self.env.flush_all()
        self._give(rows)

    def _take_back(self):
        """Take points from the cards; what was spent already is owed."""
        cards = self._find_cards(with_archived=True)
        moves, left = [], {}
        for point in self.sorted("id"):
            card = cards.get(point._get_card_key())
            if card:
                has = left.setdefault(card, max(card.points, 0.0))
                taken = round(min(has, point.points), DIGITS)
                left[card] = has - taken
                if taken:
                    moves.append((card, -taken, point._say_taken()))
            else:
                # They went with the card.
                taken = point.points
            point.write(
                {
                    "state": "taken_back",
                    "taken_back_on": self._get_today_of(point.company_id),
                    "taken": taken,
                    "owed": round(point.points - taken, DIGITS),
                    "let_go_by_id": False,
                }
            )
        self._book(moves)

    def _restore(self, person_ids):
        """Give points back that were taken: what they were given for holds again."""
        amounts = {point: point.taken for point in self}
        for point in self:
            point.write(
                {
                    "person_id": person_ids[point.id],
                    "state": "given",
                    "taken_back_on": False,
                    "taken": 0.0,
                    "owed": 0.0,
                    "let_go_by_id": False,
                }
            )
        self._put_on_cards(amounts)

    def _put_on_cards(self, amounts):
        """Put points on the cards of their people; what these owe comes off at once.

        :param dict amounts: ``{point: how many}``
        """
        cards = self._find_cards()
        missing = {point._get_card_key() for point in self} - cards.keys()
        if missing:
            made = (
                self.env["loyalty.card"]
                .with_context(**SILENT)
                .create(
                    [
                        {"partner_id": person.id, "program_id": program.id, "points": 0.0}
                        for person, program in sorted(
                            missing, key=lambda pair: (pair[0].id, pair[1].id)
                        )
                    ]
                )
            )
            cards |= {(card.partner_id, card.program_id): card for card in made}
        for point in self:
            point.card_id = cards[point._get_card_key()]
        self._book(
            [
                (cards[point._get_card_key()], amount, point._get_text())
                for point, amount in amounts.items()
                if amount
            ]
        )
        self.search(
            [
                ("person_id", "in", self.person_id.ids),
                ("program_id", "in", self.program_id.ids),
                ("owed", ">", 0),
            ]
        )._collect()

    def _collect(self):
        """Take what is owed from cards that have points again, the oldest first."""
        cards = self._find_cards()
        moves, left = [], {}
        for point in self.sorted("id"):
            card = cards.get(point._get_card_key())
            if not card:
                continue
            has = left.setdefault(card, max(card.points, 0.0))
            taken = round(min(has, point.owed), DIGITS)
            if taken:
                left[card] = has - taken
                moves.append((card, -taken, point._say_taken()))
                point.write(
                    {
                        "taken": point.taken + taken,
                        "owed": round(point.owed - taken, DIGITS),
                        "card_id": card.id,
                    }
                )
        self._book(moves)

    # ------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------

    def _get_card_key(self):
        return self.person_id, self.program_id

    def _find_cards(self, with_archived=False):
        """Return the cards of the people, those in use first.

        :return: ``{(person, program): card}``
        """
        cards = (
            self.env["loyalty.card"]
            .with_context(active_test=not with_archived)
            .search(
                [
                    ("partner_id", "in", self.person_id.ids),
                    ("program_id", "in", self.program_id.ids),
                ],
                order="active DESC, id",
            )
        )
        found = {}
        for card in cards.with_context(**SILENT):
            found.setdefault((card.partner_id, card.program_id), card)
        return found

    @api.model
    def _book(self, moves):
        """Move points on cards, and have their history tell so.

        :param list moves: ``(card, points, text)``; points below zero are taken
        """
        if not moves:
            return
        self.env["loyalty.history"].create(
            [
                {
                    "card_id": card.id,
                    "description": text,
                    "issued": max(points, 0.0),
                    "used": max(-points, 0.0),
                }
                for card, points, text in moves
            ]
        )
        totals = defaultdict(float)
        for card, points, _text in moves:
            totals[card] += points
        for card, total in totals.items():
            card.points = round(card.points + total, DIGITS)

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.model
    def _get_today_of(self, company):
        return self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()

    def _get_text(self):
        """Return what the customer reads of it: the rule's words, never ours."""
        return self.rule_id.with_context(lang=self.person_id.lang or self.env.lang).name

    def _say_taken(self):
        local = self.with_context(lang=self.person_id.lang or self.env.lang)
        return local.env._("Taken back: %s", self._get_text())

    # ------------------------------------------------------------
    # MERGED CONTACTS
    # ------------------------------------------------------------

    @api.model
    def _unite(self, sources, destination):
        """Have points and history name the cards that merged contacts keep.

        Called after the host moved the points to them, and archived the others.
        """
        cards = self.env["loyalty.card"].with_context(active_test=False)
        merged = cards.search(
            [
                ("partner_id", "in", (sources | destination).ids),
                ("program_id.program_type", "=", "loyalty"),
            ]
        )
        kept = {
            card.program_id: card
            for card in merged.sorted("id", reverse=True)
            if card.active and card.partner_id == destination
        }
        gone = merged.filtered(lambda card: not card.active and card.program_id in kept)
        if not gone:
            return
        for program, of_program in gone.grouped("program_id").items():
            self.search([("card_id", "in", of_program.ids)]).card_id = kept[program]
            self.env["loyalty.history"].search([("card_id", "in", of_program.ids)]).card_id = kept[
                program
            ]
