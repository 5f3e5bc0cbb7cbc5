from odoo.tests import tagged

from .survey_common import SurveyCase

FEW, MANY = 3, 30


@tagged("post_install", "-at_install")
class TestSurveyQueries(SurveyCase):
    """Asking, reading and closing take as many queries for many customers as for few."""

    def _work(self, job, step, day):
        """Return how many queries a step took, and how many rows it found."""
        with self.at(day):
            self.env.flush_all()
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            count, _begin = self.env[job]._work_off(self.company, step)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, count

    def _ask(self, number, name):
        """Have so many people asked; return their requests, and how many queries it took."""
        earlier = self._all()
        for index in range(number):
            person = self._create_customer(
                f"{name} {index}",
                email=f"{name}{index}@c.example".lower(),
                user_id=self.salesperson.id,
            )
            self._buy_on("2026-03-02", person)
        with self.at("2026-03-09"):
            self.job._work_off(self.company, "found_purchase")
        queries, count = self._work("crm.lifecycle.survey.job", "due", "2026-03-09")
        self.assertEqual(count, number)
        requests = self._all() - earlier
        self.assertEqual(set(requests.mapped("state")), {"asked"})
        self.assertEqual(requests.mail_id.recipient_ids, requests.person_id)
        return requests, queries

    def _read_all(self, requests, value):
        for request in requests:
            self._fill(request, value, "2026-03-10", words="Because")
        queries, count = self._work("crm.lifecycle.survey.reader", "marked", "2026-03-10")
        self.assertEqual(count, len(requests))
        self.assertEqual(set(requests.mapped("value")), {value})
        return queries

    def test_asking_and_reading(self):
        # What is looked up once only is in the cache from the first time on.
        counts = []
        for number, name in ((FEW, "Warm"), (FEW, "Few"), (MANY, "Many")):
            requests, asking = self._ask(number, name)
            counts.append((asking, self._read_all(requests, 9)))
        self.assertEqual(counts[1], counts[2])

    def test_following_up(self):
        counts = []
        for number, name in ((FEW, "Warm"), (FEW, "Few"), (MANY, "Many")):
            requests, _asking = self._ask(number, name)
            counts.append(self._read_all(requests, 2))
            self.assertEqual(len(requests.activity_id), number)
        self.assertEqual(counts[1], counts[2])

    def test_closing(self):
        counts = []
        for number, name in ((FEW, "Warm"), (FEW, "Few"), (MANY, "Many")):
            self._ask(number, name)
            queries, count = self._work("crm.lifecycle.survey.job", "unanswered", "2026-03-24")
            self.assertEqual(count, number)
            counts.append(queries)
        self.assertEqual(counts[1], counts[2])

    def test_lists_of_rounds_and_contacts(self):
        few, _asking = self._ask(FEW, "Few")
        many, _asking = self._ask(MANY, "Many")
        counts = []
        for requests in (few, few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            people = requests.person_id.with_user(self.salesperson)
            self.assertEqual(set(people.mapped("lifecycle_survey_count")), {1})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
