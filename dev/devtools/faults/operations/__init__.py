"""What users do with documents, each under its name, by a role and with a weight.

An operation is a function of a :class:`Desk`. It does one thing as a user does it on a
screen, in one transaction; what the host's own rules refuse, they refuse.
"""

from .desk import OPERATIONS, Desk, NothingToDo
from . import contacts, invoices, leads, orders, transfers
