"""An apology promises a new day: once, in time, after the old one, on a working day."""

from datetime import date, timedelta

import pytest

from service.errors import BadRequestError
from service.usecases.cases.decide import raise_event
from service.usecases.matter.submit_dossier import submit
from tests.factories import act, clerk, filed, finish, row_of
from workflows.errors import ConditionNotMetError

WHY = "Phải đối chiếu thêm hồ sơ lưu"


@pytest.fixture
def promised(desks):
    """Return the desk and a gift for which the counter has promised a day."""
    desk = desks.make()
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return desk, case


def apologise(desk, case, new_day):
    facts = {"apology.reason": WHY, "apology.new_day": new_day.isoformat()}
    return raise_event(desk, clerk(desk, "land-branch"), case, "apologise", facts=facts)


def test_a_new_day_lies_after_the_promised_one_and_offices_are_open(promised):
    desk, case = promised
    old = row_of(desk, case).appointment
    saturday = old + timedelta(days=12 - old.weekday())
    for wrong, words in (
        (date(2026, 11, 24), "không ở sau hôm nay"),
        (old, "không ở sau ngày đã hẹn"),
        (saturday, "không phải ngày làm việc"),
    ):
        with pytest.raises(BadRequestError) as refused:
            apologise(desk, case, wrong)
        assert words in refused.value.problems[0].text
    assert row_of(desk, case).appointment == old
    monday = saturday + timedelta(days=2)
    apologise(desk, case, monday)
    row = row_of(desk, case)
    assert (row.appointment, row.due_on) == (monday, monday)


def test_it_is_said_once_and_not_when_the_day_has_passed(promised, desks):
    desk, case = promised
    old = row_of(desk, case).appointment
    new = desk.calendar.roll(old + timedelta(days=7))
    desks.hour.later(days=(old - desk.today()).days)
    apologise(desk, case, new)
    with pytest.raises(ConditionNotMetError):
        apologise(desk, case, desk.calendar.roll(new + timedelta(days=7)))


def test_after_the_promised_day_it_is_too_late(promised, desks):
    desk, case = promised
    old = row_of(desk, case).appointment
    desks.hour.later(days=(old - desk.today()).days + 1)
    with pytest.raises(ConditionNotMetError):
        apologise(desk, case, desk.calendar.roll(old + timedelta(days=30)))
