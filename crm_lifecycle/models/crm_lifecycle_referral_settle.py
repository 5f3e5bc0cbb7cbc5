from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..access import MANAGER_GROUP
from ..engine.referrals import ACCEPTED
from .crm_lifecycle_trigger_mixin import behind_savepoint


class CrmLifecycleReferral(models.Model):
    """Who of several brought a customer: settled by the company's rule, or by a person.

    All of it as superuser: whoever tells of a referral need not see those of others.
    """

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

    def _get_target_domain(self):
        """Return the domain of the claims to the same customer, or lead, of the company."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain("id", "!=", self.id)
        if self.partner_id:
            return domain & Domain("partner_id", "=", self.partner_id.id)
        return domain & Domain("partner_id", "=", False) & Domain("lead_id", "=", self.lead_id.id)

    def _find_rivals(self, states=ACCEPTED):
        """Return the other claims to the same customer or lead."""
        return self.search(self._get_target_domain() & Domain("state", "in", list(states)))

    def _find_same(self):
        """Return claims of the same referrer to the same customer that are not rejected."""
        return self.search(
            self._get_target_domain()
            & Domain("referrer_customer_id", "=", self.referrer_customer_id.id)
            & Domain("state", "!=", "rejected")
        )

    def _get_chain(self):
        """Return the referrer, who brought them, and so on, as the company's claims say."""
        self.ensure_one()
        return self.referrer_id._get_lifecycle_referrer_chain(self.company_id)

    def _get_profile(self):
        self.ensure_one()
        if not self.partner_id:
            return self.env["crm.lifecycle.profile"]
        return (
            self.env["crm.lifecycle.profile"]
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )

    # ------------------------------------------------------------
    # RULE
    # ------------------------------------------------------------

    def _settle(self):
        """Settle new claims, or claims whose customer has become known, by the rule."""
        for referral in self.sorted(lambda claim: (claim.date, claim.id)):
            referral._settle_one()

    def _settle_one(self):
        company = self.company_id.sudo()
        if self._find_same():
            self._reject("same")
        elif first_date := self._note_late():
            self._settle_late(company, first_date)
        else:
            rivals = self._find_rivals()
            if not rivals:
                self._accept()
            elif rivals._is_told_elsewhere() or rivals._is_given_up():
                rivals._reject(**self._get_rival_reason(), keep_field=True)
                self._accept()
            elif company.lifecycle_referral_rule == "decide":
                self._wait("also", referrer=rivals[:1].referrer_id)
            elif self._comes_before(rivals[:1], company.lifecycle_referral_rule):
                rivals._reject(**self._get_rival_reason(), keep_field=True)
                self._accept()
            else:
                self._reject(**rivals[:1]._get_rival_reason())

    def _settle_late(self, company, first_date):
        """Settle a claim that was told only after the customer had bought."""
        if company.lifecycle_referral_late == "decide":
            self._wait("late", date=first_date)
        else:
            self._reject("late", date=first_date)

    def _settle_again(self, **vals):
        """Settle a claim by the rule once more, as to another customer or of another day."""
        self.ensure_one()
        # Unsettled meanwhile: the customer may have an accepted claim already.
        self.write({"state": "claimed", **self._get_punctual_vals(), **vals})
        self._settle_one()

    def _get_punctual_vals(self):
        """Return the values by which a claim is not late, to be told anew whether it is."""
        return {"is_late": False, "earns_reward": True} if self.is_late else {}

    def _settle_day(self):
        """Settle by the rule what its claims' new days change; what a person decided stays."""
        for claim in self:
            rivals = claim._find_rivals()
            if (claim | rivals)._is_decided():
                continue
            if claim.state in ACCEPTED:
                claim._settle_day_of_accepted()
            elif claim.state == "claimed" or claim.reason_code in ("rival", "late"):
                claim._settle_again()
            for rival in claim._find_rivals(("rejected",)).sorted(lambda one: (one.date, one.id)):
                if rival.reason_code in ("rival", "late") and not rival._is_decided():
                    rival._settle_again()

    def _settle_day_of_accepted(self):
        """Have an accepted claim stay so unless it is late by its new day."""
        self.write(self._get_punctual_vals())
        if first_date := self._note_late():
            self._settle_late(self.company_id.sudo(), first_date)

    def _is_decided(self):
        """Tell whether a person settled one of the claims."""
        return any(claim.decided_by_id or claim.reason_text for claim in self)

    def _note_late(self):
        """Note that a claim was told only after the customer had bought.

        :return: the day of the first purchase, False if the claim is not late
        """
        self.ensure_one()
        first_date = self._get_profile().first_purchase_date
        if not first_date or self.date <= first_date:
            return False
        self.write({"is_late": True, "earns_reward": False})
        return first_date

    def _comes_before(self, rival, rule):
        """Tell whether the rule prefers a claim to the accepted one."""
        key, other = (self.date, self.id), (rival.date, rival.id)
        if rule == "last":
            # Once they have bought it is too late to be the last.
            return rival.state != "won" and key > other
        return key < other

    def _is_told_elsewhere(self):
        """Tell whether a claim says but what another company's claim had the contact say.

        It holds as long as nobody of the claim's own company says who it was.
        """
        return self.how == "known" and bool(
            self.search_count(
                Domain("partner_id", "=", self.partner_id.id)
                & Domain("company_id", "!=", self.company_id.id)
                & Domain("referrer_customer_id", "=", self.referrer_customer_id.id)
                & Domain("how", "!=", "known")
                & Domain("state", "in", list(ACCEPTED)),
                limit=1,
            )
        )

    def _is_given_up(self):
        """Tell whether a claim's lead is lost, and its customer has bought nothing."""
        return self.state != "won" and self.lead_id.won_status == "lost"

    def _get_rival_reason(self):
        """Return why another claim is rejected in favour of this one, for ``_reject``."""
        return {"reason": "rival", "referrer": self.referrer_id, "date": self.date}

    # ------------------------------------------------------------
    # MOVES
    # ------------------------------------------------------------

    def _get_today_of(self):
        return self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_today()

    def _accept(self, **vals):
        """Accept a claim that has no rival, and have the customer say so."""
        self.ensure_one()
        self.flush_model(["state"])
        self.write(
            {
                "state": "accepted",
                **self._get_reason_vals(False),
                "decided_on": self._get_today_of(),
                "is_stale": True,
                **vals,
            }
        )
        self._carry_to_customer()
        self._wake()

    def _decide_for(self):
        """Accept a claim because a person says so; rivals are rejected."""
        self.ensure_one()
        self._find_rivals((*ACCEPTED, "claimed"))._reject(
            "decided", referrer=self.referrer_id, keep_field=True
        )
        self._accept(decided_by_id=self.env.uid)

    def _wait(self, reason, **about):
        """Have a claim wait for a person.

        :param about: whom and which day the reason speaks of, see ``_get_reason_vals``
        """
        self.write({"state": "claimed", **self._get_reason_vals(reason, **about)})
        # Nobody is rewarded while it is open who brought the customer.
        self._find_rivals()._mark_stale()

    def _reject(self, reason, keep_field=False, by_person=False, **about):
        """Reject claims.

        :param str reason: a code, or words of a person
        :param bool keep_field: the customer's referrer is set by whoever calls
        :param bool by_person: it is not the rule that does
        :param about: whom and which day the reason speaks of, see ``_get_reason_vals``
        """
        # Where it is claimed by the same referrer twice, the other claim still says so.
        said = self.filtered(lambda claim: reason != "same" and claim.state in ACCEPTED)
        for referral in self:
            referral.write(
                {
                    "state": "rejected",
                    **self._get_reason_vals(reason, **about),
                    "decided_on": referral._get_today_of(),
                    "decided_by_id": self.env.uid if by_person else False,
                    "is_stale": True,
                }
            )
            referral._find_rivals()._mark_stale()
        self.flush_model(["state"])
        if taken_over := said._find_taken_over():
            taken_over._reject(reason, keep_field=True, **about)
        if not keep_field:
            for referral in self:
                referral._take_from_customer()
        self._wake()

    def _find_taken_over(self):
        """Return what other companies took over from these claims, and nobody else says."""
        found = self.browse()
        for claim in self.filtered(lambda one: one.how != "known" and one.partner_id):
            told = (
                Domain("partner_id", "=", claim.partner_id.id)
                & Domain("company_id", "!=", claim.company_id.id)
                & Domain("referrer_customer_id", "=", claim.referrer_customer_id.id)
                & Domain("state", "in", list(ACCEPTED))
            )
            # What was known before the claim does not come from it.
            taken_over = self.search(
                told & Domain("how", "=", "known") & Domain("id", ">", claim.id)
            )
            if taken_over and not self.search_count(told & Domain("how", "!=", "known"), limit=1):
                found |= taken_over
        return found

    def _carry_to_customer(self):
        """Have the customer, and the lead, name the accepted referrer."""
        customer = self.partner_id.commercial_partner_id
        if not customer:
            return
        self._take_from_contacts(customer)
        if customer.lifecycle_referrer_id == self.referrer_id:
            return
        if customer in self.referrer_id._get_lifecycle_referrer_chain():
            # Contacts are one for all companies, and another one says otherwise.
            return
        elsewhere = self.search(
            Domain("partner_id", "=", customer.id)
            & Domain("company_id", "!=", self.company_id.id)
            & Domain("state", "in", list(ACCEPTED))
            & Domain("referrer_id", "=", customer.lifecycle_referrer_id.id)
        )
        if not elsewhere:
            customer.with_context(
                lifecycle_referral_settled=True
            ).lifecycle_referrer_id = self.referrer_id

    def _take_from_contacts(self, customer):
        """Have a customer's contacts no longer name referrers whose claims were not accepted.

        Each would count as a customer whom they brought.
        """
        contacts = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search(
                [
                    ("commercial_partner_id", "=", customer.id),
                    ("id", "!=", customer.id),
                    ("lifecycle_referrer_id", "!=", False),
                ]
            )
        )
        if not contacts:
            return
        accepted = self.search([("partner_id", "=", customer.id), ("state", "in", list(ACCEPTED))])
        contacts.filtered(
            lambda contact: (
                contact.lifecycle_referrer_id.commercial_partner_id
                not in accepted.referrer_customer_id
            )
        ).with_context(lifecycle_referral_settled=True).lifecycle_referrer_id = False

    def _take_from_customer(self, customer=None):
        """Have the customer no longer name a referrer whom no accepted claim names.

        :param customer: another one than that of the claim
        """
        customer = self.partner_id if customer is None else customer
        contacts = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search(
                [
                    ("commercial_partner_id", "=", customer.commercial_partner_id.id),
                    ("lifecycle_referrer_id", "=", self.referrer_id.id),
                ]
            )
            if customer
            else customer
        )
        if contacts and not self.search_count(
            Domain("partner_id", "=", customer.id)
            & Domain("referrer_id", "=", self.referrer_id.id)
            & Domain("state", "in", list(ACCEPTED))
            # What another company took over from the contact is no reason to name them there.
            & (Domain("how", "!=", "known") | Domain("company_id", "=", self.company_id.id)),
            limit=1,
        ):
            contacts.with_context(lifecycle_referral_settled=True).lifecycle_referrer_id = False
        if customer:
            self._name_remaining(customer.commercial_partner_id)

    def _name_remaining(self, customer):
        """Have a customer name the referrer whom another company accepted, if any."""
        if customer.lifecycle_referrer_id:
            return
        for remaining in self.search(
            Domain("partner_id", "=", customer.id) & Domain("state", "in", list(ACCEPTED)),
            order="date, id",
        ):
            remaining._carry_to_customer()
            if customer.lifecycle_referrer_id:
                break

    def _mark_stale(self):
        """Have the job look at claims again."""
        fresh = self.filtered(lambda referral: not referral.is_stale)
        fresh.is_stale = True
        if fresh:
            self._wake()

    @api.model
    def _wake(self):
        """Have the job run soon."""
        cron = self.env.ref("crm_lifecycle.ir_cron_referral", raise_if_not_found=False)
        if cron:
            cron._trigger()

    # ------------------------------------------------------------
    # WHAT CONTACTS AND LEADS TELL
    # ------------------------------------------------------------

    @api.model
    def _follow_contact(self, contact, former=None):
        """Have the claims say what somebody entered as a contact's referrer.

        They say so after looking, so it is accepted; a late one earns nothing by itself. What
        a sales manager decided stays until a sales manager decides otherwise.

        :param dict former: whom contacts named before, by id
        """
        customer = contact.commercial_partner_id
        referrer = contact.lifecycle_referrer_id
        former = (former or {}).get(contact.id, self.env["res.partner"])
        company = contact.company_id or self.env.company
        if not referrer:
            self._follow_removal(customer, former, company)
            return
        if referrer.commercial_partner_id == customer:
            return
        self._lock_customer(customer)
        claims = self.search(
            Domain("partner_id", "=", customer.id)
            & Domain("company_id", "=", company.id)
            & (
                Domain("referrer_customer_id", "=", referrer.commercial_partner_id.id)
                | Domain("state", "in", list(ACCEPTED))
            )
        )
        own = claims.filtered(
            lambda claim: claim.referrer_customer_id == referrer.commercial_partner_id
        ).sorted(lambda claim: (claim.state not in ACCEPTED, claim.state != "claimed", claim.id))[
            :1
        ]
        if own.state in ACCEPTED:
            if own.referrer_id != referrer:
                # Another contact of the same referrer.
                own.referrer_id = referrer
            return
        accepted = claims.filtered(lambda claim: claim.state in ACCEPTED)
        decided = (accepted | own)._is_decided_by_manager() and not self._may_overrule()
        if not own:
            own = self._claim(customer, referrer, company)
        if decided:
            own._wait("also", referrer=accepted.referrer_id)
            contact.with_context(lifecycle_referral_settled=True).lifecycle_referrer_id = former
        else:
            own._decide_for()

    @api.model
    def _follow_removal(self, customer, former, company):
        """Reject what a company claimed of whom none of a customer's contacts names any more.

        Others' claims are theirs to settle; whom they accepted is named again.
        """
        named = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("lifecycle_referrer_id", "!=", False),
            ]
        )
        removed = former.sudo().commercial_partner_id
        self.search(
            Domain("partner_id", "=", customer.id)
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", list(ACCEPTED))
            & Domain(
                "referrer_customer_id",
                "in",
                (removed - named.lifecycle_referrer_id.commercial_partner_id).ids,
            )
        )._reject("removed", by_person=True)
        if not named:
            self._name_remaining(customer)

    def _is_decided_by_manager(self):
        """Tell whether a sales manager accepted one of the claims, or rejected it."""
        return any(
            claim.reason_text
            or (
                not claim.decided_by_id._is_superuser()
                and claim.decided_by_id.has_group(MANAGER_GROUP)
            )
            for claim in self
            if claim.decided_by_id or claim.reason_text
        )

    @api.model
    def _may_overrule(self):
        """Tell whether the user may decide what a sales manager decided; so may programs."""
        return self.env.user._is_superuser() or self.env.user.has_group(MANAGER_GROUP)

    @api.model
    def _claim(self, customer, referrer, company, **vals):
        """Note a claim without settling it."""
        claim = self.with_context(lifecycle_referral_unsettled=True).create(
            {
                "partner_id": customer.id,
                "referrer_id": referrer.id,
                "company_id": company.id,
                "date": self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today(),
                **vals,
            }
        )
        claim._note_late()
        return claim.with_context(lifecycle_referral_unsettled=False)

    @api.model
    def _follow_lead(self, lead):
        """Have the claims say what a lead tells of who brought it, and whom."""
        customer = lead.partner_id.commercial_partner_id
        referrer = lead.lifecycle_referrer_id
        company = lead.company_id or self.env.company
        self._lock_customer(customer)
        claims = self.search([("lead_id", "=", lead.id), ("state", "!=", "rejected")])
        others = claims.filtered(
            lambda claim: claim.referrer_customer_id != referrer.commercial_partner_id
        )
        # What led to a purchase, waits for a person or was decided by one is not for a lead to say.
        others.filtered(
            lambda claim: claim.state in ("accepted", "lost") and not claim.decided_by_id
        )._reject("lead", by_person=True)
        claim = (claims - others)[:1]
        if not referrer or (
            customer and customer in referrer._get_lifecycle_referrer_chain(company)
        ):
            return
        if claim:
            claim._follow_customer_of(lead, customer)
            claim._follow_company_of(lead)
            return
        if customer and self.search_count(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("referrer_customer_id", "=", referrer.commercial_partner_id.id),
            ],
            limit=1,
        ):
            # They said so before, and it was settled.
            return
        if mistaken := self._find_mistaken(lead, customer, company):
            mistaken._identify(customer)
            return
        today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
        self.create(
            {
                "referrer_id": referrer.id,
                "partner_id": customer.id,
                "lead_id": lead.id,
                "company_id": company.id,
                "date": today,
                "how": self.env.context.get("lifecycle_referral_how", "lead"),
            }
        )

    def _follow_customer_of(self, lead, customer):
        """Have a claim be to the customer whom its lead has, or who is corrected there."""
        if customer and self.partner_id != customer and self.state != "won":
            former = self.partner_id
            self._identify(customer)
            if former:
                self._take_from_customer(former)

    def _follow_company_of(self, lead):
        """Have a claim go where its lead goes, and be settled there.

        What somebody was given for it keeps it where it was given.
        """
        company = lead.company_id
        if (
            not company
            or company == self.company_id
            or self.state == "rejected"
            or self.reward_ids._filter_paid_out()
        ):
            return
        # It may earn another one there, in another currency.
        self.reward_ids._take_back("undone")
        self.reward_ids.unlink()
        self.write({"state": "claimed", "company_id": company.id})
        self._take_from_customer()
        self._settle_again()

    @api.model
    def _find_mistaken(self, lead, customer, company):
        """Return the claim of a lead that the rule rejected for another customer, if any.

        That was a mistake: the day on which the lead told of the referrer holds all the same.
        """
        if not customer:
            return self.browse()
        return self.search(
            Domain("lead_id", "=", lead.id)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "not in", [False, customer.id])
            & Domain("state", "=", "rejected")
            & Domain("decided_by_id", "=", False)
            & Domain("reason_code", "in", ["rival", "late", "same", "circle"])
            & Domain(
                "referrer_customer_id", "=", lead.lifecycle_referrer_id.commercial_partner_id.id
            ),
            order="date, id",
            limit=1,
        )

    def _identify(self, customer):
        """Have claims be to the customer whom their lead has become."""
        for referral in self:
            if customer in referral._get_chain():
                # What was entered on the contact stays; a lead takes nothing from it.
                referral._reject("circle", keep_field=True)
                referral.partner_id = customer
                continue
            referral._settle_again(partner_id=customer.id)

    @api.model
    def _lock_customer(self, customers):
        """Have whoever tells of the same customers at the same moment wait, and try again.

        Neither would know of the other's claim. The host tries again whoever comes second.
        """
        if customers:
            self.env.cr.execute(
                SQL(
                    "SELECT FROM res_partner WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    customers._ids,
                )
            )

    @api.model
    def _unite_leads(self, head, tail):
        """Settle by the rule what leads that become one tell of who brought it.

        Claims to customers whom another company knows, or who are not the merged lead's, stay
        as they are, without the lead. The others are the lead's, and its customer's if it has
        one by now.

        :return: the referrer whose claim is accepted, empty if none is
        """
        leads = head | tail
        claims = self.search([("lead_id", "in", leads.ids)], order="date, id")
        if not claims:
            return self.env["res.partner"]
        # As the host chooses.
        customer = leads.partner_id[:1].commercial_partner_id
        company = leads.company_id[:1] or claims.company_id[:1]
        elsewhere = claims.filtered(
            lambda claim: (
                claim.partner_id and (claim.partner_id != customer or claim.company_id != company)
            )
        )
        elsewhere.lead_id = False
        claims -= elsewhere
        accepted = claims.filtered(lambda claim: claim.state in ACCEPTED and not claim.partner_id)
        self._lock_customer(customer)
        # One alone is accepted of a lead: all are open until they are settled.
        accepted.write({"state": "claimed"})
        self.env.flush_all()
        claims.write({"lead_id": head.id, "company_id": company.id})
        doubles = self.browse()
        for of_referrer in accepted.grouped("referrer_customer_id").values():
            doubles |= of_referrer[1:]
        doubles._reject("same")
        for claim in accepted - doubles:
            if customer:
                claim._identify(customer)
            else:
                claim._settle_one()
        if customer:
            open_claims = claims.filtered(
                lambda claim: claim.state == "claimed" and not claim.partner_id
            )
            open_claims.partner_id = customer
        return claims.filtered(lambda claim: claim.state in ACCEPTED).referrer_id[:1]

    @api.model
    def _after_purchases(self, partner_ids):
        """Have the job look at the claims to customers who were looked at."""
        self.flush_model(["partner_id", "is_stale"])
        self.env.cr.execute(
            """UPDATE crm_lifecycle_referral
                  SET is_stale = TRUE
                WHERE partner_id = ANY(%s) AND NOT is_stale
            RETURNING id""",
            [list(partner_ids)],
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["is_stale"])
            self._wake()


def follow(records, method, *args):
    """Call a method of the claims for host records, whose transaction comes first.

    :param str method: ``_follow_contact`` or ``_follow_lead``
    :param args: what it is told besides the record
    """
    claims = records.env["crm.lifecycle.referral"].sudo()
    if not records.env.su:
        # How it came about, and that it is settled, is not for whoever calls to say.
        claims = claims.with_context(
            lifecycle_referral_how="lead", lifecycle_referral_unsettled=False
        )
    follow_one = getattr(claims, method)
    if len(records) > 1 and _follow_together(records, follow_one, args):
        return
    for record in records.sudo():
        with behind_savepoint(record, "referrals"):
            follow_one(record, *args)


def _follow_together(records, follow_one, args):
    """Follow records behind one savepoint.

    :return: whether none of them failed; else nothing is done, and each has to be tried alone
    """
    # What others left to write is theirs to fail on.
    records.env.flush_all()
    try:
        with records.env.cr.savepoint():
            for record in records.sudo():
                follow_one(record, *args)
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception:  # noqa: BLE001 told of the record that fails alone
        return False
    return True
