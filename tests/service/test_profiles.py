"""A person entered once: kept by a tick, taken elsewhere, never without consent."""

from html import unescape

import pytest

from service.errors import (
    AskResidentError,
    BadRequestError,
    NotAllowedError,
    SignInRefusedError,
    TooManyTriesError,
)
from service.usecases.matter.answer_question import PartyRow, answer, answer_parties
from service.usecases.matter.profiles import (
    forget_person,
    keep_person,
    kept_people,
    open_kept,
    people_to_keep,
    take_person,
)
from service.usecases.matter.read_matter import matter_view
from tests.factories import a_helper, a_matter
from tests.service.test_interview import Visitor

NAME = "H’ Blê̆ Ê̆ban"
ID = "066181000056"


@pytest.fixture
def matter(desk):
    opened, citizen = a_matter(desk)
    people = [PartyRow("hoa", "receiver", NAME)]
    answer_parties(desk, citizen, opened.code, people, role="receiver")
    answer(desk, citizen, opened.code, "party[hoa].person_id", ID)
    answer(desk, citizen, opened.code, "party[hoa].address", "Buôn Kô Siêr")
    return opened, citizen


def kept(desk, matter, **told):
    opened, citizen = matter
    told = {"agreed": True, "once": "k" * 20} | told
    return keep_person(desk, citizen, opened.code, "hoa", **told)


def receivers(desk, citizen, code):
    people = matter_view(desk, citizen, code).people
    return [each for each in people if each.role == "receiver"]


def test_nobody_is_kept_without_the_tick(desk, matter):
    with pytest.raises(BadRequestError):
        kept(desk, matter, agreed=False)

    assert kept_people(desk, matter[1], matter[0].code) == ()


def test_a_kept_person_is_taken_into_another_matter_with_all_that_is_known(
    desk, matter
):
    made = kept(desk, matter)
    other, citizen = a_matter(desk)

    take_person(
        desk, citizen, other.code, "transferor", {"ma": made.code, "so": made.pin}
    )

    people = matter_view(desk, citizen, other.code).people
    (taken,) = (each for each in people if each.facts.get("full_name") == NAME)
    assert (taken.role, taken.facts["person_id"]) == ("transferor", ID)
    assert taken.facts["address"] == "Buôn Kô Siêr"


def test_what_the_other_matter_knows_already_stays(desk, matter):
    made = kept(desk, matter)
    other, citizen = a_matter(desk)
    people = [PartyRow("hoa", "receiver", "H’ BLÊ̆ Ê̆BAN")]
    answer_parties(desk, citizen, other.code, people, role="receiver")
    answer(desk, citizen, other.code, "party[hoa].address", "Buôn Alê A")

    take_person(
        desk, citizen, other.code, "receiver", {"ma": made.code, "so": made.pin}
    )

    (hoa,) = receivers(desk, citizen, other.code)
    assert hoa.id == "hoa"
    assert (hoa.facts["address"], hoa.facts["person_id"]) == ("Buôn Alê A", ID)


def test_a_person_is_taken_from_another_matter_by_its_code_number_and_name(
    desk, matter
):
    source, owner = matter
    other, citizen = a_matter(desk)
    two = [PartyRow("hoa", "receiver", NAME), PartyRow("an", "receiver", "Y An")]
    answer_parties(desk, owner, source.code, two, role="receiver")
    told = {"ma": source.code, "so": source.pin}

    with pytest.raises(BadRequestError) as refusal:
        take_person(desk, citizen, other.code, "receiver", told)
    assert f"Việc đó có: {NAME}, Y An" in str(refusal.value)
    take_person(desk, citizen, other.code, "receiver", told | {"ten": NAME})

    names = [
        each.facts.get("full_name") for each in receivers(desk, citizen, other.code)
    ]
    assert NAME in names
    assert "taken" in [
        each.what for each in matter_view(desk, owner, source.code).access
    ]


