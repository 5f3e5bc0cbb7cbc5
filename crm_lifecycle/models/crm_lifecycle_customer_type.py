"""Words for what kind of customer somebody is, as the engine names them."""

#: How much of a relationship a customer wants, the least first.
CUSTOMER_TYPES = [
    ("one_time", "One-time"),
    ("transactional", "Transactional"),
    ("hybrid", "Hybrid"),
    ("relational", "Relational"),
]
#: How hard new customers of a segment are pursued.
ACQUISITION_POLICIES = [
    ("pursue", "Pursue"),
    ("per_deal", "Per deal"),
    ("avoid", "Avoid"),
]
#: How experienced somebody is who looks after customers, the least first.
SENIORITIES = [
    ("junior", "Junior"),
    ("experienced", "Experienced"),
    ("senior", "Senior"),
]
#: In what kind of organisation a customer is.
SECTORS = [
    ("company", "Company"),
    ("federal", "Federal government"),
    ("state_local", "State and local government"),
    ("education", "Education"),
    ("individual", "Individual"),
    ("catalogue", "Catalogue"),
]
#: Who decided on a customer's type.
TYPE_CAUSES = [
    ("rules", "By the rules"),
    ("segment", "By the segment"),
    ("hand", "By hand"),
]
#: How much more is bought at lower prices, the least first.
PRICE_SENSITIVITIES = [
    ("insensitive", "Insensitive"),
    ("moderate", "Moderate"),
    ("sensitive", "Sensitive"),
]
