"""The land register tells of a parcel: looked over, ticked, written with its source."""

import re
from contextlib import contextmanager
from dataclasses import replace
from html import unescape

import pytest

from integrations.http import Line
from integrations.land_registry.gateway import connect
from integrations.messages import Land, ParcelRecord
from service.usecases.land import land_sentences as say
from service.usecases.land.land_lookup import (
    LandReading,
    Untold,
    ask_register,
    compare_at_desk,
    look_up,
    take_from_register,
)
from service.usecases.matter.answer_question import record_facts
from tests.factories import GIFT, a_helper, a_matter, clerk, filed
from tests.simulator.conftest import KEY, PATIENCE, an_office
from tests.visitor import Visitor, at_the_counter_of

__all__ = ["an_office"]

SERIAL, SHEET, PARCEL = "certificate.serial_no", "land.map_sheet_no", "land.parcel_no"
AREA, PURPOSE = "land.area_m2", "land.purpose"
PLACE = {SHEET: "12", PARCEL: "345"}
LAND = Land(
    certificate="AA 01234567", commune="24133", map_sheet_no="12", parcel_no="345"
)
OWNER = "Y Bhiăo Niê"
RECORD = ParcelRecord(
    land=LAND,
    facts={AREA: "212.5", PURPOSE: "ODT", "owner.full_name": [OWNER.upper()]},
)


def parcel(**facts):
    return RECORD.model_copy(update={"facts": RECORD.facts | facts})


def told(desk, situation=GIFT, **facts):
    """Return a matter of which these facts were told, and its citizen."""
    opened, citizen = a_matter(desk, situation)
    record_facts(desk, citizen, opened.code, PLACE | facts, "citizen")
    return opened, citizen


def rows_of(desk, code):
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        return {row.key: row for row in uow.matters.facts(matter.tenant_id, matter.id)}


@pytest.fixture
def register(desk):
    """The register in process, which knows the parcel."""
    desk.ports.land_registry.parcels.append(RECORD)
    return desk.ports.land_registry


@contextmanager
def by_wire(desk, an_office, plan=None):
    """Give the desk with the register behind real HTTP, as the plan has it behave."""
    with an_office("land_registry", plan, clock=desk.clock) as (office, client):
        office.port.parcels.append(RECORD)
        line = Line("land_registry", client.line.address, KEY, desk.clock, PATIENCE)
        yield replace(desk, ports=replace(desk.ports, land_registry=connect(line)))


def test_each_value_stands_beside_what_was_told_and_only_what_is_ticked_is_written(
    desk, register
):
    opened, citizen = told(desk)
    before = rows_of(desk, opened.code)
    reading = ask_register(desk, citizen, opened.code)
    states = {each.key: each.state for each in reading.fields}
    assert states == {
        SERIAL: "new",
        SHEET: "same",
        PARCEL: "same",
        AREA: "differs",
        PURPOSE: "new",
    }
    assert reading.ticked == {SERIAL, PURPOSE}
    assert rows_of(desk, opened.code) == before

    chosen = {SERIAL, AREA}
    assert (
        take_from_register(desk, citizen, opened.code, reading.carried, chosen) is None
    )
    after = rows_of(desk, opened.code)
    assert (after[SERIAL].value, after[SERIAL].source) == (
        "AA 01234567",
        "land_database",
    )
    assert after[AREA].value == "212.5"
    assert PURPOSE not in after


def test_a_helper_who_takes_another_value_leaves_the_choice_to_the_resident(
    desk, register
):
    opened, citizen = told(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    reading = ask_register(desk, helper, opened.code)
    take_from_register(desk, helper, opened.code, reading.carried, {AREA})
    row = rows_of(desk, opened.code)[AREA]
    assert (row.source, row.said_by) == ("land_database", "Lan")


@pytest.mark.parametrize(
    ("name", "owner"), [(OWNER, "same"), ("Nguyễn Thị Mẫu", "other"), (None, "")]
)
def test_the_register_says_whether_a_name_fits_and_never_whose_it_is(
    desk, register, name, owner
):
    opened, citizen = told(desk, **{"party[father].full_name": name})
    reading = ask_register(desk, citizen, opened.code)
    assert reading.owner == owner
    assert OWNER.casefold() not in reading.carried.casefold()


def test_what_another_matter_was_told_or_somebody_made_up_is_not_written(
    desk, register
):
    opened, citizen = told(desk)
    other, stranger = told(desk)
    carried = ask_register(desk, citizen, opened.code).carried
    forged = carried.replace("212.5", "999.5")
    assert take_from_register(desk, citizen, opened.code, forged, {AREA}) == Untold(
        say.OLD
    )
    assert take_from_register(desk, stranger, other.code, carried, {AREA}) == Untold(
        say.OLD
    )


def test_an_answer_that_waited_too_long_is_asked_for_again(desks, desk, register):
    opened, citizen = told(desk)
    carried = ask_register(desk, citizen, opened.code).carried
    desks.hour.later(minutes=look_up().minutes + 1)
    assert take_from_register(desk, citizen, opened.code, carried, {AREA}) == Untold(
        say.OLD
    )


def test_a_certificate_that_is_being_typed_is_enough_to_ask(desk, register):
    opened, citizen = a_matter(desk)
    assert ask_register(desk, citizen, opened.code) == Untold(say.TOO_LITTLE)
    reading = ask_register(desk, citizen, opened.code, {SERIAL: "AA01234567"})
    assert isinstance(reading, LandReading)
    assert SERIAL not in rows_of(desk, opened.code)


def test_a_matter_asks_so_often_and_no_more(desk, register):
    opened, citizen = told(desk)
    other, stranger = told(desk)
    for _ in range(look_up().tries):
        assert isinstance(ask_register(desk, citizen, opened.code), LandReading)
    assert "nhiều lần" in ask_register(desk, citizen, opened.code).sentence
    assert isinstance(ask_register(desk, stranger, other.code), LandReading)


def test_values_of_no_use_are_shown_as_such_and_cannot_be_taken(desk):
    garbage = parcel(**{AREA: {"m2": []}, PURPOSE: "palace", "land.address": [1]})
    desk.ports.land_registry.parcels.append(garbage)
    opened, citizen = told(desk)
    reading = ask_register(desk, citizen, opened.code)
    states = {each.key: each.state for each in reading.fields}
    assert {states[each] for each in (AREA, PURPOSE, "land.address")} == {"refused"}
    again = take_from_register(desk, citizen, opened.code, reading.carried, {PURPOSE})
    assert isinstance(again, LandReading)


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"script": [{"do": "down"}]}, say.SILENT),
        ({"script": [{"do": "garbage"}]}, say.SILENT),
        ({"script": [{"do": "refuse"}]}, say.REFUSED),
    ],
)
def test_an_office_that_is_silent_says_nonsense_or_no_costs_a_sentence_and_no_more(
    desk, an_office, plan, sentence
):
    opened, citizen = told(desk)
    before = rows_of(desk, opened.code)
    with by_wire(desk, an_office, plan) as there:
        assert ask_register(there, citizen, opened.code) == Untold(sentence)
    assert rows_of(desk, opened.code) == before


