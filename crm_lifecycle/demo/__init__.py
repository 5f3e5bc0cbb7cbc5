from . import crm_lifecycle_demo
from . import complaints
from . import opinions
from . import visits
from . import end
