"""The addons install without a complaint in Odoo's log."""

from devtools import databases, settings


def test_installation_logs_no_warning_and_no_error():
    note = databases.note(settings.DB_APP_TEMPLATE)
    assert "complaints" in note, "the app template says nothing about its installation"
    assert note["complaints"] == []
