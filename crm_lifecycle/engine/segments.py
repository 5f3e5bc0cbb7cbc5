"""Segments: which group of the company's a customer is in, by what is known of them today.

The first segment in order whose rules all match. Nothing here looks at documents: employees,
sector, country, industry and tags are what people have entered. That has no history, so moves
are noted as they are found, and on a past day customers were where they left later. A first
segment by what became known is noted, too, but was theirs before: see ``left_after``.
"""

from typing import NamedTuple

from odoo.tools import SQL

#: Sectors that a segment may ask for, each by a column ``sector_<name>``.
SECTORS = ("company", "federal", "state_local", "education", "individual", "catalogue")


class Rules(NamedTuple):
    """What a segment asks for. What is empty, or 0, is not asked for.

    Values of one kind are alternatives; all kinds have to match.
    """

    segment_id: int
    company_id: int
    acquisition_policy: str | None
    sectors: list  # of names
    employees_from: int  # the least number that counts
    employees_to: int  # the least number that is too large already
    country_ids: list
    industry_ids: list
    category_ids: list  # tags, each for those below it, too

    def matching(self, values):
        """Return the condition that holds where all rules match.

        :param dict values: see ``customer_values``
        """
        conditions = []
        if self.employees_from:
            conditions.append(SQL("%s >= %s", values["employees"], self.employees_from))
        if self.employees_to:
            # An unknown number is null, and in no range.
            conditions.append(SQL("%s < %s", values["employees"], self.employees_to))
        for name, wanted in (
            ("sector", self.sectors),
            ("country", self.country_ids),
            ("industry", self.industry_ids),
        ):
            if wanted:
                conditions.append(SQL("%s = ANY(%s)", values[name], wanted))
        if self.category_ids:
            # Last, because it costs the most.
            conditions.append(SQL("%s && %s", values["tags"], self.category_ids))
        return SQL(" AND ").join(conditions) if conditions else SQL("TRUE")


def reading():
    """Return the query of the rules of all segments in use, the first to match first.

    Columns: those of ``Rules``.
    """

    def ids(table, column):
        return SQL(
            "ARRAY(SELECT %(column)s FROM %(table)s rel WHERE rel.segment_id = segment.id"
            " ORDER BY 1)",
            column=SQL.identifier(column),
            table=SQL.identifier(table),
        )

    return SQL(
        """SELECT segment.id, segment.company_id, segment.acquisition_policy,
                  ARRAY_REMOVE(ARRAY[%(sectors)s], NULL),
                  COALESCE(segment.employees_from, 0), COALESCE(segment.employees_to, 0),
                  %(countries)s, %(industries)s, %(categories)s
             FROM crm_lifecycle_segment segment
            WHERE segment.active
         ORDER BY segment.company_id, segment.sequence, segment.id""",
        sectors=SQL(", ").join(
            SQL("CASE WHEN %s THEN %s END", SQL.identifier("segment", f"sector_{name}"), name)
            for name in SECTORS
        ),
        countries=ids("crm_lifecycle_segment_country_rel", "country_id"),
        industries=ids("crm_lifecycle_segment_industry_rel", "industry_id"),
        categories=ids("crm_lifecycle_segment_category_rel", "category_id"),
    )


def customer_values(column, tags):
    """Return what the rules look at, each as SQL that is null where unknown.

    An organisation whose sector nobody has entered is a company, a person an individual.

    :param column: function that returns the SQL of a contact's field, by its name
    :param SQL tags: see ``tags_of``
    """
    return {
        "employees": SQL("NULLIF(%s, 0)", column("lifecycle_employee_count")),
        "sector": SQL(
            """COALESCE(%s, CASE WHEN %s THEN 'company'
                                 WHEN %s IS NOT NULL THEN 'individual' END)""",
            column("lifecycle_sector"),
            column("is_company"),
            column("id"),
        ),
        "country": column("country_id"),
        "industry": column("industry_id"),
        "tags": tags,
    }


def tags_of(customer):
    """Return a contact's tags and those above them, as an array of ids.

    :param SQL customer: the contact's id
    """
    return SQL(
        """ARRAY(SELECT UNNEST(STRING_TO_ARRAY(RTRIM(tag.parent_path, '/'), '/'))::int
                   FROM res_partner_res_partner_category_rel tagged
                   JOIN res_partner_category tag ON tag.id = tagged.category_id
                  WHERE tagged.partner_id = %s)""",
        customer,
    )


def first_match(rules, values, name="segment_id"):
    """Return the expression of the segment, null where none matches.

    :param list rules: ``Rules`` in order
    :param dict values: see ``customer_values``; with ``company``, the segments of that company
        count alone
    :param str name: which part of the rules is wanted
    """
    none = SQL("NULL::%s", SQL("int" if name == "segment_id" else "varchar"))
    if "company" not in values:
        return _case(rules, values, name) or none
    by_company = {}
    for rule in rules:
        by_company.setdefault(rule.company_id, []).append(rule)
    if not by_company:
        return none
    return SQL(
        "CASE %s %s END",
        values["company"],
        SQL(" ").join(
            SQL("WHEN %s THEN %s", company_id, _case(of_company, values, name))
            for company_id, of_company in by_company.items()
        ),
    )


def _case(rules, values, name):
    if not rules:
        return None
    return SQL(
        "(CASE %s END)",
        SQL(" ").join(
            SQL("WHEN %s THEN %s", rule.matching(values), getattr(rule, name)) for rule in rules
        ),
    )


def segment_of(rules):
    """Return a customer's segment, from the rows of ``profile`` and ``customer``, see ``standing``.

    :param list rules: ``Rules`` in order, of all companies
    """
    values = {
        **customer_values(
            lambda name: SQL.identifier("customer", name), tags_of(SQL.identifier("customer", "id"))
        ),
        "company": SQL.identifier("profile", "company_id"),
    }
    return first_match(rules, values)


def left_after(day):
    """Return the condition that ``move`` tells where somebody was on a day before it.

    :param SQL day: the day
    """
    # Moves of older versions have none.
    return SQL("(move.effective_date > %s AND move.was_before IS NOT TRUE)", day)


def left_since():
    """Return the query of the segments that customers left after ``company.today``.

    Columns: ``profile_id`` and ``segment_id``, in which they were on that day, null where they
    were in none or it has been deleted. Whoever is not in it was in the segment of now.
    """
    return SQL(
        """SELECT DISTINCT ON (move.profile_id) move.profile_id,
                  move.from_segment_id AS segment_id
             FROM crm_lifecycle_segment_move move
             JOIN company ON company.id = move.company_id
            WHERE %s
         ORDER BY move.profile_id, move.effective_date, move.id""",
        left_after(SQL("company.today")),
    )


def held(left):
    """Return the segment in which the customer of ``profile`` was, for a few customers.

    :param SQL left: condition that somebody left it, by ``move``, after the day asked about
    """
    return SQL(
        """(SELECT found.segment_id
              FROM ((SELECT 1 AS place, move.from_segment_id AS segment_id
                       FROM crm_lifecycle_segment_move move
                      WHERE move.profile_id = profile.id AND (%s)
                   ORDER BY move.effective_date, move.id
                      LIMIT 1)
                 UNION ALL
                    SELECT 2, profile.segment_id) found
          ORDER BY found.place
             LIMIT 1)""",
        left,
    )
