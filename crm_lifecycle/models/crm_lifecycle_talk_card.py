from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..engine import answers


class CrmLifecycleTalkCard(models.AbstractModel):
    """What to say to a customer who thinks of leaving: with us, outside us.

    Made of the customer's own documents, each fact with its number and period, and of what
    colleagues noted of the competitors. What there is too little of to tell a rate is named
    with its number instead; what is not known, or would be nothing, is left out.
    """

    _name = "crm.lifecycle.talk.card"
    _description = "Talk Card"

    @api.model
    def _get_cards(self, customers, presences=None):
        """Return what the printed cards show.

        :param presences: of these competitors alone; of all at the customers without
        :return: list of {"customer", "company", "facts", "too_little", "competitors",
            "date"}; too_little is a text, empty where there is enough of everything
        """
        company = self.env.company
        customers.check_access("read")
        if presences is None:
            presences = self.env["crm.lifecycle.competitor.presence"].search(
                [
                    ("partner_id.commercial_partner_id", "in", customers.ids),
                    ("company_id", "=", company.id),
                ]
            )
        by_customer = presences.grouped(lambda presence: presence.partner_id.commercial_partner_id)
        facts = self._get_talk_facts(customers, company)
        return [
            {
                "customer": customer,
                "company": company,
                "facts": [fact for fact in facts.get(customer.id, ()) if fact["text"]],
                "too_little": self._describe_too_little(facts.get(customer.id, ())),
                "competitors": [
                    self._get_competitor(presence) for presence in by_customer.get(customer, ())
                ],
                "date": format_date(self.env, fields.Date.context_today(self)),
            }
            for customer in customers
        ]

    @api.model
    def _describe_too_little(self, facts):
        """Return of which facts there is too little, with how many there are."""
        return ", ".join(
            self.env._(
                "%(label)s (%(count)s of at least %(minimum)s)",
                label=fact["label"],
                count=fact["count"],
                minimum=self.env.company.lifecycle_talk_minimum,
            )
            for fact in facts
            if not fact["text"]
        )

    @api.model
    def _get_competitor(self, presence):
        """Return what was noted of a competitor at a customer, and of it in general."""

        def lines(*texts):
            return [
                line.strip() for text in texts for line in (text or "").splitlines() if line.strip()
            ]

        competitor = presence.competitor_id
        return {
            "name": competitor.name,
            "threat": dict(presence._fields["threat"]._description_selection(self.env))[
                presence.threat
            ],
            "products": ", ".join(presence.categ_ids.mapped("name")),
            "gain": lines(presence.gain, competitor.weaknesses),
            "risk": lines(presence.risk),
        }

    # ------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------

    @api.model
    def _get_talk_facts(self, customers, company):
        """Return the facts of customers' dealings with a company, to be completed by bridges.

        :return: {customer's id: [{"code", "label", "text", "count"}]}, in the order of the
            card; where there is too little to tell, text is empty and count how many
        """
        facts = {}
        for code, label, texts in (
            ("purchases", self.env._("Purchases"), self._get_purchases(customers, company)),
            ("savings", self.env._("Savings"), self._get_savings(customers, company)),
            ("returns", self.env._("Credit notes"), self._get_returns(customers, company)),
        ):
            for customer_id, text in texts.items():
                facts.setdefault(customer_id, []).append(
                    {"code": code, "label": label, "text": text}
                )
        for customer_id, (count, text) in self._get_answers(customers, company).items():
            facts.setdefault(customer_id, []).append(
                {
                    "code": "answers",
                    "label": self.env._("Answers"),
                    "text": count >= company.lifecycle_talk_minimum and text,
                    "count": count,
                }
            )
        return facts

    @api.model
    def _get_year_ago(self):
        return fields.Datetime.now() - relativedelta(years=1)

    @api.model
    def _get_purchases(self, customers, company):
        profiles = self.env["crm.lifecycle.profile"].search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("purchase_count", ">", 0),
            ]
        )
        return {
            profile.partner_id.id: self.env._(
                "Customer since %(date)s, purchases so far: %(count)s",
                date=format_date(self.env, profile.first_purchase_date),
                count=profile.purchase_count,
            )
            for profile in profiles
        }

    @api.model
    def _get_savings(self, customers, company):
        """Return discounts granted ever, for those who may see amounts."""
        entries = self.env["crm.lifecycle.value.entry"]
        if not entries.has_access("read"):
            return {}
        groups = entries._read_group(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("kind", "=", "discount"),
            ],
            ["partner_id"],
            ["amount:sum", "__count", "date:min"],
        )
        return {
            partner.id: self.env._(
                "%(amount)s saved by discounts since %(date)s (invoice lines: %(count)s)",
                amount=format_amount(self.env, amount, company.currency_id),
                count=count,
                date=format_date(self.env, first),
            )
            for partner, amount, count, first in groups
            if company.currency_id.compare_amounts(amount, 0.0) > 0
        }

    @api.model
    def _get_returns(self, customers, company):
        """Return how many invoices there are to a credit note, of twelve months."""
        # Numbers of invoices are no amounts; salespeople see them on the customer as well.
        moves_sudo = self.env["account.move"].sudo()
        groups = moves_sudo._read_group(
            [
                ("commercial_partner_id", "in", customers.ids),
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_receipt", "out_refund")),
                ("invoice_date", ">=", self._get_year_ago().date()),
            ],
            ["commercial_partner_id", "move_type"],
            ["__count"],
        )
        invoices, refunds = {}, {}
        for partner, move_type, count in groups:
            counts = refunds if move_type == "out_refund" else invoices
            counts[partner.id] = counts.get(partner.id, 0) + count
        return {
            partner_id: self.env._(
                "%(refunds)s in the last 12 months (invoices: %(invoices)s)",
                refunds=refunds.get(partner_id, 0),
                invoices=count,
            )
            for partner_id, count in invoices.items()
        }

    @api.model
    def _get_answers(self, customers, company):
        """Return how fast messages were answered: {customer's id: (answers, text)}."""
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(
            answers.reading(customers.ids, company.id, self._get_year_ago())
        )
        found = {
            customer_id: (
                answered,
                self.env._(
                    "%(answered)s of %(count)s messages answered in the last 12 months, half of"
                    " them within %(time)s",
                    answered=answered,
                    count=count,
                    time=self._describe_hours(hours or 0),
                ),
            )
            for customer_id, count, answered, hours in rows
        }
        return {customer_id: found.get(customer_id, (0, "")) for customer_id in customers.ids}

    @api.model
    def _describe_hours(self, hours):
        """Return a time in the unit that people would say it in."""
        if hours < 1:
            return self.env._("%s minutes", max(1, round(hours * 60)))
        if hours < 48:
            return self.env._("%s hours", round(hours))
        return self.env._("%s days", round(hours / 24))
