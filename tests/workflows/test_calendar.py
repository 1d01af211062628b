"""Working days: what is certain, what is not, and what a notice changed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workflows.calendar import (
    ONE_DAY,
    MarkedDay,
    Notices,
    from_overlay,
    local_day,
)
from workflows.definition import Mark, Source
from workflows.errors import BadInputError

FILE = Path("workflows/data/calendar/overlay.yaml")
RAW = yaml.safe_load(FILE.read_text("utf-8"))
CALENDAR = from_overlay(RAW)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def weekdays_off(year):
    first = date(year, 1, 1)
    days = (first + timedelta(n) for n in range(365))
    off = [d for d in days if d.weekday() < 5 and not CALENDAR.is_working(d)]
    return " ".join(f"{d.day}/{d.month}" for d in off)


def test_the_days_off_of_2026_are_those_of_the_notice():
    assert weekdays_off(2026) == (
        "1/1 2/1 16/2 17/2 18/2 19/2 20/2 27/4 30/4 1/5 31/8 1/9 2/9 24/11"
    )


def test_the_days_off_of_2025_are_those_of_the_notice():
    assert weekdays_off(2025) == (
        "1/1 27/1 28/1 29/1 30/1 31/1 7/4 30/4 1/5 2/5 1/9 2/9"
    )


@pytest.mark.parametrize("day", ["2025-04-26", "2026-01-10", "2026-08-22"])
def test_a_saturday_worked_in_exchange_is_a_working_day(day):
    assert CALENDAR.is_working(date.fromisoformat(day))


def test_culture_day_on_a_saturday_gives_no_day_in_lieu():
    assert date(2029, 11, 24).weekday() == 5
    assert CALENDAR.is_working(date(2029, 11, 26))


def test_may_day_on_a_saturday_gives_the_monday():
    assert CALENDAR.why_off(date(2027, 5, 3)) == "Nghỉ bù Ngày Quốc tế lao động"


def test_the_undecided_swap_is_a_working_day_that_says_so():
    day = date(2026, 11, 23)

    assert CALENDAR.is_working(day)
    assert "chưa xác minh" in CALENDAR.note(day)


def test_tet_2027_is_free_but_not_verified():
    tet = [date(2027, 2, day) for day in (4, 5, 8, 9, 10)]

    assert not any(CALENDAR.is_working(day) for day in tet)
    assert all("chưa xác minh" in CALENDAR.note(day) for day in tet)


def test_the_day_after_tet_2027_says_that_it_may_still_become_free():
    assert CALENDAR.is_working(date(2027, 2, 11))
    assert "chưa công bố" in CALENDAR.note(date(2027, 2, 11))


def test_a_year_without_a_notice_says_so_in_vietnamese():
    note = CALENDAR.note(date(2028, 1, 26))

    assert "Tết Nguyên Đán" in note
    assert "Chưa có thông báo lịch nghỉ năm 2028" in note


def test_an_ordinary_day_and_a_holiday_of_the_labour_code_need_no_note():
    assert CALENDAR.note(date(2026, 11, 25)) is None
    assert CALENDAR.note(date(2026, 4, 30)) is None


def test_notes_of_a_stretch_are_said_once_each():
    notes = CALENDAR.notes(date(2027, 2, 1), date(2027, 2, 28))

    assert len(notes) == 1


def test_a_local_closure_closes_its_commune_alone():
    closure = {
        "province": "66",
        "communes": ["24133"],
        "from": "2026-11-30",
        "to": "2026-12-01",
        "why": "Đóng cửa tránh bão",
        "source": {"instrument": "blld-2019", "at": "ví dụ", "mark": "V2"},
    }
    calendar = from_overlay({**RAW, "closures": [closure]})

    closed = calendar.in_place("66", "24133")

    assert closed.next_working(date(2026, 11, 27)) == date(2026, 12, 2)
    assert closed.why_off(date(2026, 11, 30)) == "Đóng cửa tránh bão"
    assert "chưa xác minh" in closed.note(date(2026, 11, 30))
    assert calendar.in_place("66", "24121").is_working(date(2026, 11, 30))
    assert calendar.is_working(date(2026, 11, 30))


def test_a_year_that_the_calendar_does_not_cover_is_refused_in_words():
    with pytest.raises(BadInputError, match="từ năm 2008 đến năm 2099"):
        CALENDAR.is_working(date(2150, 1, 1))


def test_a_key_that_the_format_does_not_know_is_an_error():
    with pytest.raises(ValidationError, match="holiday"):
        from_overlay({**RAW, "holiday": []})


def test_a_day_under_the_wrong_year_is_an_error():
    wrong = {"2026": RAW["years"]["2027"]}

    with pytest.raises(ValidationError, match="stands under the year 2026"):
        from_overlay({**RAW, "years": wrong})


def test_a_source_that_no_instrument_names_is_an_error():
    with pytest.raises(ValidationError, match="blld-2019"):
        from_overlay({**RAW, "instruments": {}})


def test_a_weekday_that_does_not_exist_is_an_error():
    with pytest.raises(ValidationError, match="someday"):
        from_overlay({**RAW, "weekly_rest": ["someday"]})


def test_an_instant_late_in_the_utc_evening_is_already_the_next_day_in_vietnam():
    assert local_day(datetime(2026, 11, 23, 17, 30, tzinfo=UTC)) == date(2026, 11, 24)


def test_an_instant_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 - the mistake to refuse


@given(DAYS)
def test_the_next_working_day_is_later_and_no_working_day_lies_between(day):
    following = CALENDAR.next_working(day)

    assert following > day
    assert CALENDAR.working_days(day, following) == (following,)


@given(DAYS)
def test_a_day_off_has_a_reason_and_a_working_day_has_none(day):
    assert (CALENDAR.why_off(day) is None) == CALENDAR.is_working(day)
    assert CALENDAR.last_working(day) <= day <= CALENDAR.roll(day)


@given(DAYS, st.integers(1, 60))
def test_adding_working_days_counts_exactly_that_many(day, n):
    reached = CALENDAR.add(day, n)

    assert len(CALENDAR.working_days(day, reached)) == n
    assert CALENDAR.is_working(reached)


@given(DAYS)
def test_adding_none_stays_on_a_working_day(day):
    assert CALENDAR.add(day, 0) == CALENDAR.roll(day)


# --- notices of an installation -------------------------------------------------------

MARKED = Source(instrument="Thông báo mẫu", at="", mark=Mark("V"))
SOME_DAYS = st.lists(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12, unique=True
)


@given(SOME_DAYS, SOME_DAYS)
def test_notices_say_the_last_word_about_their_days_and_none_about_others(off, worked):
    off = [day for day in off if day not in worked]
    notices = Notices(
        days_off=tuple(MarkedDay(day=day, why="x", source=MARKED) for day in off),
        worked_days=tuple(MarkedDay(day=day, why="y", source=MARKED) for day in worked),
    )
    told = CALENDAR.with_notices(notices)
    for day in (date(2026, 1, 1) + ONE_DAY * n for n in range(365)):
        if day in off or day in worked:
            assert told.is_working(day) == (day in worked)
            assert told.note(day) is None
        else:
            assert told.is_working(day) == CALENDAR.is_working(day)
            assert told.why_off(day) == CALENDAR.why_off(day)


def test_other_notices_take_the_place_of_those_before():
    day = date(2026, 11, 30)
    off = Notices(days_off=(MarkedDay(day=day, why="x", source=MARKED),))
    told = CALENDAR.with_notices(off)
    assert not told.is_working(day)
    assert told.with_notices(Notices()).is_working(day)
