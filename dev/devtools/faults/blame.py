"""Whose fault an exception is: the host's own, or ours."""

import linecache
import traceback

_ADDONS = "/crm_lifecycle"
_NAMES = ("crm_lifecycle", "crm.lifecycle")
#: By these our addons refuse on purpose, as the host does for its own documents: what a
#: person signed does not go with the contact.
_RULES = ("crm_lifecycle_agreement_partner_id_fkey",)


def is_ours(error):
    """Whether our addons brought an exception about.

    Many of the host's methods are extended by ours, so that a frame of ours alone says
    nothing: what comes out of a call of ``super()`` is the host's. A statement or a
    constraint on a table of ours is ours whoever runs it.
    """
    while error is not None:
        if any(_is_own_frame(frame) for frame in traceback.extract_tb(error.__traceback__)):
            return True
        text = f"{error} {statement(error)}"
        if any(name in text for name in _NAMES):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_own_frame(frame):
    if _ADDONS not in frame.filename or "/tests/" in frame.filename:
        return False
    last = frame.end_lineno or frame.lineno
    lines = [linecache.getline(frame.filename, number) for number in range(frame.lineno, last + 1)]
    return "super()" not in "".join(lines)


def is_our_rule(error):
    """Whether an exception is one of our rules at work."""
    return any(rule in str(error) for rule in _RULES)


def statement(error):
    """What a database error tells of where it happened: the statement and its context."""
    query = getattr(getattr(error, "cursor", None), "query", None) or b""
    context = getattr(getattr(error, "diag", None), "context", None) or ""
    return f"{query.decode(errors='replace')[:2000]} {context}".strip()


def describe(error, with_trace=False):
    """An exception as it goes to the log of operations."""
    told = {
        "type": type(error).__name__,
        "message": str(error)[:500],
        "ours": is_ours(error) and not is_our_rule(error),
        "our_rule": is_our_rule(error),
    }
    if statement(error):
        told["statement"] = statement(error)[:500]
    if with_trace or told["ours"]:
        told["trace"] = "".join(traceback.format_exception(error))[-6000:]
    return told
