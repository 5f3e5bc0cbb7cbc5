from . import portal_registrations
