"""What customers are asked after: documents of one kind, on the day that it happened.

An event's query bounds the column of its moment itself, so that an index on it serves. A bridge
adds events of its own, see ``crm.lifecycle.survey.job``.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import day


@dataclass(frozen=True, kw_only=True)
class Event:
    """Documents after which customers are asked.

    :param str model: the documents' model
    :param str alias: of the document in ``tables``, which do not join ``company``
    :param SQL tables: FROM clause
    :param SQL person: whom to ask
    :param SQL moment: column that tells when it happened
    :param SQL where: which documents
    :param bool is_date: whether the column is a day, and not a moment in UTC
    """

    model: str
    alias: str
    tables: SQL
    person: SQL
    moment: SQL
    where: SQL
    is_date: bool = False

    def select(self, company_id, condition):
        """Return the SELECT of (id, person_id, day) of documents of a company."""
        return SQL(
            """SELECT %(id)s AS id, %(person)s AS person_id, %(day)s AS day
                 FROM %(tables)s
                 JOIN company ON company.id = %(company)s
                WHERE %(company)s = %(company_id)s AND %(moment)s IS NOT NULL
                  AND %(person)s IS NOT NULL AND %(where)s AND %(condition)s""",
            id=SQL.identifier(self.alias, "id"),
            person=self.person,
            day=self.moment if self.is_date else day(self.moment),
            tables=self.tables,
            company=SQL.identifier(self.alias, "company_id"),
            company_id=company_id,
            moment=self.moment,
            where=self.where,
            condition=condition,
        )

    def since(self, date):
        """Return the SELECT's condition that it happened since about a day, by the column."""
        # No zone is more than a day from UTC.
        bound = date if self.is_date else f"{date - timedelta(days=1)} 00:00:00"
        return SQL("%s >= %s", self.moment, bound)


EVENTS = {
    "purchase": Event(
        model="sale.order",
        alias="so",
        tables=SQL("sale_order so"),
        person=SQL("so.partner_id"),
        moment=SQL("so.date_order"),
        where=SQL("so.state = 'sale'"),
    ),
    "complaint": Event(
        model="crm.complaint",
        alias="complaint",
        tables=SQL("crm_complaint complaint"),
        person=SQL("complaint.partner_id"),
        moment=SQL("complaint.solved_at"),
        where=SQL(
            "complaint.active AND complaint.kind = 'complaint' AND NOT complaint.is_open"
            " AND complaint.duplicate_of_id IS NULL"
        ),
    ),
    "loss": Event(
        model="crm.lifecycle.loss",
        alias="loss",
        tables=SQL("crm_lifecycle_loss loss"),
        person=SQL("loss.partner_id"),
        moment=SQL("loss.date"),
        where=SQL("loss.active"),
        is_date=True,
    ),
}
