from . import report_talk_card
from . import report_talk_card_presence
