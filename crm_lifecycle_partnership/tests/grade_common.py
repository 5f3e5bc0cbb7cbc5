"""What tests of partner levels share: three levels, rules, and the job that sets them."""

from odoo.tools import html2plaintext

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER, LifecycleCase


class GradeCase(LifecycleCase):
    """Dealers are Silver, shareholders Gold; the clock stands on 10 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner.grade"].search([]).active = False
        cls.gold, cls.silver, cls.bronze = cls.env["res.partner.grade"].create(
            [
                {"name": name, "sequence": sequence}
                for sequence, name in enumerate(("Gold", "Silver", "Bronze"), 1)
            ]
        )
        cls.rules = cls.env["crm.lifecycle.grade.rule"]
        cls.by_dealer = cls._create_rule(cls.silver, agreement_kind="dealer")
        cls.by_share = cls._create_rule(cls.gold, agreement_kind="shareholder")
        cls.company.lifecycle_grade_mode = "set"
        cls.customer = cls._create_customer("Park Hotel")
        cls.manager = cls._create_user("grade_manager", SALES_MANAGER)
        cls.sets = cls.env["crm.lifecycle.grade.set"]

    def setUp(self):
        super().setUp()
        clock = self.at("2026-03-10")
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    @classmethod
    def _create_rule(cls, grade, company=None, **vals):
        return cls.env["crm.lifecycle.grade.rule"].create(
            {"grade_id": grade.id, "company_id": (company or cls.company).id, **vals}
        )

    def _agree(self, kind="dealer", customer=None, **vals):
        return self._create_agreement(
            customer or self.customer, vals.pop("start", "2026-01-01"), kind=kind, **vals
        )

    def _run_job(self):
        """Look at customers, then set their levels, as the crons do."""
        self._process_queue()
        job = self.env["crm.lifecycle.grade.job"]
        [company] = job._get_companies()
        for step in job._get_steps():
            begin = 0
            while begin is not None:
                _count, begin = job._work_off(company, step, begin)
        self.env.invalidate_all()

    def _notes(self, customer=None):
        """Return what the chatter tells of levels, the last first."""
        messages = (customer or self.customer).message_ids.filtered(
            lambda message: "artner level" in (message.body or "")
        )
        return [html2plaintext(message.body) for message in messages]
