"""What ``engine.channels`` names, as people read it."""

CHANNELS = [
    ("mail", "E-mail"),
    ("call", "Call"),
    ("meeting", "Meeting"),
    ("visit", "Visit"),
    ("chat", "Chat"),
    ("portal", "Portal"),
    ("event", "Event"),
]
OUTCOMES = [
    ("reached", "Reached"),
    ("message_left", "Message Left"),
    ("no_answer", "No Answer"),
    ("refused", "Not Interested"),
]
DIRECTIONS = [("in", "Incoming"), ("out", "Outgoing")]
SATISFACTIONS = [
    ("1", "Very dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neither"),
    ("4", "Satisfied"),
    ("5", "Very satisfied"),
]
