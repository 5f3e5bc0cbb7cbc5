from . import base_partner_merge
from . import crm_lifecycle_policy_compare
from . import crm_lifecycle_state_wizard
from . import crm_lifecycle_value_wizard
from . import crm_lifecycle_preview
from . import crm_lifecycle_preview_actions
from . import crm_lifecycle_preview_line
from . import crm_lifecycle_transfer
