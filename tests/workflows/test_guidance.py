"""Only what is still needed is asked, each time with the reason."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.matters import UNHURRIED, a_matter, edition_of, sample, told
from workflows.guidance import next_questions
from workflows.parties import PartyRole


def asked(raw, limit=200, **more):
    situation = told(raw)
    return next_questions(situation, edition_of(situation), limit, **more)


def keys(raw):
    return [question.key for question in asked(raw).questions]


def test_an_empty_matter_begins_with_the_place_and_the_people():
    raw = {"on": "2026-11-23", "goal": "give"}

    assert keys(raw)[:3] == ["commune", "parties.transferor", "parties.receiver"]


def test_a_full_sample_leaves_nothing_but_what_nobody_knows():
    assert keys(sample("sale-father-to-son")) == []
    assert keys(sample("gift-to-daughter")) == ["commune.area_class"]


def test_the_kinship_of_each_pair_is_asked_with_the_people_named():
    raw = a_matter(givers=("father", "mother"))
    raw["parties"][0]["full_name"] = "Trần Văn Lộc"
    del raw["relationships"]

    pairs = [q for q in asked(raw).questions if q.question.type == "relationship"]

    assert [q.pair for q in pairs] == [("father", "hoa"), ("mother", "hoa")]
    assert pairs[0].key == "relationship[father,hoa]"
    assert pairs[0].text.startswith("Trần Văn Lộc và người nhận")


def test_a_question_is_asked_for_every_person_of_its_roles():
    raw = a_matter(givers=("father", "mother"))

    people = [q.party for q in asked(raw).questions if q.asked_by.endswith("full_name")]

    assert people == ["father", "mother", "hoa"]


@pytest.mark.parametrize(
    ("raw", "absent", "present"),
    [
        (a_matter(), "contract.price", "certification.by"),
        (a_matter("sell", kin="none"), "transfer.area_m2", "contract.price"),
        (a_matter(transfer__whole=False), "contract.price", "transfer.area_m2"),
        (a_matter(mortgage__registered=True), "certificate.lost", "mortgage.consent"),
        (a_matter(certificate__in_hand=False), "mortgage.consent", "certificate.lost"),
        (a_matter(), "commune.area_class_of_nobody", "commune.area_class"),
        (a_matter(), "household.poor", "land.parcel_no"),
        (a_matter(kin="none"), "transferor.only_home", "household.poor"),
        (a_matter(property__kind="land"), "house.area_m2", "land.parcel_no"),
    ],
)
def test_what_is_asked_follows_from_what_was_answered(raw, absent, present):
    raw["answers"]["contract.notarized"] = False

    assert absent not in keys(raw)
    assert present in keys(raw)


def test_not_being_sure_counts_as_asked():
    raw = a_matter()
    raw["answers"]["dispute.open"] = None

    assert "dispute.open" in keys(a_matter())
    assert "dispute.open" not in keys(raw)


def test_every_question_names_the_article_that_makes_it_necessary():
    instruments = edition_of(told(a_matter())).instruments

    for question in asked(a_matter("sell", kin="none")).questions:
        assert question.why
        assert {place.instrument for place in question.why} <= instruments.keys()


def test_the_reason_of_a_question_includes_the_step_that_asks_it():
    (question,) = (
        q for q in asked(a_matter()).questions if q.key == "debt.on_certificate"
    )

    assert ("ldd-2024", "Đ45.5") in {(b.instrument, b.at) for b in question.why}


def test_the_count_includes_the_questions_shown():
    one, everything = asked(a_matter(), 1), asked(a_matter())

    assert len(one.questions) == 1
    assert one.remaining == everything.remaining == len(everything.questions)
    assert one.to_json()["remaining"] == one.remaining
    assert set(one.to_json()["questions"][0]) > {"key", "text", "why"}


def test_questions_for_the_papers_follow_what_the_forms_print():
    printed = asked(a_matter(), printed={"land.parcel_no"})

    found = {q.key for q in printed.questions}
    assert "land.parcel_no" in found
    assert "certificate.book_no" not in found
    assert "party[hoa].full_name" not in found


def test_no_question_is_left_with_a_place_to_fill():
    for goal in ("give", "sell", "replace_lost_certificate"):
        raw = a_matter() | {"goal": goal}
        del raw["relationships"]
        assert not any("{" in q.text for q in asked(raw).questions)


def test_every_role_that_a_question_names_exists():
    questions = edition_of(told(a_matter())).questions

    for question in questions.values():
        assert set(question.roles) <= set(PartyRole)


def test_every_question_says_what_to_do_when_one_is_not_sure():
    questions = edition_of(told(a_matter())).questions

    assert [key for key, q in questions.items() if not q.unknown_help] == []


@settings(UNHURRIED, max_examples=15)
@given(st.sampled_from(["give", "sell"]), st.randoms(use_true_random=False))
def test_answering_whatever_is_asked_comes_to_an_end(goal, random):
    raw = {"on": "2026-11-23", "goal": goal, "answers": {}, "parties": []}

    for _ in range(80):
        guidance = asked(raw, 1)
        if not guidance.questions:
            break
        raw = answered(raw, guidance.questions[0], random)

    assert guidance.remaining == 0


def answered(raw, question, random):
    raw = copy.deepcopy(raw)
    kind = question.question.type
    if kind == "parties":
        raw["parties"].append({"id": question.key[8:], "role": question.key[8:]})
        return raw
    values = {
        "yes_no": [True, False, None],
        "money": [1_000_000, None],
        "decimal": ["1", None],
        "date": ["2020-01-01", None],
        "commune": ["24133"],
        "person_id": ["066056001234", None],
        "phone": ["0901000001", None],
        "text": [None],
        "choice": [choice.value for choice in question.question.choices],
        "relationship": ["none", "sibling", None],
    }[kind]
    raw["answers"][question.key] = random.choice(values)
    return raw


def test_people_of_one_role_without_names_are_told_apart_by_their_place():
    raw = a_matter(givers=("father", "mother"))
    texts = [q.text for q in asked(raw).questions if q.party == "mother"]

    assert any("người cho hoặc bán (người thứ 2)" in text.lower() for text in texts)
    assert not any("mother" in text for text in texts)
