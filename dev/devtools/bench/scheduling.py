"""The job that plans contacts, with everybody who buys due on one day."""

from .contender import Contender

#: Customers planned at most, to be scaled up to all.
_LIMIT = 100_000


class Scheduling(Contender):
    """Contacts of all buyers of the largest company, planned page by page as the job does."""

    def prepare(self):
        """Have the buyers due, somebody responsible for each, and a rule for all."""
        cr = self.env.cr
        self.company = self.env.ref("base.main_company")
        self.company.lifecycle_follow_ups = True
        cadence = self.env["crm.lifecycle.cadence"].create(
            {"name": "Bench", "company_id": self.company.id}
        )
        self.env.flush_all()
        cr.execute(
            """UPDATE res_partner SET user_id = 2
                WHERE user_id IS NULL AND id IN (
                      SELECT partner_id FROM crm_lifecycle_profile WHERE purchase_count > 0)"""
        )
        cr.execute(
            """UPDATE crm_lifecycle_profile
                  SET cadence_id = %s, next_contact_date = CURRENT_DATE,
                      earliest_contact_date = NULL, planned_contact_date = NULL
                WHERE id IN (SELECT id FROM crm_lifecycle_profile
                              WHERE company_id = %s AND purchase_count > 0 AND active
                           ORDER BY id LIMIT %s)""",
            [cadence.id, self.company.id, _LIMIT],
        )
        cr.commit()
        self.env.invalidate_all()

    def run(self):
        follow_ups, begin, planned = self.env["crm.lifecycle.follow.up"], 0, 0
        while begin is not None:
            count, begin = follow_ups._work_off(self.company, "due", begin)
            planned += count
            self.env.cr.commit()
            self.env.invalidate_all()
        return planned

    def clean(self):
        """Take back what was planned."""
        self.env.cr.execute(
            """DELETE FROM mail_activity
                WHERE id IN (SELECT activity_id FROM crm_lifecycle_follow_up)"""
        )
        self.env.cr.execute("DELETE FROM crm_lifecycle_follow_up")
        self.env.cr.commit()
        super().clean()
