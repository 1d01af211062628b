"""Facts with who said them: superseded, never overwritten, never merged."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.facts import Fact, FactLedger, FactSource

NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEY = "land.area_m2"


def said(value, minutes=0, source="asked", by="Lành", key=KEY, detail=None):
    at = NINE + timedelta(minutes=minutes)
    return Fact(key, value, by, at, FactSource(source), detail)


def test_the_newest_word_holds_and_the_older_one_stays():
    ledger = FactLedger().add(said("300")).add(said("312.5", 5))

    assert ledger.value(KEY) == "312.5"
    assert [fact.value for fact in ledger.history(KEY)] == ["300", "312.5"]


def test_what_nobody_said_is_not_known():
    assert FactLedger().current(KEY) is None
    assert FactLedger().value(KEY) is None
    assert FactLedger().suggestion(KEY) is None


def test_a_word_that_is_taken_back_is_not_known_any_more():
    ledger = FactLedger.of([said("300"), said(None, 5)])

    assert ledger.value(KEY) is None
    assert ledger.values() == {}
    assert len(ledger.history(KEY)) == 2


def test_an_offline_draft_that_arrives_late_does_not_supersede_a_newer_word():
    ledger = FactLedger.of([said("312.5", 60), said("300", 5, by="Mận")])

    assert ledger.value(KEY) == "312.5"


def test_a_register_that_differs_from_a_person_is_shown_beside_them():
    ledger = FactLedger.of(
        [
            said("300"),
            said("312.5", 5, "looked_up", "Cơ sở dữ liệu đất đai"),
        ]
    )

    words = ledger.conflicts(KEY)

    assert [(fact.source, fact.value) for fact in words] == [
        ("looked_up", "312.5"),
        ("asked", "300"),
    ]
    assert ledger.disputed() == {KEY: words}


def test_confirming_what_the_register_says_settles_it():
    ledger = FactLedger.of(
        [said("300"), said("312.5", 5, "looked_up", "register"), said("312.5", 9)]
    )

    assert ledger.conflicts(KEY) == ()
    assert ledger.current(KEY).source is FactSource.ASKED


def test_two_offices_that_differ_are_both_kept():
    ledger = FactLedger.of(
        [
            said("300", 1, "office", "tax_office"),
            said("312.5", 2, "office", "branch"),
        ]
    )

    assert len(ledger.conflicts(KEY)) == 2


def test_a_helper_and_the_resident_speak_with_one_voice():
    ledger = FactLedger.of(
        [said("300", 1, by="Mận", detail="thay Lành"), said("312.5", 2)]
    )

    assert ledger.conflicts(KEY) == ()


def test_true_is_not_the_number_one():
    ledger = FactLedger.of(
        [said(True, 1, "office", "branch"), said(1, 2, "office", "tax_office")]
    )

    assert len(ledger.conflicts(KEY)) == 2
    assert len(FactLedger.of([said(True), said(1)])) == 2


def test_a_suggestion_holds_nothing_until_a_person_answers():
    ledger = FactLedger().add(said("0901234567", 0, "suggested", "hồ sơ trước"))

    assert ledger.value(KEY) is None
    assert ledger.suggestion(KEY).value == "0901234567"
    assert ledger.add(said("0907654321", 5)).suggestion(KEY) is None


def test_a_suggestion_after_an_answer_waits_again():
    ledger = FactLedger.of([said("300"), said("312.5", 5, "suggested", "hồ sơ trước")])

    assert ledger.value(KEY) == "300"
    assert ledger.suggestion(KEY).value == "312.5"
    assert ledger.conflicts(KEY) == ()


def test_values_are_what_the_rules_read():
    ledger = FactLedger.of(
        [said("300"), said(True, key="certificate.in_hand"), said("310", 5)]
    )

    assert ledger.values() == {KEY: "310", "certificate.in_hand": True}
    assert ledger.keys() == (KEY, "certificate.in_hand")


def test_the_same_word_again_changes_nothing():
    ledger = FactLedger().add(said("300"))

    assert ledger.add(said("300")) is ledger
    assert len(ledger) == 1
    assert [fact.value for fact in ledger] == ["300"]


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="no offset"):
        Fact(
            KEY,
            "300",
            "Lành",
            datetime(2026, 11, 23),  # noqa: DTZ001 - the mistake to refuse
            FactSource.ASKED,
        )


def test_an_unknown_source_cannot_be_read_back():
    with pytest.raises(ValueError, match="rumour"):
        Fact.from_json({**said("300").to_json(), "source": "rumour"})


WORDS = st.builds(
    said,
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", "b"]),
    st.integers(0, 30),
    st.sampled_from([source.value for source in FactSource]),
    st.sampled_from(["Lành", "Mận", "branch"]),
    st.sampled_from([KEY, "house.value"]),
    st.none() | st.just("02/PBS"),
)


@given(st.lists(WORDS, max_size=12))
def test_the_ledger_survives_the_trip_through_json(words):
    ledger = FactLedger.of(words)

    assert FactLedger.from_json(json.loads(json.dumps(ledger.to_json()))) == ledger


@given(st.lists(WORDS, max_size=12), WORDS)
def test_adding_never_removes_a_word(words, more):
    before = FactLedger.of(words)

    after = before.add(more)

    assert after.facts[: len(before)] == before.facts
    assert len(after) - len(before) in {0, 1}


@given(st.lists(WORDS, max_size=12))
def test_the_value_that_holds_was_said_by_somebody_and_was_no_suggestion(words):
    ledger = FactLedger.of(words)

    for key, value in ledger.values().items():
        fact = ledger.current(key)
        assert fact in words
        assert fact.value == value
        assert fact.source is not FactSource.SUGGESTED
