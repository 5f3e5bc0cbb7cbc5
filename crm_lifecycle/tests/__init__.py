from . import test_stage_rules
from . import test_customer_identity
