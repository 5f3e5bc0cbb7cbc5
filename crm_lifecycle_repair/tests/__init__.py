from . import test_repairs
