"""The value class of a customer, as the engine names it."""

VALUE_CLASSES = [("a", "A"), ("b", "B"), ("c", "C")]
