from . import test_grade_access
from . import test_grade_concurrency
from . import test_grade_queries
from . import test_grade_suggestions
from . import test_grades
