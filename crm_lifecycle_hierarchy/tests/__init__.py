from . import test_referral_hierarchy
