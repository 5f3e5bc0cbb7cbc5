"""Words for what part a contact has in a customer's decisions, as the engine names them."""

#: What part somebody has in the decision to buy, who weighs most first.
DECISION_ROLES = [
    ("decider", "Decides"),
    ("influencer", "Influences"),
    ("user", "Uses it"),
    ("buyer", "Buys"),
    ("blocker", "Blocks"),
]
#: How somebody thinks of us.
ATTITUDES = [
    ("positive", "For us"),
    ("neutral", "Neutral"),
    ("negative", "Against us"),
]
#: What a preference is about.
PREFERENCE_KINDS = [
    ("taste", "Taste"),
    ("topic", "Topic"),
    ("gift", "Gift"),
    ("channel", "Channel"),
]
#: How much a competitor endangers the business with a customer, the least first.
THREATS = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
]
