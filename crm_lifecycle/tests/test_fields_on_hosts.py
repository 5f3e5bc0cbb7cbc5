from unittest.mock import patch

from odoo.tests import Form, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestFieldsOnHosts(LifecycleCase):
    """The stage on contacts and documents filters, sorts and groups like a column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """A suspect, a prospect, a buyer and somebody without a profile, each with
        whatever documents make them that.
        """
        cls = type(self)
        cls.suspect = self._create_customer("Suspect Ltd")
        cls.prospect = self._create_customer("Prospect Ltd")
        cls.buyer = self._create_customer("Buyer Ltd")
        cls.nobody = self._create_customer("Nobody Ltd")
        cls.contact = self.env["res.partner"].create({"name": "Grace", "parent_id": self.buyer.id})
        with self.at("2026-03-01"):
            cls.suspect_lead = self._create_lead(self.suspect)
            cls.suspect_order = self._create_order(self.suspect)
        with self.at("2026-03-02"):
            cls.prospect_lead = self._create_opportunity(self.prospect)
            cls.prospect_order = self._create_order(self.prospect)
        with self.at("2026-03-03"):
            cls.buyer_order = self._confirm_order(self.contact)
            cls.buyer_lead = self._create_lead(self.contact)
            cls.buyer_invoice = self._post_invoice(self.contact)
            cls.prospect_invoice = self._create_invoice(self.prospect)
            cls.suspect_invoice = self._create_invoice(self.suspect)
            cls.nobody_invoice = self._create_invoice(self.nobody)
        with self.at("2026-03-03"):
            self._process_queue()
        nobody = self.env["res.partner"]
        cls.anonymous_lead = self._create_lead(nobody)
        cls.anonymous_opportunity = self._create_opportunity(nobody)
        cls.anonymous_lost = self._create_opportunity(nobody)
        cls.anonymous_lost.action_set_lost()
        self.env.flush_all()
        # Per model: the record of each stage, False for none.
        cls.partners = {
            "suspect": self.suspect,
            "prospect": self.prospect,
            "first_buyer": self.buyer | self.contact,
            False: self.nobody,
        }
        cls.leads = {
            "suspect": self.suspect_lead | self.anonymous_lead | self.anonymous_lost,
            "prospect": self.prospect_lead | self.anonymous_opportunity,
            "first_buyer": self.buyer_lead,
            False: self.env["crm.lead"],
        }
        cls.orders = {
            "suspect": self.suspect_order,
            "prospect": self.prospect_order,
            "first_buyer": self.buyer_order,
            False: self.env["sale.order"],
        }
        cls.invoices = {
            "suspect": self.suspect_invoice,
            "prospect": self.prospect_invoice,
            "first_buyer": self.buyer_invoice,
            False: self.nobody_invoice,
        }
        cls.hosts = (self.partners, self.leads, self.orders, self.invoices)

    def _of(self, records_by_stage, *stages):
        model = records_by_stage["suspect"].browse()
        return model.union(*(records_by_stage[stage] for stage in stages))

    def test_the_stage_shows(self):
        for records_by_stage in self.hosts:
            for stage, records in records_by_stage.items():
                for record in records:
                    with self.subTest(model=record._name, stage=stage):
                        self.assertEqual(record.lifecycle_stage_id.code, stage)
                        self.assertEqual(
                            record.lifecycle_stage_color, self.stages[stage].color if stage else 0
                        )
        self.assertEqual(self.contact.lifecycle_profile_id.partner_id, self.buyer)
        self.assertEqual(str(self.contact.lifecycle_stage_date), "2026-03-03")
        self.assertFalse(self.nobody.lifecycle_stage_date)

    def test_every_operator_finds_what_the_field_shows(self):
        suspect, prospect, buyer = (
            self.stages[code].id for code in ("suspect", "prospect", "first_buyer")
        )
        everything = ("suspect", "prospect", "first_buyer", False)
        for operator, value, found in (
            ("=", prospect, {"prospect"}),
            ("!=", prospect, {"suspect", "first_buyer", False}),
            ("in", [suspect, buyer], {"suspect", "first_buyer"}),
            ("not in", [suspect, buyer], {"prospect", False}),
            ("in", [suspect, False], {"suspect", False}),
            ("not in", [suspect, False], {"prospect", "first_buyer"}),
            ("in", [], set()),
            ("not in", [], set(everything)),
            ("=", False, {False}),
            ("!=", False, {"suspect", "prospect", "first_buyer"}),
            ("=", "Prospect", {"prospect"}),
            ("ilike", "buyer", {"first_buyer"}),
            ("not ilike", "buyer", {"suspect", "prospect", False}),
            ("ilike", "no such stage", set()),
            ("any", [("code", "=", "prospect")], {"prospect"}),
            ("any", [("sequence", ">", 1)], {"prospect", "first_buyer"}),
            ("not any", [("code", "=", "prospect")], {"suspect", "first_buyer", False}),
        ):
            for records_by_stage in self.hosts:
                all_records = self._of(records_by_stage, *everything)
                expected = self._of(
                    records_by_stage, *(stage for stage in everything if stage in found)
                )
                condition = [("lifecycle_stage_id", operator, value)]
                with self.subTest(model=all_records._name, condition=condition):
                    by_id = [("id", "in", all_records.ids)]
                    model = all_records.with_context(active_test=False)
                    self.assertEqual(set(model.search(condition + by_id)), set(expected))
                    self.assertEqual(
                        set(model.search(["!", *condition, *by_id])), set(all_records - expected)
                    )
                    self.assertEqual(set(all_records.filtered_domain(condition)), set(expected))
                    # As superuser, the host turns "any" into a search without rules.
                    self.assertEqual(set(model.sudo().search(condition + by_id)), set(expected))

    def test_paths_go_on_from_the_stage_and_the_profile(self):
        everybody = self._of(self.partners, *self.partners)
        for domain, found in (
            ([("lifecycle_stage_id.code", "=", "first_buyer")], self.partners["first_buyer"]),
            # As with the host's own fields, a path leads only to what is there.
            (
                [("lifecycle_stage_id.code", "!=", "first_buyer")],
                self.suspect | self.prospect,
            ),
            ([("lifecycle_profile_id.purchase_count", ">", 0)], self.partners["first_buyer"]),
            ([("lifecycle_profile_id", "=", False)], self.nobody),
            ([("lifecycle_stage_date", "=", "2026-03-02")], self.prospect),
            (
                [("lifecycle_stage_date", ">=", "2026-03-02")],
                self.prospect | self.buyer | self.contact,
            ),
            ([("lifecycle_stage_date", "=", False)], self.nobody),
            ([("lifecycle_stage_date", "!=", "2026-03-02")], everybody - self.prospect),
            ([("lifecycle_stage_date", "!=", False)], everybody - self.nobody),
        ):
            with self.subTest(domain):
                result = everybody.search([*domain, ("id", "in", everybody.ids)])
                self.assertEqual(set(result), set(found))
        self.assertEqual(
            self.env["sale.order"].search(
                [("partner_id.lifecycle_stage_id.code", "=", "first_buyer")]
            )
            & self._of(self.orders, *self.orders),
            self.buyer_order,
        )

    def test_groups_are_what_the_field_shows(self):
        for records_by_stage in self.hosts:
            records = self._of(records_by_stage, *records_by_stage)
            with self.subTest(records._name):
                model = records.with_context(active_test=False)
                by_id = [("id", "in", records.ids)]
                groups = model._read_group(by_id, ["lifecycle_stage_id"], ["id:recordset"])
                self.assertEqual(
                    {stage.code: set(found) for stage, found in groups},
                    {stage: set(found) for stage, found in records_by_stage.items() if found},
                )
                # Each group opens with a domain of its own.
                for group in model.formatted_read_group(by_id, ["lifecycle_stage_id"], ["__count"]):
                    domain = [*group["__extra_domain"], *by_id]
                    self.assertEqual(model.search_count(domain), group["__count"])

    def test_sorting_follows_the_order_of_the_stages(self):
        order = ("suspect", "prospect", "first_buyer", False)
        for records_by_stage in self.hosts:
            records = self._of(records_by_stage, *records_by_stage)
            with self.subTest(records._name):
                model = records.with_context(active_test=False)
                by_id = [("id", "in", records.ids)]
                for direction, expected in (("ASC", order), ("DESC", order[::-1])):
                    found = model.search(by_id, order=f"lifecycle_stage_id {direction}, id")
                    ranks = [expected.index(record.lifecycle_stage_id.code) for record in found]
                    self.assertEqual(ranks, sorted(ranks))
        dated = self._of(self.partners, "suspect", "prospect", "first_buyer")
        found = dated.search([("id", "in", dated.ids)], order="lifecycle_stage_date DESC, id")
        self.assertEqual(found.ids, (self.buyer | self.contact | self.prospect | self.suspect).ids)

    def test_two_conditions_and_a_group_share_one_query(self):
        records = self._of(self.partners, *self.partners)
        domain = [
            "&",
            ("id", "in", records.ids),
            "|",
            ("lifecycle_stage_id", "=", self.stages["suspect"].id),
            ("lifecycle_profile_id.purchase_count", ">", 0),
        ]
        groups = records._read_group(
            domain, ["lifecycle_stage_id"], ["__count"], order="lifecycle_stage_id"
        )
        self.assertEqual(
            [(s.code, count) for s, count in groups], [("suspect", 1), ("first_buyer", 2)]
        )

    def test_a_lead_without_a_customer_shows_where_it_stands_itself(self):
        lead = self._create_lead(self.env["res.partner"])
        self.assertEqual(lead.lifecycle_stage_id.code, "suspect")
        self.assertFalse(lead.lifecycle_profile_id)
        self.assertFalse(lead.lifecycle_stage_reason)
        lead.type = "opportunity"
        self.assertEqual(lead.lifecycle_stage_id.code, "prospect")
        lead.action_set_won()
        self.assertEqual(lead.lifecycle_stage_id.code, "suspect")
        lead.partner_id = self.buyer
        self.assertEqual(lead.lifecycle_stage_id.code, "first_buyer")
        # Not yet saved, as in a form.
        draft = self.env["crm.lead"].new({"name": "New", "type": "opportunity"})
        self.assertEqual(draft.lifecycle_stage_id.code, "prospect")

    def test_a_form_shows_the_stage_as_soon_as_the_customer_is_chosen(self):
        for model, vals in (
            ("sale.order", {}),
            ("account.move", {"move_type": "out_invoice"}),
            ("crm.lead", {"name": "New"}),
        ):
            with self.subTest(model):
                record = self.env[model].new({"partner_id": self.contact.id, **vals})
                self.assertEqual(record.lifecycle_stage_id.code, "first_buyer")

    def test_the_field_follows_the_profile(self):
        self.assertEqual(self.nobody.lifecycle_stage_id.code, False)
        with self.at("2026-03-10"):
            self._confirm_order(self.nobody)
            self._process_queue()
        # The queue is another transaction than the one that looks.
        self.env.invalidate_all()
        self.assertEqual(self.nobody.lifecycle_stage_id.code, "first_buyer")
        self.assertIn("1st purchase on March 10, 2026", self.nobody.lifecycle_stage_reason)

    def test_nothing_is_stored_on_the_hosts_tables(self):
        columns = {
            # What people enter, and nothing that follows from documents.
            "res_partner": {
                "lifecycle_referrer_id",
                "lifecycle_employee_count",
                "lifecycle_sector",
                "lifecycle_source_id",
                "lifecycle_decision_role",
                "lifecycle_attitude",
                "lifecycle_reports_to_id",
                # What people wish, and say themselves.
                "lifecycle_contact_channel",
                "lifecycle_contact_gap",
                "lifecycle_quiet_weekdays",
                "lifecycle_quiet_from",
                "lifecycle_quiet_to",
                "lifecycle_quiet_until",
                "lifecycle_opt_out",
                "lifecycle_opt_out_reason",
            },
            "crm_lead": {
                "lifecycle_referrer_id",
                "lifecycle_employee_count",
                "lifecycle_sector",
                "lifecycle_registry",
                "lifecycle_source_id",
                # Up to when its standing still has been told.
                "lifecycle_standing_told",
            },
            "sale_order": set(),
            "account_move": set(),
        }
        for table, expected in columns.items():
            with self.subTest(table):
                self.env.cr.execute(
                    "SELECT column_name FROM information_schema.columns"
                    r" WHERE table_name = %s AND column_name LIKE 'lifecycle\_%%'",
                    [table],
                )
                self.assertEqual({name for (name,) in self.env.cr.fetchall()}, expected)
        self.assertFalse(self.env["res.users"]._fields["lifecycle_stage_id"].store)

    def test_a_user_is_a_contact_too(self):
        user = self.salesperson
        user.partner_id.parent_id = self.buyer
        found = self.env["res.users"].search(
            [("lifecycle_stage_id", "=", self.stages["first_buyer"].id), ("id", "=", user.id)]
        )
        self.assertEqual(found, user)
        [[stage, count]] = self.env["res.users"]._read_group(
            [("id", "=", user.id)], ["lifecycle_stage_id"], ["__count"]
        )
        self.assertEqual((stage.code, count), ("first_buyer", 1))

    def test_what_was_written_a_moment_ago_counts(self):
        # Nothing flushes between the write and the search, as in an automation rule.
        buyers = [("lifecycle_stage_id.code", "=", "first_buyer")]
        prospects = [("lifecycle_stage_id.code", "=", "prospect")]
        for document in (self.suspect_lead, self.suspect_order):
            with self.subTest(document._name):
                document.partner_id = self.buyer
                found = document.search([*buyers, ("id", "=", document.id)])
                self.assertEqual(found, document)
        self.anonymous_lead.type = "opportunity"
        found = self.env["crm.lead"].search([*prospects, ("id", "=", self.anonymous_lead.id)])
        self.assertEqual(found, self.anonymous_lead)

    def test_leads_work_while_the_stages_are_missing(self):
        # As in the middle of an installation or an uninstallation.
        with patch.object(type(self.env["crm.lifecycle.stage"]), "_by_code", lambda self: {}):
            self.env.invalidate_all()
            self.assertFalse(self.anonymous_lead.lifecycle_stage_id)
            groups = self.env["crm.lead"]._read_group(
                [("id", "=", self.anonymous_lead.id)], ["lifecycle_stage_id"], ["__count"]
            )
        self.assertEqual(groups, [(self.env["crm.lifecycle.stage"], 1)])

    def test_a_copy_of_a_contact_was_referred_by_nobody(self):
        self.suspect.lifecycle_referrer_id = self.buyer
        self.assertFalse(self.suspect.copy().lifecycle_referrer_id)

    def test_the_form_keeps_the_stage_while_a_contact_is_edited(self):
        with Form(self.buyer) as form:
            form.company_type = "person"
            self.assertEqual(form.lifecycle_stage_id.code, "first_buyer")
