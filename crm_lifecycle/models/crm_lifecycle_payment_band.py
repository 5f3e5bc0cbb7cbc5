"""How a customer pays, in a word, as the engine names it."""

PAYMENT_BANDS = [
    ("prompt", "Prompt"),
    ("usual", "Usual"),
    ("slow", "Slow"),
    ("risky", "Risky"),
    ("unknown", "Unknown"),
]
