from . import test_fallback
from . import test_http
from . import test_jobs
from . import test_side_by_side
from . import test_work
