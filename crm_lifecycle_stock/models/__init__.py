from . import crm_lifecycle_event
from . import stock_move
