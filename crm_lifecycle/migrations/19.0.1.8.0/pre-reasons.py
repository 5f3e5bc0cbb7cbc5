from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column

# Sentences that the job wrote, in its own language, by the code that says the same.
REFERRAL_CODES = {
    "Claimed by the same referrer already.": "same",
    "The referrer was removed from the customer.": "removed",
    "The lead names somebody else.": "lead",
    "Nobody brings themselves.": "circle",
    "The customers were merged.": "merged",
}
REWARD_CODES = {
    "It earns no reward after all.": "unearned",
    "The first purchase was cancelled or refunded.": "undone",
}


def migrate(cr, version):
    """Keep reasons as codes, which are read in the reader's language, and the rest in words."""
    for table, name, text, code, codes in (
        ("crm_lifecycle_referral", "reason", "reason_text", "reason_code", REFERRAL_CODES),
        (
            "crm_lifecycle_referral_reward",
            "taken_back_reason",
            "taken_back_text",
            "taken_back_code",
            REWARD_CODES,
        ),
    ):
        if not column_exists(cr, table, name) or column_exists(cr, table, text):
            continue
        rename_column(cr, table, name, text)
        cr.execute(SQL("ALTER TABLE %s ADD COLUMN %s varchar", *map(SQL.identifier, (table, code))))
        for sentence, value in codes.items():
            cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(code)s = %(value)s, %(text)s = NULL"
                    " WHERE %(text)s = %(sentence)s",
                    table=SQL.identifier(table),
                    code=SQL.identifier(code),
                    text=SQL.identifier(text),
                    value=value,
                    sentence=sentence,
                )
            )
    # Why a lead was lost is told by the lead.
    cr.execute(
        "UPDATE crm_lifecycle_referral SET reason_code = 'lost', reason_text = NULL"
        " WHERE state = 'lost'"
    )
