"""The bridges to surveys, one taken away after the other: what customers were asked and answered
stays with those that are left, and with the host.
"""

import pytest
from devtools import apart, odoo_process

BRIDGE = "crm_lifecycle_survey"
STOCK_BRIDGE = "crm_lifecycle_survey_stock"

USE = """
survey = env.ref("crm_lifecycle_survey.survey_nps")
partner = env["res.partner"].create({"name": "Ada", "email": "ada@ada.example"})
survey_round = env["crm.lifecycle.survey.round"].create(
    {"name": "After a delivery", "event": "delivery", "survey_id": survey.id}
)
answer = survey._create_answer(partner=partner, check_attempts=False)
env["crm.lifecycle.survey.request"].create(
    {
        "round_id": survey_round.id,
        "person_id": partner.id,
        "res_model": "stock.picking",
        "res_id": 1,
        "date_due": "2026-01-01",
        "date_asked": "2026-01-01",
        "state": "answered",
        "value": 9,
        "scale_max": 10,
        "verdict": "promoter",
        "user_input_id": answer.id,
    }
)
env.cr.commit()
"""

#: What the bridge may have left, as {table: condition}.
TRACES = {
    "ir_model": "model LIKE 'crm.lifecycle.survey%'",
    "ir_model_data": "module LIKE 'crm_lifecycle_survey%'",
    "ir_model_fields": "name LIKE 'lifecycle_survey%' OR name IN"
    " ('lifecycle_request_ids', 'lifecycle_sent_at', 'lifecycle_sender_id')",
    "pg_indexes": "indexname = 'survey_user_input_lifecycle_address_idx'",
    "ir_rule": "name LIKE 'Survey%sales managers%'",
    "ir_cron": "cron_name LIKE '%surveys%' AND cron_name LIKE 'Customer Lifecycle%'",
}


@pytest.fixture(scope="module")
def database(request):
    """A copy of the app template with surveys, in which a customer answered after a delivery."""
    with apart.database(request, "surveys", "survey") as database:
        odoo_process.shell(database.name, USE)
        yield database


def test_they_come_with_surveys(database):
    assert database.install.complaints == []
    assert database.states(BRIDGE, STOCK_BRIDGE) == {
        BRIDGE: "installed",
        STOCK_BRIDGE: "installed",
    }


def test_without_the_bridge_to_deliveries_rounds_are_retired(database):
    done = database.uninstall(STOCK_BRIDGE)
    assert (done.returncode, done.complaints) == (0, [])
    found = database.rows(
        "SELECT round.event, round.active, request.state, request.verdict"
        " FROM crm_lifecycle_survey_round round"
        " JOIN crm_lifecycle_survey_request request ON request.round_id = round.id"
        " WHERE request.res_model = 'stock.picking'"
    )
    assert found == [["purchase", "f", "answered", "promoter"]]


def test_without_the_bridge_to_deliveries_the_tests_pass(database):
    assert database.run_tests(f"{BRIDGE}/tests").returncode == 0


def test_without_any_bridge_answers_stay_with_the_host(database):
    done = database.uninstall(BRIDGE)
    assert (done.returncode, done.complaints) == (0, [])
    assert database.traces(TRACES) == []
    answers = database.rows(
        "SELECT survey.title ->> 'en_US' FROM survey_user_input answer"
        " JOIN survey_survey survey ON survey.id = answer.survey_id"
        " JOIN res_partner partner ON partner.id = answer.partner_id"
        " WHERE partner.email = 'ada@ada.example'"
    )
    assert answers == [["Would You Recommend Us?"]]
