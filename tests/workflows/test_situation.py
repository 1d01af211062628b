"""A situation is read whole, or refused with every mistake named."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.matters import (
    SITUATIONS,
    TODAY,
    UNHURRIED,
    a_matter,
    edition_of,
    sample,
    the_law,
    the_places,
    told,
)
from workflows.errors import BadInputError, NoPackageInForceError
from workflows.parties import Kinship
from workflows.situation import read

GOOD = sorted(path.stem for path in SITUATIONS.glob("*.json"))

# The file, the key that is named, and what the sentence must tell: value and allowed.
BAD = {
    "answer-about-nobody": ("party[nam].phone", ["nam", "father", "hoa"]),
    "answers-a-list": ("answers", ["đối tượng"]),
    "area-as-text": ("land.area_m2", ["rộng lắm", "số"]),
    "area-zero": ("land.area_m2", ["“0”", "0,01"]),
    "bad-party-id": ("parties[0].id", ["cha mẹ", "receiver-1"]),
    "tax-code-check-digit": (
        "party[father].tax_code",
        ["0123456786", "0123456787"],
    ),
    "bad-phone": ("party[father].phone", ["12345", "10 chữ số"]),
    "birth-date-in-the-future": (
        "party[father].birth_date",
        ["1/1/2030", "23/11/2026"],
    ),
    "commune-of-another-province": ("commune", ["00004", "Đắk Lắk"]),
    "commune-split-old-name": ("commune", ["22024", "22015", "22045"]),
    "commune-unknown-name": ("commune", ["phường Không Có"]),
    "fact-said-twice": ("parties[0].phone", ["hai chỗ"]),
    "fractional-money": ("land.table_price", ["5000000.5", "nguyên"]),
    "impossible-birth-date": ("party[father].birth_date", ["1956-13-01"]),
    "impossible-day": ("on", ["2026-02-30", "2026-11-23"]),
    "letters-not-drawn": ("land.address", ["😀", "chữ cái"]),
    "money-as-text": ("land.table_price", ["năm triệu", "số đồng"]),
    "name-turned-round": ("party[father].full_name", ["U+202E", "chữ cái"]),
    "negative-money": ("land.table_price", ["-1", "từ 0"]),
    "no-goal": ("goal", ["give", "sell"]),
    "parcel-area-zero": ("parcels[1].area_m2", ["“0”", "0,01"]),
    "parcel-for-no-buyer": ("parcels", ["buyer", "chưa có thửa mới"]),
    "parcel-held-by-nobody": ("parcels[0].holders", ["nam", "seller, wife, buyer"]),
    "parcel-of-both-sides": ("parcels[0].holders", ["không đứng tên chung"]),
    "parcel-twice": ("parcels", ["ban", "hai lần"]),
    "parcel-unknown-key": ("parcels[0].area", ["area_m2"]),
    "parcel-without-holders": ("parcels[1].holders", ["ít nhất một người", "wife"]),
    "parcels-of-the-whole": ("transfer.whole", ["parcels", "false"]),
    "parcels-too-big": ("parcels.area_m2", ["301 m²", "300 m²"]),
    "parties-a-text": ("parties", ["danh sách"]),
    "person-id-eleven-digits": ("party[father].person_id", ["06605600123", "12"]),
    "person-twice": ("parties", ["hoa", "hai lần"]),
    "relationship-of-three": ("relationships[1].between", ["hai id"]),
    "relationship-twice": ("relationships", ["hoa", "father"]),
    "relationship-with-nobody": ("relationships[1].between", ["nam", "father, hoa"]),
    "relationship-with-self": ("relationships[1].between", ["hoa", "hai lần"]),
    "share-half-given": ("parties.share", ["mother"]),
    "share-one-over-zero": ("parties[0].share", ["1/0", "1/2"]),
    "share-zero": ("parties[0].share", ["“0”", "1/2"]),
    "shares-not-one": ("parties.share", ["5/6", "1"]),
    "text-too-long": ("land.origin", ["10.000", "1.000"]),
    "unknown-answer": ("land.aera_m2", ["land.area_m2"]),
    "unknown-choice": ("property.kind", ["villa", "land_and_house"]),
    "unknown-goal": ("goal", ["gift", "give"]),
    "unknown-kinship": ("relationships[0].kind", ["daughter", "birth_parent_child"]),
    "unknown-party-key": ("parties[0].fullname", ["full_name"]),
    "unknown-province": ("province", ["99", "66"]),
    "unknown-relationship-key": ("relationships[0].kin", ["kind"]),
    "unknown-role": ("parties[0].role", ["seller", "transferor"]),
    "unknown-top-key": ("gaol", ["goal"]),
    "yes-no-as-text": ("certificate.in_hand", ["yes", "true"]),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_sample_situation_comes_back_the_same_from_its_own_json(name):
    situation = told(sample(name))

    again = read(json.loads(json.dumps(situation.to_json())), the_law(), the_places())

    assert again == situation


def test_every_bad_situation_has_its_expectation():
    names = {path.stem for path in (SITUATIONS / "bad").glob("*.json")}

    assert names == BAD.keys() | {"many-at-once"}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_situation_names_the_key_the_value_and_what_is_allowed(name):
    key, words = BAD[name]

    with pytest.raises(BadInputError) as refused:
        told(sample(f"bad/{name}"))

    (problem,) = (p for p in refused.value.problems if p.key == key)
    assert all(word in problem.text for word in words)
    assert len(refused.value.problems) == 1 or name in {
        "bad-party-id",
        "parties-a-text",
    }


def test_every_mistake_of_a_situation_is_named_at_once():
    with pytest.raises(BadInputError) as refused:
        told(sample("bad/many-at-once"))

    assert [problem.key for problem in refused.value.problems] == [
        "gaol",
        "on",
        "parties[0].role",
        "relationships[0].kind",
        "land.table_price",
    ]


@pytest.mark.parametrize("raw", [None, [], "give", 5])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(BadInputError):
        read(raw, the_law(), the_places())


def test_values_become_typed_and_shares_exact():
    raw = a_matter(
        givers=("father", "mother"), shares={"father": "1/3", "mother": "2/3"}
    )
    raw["parties"][0]["birth_date"] = "1956-03-14"

    situation = told(raw)

    father, mother, hoa = situation.parties
    assert (father.share, mother.share, hoa.share) == (
        Fraction(1, 3),
        Fraction(2, 3),
        Fraction(1),
    )
    assert father.facts["birth_date"] == date(1956, 3, 14)
    assert situation.answers["land.area_m2"] == Decimal(200)
    assert situation.relationships[0].kind is Kinship.BIRTH_PARENT_CHILD


def test_people_of_a_role_who_name_no_share_share_equally():
    situation = told(a_matter(givers=("a", "b", "c")))

    assert {p.share for p in situation.parties if p.role == "transferor"} == {
        Fraction(1, 3)
    }


def test_the_day_and_the_goal_may_come_from_the_caller():
    situation = read({}, the_law(), the_places(), today=TODAY, goal="sell")

    assert (situation.on, situation.goal, situation.province) == (TODAY, "sell", "66")


def test_no_day_at_all_is_a_problem_and_not_a_guess():
    with pytest.raises(BadInputError) as refused:
        read({"goal": "give"}, the_law(), the_places())

    assert [problem.key for problem in refused.value.problems] == ["on"]


def test_a_day_without_law_names_the_missing_period():
    with pytest.raises(NoPackageInForceError):
        told(a_matter(on="2031-01-01"))


def test_a_commune_may_be_told_by_its_old_name_or_as_an_answer():
    raw = a_matter()
    raw["commune"] = "Phường Tân An"
    assert told(raw).commune == "24163"

    del raw["commune"]
    raw["answers"]["commune"] = "24133"
    assert told(raw).commune == "24133"


def test_null_says_that_it_was_asked_and_is_not_known():
    situation = told(a_matter() | {"answers": {"contract.price": None}})

    assert situation.was_asked("contract.price")
    assert "contract.price" not in situation.facts()
    assert not situation.was_asked("land.area_m2")


def test_a_person_may_be_told_in_the_party_or_in_the_answers():
    raw = a_matter()
    raw["answers"]["party[hoa].full_name"] = "Trần Thị Hòa"

    facts = told(raw).facts()

    assert facts["party[hoa].full_name"] == "Trần Thị Hòa"
    assert facts["party[hoa].role"] == "receiver"


def test_a_kinship_may_be_told_as_an_answer_and_not_known_stays_not_known():
    raw = a_matter(givers=("father", "mother"))
    del raw["relationships"]
    raw["answers"]["relationship[father,hoa]"] = "birth_parent_child"
    raw["answers"]["relationship[hoa,mother]"] = None

    situation = told(raw)

    assert [r.kind for r in situation.relationships] == [
        Kinship.BIRTH_PARENT_CHILD,
        None,
    ]
    assert situation.was_asked("relationship[mother,hoa]")
    assert "relationship[mother,hoa]" not in situation.facts()
    assert read(situation.to_json(), the_law(), the_places()) == situation


def test_telling_no_kinship_differs_from_telling_that_there_is_none():
    silent = a_matter()
    del silent["relationships"]

    assert told(silent).relationships is None
    assert told(a_matter() | {"relationships": []}).relationships == ()


def test_every_kinship_that_the_question_offers_is_one_the_rules_know():
    question = edition_of(told(a_matter())).questions["relationship"]

    assert {choice.value for choice in question.choices} == set(Kinship)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@UNHURRIED
@given(
    key=st.sampled_from(
        [
            "province",
            "commune",
            "on",
            "goal",
            "parties",
            "relationships",
            "answers",
            "parcels",
        ]
    ),
    value=JSON,
)
def test_whatever_stands_at_a_key_is_read_or_refused_in_words(key, value):
    raw = a_matter() | {key: value}

    try:
        told(raw)
    except (BadInputError, NoPackageInForceError) as refused:
        assert str(refused)  # noqa: PT017  both outcomes are right


@UNHURRIED
@given(
    key=st.sampled_from(
        [
            "land.area_m2",
            "land.table_price",
            "contract.date",
            "property.kind",
            "transfer.whole",
            "land.address",
            "party[hoa].person_id",
            "relationship[father,hoa]",
        ]
    ),
    value=JSON,
)
def test_whatever_is_answered_is_read_or_refused_in_words(key, value):
    raw = a_matter()
    raw["answers"][key] = value

    try:
        told(raw)
    except BadInputError as refused:
        assert all(problem.text for problem in refused.problems)  # noqa: PT017  both outcomes are right
