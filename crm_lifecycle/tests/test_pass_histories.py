from datetime import datetime, time

from odoo.tests import tagged

from .generated import END, GeneratedCompany
from .test_generated_histories import GeneratedCase

CUSTOMERS = 200


class ImportedCompany(GeneratedCompany):
    """Documents of which every change is an import: dated on its day, seen by no hook."""

    def _at(self, day, customer_id, change):
        def dated_change():
            self.written_at = datetime.combine(day, time(22))
            change()

        super()._at(day, customer_id, dated_change)

    def _insert(self, table, template, values):
        if hasattr(self, "written_at"):
            values = {"write_date": self.written_at, **values}
        return super()._insert(table, template, values)

    def _update(self, table, row_id, **values):
        super()._update(table, row_id, write_date=self.written_at, **values)


@tagged("post_install", "-at_install")
class TestNightlyHistories(GeneratedCase):
    """Without any hook, the nights alone record what a rebuild derives."""

    def _live_through_nights(self, generated, step):
        looked = []

        def look(day, _customer_ids):
            with self.at(f"{day} 23:00:00"):
                night = self._gather("night")
                self._process_queue()
                self.assertEqual(night.state, "done")
                looked.append(night.looked)

        generated.live(look, step)
        return looked

    def test_the_nights_record_what_a_rebuild_derives(self):
        self._compare_nights_with_rebuild(seed=1, step=27)

    def test_the_nights_of_another_company_do_too(self):
        self._compare_nights_with_rebuild(seed=2, step=28)

    def _compare_nights_with_rebuild(self, seed, step):
        with self.at("2022-12-31"):
            self._gather("night")
        generated = ImportedCompany(self, seed, CUSTOMERS)
        # Nobody else's dates are of interest.
        self.env.cr.execute(
            "DELETE FROM crm_lifecycle_profile WHERE company_id <> %s", [self.company.id]
        )
        looked = self._live_through_nights(generated, step)
        lived = self._moves_recorded(generated), self._profiles_recorded(generated)
        self.assertGreater(len(lived[0]), CUSTOMERS)
        # Not everybody every time.
        self.assertLess(sum(looked), CUSTOMERS * len(looked) / 2)

        with self.at(f"{END} 23:00:00"):
            rebuild = self._gather("demand", self.company)
            self._process_queue()
            self.assertEqual(rebuild.changed, 0)
            self.env.cr.execute("DELETE FROM crm_lifecycle_profile")
            self.env.invalidate_all()
            self._gather("demand", self.company)
            self._process_queue()
        self.assertEqual(self._moves_recorded(generated), lived[0])
        self.assertEqual(self._profiles_recorded(generated), lived[1])

    def test_a_check_after_an_import_of_everything_finds_everybody_and_then_nobody(self):
        generated = ImportedCompany(self, 3, CUSTOMERS)
        with self.at("2022-12-31"):
            self._gather("week")
        generated.live(lambda _day, _customers: None)
        with self.at(f"{END} 23:00:00"):
            check = self._gather("week")
            found = set(self._gathered(check))
            self._process_queue()
            lived = self._moves_recorded(generated), self._profiles_recorded(generated)
            customers = {row[0] for row in lived[0]}
            self.assertTrue(customers)
            self.assertLessEqual(customers, found)
            again = self._gather("week")
            self.assertFalse(set(self._gathered(again)) & set(generated.customer_ids))
            self._gather("demand", self.company)
            self._process_queue()
            self.assertEqual(self._moves_recorded(generated), lived[0])
            self.assertEqual(self._profiles_recorded(generated), lived[1])
