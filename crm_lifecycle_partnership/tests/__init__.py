from . import test_grade_access
from . import test_grade_companies
from . import test_grade_concurrency
from . import test_grade_merge
from . import test_grade_pricelists
from . import test_grade_suggestions
from . import test_grade_suggestions_taken
from . import test_grades
