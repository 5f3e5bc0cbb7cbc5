"""Which rows of the host a customer's figures depend on, told once for everybody.

A *trace* names a table, whose row it is, and the columns that matter. From it follow who
may be a customer, what changed since a watermark, and a *fingerprint* of all the
documents of each customer: equal fingerprints mean equal documents, so a pass over
everybody derives those alone whose documents differ from what it found the last time.
"""

from dataclasses import dataclass

from odoo.tools import SQL

from .referrals import ACCEPTED


@dataclass(frozen=True)
class Trace:
    """Rows of one table that customers' figures depend on.

    :param str table: the table, which also is the alias in what follows
    :param SQL partner: contact whose row it is
    :param tuple columns: names of the columns that matter, or ``SQL``
    :param SQL tables: what to join, to begin with ``JOIN``
    :param SQL where: which rows
    :param SQL company: company, NULL for a row of all companies; None where a row makes
        nobody a customer by itself
    """

    table: str
    partner: SQL
    columns: tuple = ()
    tables: SQL = SQL()
    where: SQL = SQL("TRUE")
    company: SQL = None

    def select(self, columns, condition=None):
        """Return the SELECT of ``columns`` of its rows that name a contact."""
        return SQL(
            "SELECT %s FROM %s %s WHERE %s IS NOT NULL AND %s AND %s",
            columns,
            SQL.identifier(self.table),
            self.tables,
            self.partner,
            self.where,
            condition or SQL("TRUE"),
        )

    def column(self, name):
        """Return a column of the table."""
        return SQL.identifier(self.table, name)

    def of_company(self, company_id):
        """Return the SELECT of the contacts that its rows make customers, None if none.

        :param company_id: of that company alone, None for all
        """
        if self.company is None:
            return None
        here = (
            # A row without a company is everybody's.
            SQL("(%(column)s = %(id)s OR %(column)s IS NULL)", column=self.company, id=company_id)
            if company_id
            else None
        )
        return self.select(self.partner, here)

    def since(self, moment, last_id):
        """Return the SELECT of the contacts of rows that are new, or written since.

        :param datetime moment: in UTC
        :param int last_id: highest id that was there then: an import may tell any date
        """
        condition = SQL(
            "(%s > %s OR %s > %s)", self.column("id"), last_id, self.column("write_date"), moment
        )
        return self.select(self.partner, condition)

    def fingerprints(self, row_hash):
        """Return the SELECT of ``(contact, sum of the hashes of its rows)``.

        :param row_hash: gives the hash of a record, see ``record_hash``
        """
        columns = SQL(", ").join(
            column if isinstance(column, SQL) else self.column(column)
            for column in ("id", *self.columns)
        )
        return SQL(
            "%s GROUP BY 1",
            self.select(
                SQL(
                    "%s AS contact_id, SUM(%s) AS hash",
                    self.partner,
                    row_hash(SQL("ROW(%s, %s::text)", columns, self.table)),
                )
            ),
        )


def record_hash(server_version):
    """Return the function that gives the SQL of a record's hash, a bigint.

    :param int server_version: of PostgreSQL; before 14 records have no hash of their own
    """
    if server_version >= 140000:
        return lambda record: SQL("hash_record_extended(%s, 0)", record)
    return lambda record: SQL("hashtextextended(%s::text, 0)", record)


def customer_ids(contacts):
    """Return the query of the customers whom a query of contacts belongs to.

    A contact that the host has not given to anybody yet, as after an import by SQL, is
    nobody's.

    :param list contacts: SELECTs of one column of contacts' ids
    """
    return SQL(
        """SELECT DISTINCT partner.commercial_partner_id
             FROM (%s) AS contact(id)
             JOIN res_partner partner
               ON partner.id = contact.id AND partner.commercial_partner_id IS NOT NULL""",
        SQL(" UNION ").join(contacts),
    )


def customer_fingerprints(traces, row_hash):
    """Return the query of ``(partner_id, fingerprint)`` of everybody who has documents.

    Each table is summed up by contact before the few contacts that belong to somebody
    else are mapped to their customer.
    """
    return SQL(
        """SELECT COALESCE(child.commercial_partner_id, document.contact_id) AS partner_id,
                  TO_HEX((SUM(document.hash) %% 9223372036854775807)::bigint) AS fingerprint
             FROM (%s) document
        LEFT JOIN (SELECT id, commercial_partner_id
                     FROM res_partner
                    WHERE commercial_partner_id IS DISTINCT FROM id
                  ) child ON child.id = document.contact_id
            WHERE child.id IS NULL OR child.commercial_partner_id IS NOT NULL
         GROUP BY 1""",
        SQL(" UNION ALL ").join(trace.fingerprints(row_hash) for trace in traces),
    )