def test_the_real_gateway_brings_the_same_reading_and_says_what_it_does_not_have(
    desk, an_office
):
    opened, citizen = told(desk)
    other, stranger = told(desk, **{PARCEL: "999"})
    with by_wire(desk, an_office) as there:
        reading = ask_register(there, citizen, opened.code)
        assert [each.key for each in reading.fields if each.state == "differs"] == [
            AREA
        ]
        assert ask_register(there, stranger, other.code) == Untold(say.NOTHING)


def test_an_office_that_is_left_alone_is_not_asked(desk, register):
    register.twin.faults.fail = 100
    for _ in range(desk.settings.office_failures):
        opened, citizen = told(desk)
        assert ask_register(desk, citizen, opened.code) == Untold(say.SILENT)
    calls = register.twin.calls
    assert ask_register(desk, citizen, opened.code) == Untold(say.SILENT)
    assert register.twin.calls == calls


def test_a_register_that_is_not_connected_has_no_button(desks):
    desk = desks.make()
    paper = replace(
        desk, settings=desk.settings.model_copy(update={"environment": "production"})
    )
    opened, citizen = told(desk)
    assert ask_register(paper, citizen, opened.code) == Untold(say.NOT_CONNECTED)


def test_a_clerk_compares_and_writes_nothing(desk, register):
    gift = filed(desk)
    record_facts(desk, gift.citizen, gift.code, PLACE, "citizen")
    before = rows_of(desk, gift.code)
    reading = compare_at_desk(desk, clerk(desk, "notary"), gift.case)
    assert AREA in {each.key for each in reading.fields if each.state == "differs"}
    assert rows_of(desk, gift.code) == before
    page = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    page.sends(f"/can-bo/ho-so/{gift.case}/du-lieu-dat-dai")
    assert page.status == 200
    assert "212,5" in page.text
    assert OWNER.casefold() not in page.text.casefold()


def test_a_press_at_the_question_keeps_what_was_typed_and_leads_to_the_answers(
    desk, register
):
    opened, _ = a_matter(desk)
    page = Visitor(desk).reopens(opened.code, opened.pin)
    path = f"/ho-so/{opened.code}/du-lieu-dat-dai"
    page.opens(f"/ho-so/{opened.code}/cau-hoi/{SERIAL}")
    assert "Điền từ dữ liệu đất đai" in page.text
    page.sends(path, hoi=SERIAL, tra_loi="AA 01234567")
    assert "Chưa ghi gì cả" in page.text
    carried = unescape(re.search(r'name="tra-ve" value="([^"]+)"', page.text)[1])
    page.sends(path, ghi="1", tra_ve=carried)
    assert page.status == 422
    page.sends(path, ghi="1", tra_ve=carried, lay=[AREA, SHEET])
    assert page.path == f"/ho-so/{opened.code}/kiem-tra"
    assert "Dữ liệu đất đai" in page.text
    page.opens(f"/ho-so/{opened.code}/cau-hoi/{SERIAL}")
    assert 'value="AA 01234567"' in page.text


def test_a_question_that_has_nothing_to_do_with_the_land_has_no_such_button(desk):
    opened, _ = a_matter(desk)
    page = Visitor(desk).reopens(opened.code, opened.pin)
    page.opens(f"/ho-so/{opened.code}/cau-hoi/mortgage.registered")
    assert "Điền từ dữ liệu đất đai" not in page.text
    page.opens(f"/ho-so/{opened.code}/du-lieu-dat-dai")
    assert "Cần số của sổ" in page.text
    assert page.status == 200
