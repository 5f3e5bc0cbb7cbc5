from . import base_partner_merge
from . import survey_invite
