"""Groups that the lifecycle's fields are restricted to.

The fields that the addon puts on host models carry groups because portal users
may read every other field of their own contact.
"""

LIFECYCLE_GROUPS = (
    "sales_team.group_sale_salesman,account.group_account_invoice,account.group_account_readonly"
)

# Who may see what a customer spends: those who see everybody's documents or the
# books. Salespeople with their own documents only see counts and dates.
AMOUNT_GROUPS = (
    "sales_team.group_sale_salesman_all_leads,"
    "account.group_account_invoice,account.group_account_readonly"
)

# Who keeps the books.
ACCOUNTING_GROUPS = "account.group_account_invoice,account.group_account_readonly"

# Who decides on what colleagues ask for, and speaks in their name.
MANAGER_GROUP = "sales_team.group_sale_manager"
