from . import portal_complaints
