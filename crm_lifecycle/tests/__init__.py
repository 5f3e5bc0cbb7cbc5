from . import test_js
from . import test_tours
from . import test_customer_identity
from . import test_stage_advocate
from . import test_stage_buyers
from . import test_stage_early
from . import test_stage_partner
from . import test_stage_strategic
