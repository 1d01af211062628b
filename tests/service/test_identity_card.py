"""What an identity card tells becomes facts of one person, as the person chooses."""

import pytest

from service.errors import NotAllowedError, NotFoundError
from service.usecases.matter.answer_question import answer
from service.usecases.matter.identity_card import (
    KEEP,
    SOURCE,
    SOURCE_NOW,
    TAKE,
    open_choices,
    read_identity_card,
    take_identity_card,
)
from service.usecases.matter.read_matter import matter_view
from service.usecases.papers.paper_facts import said
from service.web.citizens.questions import find_question
from tests.factories import GIFT, a_helper, a_matter
from workflows.addresses import AddressKind
from workflows.errors import Problem

OLD = "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk"
NOW = "Buôn Kram, xã Ea Ktur, tỉnh Đắk Lắk"
QR = f"066180001234|240999888|H'Bia Niê|15031980|Nữ|{OLD}|10052022"


@pytest.fixture
def gift(desk):
    return a_matter(desk)


def words(desk, code):
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        return uow.matters.facts(matter.tenant_id, matter.id)


def facts(desk, code):
    rows = words(desk, code)
    return {row.key: row.value for row in rows if row.source in {SOURCE, SOURCE_NOW}}


def fields(reading):
    return {each.name: each for each in reading.fields}


def test_reading_a_card_stores_nothing(desk, gift):
    opened, citizen = gift
    before = matter_view(desk, citizen, opened.code).version

    reading = read_identity_card(desk, citizen, opened.code, "hoa", QR)

    assert fields(reading)["person_id"].offers[0].shown == "066180001234"
    assert facts(desk, opened.code) == {}
    assert matter_view(desk, citizen, opened.code).version == before


def test_what_is_new_is_taken_and_the_address_as_it_was_chosen(desk, gift):
    opened, citizen = gift

    assert (
        take_identity_card(desk, citizen, opened.code, "hoa", QR, {"address": NOW})
        is None
    )

    assert facts(desk, opened.code) == {
        "party[hoa].full_name": "H'Bia Niê",
        "party[hoa].person_id": "066180001234",
        "party[hoa].birth_date": "1980-03-15",
        "party[hoa].id_issue_date": "2022-05-10",
        "party[hoa].address": NOW,
    }


def test_each_value_says_that_it_was_read_on_the_card(desk, gift):
    opened, citizen = gift
    take_identity_card(desk, citizen, opened.code, "hoa", QR, {"address": NOW})

    places = {row.key: said(row) for row in words(desk, opened.code)}

    assert places["party[hoa].person_id"].startswith("mã QR trên căn cước, ")
    assert "đổi theo xã, phường hiện nay" in places["party[hoa].address"]


def test_a_choice_between_card_and_answer_settles_it(desk, gift):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].person_id", "066180009999")
    chosen = {"address": KEEP, "person_id": TAKE}

    take_identity_card(desk, citizen, opened.code, "hoa", QR, chosen)

    rows = matter_view(desk, citizen, opened.code).answered
    (row,) = (row for row in rows if row.key == "party[hoa].person_id")
    assert (row.shown, row.conflicts) == ("066180001234", False)
    last = words(desk, opened.code)
    settled = next(each for each in reversed(last) if each.key == row.key)
    assert "chọn theo mã QR trên căn cước" in said(settled)


def test_no_address_is_taken_unasked(desk, gift):
    opened, citizen = gift

    reading = take_identity_card(desk, citizen, opened.code, "hoa", QR, {})

    assert open_choices(reading, {}) == ("address",)
    assert facts(desk, opened.code) == {}


@pytest.mark.parametrize(("choice", "kept"), [(TAKE, OLD), (NOW, NOW), (KEEP, None)])
def test_the_address_is_the_one_that_was_chosen(desk, gift, choice, kept):
    opened, citizen = gift

    take_identity_card(desk, citizen, opened.code, "hoa", QR, {"address": choice})

    assert facts(desk, opened.code).get("party[hoa].address") == kept


def test_an_address_that_was_not_offered_is_not_taken(desk, gift):
    opened, citizen = gift
    chosen = {"address": "Nơi khác, phường Khác, tỉnh Khác"}

    assert take_identity_card(desk, citizen, opened.code, "hoa", QR, chosen)
    assert facts(desk, opened.code) == {}


def test_a_split_unit_offers_each_of_its_places(desk, gift):
    opened, citizen = gift
    text = QR.replace(OLD, "Thôn 3, Ea Bhốk, Cư Kuin, Đắk Lắk")

    reading = read_identity_card(desk, citizen, opened.code, "hoa", text)

    assert reading.address.kind is AddressKind.SEVERAL
    assert [offer.shown for offer in fields(reading)["address"].offers] == [
        "Thôn 3, Ea Bhốk, Cư Kuin, Đắk Lắk",
        "Thôn 3, xã Ea Ktur, tỉnh Đắk Lắk",
        "Thôn 3, xã Dray Bhăng, tỉnh Đắk Lắk",
    ]


def test_an_address_of_today_needs_no_choice(desk, gift):
    opened, citizen = gift

    take_identity_card(desk, citizen, opened.code, "hoa", QR.replace(OLD, NOW), {})

    assert facts(desk, opened.code)["party[hoa].address"] == NOW


def test_a_differing_answer_is_shown_and_the_person_chooses(desk, gift):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].person_id", "066180009999")

    reading = take_identity_card(
        desk, citizen, opened.code, "hoa", QR, {"address": KEEP}
    )

    assert fields(reading)["person_id"].state == "differs"
    assert fields(reading)["person_id"].stored == "066180009999"
    assert open_choices(reading, {"address": KEEP}) == ("person_id",)
    assert facts(desk, opened.code) == {}


