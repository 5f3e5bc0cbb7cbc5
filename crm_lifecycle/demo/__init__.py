from . import crm_lifecycle_demo
from . import complaints
