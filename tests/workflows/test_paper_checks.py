"""Papers are set against each other before anybody travels; unknown stays unknown."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.usecases.cases.casefile import lines_of
from workflows.loader import load_law, load_paper_checks, load_photo_checks
from workflows.paper_checks import (
    NO,
    TOLD,
    YES,
    PaperChecks,
    PaperState,
    Read,
    compare,
    folded,
    judge,
)
from workflows.parties import PartyRole
from workflows.people import PERSON

CHECKS = load_paper_checks()
PHOTOS = load_photo_checks()
PAPERS = ("certificate", "identity", "contract", "kinship_proof")


@pytest.fixture(scope="module")
def edition():
    return load_law().edition("66", date(2026, 11, 30))


def alike(kind, one, other):
    return folded(kind, one) == folded(kind, other)


# --- the data names only what there is ----------------------------------------------


def test_every_paper_fact_and_procedure_that_the_checks_name_is_one_of_the_law(edition):
    known = {*edition.papers, TOLD}
    asked = [name for ask in CHECKS.asks.values() for name in ask.papers]
    compared = [
        name for rule in CHECKS.rules.values() for name in (*rule.papers, rule.against)
    ]
    facts = {
        key if spec.of == "land" else PERSON + key
        for spec in CHECKS.readings.values()
        for key in spec.facts
    }
    mends = {name for rule in CHECKS.rules.values() for name in rule.mends}

    assert {*CHECKS.papers, *asked, *compared} - known == set()
    assert facts - {*edition.questions, *edition.facts} == set()
    assert mends - set(edition.procedures) == set()
    assert mends - set(edition.goals) == set()
    again = {rule.asks_again for rule in CHECKS.rules.values()} - {None}
    assert again
    assert again - set(edition.questions) == set()


def test_every_ground_is_an_article_under_which_some_procedure_refuses(edition):
    for ground in CHECKS.grounds:
        assert {ground.differs.instrument, ground.lacks.instrument} <= set(
            edition.instruments
        )
        assert any(
            ground.is_cited(source)
            for procedure in edition.procedures.values()
            for _, line in lines_of(procedure.chart.states.values())
            for source in line.source
        )


def test_an_article_is_not_taken_for_one_with_a_longer_number():
    ground = CHECKS.grounds[0]
    cited = ground.differs

    assert ground.is_cited(cited)
    assert ground.is_cited(cited.model_copy(update={"at": ground.article}))
    assert not ground.is_cited(cited.model_copy(update={"at": f"{ground.article}0"}))
    assert not ground.is_cited(cited.model_copy(update={"instrument": "other"}))


def test_people_of_a_paper_are_in_roles_that_there_are():
    roles = {name for paper in CHECKS.papers.values() for name in paper.people}

    assert roles <= {role.value for role in PartyRole}


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("papers", {"certificate": {"reads": ["shoe_size"]}}),
        ("rules", {"x": {"readings": "area_m2", "papers": "identity",
                         "against": "certificate", "result": "ask", "do": "x"}}),
    ],
)  # fmt: skip
def test_a_name_that_nothing_defines_does_not_load(part, change):
    raw = CHECKS.model_dump(mode="json", by_alias=True)

    with pytest.raises(ValueError, match=r"unknown|shows no"):
        PaperChecks.model_validate(raw | {part: raw[part] | change})


# --- two ways of writing one value --------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("name", "H’Bia  NIÊ", "h'bia niê"),
        ("name", "Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA"),
        ("name", "Y Thuỷ", "Y Thủy"),
        ("name", unicodedata.normalize("NFD", "Trần Đình Hưởng"), "Trần Đình Hưởng"),
        ("digits", "066 180 001 234", "066180001234"),
        ("mark", "045", "45"),
        ("mark", "12A", "12a"),
        ("mark", "AA 01234567", "aa01234567"),
        ("area", "200", "200,0 m²"),
        ("area", "1.200,50", "1200,5"),
        ("area", "1.000", "1000"),
    ],
)
def test_two_ways_of_writing_one_value_are_alike(kind, one, other):
    assert alike(kind, one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("name", "Nguyễn Văn Tý", "Nguyễn Văn Tỵ"),
        ("name", "Niê H'Bia", "H'Bia Niê"),
        ("name", "Trần Thị Hoa", "Trần Thị Hòa"),
        ("digits", "066180001234", "240999888"),
        ("mark", "45", "450"),
        ("mark", "12/3", "123"),
        ("area", "200", "200,5"),
        ("area", "1.000", "1,0"),
    ],
)
def test_another_letter_accent_order_or_figure_is_a_difference(kind, one, other):
    assert not alike(kind, one, other)


@given(st.sampled_from(["name", "digits", "mark", "area"]), st.text(max_size=30))
def test_writing_a_value_as_it_is_compared_changes_nothing(kind, text):
    assert folded(kind, folded(kind, text)) == folded(kind, text)


# --- comparing ----------------------------------------------------------------------

READS = st.builds(
    lambda paper, reading, party, value: Read(
        paper,
        reading,
        party if CHECKS.readings[reading].of == "person" else None,
        value,
    ),
    st.sampled_from((*PAPERS, TOLD)),
    st.sampled_from(sorted(CHECKS.readings)),
    st.sampled_from(["bia", "hoa"]),
    st.sampled_from(["", " ", "Bia", "bia", "Hoà", "Hòa", "12", "012", "13"]),
)


@given(st.lists(READS, max_size=20), st.sets(st.sampled_from(PAPERS)))
def test_only_values_that_two_papers_of_the_dossier_tell_can_differ(reads, there):
    differences, unread = compare(CHECKS, reads, there)

    for each in differences:
        kind = CHECKS.readings[each.one.reading].kind
        assert folded(kind, each.one.value)
        assert folded(kind, each.other.value)
        assert not alike(kind, each.one.value, each.other.value)
        assert (each.one.reading, each.one.party) == (
            each.other.reading, each.other.party,
        )  # fmt: skip
        assert {each.one.paper, each.other.paper} <= {*there, TOLD}
    assert {each.paper for each in unread} <= there


@given(st.lists(READS, max_size=20))
def test_what_nobody_has_read_makes_no_difference_and_no_agreement(reads):
    one_paper = [each for each in reads if each.paper == "certificate"]

    differences, _ = compare(CHECKS, one_paper, PAPERS)

    assert differences == ()


@given(st.lists(READS, max_size=20), READS)
def test_reading_one_more_thing_takes_back_no_difference_of_others(reads, more):
    key = (more.paper, more.reading, more.party)

    def others(found):
        return {
            (each.one, each.other)
            for each in found
            if key
            not in {
                (side.paper, side.reading, side.party)
                for side in (each.one, each.other)
            }
        }

    before, _ = compare(CHECKS, reads, PAPERS)
    after, _ = compare(CHECKS, [*reads, more], PAPERS)

    assert others(before) == others(after)


def test_a_name_that_differs_says_which_procedure_mends_it():
    reads = [
        Read("certificate", "full_name", "bia", "H'Bia Niê"),
        Read("identity", "full_name", "bia", "H'Bia Niê Kdăm"),
        Read(TOLD, "full_name", "bia", "H'Bia Niê Kdăm"),
    ]

    (found,), unread = compare(CHECKS, reads, PAPERS)

    assert found.rule.result == "returned"
    assert found.rule.mends == ("update_personal_information", "correct_certificate")
    assert {each.paper for each in unread} == {"contract", "kinship_proof"}


# --- one paper ----------------------------------------------------------------------


def test_photos_of_all_pages_answer_what_a_photo_can_and_nothing_else():
    state = PaperState("certificate", seen=4, counted=4)

    assert judge(CHECKS, state).open == ("right_copy",)


def test_a_paper_without_any_photo_is_good_when_all_is_answered_with_yes():
    answers = dict.fromkeys(CHECKS.asks_of("certificate"), YES)

    assert judge(CHECKS, PaperState("certificate", answers=answers)).good


def test_a_page_is_missing_until_somebody_says_that_the_paper_is_whole():
    card = PaperState("identity", seen=1)
    whole = PaperState("identity", seen=1, answers={"whole": YES, "readable": YES})

    assert judge(CHECKS, card).pages == (2, 1)
    assert judge(CHECKS, whole).pages is None


def test_a_no_counts_more_than_a_good_photo():
    state = PaperState("death_proof", seen=1, answers={"readable": NO})

    assert judge(CHECKS, state).refused == ("readable",)


ANSWERS = st.sampled_from([YES, NO, "unsure"])


@given(
    st.sampled_from(PAPERS),
    st.integers(0, 6),
    st.integers(0, 6),
    st.none() | st.integers(1, 6),
    st.dictionaries(st.sampled_from(sorted(CHECKS.asks)), ANSWERS),
)
def test_nothing_is_good_while_a_question_is_open_or_answered_with_no(
    paper, seen, flawed, counted, answers
):
    found = judge(CHECKS, PaperState(paper, True, seen, flawed, counted, answers))

    own = {name: answers.get(name) for name in CHECKS.asks_of(paper)}
    assert set(found.refused) == {name for name, word in own.items() if word == NO}
    assert not set(found.refused) & set(found.open)
    if "unsure" in own.values() or NO in own.values():
        assert not found.good


# --- photos -------------------------------------------------------------------------

GOOD = {
    "sharpness": 3000, "brightness": 210, "glare": 0, "edge": 0, "turned": 0.5,
    "long_side": 2000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("measures", "flaws"),
    [
        ({}, ()),
        ({"sharpness": 100, "turned": 2}, ("blurred",)),
        ({"turned": 2, "edge": 1}, ("cut", "sideways")),
        ({"long_side": 999}, ("small",)),
    ],
)
def test_flaws_begin_beyond_the_measures_of_the_data(measures, flaws):
    assert PHOTOS.judge(GOOD | measures) == flaws


def test_a_limit_of_a_portal_that_nobody_found_says_whom_to_ask():
    assert all(
        each.ask and not each.mark.verified
        for each in PHOTOS.portals
        if each.megabytes is None
    )
