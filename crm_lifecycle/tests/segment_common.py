"""What tests of segments build on: a company with the segments that it starts with."""

from odoo import Command

from .common import LifecycleCase


class SegmentCase(LifecycleCase):
    """The default segments, by a short name; tags, countries and industries to choose from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segments = cls.env["crm.lifecycle.segment"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.named = dict(
            zip(
                (
                    "federal",
                    "education",
                    "state_local",
                    "individual",
                    "enterprise",
                    "corporate",
                    "preferred",
                    "small",
                ),
                cls.segments,
                strict=True,
            )
        )
        cls.us, cls.cn = cls.env.ref("base.us"), cls.env.ref("base.cn")
        cls.hotels = cls.env.ref("base.res_partner_industry_I")
        cls.farms = cls.env.ref("base.res_partner_industry_A")
        categories = cls.env["res.partner.category"]
        cls.fair = categories.create({"name": "Fair"})
        cls.fair_2026 = categories.create({"name": "Fair 2026", "parent_id": cls.fair.id})
        cls.club = categories.create({"name": "Club"})

    @classmethod
    def _create_segment(cls, name="Special", **vals):
        """Create a segment before all others; lists of records become commands."""
        for key, value in vals.items():
            if key in ("country_ids", "industry_ids", "category_ids"):
                vals[key] = [Command.set(value.ids)]
        return cls.env["crm.lifecycle.segment"].create(
            {"name": name, "company_id": cls.company.id, "sequence": 1, **vals}
        )

    def _create_prospect(self, name="Parks Ltd", **vals):
        """Create a customer with a profile."""
        customer = self._create_customer(name, **vals)
        self._create_lead(customer)
        self._process_queue()
        return customer

    def _create_anonymous_lead(self, **vals):
        return self._create_lead(self.env["res.partner"], **vals)

    def assertSegment(self, record, segment):
        """Check a contact's or lead's segment, afresh and by searching for it.

        :param segment: short name of a default one, a record, or None
        """
        expected = self.named[segment] if isinstance(segment, str) else segment
        expected = expected or self.segments.browse()
        record.env.flush_all()
        record.env.invalidate_all()
        self.assertEqual(record.lifecycle_segment_id, expected)
        found = record.search([("lifecycle_segment_id", "=", expected.id), ("id", "=", record.id)])
        self.assertEqual(found, record)
