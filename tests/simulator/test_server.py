"""A simulated office over real HTTP: what the gateway sees, whatever it does."""

from __future__ import annotations

import httpx2
import pytest

from integrations import webhooks
from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.live import STATEMENT
from integrations.messages import Statement
from integrations.tax.wire import SEND_SLIP
from tests.simulator.conftest import KEY, NOW, PATIENCE, hasty
from tests.simulator.test_twin import SLIP

OTHER = SLIP.model_copy(update={"revision": 1})


def test_the_gateway_gets_the_answer_of_the_twin_and_the_statement_shows_the_call(
    an_office,
):
    with an_office() as (office, client):
        answer = client.call(SEND_SLIP, SLIP, key="slip-1")
        told = client.read(STATEMENT, Statement, {"since": NOW.isoformat()})
    assert (answer.reference, answer.note) == ("tax-slip-1", "thử nghiệm")
    assert office.twin.seen == {"slip-1": SLIP}
    assert [each.key for each in told.received] == ["slip-1"]
    assert len(told.said) == 2


def test_another_body_under_a_key_is_a_conflict_and_is_counted(an_office):
    with an_office() as (_, client):
        client.call(SEND_SLIP, SLIP, key="slip-1")
        client.call(SEND_SLIP, SLIP, key="slip-1")
        with pytest.raises(OfficeRefusedError, match="409"):
            client.call(SEND_SLIP, OTHER, key="slip-1")
        seen = httpx2.get(f"{client.line.address}/control", timeout=PATIENCE).json()
    assert (seen["repeats"], seen["conflicts"], seen["received"]) == (1, 1, 1)


@pytest.mark.parametrize("path", ["/transfer-slips", STATEMENT])
def test_whoever_does_not_sign_learns_nothing_and_changes_nothing(an_office, path):
    body = SLIP.model_dump_json().encode()
    signed = webhooks.sign(b"another key", webhooks.TO_OFFICE, "slip-1", NOW, body)
    own = webhooks.sign(KEY, webhooks.FROM_OFFICE, "slip-1", NOW, body)
    with an_office() as (office, client):
        for headers in ({}, signed, own):
            method = "GET" if path == STATEMENT else "POST"
            answer = httpx2.request(
                method,
                client.line.address + path,
                content=body,
                headers=headers,
                timeout=PATIENCE,
            )
            assert answer.status_code == 401
        stolen = webhooks.sign(
            KEY, webhooks.TO_OFFICE, "GET /statement?since=x", NOW, b""
        )
        question = f"{client.line.address}{STATEMENT}?since={NOW:%Y}"
        assert httpx2.get(question, headers=stolen, timeout=PATIENCE).status_code == 401
    assert office.twin.seen == {}


def test_a_body_of_another_shape_is_refused_for_good(an_office):
    body = b'{"case_code": 5}'
    with an_office() as (office, client):
        headers = webhooks.sign(KEY, webhooks.TO_OFFICE, "slip-1", NOW, body)
        address = f"{client.line.address}/transfer-slips"
        answer = httpx2.post(address, content=body, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 422
    assert office.twin.seen == {}


@pytest.mark.parametrize("deed", ["down", "lose", "half", "garbage"])
def test_whatever_befalls_an_answer_the_repeat_is_answered_and_nothing_is_done_twice(
    an_office, deed
):
    with an_office(plan={"script": [{"do": deed, "times": 2}]}) as (office, client):
        for _ in range(2):
            with pytest.raises(OfficeUnavailableError):
                client.call(SEND_SLIP, SLIP, key="slip-1")
        assert (office.twin.seen == {}) is (deed == "down")
        answer = client.call(SEND_SLIP, SLIP, key="slip-1")
    assert answer.reference == "tax-slip-1"
    assert len(office.twin.waiting()) == 2
    assert office.conduct.counts == {deed: 2}


def test_an_office_that_refuses_has_kept_nothing(an_office):
    with an_office(plan={"script": [{"do": "refuse", "times": 1}]}) as (office, client):
        with pytest.raises(OfficeRefusedError):
            client.call(SEND_SLIP, SLIP, key="slip-1")
        assert office.twin.seen == {}
        client.call(SEND_SLIP, SLIP, key="slip-1")


def test_a_slow_office_does_its_work_though_nobody_waits_for_the_answer(an_office):
    plan = {"script": [{"do": "slow", "times": 1}], "seconds": 3}
    with an_office(plan=plan) as (office, client):
        with pytest.raises(OfficeUnavailableError, match="Timeout"), hasty(client):
            client.call(SEND_SLIP, SLIP, key="slip-1")
        client.call(SEND_SLIP, SLIP, key="slip-1")
    assert office.twin.seen == {"slip-1": SLIP}


def test_the_behaviour_is_changed_while_the_office_runs_but_by_no_page(an_office):
    down = {"script": [{"do": "down"}]}
    with an_office() as (_, client):
        address = f"{client.line.address}/control/behaviour"
        client.call(SEND_SLIP, SLIP, key="slip-1")
        changed = httpx2.put(address, json=down, timeout=PATIENCE).json()
        assert changed["plan"]["script"][0]["after"] == 0
        with pytest.raises(OfficeUnavailableError):
            client.call(SEND_SLIP, SLIP, key="slip-2")
        assert httpx2.put(address, content=b"{}", timeout=PATIENCE).status_code == 403
        bad = httpx2.put(address, json={"script": [{"do": "dance"}]}, timeout=PATIENCE)
        assert (bad.status_code, bad.json()[0]["loc"]) == (422, ["script", 0, "do"])
        assert httpx2.put(address, json={}, timeout=PATIENCE).status_code == 200
        client.call(SEND_SLIP, SLIP, key="slip-2")
