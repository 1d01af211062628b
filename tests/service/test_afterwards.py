"""What finished cases say: how long an office usually takes, how it was rated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.errors import BadRequestError, NotAllowedError
from service.main import create_app
from service.persistence.afterwards import FinishedRow, RatingRow
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import follow
from service.usecases.following.rate_service import (
    FEWEST,
    SCORES,
    rate,
    ratings_of_office,
    suppressed,
)
from service.usecases.playing.demo import seed_offices
from tests.factories import (
    PASSWORD,
    a_helper,
    act,
    an_account,
    clerk,
    filed,
    finish,
    row_of,
)
from tests.visitor import Visitor, at_the_counter_of
from workflows.errors import ConditionNotMetError
from workflows.usual import Usual, usual

DAYS = st.lists(st.integers(0, 60), min_size=1, max_size=80)
COUNTS = st.dictionaries(st.sampled_from(sorted(SCORES)), st.integers(0, 30))


# --- the usual range ------------------------------------------------------------------


@given(DAYS, st.integers(1, 80))
def test_fewer_cases_than_are_needed_say_nothing(days, least):
    assert (usual(days, least) is None) == (len(days) < least)


@given(DAYS)
def test_the_range_holds_what_happened_to_most(days):
    found = usual(days, 1)
    assert {found.low, found.high} <= set(days)
    inside = [day for day in days if found.low <= day <= found.high]
    assert 10 * len(inside) >= 8 * len(days)
    # No more than a tenth lies on either side.
    assert 10 * sum(day < found.low for day in days) <= len(days)
    assert 10 * sum(day > found.high for day in days) <= len(days)


@given(DAYS, st.randoms(use_true_random=False), st.integers(0, 60))
def test_neither_the_order_nor_one_more_day_everywhere_bends_the_range(
    days, chance, more
):
    found = usual(days, 1)
    mixed = list(days)
    chance.shuffle(mixed)
    assert usual(mixed, 1) == found
    later = usual([day + more for day in days], 1)
    assert later == Usual(found.low + more, found.high + more, found.count)


@given(DAYS, st.integers(0, 70))
def test_what_is_left_shrinks_to_nothing_and_never_below(days, used):
    found = usual(days, 1)
    ahead = found.ahead(used)
    assert (ahead is None) == (used > found.high)
    if ahead is not None:
        first, last = ahead
        assert 0 <= first <= last
        assert used + last == found.high
        assert first == 0 or used + first == found.low


# --- on the page ----------------------------------------------------------------------


def an_earlier_case(uow, row, number, days):
    uow.afterwards.add_finished(
        FinishedRow("66", f"case-{number}", row.procedure, row.office_id, days,
                    row.opened_at.date())
    )  # fmt: skip


def accepted(desk):
    matter = filed(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    return matter


def test_a_few_finished_cases_say_only_how_few_they_are(desk):
    matter = accepted(desk)
    found = follow(desk, matter.case, Level.PIN).usual
    assert (found.too_few, found.count, found.first) == (True, 0, None)


def test_enough_finished_cases_of_the_same_office_say_from_when_to_when(desks):
    desk = desks.make(predict_from_cases=20)
    matter = accepted(desk)
    row = row_of(desk, matter.case)
    with desk.database.transaction() as uow:
        for number in range(20):
            an_earlier_case(uow, row, number, 1 + number % 4)
    found = follow(desk, matter.case, Level.PIN).usual
    assert (found.count, found.low, found.high) == (20, 1, 4)
    assert [found.first.isoformat(), found.last.isoformat()] == [
        "2026-11-26", "2026-12-01",
    ]  # fmt: skip
    assert follow(desk, matter.case).usual is None
    desks.hour.later(days=12)
    longer = follow(desk, matter.case, Level.PIN).usual
    assert (longer.first, longer.last, longer.high) == (None, None, 4)


def test_the_days_of_another_office_or_procedure_say_nothing(desk):
    matter = accepted(desk)
    row = row_of(desk, matter.case)
    with desk.database.transaction() as uow:
        for number in range(30):
            office = ("another-office", row.office_id)[number % 2]
            procedure = (row.procedure, "another_procedure")[number % 2]
            uow.afterwards.add_finished(
                FinishedRow("66", f"c{number}", procedure, office, 3,
                            row.opened_at.date())
            )  # fmt: skip
    assert follow(desk, matter.case, Level.PIN).usual.count == 0


def test_a_case_that_ends_well_is_counted_with_the_days_of_the_office(desks):
    desk = desks.make()
    matter = accepted(desk)
    desks.hour.later(days=1)
    finish(desk, matter.citizen, matter.case)
    row = row_of(desk, matter.case)
    assert row.ended_at is not None
    with desk.database.reading() as uow:
        office = clerk(desk, "notary").office_id
        assert uow.afterwards.days("66", row.procedure, office, 10) == (1,)


# --- rating ---------------------------------------------------------------------------


def ended(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    return matter


def test_a_citizen_rates_once_and_may_change_it(desk):
    matter = ended(desk)
    rate(desk, matter.citizen, matter.case, score="5", words="Chị ở quầy chỉ kỹ")
    rate(desk, matter.citizen, matter.case, score="2", words="")
    said = follow(desk, matter.case, Level.PIN).rating
    assert (said.score, said.words) == (2, "")
    with desk.database.reading() as uow:
        office = row_of(desk, matter.case).office_id
        assert uow.afterwards.scores("66", office) == {2: 1}


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "năm", "١"])
def test_only_one_of_the_five_words_is_a_rating(desk, score):
    matter = filed(desk)
    with pytest.raises(BadRequestError):
        rate(desk, matter.citizen, matter.case, score=score, words="")


def test_what_a_citizen_said_of_the_service_is_shown_to_nobody_else(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    rate(desk, matter.citizen, matter.case, score="1", words="Chờ lâu quá")
    with pytest.raises(NotAllowedError):
        rate(desk, clerk(desk, "notary"), matter.case, score="?", words="")

    where = f"/tra-cuu/danh-gia?ma={matter.case}"
    assert (
        "Chờ lâu quá"
        in Visitor(desk).reopens(matter.code, matter.pin).opens(where).text
    )
    an_account(desk, "la", "Người lạ", "helper")
    for visitor in (
        at_the_counter_of(desk, "notary"),
        Visitor(desk).signs_in("la", PASSWORD),
    ):
        assert "Chờ lâu quá" not in visitor.opens(where).text
        assert visitor.status == 403


def test_nobody_rates_before_the_end_and_a_helper_never(desk):
    matter = filed(desk)
    with pytest.raises(ConditionNotMetError):
        rate(desk, matter.citizen, matter.case, score="5", words="")
    helper = a_helper(desk, matter.citizen, matter.code, {"follow", "fill", "submit"})
    with pytest.raises(NotAllowedError):
        rate(desk, helper, matter.case, score="5", words="")


@given(COUNTS)
def test_no_small_count_can_be_seen_or_worked_out(found):
    shown = suppressed(found)
    total = sum(found.values())
    if total < FEWEST:
        assert shown.total is None
        assert set(shown.counts.values()) == {None}
        return
    assert shown.total == total
    hidden = [score for score in SCORES if shown.counts[score] is None]
    for score in SCORES:
        if shown.counts[score] is not None:
            assert shown.counts[score] == found.get(score, 0)
            assert shown.counts[score] == 0 or shown.counts[score] >= FEWEST
    if hidden:
        assert len(hidden) > 1
        assert sum(found.get(score, 0) for score in hidden) >= FEWEST


def test_a_clerk_sees_counts_of_his_office_and_no_name(desk):
    seed_offices(desk, "66")
    notary = clerk(desk, "notary")
    with desk.database.transaction() as uow:
        for number in range(FEWEST * 2):
            score = 5 if number < FEWEST else 4
            uow.afterwards.put_rating(
                RatingRow(
                    "66", f"c{number}", "m", notary.office_id, score, "", desk.now()
                )
            )
    found = ratings_of_office(desk, notary)
    assert (found.total, found.counts[5], found.counts[4]) == (10, 5, 5)
    assert ratings_of_office(desk, clerk(desk, "tax")).total is None
    visitor = TestClient(create_app(desk), follow_redirects=False)
    assert visitor.get("/can-bo/danh-gia").status_code == 303
