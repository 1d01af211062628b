"""A way that was compared becomes the answers of the family, by its own choice."""

import pytest

from service.errors import BadRequestError, NotAllowedError
from service.usecases.matter.adopt import adopt, changes_of
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.what_if import what_if
from tests.factories import a_helper, a_matter

AT_COMMUNE = {"notary_or_commune": "commune"}


@pytest.fixture
def gift(desk):
    opened, citizen = a_matter(desk)
    return opened.code, citizen


def answered(desk, gift):
    view = matter_view(desk, gift[1], gift[0])
    return {row.key: row.value for row in view.answered}


def test_the_chosen_way_is_told_and_every_other_answer_stays(desk, gift):
    before = answered(desk, gift)
    adopt(desk, gift[1], gift[0], AT_COMMUNE)
    after = answered(desk, gift)
    assert after.pop("certification.by") == "commune"
    assert after == {key: said for key, said in before.items() if key in after}


def test_the_plan_is_the_one_that_was_compared(desk, gift):
    compared = what_if(desk, gift[1], gift[0], AT_COMMUNE).other
    adopt(desk, gift[1], gift[0], AT_COMMUNE)
    made = matter_view(desk, gift[1], gift[0]).plan
    assert made.to_json() == compared.to_json()


def test_each_change_says_what_is_told_now_and_what_would_be(desk, gift):
    part = {"divide_first": "part"}
    (change,) = changes_of(what_if(desk, gift[1], gift[0], part))
    assert (change.key, change.before, change.after) == (
        "transfer.whole", "Có", "Không",
    )  # fmt: skip


def test_a_second_tap_tells_nothing_again(desk, gift):
    adopt(desk, gift[1], gift[0], AT_COMMUNE)
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(gift[0])
        told = len(uow.matters.facts(matter.tenant_id, matter.id))
    adopt(desk, gift[1], gift[0], AT_COMMUNE)
    with desk.database.reading() as uow:
        assert len(uow.matters.facts(matter.tenant_id, matter.id)) == told


@pytest.mark.parametrize(
    "picked",
    [
        {"give_or_sell": "sell"},
        {"this_or_next_year": "next_year"},
        {"notary_or_commune": "nowhere"},
        {"no_such_comparison": "x"},
        {},
    ],
)
def test_what_answers_cannot_tell_is_refused_and_changes_nothing(desk, gift, picked):
    before = answered(desk, gift)
    with pytest.raises(BadRequestError):
        adopt(desk, gift[1], gift[0], picked)
    assert answered(desk, gift) == before


def test_a_helper_does_not_choose_for_the_resident(desk, gift):
    helper = a_helper(desk, gift[1], gift[0], ["fill"])
    before = answered(desk, gift)
    with pytest.raises(NotAllowedError):
        adopt(desk, helper, gift[0], AT_COMMUNE)
    assert answered(desk, gift) == before


def test_somebody_else_does_not_choose(desk, gift):
    _, stranger = a_matter(desk)
    with pytest.raises(NotAllowedError):
        adopt(desk, stranger, gift[0], AT_COMMUNE)
