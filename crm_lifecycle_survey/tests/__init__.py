from . import test_answers
from . import test_asking
from . import test_followed
from . import test_followed_later
from . import test_guard
from . import test_guard_shared
from . import test_marks
from . import test_rights
