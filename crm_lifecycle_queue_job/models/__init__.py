from . import crm_lifecycle_pass
from . import crm_lifecycle_queue
