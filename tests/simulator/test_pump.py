"""What an office says reaches the service: signed, in order, until it is taken over."""

from __future__ import annotations

import json

from integrations.messages import OfficeMessage
from integrations.simulator.pump import Pump
from tests.simulator.conftest import NOW


def say(office, *names, case="HS-1"):
    for name in names:
        office.twin.say(OfficeMessage(id=name, case=case, event="e", sent_at=NOW))


def carried(office, address, times=1):
    pump = Pump((office,), address)
    for _ in range(times):
        pump.carry()
        for sending in pump._sendings.values():
            sending.next_at = 0
    pump.stop()


def test_messages_arrive_signed_at_the_door_of_the_office_in_their_order(
    an_office, door
):
    with an_office() as (office, _), door.open() as address:
        say(office, "message-1", "message-2", "message-3")
        carried(office, address, 3)
        carried(office, address, 1)
    assert [(path, name) for path, name, _ in door.heard] == [
        ("/api/v1/callbacks/tax", f"message-{each}") for each in (1, 2, 3)
    ]
    assert OfficeMessage.model_validate_json(door.heard[0][2]).case == "HS-1"
    assert office.twin.waiting() == ()


def test_a_message_that_is_not_taken_is_sent_again_and_holds_up_only_its_own_case(
    an_office, door
):
    with an_office() as (office, _), door.open() as address:
        say(office, "message-1", "message-2")
        say(office, "message-3", case="HS-2")
        door.answers = [503, 202]
        carried(office, address, 3)
    names = [name for _, name, _ in door.heard]
    assert names == ["message-1", "message-3", "message-1", "message-2"]
    assert door.heard[0] == door.heard[2]


def test_a_service_that_is_not_there_loses_no_message(an_office):
    with an_office() as (office, _):
        say(office, "message-1")
        carried(office, "http://127.0.0.1:9", 2)
        assert len(office.twin.waiting()) == 1


def test_the_plan_sends_twice_litters_and_mixes_the_order_up(an_office, door):
    plan = {
        "script": [
            {"do": "reorder", "times": 1},
            {"do": "twice", "after": 1, "times": 1},
            {"do": "litter", "after": 2, "times": 1},
        ]
    }
    with an_office(plan=plan) as (office, _), door.open() as address:
        say(office, "message-1", "message-2", "message-3")
        carried(office, address, 4)
    assert [name for _, name, _ in door.heard] == [
        "message-2",
        "message-2",
        "message-1",
        "message-3-litter",
        "message-3",
    ]


def test_a_late_message_waits_and_nothing_of_its_case_overtakes_it(an_office, door):
    plan = {"script": [{"do": "delay", "times": 1}], "seconds": 600}
    with an_office(plan=plan) as (office, _), door.open() as address:
        say(office, "message-1", "message-2")
        carried(office, address, 1)
        assert door.heard == []
        carried(office, address, 3)
    assert [name for _, name, _ in door.heard] == ["message-1", "message-2"]


def test_an_office_that_changes_its_mind_says_another_sum_after_its_notice(
    an_office, door
):
    said = {
        "number": "12/TB",
        "day": "2026-12-01",
        "lines": [{"kind": "registration_fee", "payer": "hoa", "amount": 1000}],
    }
    notice = OfficeMessage(
        id="message-1", case="HS-1", what="notice", said=said, sent_at=NOW
    )
    plan = {"rates": {"change_mind": 1}}
    with an_office(plan=plan) as (office, _), door.open() as address:
        office.twin.say(notice)
        carried(office, address, 3)
    heard = [OfficeMessage.model_validate_json(raw) for _, _, raw in door.heard]
    assert [each.what for each in heard] == ["notice", "adjusted"]
    assert heard[1].said["replaces"] == "12/TB"
    assert heard[1].said["lines"][0]["amount"] == 900


def test_an_office_that_is_down_says_nothing(an_office, door):
    with an_office(plan={"script": [{"do": "down"}]}) as (office, _):
        say(office, "message-1")
        with door.open() as address:
            carried(office, address)
    assert door.heard == []


def test_the_bytes_that_arrive_are_those_of_the_statement(an_office, door):
    with an_office() as (office, _), door.open() as address:
        say(office, "message-1")
        carried(office, address)
        told = office.twin.statement(NOW)
    assert told.said[0].raw.encode() == door.heard[0][2]
    assert json.loads(told.said[0].raw)["id"] == "message-1"