def test_unequal_shares_are_left_for_people_to_divide_anew(desk, matter):
    made = kept(desk, matter)
    other, citizen = a_matter(desk)
    rows = [
        PartyRow("father", "transferor", "Y An", "1/3"),
        PartyRow("mother", "transferor", "H’ An", "2/3"),
    ]
    answer_parties(desk, citizen, other.code, rows, role="transferor")
    told = {"ma": made.code, "so": made.pin}

    with pytest.raises(BadRequestError) as refusal:
        take_person(desk, citizen, other.code, "transferor", told)

    assert "chia lại phần" in str(refusal.value)


def test_a_wrong_number_takes_nobody_and_is_slowed_down(desk, matter):
    made = kept(desk, matter)
    other, citizen = a_matter(desk)
    told = {"ma": made.code, "so": "000000"}
    for _ in range(desk.settings.sign_in_tries):
        with pytest.raises(SignInRefusedError):
            take_person(desk, citizen, other.code, "receiver", told)
    with pytest.raises(TooManyTriesError):
        take_person(desk, citizen, other.code, "receiver", told | {"so": made.pin})


def test_a_helper_sees_and_takes_nobody(desk, matter):
    opened, citizen = matter
    made = kept(desk, matter)
    helper = a_helper(desk, citizen, opened.code, ["fill", "submit", "follow"])
    for tries in (
        lambda: kept_people(desk, helper, opened.code),
        lambda: people_to_keep(desk, helper, opened.code),
        lambda: keep_person(
            desk, helper, opened.code, "hoa", agreed=True, once="k" * 20
        ),
        lambda: take_person(
            desk, helper, opened.code, "receiver", {"ma": made.code, "so": made.pin}
        ),
    ):
        with pytest.raises(AskResidentError):
            tries()


def test_another_citizen_sees_nobody(desk, matter):
    kept(desk, matter)
    _, stranger = a_matter(desk)

    with pytest.raises(NotAllowedError):
        kept_people(desk, stranger, matter[0].code)


def test_two_taps_keep_one_person_under_one_code(desk, matter):
    first, second = kept(desk, matter), kept(desk, matter)

    assert first == second
    assert len(kept_people(desk, matter[1], matter[0].code)) == 1


def test_a_kept_person_is_deleted_from_the_matter_or_by_the_own_number(desk, matter):
    opened, citizen = matter
    made, other = kept(desk, matter), kept(desk, matter, once="x" * 20)

    forget_person(
        desk, citizen, opened.code, kept_people(desk, citizen, opened.code)[0].id
    )
    left = kept_people(desk, citizen, opened.code)[0]
    pin = made.pin if left.code == made.code else other.pin
    open_kept(desk, left.code, pin, forget=True)

    assert kept_people(desk, citizen, opened.code) == ()
    with pytest.raises(SignInRefusedError):
        open_kept(desk, left.code, pin)


def test_the_pages_keep_list_take_and_delete(desk, matter):
    opened, _ = matter
    visitor = Visitor(desk, opened.code, opened.pin)
    here = f"/ho-so/{opened.code}/nguoi-da-giu"
    page = visitor.client.get(here).text
    fields = visitor.hidden(page) | {"nguoi": "hoa"}

    refused = visitor.client.post(here, data=fields)
    assert refused.status_code == 422
    assert "Dắt chưa giữ gì" in unescape(refused.text)
    shown = unescape(visitor.client.post(here, data=fields | {"dong-y": "1"}).text)
    code = shown.partition('<dd class="code">')[2].partition("<")[0]
    pin = shown.partition('<dd class="num">')[2].partition("<")[0]
    assert code in visitor.client.get(here).text
    take = f"/ho-so/{opened.code}/lay-nguoi/transferor"
    wrong = visitor.client.post(take, data=fields | {"ma": code, "so": "1"})
    assert wrong.status_code == 401
    assert "Mã hoặc số mở chưa đúng" in unescape(wrong.text)
    own = visitor.client.post("/nguoi-da-giu", data=fields | {"ma": code, "so": pin})
    assert NAME in unescape(own.text)
    assert ID not in own.text
    gone = fields | {"ma": code, "so": pin, "xoa": "1"}
    assert "Đã xóa" in unescape(visitor.client.post("/nguoi-da-giu", data=gone).text)
    assert code not in visitor.client.get(here).text
