"""Indicator 2.1 on dossiers made by hand and by chance, beside a slow calculator."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import slow_figures
from workflows.calendar import VIETNAM
from workflows.dossiers import (
    Dossier,
    Period,
    StatusChange,
    Supplement,
    end_of,
    month_of,
    read_history,
)
from workflows.indicators import Figures, count, grouped, judge
from workflows.loader_indicators import load_counting

COUNTING = load_counting()
RULE = COUNTING.on_time
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def at(day, hour=9, month=11):
    return datetime(2026, month, day, hour, tzinfo=VIETNAM)


def dossier(**told):
    plain = {
        "code": "A", "procedure": "register_gift", "office": "land",
        "received": at(2), "appointment": date(2026, 11, 12), "ended": None,
        "end_status": None, "supplements": (), "status": 4,
    }  # fmt: skip
    return Dossier(**(plain | told))


def on_time(until=NOVEMBER.until, **told):
    return judge(RULE, dossier(**told), until).on_time


def test_the_end_of_the_promised_day_is_still_on_time():
    midnight = datetime(2026, 11, 13, tzinfo=VIETNAM)
    assert on_time(ended=midnight, end_status=9)
    assert not on_time(ended=midnight + timedelta(seconds=1), end_status=9)


def test_the_day_is_that_of_vietnam_whatever_zone_the_instant_has():
    assert on_time(ended=datetime(2026, 11, 12, 16, 59, tzinfo=UTC), end_status=9)
    assert not on_time(ended=datetime(2026, 11, 12, 17, 1, tzinfo=UTC), end_status=9)


def test_time_of_the_one_supplement_is_taken_off():
    waited = (Supplement(at(5), at(9)),)
    assert on_time(ended=at(16), end_status=9, supplements=waited)
    assert not on_time(ended=at(17), end_status=9, supplements=waited)


def test_two_supplement_requests_are_late_though_the_day_was_kept():
    twice = (Supplement(at(3), at(4)), Supplement(at(5), at(6)))
    found = judge(
        RULE, dossier(ended=at(9), end_status=9, supplements=twice), NOVEMBER.until
    )
    assert not found.on_time
    assert found.reason == "asked_again"


def test_a_dossier_that_waits_for_its_one_supplement_ended_at_the_request():
    found = judge(
        RULE, dossier(supplements=(Supplement(at(10)),), status=5), NOVEMBER.until
    )
    assert found.on_time
    assert found.counts_as_ended == at(10)


def test_a_dossier_stopped_because_nobody_answered_ended_at_the_request_too():
    asked = (Supplement(at(10)),)
    found = judge(
        RULE, dossier(supplements=asked, ended=at(28), end_status=8), NOVEMBER.until
    )
    assert found.counts_as_ended == at(10)


def test_an_open_dossier_is_judged_at_the_end_of_the_period():
    assert not on_time()
    assert on_time(until=end_of(date(2026, 11, 12)))


def test_without_an_appointment_nothing_is_judged_but_it_is_counted():
    assert judge(RULE, dossier(appointment=None), NOVEMBER.until) is None
    figures = count(COUNTING, [dossier(appointment=None)], NOVEMBER)
    assert (figures.on_time.whole, figures.promised_nothing) == (0, 1)
    assert figures.to_json()["rate"] is None


def test_what_comes_after_the_period_is_not_seen():
    late = dossier(ended=at(9, month=12), end_status=9, appointment=date(2026, 12, 4))
    assert judge(RULE, late, NOVEMBER.until).on_time
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    assert not judge(RULE, late, december.until).on_time


@pytest.mark.parametrize(
    ("told", "belongs"),
    [
        ({"received": None}, False),
        ({"received": datetime(2026, 12, 1, tzinfo=VIETNAM)}, False),
        ({"received": at(30, 23)}, True),
        ({"received": at(2, month=10)}, True),
        ({"received": at(2, month=10), "ended": at(31, month=10)}, False),
        ({"received": at(2, month=10), "ended": at(1, 0)}, True),
    ],
)
def test_a_period_has_what_came_over_and_what_was_received(told, belongs):
    assert dossier(**told).belongs(NOVEMBER) is belongs


# --- the history of statuses ----------------------------------------------------------


def history(*statuses, received=1, outcome=None):
    changes = [StatusChange(at(day), status) for day, status in enumerate(statuses, 1)]
    if outcome:
        changes[-1] = StatusChange(changes[-1].at, changes[-1].status, outcome)
    return read_history(COUNTING, changes, received and at(received))


def test_processed_counts_and_not_the_day_on_which_the_citizen_came():
    found = history(4, 9, 10, outcome="done")
    assert (found.ended, found.end_status) == (at(2), 9)


def test_a_result_without_the_status_processed_ends_when_it_is_handed_over():
    found = history(4, 10, outcome="done")
    assert (found.ended, found.end_status) == (at(2), 10)


def test_a_dossier_that_is_paused_has_not_ended_until_it_is_for_good():
    assert history(4, 8).ended is None
    assert history(4, 8, 4).ended is None
    found = history(4, 8, 8, outcome="refused")
    assert (found.ended, found.end_status) == (at(3), 8)


def test_the_newest_end_counts_when_a_dossier_goes_on_after_it():
    assert history(4, 9, 6, 9, 10, outcome="done").ended == at(4)


def test_what_ends_without_a_status_has_ended_all_the_same():
    found = history(4, None, outcome="closed")
    assert (found.ended, found.end_status) == (at(2), None)


def test_supplements_begin_with_the_receipt():
    found = history(1, 5, 1, 4, 5, 4, received=4)
    assert found.supplements == (Supplement(at(5), at(6)),)
    assert [each.kind for each in found.returns] == ["counter", "supplement"]


def test_a_supplement_that_ends_in_a_stop_was_never_completed():
    found = history(4, 5, 8, outcome="stopped")
    assert found.supplements == (Supplement(at(2)),)
    assert [each.kind for each in found.returns] == ["supplement", "stopped"]


# --- by chance, beside the slow calculator --------------------------------------------

MOMENTS = st.integers(0, 100 * 24 * 60 * 60).map(
    lambda seconds: datetime(2026, 9, 25, tzinfo=UTC) + timedelta(seconds=seconds)
)
DAYS = st.dates(date(2026, 9, 25), date(2027, 1, 5))


@st.composite
def dossiers(draw):
    moments = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=8)))
    received, *rest = moments
    ended = rest.pop() if rest and draw(st.booleans()) else None
    asked = []
    while rest and len(asked) < 3:
        requested = rest.pop(0)
        completed = rest.pop(0) if rest and draw(st.integers(0, 4)) else None
        asked.append(Supplement(requested, completed))
        if completed is None:
            break
    return dossier(
        code=draw(st.uuids()).hex,
        procedure=draw(st.sampled_from(["gift", "sale", "mortgage"])),
        office=draw(st.sampled_from(["land", "tax", None])),
        received=draw(st.sampled_from([received, received, received, None])),
        appointment=draw(st.one_of(st.none(), DAYS)),
        ended=ended,
        end_status=None if ended is None else draw(st.sampled_from([3, 7, 8, 9, 10])),
        supplements=tuple(asked),
    )


PERIODS = st.tuples(DAYS, DAYS).map(lambda two: Period(min(two), max(two)))


@given(st.lists(dossiers(), max_size=12), PERIODS)
def test_the_figures_are_those_of_the_slow_calculator(many, period):
    told = count(COUNTING, many, period).to_json()
    lines = [each.to_json() for each in many]
    slow = slow_figures.table(lines, period.first, period.last)
    assert {key: told[key] for key in slow} == slow
    offices = {
        name: count(COUNTING, some, period).to_json()
        for name, some in grouped(many, lambda each: each.office).items()
    }
    for name, expected in slow_figures.by(
        lines, "office", period.first, period.last
    ).items():
        assert {key: offices[name][key] for key in expected} == expected


@given(st.lists(dossiers(), max_size=12), PERIODS)
def test_every_dossier_of_a_period_is_counted_once(many, period):
    told = count(COUNTING, many, period)
    present = sum(each.belongs(period) for each in many)
    assert told.on_time.part + told.late + told.promised_nothing == present
    assert told.ended + told.open == present
    assert told.asked_again <= told.late


@given(dossiers(), PERIODS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_end_never_makes_a_late_dossier_punctual(one, period, more):
    if one.ended is None or one.appointment is None:
        return
    longer = Dossier(
        **{name: getattr(one, name) for name in one.__slots__}
        | {"ended": one.ended + more}
    )
    before = judge(RULE, one, period.until).on_time
    assert judge(RULE, longer, period.until).on_time <= before


@given(st.lists(dossiers(), max_size=8), PERIODS)
def test_what_is_stored_of_figures_is_what_was_counted(many, period):
    told = count(COUNTING, many, period)
    assert Figures.from_json(told.to_json()) == told


@given(PERIODS)
def test_the_months_of_a_period_are_the_period_without_gap_or_overlap(period):
    months = list(period.months())
    assert (months[0].first, months[-1].last) == (period.first, period.last)
    for earlier, later in pairwise(months):
        assert later.first == earlier.last + timedelta(days=1)
        assert month_of(later.first).first == later.first
