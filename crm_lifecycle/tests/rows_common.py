"""Rows changed behind everybody's back: what tests of passes build on."""

import json

from odoo.tools import SQL

from .common import LifecycleCase


class RowsCase(LifecycleCase):
    """Customers whose documents are changed by SQL, which no hook sees."""

    def _found(self, kind, company=None):
        """Return the customers of the test whom a pass of a kind gathers."""
        gathered = set(self._gathered(self._gather(kind, company)))
        partners = self.env["res.partner"].with_context(active_test=False)
        return partners.search(
            [("id", "in", list(gathered)), ("name", "like", "Rows ")], order="id"
        )

    @classmethod
    def _create_customer(cls, name="Rows Ltd", **vals):
        return super()._create_customer(name, **vals)

    def _change_row(self, record, **values):
        """Write columns of a record's row; a ``SQL`` value is an expression."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
                ),
                record.id,
            )
        )
        self.env.invalidate_all()

    def _copy_row(self, record, **values):
        """Append a copy of a record's row with other values, as an import by SQL does."""
        self.env.flush_all()
        table = SQL.identifier(record._table)
        [[row]] = self.env.execute_query(
            SQL("SELECT to_jsonb(t) - 'id' FROM %s t WHERE id = %s", table, record.id)
        )
        row.update(values)
        [[row_id]] = self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s (%(columns)s) SELECT %(columns)s"
                " FROM jsonb_populate_record(NULL::%(table)s, %(row)s) RETURNING id",
                table=table,
                columns=SQL(", ").join(map(SQL.identifier, row)),
                row=json.dumps(row, default=str),
            )
        )
        self.env.invalidate_all()
        return record.browse(row_id)

    def _delete_row(self, record):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
        )
        self.env.invalidate_all()

    def _read_rows(self, *tables):
        """Return where the rows of tables lie, which any write changes."""
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL("SELECT id, xmin, ctid FROM %s ORDER BY id", SQL.identifier(table))
            )
            for table in tables
        }
