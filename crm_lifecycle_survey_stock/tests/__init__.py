from . import test_delivery_rounds
