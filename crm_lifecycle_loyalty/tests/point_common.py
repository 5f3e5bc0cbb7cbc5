"""What tests of points share: a programme, a rule, and the job that gives them."""

from odoo import Command

from odoo.addons.crm_lifecycle.tests.referral_common import ReferralCase


class PointCase(ReferralCase):
    """Referrals earn 50 points since January; 100 points are 10 % off an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.points = cls.env["crm.lifecycle.point"]
        cls.program = cls._create_program("Thank You Points")
        cls.company.write(
            {
                "lifecycle_reward": True,
                "lifecycle_reward_kind": "points",
                "lifecycle_reward_amount": 70.0,
            }
        )
        cls.company.lifecycle_reward_since = "2026-01-01"
        cls.rule = cls.env["crm.lifecycle.point.rule"].create(
            {
                "name": "Thank you for your recommendation",
                "source": "referral",
                "program_id": cls.program.id,
                "points": 50.0,
                "since": "2026-01-01",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_program(cls, name, program_type="loyalty", company=None, **vals):
        """Create a programme that gives no points for orders, unless the values say so."""
        return cls.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": program_type,
                "applies_on": "both",
                "trigger": "auto",
                "portal_visible": True,
                "portal_point_name": "points",
                "company_id": (company or cls.company).id,
                "rule_ids": [Command.clear()],
                "reward_ids": [
                    Command.clear(),
                    Command.create({"discount": 10.0, "required_points": 100.0}),
                ],
                "communication_plan_ids": [Command.clear()],
                **vals,
            }
        )

    @classmethod
    def _create_promotion(cls, name, **vals):
        """Create a programme that takes 10 % off every order by itself."""
        return cls._create_program(
            name,
            "promotion",
            applies_on="current",
            rule_ids=[Command.clear(), Command.create({"minimum_qty": 0})],
            reward_ids=[
                Command.clear(),
                Command.create({"discount": 10.0, "required_points": 1.0}),
            ],
            **vals,
        )

    @classmethod
    def _show_pricelists(cls):
        """Have everybody choose price lists, as the host's setting does."""
        group = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids = [Command.link(group.id)]

    def _create_portal_user(self):
        return self.env["res.users"].create(
            {
                "name": "Ada",
                "login": "point_ada",
                "password": "point_ada",
                "email": "point_ada@example.com",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def _run_job(self, company=None):
        """Give points and take them back, as the cron does."""
        job = self.env["crm.lifecycle.point.job"]
        for step in job._get_steps():
            begin = 0
            while begin is not None:
                _count, begin = job._work_off(company or self.company, step, begin)
        self.env.invalidate_all()

    def _follow_and_give(self):
        self._follow()
        self._run_job()

    def _buy_and_give(self, customer=None, amount=100.0):
        order = self._buy(customer or self.customer, "2026-03-10", amount=amount)
        self._follow_and_give()
        return order

    def _card(self, person=None, program=None):
        return self.env["loyalty.card"].search(
            [
                ("partner_id", "=", (person or self.referrer).id),
                ("program_id", "=", (program or self.program).id),
            ]
        )

    def _spend(self, points, person=None):
        """Have points spent, as an order of theirs would."""
        card = self._card(person)
        card.points -= points

    def _history(self, person=None):
        """Return what the card's history tells, the first first."""
        return [
            (line.description, line.issued, line.used)
            for line in self._card(person).history_ids.sorted("id")
        ]
