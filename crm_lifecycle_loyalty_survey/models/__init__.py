from . import crm_lifecycle_event
from . import crm_lifecycle_point_rule
