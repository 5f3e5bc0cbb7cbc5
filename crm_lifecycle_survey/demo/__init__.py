from . import crm_lifecycle_demo
