from . import crm_lifecycle_survey_job
from . import crm_lifecycle_survey_round
from . import stock_picking
