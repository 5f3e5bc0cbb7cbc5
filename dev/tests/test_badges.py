"""The host's badges, which the app template lacks, in a database of its own: colleagues get one
for what they suggest.
"""

import subprocess

import pytest
from devtools import databases, settings, testing

TESTS = "crm_lifecycle/tests/test_idea_badges.py"


@pytest.fixture
def database(request):
    """A copy of the app template with badges."""
    if not databases.exists(settings.DB_APP_TEMPLATE):
        pytest.fail("the app template is missing: run make test")
    base = request.config.getoption("--odoo-database") or settings.DB_TEST
    name = f"{base}_badges"
    try:
        databases.create_from(settings.DB_APP_TEMPLATE, name)
        assert databases.install_apart(name, "gamification").complaints == []
        yield name
    finally:
        databases.drop(name)


def test_the_tests_of_badges_pass_and_none_is_skipped(database):
    done = subprocess.run(
        testing.pytest_command(database, "-p", "no:cacheprovider", TESTS),
        cwd=settings.ROOT,
        env=testing.pytest_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert " passed" in done.stdout
    assert " skipped" not in done.stdout
