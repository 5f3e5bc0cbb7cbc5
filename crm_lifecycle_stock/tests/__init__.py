from . import test_deliveries
from . import test_return_visits
from . import test_returns
from . import test_remedies
from . import test_passes
from . import test_value
from . import test_value_returns
from . import test_talk_card
