"""What people type finds what they mean: goals by any of their names, and places."""

import unicodedata
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.usecases.matter.goals import goal_choices, search
from tests.conftest import the_law, the_places
from workflows.finding import one_slip
from workflows.loader_finding import load_spoken_words, load_triage
from workflows.places_said import place_said
from workflows.territory import fold

DESK = SimpleNamespace(
    law=the_law(),
    territory=the_places()[1],
    settings=SimpleNamespace(province="66"),
    today=lambda: date(2026, 11, 25),
)
CHOICES = goal_choices(DESK)
EDITION = the_law().edition("66", date(2026, 11, 25))
NAMES = [
    name
    for goal in EDITION.goals.values()
    for name in (goal.title, *goal.words, *(e.title for e in goal.entries.values()))
]
LETTERS = "abcdeghiklmnopqrstuvxy"


def found(words, first=3):
    hits = search(DESK, words).goals[:first]
    return [(hit.choice.id, hit.choice.entry) for hit in hits]


def stripped(text, keep):
    """Take the accents from the letters for which ``keep`` is false."""
    letters = []
    for letter, kept in zip(text, keep, strict=False):
        plain = unicodedata.normalize("NFD", letter)[0]
        letters.append(letter if kept else {"đ": "d", "Đ": "D"}.get(letter, plain))
    return "".join(letters)


def slipped(text, how, at, letter):
    at %= len(text)
    match how:
        case "wrong":
            return text[:at] + letter + text[at + 1 :]
        case "missing":
            return text[:at] + text[at + 1 :]
        case "too many":
            return text[:at] + letter + text[at:]
        case _:
            at = min(at, len(text) - 2)
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@settings(deadline=None)
@given(
    st.sampled_from(CHOICES),
    st.lists(st.booleans(), min_size=80, max_size=80),
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_accents_and_capitals_do_not_matter(choice, keep, written):
    assert (choice.id, choice.entry) in found(written(stripped(choice.title, keep)))


@settings(deadline=None)
@given(
    st.sampled_from(CHOICES),
    st.sampled_from(["wrong", "missing", "too many", "swapped"]),
    st.integers(0, 80),
    st.sampled_from(LETTERS),
    st.booleans(),
)
def test_one_slip_still_finds_the_goal(choice, how, at, letter, accents):
    title = choice.title if accents else fold(choice.title)
    typed = slipped(title, how, at, letter)
    assert (choice.id, choice.entry) in found(typed)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_slip_reads_the_same_from_both_sides(one, other):
    assert one_slip(one, other) == one_slip(other, one)
    assert one_slip(one, one)


@given(
    st.text(LETTERS, min_size=2, max_size=12),
    st.sampled_from(["wrong", "missing", "too many", "swapped"]),
    st.integers(0, 12),
    st.sampled_from(LETTERS),
)
def test_every_slip_is_one(word, how, at, letter):
    assert one_slip(word, slipped(word, how, at, letter))


def test_two_slips_are_none():
    assert not one_slip("the chap", "tho chop")
    assert not one_slip("dat", "datan")


@settings(deadline=None)
@given(st.text(max_size=120))
def test_anything_may_be_typed(words):
    search(DESK, words)


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("bìa đỏ bị mất", ("replace_lost_certificate", "")),
        ("sổ hồng bị cháy", ("replace_lost_certificate", "")),
        ("bán rẫy đang vay ngân hàng", ("sell", "when_mortgaged")),
        ("ban dat dang cam so", ("sell", "when_mortgaged")),
        ("cho con gái miếng đất", ("give", "")),
        ("sổ đứng tên ông nội", ("inherit", "estate_open")),
        ("hàng xóm lấn đất", ("settle_dispute", "")),
        ("lên thổ cư", ("change_land_use_purpose", "")),
        ("ra ngân hàng lấy sổ về", ("discharge_mortgage", "")),
        ("mua bằng giấy viết tay", ("certify_informal_transfer", "")),
    ],
)
def test_the_words_of_the_highlands_find_the_goal(words, goal):
    assert found(words, first=1) == [goal]


def test_every_name_finds_its_goal_among_the_first_three():
    missed = [
        name
        for goal, spec in EDITION.goals.items()
        for name in (spec.title, *spec.words)
        if goal not in {found_goal for found_goal, _ in found(name)}
    ]
    assert missed == []


@pytest.mark.parametrize("words", ["xyzzy", "đất", "hello", "", "  ", "?!", "12345"])
def test_words_that_mean_nothing_find_nothing(words):
    assert search(DESK, words).goals == ()


def test_whoever_reads_another_language_may_ask_in_it():
    words = {"Mất sổ đỏ": "Lost land certificate"}
    (hit, *_) = search(DESK, "lost certificate", words.get).goals
    assert (hit.choice.id, hit.because) == ("replace_lost_certificate", "")


# --- places -------------------------------------------------------------------------


