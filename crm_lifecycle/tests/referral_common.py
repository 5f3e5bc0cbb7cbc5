"""What tests of referrals share: a referrer, claims, and the job that follows them."""

from .common import SALES_ALL, SALES_MANAGER, LifecycleCase


class ReferralCase(LifecycleCase):
    """Ada's Garden brings others; the clock stands on 10 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.referrer = cls._create_customer("Ada's Garden", email="ada@example.com")
        cls.other = cls._create_customer("Brewery")
        cls.customer = cls._create_customer("Park Hotel", email="park@example.com")
        cls.manager = cls._create_user("referral_manager", SALES_MANAGER)
        cls.colleague = cls._create_user("referral_sales", SALES_ALL)
        cls.referrals = cls.env["crm.lifecycle.referral"]
        cls.job = cls.env["crm.lifecycle.referral.job"]

    @classmethod
    def _set_up_abroad(cls):
        """Create a second company, in which the test works as well."""
        cls.abroad = cls._create_company("Referrals Abroad", "base.USD")
        cls.both = cls.company | cls.abroad
        cls.env.user.company_ids |= cls.abroad
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.both.ids})

    def setUp(self):
        super().setUp()
        clock = self.at("2026-03-10")
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _refer(self, referrer=None, customer=None, day=None, **vals):
        """Have the company's program note a claim, on a day."""
        vals = {"date": day} | vals if day else vals
        return self.referrals.sudo().create(
            {
                "referrer_id": (referrer or self.referrer).id,
                "partner_id": (customer if customer is not None else self.customer).id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _lead(self, referrer=None, customer=None, **vals):
        """Create a lead that tells of its referrer."""
        told = {
            "partner_name": "New Inn",
            "lifecycle_referrer_id": (referrer or self.referrer).id,
        }
        return self._create_lead(customer or self.env["res.partner"], **told | vals)

    def _claims_of(self, leads):
        return self.referrals.search([("lead_id", "in", leads.ids)])

    def _follow(self):
        """Look at customers, then follow their referrals, as the crons do."""
        self._process_queue()
        for step in self.job._get_steps():
            begin = 0
            while begin is not None:
                _count, begin = self.job._work_off(self.company, step, begin)

    def _merge(self, source, destination):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (source | destination).ids, destination
        )
        self.env.invalidate_all()

    def _buy_and_follow(self, customer=None, day="2026-03-10", amount=100.0):
        order = self._buy(customer or self.customer, day, amount=amount)
        self._follow()
        return order

    def assertStates(self, **states):
        """Check claims by the name of their referrer, such as ``Brewery="won"``."""
        found = {
            claim.referrer_id.name: claim.state
            for claim in self.referrals.search([("partner_id", "=", self.customer.id)])
        }
        self.assertEqual(found, {name.replace("_", " "): state for name, state in states.items()})
