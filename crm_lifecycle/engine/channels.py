"""How people touch each other, and what comes of it: the words that all of the addon uses.

The labels are those of ``models/crm_lifecycle_channel.py``.
"""

#: By what means somebody was in contact.
CHANNELS = ("mail", "call", "meeting", "visit", "chat", "portal", "event")
#: What came of an attempt; one without any result reached the customer.
OUTCOMES = ("reached", "message_left", "no_answer", "refused")
#: Outcomes with which nobody was spoken to: no contact clock starts anew.
NOT_REACHED = ("message_left", "no_answer")
#: Seen from the company: what customers send is ``in``.
DIRECTIONS = ("in", "out")
