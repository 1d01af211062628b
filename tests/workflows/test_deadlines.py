"""Due days, and the clock of a case derived from its moves."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import VIETNAM, from_overlay, local_day
from workflows.deadlines import (
    ClockMove,
    due,
    expiry,
    ledger,
    receive,
    with_addons,
)
from workflows.definition import ClockOrder, Length, ListItem, Stop

CALENDAR = from_overlay(
    yaml.safe_load(Path("workflows/data/calendar/overlay.yaml").read_text("utf-8"))
)
THREE = time(15)
EIGHT = Length(n=8, unit="working_day")
START = ClockOrder(start="handling")
FINISH = ClockOrder(finish="handling")
TAX = Stop(clock="handling", reason="tax_determination")
PAYMENT = Stop(clock="handling", reason="citizen_payment")
SUPPLEMENT = Stop(clock="handling", reason="supplement")
REASONS = {
    "tax_determination": ListItem.model_validate(
        {
            "label": "Chờ cơ quan thuế tính tiền",
            "ball": "tax_office",
            "source": {"instrument": "nd151-2025", "at": "PL I", "mark": "V"},
        }
    )
}


def at(text):
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=VIETNAM)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def started(text, length=EIGHT, **more):
    return ClockMove(
        at(text), (START,), owner="branch", lengths={"handling": length}, **more
    )


def clock_of(*moves, **more):
    return ledger(moves, clock="handling", calendar=CALENDAR, cutoff=THREE, **more)


# --- one term ------------------------------------------------------------------------


def test_a_dossier_after_three_oclock_counts_from_the_next_working_day():
    starts = receive(at("11-23T16:00"), THREE, CALENDAR)

    term = due(starts, EIGHT, CALENDAR)

    assert starts == day("11-25")
    assert term.due == day("12-07")
    assert term.counted[0] == day("11-26")


def test_a_dossier_in_the_morning_counts_from_its_own_day():
    starts = receive(at("11-23T09:00"), THREE, CALENDAR)

    term = due(starts, EIGHT, CALENDAR)

    assert term.to_json() == {
        "due": "2026-12-04",
        "starts": "2026-11-23",
        "counted": [
            "2026-11-25",
            "2026-11-26",
            "2026-11-27",
            "2026-11-30",
            "2026-12-01",
            "2026-12-02",
            "2026-12-03",
            "2026-12-04",
        ],
        "notes": list(term.notes),
    }
    assert any("24/11/2026" in note for note in term.notes)


def test_three_oclock_itself_is_not_after_the_cutoff():
    assert receive(at("11-25T15:00"), THREE, CALENDAR) == day("11-25")


def test_without_a_cutoff_the_evening_still_counts():
    assert receive(at("11-25T21:00"), None, CALENDAR) == day("11-25")


def test_a_dossier_on_a_sunday_counts_from_monday():
    assert receive(at("11-29T10:00"), THREE, CALENDAR) == day("11-30")


def test_a_term_in_plain_days_ending_on_a_sunday_ends_on_monday():
    term = due(day("11-10"), Length(n=5, unit="day"), CALENDAR)

    assert term.counted[-1] == day("11-15")
    assert term.due == day("11-16")


def test_a_term_of_no_days_ends_on_the_day_itself():
    term = due(day("11-25"), Length(n=0, unit="working_day"), CALENDAR)

    assert (term.due, term.counted) == (day("11-25"), ())


def test_days_added_for_a_difficult_area_lengthen_the_term():
    assert with_addons(EIGHT, [Length(n=10, unit="working_day")]).n == 18


def test_days_of_another_kind_cannot_be_added():
    with pytest.raises(ValueError, match="cannot be added"):
        with_addons(EIGHT, [Length(n=10, unit="day")])


def test_a_timer_runs_out_at_the_end_of_its_last_day():
    out = expiry(date(2026, 11, 25), Length(n=2, unit="working_day"), CALENDAR)

    assert out.astimezone(VIETNAM) == at("11-28T00:00")


# --- the clock ---


def story():
    """Two days of checking, a supplement, two days more, then the tax office."""
    return clock_of(
        started("11-12T08:40"),
        ClockMove(at("11-16T10:00"), stops=(SUPPLEMENT,), letter="02/PBS"),
        ClockMove(at("11-19T14:00"), owner="branch"),
        ClockMove(at("11-23T09:00"), stops=(TAX,), letter="PC-15"),
        reasons=REASONS,
    )


def test_the_day_of_a_stop_counts_and_the_day_of_going_on_does_not():
    clock = story()

    assert clock.used(at("11-25T09:00")) == 4
    assert [clock.days(each, at("11-25T09:00")) for each in clock.intervals] == [
        2,
        0,
        2,
        0,
    ]


def test_while_it_stands_still_the_due_day_is_a_forecast_from_today():
    standing = story().at(at("11-25T09:00"))

    assert not standing.certain
    assert standing.due == day("12-01")
    assert standing.appointment == day("11-25")
    assert standing.ball == "tax_office"
    assert standing.holdings[0].letter == "PC-15"


def test_a_forecast_may_name_the_day_on_which_it_goes_on():
    assert story().predicted(at("11-25T09:00"), day("11-27")) == day("12-03")


def test_a_forecast_for_a_running_clock_is_its_due_day():
    clock = clock_of(started("11-12T08:40"))

    assert clock.predicted(at("11-13T09:00"), day("11-30")) == clock.due(
        at("11-13T09:00")
    )


def test_the_ledger_tells_reason_article_and_letter():
    shown = story().to_json(at("11-25T09:00"))["intervals"][-1]["holdings"]

    assert shown == [
        {
            "reason": "tax_determination",
            "since": "2026-11-23T09:00:00+07:00",
            "letter": "PC-15",
            "ball": "tax_office",
            "label": {
                "citizen": "Chờ cơ quan thuế tính tiền",
                "clerk": "Chờ cơ quan thuế tính tiền",
            },
            "instrument": "nd151-2025",
            "at": "PL I",
            "verified": True,
        }
    ]


def test_the_ledger_of_an_earlier_instant_knows_nothing_of_later_moves():
    shown = story().to_json(at("11-17T09:00"))

    assert len(shown["intervals"]) == 2
    assert shown["intervals"][-1]["until"] is None
    assert shown["standing"]["due"] == "2026-11-26"


def test_a_clock_that_two_reasons_hold_runs_only_when_both_are_gone():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(at("11-03T08:00"), stops=(TAX,)),
        ClockMove(at("11-04T08:00"), stops=(TAX, PAYMENT)),
        ClockMove(at("11-06T08:00"), stops=(PAYMENT,)),
        ClockMove(at("11-10T08:00"), owner="branch"),
    )

    assert [each.running for each in clock.intervals] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert clock.used(at("11-11T08:00")) == 2
    assert clock.intervals[3].holdings[0].since == at("11-04T08:00")


def test_a_stop_that_ends_the_same_day_costs_nothing():
    plain = clock_of(started("11-02T08:00"))
    stopped = clock_of(
        started("11-02T08:00"),
        ClockMove(at("11-04T08:00"), stops=(TAX,)),
        ClockMove(at("11-04T16:00"), owner="branch"),
    )

    assert stopped.due(at("11-05T08:00")) == plain.due(at("11-05T08:00"))


def test_a_stop_over_the_due_day_itself_still_moves_it():
    clock = clock_of(
        started("11-02T08:00", Length(n=3, unit="working_day")),
        ClockMove(at("11-05T10:00"), stops=(TAX,)),
        ClockMove(at("11-10T10:00"), owner="branch"),
    )

    standing = clock.at(at("11-10T16:00"))

    assert (standing.used, standing.left) == (3, 0)
    assert standing.due == day("11-10")
    assert not standing.late


def test_a_stop_of_another_clock_does_not_hold_this_one():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(
            at("11-03T08:00"),
            stops=(Stop(clock="citizen_duty", reason="supplement"),),
            owner="branch",
        ),
    )

    assert clock.at(at("11-05T08:00")).running


def test_a_finished_clock_counts_no_more_days():
    clock = clock_of(started("11-02T08:00"), ClockMove(at("11-05T08:00"), (FINISH,)))

    standing = clock.at(at("11-30T08:00"))

    assert standing.finished
    assert standing.certain
    assert (standing.used, standing.left, standing.late) == (3, 5, False)
    assert standing.ball is None


def test_finishing_after_the_due_day_is_late_for_ever():
    clock = clock_of(started("11-02T08:00"), ClockMove(at("11-13T08:00"), (FINISH,)))

    standing = clock.at(at("12-30T08:00"))

    assert standing.late
    assert standing.due == day("11-12")
    assert standing.left == -1


def test_one_day_over_is_one_day_below_zero():
    clock = clock_of(started("11-11T08:00"))

    standing = clock.at(at("11-25T08:00"))

    assert standing.due == day("11-23")
    assert (standing.left, standing.late) == (-1, True)


def test_a_clock_started_again_counts_from_nothing():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(at("11-05T08:00"), (FINISH,)),
        started("11-10T08:00", Length(n=3, unit="working_day")),
    )

    assert len(clock.runs) == 2
    assert clock.at(at("11-11T08:00")).due == day("11-13")
    assert clock.at(at("11-06T08:00")).finished


def test_a_second_start_while_it_goes_changes_nothing():
    once = clock_of(started("11-02T08:00"))
    twice = clock_of(started("11-02T08:00"), started("11-04T08:00"))

    assert twice == once


def test_an_extension_takes_the_place_and_keeps_the_first_day():
    clock = clock_of(
        started("11-02T08:00", Length(n=0, unit="working_day")),
        ClockMove(
            at("11-02T14:00"),
            (ClockOrder(replace={"handling": "extended"}),),
            owner="branch",
            lengths={"extended": Length(n=3, unit="working_day")},
        ),
        ClockMove(at("11-04T14:00"), (ClockOrder(finish="extended"),)),
    )

    standing = clock.at(at("11-03T08:00"))

    assert standing.clock == "extended"
    assert (standing.due, standing.appointment) == (day("11-05"), day("11-05"))
    assert clock.at(at("11-04T15:00")).finished


def test_an_appointment_set_anew_is_the_due_day_and_moves_with_later_stops():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(
            at("11-11T08:00"),
            owner="branch",
            letter="04/XL",
            appointment=day("11-18"),
        ),
        ClockMove(at("11-16T08:00"), stops=(TAX,)),
        ClockMove(at("11-18T08:00"), owner="branch"),
    )

    assert clock.at(at("11-10T08:00")).due == day("11-12")
    assert clock.at(at("11-12T08:00")).due == day("11-18")
    later = clock.at(at("11-19T08:00"))
    assert (later.due, later.appointment) == (day("11-20"), day("11-18"))


def test_an_appointment_on_a_sunday_lasts_until_monday():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(at("11-11T08:00"), owner="branch", appointment=day("11-15")),
    )

    assert clock.at(at("11-12T08:00")).due == day("11-16")


def test_orders_for_a_clock_that_does_not_go_change_nothing():
    idle = clock_of(
        ClockMove(
            at("11-02T08:00"),
            (ClockOrder(replace={"handling": "extended"}), FINISH),
            appointment=day("11-18"),
        )
    )

    assert idle.runs == ()


def test_a_clock_finished_in_the_moment_of_its_start_used_nothing():
    clock = clock_of(started("11-02T08:00"), ClockMove(at("11-02T08:00"), (FINISH,)))

    standing = clock.at(at("11-09T08:00"))

    assert (standing.finished, standing.used) == (True, 0)


def test_moves_in_one_moment_leave_no_stretch_behind():
    clock = clock_of(
        started("11-02T08:00"),
        ClockMove(at("11-04T08:00"), stops=(TAX,)),
        ClockMove(at("11-04T08:00"), owner="branch"),
    )

    assert len(clock.intervals) == 1


def test_a_term_nobody_knows_has_no_due_day_and_still_counts():
    standing = clock_of(started("11-02T08:00", None)).at(at("11-04T08:00"))

    assert (standing.used, standing.left, standing.due) == (2, None, None)
    assert not standing.certain
    assert not standing.late


def test_before_it_starts_there_is_nothing_to_tell():
    clock = clock_of(ClockMove(at("11-02T08:00")))

    assert clock.at(at("11-03T08:00")) is None
    assert clock.used(at("11-03T08:00")) == 0
    assert clock.left(at("11-03T08:00")) is None
    assert clock.due(at("11-03T08:00")) is None
    assert clock.predicted(at("11-03T08:00"), day("11-09")) is None
    assert clock.to_json(at("11-03T08:00")) == {"standing": None, "intervals": []}


def test_moves_out_of_order_are_refused():
    with pytest.raises(ValueError, match="stands after"):
        clock_of(started("11-03T08:00"), ClockMove(at("11-02T08:00")))


def test_a_term_in_plain_days_counts_the_weekend_and_rolls_its_end():
    clock = clock_of(started("11-10T08:00", Length(n=5, unit="day")))

    assert clock.used(at("11-15T08:00")) == 5
    assert clock.due(at("11-12T08:00")) == day("11-16")


# --- what always holds ---

STARTS = st.dates(date(2025, 6, 1), date(2028, 6, 1))
LENGTHS = st.builds(Length, n=st.integers(0, 40), unit=st.just("working_day"))
REASON_SETS = st.sets(st.sampled_from(["supplement", "tax", "payment"]), max_size=2)


@st.composite
def histories(draw):
    """A start, then hours between moves each with the reasons that hold after it."""
    now = datetime.combine(draw(STARTS), time(draw(st.integers(0, 23))), VIETNAM)
    moves = [
        ClockMove(now, (START,), owner="branch", lengths={"handling": draw(LENGTHS)})
    ]
    for hours, reasons in draw(
        st.lists(st.tuples(st.integers(0, 24 * 9), REASON_SETS), max_size=7)
    ):
        now += timedelta(hours=hours)
        stops = tuple(Stop(clock="handling", reason=each) for each in sorted(reasons))
        moves.append(ClockMove(now, stops=stops, owner="branch"))
    asked = now + timedelta(hours=draw(st.integers(0, 24 * 30)))
    return moves, asked


@given(STARTS, LENGTHS)
def test_a_due_day_is_a_working_day_after_exactly_the_term(starts, length):
    term = due(starts, length, CALENDAR)

    assert CALENDAR.is_working(term.due)
    assert len(term.counted) == length.n
    assert starts not in term.counted


@given(STARTS, st.integers(0, 90))
def test_a_term_in_plain_days_never_ends_on_a_day_off(starts, n):
    term = due(starts, Length(n=n, unit="day"), CALENDAR)

    assert CALENDAR.is_working(term.due)
    assert term.due >= starts + timedelta(days=n)


@given(histories())
def test_the_stretches_of_a_run_follow_each_other_without_gap(history):
    moves, _ = history

    (run,) = clock_of(*moves).runs

    assert run.intervals[0].since == moves[0].at
    assert run.intervals[-1].until is None
    for earlier, later in zip(run.intervals, run.intervals[1:], strict=False):
        assert earlier.since < earlier.until == later.since
        assert not earlier.like(later)


@given(histories())
def test_while_it_runs_the_days_left_lie_between_today_and_the_due_day(history):
    moves, now = history
    standing = clock_of(*moves).at(now)

    ahead = CALENDAR.working_days(max(local_day(now), standing.starts), standing.due)

    assert CALENDAR.is_working(standing.due)
    if standing.left >= 0:
        assert standing.used + len(ahead) == standing.length.n


@given(histories())
def test_a_stop_moves_the_due_day_by_the_working_days_it_took(history):
    moves, now = history
    clock, plain = clock_of(*moves), clock_of(moves[0])
    standing, unstopped = clock.at(now), plain.at(now)

    stopped = unstopped.used - standing.used

    assert stopped >= 0
    assert standing.due >= unstopped.due
    if standing.left >= 0:
        assert len(CALENDAR.working_days(unstopped.due, standing.due)) == stopped


@given(histories(), st.integers(0, 24 * 20))
def test_what_was_used_is_never_given_back(history, hours):
    moves, now = history
    clock = clock_of(*moves)

    assert clock.used(now) <= clock.used(now + timedelta(hours=hours))
    assert clock.due(now) <= clock.due(now + timedelta(hours=hours))
