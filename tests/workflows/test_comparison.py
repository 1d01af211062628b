"""The same matter told otherwise, and what differs between the two plans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.matters import UNHURRIED, edition_of, sample, the_law, the_places
from workflows.comparison import differences
from workflows.errors import BadInputError
from workflows.journey import plan
from workflows.loader import load_calendar
from workflows.otherwise import newly_asked, offered, pairs, told_otherwise
from workflows.situation import read

CALENDAR = load_calendar()
SALE = read(sample("sale-to-son"), the_law(), the_places())
GIFT = read(sample("gift-to-daughter"), the_law(), the_places())
CHANGES = (
    ("goal", "give"),
    ("goal", "divide_parcel"),
    ("transfer.whole", "false"),
    ("certification.by", "commune"),
    ("on", "next_year"),
    ("taxes_paid_by", "receiver"),
    ("certificate.in_hand", "null"),
    ("contract.price", "2 tỷ"),
    ("relationship", "cousin"),
)


def otherwise(situation=SALE, **changes):
    told = {key.replace("__", "."): value for key, value in changes.items()}
    return told_otherwise(situation, told, the_law(), the_places())


def planned(situation):
    return plan(situation, edition_of(situation), CALENDAR)


def compared(one, other):
    return differences(planned(one), planned(other))


def amounts(lines):
    return {(line["kind"], line["amount"]) for line in lines}


def test_giving_to_the_son_instead_of_selling_saves_the_registration_fee():
    found = compared(SALE, otherwise(goal="give"))

    assert [step.procedure for step in found.steps.removed] == ["register_transfer"]
    assert [step.procedure for step in found.steps.added] == ["register_gift"]
    (before, after), *_ = found.money.changed
    assert (before["kind"], before["amount"]) == ("registration_fee", 6_000_000)
    assert (after["amount"], after["status"]) == (0, "exempt")
    assert found.totals[0] - found.totals[1] == 6_000_000
    assert not found.same


def test_the_people_keep_their_side_when_the_goal_changes():
    gift, will = otherwise(goal="give"), otherwise(goal="inherit")
    divided = otherwise(goal="divide_parcel")

    assert [party.role for party in gift.parties] == ["transferor", "receiver"]
    assert [party.role for party in will.parties] == ["deceased", "heir"]
    assert divided.parties[0].role == "applicant"
    assert otherwise(will, goal="sell").parties == SALE.parties


def test_dividing_first_adds_the_division_and_says_how_many_days_later_it_ends():
    found = compared(SALE, otherwise(transfer__whole="false"))

    assert [step.procedure for step in found.steps.added] == ["split_parcel"]
    before, after = found.days["earliest_finish"]
    assert after > before
    (contract, *_) = (pair[1] for pair in found.steps.changed)
    assert contract.after == ("split_parcel",)


def test_next_year_begins_on_its_first_day_and_only_the_days_move():
    found = compared(SALE, otherwise(on="next_year"))

    assert found.days["earliest_start"][1].year == 2027
    assert not found.steps.added
    assert not found.steps.removed


def test_an_answer_that_is_taken_away_becomes_an_assumption():
    found = compared(SALE, otherwise(mortgage__registered="null"))

    assert [each.key for each in found.assumptions.added] == ["mortgage.registered"]
    assert not found.steps.added


def test_what_only_the_other_way_asks_is_named():
    sale = otherwise(GIFT, goal="sell", contract__price="null")
    asked = newly_asked(GIFT, edition_of(GIFT), sale, edition_of(sale))

    assert "household.poor" in {each.key for each in asked}


@given(st.sampled_from((SALE, GIFT)), st.sampled_from(CHANGES))
@UNHURRIED
def test_a_plan_differs_in_nothing_from_itself_and_both_ways_by_the_same(base, change):
    other = otherwise(base, **{change[0].replace(".", "__"): change[1]})
    one, another = planned(base), planned(other)
    there, back = differences(one, another), differences(another, one)

    assert differences(one, one).same
    assert there.same == back.same
    assert there.steps.added == back.steps.removed
    assert amounts(there.money.added) == amounts(back.money.removed)
    assert {key: pair[::-1] for key, pair in back.days.items()} == dict(there.days)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"foo": "1"}, "không dùng ở đây"),
        ({"goal": "fly"}, "give"),
        ({"certification__by": "sea"}, "notary, commune"),
        ({"land__area_m2": "wide"}, "phải là số"),
        ({"on": "2026-13-01"}, "không phải một ngày có thật"),
        ({"party[bob].share": "1"}, "father, son"),
        ({"party[son].hat": "red"}, "không dùng ở đây"),
        ({"relationship[father,bob]": "sibling"}, "bob"),
        ({"relationship": "friend"}, "sibling"),
    ],
)
def test_a_change_that_means_nothing_is_refused_with_what_is_allowed(change, says):
    with pytest.raises(BadInputError) as refusal:
        otherwise(**change)
    assert says in str(refusal.value.problems)


@pytest.mark.parametrize("changes", [["goal"], ["=give"], ["goal=give", "goal=sell"]])
def test_changes_are_written_as_key_and_value_each_key_once(changes):
    with pytest.raises(BadInputError):
        pairs(changes)


def test_the_comparisons_offered_fit_the_goal_and_leave_out_what_is_so_already():
    offers = {each.id: each for each in offered(SALE, edition_of(SALE))}

    assert next(iter(offers)) == "give_or_sell"
    assert offers["give_or_sell"].now.sets == {"goal": "sell"}
    assert [key for key, _ in offers["give_or_sell"].others] == ["give"]
    assert "who_pays_taxes" in offers
    gift = {each.id for each in offered(GIFT, edition_of(GIFT))}
    assert "who_pays_taxes" not in gift


def test_every_variant_offered_can_be_planned():
    for offer in offered(SALE, edition_of(SALE)):
        for _, variant in offer.others:
            other = told_otherwise(SALE, variant.sets, the_law(), the_places())
            assert planned(other).steps
