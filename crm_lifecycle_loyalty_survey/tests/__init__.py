from . import test_survey_points
from . import test_survey_points_empty
