from odoo import api, models
from odoo.fields import Domain

from ..engine.referrals import ACCEPTED

# Which of several claims that meet is kept, the first of them first.
KEPT_FIRST = ("won", "accepted", "lost", "claimed")


class CrmLifecycleReferral(models.Model):
    """Claims that meet, as customers or referrers become one: one is kept, and no circle.

    Contacts are merged, or become part of a customer. No referrer is rewarded twice for one
    customer, and what somebody was given stays given.
    """

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    def _sort_kept(self):
        """Return claims that meet, the one to keep first.

        Whatever led to a purchase for which somebody has, or had, the reward; then what led to
        a purchase, then accepted ones; the earliest of equal ones.
        """
        paid = self._filter_paid()
        return self.sorted(
            lambda claim: (
                claim.state != "won" or claim not in paid,
                KEPT_FIRST.index(claim.state),
                claim.date,
                claim.id,
            )
        )

    def _filter_paid(self):
        """Return those whose reward somebody has, or had."""
        return self.reward_ids._filter_paid_out().referral_id

    @api.model
    def _unite_customers(self, sources, customer, referrers=None):
        """Leave one accepted claim in each company to customers who become one, and no circle.

        :param sources: who becomes part of ``customer``, before the host says so or after
        :param referrers: contacts who become one
        :return: the claims that were to the sources
        """
        united = sources | customer
        claims = self.search([("partner_id", "in", united.ids), ("state", "!=", "rejected")])
        own = claims.filtered(lambda claim: claim.referrer_customer_id in united)
        own._reject("circle", keep_field=True)
        lost = own
        for of_company in (claims - own).grouped("company_id").values():
            lost |= of_company._keep_one()
        self._keep_one_of_referrers(united, referrers)
        lost |= self._break_circles(united)
        moved = self.search([("partner_id", "in", sources.ids)])
        if customer.commercial_partner_id == customer:
            moved.partner_id = customer
            # Their purchases are the customer's now.
            moved.filtered(lambda claim: claim.state != "rejected")._mark_stale()
        for claim in lost:
            claim._take_from_customer()
        return moved

    def _keep_one(self):
        """Keep one accepted claim of those to one customer of one company.

        Others wait on for a person, unless the same referrer has another one.

        :return: those that are rejected for somebody else's
        """
        for of_referrer in self.grouped("referrer_customer_id").values():
            of_referrer._sort_kept()[1:]._reject("same", keep_field=True)
        accepted = self.filtered(lambda claim: claim.state in ACCEPTED)._sort_kept()
        accepted[1:]._reject(**accepted[:1]._get_rival_reason(), keep_field=True)
        return accepted[1:]

    @api.model
    def _keep_one_of_referrers(self, united, referrers=None):
        """Keep one of the claims that referrers who become one have to the same customer."""
        by_united = Domain("referrer_customer_id", "in", united.ids)
        if referrers:
            by_united |= Domain("referrer_id", "in", referrers.ids)
        claims = self.search(by_united & Domain("state", "!=", "rejected"))
        for of_target in claims.grouped(
            lambda claim: (claim.company_id, claim.partner_id or claim.lead_id)
        ).values():
            of_target._sort_kept()[1:]._reject("same", keep_field=True)

    @api.model
    def _break_circles(self, united):
        """Reject a claim of each circle of accepted ones that the customers close as one.

        Each of them was right before. The last one gives way of those for which nobody was
        given anything, if there are such.

        :return: the rejected ones
        """
        broken = self.browse()
        for claim in self.search(
            Domain("partner_id", "in", united.ids) & Domain("state", "in", list(ACCEPTED))
        ):
            if circle := claim._find_circle(united):
                unpaid = circle - circle._filter_paid()
                last = (unpaid or circle).sorted(lambda one: (one.date, one.id))[-1:]
                last._reject("circle", keep_field=True)
                broken |= last
        return broken

    def _find_circle(self, united):
        """Return the accepted claims of the company that lead from a claim back to itself.

        :param united: customers who are taken for one
        """
        way = self
        while True:
            referrer = way[-1].referrer_customer_id
            above = self.search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("partner_id", "in", (united if referrer in united else referrer).ids)
                & Domain("state", "in", list(ACCEPTED)),
                limit=1,
            )
            if not above:
                return self.browse()
            if above in way:
                return way[way.ids.index(above.id) :]
            way += above

    def _settle_moved(self):
        """Have accepted claims of contacts hold for the customer whom they are part of now.

        The customer may have bought before; what led to a purchase of the contact stays.
        """
        for claim in self.filtered(lambda one: one.state in ACCEPTED):
            first_date = claim.state != "won" and claim._note_late()
            if first_date:
                claim._settle_late(claim.company_id.sudo(), first_date)
            else:
                claim._carry_to_customer()

    # ------------------------------------------------------------
    # MERGED CONTACTS
    # ------------------------------------------------------------

    @api.model
    def _unite(self, sources, destination):
        """Have contacts who become one be one, as customers and as referrers.

        Called before the host moves the rest.
        """
        customer = self._get_united_customer(sources, destination)
        customers = (sources | destination).filtered(
            lambda contact: contact.commercial_partner_id == contact
        )
        self._unite_customers(customers - customer, customer, sources)
        self.search([("referrer_id", "in", sources.ids)]).referrer_id = destination
        self._name_united(sources, customer, customers | customer)
        self.flush_model()

    @api.model
    def _get_united_customer(self, sources, destination):
        """Return of which customer merged contacts will be, as the host chooses."""
        merged = sources + destination
        parent = merged.filtered("parent_id")[-1:].parent_id
        if any(merged.mapped("is_company")) or not parent:
            return destination
        return parent.commercial_partner_id

    @api.model
    def _name_united(self, sources, customer, united):
        """Have a customer name whose claim is kept, or whom one of those merged into it named.

        Contacts are one for all companies: who makes a circle of them is not named.
        """
        named = customer.lifecycle_referrer_id
        claims = self.search([("partner_id", "=", customer.id)], order="date, id")
        accepted = claims.filtered(lambda claim: claim.state in ACCEPTED).referrer_id
        if accepted:
            candidates = (named & accepted) | accepted
        else:
            candidates = (named | sources.lifecycle_referrer_id) - claims.referrer_id
        for referrer in candidates:
            if not referrer._get_lifecycle_referrer_chain() & united:
                break
        else:
            referrer = named.browse()
        if referrer != named:
            customer.with_context(lifecycle_referral_settled=True).lifecycle_referrer_id = referrer

    @api.model
    def _ensure_one_accepted(self, merged):
        """Reject all but one accepted claim to merged contacts in each company, if need be.

        The host would fail at the unique index if ``_unite`` was not able to.
        """
        self.flush_model(["partner_id", "company_id", "state", "date"])
        self.env.cr.execute(
            """UPDATE crm_lifecycle_referral
                  SET state = 'rejected', reason_code = 'merged', is_stale = TRUE
                WHERE id IN (
                      SELECT id
                        FROM (SELECT id, ROW_NUMBER() OVER (
                                         PARTITION BY company_id
                                             ORDER BY state <> 'won', date, id) AS place
                                FROM crm_lifecycle_referral
                               WHERE partner_id = ANY(%s) AND state = ANY(%s)) claim
                       WHERE place > 1)""",
            [merged.ids, list(ACCEPTED)],
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["state", "reason_code", "is_stale"])
