from . import crm_lifecycle_event
from . import crm_lifecycle_service_rate
from . import crm_lifecycle_talk_card
from . import crm_lifecycle_value
from . import crm_lifecycle_value_asof
from . import crm_lifecycle_value_entry
from . import product_value
from . import stock_move
