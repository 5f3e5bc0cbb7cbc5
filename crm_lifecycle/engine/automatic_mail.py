"""What mail says of itself that no person wrote it (RFC 3834, and the custom before it)."""

import re

#: A program answers, such as with a note of absence.
ANSWER = "answer"
#: A program sent what somebody may have filled in, such as the form of a website.
GENERATED = "generated"

_SUBMITTED_ANSWERS = {"auto-replied", "auto-notified"}
# What comes through the list of a group has been written by somebody.
_PRECEDENCES = {"auto_reply", "bulk", "junk"}
_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
_DENIALS = {"", "no", "false"}


def automatic_kind(message):
    """Return how a mail was sent by itself, ``None`` if a person sent it.

    >>> from email.message import Message
    >>> mail = Message()
    >>> automatic_kind(mail) is None
    True
    >>> mail["Auto-Submitted"] = "auto-generated; form=contact"
    >>> automatic_kind(mail)
    'generated'
    >>> mail["Precedence"] = "bulk"
    >>> automatic_kind(mail)
    'answer'

    :param email.message.Message message: the mail
    """
    # What follows are remarks and parameters.
    submitted = re.split(r"[\s;(]", _header(message, "Auto-Submitted"), maxsplit=1)[0]
    if (
        submitted in _SUBMITTED_ANSWERS
        or _header(message, "Precedence") in _PRECEDENCES
        or any(_header(message, name) not in _DENIALS for name in _HEADERS)
    ):
        return ANSWER
    return None if submitted in _DENIALS else GENERATED


def _header(message, name):
    return str(message.get(name) or "").strip().lower()
