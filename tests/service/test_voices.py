"""What the forms make of words that differ: both shown, none taken, until one holds."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from service.persistence.rows import FactRow
from service.usecases.cases.case_page import case_view
from service.usecases.matter import voices
from service.usecases.matter.answer_question import (
    PartyRow,
    answer,
    answer_parties,
    decide,
    record_facts,
)
from service.usecases.papers.fill_forms import filled_form
from service.usecases.papers.read_form import read_form
from tests.factories import GIFT, a_helper, a_matter, clerk, filed, finish
from workflows.errors import BadInputError

CARD = "identity_card_qr"
NAME = "party[hoa].full_name"
TOLD = GIFT | {
    "parties": [
        party | ({"full_name": "Nguyễn Thị Mẫu Hoa"} if party["id"] == "hoa" else {})
        for party in GIFT["parties"]
    ]
}


@pytest.fixture
def gift(desk):
    """Return a gift told by its citizen: the code and the citizen."""
    opened, citizen = a_matter(desk, TOLD)
    return opened.code, citizen


def change_form(desk, gift, form="TAX-01-LPTB"):
    code, citizen = gift
    return filled_form(desk, citizen, code, form)


def words_on(desk, gift, key):
    code, _ = gift
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    return [row for row in rows if row.key == key]


def test_an_answer_says_who_gave_it_and_when(desk, gift):
    assert change_form(desk, gift).by_id["04"].provenance == (
        "ông bà trả lời, 25/11/2026"
    )


def test_a_card_that_says_another_name_is_shown_beside_the_answer(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {NAME: "Nguyễn Thị Hoa"}, CARD)

    paper = change_form(desk, gift)

    assert paper.by_id["04"].value is None
    assert [conflict.key for conflict in paper.conflicts] == [NAME]
    assert paper.conflicts[0].told == (
        "Nguyễn Thị Hoa (mã QR trên căn cước, ông bà đưa vào 25/11/2026)",
        "Nguyễn Thị Mẫu Hoa (ông bà trả lời, 25/11/2026)",
    )


@pytest.mark.parametrize(
    ("key", "answered", "read"),
    [
        (NAME, "Nguyễn Thị Mẫu Hoa", "NGUYỄN  THỊ MẪU HOA"),
        (NAME, "Nguyễn Thị Mẫu Hoa", "Nguye\u0302\u0303n Thị Mẫu Hoa"),
        ("party[hoa].birth_date", "20/11/1978", "1978-11-20"),
        ("party[hoa].person_id", "066178000456", "066 178 000456"),
        ("land.area_m2", "200,50", "200.5"),
        ("party[hoa].address", "Buôn Ea, xã Ea Ƀar", "buôn Ea,  xã Ea Ƀar"),
    ],
)
def test_two_ways_of_writing_one_value_are_no_conflict(desk, gift, key, answered, read):
    code, citizen = gift
    answer(desk, citizen, code, key, answered)
    record_facts(desk, citizen, code, {key: read}, CARD)

    assert not change_form(desk, gift).conflicts
    assert not change_form(desk, gift, "TAX-03-BDS-TNCN").conflicts


def test_a_value_that_two_sources_share_names_both(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {NAME: "NGUYỄN THỊ MẪU HOA"}, CARD)

    assert change_form(desk, gift).by_id["04"].provenance == (
        "mã QR trên căn cước, ông bà đưa vào 25/11/2026; ông bà trả lời, 25/11/2026"
    )


def test_another_answer_does_not_outvote_the_card(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {NAME: "Nguyễn Thị Hoa"}, CARD)
    answer(desk, citizen, code, NAME, "Nguyễn Thị Mậu Hoa")

    told = change_form(desk, gift).conflicts[0].told

    assert [words.partition(" (")[0] for words in told] == [
        "Nguyễn Thị Mậu Hoa",
        "Nguyễn Thị Hoa",
    ]


def test_who_chooses_a_word_settles_it_and_nothing_is_lost(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {NAME: "Nguyễn Thị Hoa"}, CARD)
    before = words_on(desk, gift, NAME)

    decide(desk, citizen, code, NAME, before[-1].seq)

    paper = change_form(desk, gift)
    assert paper.by_id["04"].value == "Nguyễn Thị Hoa"
    assert paper.by_id["04"].provenance == (
        "ông bà, 25/11/2026: chọn theo mã QR trên căn cước"
    )
    assert not paper.conflicts
    after = words_on(desk, gift, NAME)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


def test_after_a_choice_a_new_card_may_disagree_again(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {NAME: "Nguyễn Thị Hoa"}, CARD)
    decide(desk, citizen, code, NAME, words_on(desk, gift, NAME)[0].seq)
    answer(desk, citizen, code, NAME, "Nguyễn Thị Mẫu Hòa")
    assert not change_form(desk, gift).conflicts

    record_facts(desk, citizen, code, {NAME: "Nguyễn Thị Hoa"}, CARD)

    assert [c.key for c in change_form(desk, gift).conflicts] == [NAME]


def test_only_a_word_that_was_said_of_the_fact_can_be_chosen(desk, gift):
    code, citizen = gift
    other = words_on(desk, gift, "land.area_m2")[0]

    with pytest.raises(BadInputError):
        decide(desk, citizen, code, NAME, other.seq)
    with pytest.raises(BadInputError):
        decide(desk, citizen, code, NAME, 999)


def test_who_takes_part_and_where_the_land_is_are_no_words_to_choose_from(desk, gift):
    code, citizen = gift
    answer(desk, citizen, code, "commune", "24163")

    for key in ("commune", "parties"):
        with pytest.raises(BadInputError):
            decide(desk, citizen, code, key, words_on(desk, gift, key)[0].seq)


def test_a_word_about_somebody_who_left_is_no_conflict(desk, gift):
    code, citizen = gift
    record_facts(desk, citizen, code, {"party[gone].phone": "0905000123"}, CARD)
    answer(desk, citizen, code, "party[gone].phone", "0905000124")

    assert not change_form(desk, gift).conflicts


def test_a_card_speaks_where_the_person_does_not_know(desk, gift):
    code, citizen = gift
    answer(desk, citizen, code, "party[hoa].email", "", unknown=True)
    record_facts(desk, citizen, code, {"party[hoa].email": "hoa@vidu.vn"}, CARD)
    answer(desk, citizen, code, "party[hoa].email", "", unknown=True)

    fields = change_form(desk, gift).fields
    assert "hoa@vidu.vn" in {field.value for field in fields}


def test_what_the_notary_wrote_against_the_answer_is_shown_on_the_form(desk):
    matter = filed(
        desk, TOLD | {"answers": TOLD["answers"] | {"contract.date": "2026-01-02"}}
    )
    finish(desk, matter.citizen, matter.case)

    paper = filled_form(desk, matter.citizen, matter.code, "TAX-03-BDS-TNCN")

    assert [conflict.key for conflict in paper.conflicts] == ["contract.date"]
    assert len(paper.conflicts[0].told) == 2


def test_the_number_of_a_new_book_does_not_contradict_that_of_the_old(desk):
    law = desk.law.edition("66", date(2026, 11, 25))
    told = FactRow(
        "66", "m", 1, "certificate.serial_no", "AA 00000009", "citizen", None,
        datetime(2026, 11, 25, tzinfo=UTC), "citizen", None, None,
    )  # fmt: skip
    signed = replace(
        told, seq=2, value="AA 00000123", source="land-branch-66", case_id="c"
    )

    assert not voices.disputed([told, signed], law, (), {"c"})
    assert voices.said_now([told, signed], law, {"c"})[told.key] == (signed,)
    assert voices.disputed([signed, replace(told, seq=3)], law, (), {"c"})


def test_a_derived_value_names_its_article_and_the_facts_under_it(desk):
    matter = filed(desk, TOLD)

    rows = filled_form(desk, matter.citizen, matter.code, "TAX-03-BDS-TNCN").rows["26"]

    said = rows[0][4].provenance
    assert said.startswith("suy ra theo Nghị định 253/2026")
    assert " từ " in said


@pytest.mark.parametrize(
    "text", ["Hoa 😀", "Hoa\u202e", "Hoa\x07", "ភាសា", "a" * 10_000]
)
def test_what_no_paper_can_hold_is_refused_at_every_door(desk, gift, text):
    code, citizen = gift
    answered = answer(desk, citizen, code, NAME, text)
    listed = answer_parties(
        desk, citizen, code, [PartyRow("hoa", "receiver", text)], role="receiver"
    )

    assert answered.problem is not None
    assert listed.problem is not None
    with pytest.raises(BadInputError):
        record_facts(desk, citizen, code, {NAME: text}, CARD)
    assert change_form(desk, gift).by_id["04"].value == "Nguyễn Thị Mẫu Hoa"


def test_what_somebody_has_chosen_is_no_dispute_on_the_desk_of_the_clerk(desk):
    matter = filed(desk, TOLD)

    def flagged():
        notary = clerk(desk, "notary")
        seen = {fact.key: fact for fact in case_view(desk, notary, matter.case).facts}
        return seen[NAME].conflict

    record_facts(desk, matter.citizen, matter.code, {NAME: "Nguyễn Thị Hoa"}, CARD)
    assert flagged()
    decide(
        desk,
        matter.citizen,
        matter.code,
        NAME,
        words_on(desk, (matter.code, matter.citizen), NAME)[-1].seq,
    )
    assert not flagged()


@pytest.mark.parametrize("shares", [("1/2", "1/3"), ("abc", "1/2"), ("1/2", "")])
def test_wrong_shares_are_refused_in_words_without_a_key(desk, gift, shares):
    code, citizen = gift
    rows = [
        PartyRow(f"receiver-{place}", "receiver", "Hoa Mẫu", share or None)
        for place, share in enumerate(shares)
    ]

    refused = answer_parties(desk, citizen, code, rows, role="receiver").problem

    assert refused is not None
    assert "các phần cộng lại đúng bằng 1" in refused.text
    assert "receiver" not in refused.text


@pytest.mark.parametrize("typed", ["xã không có thật", "<b>", "😀"])
def test_a_commune_that_nobody_knows_is_refused_without_a_key(desk, gift, typed):
    code, citizen = gift

    refused = answer(desk, citizen, code, "commune", typed).problem

    assert refused is not None
    assert refused.key == "commune"
    assert refused.text.startswith("Câu trả lời")


def test_a_name_typed_in_pieces_is_put_together_on_the_page_of_people(desk, gift):
    code, citizen = gift
    answer_parties(
        desk,
        citizen,
        code,
        [PartyRow("hoa", "receiver", " Le\u0302  Hoa ")],
        role="receiver",
    )

    assert change_form(desk, gift).by_id["04"].value == "Lê Hoa"


@pytest.mark.parametrize("kind", ["citizen", "helper"])
def test_a_helper_sees_only_the_end_of_a_personal_number(desk, gift, kind):
    code, citizen = gift
    key = "party[hoa].person_id"
    answer(desk, citizen, code, key, "066181000056")
    record_facts(desk, citizen, code, {key: "066181000065"}, CARD)
    reader = citizen
    if kind == "helper":
        reader = a_helper(desk, citizen, code, ["fill"])

    reading = read_form(desk, reader, code, "register_gift", "TAX-01-LPTB")

    shown = repr([reading.parts, reading.disputes])
    assert ("066181000056" in shown) == (kind == "citizen")
    assert ("•••••••••065" in shown) == (kind == "helper")
