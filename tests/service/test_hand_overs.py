"""A dossier goes to the next office the same day, and both sign for it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.usecases.cases.hand_overs import on_the_way, sign_for
from service.usecases.matter.submit_dossier import submit
from service.usecases.papers.fill_forms import case_paper
from tests.factories import act, clerk, filed, finish
from workflows.calendar import VIETNAM
from workflows.deadlines import due, receive
from workflows.definition import Length
from workflows.loader import load_calendar

CALENDAR = load_calendar()
CUTOFF = time(15)
DAYS = st.dates(date(2026, 8, 5), date(2027, 11, 30))
INSTANTS = st.builds(datetime.combine, DAYS, st.times(), st.just(VIETNAM))


@pytest.fixture
def forwarded(desk):
    """Return the desk and a case that the counter has just taken in."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return desk, case


def test_what_the_counter_took_in_is_to_be_given_today_and_then_taken(forwarded):
    desk, case = forwarded
    counter, land = clerk(desk, "one-stop"), clerk(desk, "land-branch")
    (row,) = on_the_way(desk, counter).to_give
    assert (row.case_code, row.due_on, row.late) == (case, date(2026, 11, 25), False)
    (coming,) = on_the_way(desk, land).to_take
    assert coming.given_by is None
    assert sign_for(desk, counter, "giao", [row.key]) == 1
    assert sign_for(desk, counter, "giao", [row.key]) == 0
    assert on_the_way(desk, counter).to_give == ()
    assert on_the_way(desk, land).to_take[0].given_by == counter.name
    assert sign_for(desk, land, "nhan", [row.key]) == 1
    assert on_the_way(desk, land).to_take == ()


def test_the_control_sheet_says_who_gave_and_who_took(forwarded):
    desk, case = forwarded
    counter, land = clerk(desk, "one-stop"), clerk(desk, "land-branch")
    (row,) = on_the_way(desk, counter).to_give
    sign_for(desk, counter, "giao", [row.key])
    sign_for(desk, land, "nhan", [row.key])
    (line,) = case_paper(desk, land, case, "ONESTOP-06").filled.rows["handovers"]
    said = {box.id: box.value for box in line}
    assert counter.name in said.values()
    assert land.name in said.values()


def test_nobody_signs_for_another_office(forwarded):
    desk, _ = forwarded
    (row,) = on_the_way(desk, clerk(desk, "one-stop")).to_give
    tax = clerk(desk, "tax")
    assert sign_for(desk, tax, "giao", [row.key]) == 0
    assert sign_for(desk, tax, "nhan", [row.key, "", "x.y", "z"]) == 0
    assert len(on_the_way(desk, clerk(desk, "one-stop")).to_give) == 1


@given(INSTANTS)
def test_a_dossier_counts_on_a_working_day_and_after_three_not_on_its_own(at):
    starts = receive(at, CUTOFF, CALENDAR)
    day = at.date()
    assert CALENDAR.is_working(starts)
    assert starts >= day
    in_time = at.time() <= CUTOFF and CALENDAR.is_working(day)
    assert (starts == day) is in_time
    assert not any(
        CALENDAR.is_working(day + timedelta(days=n))
        for n in range(1, (starts - day).days)
    )


@given(INSTANTS, st.integers(1, 30))
def test_an_appointment_is_a_working_day_that_never_comes_before_a_later_receipt(at, n):
    length = Length(n=n, unit="working_day")
    first = due(receive(at, CUTOFF, CALENDAR), length, CALENDAR)
    assert CALENDAR.is_working(first.due)
    assert len(first.counted) == n
    assert first.starts not in first.counted
    later = due(receive(at + timedelta(hours=1), CUTOFF, CALENDAR), length, CALENDAR)
    assert later.due >= first.due
