"""The host's badges, which the app template lacks, in a database of its own: colleagues get one
for what they suggest.
"""

import pytest
from devtools import apart

TESTS = "crm_lifecycle/tests/test_idea_badges.py"


@pytest.fixture
def database(request):
    """A copy of the app template with badges."""
    with apart.database(request, "badges", "gamification") as database:
        assert database.install.complaints == []
        yield database


def test_the_tests_of_badges_pass_and_none_is_skipped(database):
    done = database.run_tests(TESTS, capture_output=True, text=True)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert " passed" in done.stdout
    assert " skipped" not in done.stdout
