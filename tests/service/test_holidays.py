"""Holidays that an administrator adds: what counts with them at once, what does not."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.commands.desks import migrated_desk
from service.errors import BadRequestError, NotAllowedError
from service.usecases.administration.admin_log import changes
from service.usecases.administration.holidays import (
    WantedDays,
    add_holiday,
    holidays,
    odd_days,
    withdraw_holiday,
)
from service.usecases.administration.office_days import up_to_date
from service.usecases.cases.recounting import (
    carry_out_recounts,
    order_recount,
    recounted,
    recounts,
    shifts,
)
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from tests.factories import act, clerk, filed, finish, row_of
from tests.service.test_papers import TOLD
from tests.service.test_sign_in import ADMIN
from tests.visitor import Visitor

MONDAY = date(2026, 11, 30)
OFF = WantedDays("off", "2026-11-30", "", "Nghỉ mẫu", "Thông báo 1/TB ngày 25/11/2026")
CLOSED = replace(OFF, kind="closed", why="Bão mẫu", communes="24133")


@pytest.fixture
def taken(desk):
    """The code of a gift that the counter took in, its receipt printed."""
    matter = filed(desk, TOLD)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    return case


def problems(desk, wanted):
    with pytest.raises(BadRequestError) as refusal:
        add_holiday(desk, ADMIN, wanted)
    return {each.key for each in refusal.value.problems}


def receipts(desk, row):
    with desk.database.reading() as uow:
        papers = uow.records.documents(row.tenant_id, row.id)
    return [each for each in papers if each.form == "ONESTOP-01"]


def history(desk, row):
    with desk.database.reading() as uow:
        return uow.cases.moves(row.tenant_id, row.id)


# --- what is written down -------------------------------------------------------------


def test_another_process_counts_with_a_holiday_from_its_next_request_on(desk, desks):
    other = desks.make(seed=2)
    assert up_to_date(other).calendar.is_working(MONDAY)
    begun = up_to_date(other)

    add_holiday(desk, ADMIN, OFF)

    assert not up_to_date(other).calendar.is_working(MONDAY)
    assert up_to_date(other).calendar.why_off(MONDAY) == "Nghỉ mẫu"
    assert begun.calendar.is_working(MONDAY), "one request counts with one calendar"


def test_a_day_worked_in_exchange_is_a_working_day(desk):
    saturday = date(2026, 12, 5)
    add_holiday(desk, ADMIN, replace(OFF, exchanged="2026-12-05"))
    calendar = up_to_date(desk).calendar
    assert (calendar.is_working(MONDAY), calendar.is_working(saturday)) == (False, True)
    found = [(odd.day, odd.works) for odd in odd_days(up_to_date(desk), ADMIN)]
    assert (MONDAY, False) in found
    assert (saturday, True) in found


def test_a_local_closure_closes_its_commune_alone(desk):
    add_holiday(desk, ADMIN, CLOSED)
    calendar = up_to_date(desk).calendar
    assert not calendar.in_place("66", "24133").is_working(MONDAY)
    assert calendar.in_place("66", "24175").is_working(MONDAY)
    [view] = holidays(desk, ADMIN)
    assert len(view.communes) == 1


def test_what_was_withdrawn_holds_no_more_and_stays_in_the_list(desk):
    add_holiday(desk, ADMIN, OFF, "ab" * 16)
    before = up_to_date(desk)
    withdraw_holiday(before, ADMIN, "ab" * 16, "Ghi nhầm ngày")
    withdraw_holiday(before, ADMIN, "ab" * 16, "Ghi nhầm ngày")
    after = up_to_date(before)
    assert after.calendar.is_working(MONDAY)
    assert not before.calendar.is_working(MONDAY)
    assert [view.row.withdrawn_no for view in holidays(desk, ADMIN)] == [2]
    with desk.database.reading() as uow:
        told = [row.what for row in uow.administration.log("66")]
    assert told == ["holiday.withdrawn", "holiday.added"]


def test_one_form_sent_twice_stores_one_holiday(desk):
    for _ in range(2):
        add_holiday(desk, ADMIN, OFF, "ab" * 16)
    assert len(holidays(desk, ADMIN)) == 1


def test_what_cannot_be_a_holiday_is_named_field_by_field(desk):
    empty = WantedDays("", "", "", "", "")
    assert problems(desk, empty) == {"kind", "first", "why", "notice"}
    assert problems(desk, replace(OFF, last="2026-11-01")) == {"last"}
    assert problems(desk, replace(OFF, last="2027-03-01")) == {"last"}
    assert problems(desk, replace(OFF, first="2026-11-29")) == {"first"}, "a Sunday"
    assert problems(desk, replace(OFF, kind="worked")) == {"first"}, "a Monday"
    assert problems(desk, replace(OFF, exchanged="2026-12-01")) == {"exchanged"}
    assert problems(desk, replace(OFF, communes="24133")) == {"communes"}
    assert problems(desk, replace(CLOSED, communes="Đâu đó")) == {"communes"}
    assert problems(desk, replace(OFF, first="2150-01-04")) == {"first"}
    assert problems(desk, replace(OFF, first="9999-12-31")) == {"first"}


def test_a_notice_with_a_long_name_is_written_down_and_in_the_log(desk):
    long = "Nghỉ bù ngày lễ theo thông báo của cơ quan có thẩm quyền " * 4
    add_holiday(desk, ADMIN, replace(OFF, why=long))
    assert changes(desk, ADMIN).rows[0].subject == long.strip()


def test_only_an_administrator_decides_about_days(desk, taken):
    for act_of in (
        lambda who: add_holiday(desk, who, OFF),
        lambda who: withdraw_holiday(desk, who, "x", "y"),
        lambda who: shifts(desk, who),
        lambda who: order_recount(desk, who, "y", "0"),
    ):
        with pytest.raises(NotAllowedError):
            act_of(clerk(desk, "one-stop"))


# --- cases whose day was printed ------------------------------------------------------


def test_a_printed_day_stays_until_an_administrator_orders_it_counted_anew(
    desk, desks, taken
):
    before = row_of(desk, taken)
    assert before.due_on > MONDAY
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)

    act(desk, clerk(desk, "land-branch"), taken, "conditions_met")
    after = row_of(desk, taken)
    assert (after.appointment, after.due_on) == (before.appointment, before.due_on)

    [shift] = shifts(desk, ADMIN).shifts
    assert (shift.code, shift.old) == (taken, before.due_on)
    assert shift.new == desk.calendar.next_working(before.due_on)


def test_a_stopped_case_is_moved_by_the_holiday_alone_not_by_the_days_it_waited(
    desk, desks, taken
):
    act(desk, clerk(desk, "land-branch"), taken, "conditions_met")
    run_until_idle(desk)
    assert row_of(desk, taken).stop_reason == "tax_determination"
    desks.hour.later(days=3)
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)

    found = {each.code: each for each in shifts(desk, ADMIN).shifts}
    shift = found[taken]
    assert shift.old > row_of(desk, taken).due_on
    assert shift.new == desk.calendar.next_working(shift.old)
    number = order_recount(desk, ADMIN, "Theo thông báo số 1", "1")
    run_until_idle(desk)
    lines = {each.code: each for each in recounted(desk, ADMIN, number)}
    assert (lines[taken].old_due, lines[taken].new_due) == (shift.old, shift.new)


def test_an_order_counts_anew_prints_a_new_receipt_and_tells_the_citizen(desk, taken):
    before = row_of(desk, taken)
    assert len(receipts(desk, before)) == 1
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)
    number = order_recount(desk, ADMIN, "Theo thông báo số 1", str(desk.counted_with))
    run_until_idle(desk)

    row = row_of(desk, taken)
    expected = desk.calendar.next_working(before.due_on)
    assert (row.due_on, row.appointment) == (expected, expected)
    assert row.instance == before.instance
    assert len(receipts(desk, row)) == 2
    last = history(desk, row)[before.version]
    assert (last.body["kind"], last.body["actor"]) == ("recount", "admin")
    assert last.body["recount"]["old"] == before.due_on.isoformat()
    assert last.body["recount"]["new"] == expected.isoformat()
    with desk.database.reading() as uow:
        told = [each.text for each in uow.records.notifications("66", row.id)]
    assert any(f"{expected:%d/%m/%Y}" in text for text in told)
    [line] = recounted(desk, ADMIN, number)
    assert (line.code, line.old_due, line.new_due) == (taken, before.due_on, expected)
    assert shifts(desk, ADMIN).shifts == ()
    assert verify_audit(desk).ok


def test_an_order_given_twice_or_carried_out_twice_changes_a_case_once(desk, taken):
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)
    for _ in range(2):
        order_recount(desk, ADMIN, "Theo thông báo số 1", "1")
    run_until_idle(desk)
    row = row_of(desk, taken)
    assert carry_out_recounts(desk) == 0
    assert len(recounts(desk, ADMIN)) == 1
    assert [each.body["kind"] for each in history(desk, row)].count("recount") == 1


def test_an_order_for_a_list_that_is_old_is_refused(desk):
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)
    add_holiday(desk, ADMIN, replace(OFF, first="2026-12-01"))
    desk = up_to_date(desk)
    for reason, number, key in (("Thông báo", "1", "number"), ("", "2", "reason")):
        with pytest.raises(BadRequestError) as refusal:
            order_recount(desk, ADMIN, reason, number)
        assert [each.key for each in refusal.value.problems] == [key]


def test_a_case_that_was_received_later_counts_with_the_holiday(desk, desks):
    add_holiday(desk, ADMIN, OFF)
    desk = up_to_date(desk)
    matter = filed(desk, TOLD)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    row = row_of(desk, case)
    assert row.counted_with == 1
    assert row.due_on == desk.calendar.add(desk.today(), 8)
    assert shifts(desk, ADMIN).shifts == ()


def test_a_holiday_after_the_last_day_of_a_case_changes_nothing_for_it(desk, taken):
    before = row_of(desk, taken)
    far = before.due_on + timedelta(days=30)
    day = desk.calendar.roll(far).isoformat()
    add_holiday(desk, ADMIN, replace(OFF, first=day))
    desk = up_to_date(desk)
    assert shifts(desk, ADMIN).shifts == ()
    act(desk, clerk(desk, "land-branch"), taken, "conditions_met")
    assert row_of(desk, taken).counted_with == 1, "from now on it counts with it"


class DiedError(Exception):
    """The process ends here."""


def dying_at(point):
    def passing(name):
        if name == point:
            raise DiedError

    return passing


@pytest.mark.parametrize("point", ["moved", "written", "effects"])
def test_a_recount_that_dies_half_way_is_made_once_afterwards(
    desk, desks, taken, point
):
    before = row_of(desk, taken)
    add_holiday(desk, ADMIN, OFF)
    order_recount(up_to_date(desk), ADMIN, "Theo thông báo số 1", "1")
    with pytest.raises(DiedError):
        carry_out_recounts(desks.make(seed=3, passing=dying_at(point)))
    assert row_of(desk, taken) == before

    run_until_idle(desk)
    row = row_of(desk, taken)
    kinds = [each.body["kind"] for each in history(desk, row)]
    assert kinds.count("recount") == 1
    assert len(receipts(desk, row)) == 2


def test_two_workers_at_once_count_a_case_anew_once(desk, desks, taken):
    add_holiday(desk, ADMIN, OFF)
    order_recount(up_to_date(desk), ADMIN, "Theo thông báo số 1", "1")
    workers = [desks.make(seed=seed) for seed in (5, 6)]
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(carry_out_recounts, workers))
    run_until_idle(desk)
    row = row_of(desk, taken)
    kinds = [each.body["kind"] for each in history(desk, row)]
    assert kinds.count("recount") == 1
    assert recounts(desk, ADMIN)[0].done_at is not None


def test_the_citizen_sees_the_new_day_and_why_it_changed(desk, desks, taken):
    add_holiday(desk, ADMIN, OFF)
    order_recount(up_to_date(desk), ADMIN, "Theo thông báo số 1", "1")
    run_until_idle(desk)
    day, before = row_of(desk, taken).due_on, "7/12/2026"
    page = Visitor(desk).opens(f"/tra-cuu?ma={taken}")
    assert f"{day.day}/{day.month}/{day.year}" in page.text
    assert f"Trước đây hẹn {before}; tính lại vì có ngày nghỉ mới." in page.text


def test_many_administrators_at_once_each_get_a_number_of_their_own(desk, desks):
    days = [f"2026-12-{number:02}" for number in (1, 2, 3, 4)]
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda day: add_holiday(desk, ADMIN, replace(OFF, first=day)), days
            )
        )
    assert sorted(view.row.added_no for view in holidays(desk, ADMIN)) == [1, 2, 3, 4]
    calendar = up_to_date(desk).calendar
    assert not any(calendar.is_working(date.fromisoformat(day)) for day in days)


def test_a_command_counts_with_the_holidays_of_the_installation(tmp_path, monkeypatch):
    monkeypatch.setenv("DAT_DATA_DIR", str(tmp_path))
    first = migrated_desk()
    assert first.calendar.is_working(MONDAY)
    add_holiday(first, ADMIN, OFF)
    again = migrated_desk()
    assert not again.calendar.is_working(MONDAY)
    for desk in (first, again):
        desk.database.dispose()
