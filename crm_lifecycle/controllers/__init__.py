from . import portal_complaints
from . import portal_ideas
from . import portal_referrals