def host_traces(subtypes):
    """Return the traces of the host's documents, and of our own records.

    :param tuple subtypes: ids of the chatter's subtypes that tell an order's moves
    """
    return [
        Trace(
            table="crm_lead",
            partner=SQL("crm_lead.partner_id"),
            columns=(
                "company_id",
                # Whose company deals with a lead that names none, see ``documents``.
                SQL(
                    "CASE WHEN crm_lead.company_id IS NULL THEN COALESCE("
                    "team.company_id, salesperson.company_id, author.company_id) END"
                ),
                "team_id",
                "user_id",
                "type",
                "active",
                "won_status",
                "create_uid",
                "create_date",
                "date_conversion",
                "date_closed",
                "expected_revenue",
                "medium_id",
                "lost_reason_id",
                SQL(
                    "CASE WHEN crm_lead.date_closed IS NULL AND (NOT crm_lead.active OR"
                    " crm_lead.won_status IN ('won', 'lost')) THEN crm_lead.write_date END"
                ),
            ),
            tables=SQL(
                """LEFT JOIN crm_team team ON team.id = crm_lead.team_id
                   LEFT JOIN res_users salesperson ON salesperson.id = crm_lead.user_id
                   LEFT JOIN res_users author ON author.id = crm_lead.create_uid"""
            ),
            company=SQL("crm_lead.company_id"),
        ),
        Trace(
            table="sale_order",
            partner=SQL("sale_order.partner_id"),
            columns=(
                "company_id",
                "state",
                "create_date",
                "date_order",
                "validity_date",
                "amount_untaxed",
                "currency_id",
                "currency_rate",
                "medium_id",
                "team_id",
                SQL(
                    "CASE WHEN sale_order.state NOT IN ('sent', 'sale')"
                    " THEN sale_order.write_date END"
                ),
            ),
            company=SQL("sale_order.company_id"),
        ),
        Trace(
            table="mail_message",
            partner=SQL("sale_order.partner_id"),
            columns=("date", "subtype_id"),
            tables=SQL("JOIN sale_order ON sale_order.id = mail_message.res_id"),
            where=SQL(
                "mail_message.model = 'sale.order' AND mail_message.subtype_id = ANY(%s)",
                list(subtypes),
            ),
        ),
        Trace(
            table="account_move",
            partner=SQL("account_move.partner_id"),
            columns=(
                "company_id",
                "state",
                "move_type",
                "date",
                "invoice_date",
                "invoice_date_due",
                "amount_untaxed",
                "amount_untaxed_signed",
                "amount_total",
                "amount_residual",
                "currency_id",
                "payment_state",
                "reversed_entry_id",
            ),
            where=SQL(
                "(account_move.state = 'posted' OR account_move.posted_before)"
                " AND account_move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')"
            ),
            company=SQL("account_move.company_id"),
        ),
        # Whose invoice was settled, and when.
        Trace(
            table="account_partial_reconcile",
            partner=SQL("line.partner_id"),
            columns=("debit_move_id", "credit_move_id", "amount", "max_date"),
            tables=SQL(
                """JOIN account_move_line line
                     ON line.id = account_partial_reconcile.debit_move_id
                   JOIN account_account account ON account.id = line.account_id"""
            ),
            where=SQL("account.account_type = 'asset_receivable'"),
        ),
        Trace(
            table="rating_rating",
            partner=SQL("rating_rating.partner_id"),
            columns=(
                "rating",
                "res_model",
                "res_id",
                "rated_partner_id",
                "create_uid",
                SQL("COALESCE(rating_rating.rated_on, rating_rating.write_date)"),
                SQL(
                    """COALESCE((SELECT MIN(operator.company_id)
                                   FROM res_users operator
                                  WHERE operator.partner_id = rating_rating.rated_partner_id),
                                author.company_id)"""
                ),
            ),
            tables=SQL("LEFT JOIN res_users author ON author.id = rating_rating.create_uid"),
            where=SQL("rating_rating.consumed AND rating_rating.rating > 0"),
        ),
        Trace(
            table="mail_activity",
            partner=SQL(
                """CASE mail_activity.res_model
                   WHEN 'res.partner' THEN mail_activity.res_id
                   WHEN 'crm.lead' THEN lead.partner_id
                   WHEN 'sale.order' THEN so.partner_id END"""
            ),
            columns=(
                "activity_type_id",
                "date_done",
                "user_id",
                "create_uid",
                "lifecycle_company_id",
                "lifecycle_outcome",
                "lifecycle_satisfaction",
                SQL(
                    "CASE WHEN mail_activity.write_date::date = mail_activity.date_done"
                    " THEN mail_activity.write_date END"
                ),
                SQL("person.company_id"),
                SQL("colleague.share"),
            ),
            tables=SQL(
                """LEFT JOIN crm_lead lead ON lead.id = mail_activity.res_id
                          AND mail_activity.res_model = 'crm.lead'
                   LEFT JOIN sale_order so ON so.id = mail_activity.res_id
                          AND mail_activity.res_model = 'sale.order'
                   LEFT JOIN res_partner person ON person.id = mail_activity.res_id
                          AND mail_activity.res_model = 'res.partner'
                   LEFT JOIN res_users colleague
                          ON colleague.id = COALESCE(mail_activity.user_id,
                                                     mail_activity.create_uid)"""
            ),
            where=SQL("mail_activity.date_done IS NOT NULL AND NOT mail_activity.active"),
        ),
        # Whom they brought: rejected claims stay, so that it is seen that they are.
        Trace(
            table="crm_lifecycle_referral",
            partner=SQL("crm_lifecycle_referral.referrer_customer_id"),
            columns=(
                "company_id",
                "date",
                SQL("referred.commercial_partner_id"),
                SQL("crm_lifecycle_referral.state IN %s", ACCEPTED),
            ),
            tables=SQL(
                """JOIN res_partner referred
                     ON referred.id = crm_lifecycle_referral.partner_id"""
            ),
        ),
        Trace(
            table="res_partner",
            partner=SQL("res_partner.id"),
            columns=("active",),
            where=SQL("NOT res_partner.active"),
        ),
        Trace(
            table="crm_complaint",
            partner=SQL("crm_complaint.partner_id"),
            columns=(
                "company_id",
                "kind",
                "active",
                "is_open",
                "date",
                "solved_at",
                "closed_at",
                "duplicate_of_id",
                SQL(
                    "CASE WHEN NOT crm_complaint.is_open AND crm_complaint.solved_at IS NULL"
                    " AND crm_complaint.closed_at IS NULL THEN crm_complaint.write_date END"
                ),
            ),
        ),
        Trace(
            table="crm_lifecycle_return_visit",
            partner=SQL("crm_lifecycle_return_visit.partner_id"),
            columns=("company_id", "satisfaction", "done_on", "activity_id", "order_id"),
            where=SQL(
                "crm_lifecycle_return_visit.state = 'done'"
                " AND crm_lifecycle_return_visit.satisfaction IS NOT NULL"
            ),
        ),
        Trace(
            table="crm_lifecycle_satisfaction_statement",
            partner=SQL("crm_lifecycle_satisfaction_statement.partner_id"),
            columns=(
                "company_id",
                "date",
                "source",
                "product_id",
                "value",
                "scale_min",
                "scale_max",
                "sample_size",
                "active",
            ),
        ),
        Trace(
            table="crm_lifecycle_idea",
            partner=SQL("crm_lifecycle_idea.partner_id"),
            columns=("company_id", "adopted_on", "active"),
            where=SQL("crm_lifecycle_idea.adopted_on IS NOT NULL"),
        ),
        *(
            Trace(
                table=table,
                partner=SQL.identifier(table, "partner_id"),
                columns=columns,
                company=SQL.identifier(table, "company_id") if makes_customer else None,
            )
            for table, makes_customer, columns in (
                (
                    "crm_lifecycle_agreement",
                    True,
                    ("company_id", "date_start", "date_end", "active"),
                ),
                (
                    "crm_lifecycle_mark",
                    True,
                    ("company_id", "kind", "date_start", "date_end", "active"),
                ),
                ("crm_lifecycle_loss", False, ("company_id", "date", "active")),
                (
                    "crm_lifecycle_override",
                    False,
                    ("company_id", "stage_id", "state", "date_effective", "date_end", "active"),
                ),
                (
                    "crm_lifecycle_type_override",
                    False,
                    ("company_id", "customer_type", "date_start", "date_end", "active"),
                ),
            )
        ),
    ]
