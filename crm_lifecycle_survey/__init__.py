from . import models
from . import demo
from . import wizard
from .hooks import uninstall_hook
