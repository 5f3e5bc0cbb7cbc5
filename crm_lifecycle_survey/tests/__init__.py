from . import test_asking
from . import test_answers
