from . import test_survey_points
