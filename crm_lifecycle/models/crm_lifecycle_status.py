"""The status of a customer, as the engine names it."""

STATUSES = [
    ("new", "New"),
    ("active", "Active"),
    ("due", "Due"),
    ("at_risk", "At risk"),
    ("lapsed", "Lapsed"),
    ("lost", "Lost"),
    ("won_back", "Won back"),
]