@pytest.mark.parametrize(
    ("choice", "number"), [(TAKE, "066180001234"), (KEEP, "066180009999")]
)
def test_of_two_numbers_the_chosen_one_holds(desk, gift, choice, number):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].person_id", "066180009999")
    chosen = {"address": KEEP, "person_id": choice}

    take_identity_card(desk, citizen, opened.code, "hoa", QR, chosen)

    people = {each.id: each for each in matter_view(desk, citizen, opened.code).people}
    assert people["hoa"].facts["person_id"] == number
    assert people["hoa"].facts["full_name"] == "H'Bia Niê"


def test_what_is_the_same_already_is_not_written_again(desk, gift):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].full_name", "h'bia  niê")

    reading = read_identity_card(desk, citizen, opened.code, "hoa", QR)
    take_identity_card(desk, citizen, opened.code, "hoa", QR, {"address": KEEP})

    assert fields(reading)["full_name"].state == "same"
    assert "party[hoa].full_name" not in facts(desk, opened.code)


def test_a_value_that_the_question_refuses_is_not_taken(desk, gift):
    opened, citizen = gift
    text = QR.replace("10052022", "10052032")

    reading = read_identity_card(desk, citizen, opened.code, "hoa", text)
    take_identity_card(desk, citizen, opened.code, "hoa", text, {"address": KEEP})

    assert fields(reading)["id_issue_date"].state == "refused"
    assert fields(reading)["id_issue_date"].problem
    assert "party[hoa].id_issue_date" not in facts(desk, opened.code)


def test_of_a_card_with_the_year_alone_no_birthday_is_made_up(desk, gift):
    opened, citizen = gift
    text = QR.replace("15031980", "1980")

    reading = read_identity_card(desk, citizen, opened.code, "hoa", text)

    assert reading.birth_year == 1980
    assert "birth_date" not in fields(reading)


def test_a_text_that_is_no_card_is_a_problem_and_nothing_is_stored(desk, gift):
    opened, citizen = gift

    outcome = take_identity_card(desk, citizen, opened.code, "hoa", "066180001234", {})

    assert isinstance(outcome, Problem)
    assert facts(desk, opened.code) == {}


def test_a_question_offers_the_card_only_where_a_card_may_be_read(desk):
    people = [{"id": "old", "role": "deceased"}, {"id": "lan", "role": "heir"}]
    estate = {**GIFT, "goal": "inherit", "parties": people, "relationships": []}
    opened, citizen = a_matter(desk, estate)
    view = matter_view(desk, citizen, opened.code)

    def card_of(person):
        return find_question(desk, view, f"party[{person}].full_name").card_of

    assert (card_of("lan"), card_of("old")) == ("lan", None)


def test_only_what_is_asked_of_the_role_is_offered(desk):
    people = [*GIFT["parties"], {"id": "lan", "role": "submitter"}]
    opened, citizen = a_matter(desk, GIFT | {"parties": people})

    reading = read_identity_card(desk, citizen, opened.code, "lan", QR)

    assert "birth_date" not in fields(reading)
    assert "person_id" in fields(reading)


def test_the_card_of_one_person_read_for_another_is_noticed(desk, gift):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[father].full_name", "Y Bih Niê")
    answer(desk, citizen, opened.code, "party[father].person_id", "066180001234")

    reading = read_identity_card(desk, citizen, opened.code, "hoa", QR)

    assert reading.doubts == (
        "Số này đã ghi cho Y Bih Niê. Một thẻ chỉ của một người.",
    )


def test_nobody_who_takes_no_part_has_a_card_here(desk, gift):
    opened, citizen = gift

    with pytest.raises(NotFoundError):
        read_identity_card(desk, citizen, opened.code, "nobody", QR)


def test_a_helper_who_may_answer_reads_it_and_sees_no_stored_number(desk, gift):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].person_id", "066180009999")
    helper = a_helper(desk, citizen, opened.code, ["fill"])

    reading = read_identity_card(desk, helper, opened.code, "hoa", QR)

    assert fields(reading)["person_id"].stored == "•••••••••999"


def test_a_helper_sees_the_end_of_a_number_among_the_answers_and_the_citizen_all(
    desk, gift
):
    opened, citizen = gift
    answer(desk, citizen, opened.code, "party[hoa].person_id", "066180009999")
    helper = a_helper(desk, citizen, opened.code, ["fill"])

    def shown(actor):
        rows = matter_view(desk, actor, opened.code).answered
        return [row.shown for row in rows if row.key == "party[hoa].person_id"]

    assert shown(helper) == ["•••••••••999"]
    assert shown(citizen) == ["066180009999"]


def test_a_helper_who_may_only_read_is_refused(desk, gift):
    opened, citizen = gift
    helper = a_helper(desk, citizen, opened.code, ["follow"])

    with pytest.raises(NotAllowedError):
        read_identity_card(desk, helper, opened.code, "hoa", QR)


def test_another_citizen_is_refused(desk, gift):
    opened, _ = gift
    _, other = a_matter(desk)

    with pytest.raises(NotAllowedError):
        read_identity_card(desk, other, opened.code, "hoa", QR)


def test_the_text_of_a_card_is_never_logged(desk, gift, caplog):
    opened, citizen = gift
    caplog.set_level("DEBUG")

    take_identity_card(desk, citizen, opened.code, "hoa", QR, {"address": NOW})
    read_identity_card(desk, citizen, opened.code, "hoa", QR + "|x" * 5)

    assert "066180001234" not in caplog.text
    assert "H'Bia" not in caplog.text