def communes(words):
    place = place_said(DESK.territory, "66", words)
    return place and [name for _, name in place.communes]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cho con đất ở Ea Tiêu", ["Xã Ea Ktur"]),
        ("cho con dat o ea tieu", ["Xã Ea Ktur"]),
        ("xã Ea Bhốk cũ", ["Xã Ea Ktur", "Xã Dray Bhăng"]),
        ("đất ở Cư Kuin", ["Xã Ea Ning", "Xã Ea Ktur", "Xã Dray Bhăng"]),
        ("bán đất phường 1 Tuy Hòa", ["Phường Tuy Hòa"]),
        ("đất Tân An", ["Phường Tân An"]),
        ("tách thửa ở Dray Bhawng", ["Xã Dray Bhăng"]),
    ],
)
def test_an_old_or_new_name_of_a_place_leads_to_the_communes_of_today(words, expected):
    assert communes(words) == expected


def test_an_old_province_is_no_commune_though_one_has_its_name():
    assert len(communes("đất ở Phú Yên")) > 30
    assert len(communes("tỉnh Phú Yên cũ")) > 30
    assert communes("phường Phú Yên") == ["Phường Phú Yên"]


@pytest.mark.parametrize("province", ["Đắk Lắk", "tỉnh Đắk Lắk", "Dak Lak"])
def test_the_province_of_today_says_nothing_new(province):
    result = search(DESK, f"bán đất ở {province}")
    assert result.goals[0].choice.id == "sell"
    assert result.place.communes == ()
    assert communes(f"cho đất ở Ea Tiêu, {province}") == ["Xã Ea Ktur"]
    assert communes(f"{province}, Ea Tiêu") == ["Xã Ea Ktur"]


def test_the_words_beside_the_place_still_find_the_goal():
    result = search(DESK, "mất sổ đỏ ở Cư Kuin")
    assert result.goals[0].choice.id == "replace_lost_certificate"
    assert result.place.old == "Huyện Cư Kuin"


def test_a_place_alone_offers_what_stands_in_front():
    assert search(DESK, "đất ở Cư Kuin").goals
    assert search(DESK, "xã Ea Bhốk cũ").goals


def test_no_name_of_a_goal_reads_as_a_place():
    assert {name: communes(name) for name in NAMES if communes(name)} == {}


def test_every_old_unit_leads_to_its_communes_by_its_full_name():
    for unit in DESK.territory.old_units("66"):
        place = place_said(
            DESK.territory, "66", f"đất ở {unit.name} cũ, {unit.district}"
        )
        assert place is not None, unit
        assert unit.new_code in {code for code, _ in place.communes}, unit


def test_names_of_one_thing_are_heard_as_one():
    heard = load_spoken_words().heard
    assert heard("Bìa đỏ") == heard("sổ hồng") == ("so", "do")


# --- the triage ---------------------------------------------------------------------


def test_every_goal_of_the_triage_is_one_of_the_law():
    triage = load_triage()
    named = {turn.goal for turn in triage.turns()} - {None}
    named |= {row.may_begin for row in triage.questions.values()} - {None}
    assert named <= EDITION.goals.keys()


def test_the_triage_reaches_every_goal_that_stands_in_front():
    reached = {turn.goal for turn in load_triage().turns()}
    assert {choice.id for choice in CHOICES[:8]} <= reached


def test_no_way_through_the_triage_ends_nowhere():
    for turn in load_triage().turns():
        assert len(turn.asked) <= 4
        ends = turn.goal or turn.not_helped or turn.unsure
        assert ends or turn.question.answers, turn
        if turn.not_helped or turn.unsure:
            assert turn.adviser.who, turn
            assert turn.adviser.say, turn


def test_what_is_told_on_the_way_is_an_answer_that_the_question_allows():
    told = [turn.told for turn in load_triage().turns()]
    told += [choice.told for choice in CHOICES]
    for key, value in {pair for each in told for pair in each.items()}:
        question = EDITION.questions[key]
        allowed = {choice.value for choice in question.choices} or {True, False}
        assert value in allowed, key


def test_an_answer_that_is_not_there_leaves_one_at_the_question():
    triage = load_triage()
    assert triage.walk(("khong-co",)) == triage.walk(())
    assert triage.walk(("so", "khong-co")).path == ("so",)


@pytest.mark.parametrize(
    ("path", "goal"),
    [
        (("so", "chua-co", "giay-tay"), "first_certificate"),
        (("sang", "giay-tay", "chua"), "first_certificate"),
        (("sang", "giay-tay", "co"), "certify_informal_transfer"),
    ],
)
def test_a_handwritten_paper_leads_by_whether_the_land_has_a_certificate(path, goal):
    turn = load_triage().walk(path)

    assert turn.goal == goal
    if goal == "first_certificate":
        assert turn.told == {"origin.by_handwritten_paper": True}
